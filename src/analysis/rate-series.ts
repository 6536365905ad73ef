/** Rates over time under many names, of which the busiest get a line of their own. */
import { series } from '../results/build.ts';
import type { Series, SeriesDescription } from '../results/shapes.ts';
import { TimeCounts } from '../results/time-counts.ts';

/** Names beyond this many share one line from the beginning, so that memory is bounded. */
const nameCountMax = 1024;
const timeBinCountMax = 120;

export class RateSeries {
  readonly #counts = new Map<number, TimeCounts>();
  readonly #totals = new Map<number, number>();
  readonly #others = new TimeCounts();
  #hasOthers = false;

  /**
   * @param timeNs relative to the origin; records without a time have no rate
   * @param amount how much there was at that time, from 0 up: 1 to count
   */
  add(name: number, timeNs: number, amount = 1): void {
    if (Number.isNaN(timeNs)) return;
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      if (this.#counts.size >= nameCountMax) {
        this.#others.add(timeNs, 0, amount);
        this.#hasOthers = true;
        return;
      }
      counts = new TimeCounts();
      this.#counts.set(name, counts);
    }
    counts.add(timeNs, 0, amount);
    this.#totals.set(name, (this.#totals.get(name) ?? 0) + amount);
  }

  /** Lines of the busiest names, of equal ones in the order of their labels, then one of all others; values are per second. */
  build(
    description: SeriesDescription,
    originNs: bigint,
    range: { readonly beginNs: number; readonly endNs: number } | undefined,
    label: (name: number) => string,
    lineCountMax: number,
  ): Series {
    const ranked = [...this.#totals]
      .map(([name, total]) => ({ name: label(name), total, counts: this.#counts.get(name)! }))
      .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
    const named = ranked.slice(0, lineCountMax);
    const rest = ranked.slice(lineCountMax).map(({ counts }) => counts);
    if (this.#hasOthers) rest.push(this.#others);
    if (range === undefined || named.length === 0) return series(description, { edges: [], originNs }, []);
    const built = (counts: TimeCounts) => counts.build(timeBinCountMax, originNs, range);
    const { time } = built(named[0]!.counts);
    const widthSeconds = (time.edges[1]! - time.edges[0]!) / 1e9;
    const lines = named.map(({ name, counts }) => ({
      name,
      values: built(counts).counts.map((value) => value / widthSeconds),
    }));
    if (rest.length > 0) {
      const sum = new Float64Array(time.edges.length - 1);
      for (const counts of rest) {
        built(counts).counts.forEach((value, index) => {
          sum[index]! += value / widthSeconds;
        });
      }
      lines.push({ name: 'all others', values: sum });
    }
    return series(description, time, lines);
  }
}
