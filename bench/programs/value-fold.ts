/**
 * A checksum over decoded columns in which every value and its place count, as cheap as reading them: two decoders that
 * disagree in one bit of one value give different sums.
 *
 *   sum += (word ^ n) · odd        n: how many values came before
 *
 * Multiplying by an odd number loses no bit, and additions of different rows do not wait for each other: a chain of
 * multiplications would measure the processor's latency instead of our columns.
 */
import type { Column, ListColumn, TextColumn } from '../../src/events/columns.ts';

const odd = 0x9e3779b1;

/** One more value of a row: within a row the order of the fields counts. */
export function chain(hash: number, word: number): number {
  return (Math.imul(hash, 0x01000193) ^ word) | 0;
}

/** One more row or value at place `n`. */
export function placed(sum: number, word: number, n: number): number {
  return (sum + Math.imul(word ^ n, odd)) | 0;
}

export type Words = Int32Array<ArrayBufferLike>;
type Values = { readonly buffer: ArrayBufferLike; readonly byteOffset: number; readonly byteLength: number };

/** Any array as 32-bit words: 64-bit integers without a bigint for each. */
export function asWords(values: Values): Words {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Length and bytes of one text, four at a time. */
export function textHash(column: TextColumn, view: DataView, row: number): number {
  let at = column.starts[row] as number;
  const length = column.lengths[row] as number;
  const end = at + length;
  let hash = length;
  for (; at + 4 <= end; at += 4) hash = chain(hash, view.getInt32(at, true));
  for (; at < end; at++) hash = chain(hash, view.getUint8(at));
  return hash;
}

/** Any column's value in one row, the slow way. Depth is bounded by the type's, which metadata readers limit. */
export function rowHash(column: Column, row: number): number {
  switch (column.kind) {
    case 'number':
    case 'bigint': {
      const words = asWords(column.values);
      if (column.values.BYTES_PER_ELEMENT === 4) return words[row] as number;
      return chain(words[row * 2] as number, words[row * 2 + 1] as number);
    }
    case 'text':
      return textHash(column, viewOf(column.bytes), row);
    case 'struct':
      return column.members.reduce((hash, member) => chain(hash, rowHash(member, row)), 0);
    case 'list':
      return listHash(column, row);
    case 'variant': {
      const option = column.option[row] as number;
      return chain(option, rowHash(column.options[option] as Column, column.row[row] as number));
    }
  }
}

function listHash(column: ListColumn, row: number): number {
  const from = column.starts[row] as number;
  const to = column.starts[row + 1] as number;
  let hash = to - from;
  for (let element = from; element < to; element++) hash = chain(hash, rowHash(column.element, element));
  return hash;
}
