/** What styles of text have in common in printing fields: text in quotes, lists in brackets; the rest is each style's own. */
import {
  type BigintColumn,
  type Column,
  type ListColumn,
  type NumberColumn,
  type StructColumn,
  textAt,
  type VariantColumn,
} from '../columns.ts';
import type { ByteWriter } from './byte-writer.ts';
import { quoted } from './safe-text.ts';

export type FieldPrinter = (row: number, out: ByteWriter) => void;

/** How a style prints what is its own. */
export interface FieldForms {
  readonly number: (column: NumberColumn | BigintColumn) => FieldPrinter;
  readonly struct: (column: StructColumn) => FieldPrinter;
  readonly variant: (column: VariantColumn) => FieldPrinter;
}

/** Recursion ends with the type's depth, which metadata readers limit. */
export function compileByKind(column: Column, forms: FieldForms): FieldPrinter {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return forms.number(column);
    case 'text':
      return (row, out) => out.text(quoted(textAt(column, row)));
    case 'struct':
      return forms.struct(column);
    case 'variant':
      return forms.variant(column);
    case 'list':
      return compileList(column, compileByKind(column.element, forms));
  }
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
