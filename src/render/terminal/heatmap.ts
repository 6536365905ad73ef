/**
 * A grid with two axes: time across, latency up, more in a cell is lighter (or, without colours, denser).
 *
 * The scale of colours is logarithmic: on a linear one the busiest cell would turn all others into the same dark shade,
 * and a single slow call is what one looks for. Every cell with at least one count differs from an empty one. Above are
 * the sums over all latencies, on the right those over all times.
 */

import { axisCaption, edgeLabel, type Groups, groupBins } from '../../print/axis.ts';
import { printAlone } from '../../print/format-value.ts';
import { gridCells, heatLevel, legendCounts } from '../../print/heat-scale.ts';
import { glyphs } from '../../print/page.ts';
import { clip, padText, safeText, textWidth, wrapText } from '../../print/text-width.ts';
import type { Grid } from '../../results/shapes.ts';
import { axisLines } from './axis-lines.ts';
import { columnRow } from './bars.ts';
import { bold, dim, heatCells, type Terminal } from './terminal.ts';

const rowCountMax = 48;
const unicodeShades = ['·', '░', '▒', '▓', '█'];
const asciiShades = ['.', ':', '-', '=', '+', '*', '#', '%', '@'];

export function* heatmapLines(grid: Grid, terminal: Terminal): Generator<string> {
  const { x, y, value } = grid.description;
  const largest = grid.counts.reduce((max, count) => Math.max(max, count), 0);
  if (grid.y === undefined || y === undefined || !(largest > 0)) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const bins = grid.y;
  const rows = groupBins(bins.edges.length - 1, rowCountMax);
  const labels = Array.from({ length: rows.count }, (_, row) =>
    edgeLabel(y, bins, row * rows.size, terminal),
  );
  const heading = clip(safeText(y.title, terminal.unicode), 14, terminal.unicode);
  const labelWidth = Math.max(textWidth(heading), ...labels.map(textWidth));
  const all = grid.counts.reduce((sum, count) => sum + count, 0);
  const totalWidth = textWidth(printAlone('number', all, terminal));
  const columns = groupBins(grid.x.edges.length - 1, terminal.width - labelWidth - totalWidth - 4);
  const cells = gridCells(grid, columns, rows);
  const peak = cells.reduce((max, row) => Math.max(max, ...row), 0);
  const { vertical } = glyphs(terminal);
  const frame = (label: string, plot: string, total: number) => {
    const start = `${padText(label, labelWidth, 'right')} ${dim(terminal, vertical)}`;
    return `${start}${plot} ${padText(printAlone('number', total, terminal), totalWidth, 'right')}`;
  };
  yield frame(heading, sums(cells, columns, terminal), all);
  for (let row = rows.count - 1; row >= 0; row -= 1) {
    const counts = cells[row]!;
    const total = counts.reduce((sum, count) => sum + count, 0);
    yield frame(labels[row]!, drawRow(counts, peak, columns, terminal), total);
  }
  const indent = ' '.repeat(labelWidth + 2);
  const [ticks, tickLabels] = axisLines(x, grid.x, columns, indent.length, terminal);
  yield dim(terminal, indent + ticks);
  yield (indent + tickLabels).trimEnd();
  const caption = `${safeText(x.title, terminal.unicode)}: ${axisCaption(x, grid.x, columns, terminal)}`;
  for (const line of wrapText(caption, terminal.width - indent.length)) yield indent + dim(terminal, line);
  yield* legendLines(safeText(value.unit ?? value.title, terminal.unicode), peak, indent, terminal);
}

/** The sums of all columns as bars one row high. */
function sums(cells: readonly number[][], columns: Groups, terminal: Terminal): string {
  const totals = Array.from({ length: columns.count }, (_, column) => {
    return cells.reduce((sum, row) => sum + row[column]!, 0);
  });
  const largest = totals.reduce((max, total) => Math.max(max, total), 0);
  const parts = totals.map((total) => total / largest);
  const bars = columnRow(terminal, parts, 0, 1);
  return [...bars].map((bar) => bar.repeat(columns.cellWidth)).join('');
}

function drawRow(counts: readonly number[], peak: number, columns: Groups, terminal: Terminal): string {
  const levels = counts.map((count) => heatLevel(count, peak));
  if (terminal.color !== 'plain') return heatCells(terminal, levels, columns.cellWidth);
  return levels.map((level) => shade(level, terminal).repeat(columns.cellWidth)).join('');
}

function shade(level: number | undefined, terminal: Terminal): string {
  if (level === undefined) return ' ';
  const shades = terminal.unicode ? unicodeShades : asciiShades;
  return shades[Math.min(shades.length - 1, Math.floor(level * shades.length))]!;
}

/** A sample of the scale: 1, 10, 100 … and the largest. */
function* legendLines(unit: string, peak: number, indent: string, terminal: Terminal): Generator<string> {
  const samples = legendCounts(peak);
  const label = clip(`${unit} in a cell:`, 24, terminal.unicode);
  let width = indent.length + textWidth(label);
  let line = indent + bold(terminal, label);
  for (const count of samples) {
    const text = printAlone('number', count, terminal);
    if (width + textWidth(text) + 5 > terminal.width) break;
    width += textWidth(text) + 5;
    line += `  ${swatch(heatLevel(count, peak), terminal)} ${text}`;
  }
  yield line;
}

function swatch(level: number | undefined, terminal: Terminal): string {
  return terminal.color === 'plain' ? shade(level, terminal).repeat(2) : heatCells(terminal, [level], 2);
}
