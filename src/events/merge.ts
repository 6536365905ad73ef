/**
 * Streams put in one order: time, then trace, then stream, then position.
 *
 * Of a few streams the next records are kept in a sorted list, of many in a loser tree: it keeps, at each inner node, the
 * stream that lost there; replacing the winner costs one comparison a level. A stream often wins several times in a row: its
 * run up to the first record that comes after the runner-up is handed on as a whole.
 *
 *   streams   0   1   2   3          losers: node 2 keeps the loser of 0 and 1, node 3 of 2 and 3,
 *              \ /     \ /           node 1 of the two winners; node 0 is the winner of all
 *               2       3
 *                \     /
 *                   1 ── 0
 */
import type { EventBatch } from './batch.ts';
import type { EventStream } from './reader.ts';

/** Receives records `from` to `to` (excluded) of a batch, in order; returns false to stop. */
export type RunConsumer = (batch: EventBatch, from: number, to: number) => boolean | undefined;

/** What is merged: a stream, or one of which some records are taken out before. */
export type BatchSource = Pick<EventStream, 'next'>;

/** Reads all streams to their ends in one order. Records without time come first. */
export function mergeStreams(streams: readonly BatchSource[], consume: RunConsumer): void {
  const heads = new Heads(streams);
  if (streams.length === 1) {
    for (let batch = heads.batches[0]; batch !== undefined; batch = heads.batches[0]) {
      if (consume(batch, 0, batch.count) === false) return;
      heads.moveTo(0, batch.count);
    }
    return;
  }
  if (streams.length <= fewStreams) mergeFew(heads, consume);
  else mergeMany(heads, consume);
}

/** Up to here the heads are kept in a sorted list. */
const fewStreams = 32;

/**
 * The heads in a sorted list: the runner-up is the second, and a head that moved on steps back past those that now precede
 * it. A tree compares less often, but each of its comparisons is a guess that the processor gets wrong half of the time.
 */
function mergeFew(heads: Heads, consume: RunConsumer): void {
  const { keys, batches, positions } = heads;
  const order = Int32Array.from(keys, (_, index) => index).sort(
    (a, b) => compareKeys(keys[a] as number, keys[b] as number) || a - b,
  );
  const sorted = Float64Array.from(order, (index) => keys[index] as number);
  const last = order.length - 1;
  for (;;) {
    const winner = order[0] as number;
    const batch = batches[winner];
    if (batch === undefined) return;
    const from = positions[winner] as number;
    const end = endOfRun(batch, from, sorted[1] as number, winner < (order[1] as number));
    if (consume(batch, from, end) === false) return;
    heads.moveTo(winner, end);
    const key = keys[winner] as number;
    let place = 0;
    while (place < last) {
      const other = sorted[place + 1] as number;
      if (other > key || (other === key && (order[place + 1] as number) > winner)) break;
      sorted[place] = other;
      order[place] = order[place + 1] as number;
      place++;
    }
    sorted[place] = key;
    order[place] = winner;
  }
}

function compareKeys(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mergeMany(heads: Heads, consume: RunConsumer): void {
  const tree = new LoserTree(heads.keys);
  const { keys, batches, positions } = heads;
  for (;;) {
    const { winner } = tree;
    const batch = batches[winner];
    if (batch === undefined) return;
    const challenger = tree.challenger();
    const from = positions[winner] as number;
    const end = endOfRun(batch, from, keys[challenger] as number, winner < challenger);
    if (consume(batch, from, end) === false) return;
    heads.moveTo(winner, end);
    tree.replay();
  }
}

/** Reads the streams one after the other: for answers that do not depend on the order between streams. */
export function readInStreamOrder(streams: readonly BatchSource[], consume: RunConsumer): void {
  for (const stream of streams) {
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
      if (batch.count > 0 && consume(batch, 0, batch.count) === false) return;
    }
  }
}

/** The next record of each stream. */
class Heads {
  readonly #streams: readonly BatchSource[];
  /** Undefined where a stream has ended. */
  readonly batches: (EventBatch | undefined)[];
  readonly positions: Uint32Array;
  /** Times of the next records; -Infinity without time, +Infinity at the end. */
  readonly keys: Float64Array;

  constructor(streams: readonly BatchSource[]) {
    this.#streams = streams;
    this.batches = streams.map((stream) => stream.next());
    this.positions = new Uint32Array(streams.length);
    this.keys = new Float64Array(streams.length);
    for (let index = 0; index < streams.length; index++) this.moveTo(index, 0);
  }

  /** Goes to another record of the batch, or to the next batch if this one is used up. */
  moveTo(index: number, position: number): void {
    let batch = this.batches[index];
    let at = position;
    while (batch !== undefined && at >= batch.count) {
      batch = (this.#streams[index] as BatchSource).next();
      at = 0;
      this.batches[index] = batch;
    }
    this.positions[index] = at;
    this.keys[index] = batch === undefined ? Number.POSITIVE_INFINITY : keyOf(batch.timeNs[at] as number);
  }
}

function keyOf(timeNs: number): number {
  return Number.isNaN(timeNs) ? Number.NEGATIVE_INFINITY : timeNs;
}

/**
 * The first record after `from` that does not precede the runner-up's. On equal times the stream of the lower number goes
 * first (`includesEqual`). One by one, not in leaps: where times go back within a stream, leaps would make the order depend on
 * where batches end, and runs are short wherever streams overlap.
 */
function endOfRun(batch: EventBatch, from: number, limit: number, includesEqual: boolean): number {
  const { timeNs, count } = batch;
  for (let at = from + 1; at < count; at++) {
    const time = timeNs[at] as number;
    // A time that is not a number is not compared: such records come before all others anyway.
    if (time > limit || (time === limit && !includesEqual)) return at;
  }
  return count;
}

/** Of two streams the one with the smaller key, and of equal ones the one with the lower number, wins. */
class LoserTree {
  readonly #keys: Float64Array;
  readonly #losers: Int32Array;
  winner = 0;

  constructor(keys: Float64Array) {
    this.#keys = keys;
    this.#losers = new Int32Array(keys.length).fill(-1);
    for (let index = keys.length - 1; index >= 0; index--) this.#insert(index);
  }

  /** Plays a new leaf upwards until it meets an empty node. */
  #insert(leaf: number): void {
    let winner = leaf;
    for (let node = (leaf + this.#keys.length) >> 1; node > 0; node >>= 1) {
      const other = this.#losers[node] as number;
      if (other === -1) {
        this.#losers[node] = winner;
        return;
      }
      if (this.#isBefore(other, winner)) {
        this.#losers[node] = winner;
        winner = other;
      }
    }
    this.winner = winner;
  }

  /** After the winner's key changed: one comparison a level. */
  replay(): void {
    const losers = this.#losers;
    let winner = this.winner;
    for (let node = (winner + losers.length) >> 1; node > 0; node >>= 1) {
      const other = losers[node] as number;
      if (this.#isBefore(other, winner)) {
        losers[node] = winner;
        winner = other;
      }
    }
    this.winner = winner;
  }

  /** The next best: the least of those that lost on the winner's way up. */
  challenger(): number {
    const losers = this.#losers;
    let node = (this.winner + losers.length) >> 1;
    let best = losers[node] as number;
    for (node >>= 1; node > 0; node >>= 1) {
      const other = losers[node] as number;
      if (this.#isBefore(other, best)) best = other;
    }
    return best;
  }

  #isBefore(a: number, b: number): boolean {
    const keyA = this.#keys[a] as number;
    const keyB = this.#keys[b] as number;
    return keyA < keyB || (keyA === keyB && a < b);
  }
}
