/**
 * What parents have of the periods that lie in them, summed up while periods end.
 *
 *   request  ├───────────────────────────────┤      at its end: io 2 times, 30 us; read 3 times, 12 us
 *   io         ├────────────┤  ├──────────┤         at the ends of both: read 2 times, 8 us; read once, 4 us
 *   read          ├──┤ ├──┤        ├──┤
 *
 * What lies in a period counts only if the period is complete and of a wanted length, and so are all those that it lies in: until then
 * its sums wait in its parent. A parent keeps one sum for each definition, and what its own children had; nothing of single periods.
 */
import type { PeriodDefinition } from './definition.ts';
import type { OpenPeriod } from './open-periods.ts';

/** Takes values, one by one or those that another one took. */
export interface Measure<M> {
  add(value: number): void;
  merge(other: M): void;
}

/** Each parent with at least one such child gives one value to each. */
export interface PairMeasures<M extends Measure<M>> {
  /** Summed durations of the children in one parent. */
  readonly durations: M;
  readonly counts: M;
  /** The part of the parent that they fill; parents that took no time give none. */
  readonly shares: M;
}

export interface ParentMeasures<M extends Measure<M>> extends PairMeasures<M> {
  readonly parent: PeriodDefinition;
  readonly child: PeriodDefinition;
  /** How many of the parents there are, those without such a child included. */
  readonly parentCount: number;
}

/** Measures of parents, by definition of the parent and of what lies in it. */
class Pairs<M extends Measure<M>> {
  readonly #make: () => M;
  readonly #definitionCount: number;
  readonly parentCounts: Float64Array;
  readonly measures: (PairMeasures<M> | undefined)[] = [];

  constructor(definitionCount: number, make: () => M) {
    this.#make = make;
    this.#definitionCount = definitionCount;
    this.parentCounts = new Float64Array(definitionCount);
  }

  addParent(parent: number, durationNs: number, within: Within<M> | undefined): void {
    this.parentCounts[parent]! += 1;
    if (within === undefined) return;
    for (let child = 0; child < this.#definitionCount; child++) {
      const count = within.counts[child] as number;
      if (count === 0) continue;
      const { durations, counts, shares } = this.#measuresAt(parent * this.#definitionCount + child);
      const childrenNs = within.durationsNs[child] as number;
      durations.add(childrenNs);
      counts.add(count);
      if (durationNs > 0) shares.add(childrenNs / durationNs);
    }
  }

  merge(other: Pairs<M>): void {
    other.parentCounts.forEach((count, parent) => {
      this.parentCounts[parent]! += count;
    });
    other.measures.forEach((added, index) => {
      if (added === undefined) return;
      const own = this.#measuresAt(index);
      own.durations.merge(added.durations);
      own.counts.merge(added.counts);
      own.shares.merge(added.shares);
    });
  }

  #measuresAt(index: number): PairMeasures<M> {
    let measures = this.measures[index];
    if (measures === undefined) {
      measures = { durations: this.#make(), counts: this.#make(), shares: this.#make() };
      this.measures[index] = measures;
    }
    return measures;
  }
}

/** What lies in one open period. */
class Within<M extends Measure<M>> {
  /** By definition. */
  readonly counts: Float64Array;
  readonly durationsNs: Float64Array;
  /** Of those that lie in it and have children themselves; made when the first of them ends. */
  pairs: Pairs<M> | undefined = undefined;

  constructor(definitionCount: number) {
    this.counts = new Float64Array(definitionCount);
    this.durationsNs = new Float64Array(definitionCount);
  }

  /** A period in it, and what lies in that. */
  add(child: number, durationNs: number, below: Within<M> | undefined): void {
    this.counts[child]! += 1;
    this.durationsNs[child]! += durationNs;
    if (below === undefined) return;
    for (let index = 0; index < this.counts.length; index++) {
      this.counts[index]! += below.counts[index] as number;
      this.durationsNs[index]! += below.durationsNs[index] as number;
    }
  }
}

/** Follows periods that end. */
export class ParentSums<M extends Measure<M>> {
  readonly #definitions: readonly PeriodDefinition[];
  readonly #make: () => M;
  readonly #total: Pairs<M>;
  readonly #within = new Map<OpenPeriod, Within<M>>();

  constructor(definitions: readonly PeriodDefinition[], make: () => M) {
    this.#definitions = definitions;
    this.#make = make;
    this.#total = new Pairs(definitions.length, make);
  }

  /** A complete one of a wanted length, after its children. */
  add(period: OpenPeriod, durationNs: number): void {
    const { definition, parent, children } = period;
    const below = this.#within.get(period);
    const above = parent === undefined ? undefined : this.#withinOf(parent);
    if (children !== undefined) {
      const pairs = above === undefined ? this.#total : this.#pairsOf(above);
      pairs.addParent(definition.index, durationNs, below);
      if (below?.pairs !== undefined) pairs.merge(below.pairs);
    }
    above?.add(definition.index, durationNs, below);
    this.forget(period);
  }

  /** One that does not count, nor what lies in it. */
  forget(period: OpenPeriod): void {
    if (period.children !== undefined) this.#within.delete(period);
  }

  /** Where parents have at least one child. */
  measures(): readonly ParentMeasures<M>[] {
    const { measures, parentCounts } = this.#total;
    const count = this.#definitions.length;
    return measures.flatMap((pair, index) => {
      if (pair === undefined) return [];
      const parent = this.#definitions[Math.floor(index / count)] as PeriodDefinition;
      const child = this.#definitions[index % count] as PeriodDefinition;
      return [{ ...pair, parent, child, parentCount: parentCounts[parent.index] as number }];
    });
  }

  #withinOf(parent: OpenPeriod): Within<M> {
    let within = this.#within.get(parent);
    if (within === undefined) {
      within = new Within(this.#definitions.length);
      this.#within.set(parent, within);
    }
    return within;
  }

  #pairsOf(within: Within<M>): Pairs<M> {
    within.pairs ??= new Pairs(this.#definitions.length, this.#make);
    return within.pairs;
  }
}
