/** The priorities that threads have, and had. */
import { grown } from '../events/columns.ts';

/** A priority from a time on. */
export interface PriorityChange {
  readonly timeNs: number;
  readonly prio: number;
}

export class Priorities {
  /** By slot; -1 unknown. */
  #prios: Int32Array = new Int32Array(256).fill(-1);
  readonly #changes: (PriorityChange[] | undefined)[] = [];

  /** @param prio NaN where it is not recorded */
  set(slot: number, prio: number, timeNs: number): void {
    if (slot >= this.#prios.length) this.#grow(slot + 1);
    if (Number.isNaN(prio) || this.#prios[slot] === prio) return;
    this.#prios[slot] = prio;
    const changes = this.#changes[slot];
    if (changes === undefined) this.#changes[slot] = [{ timeNs, prio }];
    else changes.push({ timeNs, prio });
  }

  /** The priority known last, -1 unknown. */
  of(slot: number): number {
    return slot >= 0 && slot < this.#prios.length ? (this.#prios[slot] as number) : -1;
  }

  /** All priorities that a thread was seen with, in their order. */
  all(slot: number): readonly PriorityChange[] {
    return this.#changes[slot] ?? [];
  }

  #grow(needed: number): void {
    const before = this.#prios.length;
    this.#prios = grown(this.#prios, needed).fill(-1, before);
  }
}
