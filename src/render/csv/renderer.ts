/**
 * Results as CSV (RFC 4180, but lines end with a line feed): column ids first, then the values as they are stored,
 * durations and times in nanoseconds. Several answers are separated by an empty line.
 *
 * Lines for another program are printed as they are. Grids and series become one row for each cell or point; cells of a heatmap without counts are left out. Frames are rows that name the row of their caller. Control
 * characters in text are escaped (`\x1b`), because CSV is looked at in terminals too.
 */
import type { Cell } from '../../results/columns.ts';
import { frameTotals } from '../../results/flame-graph.ts';
import type { Renderer } from '../../results/renderer.ts';
import type { AnalysisResult } from '../../results/result.ts';
import type { Bins, FlameGraph, Grid, Lines, Series, Shape, Table } from '../../results/shapes.ts';

/** Comma-separated values. */
export const renderer: Renderer = { id: 'csv', title: 'Comma-separated values', render };

function* render(result: AnalysisResult): Generator<string> {
  for (const [index, answer] of result.answers.entries()) {
    if (index > 0) yield '\n';
    if (answer.shape === 'lines') yield* plainLines(answer);
    else for (const row of shapeRows(answer)) yield `${row.map(field).join(',')}\n`;
  }
}

function* plainLines({ lines }: Lines): Generator<string> {
  for (const line of lines) yield `${withoutControls(line).replace(/[\r\n]/g, ' ')}\n`;
}

function shapeRows(shape: Exclude<Shape, Lines>): Iterable<readonly Cell[]> {
  switch (shape.shape) {
    case 'table':
      return tableRows(shape);
    case 'grid':
      return gridRows(shape);
    case 'series':
      return seriesRows(shape);
    case 'flame-graph':
      return frameRows(shape);
  }
}

function* tableRows(table: Table): Generator<readonly Cell[]> {
  const { columns } = table.description;
  yield columns.map((column) => column.id);
  for (let row = 0; row < table.rowCount; row += 1)
    yield columns.map((_, column) => table.cells[column]![row]);
}

function* gridRows(grid: Grid): Generator<readonly Cell[]> {
  const { x, y, value } = grid.description;
  const width = grid.x.edges.length - 1;
  const yIds = y === undefined ? [] : [`${y.id}-begin`, `${y.id}-end`];
  yield [`${x.id}-begin`, `${x.id}-end`, ...yIds, value.id];
  for (const [at, count] of grid.counts.entries()) {
    if (grid.y === undefined) yield [...edges(grid.x, at), count];
    else if (count !== 0)
      yield [...edges(grid.x, at % width), ...edges(grid.y, Math.floor(at / width)), count];
  }
}

function* seriesRows(series: Series): Generator<readonly Cell[]> {
  const { x, value, name } = series.description;
  yield [...(name === undefined ? [] : [name.id]), `${x.id}-begin`, `${x.id}-end`, value.id];
  for (const line of series.lines) {
    for (const [at, cell] of line.values.entries()) {
      yield [...(name === undefined ? [] : [line.name]), ...edges(series.x, at), cell];
    }
  }
}

/** Frames by number, so that those of one name stay apart. */
function* frameRows({ description, frames }: FlameGraph): Generator<readonly Cell[]> {
  yield ['id', 'parent', description.frame.id, 'self', 'total'];
  const totals = frameTotals(frames);
  for (const [index, { name, parent, self }] of frames.entries())
    yield [index, parent, name, self, totals[index]];
}

function edges(bins: Bins, at: number): readonly Cell[] {
  return [bins.edges[at], bins.edges[at + 1]].map((edge) => {
    if (bins.originNs === undefined || edge === undefined) return edge;
    return bins.originNs + BigInt(Math.round(edge));
  });
}

function field(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = withoutControls(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Line feeds stay: they are quoted where they would end a row. */
function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
