/** Tables: titles, units, rows, totals, as in a terminal of the page's width. */
import { columnGap, type TableColumn, tableColumns } from '../../print/table-columns.ts';
import { clip } from '../../print/text-width.ts';
import { isNumeric } from '../../results/columns.ts';
import type { Table } from '../../results/shapes.ts';
import {
  colors,
  type Drawing,
  letterWidth,
  line,
  lineHeight,
  type SvgPage,
  type TextLook,
  text,
} from './svg.ts';

export function drawTable(table: Table, page: SvgPage): Drawing {
  const shown = Math.min(table.rowCount, page.rowCountMax);
  const { kept, left } = tableColumns(table, shown, page);
  const elements: string[] = [];
  let bottom = 0;
  const row = (textOf: (column: TableColumn) => string, look: TextLook = {}) => {
    bottom += lineHeight;
    elements.push(...drawRow(kept, bottom, textOf, look));
  };
  row(({ title }) => title, { isBold: true });
  if (kept.some(({ unit }) => unit !== '')) row(({ unit }) => unit, { color: colors.dim });
  for (let index = 0; index < shown; index += 1) row(({ textAt }) => textAt(index));
  if (table.totals !== undefined) {
    elements.push(line(0, bottom + 4, endOf(kept), bottom + 4));
    bottom += 8;
    row(({ total }) => total);
  }
  for (const remark of remarks(table.rowCount - shown, left)) {
    bottom += lineHeight;
    elements.push(text(0, bottom, remark, { color: colors.dim }));
  }
  return { height: bottom, elements };
}

function endOf(columns: readonly TableColumn[]): number {
  const letters = columns.reduce((sum, { width }) => sum + width, columnGap.length * (columns.length - 1));
  return letters * letterWidth;
}

function drawRow(
  columns: readonly TableColumn[],
  bottom: number,
  textOf: (column: TableColumn) => string,
  look: TextLook,
): readonly string[] {
  let x = 0;
  return columns.flatMap((drawn) => {
    const { column, width } = drawn;
    const [left, right] = [x, x + width * letterWidth];
    x = right + columnGap.length * letterWidth;
    const content = clip(textOf(drawn), width, true, column.kind === 'path' ? 'begin' : 'end');
    if (content === '') return [];
    return isNumeric(column.kind)
      ? [text(right, bottom, content, { ...look, anchor: 'end' })]
      : [text(left, bottom, content, look)];
  });
}

function remarks(hiddenCount: number, left: readonly TableColumn[]): readonly string[] {
  const rows = hiddenCount === 1 ? 'row' : 'rows';
  const hidden = hiddenCount > 0 ? [`… and ${hiddenCount} more ${rows} (--limit 0 for all)`] : [];
  if (left.length === 0) return hidden;
  return [...hidden, `… no room for ${left.map(({ title }) => title).join(', ')}: --csv and --json have all`];
}
