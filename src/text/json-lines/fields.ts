/**
 * Fields as JSON, without loss: integers as they are, of any size; enumerations as `{"value": 3, "labels": ["A"]}`; floats as
 * their shortest decimal form, those that JSON lacks as "NaN", "Infinity", "-Infinity"; lists as arrays; structures as
 * objects; variants as `{"option": "name", "value": …}`.
 */
import type {
  BigintColumn,
  Column,
  NumberColumn,
  StructColumn,
  VariantColumn,
} from '../../events/columns.ts';
import type { FieldType } from '../../events/layout.ts';
import { compileByKind, type FieldForms, type FieldPrinter } from '../../events/text/field-printer.ts';
import { labelsOf } from '../../events/text/labels.ts';
import { quoted } from '../../events/text/safe-text.ts';

const forms: FieldForms = { number: compileNumber, struct: compileStruct, variant: compileVariant };

export function compileField(column: Column): FieldPrinter {
  return compileByKind(column, forms);
}

function compileNumber(column: NumberColumn | BigintColumn): FieldPrinter {
  const type: FieldType = column.type;
  if (type.kind !== 'integer') return (row, out) => out.ascii(floatText(column.values[row] as number));
  if (type.labels === undefined) return (row, out) => out.decimal(column.values[row] as number | bigint);
  return (row, out) => {
    const value = column.values[row] as number | bigint;
    out.ascii('{"value":');
    out.decimal(value);
    out.text(`,"labels":[${labelsOf(type, value).map(quoted).join(',')}]}`);
  };
}

function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function compileStruct(column: StructColumn): FieldPrinter {
  const parts = column.members.map((member, index) => ({
    lead: `${index === 0 ? '' : ','}${quoted(column.names[index] as string)}:`,
    print: compileField(member),
  }));
  return (row, out) => {
    out.ascii('{');
    for (const part of parts) {
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
