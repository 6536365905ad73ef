/** What is wrong with the trace, in a few lines above the answer: what, how much, where first, and what to do about it. */
import type { HealthNote, HealthSeverity } from '../../results/health.ts';
import { type AnalysisResult, healthSentence } from '../../results/result.ts';
import { dim, glyphs, type Terminal, warning } from './terminal.ts';
import { clip, safeText, wrapText } from './text-width.ts';

const lineCountMax = 6;

/** The order in which they matter. */
const severities: readonly HealthSeverity[] = ['loss', 'damage', 'time', 'note'];

/** Notes of one kind, over all places. */
interface Finding {
  readonly first: HealthNote;
  count: number;
  placeCount: number;
}

export function healthLines(result: AnalysisResult, terminal: Terminal): readonly string[] {
  const findings = gather(result.health);
  if (findings.length === 0) return [];
  const lines: string[] = [];
  let shown = 0;
  for (const finding of findings) {
    const next = findingLines(finding, terminal);
    // One line stays free for what is not shown, one for the lower bounds.
    if (shown > 0 && lines.length + next.length > lineCountMax - 2) break;
    lines.push(...next);
    shown += 1;
  }
  if (result.isLowerBound) lines.push(warning(terminal, '  Counts and sums below are lower bounds.'));
  const rest = findings.length - shown;
  if (rest > 0) {
    const remark = `  ${glyphs(terminal).ellipsis} and ${rest} more; run diatrace info for all`;
    lines.push(dim(terminal, remark));
  }
  return lines;
}

function gather(notes: readonly HealthNote[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const note of notes) {
    const known = findings.get(note.kind.code);
    if (known === undefined) {
      findings.set(note.kind.code, { first: note, count: note.count, placeCount: 1 });
    } else {
      known.count += note.count;
      known.placeCount += 1;
    }
  }
  const rank = ({ first }: Finding) => severities.indexOf(first.kind.severity);
  return [...findings.values()].sort((a, b) => rank(a) - rank(b));
}

function findingLines({ first, count, placeCount }: Finding, terminal: Terminal): readonly string[] {
  const { kind, where } = first;
  const place = placeCount === 1 ? `in ${where}` : `in ${placeCount} places, first in ${where}`;
  const sentence = healthSentence(kind.sentence, count).replace(/\.$/, '');
  const what = safeText(`${sentence} (${place}, ${first.first}).`, terminal.unicode);
  const mark = kind.severity === 'note' ? 'i ' : '! ';
  const lines = wrapText(what, terminal.width - 2).slice(0, 2);
  const marked = lines.map((line, index) => {
    const text = (index === 0 ? mark : '  ') + line;
    return kind.severity === 'note' ? text : warning(terminal, text);
  });
  if (kind.advice === '') return marked;
  const advice = clip(safeText(kind.advice, terminal.unicode), terminal.width - 2, terminal.unicode);
  return [...marked, dim(terminal, `  ${advice}`)];
}
