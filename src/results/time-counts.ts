/**
 * Counts (or sums) over time × rows while a trace is read, its length not yet known, in bounded memory.
 *
 *     time   ├─┬─┬─┬─┬─┬─┬─┬─┬─┬─┤      fine bins of 10^k ns, at multiples of their width
 *            └───────── too many: ten become one, k grows by 1
 *     build  ├───┬───┬───┬───┬───┤      1, 2 or 5 (times a power of ten) of them make one bin of the answer
 *
 * Only whole bins are merged: the counts are exact.
 */
import { niceTimeEdges } from './bins.ts';
import type { Bins } from './shapes.ts';

const fineCountMax = 4096;

/** Nanoseconds relative to the origin, both ends included. */
export interface TimeRange {
  readonly beginNs: number;
  readonly endNs: number;
}

/** Counts by fine time bin and row. */
export class TimeCounts {
  readonly rowCount: number;
  #widthNs = 1;
  /** The absolute index of the first fine bin in `#counts`. */
  #base = 0;
  #used = 0;
  #counts: Float64Array;

  /** @param rowCount how many rows: 1 for a series, the latency bins of a heatmap */
  constructor(rowCount = 1) {
    this.rowCount = rowCount;
    this.#counts = new Float64Array(rowCount * 64);
  }

  /** @param timeNs nanoseconds relative to the set of traces' origin, may be negative */
  add(timeNs: number, row = 0, amount = 1): void {
    const index = Math.floor(timeNs / this.#widthNs) - this.#base;
    if (index >= 0 && index < this.#used) this.#counts[index * this.rowCount + row]! += amount;
    else this.#addOutside(timeNs, row, amount);
  }

  /** Adds the nanoseconds of a span, times `weight`, to the bins that it covers; none unless its end, which is not in it, comes later. */
  addSpan(beginNs: number, endNs: number, row = 0, weight = 1): void {
    if (!(endNs > beginNs)) return;
    // Room for both ends first: from then on bins are as wide as they will be.
    this.add(beginNs, row, 0);
    this.add(Math.max(beginNs, endNs - 1), row, 0);
    const widthNs = this.#widthNs;
    for (let bin = Math.floor(beginNs / widthNs); bin * widthNs < endNs; bin += 1) {
      const coveredNs = Math.min(endNs, (bin + 1) * widthNs) - Math.max(beginNs, bin * widthNs);
      this.#counts[(bin - this.#base) * this.rowCount + row]! += coveredNs * weight;
    }
  }

  #addOutside(timeNs: number, row: number, amount: number): void {
    if (!Number.isFinite(timeNs)) throw new Error(`${timeNs} is not a time.`);
    let absolute = Math.floor(timeNs / this.#widthNs);
    if (this.#used === 0) this.#base = absolute;
    while (this.#span(absolute) > fineCountMax) {
      this.#coarsen();
      absolute = Math.floor(timeNs / this.#widthNs);
    }
    this.#cover(absolute);
    this.#counts[(absolute - this.#base) * this.rowCount + row]! += amount;
  }

  #span(absolute: number): number {
    if (this.#used === 0) return 1;
    return Math.max(absolute + 1, this.#base + this.#used) - Math.min(absolute, this.#base);
  }

  /** Makes room for one more bin at either end. */
  #cover(absolute: number): void {
    const base = Math.min(this.#base, absolute);
    const used = this.#span(absolute);
    const shift = this.#used === 0 ? 0 : this.#base - base;
    if (shift > 0 || used * this.rowCount > this.#counts.length) {
      const capacity = Math.min(fineCountMax, Math.max(64, used * 2));
      const counts = new Float64Array(capacity * this.rowCount);
      counts.set(this.#counts.subarray(0, this.#used * this.rowCount), shift * this.rowCount);
      this.#counts = counts;
    }
    this.#base = base;
    this.#used = used;
  }

  #coarsen(): void {
    const base = Math.floor(this.#base / 10);
    const used = Math.floor((this.#base + this.#used - 1) / 10) - base + 1;
    for (let index = 0; index < this.#used; index += 1) {
      const target = (Math.floor((this.#base + index) / 10) - base) * this.rowCount;
      for (let row = 0; row < this.rowCount; row += 1) {
        const at = index * this.rowCount + row;
        const amount = this.#counts[at]!;
        // The target is never behind: what is read has not been overwritten, and is cleared before it is added to.
        this.#counts[at] = 0;
        this.#counts[target + row]! += amount;
      }
    }
    this.#widthNs *= 10;
    this.#base = base;
    this.#used = used;
  }

  /**
   * The bins of the answer, at most `countMax`, and the counts by row: `counts[row * timeBinCount + timeBin]`.
   * @param range what the time axis covers beyond the counted times: the trace's span
   */
  build(
    countMax: number,
    originNs: bigint,
    range?: TimeRange,
  ): { readonly time: Bins; readonly counts: Float64Array } {
    const edges = this.#edges(countMax, range);
    const binCount = Math.max(0, edges.length - 1);
    const counts = new Float64Array(binCount * this.rowCount);
    if (binCount > 0) {
      const widthNs = edges[1]! - edges[0]!;
      for (let index = 0; index < this.#used; index += 1) {
        const bin = Math.floor(((this.#base + index) * this.#widthNs - edges[0]!) / widthNs);
        for (let row = 0; row < this.rowCount; row += 1) {
          counts[row * binCount + bin]! += this.#counts[index * this.rowCount + row]!;
        }
      }
    }
    return { time: { edges, originNs }, counts };
  }

  #edges(countMax: number, range: TimeRange | undefined): readonly number[] {
    let beginNs = range?.beginNs ?? Number.POSITIVE_INFINITY;
    let endNs = range?.endNs ?? Number.NEGATIVE_INFINITY;
    if (this.#used > 0) {
      beginNs = Math.min(beginNs, this.#base * this.#widthNs);
      endNs = Math.max(endNs, (this.#base + this.#used) * this.#widthNs - 1);
    }
    if (!(endNs >= beginNs)) return [];
    // Fine bins are powers of ten wide: every nice width from there on is a multiple of theirs.
    return niceTimeEdges(beginNs, endNs, countMax, this.#widthNs);
  }
}
