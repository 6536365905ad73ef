/** The open periods of one definition: in the order in which they began, and by values that later records compare with. */
import type { Scalar } from '../../events/filter/compile.ts';
import type { PeriodDefinition } from './definition.ts';

/** Values captured at the beginning, then those at the end. */
export type Captured = readonly (Scalar | undefined)[];

/** A period that has begun. */
export interface OpenPeriod {
  /** How many had begun before, of all definitions. */
  readonly number: number;
  readonly definition: PeriodDefinition;
  readonly parent: OpenPeriod | undefined;
  readonly beginNs: number;
  /** Kept for later records. */
  readonly values: Captured;
  /** Captured at the beginning. */
  readonly captured: Captured;
  /** Open ones that lie in it; only where its definition has children. */
  readonly children: Set<OpenPeriod> | undefined;
  /** Those of the same definition that began before and after it. */
  earlier: OpenPeriod | undefined;
  later: OpenPeriod | undefined;
}

/** After so many periods have ended, values without an open one are looked for. */
const emptiedCountMax = 1 << 16;

const nobody: readonly OpenPeriod[] = [];

export class OpenPeriods {
  readonly #keys: readonly ByKey[];
  count = 0;
  oldest: OpenPeriod | undefined;
  #newest: OpenPeriod | undefined;

  /** @param keys indexes of the values under which periods are found */
  constructor(keys: ReadonlySet<number>) {
    this.#keys = [...keys].map((key) => new ByKey(key));
  }

  add(period: OpenPeriod): void {
    this.count++;
    period.earlier = this.#newest;
    if (this.#newest === undefined) this.oldest = period;
    else this.#newest.later = period;
    this.#newest = period;
    for (const byKey of this.#keys) byKey.add(period);
  }

  remove(period: OpenPeriod): void {
    this.count--;
    const { earlier, later } = period;
    if (earlier === undefined) this.oldest = later;
    else earlier.later = later;
    if (later === undefined) this.#newest = earlier;
    else later.earlier = earlier;
    // What has ended must not hold what began after it: the collector of young objects would keep the whole chain.
    period.earlier = undefined;
    period.later = undefined;
    for (const byKey of this.#keys) byKey.remove(period);
  }

  /** The oldest first. What is listed may be removed meanwhile. */
  all(): readonly OpenPeriod[] {
    const all: OpenPeriod[] = [];
    for (let period = this.oldest; period !== undefined; period = period.later) all.push(period);
    return all;
  }

  /** Those of `all` whose kept value equals; none where the record has none. The list may be used again by the next question. */
  withKey(key: number, value: Scalar | undefined): readonly OpenPeriod[] {
    for (const byKey of this.#keys) if (byKey.key === key) return byKey.find(value);
    return nobody;
  }
}

/** Open periods by one kept value. */
class ByKey {
  readonly key: number;
  /** One, or several in the order in which they began; undefined where there is none any more. */
  readonly #open = new Map<Scalar, OpenPeriod | Set<OpenPeriod> | undefined>();
  /** A list for what is found where there is one. */
  readonly #one: OpenPeriod[] = [];
  #emptiedCount = 0;

  constructor(key: number) {
    this.key = key;
  }

  find(value: Scalar | undefined): readonly OpenPeriod[] {
    const wanted = keyValue(value);
    const open = wanted === undefined ? undefined : this.#open.get(wanted);
    if (open === undefined) return nobody;
    if (open instanceof Set) return [...open];
    this.#one[0] = open;
    return this.#one;
  }

  add(period: OpenPeriod): void {
    const value = keyValue(period.values[this.key]);
    if (value === undefined) return;
    const open = this.#open.get(value);
    if (open instanceof Set) {
      open.add(period);
      return;
    }
    this.#open.set(value, open === undefined ? period : new Set([open, period]));
  }

  /** A value without an open period often comes again: its place is kept for a while. */
  remove(period: OpenPeriod): void {
    const value = keyValue(period.values[this.key]);
    if (value === undefined) return;
    const open = this.#open.get(value);
    if (open instanceof Set) {
      open.delete(period);
      if (open.size > 0) return;
    }
    this.#open.set(value, undefined);
    this.#emptiedCount++;
    if (this.#emptiedCount > emptiedCountMax && this.#emptiedCount > this.#open.size) this.#removeEmpty();
  }

  #removeEmpty(): void {
    for (const [value, open] of this.#open) if (open === undefined) this.#open.delete(value);
    this.#emptiedCount = 0;
  }
}

/** Equal values have equal keys, whether they were recorded with 32 bits or 64. What is not a number equals nothing. */
function keyValue(value: Scalar | undefined): Scalar | undefined {
  if (typeof value !== 'bigint') return Number.isNaN(value) ? undefined : value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
