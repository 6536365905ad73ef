/**
 * Health notes in JSON: the same in results and in `info --json`. The sentence is finished, for readers who show notes; its template is
 * beside it, for those who count notes of several places together.
 */
import type { HealthNote } from './health.ts';
import type { JsonObject } from './json-text.ts';
import { healthSentence } from './result.ts';

/** One note as an object; `healthNote` in `schema/result-1.json`. */
export function healthObject(note: HealthNote): JsonObject {
  const { code, severity, sentence: template, effect, advice } = note.kind;
  const { where, count, occurrences, first, detail } = note;
  const sentence = healthSentence(template, count);
  return { code, severity, sentence, where, count, occurrences, first, detail, effect, advice, template };
}
