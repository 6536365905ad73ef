/**
 * Fields as babeltrace2's pretty printer writes them, to the byte. What it prints was read off its own output and its
 * documentation (babeltrace2-sink.text.pretty(7)):
 *
 *   { addr = 0xBF083A6C, mode = ( "READ" : container = 0 ), s = "a\n", list = [ [0] = 1, [1] = 2 ], v = { 5 } }
 *
 * What CTF 2 adds is written as 2.1 writes it: `b = true, map = 0x3 { "A", "B" }, blob = { 00 ff }, optional = { 5 }` or `<none>`.
 *
 * Fields that only tell a reader how packets are laid out, and those that update a clock, are left out.
 */
import {
  type BigintColumn,
  bytesAt,
  type Column,
  encodingOf,
  isAbsent,
  isBlobColumn,
  isBooleanColumn,
  type ListColumn,
  type NumberColumn,
  type StructColumn,
  type TextColumn,
  textAt,
  type VariantColumn,
} from '../../events/columns.ts';
import type { FieldType, IntegerType } from '../../events/layout.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { formatG } from '../../events/text/c-float.ts';
import { flagsOf, labelsOf } from '../../events/text/labels.ts';
import { hexOf } from '../../events/text/safe-text.ts';

export type FieldPrinter = (row: number, out: ByteWriter) => void;

const quote = 0x22;
const encoder = new TextEncoder();

/** A printer for a whole scope; undefined when all of its fields are left out, and with them the scope. */
export function compileScope(
  column: StructColumn,
  withNames: boolean,
  leftOut?: ReadonlySet<string>,
): FieldPrinter | undefined {
  const shown = shownMembers(column, leftOut);
  return shown && compileMembers(column, shown, withNames);
}

/** Which members of a scope are printed; undefined when all are left out. */
export function shownMembers(
  column: StructColumn,
  leftOut: ReadonlySet<string> = new Set(),
): readonly boolean[] | undefined {
  const shown = column.names.map((name, index) => {
    const member = column.members[index] as Column;
    return !(leftOut.has(name) && isUnsignedInteger(member)) && isShown(member);
  });
  return column.names.length > 0 && !shown.includes(true) ? undefined : shown;
}

function isUnsignedInteger(column: Column): boolean {
  if (column.kind !== 'number' && column.kind !== 'bigint') return false;
  return column.type.kind === 'integer' && !column.type.isSigned;
}

/** Depth of these recursions is the type's. */
export function isShown(column: Column): boolean {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return (
        column.type.kind !== 'integer' ||
        (column.type.clock === undefined && column.type.isPacketLayout !== true)
      );
    case 'text':
      return true;
    case 'struct':
      return column.members.length === 0 || column.members.some(isShown);
    case 'list':
      return isShown(column.element);
    case 'variant':
      return column.isOptional === true ? isShown(column.options[1] as Column) : column.options.some(isShown);
  }
}

function compileField(column: Column, withNames: boolean): FieldPrinter {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return compileNumber(column);
    case 'text':
      return compileText(column);
    case 'struct':
      return compileMembers(column, column.members.map(isShown), withNames);
    case 'list':
      return compileList(column, withNames);
    case 'variant':
      return compileVariant(column, withNames);
  }
}

function compileMembers(column: StructColumn, shown: readonly boolean[], withNames: boolean): FieldPrinter {
  const parts: { lead: Uint8Array; print: FieldPrinter }[] = [];
  column.members.forEach((member, index) => {
    if (!shown[index]) return;
    const name = withNames ? `${column.names[index]} = ` : '';
    const lead = encoder.encode(`${parts.length === 0 ? ' ' : ', '}${name}`);
    parts.push({ lead, print: compileField(member, withNames) });
  });
  return (row, out) => {
    out.ascii('{');
    for (const part of parts) {
      out.bytes(part.lead);
      part.print(row, out);
    }
    out.ascii(' }');
  };
}

function compileList(column: ListColumn, withNames: boolean): FieldPrinter {
  const print = compileField(column.element, withNames);
  return (row, out) => {
    const start = column.starts[row] as number;
    const count = (column.starts[row + 1] as number) - start;
    out.ascii('[');
    for (let index = 0; index < count; index++) {
      out.ascii(index === 0 ? ' ' : ', ');
      if (withNames) out.ascii(`[${index}] = `);
      print(start + index, out);
    }
    out.ascii(' ]');
  };
}

function compileVariant(column: VariantColumn, withNames: boolean): FieldPrinter {
  const options = column.options.map((option) => compileField(option, withNames));
  return (row, out) => {
    if (isAbsent(column, row)) {
      out.ascii(noValue);
      return;
    }
    out.ascii('{ ');
    options[column.option[row] as number]?.(column.row[row] as number, out);
    out.ascii(' }');
  };
}

function compileNumber(column: NumberColumn | BigintColumn): FieldPrinter {
  const type: FieldType = column.type;
  if (type.kind !== 'integer') return (row, out) => out.ascii(formatG(column.values[row] as number));
  if (isBooleanColumn(column)) return (row, out) => out.ascii(booleanText(Boolean(column.values[row])));
  if (type.flags !== undefined) return compileBitMap(type, column);
  const write = integerWriter(type);
  if (type.labels === undefined) return (row, out) => write(column.values[row] as number | bigint, out);
  return (row, out) => {
    const value = column.values[row] as number | bigint;
    out.ascii('( ');
    writeLabels(labelsOf(type, value), out);
    out.ascii(' : container = ');
    write(value, out);
    out.ascii(' )');
  };
}

/** What stands for an optional field without a value. */
export const noValue = '<none>';

export function booleanText(value: boolean): string {
  return value ? 'true' : 'false';
}

function compileBitMap(type: IntegerType, column: NumberColumn | BigintColumn): FieldPrinter {
  return (row, out) => {
    const value = column.values[row] as number | bigint;
    out.ascii(`0x${value.toString(16).toUpperCase()}`);
    const flags = flagsOf(type, value);
    if (flags.length === 0) return;
    out.ascii(' { ');
    writeLabels(flags, out);
    out.ascii(' }');
  };
}

/** What `writeLabels` writes for a value. */
export function labelsText(type: IntegerType, value: bigint): Uint8Array {
  const out = new ByteWriter();
  writeLabels(labelsOf(type, value), out);
  return out.take().slice();
}

/** Several labels stand one after the other, as in babeltrace2 2.0; 2.1 puts them in braces. */
function writeLabels(labels: readonly string[], out: ByteWriter): void {
  if (labels.length === 0) out.ascii('<unknown>');
  labels.forEach((label, index) => {
    if (index > 0) out.ascii(', ');
    const bytes = encoder.encode(label);
    writeText(bytes, 0, bytes.length, out);
  });
}

type IntegerWriter = (value: number | bigint, out: ByteWriter) => void;

/** Negative numbers in hexadecimal and octal show the bits of their size, rounded up to whole digits. */
function integerWriter(type: IntegerType): IntegerWriter {
  const { sizeBits, isSigned } = type;
  switch (type.displayBase) {
    case 10:
      return (value, out) => out.decimal(value);
    case 16: {
      const bits = Math.ceil(sizeBits / 4) * 4;
      return (value, out) => out.ascii(`0x${unsigned(value, bits).toString(16).toUpperCase()}`);
    }
    case 8: {
      const bits = isSigned && sizeBits < 64 ? Math.ceil(sizeBits / 3) * 3 : 64;
      return (value, out) => out.ascii(`0${unsigned(value, bits).toString(8)}`);
    }
    case 2:
      return (value, out) => out.ascii(`0b${unsigned(value, sizeBits).toString(2).padStart(sizeBits, '0')}`);
  }
}

function unsigned(value: number | bigint, bits: number): number | bigint {
  return value >= 0 ? value : BigInt.asUintN(bits, BigInt(value));
}

function compileText(column: TextColumn): FieldPrinter {
  if (isBlobColumn(column)) {
    return (row, out) => {
      const hex = hexOf(bytesAt(column, row), ' ');
      out.ascii(hex === '' ? '{ }' : `{ ${hex} }`);
    };
  }
  if (encodingOf(column) !== 'utf-8') {
    return (row, out) => {
      const bytes = encoder.encode(textAt(column, row));
      writeText(bytes, 0, bytes.length, out);
    };
  }
  return (row, out) => {
    const start = column.starts[row] as number;
    writeText(column.bytes, start, start + (column.lengths[row] as number), out);
  };
}

/** What stands for each byte that is not printed as it is. */
const escapes: readonly (string | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  const named = '\u0007\b\u001b\f\n\r\t\v'.indexOf(character);
  if (named >= 0) return `\\${'abefnrtv'[named]}`;
  if ('\\\'"?'.includes(character)) return `\\${character}`;
  return byte < 0x20 || byte === 0x7f ? `\\x${byte.toString(16).padStart(2, '0')}` : undefined;
});

/** What generated code writes for each byte: a NUL ends the text. */
export const byteEscapes: readonly Uint8Array[] = escapes.map((escape, byte) =>
  byte === 0 ? new Uint8Array(0) : escape === undefined ? Uint8Array.of(byte) : encoder.encode(escape),
);

/** In quotes and escaped; other bytes as they were recorded, whatever their encoding. A NUL ends the text. */
function writeText(bytes: Uint8Array, start: number, end: number, out: ByteWriter): void {
  out.byte(quote);
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === 0) break;
    const escape = escapes[byte];
    if (escape === undefined) out.byte(byte);
    else out.ascii(escape);
  }
  out.byte(quote);
}
