/**
 * How warm the cells of a heatmap are. The scale is logarithmic: on a linear one the busiest cell would turn all others into the same
 * dark shade, and a single slow call is what one looks for.
 */
import type { Grid } from '../results/shapes.ts';
import type { Groups } from './axis.ts';

/** Counts per drawn cell, the lowest row first. */
export function gridCells(grid: Grid, columns: Groups, rows: Groups): readonly number[][] {
  const width = grid.x.edges.length - 1;
  const cells = Array.from({ length: rows.count }, () => new Array<number>(columns.count).fill(0));
  grid.counts.forEach((count, at) => {
    const row = Math.floor(Math.floor(at / width) / rows.size);
    cells[row]![Math.floor((at % width) / columns.size)]! += count;
  });
  return cells;
}

/** 0 for one, 1 for the largest, `undefined` for nothing. */
export function heatLevel(count: number, peak: number): number | undefined {
  if (!(count > 0)) return undefined;
  return peak <= 1 ? 1 : Math.min(1, Math.max(0, Math.log(count) / Math.log(peak)));
}

/** A sample of the scale: 1, 10, 100 … and the largest. */
export function legendCounts(peak: number): readonly number[] {
  const counts: number[] = [];
  const decades = Math.floor(Math.log10(Math.max(1, peak)));
  const step = Math.max(1, Math.ceil(decades / 5));
  for (let power = 0; 10 ** power < peak; power += step) counts.push(10 ** power);
  return [...counts, peak];
}
