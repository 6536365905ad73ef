/**
 * The expression that picks what a row or a cell was made of: `syscalls{name == "openat" && duration >= 1000ns}`.
 *
 * A description has it as a template; `@name` is replaced by the value in the language of filters: text in quotes,
 * durations and times as a number with `ns`, sizes and counts as bare numbers.
 */
import type { Cell, ColumnKind } from './columns.ts';
import type { AxisDescription, Bins, Grid, Table } from './shapes.ts';

/** The expression of one row; `undefined` when the table has none, or when a value in it is unknown. */
export function selectRow(table: Table, row: number): string | undefined {
  const { select, columns } = table.description;
  if (select === undefined) return undefined;
  return fill(select, (name) => {
    const at = columns.findIndex((column) => column.id === name);
    if (at < 0) throw new Error(`The select template of ${table.description.id} names no column: ${name}.`);
    return literal(columns[at]!.kind, table.cells[at]![row]);
  });
}

/** The expression of the cells from one x bin (and y bin) to another, both included. */
export function selectCells(
  grid: Grid,
  x: readonly [first: number, last: number],
  y: readonly [first: number, last: number] = [0, 0],
): string | undefined {
  const { select } = grid.description;
  if (select === undefined) return undefined;
  return fill(select, (name) => {
    if (name === 'x.begin') return edge(grid.description.x, grid.x, x[0]);
    if (name === 'x.end') return edge(grid.description.x, grid.x, x[1] + 1);
    if (name === 'y.begin') return edge(grid.description.y, grid.y, y[0]);
    if (name === 'y.end') return edge(grid.description.y, grid.y, y[1] + 1);
    throw new Error(`The select template of ${grid.description.id} names no edge: ${name}.`);
  });
}

function edge(axis: AxisDescription | undefined, bins: Bins | undefined, at: number): string | undefined {
  const value = bins?.edges[at];
  if (axis === undefined || value === undefined) return undefined;
  if (axis.kind !== 'timestamp') return literal(axis.kind, value);
  return literal(axis.kind, (bins?.originNs ?? 0n) + BigInt(Math.round(value)));
}

function fill(template: string, replacement: (name: string) => string | undefined): string | undefined {
  let isComplete = true;
  const text = template.replace(/@([a-z][a-zA-Z0-9-]*(?:\.(?:begin|end))?)/g, (_, name: string) => {
    const value = replacement(name);
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  return isComplete ? text : undefined;
}

/** A value as a filter expression writes it. */
export function literal(kind: ColumnKind, value: Cell): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return JSON.stringify(value);
  if (kind === 'duration' || kind === 'timestamp') return `${value}ns`;
  return String(value);
}
