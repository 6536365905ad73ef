/**
 * Waits of threads for each other, by futex (include/uapi/linux/futex.h).
 *
 *     tid 7   ──┤enter futex WAIT A├──── sleeps ──────────────── runs ──┤exit 0├──
 *     tid 8            ──┤enter futex WAKE A├──┤waking 7├──┤exit 1├──                  8 is who woke it
 *
 * Who woke it is who ran at its last `sched_waking` before the end: threads may be woken for nothing and sleep again in the same call. A joined
 * thread wakes from inside its exit. `sched_wakeup` is recorded where the thread will run, in whatever runs there: without
 * `sched_waking` only a waker that is itself inside a futex call is believed.
 */
import { grown } from '../events/columns.ts';
import type { Gap } from './gaps.ts';
import type { Tasks } from './tasks.ts';

export const futexResults = ['woken', 'timeout', 'changed', 'interrupted', 'failed'] as const;
export type FutexResult = (typeof futexResults)[number];

/** A wait for a futex is over. The object is used again for the next one. */
export interface FutexWaited {
  tid: number;
  slot: number;
  pid: number;
  comm: number;
  /** The CPU on which it ended. */
  cpu: number;
  /** The low 52 bits of the address, in the waiter's process. */
  uaddr: number;
  /** Without the flags "private" and "realtime clock". */
  op: number;
  beginNs: number;
  endNs: number;
  ret: number;
  /** `changed`: the value was another already, it did not wait. */
  result: FutexResult;
  /** Who woke it, -1 unknown or nobody did. */
  wakerTid: number;
  /** When; NaN unknown. From then on it only waited for a CPU. */
  wakeNs: number;
}

/** The bit of this transition. */
export const futexWaited = 8192;

/** What `op` is besides these: 128 private, 256 CLOCK_REALTIME. */
const commandMask = 0x7f;

/** The commands that wait, by number. */
export const futexWaits: Readonly<Record<number, string>> = {
  0: 'WAIT',
  6: 'LOCK_PI',
  9: 'WAIT_BITSET',
  11: 'WAIT_REQUEUE_PI',
  13: 'LOCK_PI2',
};

const noOpen = 0;
const waits = 1;
const others = 2;

export class Futexes {
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By slot: which kind of futex call is open. */
  #open: Uint8Array = new Uint8Array(64);
  #uaddr: Float64Array = new Float64Array(64);
  #op: Int32Array = new Int32Array(64);
  #beginNs: Float64Array = new Float64Array(64);
  #wakeNs: Float64Array = new Float64Array(64);
  #waker: Int32Array = new Int32Array(64);
  /** Whether the trace has `sched_waking`, which tells more than `sched_wakeup`. */
  #hasWaking = false;
  readonly waited: FutexWaited = {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    cpu: -1,
    uaddr: 0,
    op: 0,
    beginNs: 0,
    endNs: 0,
    ret: 0,
    result: 'woken',
    wakerTid: -1,
    wakeNs: Number.NaN,
  };

  constructor(tasks: Tasks, gap: Gap) {
    this.#tasks = tasks;
    this.#gap = gap;
  }

  entered(tid: number, uaddr: number, op: number, timeNs: number): void {
    const slot = this.#slotOf(tid);
    if (slot < 0) return;
    const command = op & commandMask;
    this.#open[slot] = Object.hasOwn(futexWaits, command) ? waits : others;
    this.#uaddr[slot] = uaddr;
    this.#op[slot] = command;
    this.#beginNs[slot] = timeNs;
    this.#wakeNs[slot] = Number.NaN;
    this.#waker[slot] = -1;
  }

  /** The thread begins another call: the end of this one was lost. */
  dropped(tid: number): void {
    const slot = this.#tasks.find(tid);
    if (slot >= 0 && slot < this.#open.length) this.#open[slot] = noOpen;
  }

  woken(tid: number, waker: number, isWaking: boolean, timeNs: number): void {
    if (isWaking) this.#hasWaking = true;
    else if (this.#hasWaking || !this.#isInCall(waker)) return;
    const slot = this.#tasks.find(tid);
    if (slot < 0 || slot >= this.#open.length || this.#open[slot] !== waits || waker === tid) return;
    this.#waker[slot] = waker;
    this.#wakeNs[slot] = timeNs;
  }

  /** @returns which transitions there are */
  exited(tid: number, ret: number, cpu: number, timeNs: number): number {
    const slot = this.#tasks.find(tid);
    if (slot < 0 || slot >= this.#open.length) return 0;
    const open = this.#open[slot];
    this.#open[slot] = noOpen;
    const beginNs = this.#beginNs[slot] as number;
    if (open !== waits || this.#gap.isBetween(beginNs, cpu)) return 0;
    const { waited } = this;
    waited.tid = tid;
    waited.slot = slot;
    waited.pid = this.#tasks.pid(slot);
    waited.comm = this.#tasks.comm(slot);
    waited.cpu = cpu;
    waited.uaddr = this.#uaddr[slot] as number;
    waited.op = this.#op[slot] as number;
    waited.beginNs = beginNs;
    waited.endNs = timeNs;
    waited.ret = ret;
    waited.result = resultOf(ret);
    // A timer or a signal wakes from an interrupt, in whoever runs: that thread has nothing to do with it.
    const isWoken = waited.result === 'woken';
    waited.wakerTid = isWoken ? (this.#waker[slot] as number) : -1;
    waited.wakeNs = isWoken ? (this.#wakeNs[slot] as number) : Number.NaN;
    return futexWaited;
  }

  /** Waits that have not ended for certain, and since when. */
  *waiting(): Generator<{ readonly slot: number; readonly uaddr: number; readonly beginNs: number }> {
    for (let slot = 0; slot < this.#open.length; slot++) {
      const beginNs = this.#beginNs[slot] as number;
      if (this.#open[slot] === waits && beginNs >= this.#gap.untilNs)
        yield { slot, uaddr: this.#uaddr[slot] as number, beginNs };
    }
  }

  #isInCall(tid: number): boolean {
    const slot = this.#tasks.find(tid);
    return slot >= 0 && slot < this.#open.length && this.#open[slot] === others;
  }

  #slotOf(tid: number): number {
    if (!(tid > 0)) return -1;
    const slot = this.#tasks.slotOf(tid);
    if (slot >= this.#open.length) {
      this.#open = grown(this.#open, slot + 1);
      this.#uaddr = grown(this.#uaddr, slot + 1);
      this.#op = grown(this.#op, slot + 1);
      this.#beginNs = grown(this.#beginNs, slot + 1);
      this.#wakeNs = grown(this.#wakeNs, slot + 1);
      this.#waker = grown(this.#waker, slot + 1);
    }
    return slot;
  }
}

/** EINTR, and what the kernel has instead of it while a call may be begun anew: ERESTARTSYS and its like. */
const interruptions: ReadonlySet<number> = new Set([-4, -512, -513, -514, -516]);

function resultOf(ret: number): FutexResult {
  if (ret >= 0) return 'woken';
  if (ret === -110) return 'timeout';
  if (ret === -11) return 'changed';
  return interruptions.has(ret) ? 'interrupted' : 'failed';
}
