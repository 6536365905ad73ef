/**
 * Locks of the kernel that a thread found taken.
 *
 *     tid 7   ──┤begin rwsem├──── sleeps ────┤end├──
 *     tid 8   ──┤begin mutex, spinning├── spins ──┤begin mutex├── sleeps ──┤end├──        one contention, two ways to wait
 *     tid 9   ──┤begin rwsem├─── interrupted ──┤begin spinlock├──┤end├── … ──┤end├──      another lock in between
 *
 * The events are `lock:contention_begin` and `_end` (include/trace/events/lock.h, Linux 5.19). A second beginning for the same lock is the
 * same wait in another way. Who held the lock is in no event.
 *
 * Wrong where an end was lost without a word and the thread meets the same lock again: both waits then look like one.
 */
import type { Gap } from './gaps.ts';
import type { Tasks } from './tasks.ts';

/** Kinds of locks, by what `flags` say. */
export const lockKinds = [
  'spinlock',
  'rwlock',
  'mutex',
  'rwsem',
  'rt-mutex',
  'rwlock-rt',
  'percpu-rwsem',
  'semaphore',
] as const;
export type LockKind = (typeof lockKinds)[number];

/** A thread has got a lock that it had to wait for, or has given up. The object is used again for the next one. */
export interface LockContended {
  tid: number;
  slot: number;
  pid: number;
  comm: number;
  /** The CPU on which it got the lock. */
  cpu: number;
  /** The low 52 bits of the lock's address, which is the same as long as the system runs. */
  lock: number;
  kind: LockKind;
  /** Whether it was wanted for reading or for writing only, where the lock knows the difference. */
  access: 'read' | 'write' | undefined;
  beginNs: number;
  endNs: number;
  /** When it gave up spinning to sleep: `beginNs` where it slept at once, NaN where it spun to the end. */
  sleepNs: number;
  /** 0 it has the lock, else a negative error; NaN not recorded. */
  ret: number;
}

/** The bit of this transition. */
export const lockContended = 512;

const spins = 1;
const reads = 2;
const writes = 4;
const realTime = 8;
const perCpu = 16;
const mutex = 32;

interface Open {
  lock: number;
  flags: number;
  beginNs: number;
  sleepNs: number;
}

/** A thread waits for one lock, and its interrupts and theirs for others: more were lost. */
const openCountMax = 8;

export class Locks {
  readonly #tasks: Tasks;
  readonly #gap: Gap;
  /** By slot. */
  readonly #open: (Open[] | undefined)[] = [];
  /** By CPU: each has an idle thread of its own, all with number 0. */
  readonly #openOfIdle: (Open[] | undefined)[] = [];
  readonly contended: LockContended = {
    tid: -1,
    slot: -1,
    pid: -1,
    comm: 0,
    cpu: -1,
    lock: 0,
    kind: 'spinlock',
    access: undefined,
    beginNs: 0,
    endNs: 0,
    sleepNs: Number.NaN,
    ret: Number.NaN,
  };
  /** Ends without a beginning. */
  endWithoutBeginCount = 0;
  /** Beginnings whose end was lost. */
  lostEndCount = 0;
  /** Events in a thread that is not known. */
  unknownThreadCount = 0;

  constructor(tasks: Tasks, gap: Gap) {
    this.#tasks = tasks;
    this.#gap = gap;
  }

  /** @param tid 0 for the idle thread: its interrupts wait for locks too */
  begin(tid: number, lock: number, flags: number, cpu: number, timeNs: number): void {
    const open = this.#openIn(tid, cpu);
    if (open === undefined) {
      this.unknownThreadCount++;
      return;
    }
    this.#dropLost(open, cpu);
    const known = open.find((other) => other.lock === lock);
    const isSleeping = (flags & spins) === 0;
    if (known !== undefined) {
      known.flags |= flags;
      if (isSleeping && Number.isNaN(known.sleepNs)) known.sleepNs = timeNs;
      return;
    }
    if (open.length === openCountMax) {
      open.shift();
      this.lostEndCount++;
    }
    open.push({ lock, flags, beginNs: timeNs, sleepNs: isSleeping ? timeNs : Number.NaN });
  }

  /** @returns which transitions there are */
  end(tid: number, lock: number, ret: number, cpu: number, timeNs: number): number {
    const open = this.#openIn(tid, cpu);
    if (open === undefined) {
      this.unknownThreadCount++;
      return 0;
    }
    this.#dropLost(open, cpu);
    const at = open.findIndex((other) => other.lock === lock);
    if (at < 0) {
      this.endWithoutBeginCount++;
      return 0;
    }
    const slot = this.#tasks.slotOf(tid);
    const [found] = open.splice(at, 1) as [Open];
    const { contended } = this;
    contended.tid = tid;
    contended.slot = slot;
    contended.pid = this.#tasks.pid(slot);
    contended.comm = this.#tasks.comm(slot);
    contended.cpu = cpu;
    contended.lock = lock;
    contended.kind = kindOf(found.flags);
    contended.access = accessOf(found.flags);
    contended.beginNs = found.beginNs;
    contended.endNs = timeNs;
    contended.sleepNs = found.sleepNs;
    contended.ret = ret;
    return lockContended;
  }

  /** What may have ended while events were lost. */
  #dropLost(open: Open[], cpu: number): void {
    if (this.#gap.untilNs === Number.NEGATIVE_INFINITY) return;
    const kept = open.filter(({ beginNs }) => !this.#gap.isBetween(beginNs, cpu));
    if (kept.length === open.length) return;
    this.lostEndCount += open.length - kept.length;
    open.splice(0, open.length, ...kept);
  }

  #openIn(tid: number, cpu: number): Open[] | undefined {
    if (tid < 0 || (tid === 0 && cpu < 0)) return undefined;
    const [lists, at] = tid === 0 ? [this.#openOfIdle, cpu] : [this.#open, this.#tasks.slotOf(tid)];
    let open = lists[at];
    if (open === undefined) {
      open = [];
      lists[at] = open;
    }
    return open;
  }

  /** Waits that have not ended for certain, and since when. */
  *waiting(): Generator<{ readonly slot: number; readonly lock: number; readonly beginNs: number }> {
    for (let slot = 0; slot < this.#open.length; slot++)
      for (const { lock, beginNs } of this.#open[slot] ?? [])
        if (beginNs >= this.#gap.untilNs) yield { slot, lock, beginNs };
  }
}

function kindOf(flags: number): LockKind {
  if ((flags & mutex) !== 0) return 'mutex';
  if ((flags & perCpu) !== 0) return 'percpu-rwsem';
  const isShared = (flags & (reads | writes)) !== 0;
  if ((flags & realTime) !== 0) return isShared ? 'rwlock-rt' : 'rt-mutex';
  if ((flags & spins) !== 0) return isShared ? 'rwlock' : 'spinlock';
  return isShared ? 'rwsem' : 'semaphore';
}

function accessOf(flags: number): 'read' | 'write' | undefined {
  if ((flags & writes) !== 0) return 'write';
  return (flags & reads) !== 0 ? 'read' : undefined;
}
