/** What styles of text have in common in printing fields: text in quotes, booleans as words, lists in brackets; the rest is each style's own. */
import {
  type BigintColumn,
  bytesAt,
  type Column,
  isAbsent,
  isBlobColumn,
  isBooleanColumn,
  type ListColumn,
  type NumberColumn,
  type StructColumn,
  textAt,
  type VariantColumn,
} from '../columns.ts';
import type { ByteWriter } from './byte-writer.ts';
import { hexOf, quoted } from './safe-text.ts';

export type FieldPrinter = (row: number, out: ByteWriter) => void;

/** How a style prints what is its own. */
export interface FieldForms {
  readonly number: (column: NumberColumn | BigintColumn) => FieldPrinter;
  readonly struct: (column: StructColumn) => FieldPrinter;
  readonly variant: (column: VariantColumn) => FieldPrinter;
  /** A blob, of which the bytes are given as hexadecimal digits. */
  readonly blob: (hex: string) => string;
  /** What stands for an optional field without a value, where it can't be left out. */
  readonly absent: string;
}

/** Recursion ends with the type's depth, which metadata readers limit. */
export function compileByKind(column: Column, forms: FieldForms): FieldPrinter {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      if (isBooleanColumn(column)) return (row, out) => out.ascii(column.values[row] ? 'true' : 'false');
      return forms.number(column);
    case 'text':
      if (isBlobColumn(column)) return (row, out) => out.ascii(forms.blob(hexOf(bytesAt(column, row))));
      return (row, out) => out.text(quoted(textAt(column, row)));
    case 'struct':
      return forms.struct(column);
    case 'variant':
      return column.isOptional === true ? compileOptional(column, forms) : forms.variant(column);
    case 'list':
      return compileList(column, compileByKind(column.element, forms));
  }
}

function compileOptional(column: VariantColumn, forms: FieldForms): FieldPrinter {
  const print = compileByKind(column.options[1] as Column, forms);
  return (row, out) => {
    if (isAbsent(column, row)) out.ascii(forms.absent);
    else print(column.row[row] as number, out);
  };
}

/** `[1,2]`. */
function compileList(column: ListColumn, print: FieldPrinter): FieldPrinter {
  return (row, out) => {
    const start = column.starts[row] as number;
    const end = column.starts[row + 1] as number;
    out.ascii('[');
    for (let element = start; element < end; element++) {
      if (element > start) out.ascii(',');
      print(element, out);
    }
    out.ascii(']');
  };
}
