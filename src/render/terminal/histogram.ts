/** A grid with one axis: a bar for each bin, with its count and the part of all that is up to there. */
import { type HistogramRow, histogramRows } from '../../print/histogram-rows.ts';
import { glyphs } from '../../print/page.ts';
import { clip, padText, safeText, textWidth } from '../../print/text-width.ts';
import type { Grid } from '../../results/shapes.ts';
import { horizontalBar } from './bars.ts';
import { bold, dim, heatText, type Terminal } from './terminal.ts';

export function* histogramLines(grid: Grid, terminal: Terminal): Generator<string> {
  const rows = histogramRows(grid, terminal);
  if (rows.length === 0) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const widest = (textOf: (row: HistogramRow) => string) =>
    rows.reduce((width, row) => Math.max(width, textWidth(textOf(row))), 0);
  const [fromWidth, toWidth] = [widest(({ from }) => from), widest(({ to }) => to)];
  const rangeWidth = fromWidth + toWidth + 3;
  const { x, value } = grid.description;
  const title = clip(safeText(value.unit ?? value.title, terminal.unicode), 20, terminal.unicode);
  const countWidth = Math.max(
    textWidth(title),
    widest(({ count }) => count),
  );
  const barWidth = Math.max(1, terminal.width - rangeWidth - countWidth - 12);
  const heading = clip(safeText(x.title, terminal.unicode), rangeWidth, terminal.unicode);
  yield bold(
    terminal,
    `${padText(heading, rangeWidth, 'left')}  ${padText(title, countWidth, 'right')}  cum. %`,
  );
  for (const { from, to, count, cumulated, part } of rows) {
    const range = `${padText(from, fromWidth, 'right')} ${glyphs(terminal).to} ${padText(to, toWidth, 'right')}`;
    const bar = horizontalBar(terminal, part, barWidth);
    const text = `${range}  ${padText(count, countWidth, 'right')}  ${padText(cumulated, 7, 'right')}`;
    yield bar === '' ? text : `${text} ${heatText(terminal, 0.35, bar)}`;
  }
}
