/** Histograms and heatmaps of latencies (or any values from 0 up) while a trace is read, in bounded memory. */
import { binIndex, decadeEdges } from './bins.ts';
import { grid } from './build.ts';
import type { Grid, GridDescription } from './shapes.ts';
import { TimeCounts, type TimeRange } from './time-counts.ts';

/** 10^15 ns are eleven days: what is longer goes into the last bin. */
const defaultEdges = decadeEdges(15);

/** Counts values by logarithmic bins, of which the answer shows those from the first to the last in use. */
export class LogHistogram {
  readonly #edges: readonly number[];
  readonly #counts: Float64Array;

  constructor(edges: readonly number[] = defaultEdges) {
    this.#edges = edges;
    this.#counts = new Float64Array(edges.length - 1);
  }

  add(value: number, amount = 1): void {
    this.#counts[binIndex(this.#edges, value)]! += amount;
  }

  build(description: GridDescription): Grid {
    const { first, last } = usedRange(this.#counts.length, (index) => this.#counts[index]! > 0);
    const counts = this.#counts.subarray(first, last + 1);
    return grid(description, { edges: this.#edges.slice(first, last + 2) }, undefined, counts);
  }
}

/** Counts values by time and logarithmic bins: time along x, the value along y. */
export class LatencyHeatmap {
  readonly #edges: readonly number[];
  readonly #counts: TimeCounts;

  constructor(edges: readonly number[] = defaultEdges) {
    this.#edges = edges;
    this.#counts = new TimeCounts(edges.length - 1);
  }

  /** @param timeNs relative to the origin, when it began or ended (say which in the axis's meaning) */
  add(timeNs: number, value: number, amount = 1): void {
    this.#counts.add(timeNs, binIndex(this.#edges, value), amount);
  }

  /**
   * @param originNs the epoch time of `timeNs` 0
   * @param range what the time axis covers at least: the trace's span
   * @param timeBinCountMax the terminal merges bins that do not fit
   */
  build(description: GridDescription, originNs: bigint, range?: TimeRange, timeBinCountMax = 240): Grid {
    const { time, counts } = this.#counts.build(timeBinCountMax, originNs, range);
    const width = Math.max(0, time.edges.length - 1);
    const { first, last } = usedRange(this.#edges.length - 1, (row) => {
      for (let at = row * width; at < (row + 1) * width; at += 1) if (counts[at]! > 0) return true;
      return false;
    });
    const used = counts.subarray(first * width, (last + 1) * width);
    return grid(description, time, { edges: this.#edges.slice(first, last + 2) }, used);
  }
}

/** From the first to the last bin in use; with none in use, `first` 0 and `last` -1: no bins. */
function usedRange(count: number, isUsed: (index: number) => boolean) {
  let first = 0;
  while (first < count && !isUsed(first)) first += 1;
  if (first === count) return { first: 0, last: -1 };
  let last = count - 1;
  while (!isUsed(last)) last -= 1;
  return { first, last };
}
