/** The health of a trace on stderr, for commands whose stdout is events. */

import { safeText } from '../print/text-width.ts';
import { type HealthNote, notesByKind } from '../results/health.ts';
import { healthSentence } from '../results/result.ts';

const lineCountMax = 5;

/** One line for each kind that makes the events incomplete; `info` says the rest. */
export function sayHealth(
  notes: readonly HealthNote[],
  paths: readonly string[],
  say: (text: string) => void,
): void {
  const worse = notes.filter(({ kind }) => kind.severity !== 'note');
  const lines = notesByKind(worse).map(({ first, count }) => {
    const sentence = healthSentence(first.kind.sentence, count).replace(/\.$/, '');
    return `diatrace: ${safeText(`${sentence} (first in ${first.where}, ${first.first})`, true)}`;
  });
  for (const line of lines.slice(0, lineCountMax)) say(line);
  const hidden = lines.length - lineCountMax;
  if (hidden > 0) say(`diatrace: ${hidden} more kinds of notes: diatrace info ${paths.join(' ')}`);
}
