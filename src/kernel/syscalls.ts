/**
 * System calls: an entry and the exit that ends it, by thread.
 *
 *     tid 7   ──┤enter read├─────────────┤exit 512├──          one call
 *     tid 8            ──┤exit 0├──                            no entry: a new thread's return from clone, or a call that
 *                                                              had begun before the recording
 *     tid 9   ──┤enter futex├──── end of the trace             unfinished
 *     tid 7   ──┤enter read├──┤enter write├──                  the exit between was lost: read is dropped and counted
 *     tid 7   ──┤enter read├─ … lost … ─┤exit read├──          two reads, for all that is known: dropped and counted
 *
 * Wrong where an exit and the next entry of a thread were both lost without a word, and the call is the same: two calls then look like one.
 */
import { grown } from '../events/columns.ts';
import { callsThatReturnTwice, callsWithoutReturn } from '../vocabulary/syscall-names.ts';
import type { NumberView } from '../vocabulary/view.ts';
import type { Gap } from './gaps.ts';
import type { Names } from './names.ts';
import type { Tasks } from './tasks.ts';

/** One completed call. The object is used again for the next one. */
export interface SyscallCompleted {
  tid: number;
  /** The thread's slot in `tasks`. */
  slot: number;
  pid: number;
  /** The thread's name in `names`, 0 unknown. */
  comm: number;
  /** The call's name in `names`. */
  name: number;
  /** Relative to the origin of the opened traces. */
  enterNs: number;
  exitNs: number;
  ret: number;
  /** The CPU on which it ended. */
  cpu: number;
}

/** Completed calls that share their name, as columns; who made them is not told. The columns are used again for the next ones. */
export interface CallsOfOneName {
  /** In `names`. */
  readonly name: number;
  readonly count: number;
  /** NaN in rows that are of no call. */
  readonly durationNs: Float64Array;
  /** Relative to the origin of the opened traces. */
  readonly exitNs: Float64Array;
  readonly ret: NumberView;
}

/** The bit of this transition. */
export const syscallCompleted = 1;

export class Syscalls {
  readonly #names: Names;
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By slot: the name of the open call, 0 none, -1 a new thread that has yet to return from its parent's clone. */
  #open: Int32Array = new Int32Array(256);
  #enterNs: Float64Array = new Float64Array(256);
  /** By name id: 1 never returns, 2 returns twice, 0 else, -1 not looked up yet. */
  #kinds: Int32Array = new Int32Array(64).fill(-1);
  readonly completed: SyscallCompleted = {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    name: 0,
    // No whole numbers: engines would expect such from then on.
    enterNs: Number.NaN,
    exitNs: Number.NaN,
    ret: Number.NaN,
    cpu: -1,
  };
  /** Exits of `clone` and `fork` in the new thread: right as they are. */
  newThreadExitCount = 0;
  /** Exits of calls whose entry was not recorded: before the recording, or lost. */
  exitWithoutEntryCount = 0;
  /** Calls that were dropped because their exit was lost. */
  lostExitCount = 0;
  /** Calls that began before events were lost and ended behind that: they may be two. */
  acrossGapCount = 0;
  /** Entries and exits in a thread that is not known. */
  unknownThreadCount = 0;

  constructor(names: Names, tasks: Tasks, gap: Gap) {
    this.#names = names;
    this.#tasks = tasks;
    this.#gap = gap;
  }

  /** By slot, for who matches many in one loop: the open call, 0 or less none, and when it began. Others after `slotFor`. */
  get open(): Int32Array {
    return this.#open;
  }

  get enterNs(): Float64Array {
    return this.#enterNs;
  }

  /** Calls that began before may be two: `exitAt` tells. */
  get doubtfulUntilNs(): number {
    return this.#gap.untilNs;
  }

  enter(tid: number, name: number, timeNs: number): void {
    this.enterAt(this.slotFor(tid), name, timeNs);
  }

  /** The slot of a thread for `enterAt` and `exitAt`, which are many for one thread: -1 for a thread that is not known. */
  slotFor(tid: number): number {
    return tid > 0 ? this.#slotOf(tid) : -1;
  }

  enterAt(slot: number, name: number, timeNs: number): void {
    if (slot < 0) {
      this.unknownThreadCount++;
      return;
    }
    const open = this.#open[slot] as number;
    // A thread id that exited is given again without a word if its fork was not recorded.
    if (open > 0 && this.#kind(open) !== 1) this.lostExitCount++;
    this.#open[slot] = name;
    this.#enterNs[slot] = timeNs;
  }

  /**
   * @param name 0 where the exit does not say
   * @returns whether `completed` now has a call
   */
  exit(tid: number, name: number, ret: number, timeNs: number, cpu: number): boolean {
    return this.exitAt(this.slotFor(tid), name, ret, timeNs, cpu);
  }

  exitAt(slot: number, name: number, ret: number, timeNs: number, cpu: number): boolean {
    if (slot < 0) {
      this.unknownThreadCount++;
      return false;
    }
    const open = this.#open[slot] as number;
    if (open <= 0) {
      this.#open[slot] = 0;
      if (open === -1 || (this.#kind(name) === 2 && ret === 0)) this.newThreadExitCount++;
      else this.exitWithoutEntryCount++;
      return false;
    }
    this.#open[slot] = 0;
    if (name !== 0 && name !== open) {
      // The open call's exit and this one's entry were lost.
      this.lostExitCount++;
      this.exitWithoutEntryCount++;
      return false;
    }
    const enterNs = this.#enterNs[slot] as number;
    if (enterNs < this.#gap.untilNs && this.#gap.isBetween(enterNs, cpu)) {
      this.acrossGapCount++;
      return false;
    }
    this.complete(slot, open, enterNs, timeNs, ret, cpu);
    return true;
  }

  /** Fills `completed`. */
  complete(slot: number, name: number, enterNs: number, exitNs: number, ret: number, cpu: number): void {
    const completed = this.completed;
    completed.tid = this.#tasks.tid(slot);
    completed.slot = slot;
    completed.pid = this.#tasks.pid(slot);
    completed.comm = this.#tasks.comm(slot);
    completed.name = name;
    completed.enterNs = enterNs;
    completed.exitNs = exitNs;
    completed.ret = ret;
    completed.cpu = cpu;
  }

  /** A new thread begins. Its id may have been another's, whose call is over. */
  begin(tid: number): void {
    if (tid > 0) this.#open[this.#slotOf(tid)] = -1;
  }

  /** A thread that was not its process's first calls `exec`: it goes on under the first one's id. */
  moved(oldTid: number, tid: number): void {
    if (oldTid <= 0 || tid <= 0 || oldTid === tid) return;
    const from = this.#slotOf(oldTid);
    const to = this.#slotOf(tid);
    this.#open[to] = this.#open[from] as number;
    this.#enterNs[to] = this.#enterNs[from] as number;
    this.#open[from] = 0;
  }

  /** Calls that have not ended for certain, and since when; those that never return in threads that are gone are not among them. */
  *unfinished(): Generator<{ readonly slot: number; readonly name: number; readonly enterNs: number }> {
    const count = Math.min(this.#tasks.count, this.#open.length);
    for (let slot = 0; slot < count; slot++) {
      const name = this.#open[slot] as number;
      if (name <= 0 || this.#kind(name) === 1) continue;
      const enterNs = this.#enterNs[slot] as number;
      if (!(enterNs >= this.#gap.untilNs)) continue;
      yield { slot, name, enterNs };
    }
  }

  #slotOf(tid: number): number {
    const slot = this.#tasks.slotOf(tid);
    if (slot >= this.#open.length) {
      this.#open = grown(this.#open, slot + 1);
      this.#enterNs = grown(this.#enterNs, slot + 1);
    }
    return slot;
  }

  #kind(name: number): number {
    if (name >= this.#kinds.length) {
      const before = this.#kinds.length;
      this.#kinds = grown(this.#kinds, name + 1);
      this.#kinds.fill(-1, before);
    }
    let kind = this.#kinds[name] as number;
    if (kind === -1) {
      const text = this.#names.text(name);
      kind = callsWithoutReturn.has(text) ? 1 : callsThatReturnTwice.has(text) ? 2 : 0;
      this.#kinds[name] = kind;
    }
    return kind;
  }
}
