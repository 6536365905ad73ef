/** Functions that copy text, escaping what the style escapes, and that look up labels. */
import { WasmCode } from '../../wasm/code.ts';
import type { WasmFunction } from '../../wasm/module.ts';
import { refused } from './emit-numbers.ts';
import { type Escapes, escapeDeclines, state } from './state.ts';

/** A longer text is left to other code. */
const textLengthMax = 1 << 24;
const everyByte = 0x0101010101010101n;
const highBits = 0x8080808080808080n;
const space = 0x20;

/** Bytes whose escape is not the byte itself. */
function escapedBytes(escapes: Escapes): readonly number[] {
  return escapes.flatMap((text, byte) => (text?.length === 1 && text[0] === byte ? [] : [byte]));
}

export function escapeLengthMax(escapes: Escapes): number {
  return Math.max(...escapes.map((text) => text?.length ?? 0));
}

/** Leaves 1 on the stack if any of the eight bytes of `word` is escaped. */
function emitHasEscaped(code: WasmCode, word: number, escapes: Escapes): void {
  const escaped = escapedBytes(escapes);
  const flipped = code.local('i64');
  // In each byte, the top bit of (x - n) & ~x says that x < n, up to the first byte where it is so: enough for "any".
  const below = (local: number, limit: number) => {
    code
      .get(local)
      .i64(everyByte * BigInt(limit))
      .op('i64.sub')
      .get(local)
      .i64(-1n)
      .op('i64.xor', 'i64.and');
  };
  const controls = escaped.filter((byte) => byte < space).length;
  code.i64(0n);
  if (controls === space) {
    below(word, space);
    code.op('i64.or');
  }
  for (const byte of escaped) {
    if (byte >= 0x80 || (byte < space && controls === space)) continue;
    code
      .get(word)
      .i64(everyByte * BigInt(byte))
      .op('i64.xor')
      .set(flipped);
    below(flipped, 1);
    code.op('i64.or');
  }
  // One byte of the upper half is escaped: all are looked at one by one.
  if (escaped.some((byte) => byte >= 0x80)) code.get(word).op('i64.or');
  code.i64(BigInt.asIntN(64, highBits)).op('i64.and').i64(0n).op('i64.ne');
}

/** Returns `full` from the function unless `length` (a local) times `factor` plus `reserve` (a local) fit behind `out`. */
function emitNeed(code: WasmCode, stateAddress: number, locals: readonly number[], factor: number): void {
  const [out, length, reserve] = locals as [number, number, number];
  code.get(out).get(length).i32(factor).op('i32.mul', 'i32.add').get(reserve).op('i32.add');
  code
    .i32(0)
    .memory('i32.load', stateAddress + state.outEnd)
    .op('i32.gt_u')
    .if();
  code.i32(refused.full).op('return').end();
}

/** `(out, start, length, reserve) → out, full or declined`: the text with its escapes; `reserve` bytes remain behind it. */
export function escapedText(stateAddress: number, escapes: Escapes): WasmFunction {
  const code = new WasmCode(4);
  const [out, start, length, reserve] = [0, 1, 2, 3];
  const end = code.local('i32');
  const left = code.local('i32');
  const word = code.local('i64');
  const entry = code.local('i64');
  const entryLength = code.local('i32');
  code.get(length).i32(textLengthMax).op('i32.gt_u').if().i32(refused.declined).op('return').end();
  emitNeed(code, stateAddress, [out, length, reserve], escapeLengthMax(escapes));
  code.get(start).get(length).op('i32.add').set(end);
  const done = code.block();
  const next = code.loop();
  code.get(end).get(start).op('i32.sub').tee(left).op('i32.eqz').brIf(done);
  code.get(start).memory('i64.load').set(word);
  code.get(left).i32(8).op('i32.lt_u').if();
  // What lies behind the text is made harmless: letters a.
  const mask = code.local('i64');
  code.i64(-1n).get(left).i32(3).op('i32.shl', 'i64.extend_i32_u', 'i64.shl').set(mask);
  code.get(word).get(mask).i64(-1n).op('i64.xor', 'i64.and');
  code
    .get(mask)
    .i64(everyByte * 0x61n)
    .op('i64.and', 'i64.or')
    .set(word);
  code.else().i32(8).set(left).end();
  emitHasEscaped(code, word, escapes);
  code.op('i32.eqz').if();
  code.get(out).get(word).memory('i64.store');
  code.get(out).get(left).op('i32.add').set(out);
  code.get(start).get(left).op('i32.add').set(start).br(next).end();
  code.get(start).get(left).op('i32.add').set(left);
  const nextByte = code.loop();
  code.get(start).memory('i32.load8_u').i32(3).op('i32.shl');
  code.memory('i64.load', stateAddress + state.escapes).tee(entry);
  code.i64(56n).op('i64.shr_u', 'i32.wrap_i64').tee(entryLength).op('i32.eqz').brIf(done);
  code.get(entryLength).i32(escapeDeclines).op('i32.eq').if().i32(refused.declined).op('return').end();
  code.get(out).get(entry).memory('i64.store');
  code.get(out).get(entryLength).op('i32.add').set(out);
  code.get(start).i32(1).op('i32.add').tee(start).get(left).op('i32.lt_u').brIf(nextByte).end();
  code.br(next).end().end();
  code.get(out);
  return { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'], code };
}

/** `(out, start, length, reserve) → out or full`: bytes as they are. */
export function plainText(stateAddress: number): WasmFunction {
  const code = new WasmCode(4);
  const [out, start, length, reserve] = [0, 1, 2, 3];
  const at = code.local('i32');
  emitNeed(code, stateAddress, [out, length, reserve], 1);
  const done = code.block();
  const next = code.loop();
  code.get(at).get(length).op('i32.ge_u').brIf(done);
  code.get(out).get(at).op('i32.add').get(start).get(at).op('i32.add').memory('i64.load').memory('i64.store');
  code.get(at).i32(8).op('i32.add').set(at).br(next).end().end();
  code.get(out).get(length).op('i32.add');
  return { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'], code };
}

/** An entry of a table of labels: the greatest value (i64, its sign turned if unsigned), text address and length (i32). */
export const labelEntryBytes = 16;

/**
 * `(out, value, table, count, reserve) → out or full`: the text of the first entry that is not below the value; there is one.
 */
export function labelText(plainTextFunction: number): WasmFunction {
  const code = new WasmCode(5);
  const [out, value, table, count, reserve] = [0, 1, 2, 3, 4];
  const middle = code.local('i32');
  const at = code.local('i32');
  const done = code.block();
  const next = code.loop();
  code.get(count).i32(1).op('i32.le_u').brIf(done);
  code.get(count).i32(1).op('i32.shr_u').set(middle);
  code.get(table).get(middle).i32(4).op('i32.shl', 'i32.add').set(at);
  // The entry before the middle is below the value: the first half is done with.
  code.get(at).i32(labelEntryBytes).op('i32.sub').memory('i64.load').get(value).op('i64.lt_s').if();
  code.get(at).set(table).get(count).get(middle).op('i32.sub').set(count);
  code.else().get(middle).set(count).end();
  code.br(next).end().end();
  code.get(out).get(table).memory('i32.load', 8).get(table).memory('i32.load', 12).get(reserve);
  code.call(plainTextFunction);
  return { parameters: ['i32', 'i64', 'i32', 'i32', 'i32'], results: ['i32'], code };
}
