import { expect, test } from 'vitest';
import { floatFromBits } from './float-bits.ts';

test.each([
  [16, 0x3c00n, 1],
  [16, 0xc000n, -2],
  [16, 0x7bffn, 65504],
  [16, 0x0001n, 2 ** -24],
  [16, 0x8000n, -0],
  [16, 0x7c00n, Number.POSITIVE_INFINITY],
  [16, 0xfc00n, Number.NEGATIVE_INFINITY],
  [16, 0x7e00n, Number.NaN],
  [16, 0x3555n, 0.333251953125],
  [80, 0x3fff8000000000000000n, 1],
  [80, 0x4000c90fdaa22168c235n, Math.PI],
  [80, 0xbffe8000000000000000n, -0.5],
  [80, 0x7fff8000000000000000n, Number.POSITIVE_INFINITY],
  [80, 0x7fffc000000000000000n, Number.NaN],
  [128, 0x3fffn << 112n, 1],
  [128, 0x4000921fb54442d18469898cc51701b8n, Math.PI],
  [128, 0xc000n << 112n, -2],
  [128, 0x7ffen << 112n, Number.POSITIVE_INFINITY],
  [128, 0x3c01n << 112n, 2 ** -1022],
  [128, 0x3bcdn << 112n, 2 ** -1074],
  [128, 1n, 0],
  [128, 0x7fffn << 112n, Number.POSITIVE_INFINITY],
  [128, (0xffffn << 112n) | 1n, Number.NaN],
] as const)('%i bits: %s is %s', (sizeBits, bits, wanted) => {
  expect(floatFromBits(bits, sizeBits)).toBe(wanted);
});
