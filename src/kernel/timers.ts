/**
 * Timers of the kernel: the wheel's (`timer`, counted in ticks) and the high-resolution ones (`hrtimer`, in nanoseconds).
 *
 *     ──┤start A, in 1 ms├──────────┤cancel A├┤entry A├── its function ──┤exit A├──          expired
 *                          asked for ↑              ↑
 *                                    └─── late ─────┘
 *     ──┤start B├────────┤start B├──────┤cancel B├──                                         set anew, then taken back
 *
 * The kernel takes a timer off its list (`cancel`) on the same CPU just before it calls its function. A function that sets its own timer
 * again does so before `exit` or just after. How late an hrtimer is, the events tell: `now` and the time that was asked for are of the same clock, whichever it is. Of
 * the wheel's timers both are ticks, and how long a tick is follows from two expiries far enough apart.
 *
 * Wrong where a `cancel` and the next `start` were both lost without a word and the timer's memory is another's now.
 */

export type TimerKind = 'timer' | 'hrtimer';

/** A timer's function has returned. The object is used again for the next one. */
export interface TimerExpired {
  kind: TimerKind;
  /** The low 52 bits of the function's address. */
  function: number;
  /** The function's name in `names`, 0 where only its address was recorded. */
  name: number;
  cpu: number;
  /** Whom it interrupted: 0 the idle thread, -1 unknown. */
  tid: number;
  /** When it was last set; NaN unknown. */
  startNs: number;
  /** Who set it last, -1 unknown. */
  starterTid: number;
  /** For when it was set, by the clock of the trace: the earliest time at which it might have expired; NaN unknown. */
  expectedNs: number;
  enterNs: number;
  exitNs: number;
  /** `enterNs` - `expectedNs`. */
  lateNs: number;
}

export const timerExpired = 2048;
export const hrtimerExpired = 65536;

interface Pending {
  readonly expires: number;
  readonly startNs: number;
  readonly starterTid: number;
}

interface Run {
  readonly kind: TimerKind;
  readonly timer: number;
  readonly function: number;
  readonly name: number;
  readonly enterNs: number;
  readonly lateNs: number;
  readonly set: Pending | undefined;
}

/** What is known of the function that runs: its address, and its name in `names`. */
export interface TimerFunction {
  readonly address: number;
  readonly name: number;
}

/** A function may be interrupted by others: more were lost. */
const runCountMax = 8;
/** Timers are in the kernel's memory: a trace with more of them at a time is damaged. */
const pendingCountMax = 1 << 20;
const cpuCountMax = 1 << 16;
/** Times are known modulo these: of nanoseconds the low 52 bits are kept, and ticks have 32 bits on some machines. */
const modulus = { timer: 2 ** 32, hrtimer: 2 ** 52 } as const;

export class Timers {
  /** By kind and address of the timer. */
  readonly #pending = { timer: new Map<number, Pending>(), hrtimer: new Map<number, Pending>() };
  /** By CPU: what was taken off last, of each kind, since it may be about to run. */
  readonly #taken: Record<TimerKind, ({ timer: number; set: Pending } | undefined)[]> = {
    timer: [],
    hrtimer: [],
  };
  /** By CPU. */
  readonly #runs: (Run[] | undefined)[] = [];
  readonly #ticks = new Ticks();
  readonly expired: TimerExpired = {
    kind: 'timer',
    function: 0,
    name: 0,
    cpu: -1,
    tid: -1,
    startNs: Number.NaN,
    starterTid: -1,
    expectedNs: Number.NaN,
    enterNs: 0,
    exitNs: 0,
    lateNs: Number.NaN,
  };
  /** Exits without an entry. */
  exitWithoutEntryCount = 0;
  /** Entries whose exit was lost. */
  lostExitCount = 0;

  /** @param expires in ticks or nanoseconds of some clock, NaN unknown */
  started(kind: TimerKind, timer: number, expires: number, tid: number, timeNs: number): void {
    const pending = this.#pending[kind];
    if (pending.size >= pendingCountMax) pending.clear();
    pending.set(timer, { expires, startNs: timeNs, starterTid: tid });
  }

  cancelled(kind: TimerKind, timer: number, cpu: number): void {
    const pending = this.#pending[kind];
    const set = pending.get(timer);
    if (set === undefined) return;
    pending.delete(timer);
    if (isCpu(cpu)) this.#taken[kind][cpu] = { timer, set };
  }

  /** @param now by the clock of the timer, in ticks or nanoseconds */
  entered(
    kind: TimerKind,
    timer: number,
    { address, name }: TimerFunction,
    now: number,
    cpu: number,
    timeNs: number,
  ): void {
    if (!isCpu(cpu)) return;
    const set = this.#takeSet(kind, timer, cpu);
    if (kind === 'timer') this.#ticks.seen(now, timeNs);
    const late = set === undefined ? Number.NaN : difference(now, set.expires, modulus[kind]);
    const lateNs = kind === 'hrtimer' ? late : late * this.#ticks.lengthNs;
    let runs = this.#runs[cpu];
    if (runs === undefined) {
      runs = [];
      this.#runs[cpu] = runs;
    }
    if (runs.length === runCountMax) {
      runs.shift();
      this.lostExitCount++;
    }
    runs.push({ kind, timer, function: address, name, enterNs: timeNs, lateNs, set });
  }

  /** @returns which transitions there are */
  exited(kind: TimerKind, timer: number, tid: number, cpu: number, timeNs: number): number {
    const runs = isCpu(cpu) ? this.#runs[cpu] : undefined;
    const at = runs?.findLastIndex((run) => run.kind === kind && run.timer === timer) ?? -1;
    if (runs === undefined || at < 0) {
      this.exitWithoutEntryCount++;
      return 0;
    }
    const run = runs[at] as Run;
    // What began later has ended too, though nothing says when.
    this.lostExitCount += runs.length - at - 1;
    runs.length = at;
    const { expired } = this;
    expired.kind = kind;
    expired.function = run.function;
    expired.name = run.name;
    expired.cpu = cpu;
    expired.tid = tid;
    expired.startNs = run.set?.startNs ?? Number.NaN;
    expired.starterTid = run.set?.starterTid ?? -1;
    expired.expectedNs = run.enterNs - run.lateNs;
    expired.enterNs = run.enterNs;
    expired.exitNs = timeNs;
    expired.lateNs = run.lateNs;
    return kind === 'timer' ? timerExpired : hrtimerExpired;
  }

  /** After lost events of a CPU: what ran there may be done, and any timer may have been set anew. @param cpu -1 any of them */
  forget(kind: TimerKind, cpu: number): void {
    this.#pending[kind].clear();
    const taken = this.#taken[kind];
    for (const each of cpu < 0 ? taken.keys() : [cpu]) taken[each] = undefined;
    for (const each of cpu < 0 ? this.#runs.keys() : [cpu])
      this.#runs[each] = this.#runs[each]?.filter((run) => run.kind !== kind);
  }

  /** Timers that are set, and have not expired. */
  pendingCount(kind: TimerKind): number {
    return this.#pending[kind].size;
  }

  /** For when the timer was set that begins to run; what took it off may not have been recorded. */
  #takeSet(kind: TimerKind, timer: number, cpu: number): Pending | undefined {
    const taken = this.#taken[kind][cpu];
    this.#taken[kind][cpu] = undefined;
    if (taken?.timer === timer) return taken.set;
    const set = this.#pending[kind].get(timer);
    this.#pending[kind].delete(timer);
    return set;
  }
}

/** `a` - `b` of two times that are known modulo something, and are less than half of that apart. */
function difference(a: number, b: number, modulus: number): number {
  const distance = (a - b) % modulus;
  if (distance >= modulus / 2) return distance - modulus;
  return distance < -modulus / 2 ? distance + modulus : distance;
}

function isCpu(cpu: number): boolean {
  return cpu >= 0 && cpu < cpuCountMax;
}

/** Ticks a second that kernels are built with (HZ). */
const rates = [24, 32, 48, 64, 100, 128, 200, 250, 256, 300, 500, 512, 1000, 1024, 1200];

/** How long a tick is: from two of them that are a hundred apart, so that one more or less does not matter. */
class Ticks {
  readonly #countMin = 100;
  #firstTick = Number.NaN;
  #firstNs = Number.NaN;
  lengthNs = Number.NaN;

  seen(tick: number, timeNs: number): void {
    if (!Number.isNaN(this.lengthNs)) return;
    if (Number.isNaN(this.#firstTick) || Number.isNaN(this.#firstNs)) {
      this.#firstTick = tick;
      this.#firstNs = timeNs;
      return;
    }
    const count = difference(tick, this.#firstTick, modulus.timer);
    const elapsedNs = timeNs - this.#firstNs;
    if (!(count >= this.#countMin && elapsedNs > 0)) return;
    const rate = (count * 1e9) / elapsedNs;
    const near = rates.find((known) => Math.abs(known - rate) <= known / 100);
    if (near !== undefined) this.lengthNs = 1e9 / near;
  }
}
