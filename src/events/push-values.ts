/** One value more at the end of a column: how the interpreter fills columns. */
import type { BigintColumn, Column, NumberColumn, TextColumn, VariantColumn } from './columns.ts';
import { grown } from './columns.ts';

export function pushNumber(column: NumberColumn, value: number): void {
  if (column.count === column.values.length) column.values = grown(column.values, column.count + 1);
  column.values[column.count++] = value;
}

export function pushBigint(column: BigintColumn, value: bigint): void {
  if (column.count === column.values.length) column.values = grown(column.values, column.count + 1);
  column.values[column.count++] = value;
}

export function pushText(column: TextColumn, bytes: Uint8Array, begin: number, end: number): void {
  const row = column.count;
  if (row === column.starts.length) {
    column.starts = grown(column.starts, row + 1);
    column.lengths = grown(column.lengths, row + 1);
  }
  const length = end - begin;
  if (column.used + length > column.bytes.length) column.bytes = grown(column.bytes, column.used + length);
  const target = column.bytes;
  let to = column.used;
  for (let from = begin; from < end; from++) target[to++] = bytes[from] as number;
  column.starts[row] = column.used;
  column.lengths[row] = length;
  column.used = to;
  column.count = row + 1;
}

export function pushOption(column: VariantColumn, index: number): void {
  const row = column.count;
  if (row === column.option.length) {
    column.option = grown(column.option, row + 1);
    column.row = grown(column.row, row + 1);
  }
  column.option[row] = index;
  column.row[row] = (column.options[index] as Column).count;
  column.count = row + 1;
}
