/** The statistics of single groups of periods, from the log of all of them. */
import type { Measure, PeriodDefinition } from '../../../analysis/periods/index.ts';
import { type ChosenPeriods, groupsByRow } from './selection.ts';
import type { ParentStatistics, PeriodStatistics } from './statistics.ts';

/** By group and definition. */
export function groupDurations<Durations extends { add(durationNs: number): void }>(
  chosen: ChosenPeriods,
  make: () => Durations,
): readonly PeriodStatistics<Durations>[] {
  const { log } = chosen;
  const byGroup = new Map<string, PeriodStatistics<Durations>[]>();
  for (const [row, groups] of groupsByRow(chosen)) {
    const definition = log.definitionOf(row);
    if (!chosen.isSelected(definition)) continue;
    for (const group of groups) {
      const ofGroup = byGroup.get(group) ?? [];
      ofGroup[definition.index] ??= { group, definition, durations: make() };
      ofGroup[definition.index]!.durations.add(log.durationNs(row));
      byGroup.set(group, ofGroup);
    }
  }
  return [...byGroup.values()].flat().filter((one) => one !== undefined);
}

/** By group, parent and child. */
export function groupParents<M extends Measure<M>>(
  chosen: ChosenPeriods,
  make: () => M,
): readonly ParentStatistics<M>[] {
  const { log } = chosen;
  const parentCounts = new Int32Array(log.definitions.length);
  for (const row of chosen.rowsInTree()) parentCounts[log.definitionOf(row).index]! += 1;
  const groups = groupsByRow(chosen);
  return [...new Set([...groups.values()].flat())].flatMap((group) => {
    const sums = sumsBelow(chosen, (row) => groups.get(row)?.includes(group) === true);
    return collected(chosen, group, sums, parentCounts, make);
  });
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

function collected<M extends Measure<M>>(
  chosen: ChosenPeriods,
  group: string,
  sums: Iterable<Sum>,
  parentCounts: Int32Array,
  make: () => M,
): readonly ParentStatistics<M>[] {
  const { log } = chosen;
  const found = new Map<number, ParentStatistics<M>>();
  for (const { parentRow, child, count, durationNs } of sums) {
    const parent = log.definitionOf(parentRow);
    if (!chosen.isAggregated(parent) || !chosen.isSelected(child)) continue;
    const key = parent.index * log.definitions.length + child.index;
    const parentCount = parentCounts[parent.index] as number;
    const known = found.get(key) ?? {
      ...{ group, parent, child, parentCount },
      ...{ durations: make(), counts: make(), shares: make() },
    };
    const parentNs = log.durationNs(parentRow);
    known.durations.add(durationNs);
    known.counts.add(count);
    if (parentNs > 0) known.shares.add(durationNs / parentNs);
    found.set(key, known);
  }
  return [...found.values()];
}
