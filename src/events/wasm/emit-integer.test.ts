import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitCursor } from '../bit-cursor.ts';
import type { IntegerType } from '../layout.ts';
import { WasmCode } from './code.ts';
import { emitInteger } from './emit-integer.ts';
import { encodeModule } from './module.ts';
import { Position } from './position.ts';

const base = 64;

/** Runs generated code that steps over `before` bits and reads one integer; from a bit that is known to it, or not. */
function generated(
  bytes: Uint8Array,
  before: number,
  type: IntegerType,
  isKnownBit: boolean,
): bigint | undefined {
  const code = new WasmCode(3);
  const p = code.local('i32');
  const value = code.local('i64');
  const stuck = code.block();
  const position = new Position(
    code,
    { pk: 0, bits: 1, endBits: 2, p, order: undefined, endAddress: 2, checksBytes: false },
    stuck,
  );
  position.enterBits();
  if (isKnownBit) position.toByte();
  position.need(before);
  position.advance(before);
  emitInteger(code, position, type);
  if (type.sizeBits <= 32) code.op(type.isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
  code.set(value);
  position.toBits();
  code.i32(0).get(value).memory('i64.store').get(1).op('return').end().i32(-1);
  const module = encodeModule(
    [{ parameters: ['i32', 'i32', 'i32'], results: ['i32'], code, exportName: 'read' }],
    [],
  );
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).set(bytes, base);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } });
  const read = instance.exports.read as (pk: number, bits: number, endBits: number) => number;
  const after = read(base, 0, bytes.length * 8);
  if (after < 0) return undefined;
  expect(after).toBe(before + type.sizeBits);
  const result = new DataView(memory.buffer).getBigInt64(0, true);
  return type.isSigned ? result : BigInt.asUintN(64, result);
}

function interpreted(bytes: Uint8Array, before: number, type: IntegerType): bigint {
  const cursor = new BitCursor();
  cursor.setWindow(bytes, before, bytes.length * 8);
  if (type.isBitReversed === true) {
    cursor.reversed(type.sizeBits, type.byteOrder, type.isSigned);
    return cursor.wideBigint;
  }
  if (type.sizeBits > 32) {
    cursor.wide(type.sizeBits, type.byteOrder, type.isSigned);
    return cursor.wideBigint;
  }
  return BigInt(
    type.isSigned
      ? cursor.signed32(type.sizeBits, type.byteOrder)
      : cursor.unsigned32(type.sizeBits, type.byteOrder),
  );
}

test('generated code reads what the interpreter reads, at any bit', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 18, maxLength: 18 }),
      fc.integer({ min: 0, max: 70 }),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom('le' as const, 'be' as const),
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      (bytes, before, sizeBits, byteOrder, isSigned, isKnownBit, isBitReversed) => {
        const type: IntegerType = {
          kind: 'integer',
          sizeBits,
          alignmentBits: 1,
          byteOrder,
          isSigned,
          displayBase: 10,
          isText: false,
          isBitReversed,
        };
        expect(generated(bytes, before, type, isKnownBit)).toBe(interpreted(bytes, before, type));
      },
    ),
    { numRuns: 2000 },
  );
});
