import { expect, test } from 'vitest';
import { featureBits, featureName } from './feature-numbers.ts';

const wanted = [1, 3, 24, 33];

/** The bits as a machine with longs of so many bytes writes them. */
function written(longBytes: number, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(32);
  for (const bit of wanted) {
    const inLong = Math.floor(bit / 8) % longBytes;
    const begin = Math.floor(bit / 8) - inLong;
    const at = begin + (isLittle ? inLong : longBytes - 1 - inLong);
    bytes[at] = (bytes[at] as number) | (1 << (bit % 8));
  }
  return bytes;
}

test('bits of machines of both byte orders and sizes', () => {
  expect(featureBits(written(8, true), 'le')).toEqual(wanted);
  expect(featureBits(written(4, true), 'le')).toEqual(wanted);
  expect(featureBits(written(8, false), 'be')).toEqual(wanted);
  expect(featureBits(written(4, false), 'be')).toEqual(wanted);
});

test('names, also of features that are not known yet', () => {
  expect(featureName(29)).toBe('CLOCK_DATA');
  expect(featureName(99)).toBe('feature 99');
});
