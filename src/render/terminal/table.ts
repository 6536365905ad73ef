/**
 * Tables: a title line, a line of units, the rows, the totals.
 *
 * Text gives way first when there is too little room, then columns are left out from the right, and a last line names
 * them: a number is never cut.
 */

import { columnFormat } from '../../print/format-value.ts';
import { glyphs } from '../../print/page.ts';
import { clip, padText, safeText, textWidth, wrapText } from '../../print/text-width.ts';
import type { ResultColumn } from '../../results/columns.ts';
import { isNumeric } from '../../results/columns.ts';
import type { Table } from '../../results/shapes.ts';
import { bold, dim, type Terminal } from './terminal.ts';

const gap = '  ';
/** Names of threads have at most 15 letters, of system calls seldom more: a column less is better than names that look alike. */
const nameWidthMin = 15;
/** Of a path the last part says most. */
const pathWidthMin = 8;
/** Deeper rows are not indented further. */
const indentDepthMax = 12;

interface DrawnColumn {
  readonly column: ResultColumn;
  readonly title: string;
  readonly unit: string;
  readonly cells: readonly string[];
  readonly total: string;
  width: number;
}

/** The lines of a table, the first `rowCountMax` rows of it. */
export function* tableLines(table: Table, terminal: Terminal): Generator<string> {
  const shown = Math.min(table.rowCount, terminal.rowCountMax);
  if (table.rowCount === 0) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const { kept, left } = fitColumns(drawColumns(table, shown, terminal), terminal);
  yield bold(
    terminal,
    line(kept, terminal, (drawn) => drawn.title),
  );
  if (kept.some((drawn) => drawn.unit !== ''))
    yield dim(
      terminal,
      line(kept, terminal, (drawn) => drawn.unit),
    );
  for (let row = 0; row < shown; row += 1) yield line(kept, terminal, (drawn) => drawn.cells[row]!);
  if (table.totals !== undefined) {
    const width = kept.reduce((sum, drawn) => sum + drawn.width, gap.length * (kept.length - 1));
    yield dim(terminal, glyphs(terminal).rule.repeat(width));
    yield line(kept, terminal, (drawn) => drawn.total);
  }
  yield* remarks(table.rowCount - shown, left, terminal);
}

function* remarks(hiddenCount: number, left: readonly DrawnColumn[], terminal: Terminal): Generator<string> {
  const { ellipsis } = glyphs(terminal);
  if (hiddenCount > 0) {
    const rows = hiddenCount === 1 ? 'row' : 'rows';
    yield dim(terminal, `${ellipsis} and ${hiddenCount} more ${rows} (--limit 0 for all)`);
  }
  if (left.length === 0) return;
  const names = left.map((drawn) => drawn.title).join(', ');
  const text = `${ellipsis} no room for ${names}: use a wider terminal, --csv or --json`;
  for (const part of wrapText(text, terminal.width)) yield dim(terminal, part);
}

function drawColumns(table: Table, shown: number, terminal: Terminal): DrawnColumn[] {
  const depths = rowDepths(table, shown);
  // The first text is what a row is about.
  const indentedAt = Math.max(
    0,
    table.description.columns.findIndex(({ kind }) => !isNumeric(kind)),
  );
  return table.description.columns.map((column, at) => {
    const cells = table.cells[at]!.slice(0, shown);
    const total = table.totals?.[at];
    const format = columnFormat(column, [...cells, total], terminal);
    const indentOf = (row: number) =>
      at === indentedAt ? '  '.repeat(Math.min(indentDepthMax, depths?.[row] ?? 0)) : '';
    const texts = cells.map((cell, row) => indentOf(row) + format.print(cell));
    const title = safeText(column.title, terminal.unicode);
    const totalText =
      at === 0 && total === undefined && table.totals !== undefined ? 'Total' : format.print(total);
    const unit = format.unit === title.toLowerCase() ? '' : format.unit;
    const width = widest([title, unit, totalText, ...texts]);
    return { column, title, unit, cells: texts, total: totalText, width };
  });
}

/** `Math.max(...)` takes only so many arguments. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0);
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

function fitColumns(columns: DrawnColumn[], terminal: Terminal) {
  const kept = [...columns];
  const left: DrawnColumn[] = [];
  const excess = () => {
    return kept.reduce((sum, drawn) => sum + drawn.width, gap.length * (kept.length - 1)) - terminal.width;
  };
  while (!shrinkTexts(kept, excess) && kept.length > 1) {
    left.unshift(kept.pop()!);
    for (const drawn of kept) drawn.width = naturalWidth(drawn);
  }
  if (excess() > 0) kept[0]!.width = terminal.width;
  return { kept, left };
}

function naturalWidth(drawn: DrawnColumn): number {
  return widest([drawn.title, drawn.unit, drawn.total, ...drawn.cells]);
}

/** Takes from the widest text column until all fit; whether they do. */
function shrinkTexts(kept: readonly DrawnColumn[], excess: () => number): boolean {
  const texts = kept.filter((drawn) => !isNumeric(drawn.column.kind));
  for (let over = excess(); over > 0; over = excess()) {
    const least = ({ column, title }: DrawnColumn) =>
      Math.max(column.kind === 'path' ? pathWidthMin : nameWidthMin, textWidth(title));
    const candidates = texts.filter((drawn) => drawn.width > least(drawn));
    if (candidates.length === 0) return false;
    const widestText = candidates.reduce((first, second) => (second.width > first.width ? second : first));
    const next = Math.max(
      0,
      ...candidates.filter((drawn) => drawn !== widestText).map((drawn) => drawn.width),
    );
    const step = Math.max(1, widestText.width - Math.max(next, least(widestText)));
    widestText.width -= Math.min(over, step);
  }
  return true;
}

function line(
  kept: readonly DrawnColumn[],
  terminal: Terminal,
  textOf: (drawn: DrawnColumn) => string,
): string {
  const parts = kept.map((drawn) => {
    const cutAt = drawn.column.kind === 'path' ? 'begin' : 'end';
    const text = clip(textOf(drawn), drawn.width, terminal.unicode, cutAt);
    return padText(text, drawn.width, isNumeric(drawn.column.kind) ? 'right' : 'left');
  });
  return parts.join(gap).trimEnd();
}
