/**
 * The intervals of `--refresh`, one after the other:
 *
 *     begin ├── 0 ──┼── 1 ──┼── 2 ──┼─ 3 ┤ end        each holds its beginning, not its end; the last one is cut
 */
import { OptionError } from '../analysis/options.ts';
import type { Span } from './run-scope.ts';

/** More answers than anyone reads; a damaged time must not make millions of them. */
const intervalCountMax = 100_000;

export class Intervals {
  readonly #lengthNs: number;
  readonly #rangeEndNs: number;
  #beginNs: number;
  #count = 1;

  /** @param range its end may not be known yet: Infinity */
  constructor(range: Span, lengthNs: number) {
    if (!(lengthNs > 0)) throw new OptionError('refresh', '--refresh is longer than 0, such as 1s');
    this.#lengthNs = lengthNs;
    this.#rangeEndNs = range.endNs;
    this.#beginNs = range.beginNs;
  }

  /** Where the open interval ends; Infinity where it is the last one. */
  get endNs(): number {
    const endNs = this.#beginNs + this.#lengthNs;
    return endNs >= this.#rangeEndNs ? Number.POSITIVE_INFINITY : endNs;
  }

  get current(): Span {
    return { beginNs: this.#beginNs, endNs: this.#beginNs + this.#lengthNs };
  }

  /** @throws OptionError when there are too many */
  next(): void {
    this.#beginNs += this.#lengthNs;
    this.#count += 1;
    if (this.#count > intervalCountMax) {
      throw new OptionError(
        'refresh',
        `--refresh would make more than ${intervalCountMax} answers of this trace; choose a longer interval, or a part with --begin and --end`,
      );
    }
  }

  /** What is left of the range for the last one. */
  last(range: Span | undefined): Span | undefined {
    if (range === undefined) return undefined;
    return { beginNs: this.#beginNs, endNs: Math.max(this.#beginNs, range.endNs) };
  }
}
