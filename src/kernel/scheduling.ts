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
import { Priorities, type PriorityChange } from './priorities.ts';
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

const unknown = 0;
const running = 1;
const queued = 2;
const blocked = 3;
const ended = 4;

const reasons: readonly QueueReason[] = ['woken', 'new', 'preempted'];
const woken = 0;
const asNew = 1;
const preempted = 2;

export class Scheduling {
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By slot. */
  #states: Int32Array = new Int32Array(256);
  #reasons: Int32Array = new Int32Array(256);
  #targets: Int32Array = new Int32Array(256).fill(-1);
  #wakers: Int32Array = new Int32Array(256).fill(-1);
  #wakerCpus: Int32Array = new Int32Array(256).fill(-1);
  #migrations: Int32Array = new Int32Array(256);
  /** Since when it is in its state; of a blocked thread when it left the CPU. */
  #sinceNs: Float64Array = new Float64Array(256).fill(Number.NaN);
  #wakeNs: Float64Array = new Float64Array(256).fill(Number.NaN);
  /** A waking of a running thread. */
  #earlyNs: Float64Array = new Float64Array(256).fill(Number.NaN);
  readonly #priorities = new Priorities();
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
      const slot = this.#slotOf(prev);
      const sinceNs = this.#sinceNs[slot] as number;
      if (prev > 0) {
        this.#priorities.set(slot, prevPrio, timeNs);
        this.#leave(slot, timeNs, prevState);
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
      const slot = this.#slotOf(next);
      this.#priorities.set(slot, nextPrio, timeNs);
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
      const slot = this.#slotOf(prev);
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
      if (prev > 0) this.#become(slot, unknown, Number.NaN);
    }
    if (next > 0) bits |= this.#enter(this.#slotOf(next), cpu, timeNs, prev, true);
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
      this.#tell(this.#slotOf(tid), cpu, tid, evidenceNs, -1, -1);
      if (this.#keepsPast) this.occupancy.add(cpu, tid, this.ran.beginNs, evidenceNs);
    }
    this.#endRun(cpu);
    return tid >= 0 && this.tellsRuns ? threadRan : 0;
  }

  /** Who runs on a CPU is not known any more. */
  #endRun(cpu: number): void {
    const tid = this.#runTidOf(cpu);
    if (tid > 0) this.#become(this.#slotOf(tid), unknown, Number.NaN);
    this.#beginRun(cpu, -1, Number.NaN);
  }

  /** A CPU whose records were missing has some again: what leaves it next has run since then. */
  resumed(cpu: number, timeNs: number): void {
    if (cpu >= 0 && this.#runTidOf(cpu) < 0) this.#beginRun(cpu, -1, timeNs);
  }

  /** The idle thread runs at least until the one that followed it could run: its wake-up is evidence too. */
  #idleUntil(evidenceNs: number, timeNs: number, next: number): number {
    const slot = this.#tasks.find(next);
    if (slot < 0 || slot >= this.#states.length || this.#stateOf(slot) !== queued) return evidenceNs;
    const sinceNs = this.#sinceNs[slot] as number;
    return sinceNs > evidenceNs && sinceNs <= timeNs ? sinceNs : evidenceNs;
  }

  /**
   * @param isWaking `sched_waking` or `sched_wakeup_new`, which happen where the waker is; not `sched_wakeup`
   * @param waker who runs on the CPU of the event, -1 unknown
   */
  woken(
    tid: number,
    timeNs: number,
    waker: number,
    wakerCpu: number,
    targetCpu: number,
    isWaking: boolean,
    isNew: boolean,
  ): void {
    if (!(tid > 0)) return;
    if (isWaking && !isNew) this.#hasWakings = true;
    const slot = this.#slotOf(tid);
    const state = this.#stateOf(slot);
    if (state === running) {
      if (isWaking || !this.#hasWakings) this.#noteWaker(slot, timeNs, waker, wakerCpu, targetCpu);
      return;
    }
    this.#targets[slot] = targetCpu;
    if (!((this.#wakeNs[slot] as number) >= this.#gap.untilNs)) {
      this.#wakeNs[slot] = timeNs;
      // The wake-up that belongs to an early waking does not happen where its waker is.
      const isConfirmed = !isWaking && this.#hasWakings && this.#isEarly(slot);
      if (!isConfirmed) {
        this.#wakers[slot] = waker;
        this.#wakerCpus[slot] = wakerCpu;
      }
      if (state !== queued) {
        if (isConfirmed) this.#become(slot, queued, this.#sinceNs[slot] as number);
        else {
          this.#earlyNs[slot] = Number.NaN;
          this.#become(slot, queued, timeNs);
        }
        this.#reasons[slot] = isNew ? asNew : woken;
      }
    } else if (state === queued && (isWaking || !this.#hasWakings)) {
      // Who is woken sleeps: it ran meanwhile, and went to sleep again, without a record of either.
      this.unseenRunCount++;
      this.#wakers[slot] = waker;
      this.#wakerCpus[slot] = wakerCpu;
      this.#reasons[slot] = isNew ? asNew : woken;
      this.#become(slot, queued, timeNs);
    }
  }

  /** A thread in a run queue was moved to that of another CPU. @returns which transitions there are */
  migrated(tid: number, timeNs: number, cpu: number, targetCpu: number): number {
    if (!(tid > 0)) return 0;
    const slot = this.#slotOf(tid);
    this.#targets[slot] = targetCpu;
    this.#migrations[slot]!++;
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
    const slot = this.#slotOf(tid);
    this.#become(slot, unknown, Number.NaN);
    this.#wakeNs[slot] = Number.NaN;
    this.#earlyNs[slot] = Number.NaN;
  }

  setPrioOf(tid: number, prio: number, timeNs: number): void {
    if (tid > 0) this.#priorities.set(this.#slotOf(tid), prio, timeNs);
  }

  /** The priority known last, -1 unknown. */
  prio(slot: number): number {
    return this.#priorities.of(slot);
  }

  /** All priorities that a thread was seen with, in their order. */
  priorities(slot: number): readonly PriorityChange[] {
    return this.#priorities.all(slot);
  }

  /** How often a thread was moved from one CPU's run queue to another's. */
  migrationCount(slot: number): number {
    return slot < this.#migrations.length ? (this.#migrations[slot] as number) : 0;
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
    const count = Math.min(this.#tasks.count, this.#states.length);
    for (let slot = 0; slot < count; slot++) {
      const beginNs = this.#sinceNs[slot] as number;
      if (this.#states[slot] !== queued || !(beginNs >= this.#gap.untilNs)) continue;
      yield { slot, beginNs, why: reasons[this.#reasons[slot] as number]! };
    }
  }

  #leave(slot: number, timeNs: number, prevState: number): void {
    if (isRunnable(prevState)) {
      this.#become(slot, queued, timeNs);
      this.#reasons[slot] = preempted;
      this.#earlyNs[slot] = Number.NaN;
    } else this.#become(slot, isEnded(prevState) ? ended : blocked, timeNs);
    // What was noted while it was thought to wait, before its CPU's first switch, is over.
    this.#wakeNs[slot] = Number.NaN;
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
    ran.prio = this.#priorities.of(slot);
    ran.beginNs = known === tid || known === -1 ? this.#runNsOf(cpu) : Number.NaN;
    ran.endNs = endNs;
    ran.isRunnable = state >= 0 && isRunnable(state);
    ran.state = state;
    ran.nextTid = next;
  }

  #enter(slot: number, cpu: number, timeNs: number, prev: number, isImplied: boolean): number {
    const state = this.#stateOf(slot);
    const isEarly = this.#isEarly(slot);
    let bits = 0;
    if (state === unknown && this.#states[slot] === queued) this.acrossGapCount++;
    if (state === queued || (state === blocked && isEarly)) {
      const { left } = this;
      const sinceNs = this.#sinceNs[slot] as number;
      if (sinceNs > timeNs) this.negativeWaitCount++;
      left.tid = this.#tasks.tid(slot);
      left.slot = slot;
      left.pid = this.#tasks.pid(slot);
      left.comm = this.#tasks.comm(slot);
      left.cpu = cpu;
      left.prio = this.#priorities.of(slot);
      left.why = state === queued ? (reasons[this.#reasons[slot] as number] as QueueReason) : 'woken';
      left.beginNs = Math.min(sinceNs, timeNs);
      left.switchNs = timeNs;
      left.wakeNs = this.#wakeNs[slot] as number;
      const isWoken = left.why !== 'preempted' || !Number.isNaN(left.wakeNs);
      left.wakerTid = isWoken ? (this.#wakers[slot] as number) : -1;
      left.wakerCpu = isWoken ? (this.#wakerCpus[slot] as number) : -1;
      left.targetCpu = this.#targets[slot] as number;
      left.prevTid = prev;
      left.isEarly = isEarly && left.why === 'woken';
      left.isImplied = isImplied;
      bits = runQueueLeft;
    } else if (state === blocked) this.noWakeCount++;
    this.#become(slot, running, timeNs);
    this.#wakeNs[slot] = Number.NaN;
    this.#earlyNs[slot] = Number.NaN;
    return bits;
  }

  /** What is still known of a thread. One that runs was seen to: its CPU lost nothing since. */
  #stateOf(slot: number): number {
    const state = this.#states[slot] as number;
    if (state === running || !((this.#sinceNs[slot] as number) < this.#gap.untilNs)) return state;
    return unknown;
  }

  #isEarly(slot: number): boolean {
    return (this.#earlyNs[slot] as number) >= this.#gap.untilNs;
  }

  #noteWaker(slot: number, timeNs: number, waker: number, wakerCpu: number, targetCpu: number): void {
    this.#earlyNs[slot] = timeNs;
    this.#wakers[slot] = waker;
    this.#wakerCpus[slot] = wakerCpu;
    this.#targets[slot] = targetCpu;
  }

  #become(slot: number, state: number, sinceNs: number): void {
    this.#states[slot] = state;
    this.#sinceNs[slot] = sinceNs;
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

  #slotOf(tid: number): number {
    const slot = this.#tasks.slotOf(tid);
    if (slot >= this.#states.length) this.#grow(slot + 1);
    return slot;
  }

  #grow(needed: number): void {
    const before = this.#states.length;
    this.#states = grown(this.#states, needed);
    this.#reasons = grown(this.#reasons, needed);
    this.#migrations = grown(this.#migrations, needed);
    this.#targets = grown(this.#targets, needed).fill(-1, before);
    this.#wakers = grown(this.#wakers, needed).fill(-1, before);
    this.#wakerCpus = grown(this.#wakerCpus, needed).fill(-1, before);
    this.#sinceNs = grown(this.#sinceNs, needed).fill(Number.NaN, before);
    this.#wakeNs = grown(this.#wakeNs, needed).fill(Number.NaN, before);
    this.#earlyNs = grown(this.#earlyNs, needed).fill(Number.NaN, before);
  }
}

/** As in `cpus.ts`. */
const cpuCountMax = 1 << 16;
