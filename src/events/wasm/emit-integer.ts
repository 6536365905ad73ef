/** Code that puts an integer of fixed size on the stack: an i32 up to 32 bits, else an i64 (CTF 1.8 §4.1.5). */
import type { FloatType, IntegerType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import type { Position } from './position.ts';

/** Reads the integer at the position, which is aligned for it, and steps over it. */
export function emitInteger(code: WasmCode, position: Position, type: IntegerType): void {
  if (type.isBitReversed === true) {
    const { isBitReversed: _, ...natural } = type;
    emitInteger(code, position, { ...natural, isSigned: false });
    emitReverse(code, type);
    return;
  }
  const { sizeBits } = type;
  position.need(sizeBits);
  emitByteOrderCheck(code, position, type);
  if (position.isBits) emitAtDataBit(code, position, type);
  else if (position.constBits % 8 === 0 && isWholeBytes(sizeBits))
    emitWholeBytes(code, position.locals.p, position.constBits / 8, type);
  else emitAtKnownBit(code, position, type);
  position.advance(sizeBits);
}

/** The sizes that machines load at once. */
export function isWholeBytes(sizeBits: number): boolean {
  return sizeBits === 8 || sizeBits === 16 || sizeBits === 32 || sizeBits === 64;
}

/** Whether a number may begin or end within a byte. */
export function maySplitByte(type: IntegerType | FloatType): boolean {
  return type.alignmentBits < 8 || type.sizeBits % 8 !== 0;
}

/** The byte order may not change within a byte. */
function emitByteOrderCheck(code: WasmCode, position: Position, type: IntegerType): void {
  const { order, bits } = position.locals;
  if (order === undefined || !maySplitByte(type)) return;
  const own = type.byteOrder === 'le' ? 1 : 2;
  if (position.isBits || position.constBits % 8 !== 0) {
    code
      .get(order)
      .i32(3 - own)
      .op('i32.eq');
    if (position.isBits) code.get(bits).i32(7).op('i32.and').i32(0).op('i32.ne', 'i32.and');
    position.stuckIf();
  }
  code.i32(own).set(order);
}

/** An integer of 8, 16, 32 or 64 bits at a byte: `offset` bytes after the address in the local `p`. */
export function emitWholeBytes(code: WasmCode, p: number, offset: number, type: IntegerType): void {
  const { sizeBits, isSigned, byteOrder } = type;
  code.get(p);
  if (sizeBits === 8) {
    code.memory(isSigned ? 'i32.load8_s' : 'i32.load8_u', offset);
  } else if (sizeBits === 16) {
    if (byteOrder === 'le') code.memory(isSigned ? 'i32.load16_s' : 'i32.load16_u', offset);
    else {
      code.memory('i32.load16_u', offset);
      emitSwap16(code);
      if (isSigned) code.op('i32.extend16_s');
    }
  } else if (sizeBits === 32) {
    code.memory('i32.load', offset);
    if (byteOrder === 'be') emitSwap32(code);
  } else {
    code.memory('i64.load', offset);
    if (byteOrder === 'be') emitSwap64(code);
  }
}

function emitSwap16(code: WasmCode): void {
  const value = code.local('i32');
  code.tee(value).i32(8).op('i32.shr_u').get(value).i32(8).op('i32.shl').i32(0xff00).op('i32.and', 'i32.or');
}

export function emitSwap32(code: WasmCode): void {
  const value = code.local('i32');
  code.tee(value).i32(8).op('i32.rotl').i32(0x00ff00ff).op('i32.and');
  code
    .get(value)
    .i32(24)
    .op('i32.rotl')
    .i32(0xff00ff00 | 0)
    .op('i32.and', 'i32.or');
}

export function emitSwap64(code: WasmCode): void {
  const value = code.local('i64');
  code.set(value);
  const part = (shift: bigint, mask: bigint) =>
    code.get(value).i64(shift).op('i64.rotl').i64(mask).op('i64.and');
  part(8n, 0x000000ff000000ffn);
  part(24n, 0x0000ff000000ff00n).op('i64.or');
  part(40n, 0x00ff000000ff0000n).op('i64.or');
  part(56n, BigInt.asIntN(64, 0xff000000ff000000n)).op('i64.or');
}

/** The bits of the unsigned integer on the stack from last to first (CTF2-SPEC-2.0 §6.4.3). */
function emitReverse(code: WasmCode, type: IntegerType): void {
  const { sizeBits, isSigned } = type;
  if (sizeBits > 32) {
    const value = code.local('i64');
    for (const [shift, mask] of [
      [1n, 0x5555555555555555n],
      [2n, 0x3333333333333333n],
      [4n, 0x0f0f0f0f0f0f0f0fn],
    ] as const) {
      code.tee(value).i64(shift).op('i64.shr_u').i64(mask).op('i64.and');
      code.get(value).i64(mask).op('i64.and').i64(shift).op('i64.shl', 'i64.or');
    }
    emitSwap64(code);
    if (sizeBits < 64) code.i64(BigInt(64 - sizeBits)).op(isSigned ? 'i64.shr_s' : 'i64.shr_u');
    return;
  }
  const value = code.local('i32');
  for (const [shift, mask] of [
    [1, 0x55555555],
    [2, 0x33333333],
    [4, 0x0f0f0f0f],
  ] as const) {
    code.tee(value).i32(shift).op('i32.shr_u').i32(mask).op('i32.and');
    code.get(value).i32(mask).op('i32.and').i32(shift).op('i32.shl', 'i32.or');
  }
  emitSwap32(code);
  if (sizeBits < 32) code.i32(32 - sizeBits).op(isSigned ? 'i32.shr_s' : 'i32.shr_u');
}

/** Bits within bytes, from a bit that is known now: at most nine bytes hold them. */
function emitAtKnownBit(code: WasmCode, position: Position, type: IntegerType): void {
  const offset = Math.floor(position.constBits / 8);
  const shift = position.constBits % 8;
  const { p } = position.locals;
  const isNine = shift + type.sizeBits > 64;
  if (type.byteOrder === 'le') {
    code.get(p).memory('i64.load', offset).i64(BigInt(shift)).op('i64.shr_u');
    if (isNine)
      code
        .get(p)
        .memory('i64.load8_u', offset + 8)
        .i64(BigInt(64 - shift))
        .op('i64.shl', 'i64.or');
    emitLowBits(code, type);
  } else {
    code.get(p).memory('i64.load', offset);
    emitSwap64(code);
    code.i64(BigInt(shift)).op('i64.shl');
    if (isNine)
      code
        .get(p)
        .memory('i64.load8_u', offset + 8)
        .i64(BigInt(8 - shift))
        .op('i64.shr_u', 'i64.or');
    emitHighBits(code, type);
  }
}

/** The same where only the data says which bit it is. */
function emitAtDataBit(code: WasmCode, position: Position, type: IntegerType): void {
  const { bits, pk } = position.locals;
  const address = code.local('i32');
  const shift = code.local('i64');
  code.get(bits).i32(3).op('i32.shr_s').get(pk).op('i32.add').set(address);
  code.get(bits).i32(7).op('i32.and', 'i64.extend_i32_u').set(shift);
  const mayBeNine = type.sizeBits > 57;
  code.get(address).memory('i64.load');
  if (type.byteOrder === 'le') {
    code.get(shift).op('i64.shr_u');
    if (mayBeNine) {
      // Two shifts: one by 64 would be one by 0.
      code
        .get(address)
        .memory('i64.load8_u', 8)
        .i64(1n)
        .op('i64.shl')
        .i64(63n)
        .get(shift)
        .op('i64.sub', 'i64.shl', 'i64.or');
    }
    emitLowBits(code, type);
  } else {
    emitSwap64(code);
    code.get(shift).op('i64.shl');
    if (mayBeNine)
      code.get(address).memory('i64.load8_u', 8).i64(8n).get(shift).op('i64.sub', 'i64.shr_u', 'i64.or');
    emitHighBits(code, type);
  }
}

/** The value is in the low bits of an i64. */
function emitLowBits(code: WasmCode, type: IntegerType): void {
  const unused = BigInt(64 - type.sizeBits);
  if (unused > 0n) {
    if (type.isSigned) code.i64(unused).op('i64.shl').i64(unused).op('i64.shr_s');
    else code.i64((1n << BigInt(type.sizeBits)) - 1n).op('i64.and');
  }
  if (type.sizeBits <= 32) code.op('i32.wrap_i64');
}

/** The value is in the high bits of an i64. */
function emitHighBits(code: WasmCode, type: IntegerType): void {
  const unused = BigInt(64 - type.sizeBits);
  if (unused > 0n) code.i64(unused).op(type.isSigned ? 'i64.shr_s' : 'i64.shr_u');
  if (type.sizeBits <= 32) code.op('i32.wrap_i64');
}
