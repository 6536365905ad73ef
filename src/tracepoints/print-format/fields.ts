/** The fields of a record as formats see them: integers, texts, and bytes as they were recorded. */
import { type ClassBatch, columnAt } from '../../events/batch.ts';
import {
  type BigintColumn,
  bytesAt,
  type Column,
  type ListColumn,
  type NumberColumn,
  type TextColumn,
} from '../../events/columns.ts';
import type { ByteOrder, IntegerType } from '../../events/layout.ts';
import { constant, type Numeric, type Words } from './numeric.ts';

/** Finds a field of a class's records, among those that all tracepoints have first. */
export function fieldColumn(batch: ClassBatch, name: string): Column | undefined {
  return (
    columnAt(batch.scopes.get('common-context'), [name]) ?? columnAt(batch.scopes.get('payload'), [name])
  );
}

const isHostLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The column's arrays are replaced as it grows. */
function wordsOf(column: BigintColumn): Words {
  let { values } = column;
  let halves = halvesOf(values);
  const current = (): Uint32Array => {
    if (values !== column.values) {
      values = column.values;
      halves = halvesOf(values);
    }
    return halves;
  };
  const [low, high] = isHostLittle ? [0, 1] : [1, 0];
  return {
    low: (row) => current()[row * 2 + low] as number,
    high: (row) => current()[row * 2 + high] as number,
  };
}

function halvesOf(values: BigintColumn['values']): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}

const unsignedRanges: { readonly [sizeBits: number]: number } = { 8: 0xff, 16: 0xffff, 32: 0xffff_ffff };

/** An integer's value, without its sign. Arrays and texts are no numbers: 0. */
export function numericOf(column: Column): Numeric {
  if (column.kind === 'bigint') {
    const words = wordsOf(column);
    if (!column.type.isSigned) return { kind: 'bigint', words, read: (row) => column.values[row] as bigint };
    return { kind: 'bigint', words, read: (row) => BigInt.asUintN(64, column.values[row] as bigint) };
  }
  if (column.kind !== 'number' || column.type.kind !== 'integer') return constant(0n);
  return numberOf(column, column.type);
}

function numberOf(column: NumberColumn, type: IntegerType): Numeric {
  const read = (row: number) => column.values[row] as number;
  const max = unsignedRanges[type.sizeBits];
  if (!type.isSigned)
    return { kind: 'number', low: 0, high: max ?? 2 ** Math.min(53, type.sizeBits) - 1, read };
  if (max === undefined)
    return { kind: 'number', low: -Number.MAX_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER, read };
  if (type.sizeBits === 32) return { kind: 'number', low: 0, high: max, read: (row) => read(row) >>> 0 };
  return { kind: 'number', low: 0, high: max, read: (row) => read(row) & max };
}

/** Bytes of a row, as they were recorded; valid until the next call. */
export type BytesReader = (row: number) => Uint8Array;

const nothing = new Uint8Array(0);

/** Of an array, its elements' bytes; of an integer, its own. Structures have none. */
export function bytesReader(column: Column): BytesReader {
  switch (column.kind) {
    case 'text':
      return (row) => bytesAt(column, row);
    case 'list':
      return listBytes(column);
    case 'number':
    case 'bigint':
      return integerBytes(column);
    default:
      return () => nothing;
  }
}

function integerBytes(column: NumberColumn | BigintColumn): BytesReader {
  if (column.type.kind !== 'integer') return () => nothing;
  const put = byteWriterOf(column, column.type);
  const view = new DataView(new ArrayBuffer(8));
  const bytes = new Uint8Array(view.buffer, 0, column.type.sizeBits >>> 3);
  return (row) => {
    put(row, view, 0);
    return bytes;
  };
}

function listBytes(column: ListColumn): BytesReader {
  const { element } = column;
  if ((element.kind !== 'number' && element.kind !== 'bigint') || element.type.kind !== 'integer')
    return () => nothing;
  const put = byteWriterOf(element, element.type);
  const sizeBytes = element.type.sizeBits >>> 3;
  let view = new DataView(new ArrayBuffer(256));
  return (row) => {
    const start = column.starts[row] as number;
    const count = (column.starts[row + 1] as number) - start;
    if (count * sizeBytes > view.byteLength) view = new DataView(new ArrayBuffer(count * sizeBytes * 2));
    for (let index = 0; index < count; index++) put(start + index, view, index * sizeBytes);
    return new Uint8Array(view.buffer, 0, count * sizeBytes);
  };
}

type PutBytes = (row: number, view: DataView, at: number) => void;

function byteWriterOf(column: NumberColumn | BigintColumn, type: IntegerType): PutBytes {
  const isLittle = type.byteOrder === 'le';
  if (column.kind === 'bigint')
    return (row, view, at) =>
      view.setBigUint64(at, BigInt.asUintN(64, column.values[row] as bigint), isLittle);
  switch (type.sizeBits) {
    case 8:
      return (row, view, at) => view.setUint8(at, column.values[row] as number);
    case 16:
      return (row, view, at) => view.setUint16(at, column.values[row] as number, isLittle);
    case 32:
      return (row, view, at) => view.setUint32(at, column.values[row] as number, isLittle);
    default:
      return (row, view, at) => view.setBigInt64(at, BigInt(column.values[row] as number), isLittle);
  }
}

/** The order of a traced machine's bytes, as the type of any integer says that all tracepoints have; little-endian where none does. */
export function machineOrder(batch: ClassBatch): ByteOrder {
  for (const scope of ['common-context', 'payload'] as const) {
    for (const member of batch.scopes.get(scope)?.members ?? []) {
      const isWide =
        (member.kind === 'number' || member.kind === 'bigint') &&
        member.type.kind === 'integer' &&
        member.type.sizeBits > 8;
      if (isWide && member.type.kind === 'integer') return member.type.byteOrder;
    }
  }
  return 'le';
}

/** How many bytes a row's array has. A text's final NUL is one of them, though it is not kept. */
export function byteLengthOf(column: Column): Numeric {
  const max = 0xffff_ffff;
  if (column.kind === 'text') {
    const extra = isText(column) ? 1 : 0;
    return {
      kind: 'number',
      low: 0,
      high: max,
      read: (row) => {
        const length = column.lengths[row] as number;
        return length === 0 ? 0 : length + extra;
      },
    };
  }
  if (column.kind !== 'list') return constant(BigInt(sizeBytesOf(column)));
  const elementBytes = sizeBytesOf(column.element);
  const read = (row: number) =>
    ((column.starts[row + 1] as number) - (column.starts[row] as number)) * elementBytes;
  return { kind: 'number', low: 0, high: max, read };
}

function isText({ type }: TextColumn): boolean {
  return type.kind !== 'array' || type.isText;
}

/** Bytes of an integer, or of an array whose length is fixed; else 0. */
export function sizeBytesOf(column: Column): number {
  if (column.kind === 'number' || column.kind === 'bigint') {
    const { type } = column;
    return type.kind === 'integer' || type.kind === 'float' ? type.sizeBits >>> 3 : 0;
  }
  if ((column.kind !== 'text' && column.kind !== 'list') || column.type.kind !== 'array') return 0;
  const { length, element } = column.type;
  if (length.kind !== 'fixed') return length.kind === 'located' ? 4 : 0;
  return element.kind === 'integer' ? length.count * (element.sizeBits >>> 3) : 0;
}
