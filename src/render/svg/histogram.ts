/** Grids with one axis: a bar for each bin, with its count and the part of all that is up to there. */
import { type HistogramRow, histogramRows } from '../../print/histogram-rows.ts';
import { heatColor } from '../../print/palette.ts';
import { clip, safeText, textWidth } from '../../print/text-width.ts';
import type { Grid } from '../../results/shapes.ts';
import {
  colors,
  type Drawing,
  innerWidth,
  letterWidth,
  lineHeight,
  rect,
  rgb,
  type SvgPage,
  text,
} from './svg.ts';

const gap = 2 * letterWidth;

export function drawHistogram(grid: Grid, page: SvgPage): Drawing {
  const rows = histogramRows(grid, page);
  const { x, value } = grid.description;
  const title = clip(safeText(value.unit ?? value.title, true), 20, true);
  const widest = (textOf: (row: HistogramRow) => string, least: number) =>
    rows.reduce((width, row) => Math.max(width, textWidth(textOf(row))), least) * letterWidth;
  // Right edges of what stands before the bars.
  const from = widest((row) => row.from, 0);
  const to = from + widest((row) => row.to, 0) + 3 * letterWidth;
  const count = to + gap + widest((row) => row.count, textWidth(title));
  const cumulated = count + gap + 6 * letterWidth;
  const room = innerWidth - cumulated - gap;
  const color = rgb(heatColor(0.35));
  const elements = [
    text(0, lineHeight, clip(safeText(x.title, true), Math.floor(to / letterWidth), true), { isBold: true }),
    text(count, lineHeight, title, { isBold: true, anchor: 'end' }),
    text(cumulated, lineHeight, 'cum. %', { isBold: true, anchor: 'end' }),
    ...rows.flatMap((row, index) => {
      const bottom = (index + 2) * lineHeight;
      const size = { width: Math.max(1, row.part * room), height: lineHeight - 3 };
      return [
        text(from, bottom, row.from, { anchor: 'end' }),
        text(from + letterWidth, bottom, '–', { color: colors.dim }),
        text(to, bottom, row.to, { anchor: 'end' }),
        text(count, bottom, row.count, { anchor: 'end' }),
        text(cumulated, bottom, row.cumulated, { anchor: 'end', color: colors.dim }),
        ...(row.part > 0 ? [rect(cumulated + gap, bottom - lineHeight + 2, size, color)] : []),
      ];
    }),
  ];
  return { height: (rows.length + 1) * lineHeight, elements };
}
