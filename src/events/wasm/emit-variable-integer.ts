/**
 * Code for LEB128 integers (CTF2-SPEC-2.0 §6.4.9, §6.4.10): seven bits a byte, the lowest first, bit 7 set in all but the last.
 *
 *   word   │1 ccccccc│1 bbbbbbb│1 aaaaaaa│ ← loaded little endian        the first byte without bit 7 ends it
 *   value      ccccccc  bbbbbbb  aaaaaaa
 *
 * Those of one to eight bytes are taken from one load without a branch. A branch for one byte would be guessed wrong wherever lengths
 * vary: 32 million numbers of one to five bytes took 0.28 s, with such a branch 0.38 s; of one byte alone 0.29 s and 0.20 s (measured;
 * 64-bit integers 0.22 s). The ninth and tenth byte are rare.
 */
import type { IntegerType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import type { Position } from './position.ts';

/** Reads up to this many bytes from where an integer begins. */
const bytesMax = 10;

/**
 * Puts the value on the stack as an i64, and steps over it.
 * @returns the local (i32) with the number of bytes
 */
export function emitVariableInteger(code: WasmCode, position: Position, type: IntegerType): number {
  position.toByte();
  const { p, endAddress } = position.locals;
  const value = code.local('i64');
  const length = code.local('i32');
  emitBytes(code, position, type, value, length);
  code.get(p).get(length).op('i32.add').tee(p).get(endAddress).op('i32.gt_u');
  position.stuckIf();
  position.atByte();
  code.get(value);
  return length;
}

function emitBytes(
  code: WasmCode,
  position: Position,
  type: IntegerType,
  value: number,
  length: number,
): void {
  const { p } = position.locals;
  const word = code.local('i64');
  const ends = code.local('i64');
  code.get(p).memory('i64.load').tee(word).i64(-1n).op('i64.xor');
  code.i64(BigInt.asIntN(64, 0x8080808080808080n)).op('i64.and').tee(ends).op('i64.eqz').if();
  emitNinthByte(code, position, type, { word, value, length });
  code.else();
  // All bits up to the lowest one that is set in `ends`: bit 7 of the last byte.
  code.get(ends).get(ends).i64(1n).op('i64.sub', 'i64.xor').get(word).op('i64.and').set(word);
  code.get(ends).op('i64.ctz', 'i32.wrap_i64').i32(3).op('i32.shr_u').i32(1).op('i32.add').set(length);
  emitJoined(code, word);
  if (type.isSigned) {
    const unused = code.local('i64');
    code.i64(64n).get(length).i32(7).op('i32.mul', 'i64.extend_i32_u', 'i64.sub').set(unused);
    code.get(unused).op('i64.shl').get(unused).op('i64.shr_s');
  }
  code.set(value);
  code.end();
}

/** The eight bytes in `word` all have bit 7 set. */
function emitNinthByte(
  code: WasmCode,
  position: Position,
  type: IntegerType,
  locals: { readonly word: number; readonly value: number; readonly length: number },
): void {
  const { p, endAddress } = position.locals;
  const { word, value, length } = locals;
  const ninth = code.local('i64');
  const tenth = code.local('i32');
  // What is beyond the end is not read: there may be no more than eight bytes of anything.
  code.get(p).i32(8).op('i32.add').get(endAddress).op('i32.ge_u');
  position.stuckIf();
  code.get(p).memory('i64.load8_u', 8).set(ninth);
  emitJoined(code, word);
  code.get(ninth).i64(0x7fn).op('i64.and').i64(56n).op('i64.shl', 'i64.or').set(value);
  code.get(ninth).i64(0x80n).op('i64.lt_u').if();
  code.i32(bytesMax - 1).set(length);
  if (type.isSigned) code.get(value).i64(1n).op('i64.shl').i64(1n).op('i64.shr_s').set(value);
  code.else();
  code.i32(bytesMax).set(length);
  // One bit of 64 is left; a sign fills the tenth byte.
  code.get(p).memory('i32.load8_u', 9).set(tenth);
  if (type.isSigned) {
    code.get(tenth).i32(0).op('i32.ne').get(tenth).i32(0x7f).op('i32.ne', 'i32.and');
  } else code.get(tenth).i32(1).op('i32.gt_u');
  position.stuckIf();
  code.get(value).get(tenth).op('i64.extend_i32_u').i64(63n).op('i64.shl', 'i64.or').set(value);
  code.end();
}

/** Seven bits of each byte of a local, one after the other. */
function emitJoined(code: WasmCode, word: number): void {
  const bits = code.local('i64');
  const half = (mask: bigint) => code.get(bits).i64(mask).op('i64.and');
  code.get(word).i64(0x7f7f7f7f7f7f7f7fn).op('i64.and').set(bits);
  half(0x007f007f007f007fn);
  half(0x7f007f007f007f00n).i64(1n).op('i64.shr_u', 'i64.or').set(bits);
  half(0x00003fff00003fffn);
  half(0x3fff00003fff0000n).i64(2n).op('i64.shr_u', 'i64.or').set(bits);
  half(0x0fffffffn);
  half(0x0fffffff00000000n).i64(4n).op('i64.shr_u', 'i64.or');
}
