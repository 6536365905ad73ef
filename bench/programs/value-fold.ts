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

/** By the length of a text up to 16 bytes: which bytes of its four words are its own. */
const masks = [0, 1, 2, 3].map((word) =>
  Int32Array.from({ length: 17 }, (_, length) => {
    const own = Math.min(4, Math.max(0, length - word * 4));
    return own === 4 ? -1 : 2 ** (own * 8) - 1;
  }),
) as [Int32Array, Int32Array, Int32Array, Int32Array];
const [mask0, mask1, mask2, mask3] = masks;

/** Length and bytes of one text. Short ones, as most are, without a branch for each byte: lengths are hard to foresee. */
export function textHash(column: TextColumn, view: DataView, row: number): number {
  let at = column.starts[row] as number;
  const length = column.lengths[row] as number;
  if (length <= 16 && at + 16 <= view.byteLength) {
    const words01 =
      Math.imul(view.getInt32(at, true) & (mask0[length] as number), 0x85ebca6b) +
      Math.imul(view.getInt32(at + 4, true) & (mask1[length] as number), 0xc2b2ae35);
    const words23 =
      Math.imul(view.getInt32(at + 8, true) & (mask2[length] as number), 0x27d4eb2f) +
      Math.imul(view.getInt32(at + 12, true) & (mask3[length] as number), 0x165667b1);
    return (words01 + words23 + length) | 0;
  }
  const end = at + length;
  let hash = length;
  // What the short way would give, were the text where 16 bytes can be read: the sum must not depend on where it lies.
  if (length <= 16) return shortTextHash(view, at, length);
  for (; at + 4 <= end; at += 4) hash = chain(hash, view.getInt32(at, true));
  for (; at < end; at++) hash = chain(hash, view.getUint8(at));
  return hash;
}

const shortText = new DataView(new ArrayBuffer(16));

function shortTextHash(view: DataView, at: number, length: number): number {
  for (let index = 0; index < 16; index++)
    shortText.setUint8(index, index < length ? view.getUint8(at + index) : 0);
  return (
    (Math.imul(shortText.getInt32(0, true), 0x85ebca6b) +
      Math.imul(shortText.getInt32(4, true), 0xc2b2ae35) +
      Math.imul(shortText.getInt32(8, true), 0x27d4eb2f) +
      Math.imul(shortText.getInt32(12, true), 0x165667b1) +
      length) |
    0
  );
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
