/** What the answers of `futexes` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['pair', 'thread', 'waker', 'futex', 'all'] as const;
export type By = (typeof groupings)[number];

const comm = column('comm', 'Waiter', 'process', 'The last name of the thread that waited.');
const tid = column('tid', 'TID', 'tid', 'The thread that waited.');
const pid = column('pid', 'PID', 'pid', 'Its process; empty where the trace does not tell.');
const wakerComm = column(
  'waker-comm',
  'Waker',
  'process',
  'The last name of the thread that woke it; empty where nobody did, or wake-ups were not recorded.',
);
const wakerTid = column('waker-tid', 'Waker TID', 'tid', 'The thread that woke it.');
const futex = column(
  'futex',
  'Futex',
  'text',
  'The address in the memory of the process: that of a lock, a condition, a semaphore.',
);
const label = column('label', 'Of', 'text', 'All waits.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  pair: {
    noun: 'waiter and waker',
    columns: [comm, tid, wakerComm, wakerTid],
    select: 'tid == @tid && waker == @waker-tid',
  },
  thread: { noun: 'thread that waits', columns: [comm, tid], more: [pid], select: 'tid == @tid' },
  waker: {
    noun: 'thread that wakes',
    columns: [wakerComm, wakerTid],
    select: 'waker == @waker-tid',
  },
  futex: { noun: 'futex', columns: [futex], more: [comm, pid], select: 'futex == @futex' },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'futexes',
  thing: 'wait',
  things: 'waits',
  title: 'Waits for futexes',
  duration: ['Wait', 'From the beginning of the call of `futex` to its end.'],
  begin: 'When the thread called `futex`.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    comm,
    tid,
    wakerComm,
    wakerTid,
    column('result', 'Result', 'text', '`woken`, `timeout`, `changed`, `interrupted` or `failed`.'),
    column(
      'after-wake',
      'After wake-up',
      'duration',
      'How much of it came after the wake-up: waiting for a CPU.',
    ),
    futex,
    column('operation', 'Operation', 'text', 'The command of the call: `WAIT`, `WAIT_BITSET`, `LOCK_PI`, …'),
    column('cpu', 'CPU', 'cpu', 'The CPU on which the wait ended.'),
    column('end', 'End', 'timestamp', 'When it ended.'),
    pid,
  ],
  itemSelect: 'tid == @tid && begin == @begin',
  before: [],
  after: [
    column('woken', 'Woken', 'count', 'How many waits a wake-up ended.', 'waits'),
    column('changed', 'Changed', 'count', 'How many did not wait: the value was another already.', 'waits'),
    column('timeout', 'Timeouts', 'count', 'How many ended because their time was over.', 'waits'),
    column('interrupted', 'Interrupted', 'count', 'How many a signal ended.', 'waits'),
    column('failed', 'Failed', 'count', 'How many ended with another error.', 'waits'),
    column('after-wake', 'After wake-up', 'duration', 'How much of the waits came after the wake-up.'),
  ],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
