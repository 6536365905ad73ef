/** What the scheduler has told of one thread. */

/** What a thread does. */
export const threadStates = { unknown: 0, running: 1, queued: 2, blocked: 3, ended: 4 } as const;

/** Why it is in a run queue: places in `queueReasons`. */
export const queuedAs = { woken: 0, fresh: 1, preempted: 2 } as const;

/** A priority from a time on. */
export interface PriorityChange {
  readonly timeNs: number;
  readonly prio: number;
}

const noChanges: PriorityChange[] = [];

/** One object a thread: engines find its fields faster than the elements of as many arrays. */
export class ScheduledThread {
  state: number = threadStates.unknown;
  why: number = queuedAs.woken;
  targetCpu = -1;
  waker = -1;
  wakerCpu = -1;
  /** The priority known last, -1 unknown. */
  prio = -1;
  /** Since when it is in its state; of a blocked thread when it left the CPU. */
  sinceNs = Number.NaN;
  /** The first wake-up while it does not run. */
  wakeNs = Number.NaN;
  /** When it was woken while it ran; NaN where it was not. */
  earlyNs = Number.NaN;
  /** All priorities that it was seen with, in their order. */
  prios: readonly PriorityChange[] = noChanges;

  become(state: number, sinceNs: number): void {
    this.state = state;
    this.sinceNs = sinceNs;
  }

  /** @param prio NaN where it is not recorded */
  setPrio(prio: number, timeNs: number): void {
    if (this.prio === prio || Number.isNaN(prio)) return;
    this.prio = prio;
    if (this.prios === noChanges) this.prios = [];
    (this.prios as PriorityChange[]).push({ timeNs, prio });
  }
}
