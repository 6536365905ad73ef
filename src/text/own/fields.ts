/**
 * Fields in the own style: `fd=3 path="/etc" mode=READ flags=0x8000 list=[1,2] inner={a=1 b=2}`.
 *
 * An enumeration is shown by its labels (`A|B` where several fit), by its number where none does. A length that a list
 * announces is not repeated, since the list shows it.
 */
import type {
  BigintColumn,
  Column,
  NumberColumn,
  StructColumn,
  VariantColumn,
} from '../../events/columns.ts';
import type { FieldType } from '../../events/layout.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { compileByKind, type FieldForms, type FieldPrinter } from '../../events/text/field-printer.ts';
import { labelsOf } from '../../events/text/labels.ts';
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
  const parts: { lead: string; print: FieldPrinter }[] = [];
  column.members.forEach((member, index) => {
    const name = column.names[index] as string;
    if (leftOut.has(name) || ('type' in member && lengths.has(member.type))) return;
    parts.push({
      lead: `${parts.length === 0 ? '' : ' '}${safeName(name)}=`,
      print: withNote(member, notes.get(name)),
    });
  });
  if (parts.length === 0) return undefined;
  return (row, out) => {
    for (const part of parts) {
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

const forms: FieldForms = { number: compileNumber, struct: compileStruct, variant: compileVariant };

function compileField(column: Column): FieldPrinter {
  return compileByKind(column, forms);
}

function compileNumber(column: NumberColumn | BigintColumn): FieldPrinter {
  const type: FieldType = column.type;
  if (type.kind !== 'integer') {
    const isShort = type.kind === 'float' && type.sizeBits <= 32;
    return (row, out) => out.ascii(floatText(column.values[row] as number, isShort));
  }
  const { sizeBits, displayBase, labels } = type;
  const write: (value: number | bigint, out: ByteWriter) => void =
    displayBase === 10
      ? (value, out) => out.decimal(value)
      : (value, out) => out.ascii(inBase(value, sizeBits, displayBase));
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
