/** What is wrong with the trace, in a few lines above the answer: what, how much, where first, and what to do about it. */
import { type HealthSeverity, type NotesOfKind, notesByKind } from '../results/health.ts';
import { type AnalysisResult, healthSentence } from '../results/result.ts';
import { glyphs, type Page, type PageLine } from './page.ts';
import { clip, safeText, wrapText } from './text-width.ts';

const lineCountMax = 6;

/** The order in which they matter. */
const severities: readonly HealthSeverity[] = ['loss', 'damage', 'time', 'note'];

/** At most six lines, none when nothing is wrong. */
export function healthLines(
  result: Pick<AnalysisResult, 'health' | 'isLowerBound'>,
  page: Page,
): readonly PageLine[] {
  const rank = ({ first }: NotesOfKind) => severities.indexOf(first.kind.severity);
  const findings = [...notesByKind(result.health)].sort((a, b) => rank(a) - rank(b));
  if (findings.length === 0) return [];
  const lines: PageLine[] = [];
  let shown = 0;
  let isBoundSaid = !result.isLowerBound;
  const sayBound = () => {
    if (!isBoundSaid) lines.push({ look: 'warning', text: '  Counts and sums below are lower bounds.' });
    isBoundSaid = true;
  };
  for (const finding of findings) {
    // One line stays free for what is not shown, unless this is the last, and one for the lower bounds.
    const kept = (shown + 1 < findings.length ? 1 : 0) + (isBoundSaid ? 0 : 1);
    const room = lineCountMax - lines.length - kept;
    // A note is no longer than what leaves each of those after it a line.
    const roomOfNote = lineCountMax - lines.length - (findings.length - shown - 1) - (isBoundSaid ? 0 : 1);
    const next = findingLines(finding, page, roomOfNote);
    if (shown > 0 && next.length > room) break;
    if (!isLoss(finding)) sayBound();
    lines.push(...next);
    shown += 1;
  }
  sayBound();
  const rest = findings.length - shown;
  if (rest > 0) {
    const remark = `  ${glyphs(page).ellipsis} and ${rest} more ${rest === 1 ? 'kind' : 'kinds'} of notes (--json has all)`;
    lines.push({ look: 'dim', text: remark });
  }
  return lines;
}

function isLoss({ first }: NotesOfKind): boolean {
  return first.kind.severity === 'loss' || first.kind.severity === 'damage';
}

function findingLines(
  { first, count, placeCount }: NotesOfKind,
  page: Page,
  roomOfNote: number,
): readonly PageLine[] {
  const { kind, where } = first;
  const place = placeCount === 1 ? `in ${where}` : `in ${placeCount} places, first in ${where}`;
  const sentence = healthSentence(kind.sentence, count).replace(/\.$/, '');
  if (kind.severity === 'note')
    return noteLines(sentence, `${place}, ${first.first}`, page, roomOfNote).map(dimmed);
  const what = safeText(`${sentence} (${place}, ${first.first}).`, page.unicode);
  const lines = wrapText(what, page.width - 2).slice(0, 2);
  const marked = lines.map(
    (line, index): PageLine => ({ look: 'warning', text: (index === 0 ? '! ' : '  ') + line }),
  );
  if (kind.advice === '') return marked;
  const advice = wrapText(safeText(kind.advice, page.unicode), page.width - 2).slice(0, 2);
  return [...marked, ...advice.map((line) => dimmed(`  ${line}`))];
}

function dimmed(text: string): PageLine {
  return { look: 'dim', text };
}

const noteLineCountMax = 3;

/**
 * What is merely good to know has no advice (`info` has it), and only where there is no room for more lines nothing about
 * its place.
 */
function noteLines(sentence: string, place: string, page: Page, room: number): readonly string[] {
  const width = page.width - 2;
  const whole = wrapText(safeText(`${sentence} (${place}).`, page.unicode), width);
  const isShort = whole.length > Math.min(room, noteLineCountMax);
  const lines = isShort ? [clip(safeText(`${sentence}.`, page.unicode), width, page.unicode)] : whole;
  return lines.map((line, index) => (index === 0 ? 'i ' : '  ') + line);
}
