/** What the scheduling of a host tells analyses. */

/** Why a thread was in the run queue. */
export type QueueReason = 'woken' | 'new' | 'preempted';

/** A thread got a CPU after it had waited for one. The object is used again for the next one. */
export interface RunQueueLeft {
  tid: number;
  slot: number;
  pid: number;
  /** The thread's name in `names`, 0 unknown. */
  comm: number;
  /** The CPU that it got. */
  cpu: number;
  /** The kernel's priority: 0 to 99 real time, 100 to 139 by niceness (120 is 0); -1 unknown. */
  prio: number;
  why: QueueReason;
  /** From when on it could have run. */
  beginNs: number;
  switchNs: number;
  /** The first wake-up while it did not run; NaN where there was none. A preempted thread may be woken too. */
  wakeNs: number;
  /** Who woke it: 0 the idle thread (often an interrupt in it), -1 unknown or not woken. */
  wakerTid: number;
  /** The CPU on which it was woken, -1 unknown. */
  wakerCpu: number;
  /** The CPU that the wake-up chose, -1 unknown. */
  targetCpu: number;
  /** Who ran there just before, 0 the idle thread, -1 unknown. */
  prevTid: number;
  /** The waking came before the switch that it ended. */
  isEarly: boolean;
  /** No switch was recorded: `switchNs` is the thread's first event, an upper bound. */
  isImplied: boolean;
}

/** A thread has left a CPU. The object is used again for the next one. */
export interface ThreadRan {
  /** 0 the idle thread of the CPU. */
  tid: number;
  slot: number;
  pid: number;
  comm: number;
  cpu: number;
  prio: number;
  /** -Infinity: it ran when the CPU's first switch came, and nowhere else before. NaN: when it began was not recorded. */
  beginNs: number;
  endNs: number;
  /** Whether it could have run on. */
  isRunnable: boolean;
  /** As recorded; -1 where the switch was not recorded. */
  state: number;
  nextTid: number;
}

/** A thread was moved from the run queue of one CPU to that of another. The object is used again for the next one. */
export interface ThreadMigrated {
  tid: number;
  slot: number;
  /** The CPU that it was moved from, -1 unknown. */
  cpu: number;
  /** The CPU that it was moved to, -1 unknown. */
  destCpu: number;
  timeNs: number;
}

export const runQueueLeft = 2;
export const threadRan = 4;
export const threadMigrated = 128;

/** Times that are not told yet are no whole numbers: engines would expect such from then on. */
export function makeRunQueueLeft(): RunQueueLeft {
  return {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    cpu: -1,
    prio: -1,
    why: 'woken',
    beginNs: Number.NaN,
    switchNs: Number.NaN,
    wakeNs: Number.NaN,
    wakerTid: -1,
    wakerCpu: -1,
    targetCpu: -1,
    prevTid: -1,
    isEarly: false,
    isImplied: false,
  };
}

export function makeThreadRan(): ThreadRan {
  return {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    cpu: -1,
    prio: -1,
    beginNs: Number.NaN,
    endNs: Number.NaN,
    isRunnable: false,
    state: -1,
    nextTid: -1,
  };
}

export function makeThreadMigrated(): ThreadMigrated {
  return { tid: -1, slot: -1, cpu: -1, destCpu: -1, timeNs: Number.NaN };
}
