/**
 * What is kept of periods that end, for the views that are asked. Tables, histograms and the heatmap keep nothing of single ones, `top`
 * keeps the longest, and `freq` their durations; `log`, `aggregate` and groups need all of them.
 */
import { Longest } from '../../../analysis/index.ts';
import {
  type Captured,
  type Measure,
  type OpenPeriod,
  ParentSums,
  type PeriodDefinition,
  type PeriodListener,
  PeriodLog,
} from '../../../analysis/periods/index.ts';
import { Distribution, LatencyHeatmap, LogHistogram } from '../../../results/index.ts';
import { NumberList } from './number-list.ts';
import { isSelected, type SelectionOptions } from './selection.ts';

/** A complete period. */
export interface KeptPeriod {
  /** In the order in which they began. */
  readonly number: number;
  readonly definition: PeriodDefinition;
  readonly beginNs: number;
  readonly endNs: number;
  readonly captured: Captured;
}

/** Durations by definition. */
export class ByDefinition<Durations extends { add(durationNs: number): void }> {
  readonly make: () => Durations;
  readonly #of: (Durations | undefined)[];

  constructor(definitions: readonly PeriodDefinition[], make: () => Durations) {
    this.make = make;
    this.#of = definitions.map(() => undefined);
  }

  add(definition: PeriodDefinition, durationNs: number): void {
    let durations = this.#of[definition.index];
    if (durations === undefined) {
      durations = this.make();
      this.#of[definition.index] = durations;
    }
    durations.add(durationNs);
  }

  /** Undefined where none ended. */
  at(definition: PeriodDefinition): Durations | undefined {
    return this.#of[definition.index];
  }
}

/** Durations of periods, and what parents have of them. */
export class Summary<M extends Measure<M>> {
  readonly durations: ByDefinition<M>;
  readonly parents: ParentSums<M>;

  constructor(definitions: readonly PeriodDefinition[], make: () => M) {
    this.durations = new ByDefinition(definitions, make);
    this.parents = new ParentSums(definitions, make);
  }

  ended(period: OpenPeriod, durationNs: number): void {
    this.durations.add(period.definition, durationNs);
    this.parents.add(period, durationNs);
  }
}

export class Kept implements PeriodListener {
  readonly definitions: readonly PeriodDefinition[];
  readonly selection: SelectionOptions;
  readonly statistics: Summary<Distribution> | undefined;
  readonly histograms: ByDefinition<LogHistogram> | undefined;
  readonly lists: Summary<NumberList> | undefined;
  readonly longest: Longest<KeptPeriod> | undefined;
  readonly heatmap: LatencyHeatmap | undefined;
  readonly log: PeriodLog | undefined;

  /** @param limit of the longest ones, 0 for all */
  constructor(
    definitions: readonly PeriodDefinition[],
    selection: SelectionOptions,
    views: ReadonlySet<string>,
    limit: number,
  ) {
    this.definitions = definitions;
    this.selection = selection;
    this.statistics = views.has('table') ? new Summary(definitions, () => new Distribution()) : undefined;
    this.histograms = views.has('dist') ? new ByDefinition(definitions, () => new LogHistogram()) : undefined;
    this.lists = views.has('freq') ? new Summary(definitions, () => new NumberList()) : undefined;
    this.longest = views.has('top') ? new Longest(limit, durationOf, ({ number }) => number) : undefined;
    this.heatmap = views.has('heatmap') ? new LatencyHeatmap() : undefined;
    this.log = needsAll(selection, views) ? new PeriodLog(definitions) : undefined;
  }

  ended(period: OpenPeriod, endNs: number, captured: Captured): void {
    const { number, definition, beginNs } = period;
    const { minDurationNs, maxDurationNs } = this.selection;
    const durationNs = endNs - beginNs;
    this.log?.add(period, endNs, captured);
    if (!(durationNs >= minDurationNs && durationNs <= maxDurationNs)) {
      this.dropped(period);
      return;
    }
    this.statistics?.ended(period, durationNs);
    this.lists?.ended(period, durationNs);
    this.histograms?.add(definition, durationNs);
    this.heatmap?.add(endNs, durationNs);
    if (this.longest?.wants(durationNs) && isSelected(this.selection, definition))
      this.longest.add({ number, definition, beginNs, endNs, captured });
  }

  dropped(period: OpenPeriod): void {
    this.statistics?.parents.forget(period);
    this.lists?.parents.forget(period);
  }
}

/** The groups of a period follow from those that it lies in and from those in it. */
function needsAll({ groupBy }: SelectionOptions, views: ReadonlySet<string>): boolean {
  if (views.has('log') || views.has('aggregate')) return true;
  return groupBy.length > 0 && (views.has('table') || views.has('dist') || views.has('freq'));
}

function durationOf({ beginNs, endNs }: KeptPeriod): number {
  return endNs - beginNs;
}
