/** A grid with one axis as rows: what a bin holds, and the part of all that is up to there. */
import type { Grid } from '../results/shapes.ts';
import { edgeLabel, groupBins, groupSums } from './axis.ts';
import { type FormatContext, printAlone } from './format-value.ts';

/** More bins are merged, so that the picture fits one screen. */
const rowCountMax = 48;

export interface HistogramRow {
  /** Edges of the bin. */
  readonly from: string;
  readonly to: string;
  readonly count: string;
  /** Percent of all, up to this bin. */
  readonly cumulated: string;
  /** Of the largest count. */
  readonly part: number;
}

/** The lowest bin first; none when nothing was counted. */
export function histogramRows(grid: Grid, context: FormatContext): readonly HistogramRow[] {
  const total = grid.counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return [];
  const groups = groupBins(grid.counts.length, rowCountMax);
  const counts = groupSums(grid.counts, groups);
  const largest = counts.reduce((max, count) => Math.max(max, count), 0);
  const label = (edge: number) => edgeLabel(grid.description.x, grid.x, edge, context);
  let seen = 0;
  return counts.map((count, group) => {
    seen += count;
    const first = group * groups.size;
    return {
      from: label(first),
      to: label(Math.min(grid.counts.length, first + groups.size)),
      count: printAlone('number', count, context),
      cumulated: ((100 * seen) / total).toFixed(1),
      part: count / largest,
    };
  });
}
