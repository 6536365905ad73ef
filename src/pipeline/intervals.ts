/**
 * The parts of the time that have answers of their own. The intervals of `--refresh`, one after the other:
 *
 *     begin ├── 0 ──┼── 1 ──┼── 2 ──┼─ 3 ┤ end        each holds its beginning, not its end; the last one is cut
 *
 * or spans that are chosen, with what is between them, which is not asked for:
 *
 *     begin ├ - ┼── 0 ──┼ - ┼─ 1 ─┼── 2 ──┼ - ┤ end
 */
import { OptionError } from '../analysis/options.ts';
import type { Span } from './run-scope.ts';

/** More answers than anyone reads; a damaged time must not make millions of them. */
const intervalCountMax = 100_000;

/** Parts of the time, of which one is open. */
export interface TimeParts {
  /** The time of the first record that is not of the open part; Infinity where it is the last one. */
  readonly endNs: number;
  readonly current: Span;
  /** Whether the open part is to be answered. */
  readonly isAsked: boolean;
  /** @throws OptionError when there are too many */
  next(): void;
  /** Whether further parts follow in a range that is known now. */
  hasMore(range: Span): boolean;
  /** What is left of the range for the last one. */
  last(range: Span | undefined): Span | undefined;
}

export class Intervals implements TimeParts {
  readonly isAsked = true;
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

  hasMore(range: Span): boolean {
    return this.endNs < range.endNs;
  }

  last(range: Span | undefined): Span | undefined {
    if (range === undefined) return undefined;
    return { beginNs: this.#beginNs, endNs: Math.max(this.#beginNs, range.endNs) };
  }
}

export class ChosenSpans implements TimeParts {
  readonly #spans: readonly Span[];
  readonly #beginNs: number;
  /** Two for each span: what is before it, and itself. */
  #part = 0;

  /** @param spans by time; none begins before the one before it has ended */
  constructor(range: Span, spans: readonly Span[]) {
    this.#spans = spans;
    this.#beginNs = range.beginNs;
  }

  get isAsked(): boolean {
    return this.#part % 2 === 1;
  }

  get endNs(): number {
    const span = this.#spans[this.#part >> 1];
    if (span === undefined) return Number.POSITIVE_INFINITY;
    return this.isAsked ? span.endNs : span.beginNs;
  }

  get current(): Span {
    const at = this.#part >> 1;
    if (this.isAsked) return this.#spans[at] as Span;
    const beginNs = this.#spans[at - 1]?.endNs ?? this.#beginNs;
    return { beginNs, endNs: this.#spans[at]?.beginNs ?? beginNs };
  }

  next(): void {
    this.#part += 1;
  }

  hasMore(): boolean {
    return this.#part < 2 * this.#spans.length;
  }

  last(): Span | undefined {
    return this.current;
  }
}

/**
 * Spans by layer, so that in each of them none begins before the one before it has ended.
 * @throws OptionError when there are too many
 */
export function layersOf(spans: readonly Span[]): readonly (readonly number[])[] {
  if (spans.length > intervalCountMax) throw tooMany(`${intervalCountMax} periods`);
  const byTime = spans.map((_, index) => index);
  const spanAt = (index: number) => spans[index] as Span;
  byTime.sort((a, b) => spanAt(a).beginNs - spanAt(b).beginNs || spanAt(a).endNs - spanAt(b).endNs);
  const layers: number[][] = [];
  for (const index of byTime) {
    const free = layers.find((layer) => spanAt(layer.at(-1) as number).endNs <= spanAt(index).beginNs);
    if (free !== undefined) free.push(index);
    else if (layers.push([index]) > layerCountMax) throw tooMany(`${layerCountMax} periods at a time`);
  }
  return layers;
}

/** The trace is read once for each. */
const layerCountMax = 1000;

function tooMany(what: string): OptionError {
  return new OptionError(
    'period',
    `--period would make answers of more than ${what}; choose fewer of them, or a part with --begin and --end`,
  );
}
