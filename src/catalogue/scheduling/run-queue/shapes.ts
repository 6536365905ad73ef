/** What the answers of `run-queue` look like. */
import { durationColumns, frequencyColumns } from '../../../analysis/index.ts';
import {
  column,
  describeTable,
  type GridDescription,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['thread', 'process', 'prio', 'cpu', 'waker', 'reason', 'all'] as const;
export type By = (typeof groupings)[number];

const comm = column('comm', 'Name', 'process', 'The last name of the thread that waited.');
const tid = column('tid', 'TID', 'tid', 'The thread that waited.');
const pid = column('pid', 'PID', 'pid', 'Its process; empty where the trace does not tell.');
const prio = column(
  'prio',
  'Prio',
  'prio',
  "The kernel's priority: 0 to 99 real time, 100 to 139 by niceness (120 is niceness 0).",
);
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU that the thread got.');
const wakerComm = column(
  'waker-comm',
  'Waker',
  'process',
  'Who woke it; `idle` for an idle CPU, mostly an interrupt there.',
);
const wakerTid = column('waker-tid', 'Waker TID', 'tid', 'The thread that woke it.');
const why = column(
  'why',
  'Why',
  'text',
  'Why it had to wait: `woken`, `new` (its first time), or `preempted` (it could have run on).',
);
const prios = column(
  'prios',
  'Priorities',
  'text',
  'All priorities that the thread was seen with, in their order.',
);
const label = column('label', 'Of', 'text', 'All threads.');

export const keyColumns = {
  thread: [comm, tid],
  process: [comm, pid],
  prio: [prio],
  cpu: [cpu],
  waker: [wakerComm, wakerTid],
  reason: [why],
  all: [label],
} as const;

const measures = [
  column('count', 'Count', 'count', 'How often a thread got a CPU after it had waited for one.', 'waits'),
  ...durationColumns('waits', 'wait'),
  column(
    'preempted',
    'Preempted',
    'count',
    'How many of the waits began when the thread lost its CPU.',
    'waits',
  ),
] as const;

const nouns: Readonly<Record<By, string>> = {
  thread: 'thread',
  process: 'process',
  prio: 'priority',
  cpu: 'CPU that was got',
  waker: 'waker',
  reason: 'reason',
  all: 'all threads',
};

const selects: Readonly<Partial<Record<By, string>>> = {
  thread: 'run-queue{tid == @tid}',
  process: 'run-queue{pid == @pid}',
  prio: 'run-queue{prio == @prio}',
  cpu: 'run-queue{cpu == @cpu}',
  waker: 'run-queue{waker-tid == @waker-tid}',
  reason: 'run-queue{why == @why}',
};

function selectOf(by: By): { readonly select?: string } {
  const select = selects[by];
  return select === undefined ? {} : { select };
}

const title = (by: By, what: string) => (by === 'all' ? `${what} of all threads` : `${what} by ${nouns[by]}`);

export function describeStatistics(by: By): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = [
    ...keyColumns[by],
    ...measures,
    ...(by === 'thread' ? [pid, prios] : []),
  ];
  const meaning =
    by === 'all' ? 'One row for all waits.' : `One row is a ${nouns[by]}; the largest total first.`;
  return describeTable<string>({
    id: 'table',
    title: title(by, 'Waits for a CPU'),
    meaning,
    columns,
    ...selectOf(by),
  });
}

export function describeFrequencies(by: By): TableDescription<string> {
  return describeTable<string>({
    id: 'freq',
    title: title(by, 'Frequencies of waits for a CPU'),
    meaning: 'One row is one of equal bins from the shortest wait to the longest one.',
    columns: [...keyColumns[by], ...frequencyColumns('waits')],
  });
}

/** What matters less is further to the right: it is what a narrow terminal leaves out. */
const waitColumns = [
  column('begin', 'Begin', 'timestamp', 'From when on the thread could have run.'),
  column('duration', 'Wait', 'duration', 'Until it got a CPU.'),
  comm,
  tid,
  prio,
  cpu,
  why,
  wakerComm,
  wakerTid,
  column('prev-comm', 'Before', 'process', 'Who ran on that CPU just before; `idle` for none.'),
  column('prev-tid', 'Before TID', 'tid', 'The thread that ran just before.'),
  column('switch', 'Switch', 'timestamp', 'When it got the CPU.'),
  column('target-cpu', 'Target CPU', 'cpu', 'The CPU that the wake-up, or a later migration, chose.'),
  pid,
  column('waker-pid', 'Waker PID', 'pid', 'The process of the waker.'),
] as const;

const waitSelect = 'run-queue{tid == @tid && begin == @begin}';

export const topDescription = describeTable({
  id: 'top',
  title: 'The longest waits for a CPU',
  meaning: 'One row is one wait, the longest first.',
  columns: waitColumns,
  select: waitSelect,
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All waits for a CPU',
  meaning: 'One row is one wait, in the order in which they ended.',
  columns: waitColumns,
  select: waitSelect,
});

export const insteadDescription = describeTable({
  id: 'instead',
  title: 'Who ran instead',
  meaning: 'One row is a thread that waited, and below it who ran meanwhile on the CPU that it got.',
  columns: [
    comm,
    tid,
    column(
      'instead-comm',
      'Instead',
      'process',
      '`idle`: nobody, the CPU was on its way; `unknown`: not recorded.',
    ),
    column('instead-tid', 'Instead TID', 'tid', 'The thread that ran instead.'),
    column('time', 'Time', 'duration', 'How long it waited, and how much of that the other one ran.'),
    column('share', 'Share', 'ratio', 'Of all its waiting.'),
  ],
  select: 'run-queue{tid == @tid}',
});

const waitAxis = {
  ...column('duration', 'Wait', 'duration', 'From when the thread could have run until it got a CPU.'),
  scale: 'log',
} as const;
const timeAxis = {
  ...column('time', 'Time', 'timestamp', 'When the threads got their CPU.'),
  scale: 'linear',
} as const;
const waitCount = column('count', 'Count', 'count', 'How many waits ended.', 'waits');

export const distributionDescription: GridDescription = {
  shape: 'grid',
  id: 'dist',
  title: 'Waits for a CPU by length',
  meaning: 'One bin is a range of lengths; its value is how many waits were that long.',
  x: waitAxis,
  value: waitCount,
  select: 'run-queue{duration >= @x.begin && duration < @x.end}',
};

export const heatmapDescription: GridDescription = {
  shape: 'grid',
  id: 'heatmap',
  title: 'Waits for a CPU by time and length',
  meaning: 'One cell is how many waits ended in that part of the time and were that long.',
  x: timeAxis,
  y: waitAxis,
  value: waitCount,
  select: 'run-queue{switch >= @x.begin && switch < @x.end && duration >= @y.begin && duration < @y.end}',
};

export function describeSeries(by: By): SeriesDescription {
  return {
    shape: 'series',
    id: 'series',
    title: title(by, 'Waits for a CPU per second'),
    meaning:
      'One value is the rate of waits that ended in that part of the time; the first and the last part may be cut.',
    x: timeAxis,
    value: column('rate', 'Rate', 'rate', 'Waits a second.', 'waits'),
    name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
  };
}
