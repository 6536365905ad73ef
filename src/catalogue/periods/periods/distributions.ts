/** Histograms of durations, and of what each parent has of its children. */
import {
  type Bins,
  type Grid,
  type GridDescription,
  grid,
  type LogHistogram,
  linearBins,
} from '../../../results/index.ts';
import type { ByDefinition, Summary } from './kept.ts';
import type { NumberList } from './number-list.ts';
import type { Answered } from './selection.ts';
import { describeDurations, describePerParent, type PerParent } from './shapes.ts';
import { parentStatistics, periodStatistics } from './statistics.ts';

/** Durations in logarithmic bins, the same for all traces. */
export function histograms(all: ByDefinition<LogHistogram>, answered: Answered): readonly Grid[] {
  return periodStatistics(all, answered).map(({ group, definition, durations }) =>
    durations.build(describeDurations(definition, 'dist', group)),
  );
}

/** Durations and what each parent has, in equal bins from the least to the largest value. */
export function distributions(
  all: Summary<NumberList>,
  answered: Answered,
  binCount: number,
): readonly Grid[] {
  const grids = periodStatistics(all.durations, answered).map(({ group, definition, durations }) =>
    linear(describeDurations(definition, 'freq', group), durations.values, binCount),
  );
  for (const { group, parent, child, durations, counts, shares } of parentStatistics(all, answered)) {
    const add = (of: PerParent, { values }: NumberList): void => {
      grids.push(linear(describePerParent(of, parent, child, group), values, binCount));
    };
    add('duration', durations);
    add('count', counts);
    add('share', shares);
  }
  return grids;
}

/** The last bin has its upper edge too. */
function linear(description: GridDescription, values: Float64Array, binCount: number): Grid {
  const [least, most] = extremes(values);
  const bins: Bins = linearBins(least, most, binCount);
  const counts = new Float64Array(bins.edges.length - 1);
  const width = (most - least) / binCount;
  for (const value of values) {
    const bin = width > 0 ? Math.floor((value - least) / width) : 0;
    counts[Math.min(bin, counts.length - 1)]! += 1;
  }
  return grid(description, bins, undefined, counts);
}

function extremes(values: Float64Array): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? [0, 0] : [least, most];
}
