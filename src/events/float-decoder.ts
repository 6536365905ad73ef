/** The interpreter on floating-point numbers of every size. */
import type { BitCursor } from './bit-cursor.ts';
import type { NumberColumn } from './columns.ts';
import { floatFromBits } from './float-bits.ts';
import type { FloatType } from './layout.ts';
import { pushNumber } from './push-values.ts';

type Decode = (cursor: BitCursor) => void;

/** @param column where values go; undefined for a field that is only stepped over */
export function compileFloat(type: FloatType, column: NumberColumn | undefined): Decode {
  const { sizeBits, byteOrder, alignmentBits, isBitReversed } = type;
  const scratch = new DataView(new ArrayBuffer(8));
  if (sizeBits !== 32 && sizeBits !== 64) return compileOtherFloat(type, sizeBits, column);
  return (cursor) => {
    if (alignmentBits > 1) cursor.align(alignmentBits);
    let value: number;
    if (sizeBits === 32) {
      if (isBitReversed === true) cursor.reversed(32, byteOrder, false);
      else cursor.low = cursor.unsigned32(32, byteOrder);
      scratch.setUint32(0, cursor.low);
      value = scratch.getFloat32(0);
    } else {
      if (isBitReversed === true) cursor.reversed(64, byteOrder, false);
      else cursor.wide(64, byteOrder, false);
      scratch.setUint32(0, cursor.high);
      scratch.setUint32(4, cursor.low);
      value = scratch.getFloat64(0);
    }
    if (column !== undefined) pushNumber(column, value);
  };
}

/** A float of a size that machines do not load. */
function compileOtherFloat(
  { alignmentBits, byteOrder, isBitReversed }: FloatType,
  sizeBits: 16 | 80 | 128,
  column: NumberColumn | undefined,
): Decode {
  return (cursor) => {
    if (alignmentBits > 1) cursor.align(alignmentBits);
    cursor.need(sizeBits);
    let bits = 0n;
    for (let at = 0; at < sizeBits; at += 16) {
      const part = BigInt(cursor.unsigned32(16, byteOrder));
      bits = byteOrder === 'le' ? bits | (part << BigInt(at)) : (bits << 16n) | part;
    }
    if (column === undefined) return;
    pushNumber(column, floatFromBits(isBitReversed === true ? reverseBits(bits, sizeBits) : bits, sizeBits));
  };
}

function reverseBits(bits: bigint, sizeBits: number): bigint {
  return BigInt(`0b${[...bits.toString(2).padStart(sizeBits, '0')].reverse().join('')}`);
}
