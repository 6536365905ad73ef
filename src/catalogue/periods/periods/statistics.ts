/** How long periods are, and how much of their parents they fill. */
import type { PeriodDefinition } from '../../../analysis/periods/index.ts';
import { Distribution } from '../../../results/index.ts';
import { type ChosenPeriods, groupsByRow } from './selection.ts';

/** The durations of the periods of one definition; `group` is undefined for all of them together. */
export interface PeriodStatistics<Durations> {
  readonly group: string | undefined;
  readonly definition: PeriodDefinition;
  readonly durations: Durations;
}

/** What the periods of one definition are within those of another that they lie in, directly or not. */
export interface ParentStatistics {
  readonly group: string | undefined;
  readonly parent: PeriodDefinition;
  readonly child: PeriodDefinition;
  /** How many of the parents there are, those without such a child included. */
  readonly parentCount: number;
  /** For each parent with at least one: their summed durations, their number, and the part of the parent's duration. */
  readonly durations: readonly number[];
  readonly counts: readonly number[];
  /** NaN within a parent that took no time. */
  readonly shares: readonly number[];
}

/** The distribution of values. */
export function distributionOf(values: Iterable<number>): Distribution {
  const distribution = new Distribution();
  for (const value of values) if (Number.isFinite(value)) distribution.add(value);
  return distribution;
}

/** By definition in the order of the tree, first of all periods, then of each group: all durations. */
export function periodDurations(chosen: ChosenPeriods): readonly PeriodStatistics<number[]>[] {
  return periodStatistics<number[]>(
    chosen,
    () => [],
    (durations, durationNs) => durations.push(durationNs),
  );
}

/** The same without keeping the single durations. */
export function periodDistributions(chosen: ChosenPeriods): readonly PeriodStatistics<Distribution>[] {
  return periodStatistics(
    chosen,
    () => new Distribution(),
    (durations, durationNs) => durations.add(durationNs),
  );
}

function periodStatistics<Durations>(
  chosen: ChosenPeriods,
  make: () => Durations,
  add: (durations: Durations, durationNs: number) => void,
): readonly PeriodStatistics<Durations>[] {
  const { log } = chosen;
  const byGroup = new Map<string | undefined, PeriodStatistics<Durations>[]>();
  const count = (group: string | undefined, row: number): void => {
    const definition = log.definitionOf(row);
    if (!chosen.isSelected(definition)) return;
    const ofGroup = byGroup.get(group) ?? [];
    ofGroup[definition.index] ??= { group, definition, durations: make() };
    add(ofGroup[definition.index]!.durations, log.durationNs(row));
    byGroup.set(group, ofGroup);
  };
  for (const row of chosen.rows()) count(undefined, row);
  for (const [row, groups] of groupsByRow(chosen)) for (const group of groups) count(group, row);
  const all = [...byGroup.values()].flat().filter((one) => one !== undefined);
  return inOrder(all, ({ definition }) => definition.path);
}

/** By parent and child, first of all periods, then of each group. */
export function parentStatistics(chosen: ChosenPeriods): readonly ParentStatistics[] {
  const { log } = chosen;
  const parentCounts = new Int32Array(log.definitions.length);
  for (const row of chosen.rowsInTree()) parentCounts[log.definitionOf(row).index]! += 1;
  const groups = groupsByRow(chosen);
  const names = new Set([...groups.values()].flat());
  const statistics = [undefined, ...names].flatMap((group) => {
    const sums = sumsBelow(chosen, (row) => group === undefined || groups.get(row)?.includes(group) === true);
    return collected(chosen, group, sums, parentCounts);
  });
  return inOrder(statistics, ({ parent, child }) => `${parent.path} ${child.path}`);
}

/** Of one parent and one definition below it. */
interface Sum {
  readonly parentRow: number;
  readonly child: PeriodDefinition;
  count: number;
  durationNs: number;
}

/** What lies in each period, directly or not. */
function sumsBelow(chosen: ChosenPeriods, isIn: (row: number) => boolean): Iterable<Sum> {
  const { log } = chosen;
  const sums = new Map<number, Sum>();
  for (const row of chosen.rowsInTree()) {
    if (!isIn(row)) continue;
    const child = log.definitionOf(row);
    const durationNs = log.durationNs(row);
    for (let parentRow = log.parentOf(row); parentRow >= 0; parentRow = log.parentOf(parentRow)) {
      const key = parentRow * log.definitions.length + child.index;
      const sum = sums.get(key) ?? { parentRow, child, count: 0, durationNs: 0 };
      sum.count += 1;
      sum.durationNs += durationNs;
      sums.set(key, sum);
    }
  }
  return sums.values();
}

function collected(
  chosen: ChosenPeriods,
  group: string | undefined,
  sums: Iterable<Sum>,
  parentCounts: Int32Array,
): readonly ParentStatistics[] {
  const { log } = chosen;
  interface Collected extends ParentStatistics {
    readonly durations: number[];
    readonly counts: number[];
    readonly shares: number[];
  }
  const found = new Map<number, Collected>();
  for (const { parentRow, child, count, durationNs } of sums) {
    const parent = log.definitionOf(parentRow);
    if (!chosen.isAggregated(parent) || !chosen.isSelected(child)) continue;
    const key = parent.index * log.definitions.length + child.index;
    const parentCount = parentCounts[parent.index] as number;
    const known = found.get(key) ?? {
      group,
      parent,
      child,
      parentCount,
      durations: [],
      counts: [],
      shares: [],
    };
    const parentNs = log.durationNs(parentRow);
    known.durations.push(durationNs);
    known.counts.push(count);
    known.shares.push(parentNs === 0 ? Number.NaN : durationNs / parentNs);
    found.set(key, known);
  }
  return [...found.values()];
}

/** Those of all periods before those of groups, and these by group. */
function inOrder<S extends { readonly group: string | undefined }>(
  statistics: readonly S[],
  path: (one: S) => string,
): readonly S[] {
  const key = (one: S) => [one.group === undefined ? '' : `1${one.group}`, path(one)];
  return [...statistics].sort((a, b) => {
    const [groupA = '', pathA = ''] = key(a);
    const [groupB = '', pathB = ''] = key(b);
    return compare(groupA, groupB) || compare(pathA, pathB);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
