/** The tables of `periods`. */
import type { PeriodLog } from '../../../analysis/periods/index.ts';
import { type Row, type Table, TableBuilder, table } from '../../../results/index.ts';
import { type ChosenPeriods, captureTexts, groupsByRow } from './selection.ts';
import {
  describeAggregates,
  describeParents,
  describeStatistics,
  logDescription,
  topDescription,
} from './shapes.ts';
import {
  distributionOf,
  type ParentStatistics,
  parentStatistics,
  periodDistributions,
} from './statistics.ts';

export function statisticsTable(chosen: ChosenPeriods): Table {
  const rows = periodDistributions(chosen).map(({ group, definition, durations: of }) => {
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
  return table(describeStatistics(isGrouped(chosen)), rows);
}

function isGrouped({ options }: ChosenPeriods): boolean {
  return options.groupBy.length > 0;
}

/** Two rows for each parent and child: of the parents that have one, and of all. */
export function parentsTable(chosen: ChosenPeriods): Table {
  const rows = parentStatistics(chosen).flatMap((statistics) => {
    const without = statistics.parentCount - statistics.durations.length;
    return [parentsRow(statistics, 'with any', 0), parentsRow(statistics, 'all', without)];
  });
  return table(describeParents(isGrouped(chosen)), rows);
}

/** @param without how many parents have none, and count with zeros */
function parentsRow(statistics: ParentStatistics, of: string, without: number): Row<string> {
  const zeros = new Array<number>(without).fill(0);
  const measured = (values: readonly number[]) => distributionOf([...values, ...zeros]);
  const [durations, counts, shares] = [statistics.durations, statistics.counts, statistics.shares].map(
    measured,
  );
  return {
    group: statistics.group,
    name: statistics.child.path,
    parent: statistics.parent.path,
    of,
    parents: statistics.durations.length + without,
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

export function topTable(chosen: ChosenPeriods, originNs: bigint, limit: number): Table {
  const { log } = chosen;
  const rows = [...chosen.rows()].filter((row) => chosen.isSelected(log.definitionOf(row)));
  rows.sort((a, b) => log.durationNs(b) - log.durationNs(a) || a - b);
  const shown = limit === 0 ? rows : rows.slice(0, limit);
  return table(
    topDescription,
    shown.map((row) => periodRow(log, row, originNs)),
  );
}

/** All of them as they began; @param isHierarchy each below its parent */
export function logTable(chosen: ChosenPeriods, originNs: bigint, isHierarchy: boolean): Table {
  const { log } = chosen;
  const builder = new TableBuilder(logDescription);
  if (!isHierarchy) {
    for (const row of chosen.rows()) {
      if (chosen.isSelected(log.definitionOf(row))) builder.add(periodRow(log, row, originNs));
    }
    return builder.build();
  }
  const children = childrenOf(chosen);
  const added = new Map<number, number>();
  const rest = [...(children.get(-1) ?? [])].reverse();
  for (let row = rest.pop(); row !== undefined; row = rest.pop()) {
    added.set(row, builder.add(periodRow(log, row, originNs), added.get(log.parentOf(row))));
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

function periodRow(log: PeriodLog, row: number, originNs: bigint) {
  const definition = log.definitionOf(row);
  const captures = captureTexts(definition, log.captured(row));
  return {
    begin: originNs + BigInt(log.beginNs(row)),
    duration: log.durationNs(row),
    name: definition.path,
    'begin-captures': captures.begin,
    'end-captures': captures.end,
    end: originNs + BigInt(log.endNs(row)),
  };
}

/** Each parent with what lies in it, in the order in which parents began. */
export function aggregateTable(chosen: ChosenPeriods, originNs: bigint): Table {
  const builder = new TableBuilder<string>(describeAggregates(isGrouped(chosen)));
  const groups = groupsByRow(chosen);
  const { log } = chosen;
  const durations = new Map<
    string,
    { row: number; group: string | undefined; values: Map<number, number[]> }
  >();
  for (const row of chosen.rowsInTree()) {
    const child = log.definitionOf(row);
    if (!chosen.isSelected(child)) continue;
    for (let parent = log.parentOf(row); parent >= 0; parent = log.parentOf(parent)) {
      if (!chosen.isAggregated(log.definitionOf(parent))) continue;
      for (const group of isGrouped(chosen) ? (groups.get(row) ?? []) : [undefined]) {
        const key = JSON.stringify([group ?? null, parent]);
        const known = durations.get(key) ?? { row: parent, group, values: new Map<number, number[]>() };
        known.values.set(child.index, [...(known.values.get(child.index) ?? []), log.durationNs(row)]);
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
  durations: readonly number[],
  originNs: bigint,
): Row<string> {
  const of = distributionOf(durations);
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
