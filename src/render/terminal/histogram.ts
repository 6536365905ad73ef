/** A grid with one axis: a bar for each bin, with its count and the part of all that is up to there. */

import { edgeLabel, groupBins, groupSums } from '../../print/axis.ts';
import { printAlone } from '../../print/format-value.ts';
import { glyphs } from '../../print/page.ts';
import { clip, padText, safeText, textWidth } from '../../print/text-width.ts';
import type { Grid } from '../../results/shapes.ts';
import { horizontalBar } from './bars.ts';
import { bold, dim, heatText, type Terminal } from './terminal.ts';

/** More bins are merged, so that the picture fits one screen. */
const lineCountMax = 48;

export function* histogramLines(grid: Grid, terminal: Terminal): Generator<string> {
  const total = grid.counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const { x, value } = grid.description;
  const groups = groupBins(grid.counts.length, lineCountMax);
  const counts = groupSums(grid.counts, groups);
  const labels = counts.map((_, group) => {
    const first = group * groups.size;
    const last = Math.min(grid.counts.length, first + groups.size);
    return [edgeLabel(x, grid.x, first, terminal), edgeLabel(x, grid.x, last, terminal)] as const;
  });
  const fromWidth = Math.max(...labels.map(([from]) => textWidth(from)));
  const toWidth = Math.max(...labels.map(([, to]) => textWidth(to)));
  const rangeWidth = fromWidth + toWidth + 3;
  const texts = counts.map((count) => printAlone('number', count, terminal));
  const title = clip(safeText(value.unit ?? value.title, terminal.unicode), 20, terminal.unicode);
  const countWidth = Math.max(textWidth(title), ...texts.map(textWidth));
  const barWidth = Math.max(1, terminal.width - rangeWidth - countWidth - 12);
  const largest = counts.reduce((max, count) => Math.max(max, count), 0);
  const heading = clip(safeText(x.title, terminal.unicode), rangeWidth, terminal.unicode);
  yield bold(
    terminal,
    `${padText(heading, rangeWidth, 'left')}  ${padText(title, countWidth, 'right')}  cum. %`,
  );
  let seen = 0;
  for (const [group, count] of counts.entries()) {
    seen += count;
    const [from, to] = labels[group]!;
    const range = `${padText(from, fromWidth, 'right')} ${glyphs(terminal).to} ${padText(to, toWidth, 'right')}`;
    const percent = padText(((100 * seen) / total).toFixed(1), 7, 'right');
    const bar = horizontalBar(terminal, count / largest, barWidth);
    const text = `${range}  ${padText(texts[group]!, countWidth, 'right')}  ${percent}`;
    yield bar === '' ? text : `${text} ${heatText(terminal, 0.35, bar)}`;
  }
}
