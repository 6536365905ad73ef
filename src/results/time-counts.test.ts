import { expect, test } from 'vitest';
import { TimeCounts } from './time-counts.ts';

test('a span is spread over the bins that it covers, to the nanosecond', () => {
  const counts = new TimeCounts(2);
  counts.addSpan(5, 25);
  counts.addSpan(25, 40, 1);
  counts.addSpan(12, 12);
  counts.addSpan(12, 3);
  const { time, counts: built } = counts.build(5, 0n, { beginNs: 0, endNs: 39 });
  expect(time.edges).toEqual([0, 10, 20, 30, 40]);
  expect([...built]).toEqual([5, 10, 5, 0, 0, 0, 5, 10]);
});

test('bins that grow keep the sum', () => {
  const counts = new TimeCounts();
  const spans = [
    [0, 3],
    [7, 10_000_001],
    [10_000_001, 9_000_000_123],
    [-77_000_000_000, -5],
  ] as const;
  for (const [begin, end] of spans) counts.addSpan(begin, end);
  const { counts: built } = counts.build(100, 0n);
  const sum = spans.reduce((total, [begin, end]) => total + end - begin, 0);
  expect(built.reduce((total, value) => total + value)).toBe(sum);
});
