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
