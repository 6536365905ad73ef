import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binIndex, decadeEdges, linearBins, niceTimeEdges, niceWidth, powerOfTwoEdges } from './bins.ts';

test('decades have the edges 1, 2, 5, and a bin below 1', () => {
  expect(decadeEdges(2)).toEqual([0, 1, 2, 5, 10, 20, 50, 100]);
  expect(powerOfTwoEdges(3)).toEqual([0, 1, 2, 4, 8]);
});

test('linear bins end exactly where they should', () => {
  expect(linearBins(0, 1, 4).edges).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(linearBins(7, 7, 20).edges).toEqual([7, 8]);
  expect(linearBins(0, 0.3, 3).edges.at(-1)).toBe(0.3);
});

test('a value on an edge belongs to the bin above, beyond the ends to the outer ones', () => {
  const edges = [0, 1, 2, 5];
  expect([-3, 0, 0.99, 1, 4.9, 5, 99].map((value) => binIndex(edges, value))).toEqual([0, 0, 0, 1, 2, 2, 2]);
});

test('the bin is the one that a linear search finds', () => {
  const anyEdges = fc.uniqueArray(fc.integer(), { minLength: 2 }).map((edges) => edges.sort((a, b) => a - b));
  fc.assert(
    fc.property(anyEdges, fc.integer(), (edges, value) => {
      const above = edges.slice(0, -1).findLastIndex((edge) => value >= edge);
      expect(binIndex(edges, value)).toBe(Math.max(0, above));
    }),
  );
});

test('widths are 1, 2 or 5 times a power of ten', () => {
  expect([0.9, 1, 1.1, 2.5, 5.1, 99, 1e-7].map(niceWidth)).toEqual([1, 1, 2, 5, 10, 100, 1e-7]);
});

test('time bins cover the span, begin at multiples of their width and are not too many', () => {
  expect(niceTimeEdges(5, 39, 4)).toEqual([0, 10, 20, 30, 40]);
  expect(niceTimeEdges(0, 0, 10)).toEqual([0, 1]);
  const span = fc.tuple(fc.integer({ min: -1e15, max: 1e15 }), fc.integer({ min: 0, max: 1e15 }));
  fc.assert(
    fc.property(span, fc.integer({ min: 2, max: 300 }), ([begin, length], countMax) => {
      const edges = niceTimeEdges(begin, begin + length, countMax);
      expect(edges.length - 1).toBeLessThanOrEqual(countMax);
      expect(edges[0]).toBeLessThanOrEqual(begin);
      expect(edges.at(-1)).toBeGreaterThan(begin + length);
    }),
  );
});
