/** What the answers of `kernel-locks` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['lock', 'kind', 'process', 'thread', 'all'] as const;
export type By = (typeof groupings)[number];

const lock = column(
  'lock',
  'Lock',
  'text',
  'The address of the lock: the same lock has the same one until the system is started anew.',
);
const kind = column(
  'kind',
  'Kind',
  'text',
  '`spinlock`, `rwlock` (waited for on the CPU), `mutex`, `rwsem`, `percpu-rwsem`, `rt-mutex`, `semaphore` (waited for asleep).',
);
const access = column(
  'access',
  'Access',
  'text',
  '`read` or `write`: what the lock was wanted for, where it knows the difference.',
);
const comm = column('comm', 'Name', 'process', 'The last name of the thread that waited.');
const tid = column('tid', 'TID', 'tid', 'The thread that waited.');
const pid = column('pid', 'PID', 'pid', 'Its process; empty where the trace does not tell.');
const label = column('label', 'Of', 'text', 'All waits.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  lock: { noun: 'lock', columns: [lock, kind], select: 'lock == @lock' },
  kind: { noun: 'kind', columns: [kind, access], select: 'kind == @kind' },
  process: { noun: 'process', columns: [comm, pid], select: 'pid == @pid' },
  thread: { noun: 'thread', columns: [comm, tid], more: [pid], select: 'tid == @tid' },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'kernel-locks',
  thing: 'wait',
  things: 'waits',
  title: 'Waits for locks of the kernel',
  duration: ['Wait', 'From when the lock was found taken until the thread had it, or gave up.'],
  begin: 'When the lock was found taken.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    kind,
    access,
    comm,
    tid,
    column('slept', 'Asleep', 'duration', 'How much of it the thread slept; it spun for the rest.'),
    lock,
    column('cpu', 'CPU', 'cpu', 'The CPU on which the wait ended.'),
    column('end', 'End', 'timestamp', 'When it ended.'),
    column('error', 'Error', 'errno', 'Why the thread gave up; empty when it has the lock.'),
    pid,
  ],
  itemSelect: 'tid == @tid && begin == @begin',
  before: [],
  after: [
    column('spun', 'Spinning', 'duration', 'How much of the waits went by on a CPU.'),
    column('slept', 'Asleep', 'duration', 'How much of them went by asleep.'),
    column('failed', 'Failed', 'count', 'How many waits ended without the lock.', 'waits'),
  ],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
