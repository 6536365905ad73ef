import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitCursor, DecodeFault, needMoreBytes } from './bit-cursor.ts';

function cursorOver(bytes: readonly number[], contentBits = bytes.length * 8): BitCursor {
  const cursor = new BitCursor();
  cursor.setWindow(Uint8Array.from(bytes), 0, contentBits);
  return cursor;
}

/** The definition, bit by bit: CTF 1.8 §4.1.5. */
function bitByBit(bytes: readonly number[], at: number, sizeBits: number, order: 'le' | 'be'): bigint {
  let value = 0n;
  for (let bit = 0; bit < sizeBits; bit++) {
    const position = at + bit;
    const byte = bytes[position >> 3] as number;
    if (order === 'le') value |= BigInt((byte >> (position & 7)) & 1) << BigInt(bit);
    else value = (value << 1n) | BigInt((byte >> (7 - (position & 7))) & 1);
  }
  return value;
}

test('integers of any size, at any bit, in both byte orders', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 }),
      fc.integer({ min: 0, max: 63 }),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom('le' as const, 'be' as const),
      fc.boolean(),
      (bytes, at, sizeBits, order, isSigned) => {
        const cursor = cursorOver(bytes);
        cursor.at = at;
        const raw = bitByBit(bytes, at, sizeBits, order);
        const wanted = isSigned ? BigInt.asIntN(sizeBits, raw) : raw;
        if (sizeBits > 32) {
          cursor.wide(sizeBits, order, isSigned);
          expect(cursor.wideBigint).toBe(wanted);
        } else {
          const value = isSigned ? cursor.signed32(sizeBits, order) : cursor.unsigned32(sizeBits, order);
          expect(BigInt(value)).toBe(wanted);
        }
        expect(cursor.at).toBe(at + sizeBits);
      },
    ),
    { numRuns: 2000 },
  );
});

test('reading beyond the content is a fault that names the bits that remain', () => {
  const cursor = cursorOver([1, 2], 12);
  cursor.unsigned32(8, 'le');
  expect(() => cursor.unsigned32(8, 'le')).toThrow(
    new DecodeFault('beyond-content', '', 8, '').constructor as never,
  );
  try {
    cursor.unsigned32(8, 'le');
  } catch (error) {
    expect(error).toMatchObject({ code: 'beyond-content', atBits: 8 });
    expect((error as Error).message).toContain('8 bits wanted where 4 bits');
  }
});

test('reading beyond the window, within the content, asks for more bytes', () => {
  const cursor = cursorOver([1, 2], 64);
  cursor.at = 8;
  let thrown: unknown;
  try {
    cursor.unsigned32(16, 'be');
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBe(needMoreBytes);
});

test('the byte order may change at a byte, not within one', () => {
  const cursor = cursorOver([0xff, 0xff, 0xff]);
  cursor.unsigned32(8, 'le');
  cursor.unsigned32(3, 'be');
  expect(() => cursor.unsigned32(3, 'le')).toThrow(/byte order changes/);
});

test('alignment steps to the next multiple', () => {
  const cursor = cursorOver([0, 0, 0, 0, 0, 0, 0, 0]);
  cursor.at = 3;
  cursor.align(8);
  expect(cursor.at).toBe(8);
  cursor.align(32);
  expect(cursor.at).toBe(32);
  cursor.align(32);
  expect(cursor.at).toBe(32);
});

test('integers whose bits stand in the order that is not natural for their byte order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 16, maxLength: 16 }),
      fc.integer({ min: 0, max: 63 }),
      fc.integer({ min: 1, max: 64 }),
      fc.constantFrom('le' as const, 'be' as const),
      fc.boolean(),
      (bytes, at, sizeBits, order, isSigned) => {
        const cursor = cursorOver(bytes);
        cursor.at = at;
        const natural = bitByBit(bytes, at, sizeBits, order).toString(2).padStart(sizeBits, '0');
        const raw = BigInt(`0b${[...natural].reverse().join('')}`);
        cursor.reversed(sizeBits, order, isSigned);
        expect(cursor.wideBigint).toBe(isSigned ? BigInt.asIntN(sizeBits, raw) : raw);
        expect(cursor.at).toBe(at + sizeBits);
      },
    ),
    { numRuns: 2000 },
  );
});

/** LEB128 by its definition, with `padding` bytes more than are needed. */
function lebBytes(value: bigint, isSigned: boolean, padding: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    bytes.push(Number(rest & 0x7fn));
    rest >>= 7n;
    const sign = isSigned && ((bytes.at(-1) as number) & 0x40) !== 0 ? -1n : 0n;
    if (rest === sign && (isSigned || rest === 0n)) break;
  }
  for (let count = 0; count < padding && bytes.length < 10; count++) bytes.push(value < 0n ? 0x7f : 0);
  return bytes.map((byte, index) => (index < bytes.length - 1 ? byte | 0x80 : byte));
}

test.each([
  [false, 0n, 2n ** 64n - 1n],
  [true, -(2n ** 63n), 2n ** 63n - 1n],
])('integers of variable length, signed: %s', (isSigned, least, greatest) => {
  const sizes = fc.integer({ min: 0, max: 63 }).map((bits) => 1n << BigInt(bits));
  const values = fc.oneof(
    fc.bigInt(least, greatest),
    fc.bigInt(isSigned ? -300n : 0n, 300n),
    sizes.map((size) => (isSigned ? -size : size)),
    sizes.map((size) => size - 1n),
    fc.constantFrom(least, greatest),
  );
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 9 }), (value, padding) => {
      const bytes = lebBytes(value, isSigned, padding);
      const cursor = cursorOver([...bytes, 0xff]);
      expect(cursor.variableLength(isSigned)).toBe(bytes.length);
      expect(cursor.wideBigint).toBe(value);
      expect(cursor.at).toBe(bytes.length * 8);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  [false, [...Array<number>(9).fill(0x80), 0x02]],
  [false, [...Array<number>(9).fill(0x80), 0x80, 0x00]],
  [true, [...Array<number>(9).fill(0x80), 0x05]],
  [true, [...Array<number>(9).fill(0xff), 0x01]],
  [true, [...Array<number>(9).fill(0x80), 0xff, 0x7f]],
])('an integer of variable length with more than 64 bits is a fault at its tenth byte', (isSigned, bytes) => {
  expect(() => cursorOver(bytes).variableLength(isSigned)).toThrow(DecodeFault);
  try {
    cursorOver(bytes).variableLength(isSigned);
  } catch (error) {
    expect(error).toMatchObject({ code: 'oversized-integer', atBits: 72 });
  }
});
