/** What the answers of an analysis of durations look like: the same views with the same columns in each of them. */
import { column, type ResultColumn } from '../results/columns.ts';
import type {
  GridDescription,
  SeriesDescription,
  ShapeDescription,
  TableDescription,
} from '../results/shapes.ts';
import { durationColumns, frequencyColumns } from './duration-columns.ts';
import { choice, count, duration } from './options.ts';

type Columns = readonly ResultColumn<string>[];

/** What has durations, in words, and the columns that say more of one of them and of many. */
export interface LatencyWords {
  /** The analysis: what its `select` expressions begin with. */
  readonly id: string;
  /** `call`, and many of them: `calls`. */
  readonly thing: string;
  readonly things: string;
  /** Many of them in a title: `Calls on files`. */
  readonly title: string;
  /** What is measured: its heading, and one sentence. */
  readonly duration: readonly [title: string, meaning: string];
  /** When it begins, one sentence. */
  readonly begin: string;
  /** Columns of one of them after `begin` and `duration`; what a narrow terminal leaves out comes last. */
  readonly item: Columns;
  /** What picks one of them, between the braces. */
  readonly itemSelect: string;
  /** Columns of many of them, between `count` and their durations, and after these. */
  readonly before: Columns;
  readonly after: Columns;
}

/** What rows are about. */
export interface LatencyGrouping {
  /** `process`. */
  readonly noun: string;
  readonly columns: Columns;
  /** Columns that matter less, at the end of the table. */
  readonly more?: Columns;
  /** What picks what a row was made of, between the braces. */
  readonly select?: string;
}

/** The views of an analysis of durations, without `table`, whose meaning each says itself. */
export function latencyViews({ thing, things }: Pick<LatencyWords, 'thing' | 'things'>) {
  return {
    top: { meaning: `The longest ${things}, each with all that is known of it.` },
    each: { meaning: 'The longest ones of each row of `table`.' },
    log: { meaning: `Every ${thing}, in the order in which they ended.` },
    dist: { meaning: `How many ${things} took how long: a histogram.` },
    freq: {
      meaning: `The same in equal bins from the shortest to the longest ${thing}, for each row of \`table\`.`,
    },
    series: { meaning: `${capital(things)} per second over time, for each row of \`table\`.` },
    heatmap: { meaning: `How long ${things} took, over time.` },
  } as const;
}

/**
 * The options of an analysis of durations: what `Latencies` takes, and what rows are for.
 * @param example a duration that is long for one of these
 */
export function latencyOptions<const By extends string>(
  groupings: readonly By[],
  initial: NoInfer<By>,
  { things }: Pick<LatencyWords, 'things'>,
  example = '1ms',
) {
  return {
    by: choice(groupings, initial, 'What `table`, `each`, `freq` and `series` have rows for.'),
    slower: duration(`Only ${things} of this duration or longer, such as ${example}.`),
    faster: duration(`Only ${things} of this duration or shorter.`),
    limit: count(10, `How many ${things} \`top\` lists, and \`each\` of each row, 0 for all.`),
    'freq-resolution': count(20, 'How many bins `freq` has.'),
  } as const;
}

export type LatencyView = 'table' | keyof ReturnType<typeof latencyViews>;

export function describeLatency(
  words: LatencyWords,
  grouping: LatencyGrouping,
  view: LatencyView,
): ShapeDescription {
  switch (view) {
    case 'table':
      return describeStatistics(words, grouping);
    case 'top':
    case 'log':
      return describeItems(words, view);
    case 'each':
      return describeEach(words, grouping);
    case 'dist':
      return describeDistribution(words);
    case 'freq':
      return describeFrequencies(words, grouping);
    case 'series':
      return describeSeries(words, grouping);
    case 'heatmap':
      return describeHeatmap(words);
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function describeStatistics(words: LatencyWords, grouping: LatencyGrouping): TableDescription<string> {
  const { id, thing, things } = words;
  return {
    shape: 'table',
    id: 'table',
    title: `${words.title} by ${grouping.noun}`,
    meaning: `One row is a ${grouping.noun}; the largest total first.`,
    columns: [
      ...grouping.columns,
      column('count', 'Count', 'count', `How many ${things} ended.`, things),
      ...words.before,
      ...durationColumns(things, thing),
      ...words.after,
      ...(grouping.more ?? []),
    ],
    ...(grouping.select === undefined ? {} : { select: `${id}{${grouping.select}}` }),
  };
}

function itemColumns({ begin, duration: [title, meaning], item }: LatencyWords): Columns {
  return [
    column('begin', 'Begin', 'timestamp', begin),
    column('duration', title, 'duration', meaning),
    ...item,
  ];
}

function describeItems(words: LatencyWords, view: 'top' | 'log'): TableDescription<string> {
  const { id, thing, things } = words;
  const order = view === 'top' ? 'the longest first' : 'in the order in which they ended';
  return {
    shape: 'table',
    id: view,
    title: view === 'top' ? `The longest ${things}` : `All ${things}`,
    meaning: `One row is one ${thing}, ${order}.`,
    columns: itemColumns(words),
    select: `${id}{${words.itemSelect}}`,
  };
}

function describeEach(words: LatencyWords, { noun, columns }: LatencyGrouping): TableDescription<string> {
  const rest = itemColumns(words).filter(({ id }) => !columns.some((column) => column.id === id));
  return {
    shape: 'table',
    id: 'each',
    title: `The longest ${words.things} by ${noun}`,
    meaning: `One row is one ${words.thing}, the longest of each ${noun} first.`,
    columns: [...columns, ...rest],
  };
}

function describeFrequencies(
  words: LatencyWords,
  { noun, columns }: LatencyGrouping,
): TableDescription<string> {
  return {
    shape: 'table',
    id: 'freq',
    title: `Frequencies of ${words.things} by ${noun}`,
    meaning: `One row is one of equal bins from the shortest ${words.thing} to the longest one.`,
    columns: [...columns, ...frequencyColumns(words.things)],
  };
}

function axes({ things, duration: [title, meaning] }: LatencyWords) {
  return {
    duration: { ...column('duration', title, 'duration', meaning), scale: 'log' },
    time: { ...column('time', 'Time', 'timestamp', `When the ${things} ended.`), scale: 'linear' },
    count: column('count', 'Count', 'count', `How many ${things} ended.`, things),
  } as const;
}

function describeDistribution(words: LatencyWords): GridDescription {
  const { duration, count } = axes(words);
  return {
    shape: 'grid',
    id: 'dist',
    title: `${words.title} by duration`,
    meaning: `One bin is a range of durations; its value is how many ${words.things} took that long.`,
    x: duration,
    value: count,
    select: `${words.id}{duration >= @x.begin && duration < @x.end}`,
  };
}

function describeHeatmap(words: LatencyWords): GridDescription {
  const { duration, time, count } = axes(words);
  return {
    shape: 'grid',
    id: 'heatmap',
    title: `${words.title} by time and duration`,
    meaning: `One cell is how many ${words.things} ended in that part of the time and took that long.`,
    x: time,
    y: duration,
    value: count,
    select: `${words.id}{end >= @x.begin && end < @x.end && duration >= @y.begin && duration < @y.end}`,
  };
}

function describeSeries(words: LatencyWords, { noun }: LatencyGrouping): SeriesDescription {
  return {
    shape: 'series',
    id: 'series',
    title: `${words.title} per second by ${noun}`,
    meaning: `One value is the rate of ${words.things} that ended in that part of the time; the first and the last part may be cut.`,
    x: axes(words).time,
    value: column('rate', 'Rate', 'rate', `${capital(words.things)} a second.`, words.things),
    name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
  };
}
