/** A record's fields by name, as trace-cmd prints them where it can't follow a format: ` comm=bash pid=71 args=ARRAY[0b, 00]`. */
import type { ClassBatch } from '../../events/batch.ts';
import { bytesAt, type Column, isBlobColumn } from '../../events/columns.ts';
import type { IntegerType } from '../../events/layout.ts';
import type { KernelText } from '../../events/reader.ts';
import { writeHex } from './compile-text.ts';
import { bytesReader } from './fields.ts';
import type { WriteRow } from './integer-text.ts';

/** A space stands before each. */
export function compileRawFields(batch: ClassBatch, kernel?: KernelText): WriteRow {
  const payload = batch.scopes.get('payload');
  const parts = (payload?.members ?? []).map((member, index) => {
    const name = payload?.names[index] ?? '';
    // A `long` often holds an address.
    const isLong = kernel?.declaredType?.(name)?.includes('long') === true;
    return { lead: ` ${name}=`, write: compileRawField(member, isLong) };
  });
  return (row, out) => {
    for (const { lead, write } of parts) {
      out.text(lead);
      write(row, out);
    }
  };
}

export function compileRawField(column: Column, isLong: boolean): WriteRow {
  if (column.kind === 'text' && !isBlobColumn(column)) {
    const array = arrayText(column);
    return (row, out) => {
      const bytes = bytesAt(column, row);
      if (bytes.every(isPrintable)) out.bytes(bytes);
      else array(row, out);
    };
  }
  if ((column.kind === 'number' || column.kind === 'bigint') && column.type.kind === 'integer')
    return integerText(column, column.type, isLong);
  return arrayText(column);
}

function arrayText(column: Column): WriteRow {
  const bytesOf = bytesReader(column);
  return (row, out) => {
    out.ascii('ARRAY[');
    writeHex(bytesOf(row), ', ', out);
    out.ascii(']');
  };
}

/** C's `isprint` and `isspace`. */
function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
}

function integerText(
  column: Column & { kind: 'number' | 'bigint' },
  type: IntegerType,
  isLong: boolean,
): WriteRow {
  const isHex = type.displayBase === 16 || (isLong && (!type.isSigned || type.sizeBits === 32));
  if (isHex) {
    return (row, out) => {
      const value = BigInt.asUintN(type.sizeBits, BigInt(column.values[row] as number | bigint));
      out.ascii(`0x${value.toString(16)}`);
    };
  }
  // libtraceevent prints 16 bits with a sign as `%2d`.
  const width = type.isSigned && type.sizeBits === 16 ? 2 : 0;
  if (width === 0) return (row, out) => out.decimal(column.values[row] as number | bigint);
  return (row, out) => out.ascii(String(column.values[row]).padStart(width));
}
