/**
 * Records that wait to be handed out: when they happened, where they are in the window, of which class they are. They come as a few
 * ascending runs, one for each buffer that perf emptied. What of them is known to be next is merged; the others wait as they came:
 *
 *   in the window   3 5 8 │ 1 4 6 9 │ 2 7          up to 5: order 3 7 0 4 1   (positions; equal times keep the order of the file)
 */
import { grown } from '../../events/columns.ts';

/** Before all times. */
export const noTime = Number.NEGATIVE_INFINITY;

/** How many records have room in a window, about: most have more than 80 bytes. */
export function usualCount(windowSizeBytes: number): number {
  return Math.ceil(windowSizeBytes / 80);
}

/** Records that wait. */
export class RecordList {
  count = 0;
  /** Places in the order: times, but of records that come late. */
  key: Float64Array;
  /** Relative to the origin; NaN without. The same array as `key` as long as no record had another one. */
  time: Float64Array;
  /** Bytes from the window's beginning. */
  at: Uint32Array;
  /** The class in the upper half, the size in bytes in the lower: what is known of a record is not looked up in the window again. */
  shape: Uint32Array;
  cpu: Int32Array;
  /** How many come no later than the limit of `sort`. */
  readyCount = 0;
  /** Their positions in ascending order; undefined where that is how they are. */
  order: Uint32Array | undefined;
  #positions = new Uint32Array(0);
  #spare = new Uint32Array(0);
  /** Where runs begin, and behind the last one's beginning its end. */
  #runs = new Uint32Array(64);
  #runCount = 0;
  /** By run: where those begin that are not ready. */
  #readyEnds = new Uint32Array(0);
  /** The same as `#runs` of those that are ready, while they are merged. */
  #mergedRuns = new Uint32Array(0);

  /** @param capacity how many there is room for at first: of what is not written to, no memory is taken from the system */
  constructor(capacity = 1024) {
    this.key = new Float64Array(capacity);
    this.time = this.key;
    this.at = new Uint32Array(capacity);
    this.shape = new Uint32Array(capacity);
    this.cpu = new Int32Array(capacity);
  }

  push(key: number, time: number, at: number, shape: number, cpu: number): void {
    const index = this.count++;
    if (index === this.key.length) this.grow();
    if (time !== key && this.time === this.key) this.time = this.key.slice();
    this.key[index] = key;
    this.time[index] = time;
    this.at[index] = at;
    this.shape[index] = shape;
    this.cpu[index] = cpu;
  }

  /** Makes room for more. */
  grow(): void {
    const count = this.key.length + 1;
    const isShared = this.time === this.key;
    this.key = grown(this.key, count);
    this.time = isShared ? this.key : grown(this.time, count);
    this.at = grown(this.at, count);
    this.shape = grown(this.shape, count);
    this.cpu = grown(this.cpu, count);
  }

  /** The record that is the `position`th in the order. */
  indexAt(position: number): number {
    return this.order === undefined ? position : (this.order[position] as number);
  }

  /** Finds the order of those that come no later than `limit`, of which each run has some at its beginning; the others wait. */
  sort(limit = Number.POSITIVE_INFINITY): void {
    this.order = undefined;
    const runCount = this.#findRuns();
    this.#runCount = runCount;
    const readyCount = this.#findReady(runCount, limit);
    this.readyCount = readyCount;
    // They are in order where they are as long as only the first run has any.
    if (runCount === 0 || readyCount === (this.#readyEnds[0] as number)) return;
    if (this.#positions.length < readyCount) {
      const room = Math.max(readyCount, this.#positions.length * 2);
      this.#positions = new Uint32Array(room);
      this.#spare = new Uint32Array(room);
    }
    let left = this.#placeReady(runCount);
    for (; left > 1; left = (left + 1) >> 1) this.#mergePairs(left);
    this.order = this.#positions;
  }

  /** Where in each run those begin that come after `limit`; returns how many come before. */
  #findReady(runCount: number, limit: number): number {
    const { key } = this;
    const runs = this.#runs;
    if (this.#readyEnds.length < runs.length) this.#readyEnds = new Uint32Array(runs.length);
    const ends = this.#readyEnds;
    let readyCount = 0;
    for (let run = 0; run < runCount; run++) {
      const begin = runs[run] as number;
      let low = begin;
      let high = runs[run + 1] as number;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((key[middle] as number) <= limit) low = middle + 1;
        else high = middle;
      }
      ends[run] = low;
      readyCount += low - begin;
    }
    return readyCount;
  }

  /** Puts the positions of those that are ready one behind the other; returns how many runs have any. */
  #placeReady(runCount: number): number {
    const [positions, merged, runs] = [this.#positions, this.#merged(runCount), this.#runs];
    let place = 0;
    let count = 0;
    for (let run = 0; run < runCount; run++) {
      const begin = runs[run] as number;
      const end = this.#readyEnds[run] as number;
      if (begin === end) continue;
      merged[count++] = place;
      for (let index = begin; index < end; index++) positions[place++] = index;
    }
    merged[count] = place;
    return count;
  }

  #merged(runCount: number): Uint32Array {
    if (this.#mergedRuns.length <= runCount) this.#mergedRuns = new Uint32Array(this.#runs.length);
    return this.#mergedRuns;
  }

  /** Where ascending runs begin; returns how many there are. The place after the last is the end. */
  #findRuns(): number {
    const { key, count } = this;
    let runs = this.#runs;
    let runCount = 0;
    let before = Number.POSITIVE_INFINITY;
    for (let index = 0; index < count; index++) {
      const now = key[index] as number;
      if (now < before || index === 0) {
        if (runCount + 1 >= runs.length) runs = grown(runs, runCount + 2);
        runs[runCount++] = index;
      }
      before = now;
    }
    runs[runCount] = count;
    this.#runs = runs;
    return runCount;
  }

  #mergePairs(runCount: number): void {
    const [from, into] = [this.#positions, this.#spare];
    const runs = this.#mergedRuns;
    let merged = 0;
    for (let run = 0; run < runCount; run += 2) {
      const begin = runs[run] as number;
      const middle = runs[run + 1] as number;
      const end = run + 1 < runCount ? (runs[run + 2] as number) : middle;
      mergeRuns(this.key, from, into, begin, middle, end);
      runs[merged++] = begin;
    }
    runs[merged] = this.readyCount;
    this.#positions = into;
    this.#spare = from;
  }

  /** Gives up those that are ready. The others keep the order in which they came. */
  drop(): void {
    const { key, time, at, shape, cpu } = this;
    const all = [at, shape, cpu, key, ...(time === key ? [] : [time])];
    const [runs, ends] = [this.#runs, this.#readyEnds];
    let kept = 0;
    for (let run = 0; run < this.#runCount; run++) {
      const [begin, end] = [ends[run] as number, runs[run + 1] as number];
      if (kept < begin && begin < end) for (const values of all) values.copyWithin(kept, begin, end);
      kept += end - begin;
    }
    this.count = kept;
    this.readyCount = 0;
    this.#runCount = 0;
    this.order = undefined;
  }

  move(byBytes: number): void {
    const { at, count } = this;
    for (let index = 0; index < count; index++) at[index] = (at[index] as number) - byBytes;
  }
}

/** Two ascending runs of positions, the second behind the first, into one; equal keys keep their order. */
function mergeRuns(
  key: Float64Array,
  from: Uint32Array,
  into: Uint32Array,
  begin: number,
  middle: number,
  end: number,
): void {
  let [left, right, at] = [begin, middle, begin];
  if (left < middle && right < end) {
    let a = from[left] as number;
    let b = from[right] as number;
    let keyA = key[a] as number;
    let keyB = key[b] as number;
    for (;;) {
      if (keyB < keyA) {
        into[at++] = b;
        if (++right === end) break;
        b = from[right] as number;
        keyB = key[b] as number;
      } else {
        into[at++] = a;
        if (++left === middle) break;
        a = from[left] as number;
        keyA = key[a] as number;
      }
    }
  }
  while (left < middle) into[at++] = from[left++] as number;
  while (right < end) into[at++] = from[right++] as number;
}
