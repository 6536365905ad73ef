/**
 * Calls of many names on their way to who takes those of one name: kept as they come, and told name by name when there is no more room.
 *
 *   kept   read │ write │ read │ write │ futex      told   read, read │ write, write │ futex
 */
import type { CallsOfOneName } from '../kernel/syscalls.ts';

export class CallsByName {
  readonly capacity: number;
  count = 0;
  readonly names: Int32Array;
  readonly enterNs: Float64Array;
  readonly exitNs: Float64Array;
  readonly ret: Float64Array;
  readonly #onCalls: (calls: CallsOfOneName) => void;
  /** The same in the order in which they are told. */
  readonly #told: Readonly<Record<'durationNs' | 'exitNs' | 'ret', Float64Array>>;
  /** By name: how many there are, then where the next one belongs; 0 in between. */
  #places = new Int32Array(256);

  constructor(capacity: number, onCalls: (calls: CallsOfOneName) => void) {
    const numbers = () => new Float64Array(capacity);
    this.capacity = capacity;
    this.names = new Int32Array(capacity);
    this.enterNs = numbers();
    this.exitNs = numbers();
    this.ret = numbers();
    this.#onCalls = onCalls;
    this.#told = { durationNs: numbers(), exitNs: numbers(), ret: numbers() };
  }

  /** Tells of all that are kept. */
  tell(): void {
    const met = this.#countNames();
    this.#sort();
    const { durationNs, exitNs, ret } = this.#told;
    let from = 0;
    for (const name of met) {
      const to = this.#places[name] as number;
      const of = (values: Float64Array) => values.subarray(from, to);
      this.#onCalls({ name, count: to - from, durationNs: of(durationNs), exitNs: of(exitNs), ret: of(ret) });
      this.#places[name] = 0;
      from = to;
    }
    this.count = 0;
  }

  /** @returns the names, each once, with the place of its first call in `#places` */
  #countNames(): readonly number[] {
    const { names, count } = this;
    const met: number[] = [];
    for (let index = 0; index < count; index++) {
      const name = names[index] as number;
      if (name >= this.#places.length) this.#growTo(name + 1);
      if (this.#places[name]++ === 0) met.push(name);
    }
    let begin = 0;
    for (const name of met) {
      const own = this.#places[name] as number;
      this.#places[name] = begin;
      begin += own;
    }
    return met;
  }

  #sort(): void {
    const { names, enterNs, exitNs, ret, count } = this;
    const told = this.#told;
    const places = this.#places;
    for (let index = 0; index < count; index++) {
      const at = places[names[index] as number]++;
      const endNs = exitNs[index] as number;
      told.durationNs[at] = endNs - (enterNs[index] as number);
      told.exitNs[at] = endNs;
      told.ret[at] = ret[index] as number;
    }
  }

  #growTo(length: number): void {
    const places = new Int32Array(Math.max(length, 2 * this.#places.length));
    places.set(this.#places);
    this.#places = places;
  }
}
