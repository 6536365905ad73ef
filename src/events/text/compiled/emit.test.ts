import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WasmMemory } from '../../wasm/memory.ts';
import { encodeModule, type WasmFunction } from '../../wasm/module.ts';
import { formatG } from '../c-float.ts';
import { decimal, digits, float, nineDigits, refused, signedDecimal } from './emit-numbers.ts';
import { escapedText, labelText, plainText } from './emit-text.ts';
import { type Escapes, makeState, state } from './state.ts';

const escapes: Escapes = Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0) return new Uint8Array(0);
  if (byte === 0xff) return undefined;
  if (byte < 0x20 || byte === 0x7f)
    return new TextEncoder().encode(`\\x${byte.toString(16).padStart(2, '0')}`);
  return '\\"'.includes(String.fromCharCode(byte)) ? Uint8Array.of(0x5c, byte) : Uint8Array.of(byte);
});

const memory = new WasmMemory(1 << 16);
const stateAddress = makeState(memory, escapes);
const input = memory.allocate(4096);
const output = memory.allocate(4096);
const spoiled = 0xee;

type Call = (out: number, ...values: readonly (number | bigint)[]) => number;

/** The functions that a module of these has, each under its number. */
function compile(functions: readonly WasmFunction[]): readonly Call[] {
  const exported = functions.map((one, index) => ({ ...one, exportName: String(index) }));
  const module = new WebAssembly.Module(encodeModule(exported, []));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: memory.memory } });
  return functions.map((_, index) => exports[String(index)] as Call);
}

const [nine, unsigned, signed, digit, real, escaped, , label] = compile([
  nineDigits(),
  decimal(),
  signedDecimal(1),
  digits(),
  float(stateAddress),
  escapedText(stateAddress, escapes),
  plainText(stateAddress),
  labelText(6),
]) as [Call, Call, Call, Call, Call, Call, Call, Call];

/** What a call writes; the number that it returns if that is no address. At most `spoilMax` bytes behind it may change. */
function written(call: Call, values: readonly (number | bigint)[], room = 4000): string | number {
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(spoiled, output, output + 4096);
  new DataView(memory.buffer).setInt32(stateAddress + state.outEnd, output + room, true);
  const end = call(output, ...values);
  if (end <= refused.declined) return end;
  expect(bytes.subarray(end + 8, output + 4096).every((byte) => byte === spoiled)).toBe(true);
  return Buffer.from(bytes.subarray(output, end)).toString('latin1');
}

const unsigned64 = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.bigInt(0n, 100_000n),
  fc.integer({ min: 0, max: 19 }).map((power) => 10n ** BigInt(power)),
  fc.integer({ min: 1, max: 19 }).map((power) => 10n ** BigInt(power) - 1n),
);
const signed64 = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-20_000n, 20_000n));

test('decimal numbers are those of JavaScript', () => {
  for (let value = 0n; value < 20_000n; value++) expect(written(unsigned, [value])).toBe(String(value));
  fc.assert(fc.property(unsigned64, (value) => written(unsigned, [value]) === String(value)));
  fc.assert(fc.property(signed64, (value) => written(signed, [value]) === String(value)));
  expect(written(signed, [-(2n ** 63n)])).toBe('-9223372036854775808');
  expect(written(unsigned, [2n ** 64n - 1n])).toBe('18446744073709551615');
});

test('nine digits keep their zeros', () => {
  const below = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(fc.property(below, (value) => written(nine, [value]) === String(value).padStart(9, '0')));
});

test.each([
  [1, 2],
  [3, 8],
  [4, 16],
])('digits of %i bits are those of base %i', (bits, base) => {
  const count = fc.integer({ min: 1, max: 64 });
  fc.assert(
    fc.property(unsigned64, count, (value, countMin) => {
      const expected = value.toString(base).toUpperCase().padStart(countMin, '0');
      return written(digit, [value, bits, countMin]) === expected;
    }),
  );
});

test('floats are those of %g, or declined', () => {
  const check = (value: number): boolean => {
    const found = written(real, [value]);
    const size = Math.abs(value);
    if (found === refused.declined) return !(size >= 1e-4 && size < 999_999) && value !== 0;
    return found === formatG(value);
  };
  fc.assert(fc.property(fc.double({ min: -1e7, max: 1e7 }), check), { numRuns: 3000 });
  fc.assert(fc.property(fc.double(), check));
  // Halves, which go to the even digit.
  for (let index = 0; index < 20_000; index++) expect(check(index / 1024)).toBe(true);
  for (let power = 0; power < 60; power++) {
    for (const of of [1, 3, 5, 123_456_789]) expect(check(of / 2 ** power)).toBe(true);
  }
  for (const value of [
    0, -0, 1e-4, 9.9999949e-5, 9.9999951e-5, 0.00099999951, 99999.95, 999999.4, 999999.5, 1e6,
  ])
    expect(check(value)).toBe(true);
});

test('text is escaped byte by byte, up to a NUL', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const plain = fc.stringMatching(/^[ -~]{0,40}$/).map((text) => new TextEncoder().encode(text));
  fc.assert(
    fc.property(fc.oneof(bytes, plain), fc.integer({ min: 0, max: 9 }), (text, shift) => {
      const start = input + shift;
      new Uint8Array(memory.buffer).fill(0, input, input + 100);
      new Uint8Array(memory.buffer).set(text, start);
      const end = text.indexOf(0) < 0 ? text.length : text.indexOf(0);
      const shown = [...text.subarray(0, end)].map((byte) => escapes[byte]);
      const expected = shown.includes(undefined)
        ? refused.declined
        : Buffer.concat(shown as Uint8Array[]).toString('latin1');
      return written(escaped, [start, text.length, 0]) === expected;
    }),
    { numRuns: 2000 },
  );
});

test('text for which there is no room is refused as a whole', () => {
  new Uint8Array(memory.buffer).fill(0x61, input, input + 100);
  expect(written(escaped, [input, 10, 0], 40)).toBe('aaaaaaaaaa');
  expect(written(escaped, [input, 10, 1], 40)).toBe(refused.full);
  expect(written(escaped, [input, 0x7fffffff, 0])).toBe(refused.declined);
});

test('a label is that of the first segment that reaches the value', () => {
  const lasts = [-5n, 0n, 7n, 2n ** 63n - 1n];
  const view = new DataView(memory.buffer);
  const texts = input + 512;
  lasts.forEach((last, index) => {
    view.setBigInt64(input + 16 * index, last, true);
    view.setInt32(input + 16 * index + 8, texts + index, true);
    view.setInt32(input + 16 * index + 12, 1, true);
    view.setUint8(texts + index, 0x41 + index);
  });
  for (const [value, expected] of [
    [-(2n ** 63n), 'A'],
    [-5n, 'A'],
    [-4n, 'B'],
    [0n, 'B'],
    [1n, 'C'],
    [7n, 'C'],
    [8n, 'D'],
    [2n ** 63n - 1n, 'D'],
  ] as const)
    expect(written(label, [value, input, lasts.length, 0])).toBe(expected);
});
