/**
 * Decoded fields, one column a field, filled by any executor (interpreter, generated code) and read by everything above.
 *
 * Nested types have nested columns with row numbers of their own, as in Arrow:
 *
 *   list      starts: [0, 2, 2, 5]  element: a0 a1 c0 c1 c2          row 1 is empty
 *   variant   option: [0, 1, 0]     row: [0, 0, 1]   options[0]: x y   options[1]: z
 *
 * A column is reused from batch to batch: what is needed later is copied out by whoever needs it.
 */
import type { FieldType, IntegerType, TextEncoding } from './layout.ts';
import { isBytes } from './layout.ts';

/** Integers up to 32 bits and floats; 64-bit integers where only their magnitude matters (`as: 'number'`). */
export interface NumberColumn {
  readonly kind: 'number';
  readonly type: FieldType;
  count: number;
  values: Int32Array | Uint32Array | Float64Array;
}

/** Integers of 33 to 64 bits, exact. */
export interface BigintColumn {
  readonly kind: 'bigint';
  readonly type: IntegerType;
  count: number;
  values: BigInt64Array | BigUint64Array;
}

/** Text as the bytes that were recorded (without the final NUL), and other bytes (`isBlobColumn`), in one arena. */
export interface TextColumn {
  readonly kind: 'text';
  readonly type: FieldType;
  count: number;
  starts: Uint32Array;
  lengths: Uint32Array;
  bytes: Uint8Array;
  /** Bytes used in the arena. */
  used: number;
}

export interface StructColumn {
  readonly kind: 'struct';
  count: number;
  readonly names: readonly string[];
  readonly members: readonly Column[];
}

export interface ListColumn {
  readonly kind: 'list';
  readonly type: FieldType;
  count: number;
  /** `count + 1` row numbers in `element`: row r has `element` rows `starts[r]` to `starts[r + 1]`. */
  starts: Uint32Array;
  readonly element: Column;
}

export interface VariantColumn {
  readonly kind: 'variant';
  count: number;
  /** Which option each row has. */
  option: Uint32Array;
  /** The row in that option's column. */
  row: Uint32Array;
  readonly names: readonly string[];
  readonly options: readonly Column[];
  /** Of two options the first means that there is no value. */
  readonly isOptional?: boolean;
}

export type Column = NumberColumn | BigintColumn | TextColumn | StructColumn | ListColumn | VariantColumn;

/** `number`: 64-bit integers as doubles, for arithmetic; `natural`: exact. */
export type Representation = 'natural' | 'number';

/** Empty columns share their arrays: most classes of a trace are never met. */
const none = {
  int32: new Int32Array(0),
  uint32: new Uint32Array(0),
  float64: new Float64Array(0),
  bigInt64: new BigInt64Array(0),
  bigUint64: new BigUint64Array(0),
  bytes: new Uint8Array(0),
  /** A list without rows: the first one begins at 0. */
  starts: new Uint32Array(1),
} as const;
const initialRows = 16;

/** An empty column for a type. Depth is bounded by the type's, which metadata readers limit. */
export function makeColumn(type: FieldType, as: Representation = 'natural'): Column {
  switch (type.kind) {
    case 'integer':
      if (type.sizeBits > 32) {
        if (as === 'number') return { kind: 'number', type, count: 0, values: none.float64 };
        const values = type.isSigned ? none.bigInt64 : none.bigUint64;
        return { kind: 'bigint', type, count: 0, values };
      }
      return {
        kind: 'number',
        type,
        count: 0,
        values: type.isSigned ? none.int32 : none.uint32,
      };
    case 'float':
      return { kind: 'number', type, count: 0, values: none.float64 };
    case 'string':
      return makeTextColumn(type);
    case 'struct':
      return {
        kind: 'struct',
        count: 0,
        names: type.members.map((member) => member.name),
        members: type.members.map((member) => makeColumn(member.type, as)),
      };
    case 'array':
      if (isBytes(type)) return makeTextColumn(type);
      return {
        kind: 'list',
        type,
        count: 0,
        starts: none.starts,
        element: makeColumn(type.element, as),
      };
    case 'variant':
      return {
        kind: 'variant',
        count: 0,
        option: none.uint32,
        row: none.uint32,
        names: type.options.map((option) => option.name),
        options: type.options.map((option) => makeColumn(option.type, as)),
        ...(type.isOptional === true ? { isOptional: true } : {}),
      };
  }
}

/** A column like one that is empty. */
export function copyOfColumn(column: Column): Column {
  switch (column.kind) {
    case 'struct':
      return { ...column, members: column.members.map(copyOfColumn) };
    case 'list':
      return { ...column, element: copyOfColumn(column.element) };
    case 'variant':
      return { ...column, options: column.options.map(copyOfColumn) };
    default:
      return { ...column };
  }
}

function makeTextColumn(type: FieldType): TextColumn {
  return {
    kind: 'text',
    type,
    count: 0,
    starts: none.uint32,
    lengths: none.uint32,
    bytes: none.bytes,
    used: 0,
  };
}

/** Removes rows from `count` on: an event that turned out to be cut off leaves nothing behind. */
export function truncateColumn(column: Column, count: number): void {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      break;
    case 'text':
      column.used =
        count === 0 ? 0 : (column.starts[count - 1] as number) + (column.lengths[count - 1] as number);
      break;
    case 'struct':
      for (const member of column.members) truncateColumn(member, count);
      break;
    case 'list':
      truncateColumn(column.element, count === 0 ? 0 : (column.starts[count] as number));
      break;
    case 'variant':
      truncateOptions(column, count);
      break;
  }
  column.count = count;
}

/** An option's rows end after the last one that a remaining row refers to. */
function truncateOptions(column: VariantColumn, count: number): void {
  const kept = new Uint32Array(column.options.length);
  for (let row = 0; row < count; row++) {
    kept[column.option[row] as number] = (column.row[row] as number) + 1;
  }
  column.options.forEach((option, index) => {
    truncateColumn(option, kept[index] as number);
  });
}

/** A copy with at least twice the room; typed arrays of every kind. */
export function grown<
  T extends Int32Array | Uint32Array | Float64Array | BigInt64Array | BigUint64Array | Uint8Array,
>(values: T, needed: number): T {
  let length = Math.max(initialRows, values.length * 2);
  while (length < needed) length *= 2;
  const larger = new (values.constructor as new (length: number) => T)(length);
  larger.set(values as never);
  return larger;
}

const decoder = new TextDecoder();
// The order of bytes is known from the type: a byte order mark is text.
const utf16 = {
  be: new TextDecoder('utf-16be', { ignoreBOM: true }),
  le: new TextDecoder('utf-16le', { ignoreBOM: true }),
};

/** The text of one row; bytes that are none in the column's encoding become U+FFFD. */
export function textAt(column: TextColumn, row: number): string {
  const bytes = bytesAt(column, row);
  switch (encodingOf(column)) {
    case 'utf-8':
      return decoder.decode(bytes);
    case 'utf-16be':
      return utf16.be.decode(bytes);
    case 'utf-16le':
      return utf16.le.decode(bytes);
    case 'utf-32be':
      return decodeUtf32(bytes, false);
    case 'utf-32le':
      return decodeUtf32(bytes, true);
  }
}

/** The bytes of one row as they were recorded. They stay where they are: who keeps them copies them. */
export function bytesAt(column: TextColumn, row: number): Uint8Array {
  const start = column.starts[row] as number;
  return column.bytes.subarray(start, start + (column.lengths[row] as number));
}

export function encodingOf({ type }: TextColumn): TextEncoding {
  return (type.kind === 'string' || type.kind === 'array' ? type.encoding : undefined) ?? 'utf-8';
}

/** Whether a column's bytes are no text. */
export function isBlobColumn({ type }: TextColumn): boolean {
  return type.kind === 'array' && type.isBlob === true;
}

function decodeUtf32(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, isLittleEndian);
    const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    text += String.fromCodePoint(isCharacter ? point : 0xfffd);
  }
  return text;
}

/** A decoded value as plain JavaScript: what text styles, filters on any field, and tests work with. */
export type FieldValue =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly (FieldValue | undefined)[]
  | FieldStruct
  | VariantValue;
/** Optional members without a value are left out. */
export interface FieldStruct {
  readonly [name: string]: FieldValue;
}
/** Which option a variant had, and its value. */
export interface VariantValue {
  readonly option: string;
  readonly value: FieldValue | undefined;
}

/** Whether a row of an optional field has no value. */
export function isAbsent(column: Column, row: number): boolean {
  return column.kind === 'variant' && column.isOptional === true && column.option[row] === 0;
}

/** Whether the numbers of a column are false (0) or true (all else). */
export function isBooleanColumn({ type }: NumberColumn | BigintColumn): boolean {
  return type.kind === 'integer' && type.isBoolean === true;
}

/** The label (or the first of several) of an enumeration's value. */
export function labelOf(type: IntegerType, value: number | bigint): string | undefined {
  const wanted = BigInt(value);
  return type.labels?.find((range) => range.first <= wanted && wanted <= range.last)?.label;
}
