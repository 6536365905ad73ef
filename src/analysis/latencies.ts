/** What an analysis of durations keeps for its views, and the answers made of it: see `latency-shapes.ts`. */
import type { KernelModel } from '../kernel/model.ts';
import { type Row, TableBuilder } from '../results/build.ts';
import { Distribution } from '../results/distribution.ts';
import { LatencyHeatmap, LogHistogram } from '../results/histogram.ts';
import type {
  GridDescription,
  SeriesDescription,
  Shape,
  ShapeDescription,
  TableDescription,
} from '../results/shapes.ts';
import { durationCells } from './duration-columns.ts';
import { type Group, Groups } from './groups.ts';
import type { LatencyView } from './latency-shapes.ts';
import { LinearFrequencies } from './linear-frequencies.ts';
import { Longest } from './longest.ts';
import { RateSeries } from './rate-series.ts';
import { RowLog } from './row-log.ts';

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

type Cells = Row<string>;

/** Durations that share a key. */
export interface Latency<Item, Extra> {
  readonly durations: Distribution;
  readonly frequencies: LinearFrequencies | undefined;
  readonly longest: Longest<Item> | undefined;
  /** What else the analysis sums up. */
  readonly extra: Extra;
}

export interface LatencyOptions {
  /** How many of the longest ones are listed, 0 for all. */
  readonly limit: number;
  readonly 'freq-resolution': number;
  /** Nanoseconds; durations outside of these are not the analysis's. */
  readonly slower?: number | undefined;
  readonly faster?: number | undefined;
}

/** What an item must have. */
export interface LatencyItem {
  readonly durationNs: number;
  readonly endNs: number;
}

/** What the answers say beside the durations. */
export interface LatencyAnswers<Item, Extra> {
  readonly originNs: bigint;
  readonly range: { readonly beginNs: number; readonly endNs: number } | undefined;
  /**
   * The key of a group as it is known at the end, if that may be another: a thread's process. What ends up with the same one
   * is put together, but for the lines of `series`.
   */
  readonly lastKeyOf?: (group: Group<Latency<Item, Extra>>) => number;
  /** Adds what another group has summed up. */
  readonly mergeExtra: (sum: Extra, other: Extra) => void;
  /** Cells of the columns that say which group a row is, and of those that matter less. */
  cellsOf(group: Group<Latency<Item, Extra>>): Cells;
  /** One text for a group. */
  labelOf(group: Group<Latency<Item, Extra>>): string;
  /** Cells of all columns of an item but `begin` and `duration`, in an object of its own: it gets these too. */
  rowOf(item: Item): Cells;
  /** Cells of the columns before and after the durations. */
  measuresOf(value: { readonly durations: Distribution; readonly extra: Extra }): Cells;
}

export class Latencies<Item extends LatencyItem, Extra> {
  readonly groups: Groups<Latency<Item, Extra>>;
  readonly #make: () => Latency<Item, Extra>;
  readonly #totalExtra: Extra;
  readonly #binCount: number;
  readonly #leastNs: number;
  readonly #mostNs: number;
  readonly #longest: Longest<Item> | undefined;
  readonly #log: RowLog<Item> | undefined;
  readonly #histogram: LogHistogram | undefined;
  readonly #heatmap: LatencyHeatmap | undefined;
  readonly #series: RateSeries | undefined;

  /** @param isPerHost whether groups of two hosts with one number are two */
  constructor(
    options: LatencyOptions,
    views: ReadonlySet<string>,
    isPerHost: boolean,
    makeExtra: () => Extra,
  ) {
    const makeLongest = () =>
      new Longest<Item>(
        options.limit,
        ({ durationNs }) => durationNs,
        ({ endNs }) => endNs,
      );
    this.#make = () => ({
      durations: new Distribution(),
      frequencies: views.has('freq') ? new LinearFrequencies() : undefined,
      longest: views.has('each') ? makeLongest() : undefined,
      extra: makeExtra(),
    });
    this.groups = new Groups(isPerHost, this.#make);
    this.#totalExtra = makeExtra();
    this.#binCount = options['freq-resolution'];
    this.#leastNs = options.slower ?? Number.NEGATIVE_INFINITY;
    this.#mostNs = options.faster ?? Number.POSITIVE_INFINITY;
    this.#longest = views.has('top') ? makeLongest() : undefined;
    this.#log = views.has('log') ? new RowLog() : undefined;
    this.#histogram = views.has('dist') ? new LogHistogram() : undefined;
    this.#heatmap = views.has('heatmap') ? new LatencyHeatmap() : undefined;
    this.#series = views.has('series') ? new RateSeries() : undefined;
  }

  /** What is summed up of all groups together: the analysis adds to it as it adds to a group's. */
  get totalExtra(): Extra {
    return this.#totalExtra;
  }

  /** Whether a duration is asked for. Where a beginning or a clock is missing there is no number: no comparison holds. */
  accepts(durationNs: number): boolean {
    return durationNs >= this.#leastNs && durationNs <= this.#mostNs;
  }

  /** Counts one; an item that is kept is made by `copy`. */
  add<Source>(
    model: KernelModel,
    key: number,
    durationNs: number,
    endNs: number,
    source: Source,
    copy: (source: Source, model: KernelModel, durationNs: number) => Item,
  ): Latency<Item, Extra> {
    const group = this.groups.get(model, key);
    const { value } = group;
    value.durations.add(durationNs);
    value.frequencies?.add(durationNs);
    this.#histogram?.add(durationNs);
    this.#heatmap?.add(endNs, durationNs);
    this.#series?.add(group.index, endNs);
    const isTop = this.#longest?.wants(durationNs) === true;
    const isOfEach = value.longest?.wants(durationNs) === true;
    if (isTop || isOfEach || this.#log !== undefined) {
      const item = copy(source, model, durationNs);
      if (isTop) this.#longest?.add(item);
      if (isOfEach) value.longest?.add(item);
      this.#log?.add(item);
    }
    return value;
  }

  /** @param description what `describeLatency` says of the view */
  answer(view: LatencyView, description: ShapeDescription, answers: LatencyAnswers<Item, Extra>): Shape {
    const { originNs, range } = answers;
    switch (view) {
      case 'top':
        return itemTable(description as TableDescription<string>, this.#longest?.sorted() ?? [], answers);
      case 'log':
        return itemTable(
          description as TableDescription<string>,
          this.#log?.rows() ?? [],
          answers,
          this.#log?.count,
        );
      case 'dist':
        return (this.#histogram ?? new LogHistogram()).build(description as GridDescription);
      case 'heatmap':
        return (this.#heatmap ?? new LatencyHeatmap()).build(description as GridDescription, originNs, range);
      case 'series':
        return (this.#series ?? new RateSeries()).build(
          description as SeriesDescription,
          originNs,
          range,
          (index) => answers.labelOf(this.groups.all[index]!),
          lineCountMax,
        );
      case 'each':
        return this.#longestOfEach(description as TableDescription<string>, answers);
      case 'freq':
        return this.#frequencies(description as TableDescription<string>, answers);
      case 'table':
        return this.#statistics(description as TableDescription<string>, answers);
    }
  }

  /** All groups, as they are known at the end. */
  groupsAtEnd(answers: LatencyAnswers<Item, Extra>): Group<Latency<Item, Extra>>[] {
    return answers.lastKeyOf === undefined ? [...this.groups.all] : this.#merged(answers);
  }

  #sorted(answers: LatencyAnswers<Item, Extra>): readonly Group<Latency<Item, Extra>>[] {
    return this.groupsAtEnd(answers).sort(
      (a, b) => b.value.durations.sum - a.value.durations.sum || a.index - b.index,
    );
  }

  /** The groups by their last keys. */
  #merged({
    lastKeyOf = ({ key }) => key,
    mergeExtra,
  }: LatencyAnswers<Item, Extra>): Group<Latency<Item, Extra>>[] {
    const byHost = new Map<KernelModel, Map<number, Group<Latency<Item, Extra>>>>();
    for (const group of this.groups.all) {
      const groups = byHost.get(group.model) ?? new Map<number, Group<Latency<Item, Extra>>>();
      byHost.set(group.model, groups);
      const key = lastKeyOf(group);
      const sum = groups.get(key) ?? { ...group, key, value: this.#make() };
      groups.set(key, sum);
      sum.value.durations.merge(group.value.durations);
      if (group.value.frequencies !== undefined) sum.value.frequencies?.merge(group.value.frequencies);
      for (const item of group.value.longest?.sorted() ?? []) sum.value.longest?.add(item);
      mergeExtra(sum.value.extra, group.value.extra);
    }
    return [...byHost.values()].flatMap((groups) => [...groups.values()]);
  }

  #statistics(description: TableDescription<string>, answers: LatencyAnswers<Item, Extra>): Shape {
    const cellsOf = (value: { readonly durations: Distribution; readonly extra: Extra }): Cells => ({
      count: value.durations.count,
      ...durationCells(value.durations),
      ...answers.measuresOf(value),
    });
    const builder = new TableBuilder<string>(description);
    for (const group of this.#sorted(answers))
      builder.add({ ...answers.cellsOf(group), ...cellsOf(group.value) });
    const durations = new Distribution();
    for (const { value } of this.groups.all) durations.merge(value.durations);
    const total = { durations, extra: this.#totalExtra };
    return builder.setTotals(cellsOf(total)).build();
  }

  #longestOfEach(description: TableDescription<string>, answers: LatencyAnswers<Item, Extra>): Shape {
    const builder = new TableBuilder<string>(description);
    for (const group of this.#sorted(answers)) {
      const cells = answers.cellsOf(group);
      for (const item of group.value.longest?.sorted() ?? [])
        builder.add({ ...cells, ...itemCells(item, answers) });
    }
    return builder.build();
  }

  #frequencies(description: TableDescription<string>, answers: LatencyAnswers<Item, Extra>): Shape {
    const builder = new TableBuilder<string>(description);
    for (const group of this.#sorted(answers)) {
      const cells = answers.cellsOf(group);
      for (const bin of group.value.frequencies?.bins(this.#binCount) ?? [])
        builder.add({ ...cells, ...bin });
    }
    return builder.build();
  }
}

function itemCells<Item extends LatencyItem>(
  item: Item,
  { rowOf, originNs }: LatencyAnswers<Item, never>,
): Cells {
  const cells = rowOf(item) as { -readonly [Id in keyof Cells]: Cells[Id] };
  cells['begin'] = originNs + BigInt(item.endNs - item.durationNs);
  cells['duration'] = item.durationNs;
  return cells;
}

function itemTable<Item extends LatencyItem, Extra>(
  description: TableDescription<string>,
  items: Iterable<Item>,
  answers: LatencyAnswers<Item, Extra>,
  count = 0,
): Shape {
  const builder = new TableBuilder<string>(description, count);
  for (const item of items) builder.add(itemCells(item, answers));
  return builder.build();
}
