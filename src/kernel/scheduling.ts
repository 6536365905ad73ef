/**
 * What each thread does as far as the scheduler tells, and what each CPU runs.
 *
 *     thread 7   ═ running ═┤switch out S├── blocked ──┤waking├─ queued ─┤switch in├═ running ═┤switch out R├─ queued ─┤switch in├
 *                                                      └── woken by 9 ──┘                     └───── preempted ───────┘
 *
 * - The first wake-up counts: `sched_waking` says when and by whom, the `sched_wakeup` that follows where it was queued.
 * - **Early waking**: a waker may run between the decision to sleep and the switch, so that the waking of a running thread ends
 *   the sleep that follows. It is kept until the thread sleeps; if no other waking comes before it runs again, it was the one.
 * - Records of a CPU that were lost (`lost`): the thread there ends with the last one, and whoever did not run on another CPU may have run
 *   and slept meanwhile.
 * - A switch that was not recorded (`implied`): the thread before ends with its CPU's last evidence, what is between is unknown.
 *
 * Wrong where a thread gives up the CPU with `sched_yield`: it is runnable, and looks preempted.
 */
import { grown } from '../events/columns.ts';
import { isEnded, isRunnable } from '../vocabulary/task-states.ts';
import type { Gap } from './gaps.ts';
import { Occupancy } from './occupancy.ts';
import { type PriorityChange, queuedAs, ScheduledThread, threadStates } from './scheduled-thread.ts';
import {
  makeRunQueueLeft,
  makeThreadMigrated,
  makeThreadRan,
  type QueueReason,
  runQueueLeft,
  threadMigrated,
  threadRan,
} from './scheduling-transitions.ts';
import type { Tasks } from './tasks.ts';

const { unknown, running, queued, blocked, ended } = threadStates;

const queueReasons: readonly QueueReason[] = ['woken', 'new', 'preempted'];

export class Scheduling {
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By slot; undefined where nothing was told. */
  readonly #threads: (ScheduledThread | undefined)[] = [];
  /** By CPU: since when its thread runs. */
  #runNs: Float64Array = new Float64Array(64).fill(Number.NEGATIVE_INFINITY);
  #runTids: Int32Array = new Int32Array(64).fill(-1);
  #hasWakings = false;
  /** Who ran on each CPU lately, if `keepPast` was called. */
  readonly occupancy = new Occupancy();
  #keepsPast = false;
  /** Whether anyone wants to know of each run on a CPU. */
  tellsRuns = false;
  readonly left = makeRunQueueLeft();
  readonly ran = makeThreadRan();
  readonly moved = makeThreadMigrated();
  /** Threads that got a CPU after they slept, without a recorded wake-up. */
  noWakeCount = 0;
  /** Threads woken twice without a run between: the run was not recorded, and when the first wait ended is not known. */
  unseenRunCount = 0;
  /** Switches that were not recorded. */
  impliedCount = 0;
  /** Waits that would have been negative: clocks of CPUs differ. */
  negativeWaitCount = 0;
  /** Threads that got a CPU, but may have had one before, while events were lost. */
  acrossGapCount = 0;

  constructor(tasks: Tasks, gap: Gap) {
    this.#tasks = tasks;
    this.#gap = gap;
  }

  /** Called before the first event by whoever asks `occupancy` later. */
  keepPast(): void {
    this.#keepsPast = true;
    this.tellsRuns = true;
  }

  /** A recorded switch. Threads are -1, priorities NaN where they are not recorded. @returns which transitions there are */
  switched(
    cpu: number,
    timeNs: number,
    prev: number,
    prevState: number,
    prevPrio: number,
    next: number,
    nextPrio: number,
  ): number {
    let bits = 0;
    if (prev >= 0) {
      const slot = this.#tasks.slotOf(prev);
      const thread = this.#threadAt(slot);
      const { sinceNs } = thread;
      if (prev > 0) {
        thread.setPrio(prevPrio, timeNs);
        leave(thread, timeNs, prevState);
      }
      if (this.tellsRuns) {
        this.#tell(slot, cpu, prev, timeNs, prevState, next);
        // The first switch of this CPU, from a thread that was seen elsewhere: it did not run here all the time.
        const { ran } = this;
        if (ran.beginNs === Number.NEGATIVE_INFINITY && prev > 0 && !Number.isNaN(sinceNs))
          ran.beginNs = Math.min(sinceNs, timeNs);
        if (this.#keepsPast) this.occupancy.add(cpu, prev, ran.beginNs, timeNs);
        bits = threadRan;
      }
    }
    if (next > 0) {
      const slot = this.#tasks.slotOf(next);
      this.#threadAt(slot).setPrio(nextPrio, timeNs);
      bits |= this.#enter(slot, cpu, timeNs, prev, false);
    }
    this.#beginRun(cpu, next, timeNs);
    return bits;
  }

  /**
   * An event of a thread that its CPU was not known to run.
   * @param evidenceNs when the thread before was last seen there
   */
  implied(cpu: number, timeNs: number, evidenceNs: number, prev: number, next: number): number {
    this.impliedCount++;
    let bits = 0;
    if (prev >= 0) {
      const slot = this.#tasks.slotOf(prev);
      this.#tell(
        slot,
        cpu,
        prev,
        prev === 0 ? this.#idleUntil(evidenceNs, timeNs, next) : evidenceNs,
        -1,
        next,
      );
      if (this.#keepsPast) this.occupancy.add(cpu, prev, this.ran.beginNs, this.ran.endNs);
      bits |= threadRan;
      if (prev > 0) this.#threadAt(slot).become(unknown, Number.NaN);
    }
    if (next > 0) bits |= this.#enter(this.#tasks.slotOf(next), cpu, timeNs, prev, true);
    this.#beginRun(cpu, next, timeNs);
    return bits;
  }

  /**
   * Records of a CPU are missing.
   * @param cpu -1 it is not known of which
   * @param evidenceNs when the last one was recorded
   */
  lost(cpu: number, evidenceNs: number): number {
    if (cpu < 0) {
      for (let each = 0; each < this.#runTids.length; each++) this.#endRun(each);
      return 0;
    }
    const tid = this.#runTidOf(cpu);
    if (tid >= 0 && this.tellsRuns) {
      this.#tell(this.#tasks.slotOf(tid), cpu, tid, evidenceNs, -1, -1);
      if (this.#keepsPast) this.occupancy.add(cpu, tid, this.ran.beginNs, evidenceNs);
    }
    this.#endRun(cpu);
    return tid >= 0 && this.tellsRuns ? threadRan : 0;
  }

  /** Who runs on a CPU is not known any more. */
  #endRun(cpu: number): void {
    const tid = this.#runTidOf(cpu);
    if (tid > 0) this.#threadAt(this.#tasks.slotOf(tid)).become(unknown, Number.NaN);
    this.#beginRun(cpu, -1, Number.NaN);
  }

  /** A CPU whose records were missing has some again: what leaves it next has run since then. */
  resumed(cpu: number, timeNs: number): void {
    if (cpu >= 0 && this.#runTidOf(cpu) < 0) this.#beginRun(cpu, -1, timeNs);
  }

  /** The idle thread runs at least until the one that followed it could run: its wake-up is evidence too. */
  #idleUntil(evidenceNs: number, timeNs: number, next: number): number {
    const thread = this.#threads[this.#tasks.slotOf(next)];
    if (thread === undefined || this.#stateOf(thread) !== queued) return evidenceNs;
    const { sinceNs } = thread;
    return sinceNs > evidenceNs && sinceNs <= timeNs ? sinceNs : evidenceNs;
  }

  /**
   * @param isWaking `sched_waking` or `sched_wakeup_new`, which happen where the waker is; not `sched_wakeup`
   * @param waker who runs on the CPU of the event, -1 unknown
   * @param prio NaN where it is not recorded
   */
  woken(
    tid: number,
    timeNs: number,
    waker: number,
    wakerCpu: number,
    targetCpu: number,
    isWaking: boolean,
    isNew: boolean,
    prio: number,
  ): void {
    if (!(tid > 0)) return;
    if (isWaking && !isNew) this.#hasWakings = true;
    const thread = this.#threadAt(this.#tasks.slotOf(tid));
    thread.setPrio(prio, timeNs);
    const state = this.#stateOf(thread);
    if (state === running) {
      if (isWaking || !this.#hasWakings) {
        thread.earlyNs = timeNs;
        noteWaker(thread, waker, wakerCpu);
        thread.targetCpu = targetCpu;
      }
      return;
    }
    thread.targetCpu = targetCpu;
    const why = isNew ? queuedAs.fresh : queuedAs.woken;
    if (!(thread.wakeNs >= this.#gap.untilNs)) {
      thread.wakeNs = timeNs;
      // The wake-up that belongs to an early waking does not happen where its waker is.
      const isConfirmed = !isWaking && this.#hasWakings && this.#isEarly(thread);
      if (!isConfirmed) noteWaker(thread, waker, wakerCpu);
      if (state === queued) return;
      if (isConfirmed) thread.state = queued;
      else {
        thread.earlyNs = Number.NaN;
        thread.become(queued, timeNs);
      }
      thread.why = why;
    } else if (state === queued && (isWaking || !this.#hasWakings)) {
      // Who is woken sleeps: it ran meanwhile, and went to sleep again, without a record of either.
      this.unseenRunCount++;
      noteWaker(thread, waker, wakerCpu);
      thread.why = why;
      thread.become(queued, timeNs);
    }
  }

  /** A thread in a run queue was moved to that of another CPU. @returns which transitions there are */
  migrated(tid: number, timeNs: number, cpu: number, targetCpu: number): number {
    if (!(tid > 0)) return 0;
    const slot = this.#tasks.slotOf(tid);
    this.#threadAt(slot).targetCpu = targetCpu;
    const { moved } = this;
    moved.tid = tid;
    moved.slot = slot;
    moved.cpu = cpu;
    moved.destCpu = targetCpu;
    moved.timeNs = timeNs;
    return threadMigrated;
  }

  /** A thread begins: nothing that was known of an earlier one with its id is true of it. */
  begin(tid: number): void {
    if (!(tid > 0)) return;
    const thread = this.#threadAt(this.#tasks.slotOf(tid));
    thread.become(unknown, Number.NaN);
    thread.wakeNs = Number.NaN;
    thread.earlyNs = Number.NaN;
  }

  setPrioOf(tid: number, prio: number, timeNs: number): void {
    if (tid > 0) this.#threadAt(this.#tasks.slotOf(tid)).setPrio(prio, timeNs);
  }

  /** All priorities that a thread was seen with, in their order. */
  priorities(slot: number): readonly PriorityChange[] {
    return this.#threads[slot]?.prios ?? [];
  }

  /** What CPUs run now, for the end of the trace. `beginNs` as in `ThreadRan`. */
  *running(): Generator<{ readonly cpu: number; readonly tid: number; readonly beginNs: number }> {
    for (let cpu = 0; cpu < this.#runTids.length; cpu++) {
      const tid = this.#runTids[cpu] as number;
      if (tid >= 0) yield { cpu, tid, beginNs: this.#runNs[cpu] as number };
    }
  }

  /** Threads that still wait for a CPU, and since when. */
  *waiting(): Generator<{ readonly slot: number; readonly beginNs: number; readonly why: QueueReason }> {
    for (const [slot, thread] of this.#threads.entries()) {
      if (thread?.state !== queued || !(thread.sinceNs >= this.#gap.untilNs)) continue;
      yield { slot, beginNs: thread.sinceNs, why: queueReasons[thread.why]! };
    }
  }

  /** Fills `ran`. */
  #tell(slot: number, cpu: number, tid: number, endNs: number, state: number, next: number): void {
    const { ran } = this;
    const known = this.#runTidOf(cpu);
    ran.tid = tid;
    ran.slot = slot;
    ran.pid = this.#tasks.pid(slot);
    ran.comm = this.#tasks.comm(slot);
    ran.cpu = cpu;
    ran.prio = this.#threads[slot]?.prio ?? -1;
    ran.beginNs = known === tid || known === -1 ? this.#runNsOf(cpu) : Number.NaN;
    ran.endNs = endNs;
    ran.isRunnable = state >= 0 && isRunnable(state);
    ran.state = state;
    ran.nextTid = next;
  }

  #enter(slot: number, cpu: number, timeNs: number, prev: number, isImplied: boolean): number {
    const thread = this.#threadAt(slot);
    const state = this.#stateOf(thread);
    const isEarly = this.#isEarly(thread);
    let bits = 0;
    if (state === unknown && thread.state === queued) this.acrossGapCount++;
    if (state === queued || (state === blocked && isEarly)) {
      const { left } = this;
      const { sinceNs } = thread;
      if (sinceNs > timeNs) this.negativeWaitCount++;
      const why = state === queued ? thread.why : queuedAs.woken;
      left.tid = this.#tasks.tid(slot);
      left.slot = slot;
      left.pid = this.#tasks.pid(slot);
      left.comm = this.#tasks.comm(slot);
      left.cpu = cpu;
      left.prio = thread.prio;
      left.why = queueReasons[why]!;
      left.beginNs = Math.min(sinceNs, timeNs);
      left.switchNs = timeNs;
      left.wakeNs = thread.wakeNs;
      const isWoken = why !== queuedAs.preempted || !Number.isNaN(thread.wakeNs);
      left.wakerTid = isWoken ? thread.waker : -1;
      left.wakerCpu = isWoken ? thread.wakerCpu : -1;
      left.targetCpu = thread.targetCpu;
      left.prevTid = prev;
      left.isEarly = isEarly && why === queuedAs.woken;
      left.isImplied = isImplied;
      bits = runQueueLeft;
    } else if (state === blocked) this.noWakeCount++;
    thread.become(running, timeNs);
    thread.wakeNs = Number.NaN;
    thread.earlyNs = Number.NaN;
    return bits;
  }

  /** What is still known of a thread. One that runs was seen to: its CPU lost nothing since. */
  #stateOf({ state, sinceNs }: ScheduledThread): number {
    return state === running || !(sinceNs < this.#gap.untilNs) ? state : unknown;
  }

  #isEarly({ earlyNs }: ScheduledThread): boolean {
    return earlyNs >= this.#gap.untilNs;
  }

  #beginRun(cpu: number, tid: number, timeNs: number): void {
    if (cpu < 0 || cpu >= cpuCountMax) return;
    const before = this.#runTids.length;
    if (cpu >= before) {
      this.#runTids = grown(this.#runTids, cpu + 1);
      this.#runTids.fill(-1, before);
      this.#runNs = grown(this.#runNs, cpu + 1);
      this.#runNs.fill(Number.NEGATIVE_INFINITY, before);
    }
    this.#runTids[cpu] = tid;
    this.#runNs[cpu] = timeNs;
  }

  #runTidOf(cpu: number): number {
    return cpu >= 0 && cpu < this.#runTids.length ? (this.#runTids[cpu] as number) : -1;
  }

  #runNsOf(cpu: number): number {
    return cpu >= 0 && cpu < this.#runNs.length ? (this.#runNs[cpu] as number) : Number.NEGATIVE_INFINITY;
  }

  #threadAt(slot: number): ScheduledThread {
    return this.#threads[slot] ?? this.#addThread(slot);
  }

  #addThread(slot: number): ScheduledThread {
    // With all places before it: an array with gaps would be kept as a table of hashes.
    while (this.#threads.length <= slot) this.#threads.push(undefined);
    const thread = new ScheduledThread();
    this.#threads[slot] = thread;
    return thread;
  }
}

function leave(thread: ScheduledThread, timeNs: number, prevState: number): void {
  if (isRunnable(prevState)) {
    thread.become(queued, timeNs);
    thread.why = queuedAs.preempted;
    thread.earlyNs = Number.NaN;
  } else thread.become(isEnded(prevState) ? ended : blocked, timeNs);
  // What was noted while it was thought to wait, before its CPU's first switch, is over.
  thread.wakeNs = Number.NaN;
}

function noteWaker(thread: ScheduledThread, waker: number, wakerCpu: number): void {
  thread.waker = waker;
  thread.wakerCpu = wakerCpu;
}

/** As in `cpus.ts`. */
const cpuCountMax = 1 << 16;
