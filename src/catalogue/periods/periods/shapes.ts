/** What the answers of `periods` look like. */
import type { PeriodDefinition } from '../../../analysis/periods/index.ts';
import {
  column,
  describeTable,
  type GridDescription,
  type ResultColumn,
  type TableDescription,
} from '../../../results/index.ts';

const name = column('name', 'Period', 'text', 'The name of its definition, after those of its parents.');
const group = column(
  'group',
  'Group',
  'text',
  'The captured values that the periods have in common; empty for all together.',
);
const duration = (id: string, title: string, meaning: string) => column(id, title, 'duration', meaning);

const measures = [
  column('count', 'Count', 'count', 'How many periods ended.', 'periods'),
  duration('total', 'Total', 'The sum of their durations.'),
  duration('avg', 'Average', 'The mean duration.'),
  duration('p50', 'Median', 'Half of them took at most this long.'),
  duration('p99', 'p99', '99 % of them took at most this long.'),
  duration('max', 'Max', 'The longest.'),
  duration('min', 'Min', 'The shortest.'),
  duration(
    'stdev',
    'Stdev',
    'The standard deviation of the durations (of the sample); empty for a single period.',
  ),
] as const;

/** @param isGrouped whether there are groups */
export function describeStatistics(isGrouped: boolean): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = isGrouped
    ? [group, name, ...measures]
    : [name, ...measures];
  return describeTable<string>({
    id: 'table',
    title: 'Periods',
    meaning: 'One row is all periods of one definition.',
    columns,
    select: 'periods{name == @name}',
  });
}

const perParent = [
  name,
  column('parent', 'Within', 'text', 'The periods that they lie in.'),
  column(
    'of',
    'Of',
    'text',
    '`with any`: parents with at least one of them; `all`: all parents, of which the others have none.',
  ),
  column('parents', 'Parents', 'count', 'How many of those parents there are.', 'periods'),
  duration('avg', 'Average', 'The mean of what each parent has of them: their summed durations.'),
  duration('max', 'Max', 'The most that one parent has of them.'),
  column(
    'share-avg',
    'Share',
    'ratio',
    'The mean part of their parent that they fill; more than all of it where they overlap.',
  ),
  column('share-max', 'Share max', 'ratio', 'The largest part.'),
  column('count-avg', 'Per parent', 'number', 'How many each parent has on average.'),
  column('count-max', 'Most', 'count', 'The most that one parent has.', 'periods'),
  duration('min', 'Min', 'The least that one parent has of them.'),
  duration('stdev', 'Stdev', 'The standard deviation of the summed durations (of the sample).'),
  column('share-min', 'Share min', 'ratio', 'The smallest part.'),
  column('share-stdev', 'Share stdev', 'ratio', 'The standard deviation of the parts (of the sample).'),
  column('count-min', 'Fewest', 'count', 'The fewest that one parent has.', 'periods'),
  column('count-stdev', 'Count stdev', 'number', 'The standard deviation of the numbers (of the sample).'),
] as const;

/** Statistics per parent. */
export function describeParents(isGrouped: boolean): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = isGrouped ? [group, ...perParent] : perParent;
  return describeTable<string>({
    id: 'parents',
    title: 'Periods within their parents',
    meaning:
      'One row is all periods of one definition that lie in periods of another, directly or not, summed up for each of these.',
    columns,
  });
}

const periodColumns = [
  column('begin', 'Begin', 'timestamp', 'The time of the event that began it.'),
  duration('duration', 'Duration', 'From the event that began it to the one that ended it.'),
  name,
  column('begin-captures', 'Captured at begin', 'text', 'Values of the event that began it.'),
  column('end-captures', 'Captured at end', 'text', 'Values of the event that ended it.'),
  column('end', 'End', 'timestamp', 'The time of the event that ended it.'),
] as const;

const select = 'periods{name == @name && begin == @begin}';

export const topDescription = describeTable({
  id: 'top',
  title: 'The longest periods',
  meaning: 'One row is one period, the longest first.',
  columns: periodColumns,
  select,
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All periods',
  meaning: 'One row is one period, in the order in which they began, or below its parent.',
  columns: periodColumns,
  select,
});

const aggregated = [
  column('begin', 'Begin', 'timestamp', 'When the parent began.'),
  duration('parent-duration', 'Duration', 'How long the parent took.'),
  column('captures', 'Captured', 'text', 'Values of the events that began and ended the parent.'),
  column('parent', 'Within', 'text', 'The parent.'),
  name,
  column('count', 'Count', 'count', 'How many of them lie in this parent.', 'periods'),
  duration('total', 'Total', 'The sum of their durations.'),
  duration('avg', 'Average', 'The mean duration.'),
  duration('max', 'Max', 'The longest.'),
  duration('min', 'Min', 'The shortest.'),
  duration('stdev', 'Stdev', 'The standard deviation of the durations (of the sample).'),
  column('end', 'End', 'timestamp', 'When the parent ended.'),
] as const;

/** Each parent with what lies in it. */
export function describeAggregates(isGrouped: boolean): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = isGrouped ? [group, ...aggregated] : aggregated;
  return describeTable<string>({
    id: 'aggregate',
    title: 'Each parent with the periods in it',
    meaning: 'One row is one parent and all periods of one definition that lie in it.',
    columns,
  });
}

const periodCount = column('count', 'Count', 'count', 'How many periods.', 'periods');
const parentCount = column(
  'count',
  'Count',
  'count',
  'How many parents with at least one of them.',
  'periods',
);

/** Durations of the periods of one definition, in logarithmic bins (`dist`) or in equal ones (`freq`). */
export function describeDurations(
  { index, path }: PeriodDefinition,
  view: 'dist' | 'freq',
  inGroup?: string,
): GridDescription {
  return {
    shape: 'grid',
    id: `${view}-${index + 1}`,
    title: `Duration of ${path}${inGroup === undefined ? '' : `, ${inGroup}`}`,
    meaning: 'One bin is a range of durations; its value is how many periods took that long.',
    x: {
      ...duration('duration', 'Duration', 'From begin to end.'),
      scale: view === 'dist' ? 'log' : 'linear',
    },
    value: periodCount,
  };
}

/** What a distribution per parent is of. */
export type PerParent = 'duration' | 'count' | 'share';

const axes = {
  duration: { ...duration('duration', 'Duration', 'The summed durations in one parent.'), scale: 'linear' },
  count: { ...column('number', 'Number', 'number', 'How many are in one parent.'), scale: 'linear' },
  share: { ...column('share', 'Share', 'ratio', 'The part of one parent that they fill.'), scale: 'linear' },
} as const;
const perParentTitles = { duration: 'Duration', count: 'Number', share: 'Share' } as const;

/** How much, or how many, of the child's periods there are in each of the parent's. */
export function describePerParent(
  of: PerParent,
  parent: PeriodDefinition,
  child: PeriodDefinition,
  inGroup?: string,
): GridDescription {
  return {
    shape: 'grid',
    id: `${of}-${child.index + 1}-in-${parent.index + 1}`,
    title: `${perParentTitles[of]} of ${child.path} in each ${parent.path}${inGroup === undefined ? '' : `, ${inGroup}`}`,
    meaning: 'One bin is a range of values; its count is how many parents have that.',
    x: axes[of],
    value: parentCount,
  };
}

export const heatmapDescription: GridDescription = {
  shape: 'grid',
  id: 'heatmap',
  title: 'Periods by time and duration',
  meaning: 'One cell is how many periods ended in that part of the time and took that long.',
  x: { ...column('time', 'Time', 'timestamp', 'When the periods ended.'), scale: 'linear' },
  y: { ...duration('duration', 'Duration', 'From begin to end.'), scale: 'log' },
  value: periodCount,
};
