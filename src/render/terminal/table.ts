/** Tables: a title line, a line of units, the rows, the totals, and what is left out for want of room. */
import { glyphs } from '../../print/page.ts';
import { columnGap, padCell, type TableColumn, tableColumns } from '../../print/table-columns.ts';
import { wrapText } from '../../print/text-width.ts';
import type { Table } from '../../results/shapes.ts';
import { bold, dim, type Terminal } from './terminal.ts';

/** The lines of a table, the first `rowCountMax` rows of it. */
export function* tableLines(table: Table, terminal: Terminal): Generator<string> {
  const shown = Math.min(table.rowCount, terminal.rowCountMax);
  if (table.rowCount === 0) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  const { kept, left } = tableColumns(table, shown, terminal);
  yield bold(
    terminal,
    line(kept, terminal, (drawn) => drawn.title),
  );
  if (kept.some((drawn) => drawn.unit !== ''))
    yield dim(
      terminal,
      line(kept, terminal, (drawn) => drawn.unit),
    );
  for (let row = 0; row < shown; row += 1) yield line(kept, terminal, (drawn) => drawn.textAt(row));
  if (table.totals !== undefined) {
    const width = kept.reduce((sum, drawn) => sum + drawn.width, columnGap.length * (kept.length - 1));
    yield dim(terminal, glyphs(terminal).rule.repeat(width));
    yield line(kept, terminal, (drawn) => drawn.total);
  }
  yield* remarks(table.rowCount - shown, left, terminal);
}

function* remarks(hiddenCount: number, left: readonly TableColumn[], terminal: Terminal): Generator<string> {
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

function line(
  kept: readonly TableColumn[],
  terminal: Terminal,
  textOf: (drawn: TableColumn) => string,
): string {
  let text = '';
  for (const drawn of kept) {
    if (text !== '') text += columnGap;
    text += padCell(drawn, textOf(drawn), terminal.unicode);
  }
  return text.trimEnd();
}
