/** What the answers of `irq` look like. */
import { durationColumns, frequencyColumns } from '../../../analysis/index.ts';
import {
  column,
  describeTable,
  type GridDescription,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['irq', 'handler', 'kind', 'cpu', 'thread'] as const;
export type By = (typeof groupings)[number];

const kind = column('kind', 'Kind', 'text', '`irq`, the handler of a device, or `softirq`, deferred work.');
const irq = column('irq', 'Number', 'irq', 'The number of the interrupt, or of the soft interrupt.');
const name = column(
  'name',
  'Name',
  'text',
  'The handler as the driver names it (several that share a line with commas between), or the soft interrupt.',
);
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU that was interrupted.');
const comm = column(
  'comm',
  'Interrupted',
  'process',
  'The thread that ran, and had nothing to do with it; `idle` for none, empty where the trace does not tell.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that was interrupted.');

export const keyColumns = {
  irq: [kind, irq, name],
  handler: [kind, irq, name],
  kind: [kind],
  cpu: [cpu, kind],
  thread: [comm, tid, kind],
} as const;

const measures = [
  column('count', 'Count', 'count', 'How often it ran.', 'runs'),
  ...durationColumns('runs', 'run'),
  column(
    'raised',
    'Raised',
    'count',
    'Of soft interrupts: runs for which it is known when they were asked for.',
    'runs',
  ),
  column('raise-avg', 'Raise avg', 'duration', 'The mean time from being asked for to beginning.'),
  column('raise-max', 'Raise max', 'duration', 'The longest such time.'),
  column('raise-min', 'Raise min', 'duration', 'The shortest such time.'),
  column(
    'raise-stdev',
    'Raise stdev',
    'duration',
    'Its standard deviation (of the sample); empty for a single run.',
  ),
] as const;

const nouns: Readonly<Record<By, string>> = {
  irq: 'interrupt',
  handler: 'handler',
  kind: 'kind',
  cpu: 'CPU',
  thread: 'thread that was interrupted',
};

const selects: Readonly<Record<By, string>> = {
  irq: 'irq{kind == @kind && irq == @irq}',
  handler: 'irq{kind == @kind && irq == @irq && name == @name}',
  kind: 'irq{kind == @kind}',
  cpu: 'irq{cpu == @cpu && kind == @kind}',
  thread: 'irq{tid == @tid && kind == @kind}',
};

export function describeStatistics(by: By): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = [...keyColumns[by], ...measures];
  return describeTable<string>({
    id: 'table',
    title: `Interrupts by ${nouns[by]}`,
    meaning: `One row is one ${nouns[by]}; the largest total first.`,
    columns,
    select: selects[by],
  });
}

export function describeFrequencies(by: By): TableDescription<string> {
  return describeTable<string>({
    id: 'freq',
    title: `Frequencies of durations by ${nouns[by]}`,
    meaning: 'One row is one of equal bins from the shortest run to the longest one.',
    columns: [...keyColumns[by], ...frequencyColumns('runs')],
  });
}

/** What matters less is further to the right: it is what a narrow terminal leaves out. */
const runColumns = [
  column('begin', 'Begin', 'timestamp', 'When the handler, or the soft interrupt, began.'),
  column('duration', 'Duration', 'duration', 'Until it ended, those that interrupted it included.'),
  kind,
  irq,
  name,
  cpu,
  column(
    'raise-latency',
    'Raised before',
    'duration',
    'How long before it began it was asked for (soft interrupts).',
  ),
  comm,
  tid,
  column('end', 'End', 'timestamp', 'When it ended.'),
  column('raised-at', 'Raised at', 'timestamp', 'When it was asked for (soft interrupts).'),
  column(
    'value',
    'Value',
    'integer',
    'What the handler returned: 0 not its interrupt, 1 handled, 2 a thread goes on with it.',
  ),
] as const;

const runSelect = 'irq{cpu == @cpu && begin == @begin}';

export const topDescription = describeTable({
  id: 'top',
  title: 'The longest interrupts',
  meaning: 'One row is one run of a handler or of a soft interrupt, the longest first.',
  columns: runColumns,
  select: runSelect,
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All interrupts',
  meaning: 'One row is one run of a handler or of a soft interrupt, in the order in which they ended.',
  columns: runColumns,
  select: runSelect,
});

const durationAxis = {
  ...column('duration', 'Duration', 'duration', 'From beginning to end, those that interrupted it included.'),
  scale: 'log',
} as const;
const timeAxis = {
  ...column('time', 'Time', 'timestamp', 'When they ended.'),
  scale: 'linear',
} as const;
const runCount = column('count', 'Count', 'count', 'How many runs ended.', 'runs');

export const distributionDescription: GridDescription = {
  shape: 'grid',
  id: 'dist',
  title: 'Interrupts by duration',
  meaning: 'One bin is a range of durations; its value is how many runs took that long.',
  x: durationAxis,
  value: runCount,
  select: 'irq{duration >= @x.begin && duration < @x.end}',
};

export const heatmapDescription: GridDescription = {
  shape: 'grid',
  id: 'heatmap',
  title: 'Interrupts by time and duration',
  meaning: 'One cell is how many runs ended in that part of the time and took that long.',
  x: timeAxis,
  y: durationAxis,
  value: runCount,
  select: 'irq{end >= @x.begin && end < @x.end && duration >= @y.begin && duration < @y.end}',
};

export function describeSeries(by: By): SeriesDescription {
  return {
    shape: 'series',
    id: 'series',
    title: `Interrupts per second by ${nouns[by]}`,
    meaning:
      'One value is the rate of runs that ended in that part of the time; the first and the last part may be cut.',
    x: timeAxis,
    value: column('rate', 'Rate', 'rate', 'Runs a second.', 'runs'),
    name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
  };
}
