/**
 * Shapes as result tables of LAMI: tables as they are, histograms, heatmaps and series with a row for each bin or point, flame
 * graphs with a row for each frame. Sums over all rows are a table of their own. Rows that belong to others have their depth in a first
 * column.
 */
import type { Cell, ResultColumn } from '../../results/columns.ts';
import { column } from '../../results/columns.ts';
import { frameTotals } from '../../results/flame-graph.ts';
import type { JsonObject, JsonValue } from '../../results/json-text.ts';
import type {
  AxisDescription,
  Bins,
  FlameGraph,
  FlameGraphDescription,
  Grid,
  Lines,
  LinesDescription,
  Series,
  Shape,
  ShapeDescription,
  Table,
  TableDescription,
} from '../../results/shapes.ts';
import {
  type LamiColumn,
  type LamiColumnDescription,
  type LamiOpenness,
  lamiColumns,
  nearestLong,
  numberObject,
} from './columns.ts';

/** A table class object. */
export interface LamiTableClass {
  readonly title: string;
  readonly 'column-descriptions': readonly LamiColumnDescription[];
}

/** A table class with the name under which the metadata lists it. */
export interface NamedTableClass {
  readonly name: string;
  readonly tableClass: LamiTableClass;
}

/** One result table before it is written. */
export interface LamiTable extends NamedTableClass {
  readonly rows: Iterable<readonly JsonValue[]>;
}

/** The classes of the tables that a shape of this description becomes; the first is always there. */
export function tableClassesOf(description: ShapeDescription): readonly NamedTableClass[] {
  const { id: name } = description;
  if (description.shape === 'lines')
    return [{ name, tableClass: classOf(description.title, lamiColumns([lineColumn])) }];
  if (description.shape === 'flame-graph') {
    const columns = lamiColumns([level, ...frameColumns(description)]);
    return [{ name, tableClass: classOf(description.title, columns) }];
  }
  if (description.shape !== 'table')
    return [{ name, tableClass: classOf(description.title, binColumns(description)) }];
  const totals = totalColumns(description);
  const own = { name, tableClass: classOf(description.title, lamiColumns(description.columns)) };
  if (totals.length === 0) return [own];
  return [own, { name: `${name}-total`, tableClass: classOf(totalTitle(description), totals) }];
}

function classOf(title: string, columns: readonly LamiColumn[]): LamiTableClass {
  return { title, 'column-descriptions': columns.map(({ description }) => description) };
}

/** The tables of one shape. */
export function tablesOf(shape: Shape, openness: LamiOpenness): readonly LamiTable[] {
  if (shape.shape === 'table') return tablesOfTable(shape, openness);
  if (shape.shape === 'flame-graph') return tablesOfTable(tableOfFrames(shape), openness);
  const [named] = tableClassesOf(shape.description);
  if (shape.shape === 'lines') return [{ ...(named as NamedTableClass), rows: lineRows(shape, openness) }];
  const rows = shape.shape === 'grid' ? gridRows(shape, openness) : seriesRows(shape, openness);
  return [{ ...(named as NamedTableClass), rows }];
}

const lineColumn = column('line', 'Line', 'text', 'One line of text that another program reads.');

function* lineRows({ lines }: Lines, openness: LamiOpenness): Generator<readonly JsonValue[]> {
  const columns = lamiColumns([lineColumn]);
  for (const line of lines) yield columns.map(({ cell }) => cell(() => line, openness));
}

const level = column('level', 'Level', 'integer', 'How deep a row lies below the one that it belongs to.');

function tablesOfTable(table: Table, openness: LamiOpenness): readonly LamiTable[] {
  const { description, totals } = table;
  const hasParents = table.parents !== undefined;
  const described = hasParents ? [level, ...description.columns] : description.columns;
  const columns = lamiColumns(described);
  const own: LamiTable = {
    name: description.id,
    tableClass: classOf(description.title, columns),
    rows: tableRows(table, columns, hasParents ? depthsOf(table) : undefined, openness),
  };
  if (totals === undefined) return [own];
  const ofTotals = totalColumns(description);
  const row = ofTotals.map(({ cell }) => cell((at) => totals[at], openness));
  const total: LamiTable = {
    name: `${description.id}-total`,
    tableClass: classOf(totalTitle(description), ofTotals),
    rows: [row],
  };
  return [own, total];
}

function totalTitle({ title }: TableDescription): string {
  return `${title}: in all`;
}

/** What can be summed up: numbers, not who or what a row is about. */
function totalColumns({ columns }: TableDescription): readonly LamiColumn[] {
  return columns.flatMap((column, at) => {
    if (!isMeasure(column)) return [];
    return lamiColumns([column]).map(({ description, cell }) => ({
      description,
      cell: (cells: (column: number) => Cell, openness: LamiOpenness) => cell(() => cells(at), openness),
    }));
  });
}

function isMeasure({ kind }: ResultColumn): boolean {
  switch (kind) {
    case 'count':
    case 'number':
    case 'ratio':
    case 'rate':
    case 'duration':
    case 'size':
    case 'throughput':
      return true;
    default:
      return false;
  }
}

function* tableRows(
  { cells, rowCount }: Table,
  columns: readonly LamiColumn[],
  depths: Int32Array | undefined,
  openness: LamiOpenness,
): Generator<readonly JsonValue[]> {
  const shift = depths === undefined ? 0 : 1;
  for (let row = 0; row < rowCount; row += 1) {
    const cellAt = (at: number): Cell => (at < shift ? depths?.[row] : cells[at - shift]?.[row]);
    yield columns.map(({ cell }) => cell(cellAt, openness));
  }
}

/** Parents stand before their rows. */
function depthsOf({ parents, rowCount }: Table): Int32Array {
  const depths = new Int32Array(rowCount);
  parents?.forEach((parent, row) => {
    depths[row] = parent === undefined ? 0 : (depths[parent] as number) + 1;
  });
  return depths;
}

/** What a frame is called, its own value, and that of all below it too. */
function frameColumns({ frame, value }: FlameGraphDescription): readonly ResultColumn[] {
  const own = { ...value, id: 'self', title: `Self ${value.title.toLowerCase()}` };
  return [frame, own, { ...value, id: 'total', title: `Total ${value.title.toLowerCase()}` }];
}

function tableOfFrames({ description, frames }: FlameGraph): Table {
  const { id, title, meaning } = description;
  return {
    shape: 'table',
    description: { shape: 'table', id, title, meaning, columns: frameColumns(description) },
    rowCount: frames.length,
    cells: [frames.map(({ name }) => name), frames.map(({ self }) => self), Array.from(frameTotals(frames))],
    parents: frames.map(({ parent }) => parent),
  };
}

/** The columns of a shape with bins: from, below (or both as one time range), a name, the value. */
function binColumns(
  description: Exclude<ShapeDescription, TableDescription | FlameGraphDescription | LinesDescription>,
): readonly LamiColumn[] {
  const names =
    description.shape === 'series' ? (description.name === undefined ? [] : [description.name]) : [];
  const y = description.shape === 'grid' ? description.y : undefined;
  return [
    ...lamiColumns(names),
    ...axisColumns(description.x),
    ...(y === undefined ? [] : axisColumns(y)),
    ...lamiColumns([description.value]),
  ];
}

function axisColumns(axis: AxisDescription): readonly LamiColumn[] {
  const { title, kind } = axis;
  if (kind === 'timestamp') {
    return [{ description: { title, class: 'time-range' }, cell: () => null }];
  }
  const edge = (suffix: string) => lamiColumns([{ ...axis, title: `${title} (${suffix})` }]);
  return [...edge('from'), ...edge('below')];
}

function axisCells(axis: AxisDescription, bins: Bins, at: number): readonly JsonValue[] {
  const [from, below] = [bins.edges[at] as number, bins.edges[at + 1] as number];
  if (axis.kind === 'timestamp') return [timeRangeObject(timeOf(bins, from), timeOf(bins, below))];
  const exact = { isLowerBound: false, clockUncertaintyNs: 0 };
  return [from, below].flatMap((edge) => lamiColumns([axis]).map(({ cell }) => cell(() => edge, exact)));
}

function timeOf({ originNs = 0n }: Bins, edge: number): bigint {
  return originNs + BigInt(Math.round(edge));
}

/** A `time-range` object. */
export function timeRangeObject(beginNs: bigint, endNs: bigint): JsonObject {
  return {
    class: 'time-range',
    begin: numberObject('timestamp', nearestLong(beginNs)),
    end: numberObject('timestamp', nearestLong(endNs)),
  };
}

/** Of a heatmap only the cells that have something in them. */
function* gridRows(
  { description, x, y, counts }: Grid,
  openness: LamiOpenness,
): Generator<readonly JsonValue[]> {
  const value = lamiColumns([description.value])[0] as LamiColumn;
  const width = x.edges.length - 1;
  for (const [at, count] of counts.entries()) {
    if (y !== undefined && count === 0) continue;
    const xCells = axisCells(description.x, x, at % width);
    const yCells =
      description.y === undefined || y === undefined
        ? []
        : axisCells(description.y, y, Math.floor(at / width));
    yield [...xCells, ...yCells, value.cell(() => count, openness)];
  }
}

function* seriesRows(
  { description, x, lines }: Series,
  openness: LamiOpenness,
): Generator<readonly JsonValue[]> {
  const value = lamiColumns([description.value])[0] as LamiColumn;
  const named = description.name === undefined ? [] : lamiColumns([description.name]);
  for (const line of lines) {
    const names = named.map(({ cell }) => cell(() => line.name, openness));
    for (const [at, point] of line.values.entries()) {
      yield [...names, ...axisCells(description.x, x, at), value.cell(() => point, openness)];
    }
  }
}
