/** The longest calls so far, in bounded memory. */
import type { SyscallCompleted } from '../../../analysis/index.ts';

/** One call, copied. */
export type KeptCall = Readonly<SyscallCompleted>;

export class Slowest {
  readonly #limit: number;
  #calls: KeptCall[] = [];
  /** What is not longer than this need not be kept. */
  #thresholdNs = Number.NEGATIVE_INFINITY;

  /** @param limit 0 for all */
  constructor(limit: number) {
    this.#limit = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  }

  add(call: SyscallCompleted): void {
    if (call.exitNs - call.enterNs <= this.#thresholdNs) return;
    this.#calls.push({ ...call });
    // Sorting now and then costs less than keeping order with each call.
    if (this.#calls.length >= 2 * this.#limit + 64) this.#trim();
  }

  /** The longest first; of equal ones the one that ended first. */
  sorted(): readonly KeptCall[] {
    this.#trim();
    return this.#calls;
  }

  #trim(): void {
    const duration = (call: KeptCall): number => call.exitNs - call.enterNs;
    this.#calls.sort((a, b) => duration(b) - duration(a) || a.exitNs - b.exitNs);
    if (this.#calls.length <= this.#limit) return;
    this.#calls = this.#calls.slice(0, this.#limit);
    this.#thresholdNs = duration(this.#calls[this.#limit - 1]!);
  }
}
