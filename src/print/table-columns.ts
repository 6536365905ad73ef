/**
 * The columns of a table as text, made to fit a page: text gives way first, then columns are left out from the right; a number is never
 * cut.
 */
import { type Cell, isNumeric, type ResultColumn } from '../results/columns.ts';
import type { Table } from '../results/shapes.ts';
import { columnFormat, commonUnits, ShownCells } from './format-value.ts';
import type { Page } from './page.ts';
import { clip, padText, safeText, textWidth } from './text-width.ts';

/** What stands between columns. */
export const columnGap = '  ';
/** Names of threads have at most 15 letters, of system calls seldom more: a column less is better than names that look alike. */
const nameWidthMin = 15;
/** Of a path the last part says most. */
const pathWidthMin = 8;
/** Deeper rows are not indented further. */
const indentDepthMax = 12;

export interface TableColumn {
  readonly column: ResultColumn;
  readonly title: string;
  readonly unit: string;
  /** The text of a row's cell. It is made anew each time: texts of many rows would take far more memory than their values. */
  readonly textAt: (row: number) => string;
  readonly total: string;
  /** How many columns of the page the longest of the rows' texts takes. */
  readonly widthOfRows: () => number;
  /** 0 where there is no room for it. */
  width: number;
}

/** What there is room for: the columns, and those that are left out. */
export interface TableColumns {
  readonly kept: readonly TableColumn[];
  readonly left: readonly TableColumn[];
}

/** The columns of the first `shown` rows. Those that there is no room for are not looked at further. */
export function tableColumns(table: Table, shown: number, page: Page): TableColumns {
  const columns = drawColumns(table, shown, page);
  let needed = -columnGap.length;
  let count = 0;
  for (; count < columns.length; count += 1) {
    const drawn = columns[count] as TableColumn;
    drawn.width = widest(drawn);
    needed +=
      columnGap.length +
      (isNumeric(drawn.column.kind) ? drawn.width : Math.min(drawn.width, leastWidth(drawn)));
    if (needed > page.width && count > 0) break;
  }
  const kept = columns.slice(0, count);
  fitColumns(kept, page);
  return { kept, left: columns.slice(count) };
}

function widest({ title, unit, total, widthOfRows }: TableColumn): number {
  return Math.max(textWidth(title), textWidth(unit), textWidth(total), widthOfRows());
}

/** The longest text among the first rows. */
function widestText(textAt: (row: number) => string, shown: number): number {
  let width = 0;
  for (let row = 0; row < shown; row += 1) width = Math.max(width, textWidth(textAt(row)));
  return width;
}

/**
 * As `widestText`, for numbers: the largest or the least has the longest text, but where one has an exponent.
 * @returns undefined where all have to be looked at
 */
function widestNumber(
  cells: readonly Cell[],
  shown: number,
  print: (cell: Cell) => string,
): number | undefined {
  let least: number | bigint | undefined;
  let largest: number | bigint | undefined;
  for (let row = 0; row < shown; row += 1) {
    const cell = cells[row];
    if (typeof cell !== 'number' && typeof cell !== 'bigint') continue;
    if (least === undefined || cell < least) least = cell;
    if (largest === undefined || cell > largest) largest = cell;
  }
  const texts = [print(least), print(largest)];
  return texts.some((text) => text.includes('e'))
    ? undefined
    : Math.max(...texts.map(({ length }) => length));
}

/** A cell, cut and padded to its column's width. */
export function padCell({ column, width }: TableColumn, text: string, unicode: boolean): string {
  // What numbers are written with takes a column each, and is never cut.
  if (isNumeric(column.kind) && text.length <= width) return text.padStart(width);
  const cut = clip(text, width, unicode, column.kind === 'path' ? 'begin' : 'end');
  return padText(cut, width, isNumeric(column.kind) ? 'right' : 'left');
}

function drawColumns(table: Table, shown: number, page: Page): TableColumn[] {
  const depths = rowDepths(table, shown);
  // The first text is what a row is about.
  const indentedAt = Math.max(
    0,
    table.description.columns.findIndex(({ kind }) => !isNumeric(kind)),
  );
  const shownCells = table.description.columns.map(({ kind }, at) => {
    const cells = table.cells[at] as readonly Cell[];
    return { kind, cells: new ShownCells(firstOf(cells, shown, table.totals?.[at])) };
  });
  const common = commonUnits(shownCells);
  return table.description.columns.map((column, at) => {
    const cells = table.cells[at] as readonly Cell[];
    const total = table.totals?.[at];
    const format = columnFormat(column, shownCells[at]!.cells, page, common);
    const indentOf = (row: number) =>
      at === indentedAt ? '  '.repeat(Math.min(indentDepthMax, depths?.[row] ?? 0)) : '';
    const textAt = (row: number) => indentOf(row) + format.print(cells[row]);
    const title = safeText(column.title, page.unicode);
    const totalText =
      at === 0 && total === undefined && table.totals !== undefined ? 'Total' : format.print(total);
    const unit = format.unit === title.toLowerCase() ? '' : format.unit;
    const widthOfRows = () =>
      (isNumeric(column.kind) && column.kind !== 'timestamp' && at !== indentedAt
        ? widestNumber(cells, shown, format.print)
        : undefined) ?? widestText(textAt, shown);
    return { column, title, unit, textAt, total: totalText, widthOfRows, width: 0 };
  });
}

function* firstOf(cells: readonly Cell[], count: number, total: Cell): Generator<Cell> {
  for (let row = 0; row < count; row += 1) yield cells[row];
  yield total;
}

function rowDepths(table: Table, shown: number): readonly number[] | undefined {
  const { parents } = table;
  if (parents === undefined) return undefined;
  const depths: number[] = [];
  for (let row = 0; row < shown; row += 1) {
    const parent: number | undefined = parents[row];
    depths.push(parent === undefined ? 0 : (depths[parent] ?? 0) + 1);
  }
  return depths;
}

/** What a text may be cut to. */
function leastWidth({ column, title }: TableColumn): number {
  return Math.max(column.kind === 'path' ? pathWidthMin : nameWidthMin, textWidth(title));
}

/** Takes from the widest text column until all fit. */
function fitColumns(kept: readonly TableColumn[], page: Page): void {
  const excess = () => {
    return kept.reduce((sum, drawn) => sum + drawn.width, columnGap.length * (kept.length - 1)) - page.width;
  };
  const texts = kept.filter((drawn) => !isNumeric(drawn.column.kind));
  for (let over = excess(); over > 0; over = excess()) {
    const candidates = texts.filter((drawn) => drawn.width > leastWidth(drawn));
    if (candidates.length === 0) break;
    const widestText = candidates.reduce((first, second) => (second.width > first.width ? second : first));
    const next = Math.max(
      0,
      ...candidates.filter((drawn) => drawn !== widestText).map((drawn) => drawn.width),
    );
    const step = Math.max(1, widestText.width - Math.max(next, leastWidth(widestText)));
    widestText.width -= Math.min(over, step);
  }
  // A single column is cut.
  if (excess() > 0 && kept[0] !== undefined) kept[0].width = page.width;
}
