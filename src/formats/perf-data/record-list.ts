/**
 * Records that wait to be handed out: when they happened, where they are in the window, of which class they are. They come as a few
 * ascending runs, one for each buffer that perf emptied, which are merged:
 *
 *   in the window   3 5 8 │ 1 4 6 9 │ 2 7          order   3 0 7 4 1 5 8 2 6   (positions; equal times keep the order of the file)
 */
import { grown } from '../../events/columns.ts';

/** The key of a record without time: before all others. */
export const noTime = Number.NEGATIVE_INFINITY;

export class RecordList {
  count = 0;
  /** Relative to the origin; -Infinity without time. */
  key = new Float64Array(1024);
  /** Bytes from the window's beginning. */
  at = new Uint32Array(1024);
  classId = new Uint32Array(1024);
  /** Positions in ascending order, after `sort`. */
  order = new Uint32Array(1024);
  #spare = new Uint32Array(1024);
  #runs = new Uint32Array(64);

  push(key: number, at: number, classId: number): void {
    const index = this.count++;
    if (index === this.key.length) this.#grow();
    this.key[index] = key;
    this.at[index] = at;
    this.classId[index] = classId;
  }

  #grow(): void {
    this.key = grown(this.key, this.count);
    this.at = grown(this.at, this.count);
    this.classId = grown(this.classId, this.count);
  }

  /** Fills `order`. */
  sort(): void {
    const { count } = this;
    if (this.order.length < count) {
      this.order = new Uint32Array(this.key.length);
      this.#spare = new Uint32Array(this.key.length);
    }
    const { order } = this;
    for (let index = 0; index < count; index++) order[index] = index;
    for (let runCount = this.#findRuns(); runCount > 1; runCount = (runCount + 1) >> 1)
      this.#mergePairs(runCount);
  }

  /** Where ascending runs begin; returns how many there are. The place after the last is the end. */
  #findRuns(): number {
    const { key, count } = this;
    let runs = this.#runs;
    let runCount = 0;
    for (let index = 0; index < count; index++) {
      if (index > 0 && (key[index] as number) >= (key[index - 1] as number)) continue;
      if (runCount + 1 >= runs.length) runs = grown(runs, runCount + 2);
      runs[runCount++] = index;
    }
    runs[runCount] = count;
    this.#runs = runs;
    return runCount;
  }

  #mergePairs(runCount: number): void {
    const [from, into] = [this.order, this.#spare];
    const runs = this.#runs;
    let merged = 0;
    for (let run = 0; run < runCount; run += 2) {
      const begin = runs[run] as number;
      const middle = runs[run + 1] as number;
      const end = run + 1 < runCount ? (runs[run + 2] as number) : middle;
      this.#merge(from, into, begin, middle, end);
      runs[merged++] = begin;
    }
    runs[merged] = this.count;
    this.order = into;
    this.#spare = from;
  }

  #merge(from: Uint32Array, into: Uint32Array, begin: number, middle: number, end: number): void {
    const { key } = this;
    let [left, right, at] = [begin, middle, begin];
    while (left < middle && right < end) {
      const a = from[left] as number;
      const b = from[right] as number;
      if ((key[b] as number) < (key[a] as number)) {
        into[at++] = b;
        right++;
      } else {
        into[at++] = a;
        left++;
      }
    }
    while (left < middle) into[at++] = from[left++] as number;
    while (right < end) into[at++] = from[right++] as number;
  }

  /** How many come no later than `limit`, in the order. */
  countUpTo(limit: number): number {
    const { key, order } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((key[order[middle] as number] as number) <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Keeps the records from the `from`th to the `to`th of the order, excluded, and puts them in order. */
  keep(from: number, to: number): void {
    const { order } = this;
    const kept = order.slice(from, to);
    this.key.set(Float64Array.from(kept, (index) => this.key[index] as number));
    this.at.set(Uint32Array.from(kept, (index) => this.at[index] as number));
    this.classId.set(Uint32Array.from(kept, (index) => this.classId[index] as number));
    this.count = kept.length;
  }

  /** The least place in the window. */
  leastAt(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.count; index++) least = Math.min(least, this.at[index] as number);
    return least;
  }

  move(byBytes: number): void {
    for (let index = 0; index < this.count; index++) this.at[index] = (this.at[index] as number) - byBytes;
  }
}
