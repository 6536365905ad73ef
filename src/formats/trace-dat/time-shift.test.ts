import { expect, test } from 'vitest';
import { shifted, type TimeShift } from './time-shift.ts';

const sample = (time: bigint, offset: bigint, scaling = 1n, fraction = 0n) => ({
  time,
  offset,
  scaling,
  fraction,
});

function shiftOf(isInterpolated: boolean, ...samples: ReturnType<typeof sample>[]): TimeShift {
  return { peerTraceId: 1n, isInterpolated, cpus: [samples] };
}

test('a CPU without samples has the time that it counted', () => {
  expect(shifted(shiftOf(false), 0, 100n)).toBe(100n);
  expect(shifted(shiftOf(false, sample(0n, 5n)), 1, 100n)).toBe(100n);
});

test('one sample shifts all times, and does not scale them', () => {
  expect(shifted(shiftOf(true, sample(1000n, -5n, 3n)), 0, 100n)).toBe(95n);
});

//  guest   100   200   300          offset  10  20  40
const samples = [sample(100n, 10n), sample(200n, 20n), sample(300n, 40n)];

test('of several the last one that is not after a time counts, and never the last of all', () => {
  const shift = shiftOf(false, ...samples);
  expect([50n, 100n, 199n, 200n, 250n, 300n, 900n].map((count) => shifted(shift, 0, count) - count)).toEqual([
    10n,
    10n,
    10n,
    20n,
    20n,
    20n,
    20n,
  ]);
});

test('between two samples what lies between them, and the same line before and after all', () => {
  const shift = shiftOf(true, ...samples);
  expect([50n, 100n, 150n, 200n, 250n, 300n, 400n].map((count) => shifted(shift, 0, count) - count)).toEqual([
    // Less by one than on the line: trace-cmd divides as C does, towards zero.
    6n,
    10n,
    15n,
    20n,
    30n,
    40n,
    60n,
  ]);
});

test('times are scaled without being cut off at 64 bits', () => {
  const shift = shiftOf(false, sample(0n, 7n, 3n << 47n, 48n), sample(1n << 60n, 7n, 3n << 47n, 48n));
  expect(shifted(shift, 0, 1n << 62n)).toBe(3n * (1n << 61n) + 7n);
});
