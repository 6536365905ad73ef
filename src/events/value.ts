/**
 * Decoded columns as plain values, one record at a time: for text of any shape, comparisons between fields, and tests. What
 * is read for every event of a large trace reads the columns themselves.
 */
import {
  type Column,
  type FieldStruct,
  type FieldValue,
  type ListColumn,
  type StructColumn,
  textAt,
  type VariantColumn,
  type VariantValue,
} from './columns.ts';

/**
 * The value of one row: integers up to 32 bits and floats as numbers, larger integers as bigint, text as string (bytes that
 * are not UTF-8 become U+FFFD), lists as arrays, structures as objects, variants with the option that was chosen.
 * Recursion ends with the type's depth, which metadata readers limit.
 */
export function valueAt(column: Column, row: number): FieldValue {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return column.values[row] as number | bigint;
    case 'text':
      return textAt(column, row);
    case 'struct':
      return structAt(column, row);
    case 'list':
      return listAt(column, row);
    case 'variant':
      return variantAt(column, row);
  }
}

/** The members of one row, on an object without a prototype: a member may be named `__proto__` or `toString`. */
export function structAt(column: StructColumn, row: number): FieldStruct {
  const struct: { [name: string]: FieldValue } = Object.create(null);
  column.members.forEach((member, index) => {
    struct[column.names[index] as string] = valueAt(member, row);
  });
  return struct;
}

function listAt(column: ListColumn, row: number): readonly FieldValue[] {
  const values: FieldValue[] = [];
  const end = column.starts[row + 1] as number;
  for (let element = column.starts[row] as number; element < end; element++) {
    values.push(valueAt(column.element, element));
  }
  return values;
}

function variantAt(column: VariantColumn, row: number): VariantValue {
  const index = column.option[row] as number;
  const value = valueAt(column.options[index] as Column, column.row[row] as number);
  return { option: column.names[index] as string, value };
}
