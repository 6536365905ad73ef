/** Grids with two axes: time across, latency up, more in a cell is lighter; sums above and on the right. */
import { edgeLabel, type Groups, groupBins } from '../../print/axis.ts';
import { printAlone } from '../../print/format-value.ts';
import { gridCells, heatLevel, legendCounts } from '../../print/heat-scale.ts';
import { heatColor } from '../../print/palette.ts';
import { clip, safeText, textWidth } from '../../print/text-width.ts';
import { type Bins, binCount, type Grid, type GridDescription } from '../../results/shapes.ts';
import { drawAxis, plotColumns } from './axis.ts';
import {
  colors,
  type Drawing,
  innerWidth,
  letterWidth,
  line,
  lineHeight,
  nothingFound,
  rect,
  rgb,
  type SvgPage,
  text,
} from './svg.ts';

const rowCountMax = 48;
const plotHeightMax = 480;
const sumsHeight = 40;
/** Between labels and the plot. */
const gap = 8;

/** What is drawn, and where. */
interface Plot {
  readonly grid: Grid;
  readonly y: { readonly description: NonNullable<GridDescription['y']>; readonly bins: Bins };
  readonly columns: Groups;
  readonly rows: Groups;
  /** Counts, the lowest row first. */
  readonly cells: readonly (readonly number[])[];
  readonly peak: number;
  readonly left: number;
  readonly rowHeight: number;
}

export function drawHeatmap(grid: Grid, page: SvgPage): Drawing {
  const plot = plotOf(grid, page);
  if (plot === undefined) return nothingFound();
  const { columns, left, rows, rowHeight, peak } = plot;
  const bottom = sumsHeight + rows.count * rowHeight;
  const { x, value } = grid.description;
  const axis = drawAxis(x, grid.x, columns, { left, top: bottom }, page);
  const legend = drawLegend(value.unit ?? value.title, peak, left, bottom + axis.height + lineHeight, page);
  return {
    height: bottom + axis.height + lineHeight + 4,
    elements: [
      ...drawSums(plot, page),
      ...drawRows(plot, page),
      line(left, sumsHeight, left, bottom),
      ...axis.elements,
      ...legend,
    ],
  };
}

function plotOf(grid: Grid, page: SvgPage): Plot | undefined {
  const { y } = grid.description;
  if (grid.y === undefined || y === undefined) return undefined;
  const bins = grid.y;
  const rows = groupBins(binCount(bins), rowCountMax);
  const labels = Array.from({ length: rows.count }, (_, row) => edgeLabel(y, bins, row * rows.size, page));
  const heading = clip(safeText(y.title, true), 14, true);
  const labelWidth = [heading, ...labels].reduce((width, label) => Math.max(width, textWidth(label)), 0);
  const all = grid.counts.reduce((sum, count) => sum + count, 0);
  const totalWidth = textWidth(printAlone('number', all, page)) * letterWidth;
  const left = labelWidth * letterWidth + gap;
  const columns = plotColumns(grid.x, innerWidth - left - totalWidth - gap);
  const cells = gridCells(grid, columns, rows);
  const peak = cells.reduce((max, row) => row.reduce((most, count) => Math.max(most, count), max), 0);
  const rowHeight = Math.min(lineHeight, Math.max(10, plotHeightMax / rows.count));
  return { grid, y: { description: y, bins }, columns, rows, cells, peak, left, rowHeight };
}

/** How many there are in each column, over all rows. */
function drawSums({ grid, y, cells, columns, left }: Plot, page: SvgPage): readonly string[] {
  const sums = Array.from({ length: columns.count }, (_, column) =>
    cells.reduce((sum, row) => sum + (row[column] as number), 0),
  );
  const largest = sums.reduce((max, sum) => Math.max(max, sum), 0);
  const all = sums.reduce((sum, count) => sum + count, 0);
  const bars = sums.flatMap((sum, column) => {
    if (sum === 0) return [];
    const height = Math.max(1, (sum / largest) * (sumsHeight - 6));
    const x = left + column * columns.cellWidth;
    const tip = `${spanLabel(grid.description.x, grid.x, columns, column, page)}: ${printAlone('number', sum, page)}`;
    return [rect(x, sumsHeight - 2 - height, { width: columns.cellWidth, height }, colors.rule, tip)];
  });
  const heading = clip(safeText(y.description.title, true), 14, true);
  return [
    ...bars,
    text(left - gap, sumsHeight, heading, { anchor: 'end', color: colors.dim }),
    text(innerWidth, sumsHeight, printAlone('number', all, page), { anchor: 'end', color: colors.dim }),
  ];
}

function drawRows(
  { grid, y, cells, columns, rows, peak, left, rowHeight }: Plot,
  page: SvgPage,
): readonly string[] {
  return cells.flatMap((counts, row) => {
    const top = sumsHeight + (rows.count - 1 - row) * rowHeight;
    const middle = top + rowHeight / 2 + lineHeight / 2;
    const span = spanLabel(y.description, y.bins, rows, row, page);
    const drawn = counts.flatMap((count, column) => {
      const level = heatLevel(count, peak);
      if (level === undefined) return [];
      const size = { width: columns.cellWidth, height: rowHeight - 0.5 };
      const when = spanLabel(grid.description.x, grid.x, columns, column, page);
      const tip = `${span}, ${when}: ${printAlone('number', count, page)}`;
      return [rect(left + column * columns.cellWidth, top, size, rgb(heatColor(level)), tip)];
    });
    const total = counts.reduce((sum, count) => sum + count, 0);
    return [
      text(left - gap, middle, edgeLabel(y.description, y.bins, row * rows.size, page), { anchor: 'end' }),
      ...drawn,
      text(innerWidth, middle, printAlone('number', total, page), { anchor: 'end', color: colors.dim }),
    ];
  });
}

/** `2 µs – 5 µs` */
function spanLabel(
  axis: NonNullable<GridDescription['y']>,
  bins: Bins,
  groups: Groups,
  at: number,
  page: SvgPage,
): string {
  const end = Math.min(binCount(bins), (at + 1) * groups.size);
  return `${edgeLabel(axis, bins, at * groups.size, page)} – ${edgeLabel(axis, bins, end, page)}`;
}

function drawLegend(
  unit: string,
  peak: number,
  left: number,
  bottom: number,
  page: SvgPage,
): readonly string[] {
  const label = clip(safeText(`${unit} in a cell:`, true), 24, true);
  const elements = [text(left, bottom, label, { isBold: true })];
  let x = left + (textWidth(label) + 2) * letterWidth;
  for (const count of legendCounts(peak)) {
    const name = printAlone('number', count, page);
    const color = rgb(heatColor(heatLevel(count, peak) ?? 0));
    elements.push(rect(x, bottom - lineHeight + 4, { width: 2 * letterWidth, height: 11 }, color));
    elements.push(text(x + 2.5 * letterWidth, bottom, name));
    x += (textWidth(name) + 5) * letterWidth;
  }
  return elements;
}
