import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Distribution } from './distribution.ts';

function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

/** Nearest rank, by the definition. */
function exactPercentile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(1, Math.ceil(part * sorted.length - 1e-9)) - 1]!;
}

test('2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared differences 32', () => {
  const distribution = distributionOf([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(distribution.count).toBe(8);
  expect(distribution.sum).toBe(40);
  expect([distribution.min, distribution.average, distribution.max]).toEqual([2, 5, 9]);
  expect(distribution.stdev).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect([0.5, 0.9, 0.99].map((part) => distribution.percentile(part))).toEqual([4, 9, 9]);
});

test('percentiles are the nearest rank: of 1 … 100, p50 is 50 and p99 is 99', () => {
  const distribution = distributionOf(Array.from({ length: 100 }, (_, index) => 100 - index));
  expect([0, 0.07, 0.5, 0.99, 1].map((part) => distribution.percentile(part))).toEqual([1, 7, 50, 99, 100]);
});

test('nothing is known of no values, and no spread of one', () => {
  const empty = new Distribution();
  expect([empty.min, empty.max, empty.average, empty.stdev, empty.percentile(0.5)]).toEqual(
    Array(5).fill(undefined),
  );
  expect(distributionOf([3]).stdev).toBeUndefined();
  expect(distributionOf([3]).percentile(0.5)).toBe(3);
});

test('large values that are close together keep their spread', () => {
  expect(distributionOf([1e15 + 1, 1e15 + 2, 1e15 + 3]).stdev).toBeCloseTo(1, 6);
});

test('of many values, percentiles are within 0.4 % and the rest is exact', () => {
  const values = Array.from({ length: 50_000 }, (_, index) => 500 + ((index * 7919) % 50_000) ** 2);
  const distribution = distributionOf(values);
  expect(distribution.hasExactPercentiles).toBe(false);
  expect(distribution.max).toBe(500 + 49_999 ** 2);
  expect(distribution.sum).toBe(values.reduce((sum, value) => sum + value, 0));
  for (const part of [0.01, 0.25, 0.5, 0.9, 0.99, 0.999]) {
    const exact = exactPercentile(values, part);
    expect(Math.abs(distribution.percentile(part)! - exact) / exact).toBeLessThanOrEqual(1 / 256);
  }
});

test('values below 1 share a bin, and those from 2^63 up', () => {
  const many = (...values: readonly number[]) =>
    distributionOf(values.flatMap((value) => Array.from({ length: 1000 }, () => value)));
  const small = many(-7, 0, 0.25, 1);
  expect([0.1, 0.7, 0.76].map((part) => small.percentile(part))).toEqual([0, 0, 1]);
  const large = many(2 ** 62, 2 ** 63, 2 ** 80);
  expect(large.percentile(0.3)! / 2 ** 62).toBeCloseTo(1, 2);
  expect(large.percentile(0.6)).toBe(large.percentile(0.9));
});

test('merging two is the same as adding all to one', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 30 });
  const repeats = fc.constantFrom(1, 60);
  fc.assert(
    fc.property(values, values, repeats, repeats, (first, second, firstTimes, secondTimes) => {
      const left = Array.from({ length: firstTimes }, () => first).flat();
      const right = Array.from({ length: secondTimes }, () => second).flat();
      const merged = distributionOf(left);
      merged.merge(distributionOf(right));
      const whole = distributionOf([...left, ...right]);
      expect([merged.count, merged.sum, merged.min, merged.max]).toEqual([
        whole.count,
        whole.sum,
        whole.min,
        whole.max,
      ]);
      expect(merged.stdev ?? 0).toBeCloseTo(whole.stdev ?? 0, 3);
      for (const part of [0.1, 0.5, 0.99]) {
        const exact = whole.count === 0 ? 0 : exactPercentile([...left, ...right], part);
        expect(Math.abs((merged.percentile(part) ?? 0) - exact)).toBeLessThanOrEqual(
          Math.max(1, exact / 256),
        );
      }
    }),
  );
});

test('values that come together count as if they came one by one', () => {
  const anyValues = fc.array(fc.nat(2 ** 30), { maxLength: 900 });
  fc.assert(
    fc.property(fc.array(anyValues, { maxLength: 6 }), (parts) => {
      const together = new Distribution();
      for (const part of parts) together.addAll(Float64Array.from([-1, ...part, -1]), 1, part.length + 1);
      const alone = distributionOf(parts.flat());
      const told = (distribution: Distribution) => [
        ...[distribution.count, distribution.sum, distribution.min, distribution.max, distribution.stdev],
        ...[0, 0.1, 0.5, 0.99, 1].map((part) => distribution.percentile(part)),
      ];
      expect(told(together)).toEqual(told(alone));
    }),
    { numRuns: 50 },
  );
});
