/** Histograms of durations, and of what each parent has of its children. */
import {
  type Bins,
  type Grid,
  type GridDescription,
  grid,
  LogHistogram,
  linearBins,
} from '../../../results/index.ts';
import type { ChosenPeriods } from './selection.ts';
import { describeDurations, describePerParent, type PerParent } from './shapes.ts';
import { parentStatistics, periodDurations } from './statistics.ts';

/** Durations in logarithmic bins, the same for all traces. */
export function histograms(chosen: ChosenPeriods): readonly Grid[] {
  return periodDurations(chosen).map(({ group, definition, durations }) =>
    logarithmic(describeDurations(definition, 'dist', group), durations),
  );
}

/** Durations and what each parent has, in equal bins from the least to the largest value. */
export function distributions(chosen: ChosenPeriods, binCount: number): readonly Grid[] {
  const grids = periodDurations(chosen).map(({ group, definition, durations }) =>
    linear(describeDurations(definition, 'freq', group), durations, binCount),
  );
  for (const { group, parent, child, durations, counts, shares } of parentStatistics(chosen)) {
    const add = (of: PerParent, values: readonly number[]): void => {
      const known = values.filter((value) => Number.isFinite(value));
      grids.push(linear(describePerParent(of, parent, child, group), known, binCount));
    };
    add('duration', durations);
    add('count', counts);
    add('share', shares);
  }
  return grids;
}

function logarithmic(description: GridDescription, values: readonly number[]): Grid {
  const histogram = new LogHistogram();
  for (const value of values) histogram.add(value);
  return histogram.build(description);
}

/** The last bin has its upper edge too. */
function linear(description: GridDescription, values: readonly number[], binCount: number): Grid {
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

function extremes(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? [0, 0] : [least, most];
}
