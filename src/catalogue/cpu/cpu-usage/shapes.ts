/** What the answers of `cpu-usage` look like. */
import {
  column,
  describeTable,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['thread', 'process', 'name'] as const;
export type By = (typeof groupings)[number];

const comm = column('comm', 'Name', 'process', 'The last name of the thread.');
const tid = column('tid', 'TID', 'tid', 'The thread.');
const pid = column('pid', 'PID', 'pid', 'Its process; empty where the trace does not tell.');

const keyColumns = { thread: [comm, tid], process: [comm, pid], name: [comm] } as const;

// The most telling ones first: a narrow terminal leaves out what is at the end.
const measures = [
  column(
    'usage',
    'Usage',
    'ratio',
    'The part of the time that it was on a CPU: 100 % is one CPU all the time, a process may have more.',
  ),
  column('busy', 'On CPU', 'duration', 'How long it was on a CPU, interrupts meanwhile included.'),
  column('runs', 'Runs', 'count', 'How often it was on a CPU.', 'runs'),
  column('avg', 'Average', 'duration', 'The mean run.'),
  column('max', 'Longest', 'duration', 'The longest run.'),
  column(
    'preempted',
    'Preempted',
    'count',
    'How many of the runs ended though it could have run on.',
    'runs',
  ),
  column(
    'migrations',
    'Migrations',
    'count',
    'How often it was moved from the run queue of one CPU to that of another; empty without sched_migrate_task.',
    'moves',
  ),
  column('cpus', 'CPUs', 'count', 'On how many CPUs it ran.', 'CPUs'),
] as const;

const prios = column('prios', 'Priorities', 'text', 'All priorities that the thread had, in their order.');

const selects: Readonly<Record<By, string>> = {
  thread: 'cpu-usage{tid == @tid}',
  process: 'cpu-usage{pid == @pid}',
  name: 'cpu-usage{comm == @comm}',
};

/** The table of threads, or of what they are counted under. */
export function describeThreads(by: By): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = [
    ...keyColumns[by],
    ...measures,
    ...(by === 'thread' ? [pid, prios] : []),
  ];
  return describeTable<string>({
    id: 'table',
    title: `Time on CPUs by ${by}`,
    meaning: `One row is ${by === 'name' ? 'all threads of a name' : `a ${by}`}; the longest time on CPUs first.`,
    columns,
    select: selects[by],
  });
}

const cpu = column('cpu', 'CPU', 'cpu', 'The CPU.');

export const cpusDescription = describeTable({
  id: 'cpus',
  title: 'Usage by CPU',
  meaning: 'One row is a CPU; busy, idle and unknown together are the whole time.',
  columns: [
    cpu,
    column('usage', 'Usage', 'ratio', 'The part of the time that it was known to run a thread.'),
    column('busy', 'Busy', 'duration', 'How long it ran threads.'),
    column('idle', 'Idle', 'duration', 'How long it ran its idle thread; empty where threads were chosen.'),
    column(
      'unknown',
      'Unknown',
      'duration',
      'How long it is not known what it ran; empty where threads were chosen.',
    ),
    column('runs', 'Runs', 'count', 'How often a thread ran.', 'runs'),
    column('threads', 'Threads', 'count', 'How many threads ran on it.', 'threads'),
  ],
  select: 'cpu-usage{cpu == @cpu}',
});

export const seriesDescription: SeriesDescription = {
  shape: 'series',
  id: 'series',
  title: 'Usage of CPUs over time',
  meaning:
    'One value is the part of that time in which a CPU ran threads; none where it is not known what it ran.',
  x: { ...column('time', 'Time', 'timestamp', 'When.'), scale: 'linear' },
  value: column('usage', 'Usage', 'ratio', 'The part of the time that the CPU ran threads.'),
  name: column('cpu', 'CPU', 'text', 'The CPU.'),
};
