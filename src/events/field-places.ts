/**
 * The interpreter on fields whose place the metadata or the record says, in place of "after the one before".
 *
 *   record   │ common_type … │ pid │ filename: word │ … │ "/bin/true\0"
 *            ▲ scopeBegin     ▲ offsetBits            offset ▲  size (in the word)
 */
import type { BitCursor } from './bit-cursor.ts';
import { type ArrayType, isBytes, type LocatedLength, type Member } from './layout.ts';

type Decode = (cursor: BitCursor) => void;

/** Reads members of which some say where they begin. The cursor stands at their structure's beginning. */
export function decodeAtOffsets(members: readonly Member[], decoders: readonly Decode[]): Decode {
  const offsets = members.map(({ offsetBits }) => offsetBits);
  const names = members.map(({ name }) => name);
  return (cursor) => {
    const begin = cursor.at;
    for (let index = 0; index < decoders.length; index++) {
      cursor.field = names[index] as string;
      const offsetBits = offsets[index];
      if (offsetBits !== undefined) {
        cursor.at = begin;
        cursor.need(offsetBits);
        cursor.at = begin + offsetBits;
        // Elsewhere than right after the last integer its byte is another one.
        cursor.byteOrder = undefined;
      }
      (decoders[index] as Decode)(cursor);
    }
  };
}

/**
 * Reads the word, goes to where it says, has so many bytes read there, and goes on after the word.
 * @param decode is given how many elements there are: bytes of text and blobs
 */
export function decodeLocated(
  type: ArrayType,
  length: LocatedLength,
  decode: ((cursor: BitCursor, count: number) => void) | undefined,
): Decode {
  const { word, from } = length;
  const elementBits = locatedElementBits(type, length);
  return (cursor) => {
    cursor.align(8);
    const value = cursor.unsigned32(32, word.byteOrder);
    if (decode === undefined) return;
    const after = cursor.at;
    const sizeBytes = value >>> 16;
    const at = (from === 'scope' ? cursor.scopeBegin : after) + (value & 0xffff) * 8;
    if (at + sizeBytes * 8 > cursor.end) {
      const beyond = (at + sizeBytes * 8 - cursor.end) / 8;
      cursor.fault(
        'beyond-content',
        `${sizeBytes} bytes elsewhere in the record, of which ${Math.min(beyond, sizeBytes)} are beyond ${cursor.container}`,
      );
    }
    cursor.at = at;
    decode(cursor, Math.floor((sizeBytes * 8) / elementBits));
    cursor.at = after;
    cursor.byteOrder = undefined;
  };
}

/** The size of an element of an array that a word locates. What can't be located is our mistake: no metadata says such a thing. */
export function locatedElementBits(type: ArrayType, { word }: LocatedLength): number {
  if (word.sizeBits !== 32 || word.isVariableLength === true || word.isBitReversed === true)
    throw new Error('a word that locates an array has 32 bits');
  return sameElementBits(type);
}

/** The size of each element of an array whose length is told in bytes. */
export function sameElementBits(type: ArrayType): number {
  if (isBytes(type)) return 8;
  const { element } = type;
  const isNumber =
    element.kind === 'float' || (element.kind === 'integer' && element.isVariableLength !== true);
  if (!isNumber || element.alignmentBits > 8 || element.sizeBits % element.alignmentBits !== 0)
    throw new Error('arrays whose bytes are counted have numbers of one size, aligned to bytes at most');
  return element.sizeBits;
}
