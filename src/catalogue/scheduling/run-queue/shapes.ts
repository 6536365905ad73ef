/** What the answers of `run-queue` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, describeTable, type ShapeDescription } from '../../../results/index.ts';

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

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  thread: { noun: 'thread', columns: [comm, tid], more: [pid, prios], select: 'tid == @tid' },
  process: { noun: 'process', columns: [comm, pid], select: 'pid == @pid' },
  prio: { noun: 'priority', columns: [prio], select: 'prio == @prio' },
  cpu: { noun: 'CPU that was got', columns: [cpu], select: 'cpu == @cpu' },
  waker: { noun: 'waker', columns: [wakerComm, wakerTid], select: 'waker-tid == @waker-tid' },
  reason: { noun: 'reason', columns: [why], select: 'why == @why' },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'run-queue',
  thing: 'wait',
  things: 'waits',
  title: 'Waits for a CPU',
  duration: ['Wait', 'From when the thread could have run until it got a CPU.'],
  begin: 'From when on the thread could have run.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    comm,
    tid,
    prio,
    cpu,
    why,
    wakerComm,
    wakerTid,
    column('prev-comm', 'Before', 'process', 'Who ran on that CPU just before; `idle` for none.'),
    column('prev-tid', 'Before TID', 'tid', 'The thread that ran just before.'),
    column('end', 'Switch', 'timestamp', 'When it got the CPU.'),
    column('target-cpu', 'Target CPU', 'cpu', 'The CPU that the wake-up, or a later migration, chose.'),
    pid,
    column('waker-pid', 'Waker PID', 'pid', 'The process of the waker.'),
  ],
  itemSelect: 'tid == @tid && begin == @begin',
  before: [],
  after: [
    column(
      'preempted',
      'Preempted',
      'count',
      'How many of the waits began when the thread lost its CPU.',
      'waits',
    ),
  ],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}

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
