/** What the answers of `syscalls` look like. */
import {
  column,
  describeTable,
  type GridDescription,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export type By = 'call' | 'process' | 'thread' | 'return';

const name = column(
  'name',
  'Call',
  'syscall',
  'The system call, as the tracer or the table of the architecture names it.',
);
const comm = column(
  'comm',
  'Name',
  'process',
  'The last name that the thread had, as far as the trace tells.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that made the call.');
const pid = column('pid', 'PID', 'pid', 'The process of the thread; empty where the trace does not tell.');
const result = column('return', 'Return', 'errno', '`success`, or the name of the error.');

const keyColumns = {
  call: [name],
  process: [comm, pid, name],
  thread: [comm, tid, pid, name],
  return: [name, result],
} as const;

const duration = (id: string, title: string, meaning: string) => column(id, title, 'duration', meaning);

// The most telling ones first: a narrow terminal leaves out what is at the end.
const measures = [
  column('count', 'Count', 'count', 'How many calls ended.', 'calls'),
  column('errors', 'Errors', 'count', 'How many of them returned an error (-4095 to -1).', 'calls'),
  duration('total', 'Total', 'The sum of the durations of all calls, waiting included.'),
  duration('avg', 'Average', 'The mean duration.'),
  duration('p50', 'Median', 'Half of the calls took at most this long.'),
  duration('p99', 'p99', '99 % of the calls took at most this long.'),
  duration('max', 'Max', 'The longest call.'),
  column(
    'rate',
    'Rate',
    'rate',
    'Calls that ended a second, from the first event of the trace to its last, or of the range that was asked for.',
    'calls',
  ),
  duration('min', 'Min', 'The shortest call.'),
  duration('p90', 'p90', '90 % of the calls took at most this long.'),
  duration(
    'stdev',
    'Stdev',
    'The standard deviation of the durations (of the sample); empty for a single call.',
  ),
] as const;

const selects: Readonly<Record<By, string>> = {
  call: 'syscalls{name == @name}',
  process: 'syscalls{pid == @pid}',
  thread: 'syscalls{tid == @tid}',
  return: 'syscalls{name == @name && return == @return}',
};

const rowMeanings: Readonly<Record<By, string>> = {
  call: 'One row is a system call; the largest total first.',
  process: 'One row is a process, and below it each of its calls; the largest total first.',
  thread: 'One row is a thread, and below it each of its calls; the largest total first.',
  return: 'One row is a system call with one result; the most frequent result of each call first.',
};

/** The statistics. */
export function describeStatistics(by: By): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = [...keyColumns[by], ...measures];
  return describeTable<string>({
    id: 'table',
    title: `System calls by ${by === 'return' ? 'return value' : by}`,
    meaning: rowMeanings[by],
    columns,
    select: selects[by],
  });
}

/** What matters less is further to the right: it is what a narrow terminal leaves out. */
const callColumns = [
  column('begin', 'Begin', 'timestamp', 'When the thread entered the kernel.'),
  column('duration', 'Duration', 'duration', 'Until it left the kernel, waiting included.'),
  name,
  comm,
  tid,
  column('value', 'Value', 'integer', 'What the call returned.'),
  column('return', 'Error', 'errno', 'The name of the error; empty when it succeeded.'),
  column('cpu', 'CPU', 'cpu', 'The CPU on which the call ended.'),
  pid,
] as const;

const callSelect = 'syscalls{tid == @tid && begin == @begin}';

export const topDescription = describeTable({
  id: 'top',
  title: 'The slowest system calls',
  meaning: 'One row is one call, the longest first.',
  columns: callColumns,
  select: callSelect,
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All system calls',
  meaning: 'One row is one call, in the order in which they ended.',
  columns: callColumns,
  select: callSelect,
});

const durationAxis = {
  ...column('duration', 'Duration', 'duration', 'From entering to leaving the kernel, waiting included.'),
  scale: 'log',
} as const;
const timeAxis = {
  ...column('time', 'Time', 'timestamp', 'When the calls ended.'),
  scale: 'linear',
} as const;
const callCount = column('count', 'Count', 'count', 'How many calls ended.', 'calls');

export const distributionDescription: GridDescription = {
  shape: 'grid',
  id: 'dist',
  title: 'System calls by duration',
  meaning: 'One bin is a range of durations; its value is how many calls took that long.',
  x: durationAxis,
  value: callCount,
  select: 'syscalls{duration >= @x.begin && duration < @x.end}',
};

export const heatmapDescription: GridDescription = {
  shape: 'grid',
  id: 'heatmap',
  title: 'System calls by time and duration',
  meaning: 'One cell is how many calls ended in that part of the time and took that long.',
  x: timeAxis,
  y: durationAxis,
  value: callCount,
  select: 'syscalls{end >= @x.begin && end < @x.end && duration >= @y.begin && duration < @y.end}',
};

export function describeSeries(by: By): SeriesDescription {
  return {
    shape: 'series',
    id: 'series',
    title: `System calls per second by ${by === 'return' ? 'return value' : by}`,
    meaning:
      'One value is the rate of calls that ended in that part of the time; the first and the last part may be cut.',
    x: timeAxis,
    value: column('rate', 'Rate', 'rate', 'Calls a second.', 'calls'),
    name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
  };
}
