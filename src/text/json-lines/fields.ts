/**
 * Fields as JSON, without loss: integers as they are, of any size; enumerations as `{"value": 3, "labels": ["A"]}`; floats as
 * their shortest decimal form, those that JSON lacks as "NaN", "Infinity", "-Infinity"; bit maps like enumerations, with the flags
 * that are set as labels; blobs as `{"hex": "00ff"}`; lists as arrays; structures as objects; variants as
 * `{"option": "name", "value": …}`. An optional member without a value is left out of its object; elsewhere it is null.
 */
import {
  type BigintColumn,
  type Column,
  isAbsent,
  type NumberColumn,
  type StructColumn,
  type VariantColumn,
} from '../../events/columns.ts';
import type { FieldType } from '../../events/layout.ts';
import { compileByKind, type FieldForms, type FieldPrinter } from '../../events/text/field-printer.ts';
import { flagsOf, labelsOf } from '../../events/text/labels.ts';
import { quoted } from '../../events/text/safe-text.ts';

const forms: FieldForms = {
  number: compileNumber,
  struct: compileStruct,
  variant: compileVariant,
  blob: (hex) => `{"hex":"${hex}"}`,
  absent: 'null',
};

export function compileField(column: Column): FieldPrinter {
  return compileByKind(column, forms);
}

function compileNumber(column: NumberColumn | BigintColumn): FieldPrinter {
  const type: FieldType = column.type;
  if (type.kind !== 'integer') return (row, out) => out.ascii(floatText(column.values[row] as number));
  if (type.labels === undefined && type.flags === undefined)
    return (row, out) => out.decimal(column.values[row] as number | bigint);
  const namesOf = type.flags === undefined ? labelsOf : flagsOf;
  return (row, out) => {
    const value = column.values[row] as number | bigint;
    out.ascii('{"value":');
    out.decimal(value);
    out.text(`,"labels":[${namesOf(type, value).map(quoted).join(',')}]}`);
  };
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function compileStruct(column: StructColumn): FieldPrinter {
  const parts = column.members.map((member, index) => ({
    member,
    lead: `${quoted(column.names[index] as string)}:`,
    print: compileField(member),
  }));
  return (row, out) => {
    out.ascii('{');
    let isFirst = true;
    for (const part of parts) {
      if (isAbsent(part.member, row)) continue;
      if (!isFirst) out.ascii(',');
      isFirst = false;
      out.text(part.lead);
      part.print(row, out);
    }
    out.ascii('}');
  };
}

function compileVariant(column: VariantColumn): FieldPrinter {
  const options = column.options.map((option, index) => ({
    lead: `{"option":${quoted(column.names[index] as string)},"value":`,
    print: compileField(option),
  }));
  return (row, out) => {
    const option = options[column.option[row] as number];
    if (option === undefined) throw new Error('A variant has a row without an option.');
    out.text(option.lead);
    option.print(column.row[row] as number, out);
    out.ascii('}');
  };
}
