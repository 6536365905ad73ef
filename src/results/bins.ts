/**
 * Bins with round edges.
 *
 * Counting into them is exact: values are put into fixed fine bins while a trace is read, and only whole bins are merged
 * afterwards, so that no count is ever split or guessed.
 */
import type { Bins } from './shapes.ts';

/** Steps within a decade: 1, 2, 5 suits a terminal; 1 … 9 a picture. */
export const steps125 = [1, 2, 5] as const;
export const stepsOneToNine = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** `[0, 1, 2, 5, 10, … 10^decades]`: the first bin takes what is below 1. */
export function decadeEdges(decades: number, steps: readonly number[] = steps125): readonly number[] {
  const edges = [0];
  for (let decade = 0; decade < decades; decade += 1) {
    for (const step of steps) edges.push(Number(`${step}e${decade}`));
  }
  edges.push(Number(`1e${decades}`));
  return edges;
}

/** `[0, 1, 2, 4, … 2^powers]`. */
export function powerOfTwoEdges(powers: number): readonly number[] {
  return [0, ...Array.from({ length: powers + 1 }, (_, power) => 2 ** power)];
}

/** `count` equal bins from `begin` to `end`; one bin of width 1 when both are equal. */
export function linearBins(begin: number, end: number, count: number): Bins {
  if (!(count >= 1)) throw new Error(`${count} is not a number of bins.`);
  if (!(end > begin)) return { edges: [begin, begin + 1] };
  const edges = Array.from({ length: count }, (_, index) => begin + ((end - begin) * index) / count);
  edges.push(end);
  return { edges };
}

/** The bin of a value; values outside go to the first or the last bin. At least one bin is needed. */
export function binIndex(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= edges[middle]!) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `width`; `width` > 0. */
export function niceWidth(width: number): number {
  if (!(width > 0) || !Number.isFinite(width)) throw new Error(`${width} is not a width.`);
  let exponent = Math.floor(Math.log10(width)) - 1;
  for (;;) {
    for (const step of steps125) {
      const nice = Number(`${step}e${exponent}`);
      if (nice >= width) return nice;
    }
    exponent += 1;
  }
}

/** Edges at multiples of a nice width of at least `widthMinNs` that cover begin … end with at most `countMax` bins. */
export function niceTimeEdges(
  beginNs: number,
  endNs: number,
  countMax: number,
  widthMinNs = 1,
): readonly number[] {
  if (!(countMax >= 2)) throw new Error(`${countMax} is too small a number of bins.`);
  let widthNs = niceWidth(Math.max(widthMinNs, (endNs - beginNs) / countMax));
  // Bins at multiples of their width may need one more than the span divided by the width.
  while (Math.floor(endNs / widthNs) - Math.floor(beginNs / widthNs) + 1 > countMax) {
    widthNs = niceWidth(widthNs * 1.5);
  }
  const first = Math.floor(beginNs / widthNs);
  const last = Math.floor(endNs / widthNs);
  return Array.from({ length: last - first + 2 }, (_, index) => (first + index) * widthNs);
}
