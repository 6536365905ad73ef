/**
 * Records that wait to be handed out: when they happened, where they are in the window, of which class they are. They come as a few
 * ascending runs, one for each buffer that perf emptied, which are merged:
 *
 *   in the window   3 5 8 │ 1 4 6 9 │ 2 7          order   3 0 7 4 1 5 8 2 6   (positions; equal times keep the order of the file)
 */
import { grown } from '../../events/columns.ts';

/** Before all times. */
export const noTime = Number.NEGATIVE_INFINITY;

/** Records that wait. */
export class RecordList {
  count = 0;
  /** Places in the order: times, but of records that come late. */
  key = new Float64Array(1024);
  /** Relative to the origin; NaN without. */
  time = new Float64Array(1024);
  /** Bytes from the window's beginning. */
  at = new Uint32Array(1024);
  /** The class in the upper half, the size in bytes in the lower: what is known of a record is not looked up in the window again. */
  shape = new Uint32Array(1024);
  cpu = new Int32Array(1024);
  /** Positions in ascending order, after `sort`; undefined where that is how they are. */
  order: Uint32Array | undefined;
  #positions = new Uint32Array(0);
  #spare = new Uint32Array(0);
  #runs = new Uint32Array(64);

  push(key: number, time: number, at: number, shape: number, cpu: number): void {
    const index = this.count++;
    if (index === this.key.length) this.grow();
    this.key[index] = key;
    this.time[index] = time;
    this.at[index] = at;
    this.shape[index] = shape;
    this.cpu[index] = cpu;
  }

  /** Makes room for more. */
  grow(): void {
    const count = this.key.length + 1;
    this.key = grown(this.key, count);
    this.time = grown(this.time, count);
    this.at = grown(this.at, count);
    this.shape = grown(this.shape, count);
    this.cpu = grown(this.cpu, count);
  }

  /** The record that is the `position`th in the order. */
  indexAt(position: number): number {
    return this.order === undefined ? position : (this.order[position] as number);
  }

  /** Finds the order. */
  sort(): void {
    const { count } = this;
    this.order = undefined;
    let runCount = this.#findRuns();
    if (runCount <= 1) return;
    if (this.#positions.length < count) {
      this.#positions = new Uint32Array(this.key.length);
      this.#spare = new Uint32Array(this.key.length);
    }
    const positions = this.#positions;
    for (let index = 0; index < count; index++) positions[index] = index;
    for (; runCount > 1; runCount = (runCount + 1) >> 1) this.#mergePairs(runCount);
    this.order = this.#positions;
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
    const runs = this.#runs;
    let merged = 0;
    for (let run = 0; run < runCount; run += 2) {
      const begin = runs[run] as number;
      const middle = runs[run + 1] as number;
      const end = run + 1 < runCount ? (runs[run + 2] as number) : middle;
      mergeRuns(this.key, from, into, begin, middle, end);
      runs[merged++] = begin;
    }
    runs[merged] = this.count;
    this.#positions = into;
    this.#spare = from;
  }

  /** How many come no later than `limit`, in the order. */
  countUpTo(limit: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.key[this.indexAt(middle)] as number) <= limit) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Gives up the first ones of the order, and puts the others in order. */
  drop(count: number): void {
    const { order, key, time, at, shape, cpu } = this;
    const left = this.count - count;
    if (order === undefined) {
      for (const values of [key, time, at, shape, cpu]) values.copyWithin(0, count, this.count);
    } else if (left > 0) {
      const spare = this.#spare;
      for (const values of [key, time]) {
        const words = new Uint32Array(values.buffer);
        gather(words, order, count, left, spare, 2, 0);
        gather(words, order, count, left, spare, 2, 1);
      }
      gather(at, order, count, left, spare, 1, 0);
      gather(shape, order, count, left, spare, 1, 0);
      gather(new Uint32Array(cpu.buffer), order, count, left, spare, 1, 0);
    }
    this.count = left;
    this.order = undefined;
  }

  /** The least place in the window. */
  leastAt(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.count; index++) {
      const at = this.at[index] as number;
      if (at < least) least = at;
    }
    return least;
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

/** Puts the elements that the order has from `first` on to the beginning, by way of `spare`: words of elements of `stride` words. */
function gather(
  words: Uint32Array,
  order: Uint32Array,
  first: number,
  count: number,
  spare: Uint32Array,
  stride: number,
  offset: number,
): void {
  for (let index = 0; index < count; index++)
    spare[index] = words[(order[first + index] as number) * stride + offset] as number;
  for (let index = 0; index < count; index++) words[index * stride + offset] = spare[index] as number;
}
