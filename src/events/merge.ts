/**
 * Streams put in one order: time, then trace, then stream, then position.
 *
 * A loser tree keeps, at each inner node, the stream that lost there; replacing the winner costs one comparison a level.
 * A stream usually wins many times in a row: its run is searched with doubling steps for the first record that comes
 * after the runner-up, and handed on as a whole.
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

interface Head {
  readonly stream: EventStream;
  /** Undefined when the stream has ended. */
  batch: EventBatch | undefined;
  position: number;
  /** Time of the record at `position`; -Infinity without time, +Infinity at the end. */
  key: number;
}

/** Reads all streams to their ends in one order. Records without time come first. */
export function mergeStreams(streams: readonly EventStream[], consume: RunConsumer): void {
  const heads = streams.map(openHead);
  if (heads.length === 0) return;
  if (heads.length === 1) {
    readInStreamOrder(streams, consume, heads);
    return;
  }
  const tree = new LoserTree(heads);
  for (;;) {
    const head = heads[tree.winner] as Head;
    const batch = head.batch;
    if (batch === undefined) return;
    const end = endOfRun(head, batch, tree.challenger(), tree.winner);
    if (consume(batch, head.position, end) === false) return;
    head.position = end;
    advance(head);
    tree.replay();
  }
}

/** Reads the streams one after the other: for answers that do not depend on the order between streams. */
export function readInStreamOrder(
  streams: readonly EventStream[],
  consume: RunConsumer,
  heads: readonly Head[] = streams.map(openHead),
): void {
  for (const head of heads) {
    while (head.batch !== undefined) {
      if (consume(head.batch, head.position, head.batch.count) === false) return;
      head.position = head.batch.count;
      advance(head);
    }
  }
}

function openHead(stream: EventStream): Head {
  const head: Head = { stream, batch: undefined, position: 0, key: Number.POSITIVE_INFINITY };
  head.batch = stream.next();
  advance(head);
  return head;
}

/** Takes the next batch when this one is used up, and sets the key. */
function advance(head: Head): void {
  while (head.batch !== undefined && head.position >= head.batch.count) {
    head.batch = head.stream.next();
    head.position = 0;
  }
  head.key =
    head.batch === undefined ? Number.POSITIVE_INFINITY : keyOf(head.batch.timeNs[head.position] as number);
}

function keyOf(timeNs: number): number {
  return Number.isNaN(timeNs) ? Number.NEGATIVE_INFINITY : timeNs;
}

/** The first record of the batch that does not precede the challenger's head. */
function endOfRun(
  head: Head,
  batch: EventBatch,
  challenger: { key: number; index: number },
  winner: number,
): number {
  const { timeNs, count } = batch;
  // On equal times the stream of the lower number goes first.
  const includeEqual = winner < challenger.index;
  const isBefore = (position: number): boolean => {
    const key = keyOf(timeNs[position] as number);
    return key < challenger.key || (includeEqual && key === challenger.key);
  };
  let low = head.position;
  let step = 1;
  while (low + step < count && isBefore(low + step)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step, count);
  low += 1;
  // A stream whose times go back within a run is handed on as it was recorded: the search only needs some boundary.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

class LoserTree {
  readonly #heads: readonly Head[];
  readonly #losers: Int32Array;
  winner = 0;

  constructor(heads: readonly Head[]) {
    this.#heads = heads;
    this.#losers = new Int32Array(heads.length).fill(-1);
    for (let index = heads.length - 1; index >= 0; index--) this.#insert(index);
  }

  /** Plays a new leaf upwards until it meets an empty node. */
  #insert(leaf: number): void {
    let winner = leaf;
    let node = (leaf + this.#heads.length) >> 1;
    while (node > 0) {
      const other = this.#losers[node] as number;
      if (other === -1) {
        this.#losers[node] = winner;
        return;
      }
      if (this.#isBefore(other, winner)) {
        this.#losers[node] = winner;
        winner = other;
      }
      node >>= 1;
    }
    this.winner = winner;
  }

  /** After the winner's key changed: one comparison a level. */
  replay(): void {
    let winner = this.winner;
    for (let node = (winner + this.#heads.length) >> 1; node > 0; node >>= 1) {
      const other = this.#losers[node] as number;
      if (this.#isBefore(other, winner)) {
        this.#losers[node] = winner;
        winner = other;
      }
    }
    this.winner = winner;
  }

  /** The next best: the least of those that lost on the winner's way up. */
  challenger(): { key: number; index: number } {
    let best = -1;
    for (let node = (this.winner + this.#heads.length) >> 1; node > 0; node >>= 1) {
      const other = this.#losers[node] as number;
      if (best === -1 || this.#isBefore(other, best)) best = other;
    }
    return { key: (this.#heads[best] as Head).key, index: best };
  }

  #isBefore(a: number, b: number): boolean {
    const keyA = (this.#heads[a] as Head).key;
    const keyB = (this.#heads[b] as Head).key;
    return keyA < keyB || (keyA === keyB && a < b);
  }
}
