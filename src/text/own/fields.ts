/**
 * Fields in the own style: `fd=3 path="/etc" mode=READ flags=0x8000 list=[1,2] inner={a=1 b=2}`.
 *
 * An enumeration is shown by its labels (`A|B` where several fit), by its number where none does; a bit map by its flags, with the
 * bits that have no name as a number behind them (`A|B|0x8`); a blob as `x"00ff"`. A length that a list announces is not
 * repeated, since the list shows it; an optional member without a value is left out.
 */
import {
  type BigintColumn,
  type Column,
  isAbsent,
  type NumberColumn,
  type StructColumn,
  type VariantColumn,
} from '../../events/columns.ts';
import type { FieldType, IntegerType } from '../../events/layout.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { compileByKind, type FieldForms, type FieldPrinter } from '../../events/text/field-printer.ts';
import { bitsOf, flagsOf, labelsOf } from '../../events/text/labels.ts';
import { safeName } from '../../events/text/safe-text.ts';

/** What a value means, shown in parentheses after it. */
export type FieldNote = (value: number | bigint) => string | undefined;

/** A printer for the members that are not left out, with spaces between them; undefined when there are none. */
export function compileMembers(
  column: StructColumn,
  leftOut: ReadonlySet<string>,
  notes: ReadonlyMap<string, FieldNote> = new Map(),
): FieldPrinter | undefined {
  const lengths = lengthTypes(column);
  const parts: { member: Column; lead: string; print: FieldPrinter }[] = [];
  column.members.forEach((member, index) => {
    const name = column.names[index] as string;
    if (leftOut.has(name) || ('type' in member && lengths.has(member.type))) return;
    parts.push({
      member,
      lead: `${safeName(name)}=`,
      print: withNote(member, notes.get(name)),
    });
  });
  if (parts.length === 0) return undefined;
  return (row, out) => {
    let isFirst = true;
    for (const part of parts) {
      if (isAbsent(part.member, row)) continue;
      if (!isFirst) out.ascii(' ');
      isFirst = false;
      out.text(part.lead);
      part.print(row, out);
    }
  };
}

function withNote(column: Column, note: FieldNote | undefined): FieldPrinter {
  const print = compileField(column);
  if (note === undefined || (column.kind !== 'number' && column.kind !== 'bigint')) return print;
  return (row, out) => {
    print(row, out);
    const text = note(column.values[row] as number | bigint);
    if (text !== undefined) out.text(` (${text})`);
  };
}

/** The integers that are lengths of members beside them. */
function lengthTypes(column: StructColumn): ReadonlySet<FieldType> {
  const found = new Set<FieldType>();
  for (const member of column.members) {
    if (!('type' in member)) continue;
    const { type } = member;
    if (type.kind === 'array' && type.length.kind === 'field') found.add(type.length.field.type);
  }
  return found;
}

const forms: FieldForms = {
  number: compileNumber,
  struct: compileStruct,
  variant: compileVariant,
  blob: (hex) => `x"${hex}"`,
  absent: 'none',
};

function compileField(column: Column): FieldPrinter {
  return compileByKind(column, forms);
}

function compileNumber(column: NumberColumn | BigintColumn): FieldPrinter {
  const type: FieldType = column.type;
  if (type.kind !== 'integer') {
    const isShort = type.kind === 'float' && type.sizeBits <= 32;
    return (row, out) => out.ascii(floatText(column.values[row] as number, isShort));
  }
  const { sizeBits, displayBase, labels, flags } = type;
  const write: (value: number | bigint, out: ByteWriter) => void =
    displayBase === 10
      ? (value, out) => out.decimal(value)
      : (value, out) => out.ascii(inBase(value, sizeBits, displayBase));
  if (flags !== undefined)
    return (row, out) => out.text(flagsText(type, column.values[row] as number | bigint));
  if (labels === undefined) return (row, out) => write(column.values[row] as number | bigint, out);
  return (row, out) => {
    const value = column.values[row] as number | bigint;
    const found = labelsOf(type, value);
    if (found.length === 0) write(value, out);
    else out.text(safeName(found.join('|')));
  };
}

/** The fewest digits that give the value back; of 32 bits when it had no more. */
function floatText(value: number, isShort: boolean): string {
  for (let digits = 6; isShort && digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(value);
}

/** Bits that no flag names are shown as one number. */
function flagsText(type: IntegerType, value: number | bigint): string {
  let rest = BigInt(value);
  for (const range of type.flags ?? []) rest &= ~bitsOf(range);
  const names = flagsOf(type, value).map(safeName);
  if (rest !== 0n || names.length === 0) names.push(`0x${rest.toString(16)}`);
  return names.join('|');
}

function inBase(value: number | bigint, sizeBits: number, base: 2 | 8 | 16): string {
  const prefix = base === 16 ? '0x' : base === 8 ? '0o' : '0b';
  const unsigned = value >= 0 ? value : BigInt.asUintN(sizeBits, BigInt(value));
  return prefix + unsigned.toString(base);
}

function compileStruct(column: StructColumn): FieldPrinter {
  const print = compileMembers(column, new Set());
  return (row, out) => {
    out.ascii('{');
    print?.(row, out);
    out.ascii('}');
  };
}

function compileVariant(column: VariantColumn): FieldPrinter {
  const options = column.options.map(compileField);
  return (row, out) => options[column.option[row] as number]?.(column.row[row] as number, out);
}
