import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LatencyHeatmap, LogHistogram } from './histogram.ts';
import { heatmapDescription, histogramDescription } from './samples.test-helpers.ts';
import { TimeCounts } from './time-counts.ts';

test('a histogram shows the bins from the first to the last in use', () => {
  const histogram = new LogHistogram();
  for (const value of [700, 1000, 1999, 7000]) histogram.add(value);
  const grid = histogram.build(histogramDescription);
  expect(grid.x.edges).toEqual([500, 1000, 2000, 5000, 10_000]);
  expect(grid.counts).toEqual([1, 2, 0, 1]);
});

test('nothing counted is a grid without bins', () => {
  expect(new LogHistogram().build(histogramDescription).counts).toEqual([]);
  expect(new LatencyHeatmap().build(heatmapDescription, 0n).counts).toEqual([]);
});

test('a heatmap counts by time and latency', () => {
  const heatmap = new LatencyHeatmap();
  heatmap.add(5, 1500);
  heatmap.add(15, 1500);
  heatmap.add(16, 2500);
  const grid = heatmap.build(heatmapDescription, 100n, { beginNs: 0, endNs: 39 }, 4);
  expect(grid.x).toEqual({ edges: [0, 10, 20, 30, 40], originNs: 100n });
  expect(grid.y?.edges).toEqual([1000, 2000, 5000]);
  expect(grid.counts).toEqual([1, 1, 0, 0, 0, 1, 0, 0]);
});

test('no count is lost or moved to another bin, whatever the order and span of times', () => {
  const time = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));
  fc.assert(
    fc.property(
      fc.array(time, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 2, max: 200 }),
      (times, countMax) => {
        const counts = new TimeCounts();
        for (const timeNs of times) counts.add(timeNs);
        const built = counts.build(countMax, 0n);
        const { edges } = built.time;
        expect(edges.length - 1).toBeLessThanOrEqual(countMax);
        const expected = edges.slice(1).map((end, index) => {
          return times.filter((timeNs) => timeNs >= edges[index]! && timeNs < end).length;
        });
        expect([...built.counts]).toEqual(expected);
        expect(expected.reduce((sum, count) => sum + count, 0)).toBe(times.length);
      },
    ),
  );
});

test('a million times need no more room than a few thousand bins', () => {
  const counts = new TimeCounts(2);
  for (let index = 0; index < 1_000_000; index += 1) counts.add(index * 1000, index & 1);
  const { time, counts: built } = counts.build(100, 0n);
  expect(time.edges.length - 1).toBe(100);
  expect([...built].every((count) => count === 5000)).toBe(true);
});
