import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitCursor } from '../bit-cursor.ts';
import { integer } from '../testing.ts';
import { WasmCode } from './code.ts';
import { emitVariableInteger } from './emit-variable-integer.ts';
import { encodeModule } from './module.ts';
import { Position } from './position.ts';

const base = 64;
const memory = new WebAssembly.Memory({ initial: 1 });

/** Generated code that reads one integer: `(address, end) → bytes` or -1; the value is at address 0. */
function compile(isSigned: boolean): (begin: number, end: number) => number {
  const code = new WasmCode(2);
  const stuck = code.block();
  const locals = { pk: 0, bits: 0, endBits: 0, p: 0, order: undefined, endAddress: 1, checksBytes: true };
  const position = new Position(code, locals, stuck);
  position.atByte();
  const value = code.local('i64');
  const length = emitVariableInteger(
    code,
    position,
    integer({ sizeBits: 64, isSigned, isVariableLength: true }),
  );
  code.set(value).i32(0).get(value).memory('i64.store').get(length).op('return').end().i32(-1);
  const bytes = encodeModule(
    [{ parameters: ['i32', 'i32'], results: ['i32'], code, exportName: 'read' }],
    [],
  );
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports.read as (begin: number, end: number) => number;
}

function interpreted(bytes: Uint8Array, isSigned: boolean): [length: number, value: bigint] | undefined {
  const cursor = new BitCursor();
  cursor.setWindow(bytes, 0, bytes.length * 8);
  try {
    const length = cursor.variableLength(isSigned);
    return [length, cursor.wideBigint];
  } catch {
    return undefined;
  }
}

/** Bytes that go on, one that ends them, and what follows; sometimes cut off. */
const inputs = fc
  .tuple(
    fc.array(fc.oneof(fc.integer({ min: 0x80, max: 0xff }), fc.constantFrom(0x80, 0xff)), { maxLength: 11 }),
    fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.constantFrom(0, 1, 2, 0x3f, 0x40, 0x7e, 0x7f)),
    fc.uint8Array({ maxLength: 3 }),
    fc.integer({ min: 0, max: 20 }),
  )
  .map(([more, last, after, cut]) => {
    const bytes = Uint8Array.from([...more, last, ...after]);
    return cut < bytes.length ? bytes.subarray(0, cut) : bytes;
  });

test.each([false, true])('generated code reads what the interpreter reads, signed: %s', (isSigned) => {
  const read = compile(isSigned);
  const view = new DataView(memory.buffer);
  fc.assert(
    fc.property(inputs, fc.integer({ min: 0, max: 255 }), (bytes, beyond) => {
      const all = new Uint8Array(memory.buffer);
      all.fill(beyond, base, base + 64).set(bytes, base);
      const length = read(base, base + bytes.length);
      const value = view.getBigInt64(0, true);
      const found = length < 0 ? undefined : [length, isSigned ? value : BigInt.asUintN(64, value)];
      expect(found).toEqual(interpreted(bytes, isSigned));
    }),
    { numRuns: 5000 },
  );
});
