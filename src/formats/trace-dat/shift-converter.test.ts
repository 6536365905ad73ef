import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShiftConverter } from './shift-converter.ts';

test('gives the nanosecond that exact arithmetic gives', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, (1n << 32n) - 1n),
      fc.bigInt(0n, 63n),
      fc.bigInt(0n, (1n << 64n) - 1n),
      fc.oneof(fc.integer({ min: -1000, max: 1_000_000 }), fc.integer({ min: 0, max: 2 ** 45 })),
      (multiplier, shift, base, difference) => {
        const zero = (base * multiplier) >> shift;
        const converter = new ShiftConverter({ multiplier, shift, offsetNs: 0n }, -zero);
        converter.rebase(base);
        const exact = (((base + BigInt(difference)) * multiplier) >> shift) - zero;
        expect(converter.ns(difference)).toBe(Number(exact));
      },
    ),
  );
});
