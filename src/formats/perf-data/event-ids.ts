/** From the id in a record to the number of its event. A record of id 0 was made by perf itself: it counts as the first event's. */
import type { RecordedEvent } from './recording.ts';

/** A hash table of the ids of all events. */
export class EventIds {
  /** Open addressing: the halves of an id, and the event's number and 1; 0 is free. */
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #event: Uint32Array;
  readonly #mask: number;

  constructor(events: readonly RecordedEvent[]) {
    const count = events.reduce((sum, { ids }) => sum + ids.length, 0);
    let size = 16;
    while (size < count * 2) size *= 2;
    this.#low = new Uint32Array(size);
    this.#high = new Uint32Array(size);
    this.#event = new Uint32Array(size);
    this.#mask = size - 1;
    for (const [event, { ids }] of events.entries()) for (const id of ids) this.#set(id, event);
  }

  #set(id: bigint, event: number): void {
    const low = Number(id & 0xffffffffn);
    const high = Number(id >> 32n);
    let slot = hash(low, high) & this.#mask;
    while (this.#event[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return;
      slot = (slot + 1) & this.#mask;
    }
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#event[slot] = event + 1;
  }

  /** The event of an id in two halves, -1 where there is none. */
  find(low: number, high: number): number {
    if (low === 0 && high === 0) return 0;
    let slot = hash(low, high) & this.#mask;
    for (;;) {
      const event = this.#event[slot] as number;
      if (event === 0) return -1;
      if (this.#low[slot] === low && this.#high[slot] === high) return event - 1;
      slot = (slot + 1) & this.#mask;
    }
  }
}

function hash(low: number, high: number): number {
  return Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) >>> 8;
}
