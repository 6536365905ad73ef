/**
 * Calls of many names on their way to who takes those of one name: each name has a block of the columns, whose calls are told when it is full.
 *
 *   columns   │ · read read read … │ · write write … │ · futex … │
 *               └ stays empty: where a name's next place is the first of a block, there is no room
 */
import type { CallsOfOneName } from '../kernel/syscalls.ts';

/** A power of two. Twice as many are read from a farther cache, half as many told twice as often. */
const blockLength = 512;
export const placeInBlock = blockLength - 1;

export class CallsByName {
  /** By name: where its next call belongs; 0 before it has a block. */
  places = new Int32Array(0);
  durationNs = new Float64Array(0);
  exitNs = new Float64Array(0);
  ret = new Float64Array(0);
  readonly #onCalls: (calls: CallsOfOneName) => void;
  #used = 0;

  constructor(onCalls: (calls: CallsOfOneName) => void) {
    this.#onCalls = onCalls;
  }

  /** Makes room for calls of a name: tells of those that are kept, or gives it a block. */
  makeRoom(name: number): void {
    if (name >= this.places.length) {
      const places = new Int32Array(Math.max(256, 2 * name));
      places.set(this.places);
      this.places = places;
    }
    if ((this.places[name] as number) > 0) this.#tellOf(name);
    else this.places[name] = this.#addBlock() + 1;
  }

  /** Tells of all that are kept. */
  tell(): void {
    for (const [name, place] of this.places.entries()) if (place > 0) this.#tellOf(name);
  }

  #tellOf(name: number): void {
    const to = this.places[name] as number;
    const from = ((to - 1) & ~placeInBlock) + 1;
    const of = (values: Float64Array) => values.subarray(from, to);
    const [durationNs, exitNs, ret] = [of(this.durationNs), of(this.exitNs), of(this.ret)];
    if (to > from) this.#onCalls({ name, count: to - from, durationNs, exitNs, ret });
    this.places[name] = from;
  }

  /** @returns where the block begins */
  #addBlock(): number {
    const at = this.#used;
    this.#used += blockLength;
    if (this.#used > this.ret.length) {
      const grown = (values: Float64Array) => {
        const larger = new Float64Array(Math.max(8 * blockLength, 2 * values.length));
        larger.set(values);
        return larger;
      };
      this.durationNs = grown(this.durationNs);
      this.exitNs = grown(this.exitNs);
      this.ret = grown(this.ret);
    }
    return at;
  }
}
