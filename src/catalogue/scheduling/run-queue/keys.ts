/** What waits are counted under, and how that is shown. */
import {
  type Group,
  type KernelModel,
  lastProcessKey,
  leaderOf,
  orAbsent,
  processKeyOf,
  type QueueReason,
  type RunQueueLeft,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { By } from './shapes.ts';

const reasons: readonly QueueReason[] = ['woken', 'new', 'preempted'];

/** A number that stands for the group. */
export function keyOf(by: By, left: RunQueueLeft, model: KernelModel): number {
  switch (by) {
    case 'thread':
      return left.tid;
    case 'process':
      return processKeyOf(left.tid, left.pid, model);
    case 'prio':
      return left.prio;
    case 'cpu':
      return left.cpu;
    case 'waker':
      return left.wakerTid;
    case 'reason':
      return reasons.indexOf(left.why);
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model }: Group<unknown>) {
  switch (by) {
    case 'thread':
      return {
        comm: threadName(key, model),
        tid: key,
        pid: orAbsent(model.tasks.pidOf(key)),
        prios: prioritiesOf(key, model),
      };
    case 'process':
      return { comm: threadName(leaderOf(key), model), pid: orAbsent(key) };
    case 'prio':
      return { prio: orAbsent(key) };
    case 'cpu':
      return { cpu: orAbsent(key) };
    case 'waker':
      return { 'waker-comm': threadName(key, model), 'waker-tid': key > 0 ? key : undefined };
    case 'reason':
      return { why: reasons[key] };
    case 'all':
      return { label: 'all threads' };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: Group<unknown>): string {
  const { key, model } = group;
  switch (by) {
    case 'thread':
    case 'waker':
      return threadLabel(key, model);
    case 'process':
      return threadLabel(leaderOf(lastProcessKey(key, model)), model);
    case 'prio':
      return `prio ${key}`;
    case 'cpu':
      return `CPU ${key}`;
    case 'reason':
      return reasons[key] ?? 'unknown';
    case 'all':
      return 'all threads';
  }
}

/** A thread that lends and borrows priorities may change its own a million times. */
const priorityCountMax = 100;

function prioritiesOf(tid: number, { scheduling, tasks }: KernelModel): string | undefined {
  const changes = scheduling.priorities(tasks.find(tid));
  const shown = changes.slice(0, priorityCountMax).map(({ prio }) => prio);
  if (shown.length === 0) return undefined;
  return shown.join(', ') + (changes.length > shown.length ? ', …' : '');
}
