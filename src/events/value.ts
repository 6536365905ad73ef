/**
 * Decoded columns as plain values, one record at a time: for text of any shape, comparisons between fields, and tests. What
 * is read for every event of a large trace reads the columns themselves.
 */
import {
  bytesAt,
  type Column,
  type FieldStruct,
  type FieldValue,
  isAbsent,
  isBlobColumn,
  isBooleanColumn,
  type ListColumn,
  type StructColumn,
  textAt,
  type VariantColumn,
} from './columns.ts';

/**
 * The value of one row: integers up to 32 bits and floats as numbers, larger integers as bigint, booleans as boolean, text as
 * string (bytes that are none in its encoding become U+FFFD), blobs as a copy of their bytes, lists as arrays, structures as
 * objects, variants with the option that was chosen, optional fields as their value or undefined.
 * Recursion ends with the type's depth, which metadata readers limit.
 */
export function valueAt(column: Column, row: number): FieldValue | undefined {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return isBooleanColumn(column) ? Boolean(column.values[row]) : (column.values[row] as number | bigint);
    case 'text':
      return isBlobColumn(column) ? bytesAt(column, row).slice() : textAt(column, row);
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
    const value = valueAt(member, row);
    if (value !== undefined) struct[column.names[index] as string] = value;
  });
  return struct;
}

function listAt(column: ListColumn, row: number): readonly (FieldValue | undefined)[] {
  const values: (FieldValue | undefined)[] = [];
  const end = column.starts[row + 1] as number;
  for (let element = column.starts[row] as number; element < end; element++) {
    values.push(valueAt(column.element, element));
  }
  return values;
}

function variantAt(column: VariantColumn, row: number): FieldValue | undefined {
  const index = column.option[row] as number;
  if (isAbsent(column, row)) return undefined;
  const value = valueAt(column.options[index] as Column, column.row[row] as number);
  if (column.isOptional === true) return value;
  return { option: column.names[index] as string, value };
}
