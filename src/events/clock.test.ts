import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Clock, CycleConverter, cyclesToNs } from './clock.ts';

function clock(frequencyHz: bigint, offsetSeconds = 0n, offsetCycles = 0n): Clock {
  return {
    name: 'monotonic',
    frequencyHz,
    offsetSeconds,
    offsetCycles,
    precisionCycles: 0n,
    isAbsolute: true,
    origin: 'unix-epoch',
  };
}

test('a clock of 1 GHz adds its offsets', () => {
  expect(cyclesToNs(clock(1_000_000_000n, 3n, 5n), 7n)).toBe(3_000_000_012n);
});

test('other frequencies are rounded down, also below zero', () => {
  expect(cyclesToNs(clock(3n), 1n)).toBe(333_333_333n);
  expect(cyclesToNs(clock(3n), -1n)).toBe(-333_333_334n);
});

test('differences from a base are converted as exactly as bigints are', () => {
  const frequencies = fc.oneof(
    fc.bigInt(1n, 10_000n),
    fc.bigInt(1n, 10_000_000_000n),
    fc.constantFrom(1_000_000_000n, 2n ** 38n - 1n, 2n ** 38n, 19_200_000n, 32_768n, 2n ** 62n),
  );
  fc.assert(
    fc.property(
      frequencies,
      fc.bigInt(0n, 2n ** 62n),
      fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
      fc.bigInt(-5n, 5n),
      (frequency, base, difference, offset) => {
        const of = clock(frequency, 0n, offset);
        const origin = cyclesToNs(of, base) - 1000n;
        const wanted = cyclesToNs(of, base + BigInt(difference)) - origin;
        // Beyond 104 days times are refused, not rounded.
        fc.pre(wanted < 2n ** 53n && wanted > -(2n ** 53n));
        const converter = new CycleConverter(of, origin);
        converter.rebase(base);
        expect(converter.ns(difference)).toBe(Number(wanted));
      },
    ),
    { numRuns: 2000 },
  );
});
