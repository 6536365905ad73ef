/** The tables of `periods`. */
import type { Longest } from '../../../analysis/index.ts';
import type { PeriodLog } from '../../../analysis/periods/index.ts';
import { Distribution, type Row, type Table, TableBuilder, table } from '../../../results/index.ts';
import type { ByDefinition, KeptPeriod, Summary } from './kept.ts';
import { type Answered, type ChosenPeriods, captureTexts, groupsByRow } from './selection.ts';
import {
  describeAggregates,
  describeParents,
  describeStatistics,
  logDescription,
  topDescription,
} from './shapes.ts';
import { type ParentStatistics, parentStatistics, periodStatistics } from './statistics.ts';

export function statisticsTable(all: ByDefinition<Distribution>, answered: Answered): Table {
  const rows = periodStatistics(all, answered).map(({ group, definition, durations: of }) => {
    return {
      group,
      name: definition.path,
      count: of.count,
      total: of.sum,
      avg: of.average,
      p50: of.percentile(0.5),
      p99: of.percentile(0.99),
      max: of.max,
      min: of.min,
      stdev: of.stdev,
    };
  });
  return table(describeStatistics(answered.grouped !== undefined), rows);
}

function isGrouped({ options }: ChosenPeriods): boolean {
  return options.groupBy.length > 0;
}

/** Two rows for each parent and child: of the parents that have one, and of all. */
export function parentsTable(all: Summary<Distribution>, answered: Answered): Table {
  const rows = parentStatistics(all, answered).flatMap((statistics) => {
    const without = statistics.parentCount - statistics.durations.count;
    return [parentsRow(statistics, 'with any', 0), parentsRow(statistics, 'all', without)];
  });
  return table(describeParents(answered.grouped !== undefined), rows);
}

/** @param without how many parents have none, and count with zeros */
function parentsRow(statistics: ParentStatistics<Distribution>, of: string, without: number): Row<string> {
  const [durations, counts, shares] = [statistics.durations, statistics.counts, statistics.shares].map(
    (values) => withZeros(values, without),
  );
  return {
    group: statistics.group,
    name: statistics.child.path,
    parent: statistics.parent.path,
    of,
    parents: statistics.durations.count + without,
    avg: durations?.average,
    max: durations?.max,
    'share-avg': shares?.average,
    'share-max': shares?.max,
    'count-avg': counts?.average,
    'count-max': counts?.max,
    min: durations?.min,
    stdev: durations?.stdev,
    'share-min': shares?.min,
    'share-stdev': shares?.stdev,
    'count-min': counts?.min,
    'count-stdev': counts?.stdev,
  };
}

function withZeros(values: Distribution, count: number): Distribution {
  if (count === 0) return values;
  const all = new Distribution();
  all.merge(values);
  for (let index = 0; index < count; index++) all.add(0);
  return all;
}

export function topTable(longest: Longest<KeptPeriod>, originNs: bigint): Table {
  return table(
    topDescription,
    longest.sorted().map((period) => periodRow(period, originNs)),
  );
}

/** All of them as they began; @param isHierarchy each below its parent */
export function logTable(chosen: ChosenPeriods, originNs: bigint, isHierarchy: boolean): Table {
  const { log } = chosen;
  const builder = new TableBuilder(logDescription);
  if (!isHierarchy) {
    for (const row of chosen.rows()) {
      if (chosen.isSelected(log.definitionOf(row))) builder.add(periodRow(periodIn(log, row), originNs));
    }
    return builder.build();
  }
  const children = childrenOf(chosen);
  const added = new Map<number, number>();
  const rest = [...(children.get(-1) ?? [])].reverse();
  for (let row = rest.pop(); row !== undefined; row = rest.pop()) {
    added.set(row, builder.add(periodRow(periodIn(log, row), originNs), added.get(log.parentOf(row))));
    rest.push(...(children.get(row) ?? []).toReversed());
  }
  return builder.build();
}

/** By parent, -1 at the top. */
function childrenOf(chosen: ChosenPeriods): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const row of chosen.rowsInTree()) {
    const parent = chosen.log.parentOf(row);
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [row]);
    else known.push(row);
  }
  return children;
}

function periodIn(log: PeriodLog, row: number): KeptPeriod {
  return {
    number: row,
    definition: log.definitionOf(row),
    beginNs: log.beginNs(row),
    endNs: log.endNs(row),
    captured: log.captured(row),
  };
}

function periodRow({ definition, beginNs, endNs, captured }: KeptPeriod, originNs: bigint) {
  const captures = captureTexts(definition, captured);
  return {
    begin: originNs + BigInt(beginNs),
    duration: endNs - beginNs,
    name: definition.path,
    'begin-captures': captures.begin,
    'end-captures': captures.end,
    end: originNs + BigInt(endNs),
  };
}

/** Each parent with what lies in it, in the order in which parents began. */
export function aggregateTable(chosen: ChosenPeriods, originNs: bigint): Table {
  const builder = new TableBuilder<string>(describeAggregates(isGrouped(chosen)));
  const groups = groupsByRow(chosen);
  const { log } = chosen;
  const durations = new Map<
    string,
    { row: number; group: string | undefined; values: Map<number, Distribution> }
  >();
  for (const row of chosen.rowsInTree()) {
    const child = log.definitionOf(row);
    if (!chosen.isSelected(child)) continue;
    for (let parent = log.parentOf(row); parent >= 0; parent = log.parentOf(parent)) {
      if (!chosen.isAggregated(log.definitionOf(parent))) continue;
      for (const group of isGrouped(chosen) ? (groups.get(row) ?? []) : [undefined]) {
        const key = JSON.stringify([group ?? null, parent]);
        const known = durations.get(key) ?? { row: parent, group, values: new Map<number, Distribution>() };
        const values = known.values.get(child.index) ?? new Distribution();
        values.add(log.durationNs(row));
        known.values.set(child.index, values);
        durations.set(key, known);
      }
    }
  }
  const sorted = [...durations.values()].sort(
    (a, b) => (a.group ?? '').localeCompare(b.group ?? '') || a.row - b.row,
  );
  for (const { row, group, values } of sorted) {
    for (const [child, of] of values) builder.add({ group, ...aggregateRow(log, row, child, of, originNs) });
  }
  return builder.build();
}

function aggregateRow(
  log: PeriodLog,
  row: number,
  child: number,
  of: Distribution,
  originNs: bigint,
): Row<string> {
  const definition = log.definitionOf(row);
  const { begin, end } = captureTexts(definition, log.captured(row));
  const captures = [begin, end].filter((text) => text !== undefined).join(', ');
  return {
    begin: originNs + BigInt(log.beginNs(row)),
    'parent-duration': log.durationNs(row),
    parent: definition.path,
    name: log.definitions[child]?.path,
    count: of.count,
    total: of.sum,
    avg: of.average,
    max: of.max,
    min: of.min,
    stdev: of.stdev,
    captures: captures === '' ? undefined : captures,
    end: originNs + BigInt(log.endNs(row)),
  };
}
