/**
 * What one CPU did of the time that is asked for.
 *
 *     range      ├──────────────────────────────────────────┤
 *     told   ─ asleep ─┤ exit        entry ├──── asleep ────── …
 *                       ├──── awake ──────┤
 *
 * A CPU of which no sleep is told may have slept or worked all the time: that is unknown.
 */
import { CpuTime } from '../../../analysis/index.ts';
import type { TimeRange } from '../../../results/index.ts';

/** Stands for whatever an awake CPU ran. */
const anyThread = 1;
const idleThread = 0;

export class CpuSleep {
  /** Busy while awake, idle while asleep. */
  readonly time: CpuTime;
  sleepCount = 0;
  #awakeSinceNs = Number.NEGATIVE_INFINITY;

  /** @param beginNs from when on it is asked for */
  constructor(beginNs: number) {
    this.time = new CpuTime(beginNs, false, false);
  }

  /**
   * A sleep is over, and between it and the one before the CPU was awake.
   * @param beginNs -Infinity: before all that is known
   * @returns how much of it is of the time that is asked for, NaN not known; undefined where it was over before
   */
  slept(beginNs: number, endNs: number): number | undefined {
    this.#awakeUntil(beginNs);
    this.#awakeSinceNs = endNs;
    this.sleepCount++;
    return this.time.add(idleThread, beginNs, endNs);
  }

  /** A thread has left the CPU, where sleeps are told by no more than that; see `slept`. */
  ran(tid: number, beginNs: number, endNs: number): number | undefined {
    if (tid === idleThread) this.sleepCount++;
    return this.time.add(tid === idleThread ? idleThread : anyThread, beginNs, endNs);
  }

  /**
   * @param now how deeply it sleeps, -1 awake; undefined not known
   * @returns how much of a sleep that goes on is of the time that is asked for; undefined where there is none
   */
  finish(range: TimeRange, now: { readonly value: number; readonly sinceNs: number } | undefined) {
    if (now === undefined || now.value < 0) {
      this.time.finish(range, now && { tid: anyThread, beginNs: this.#awakeSinceNs });
      return undefined;
    }
    this.#awakeUntil(now.sinceNs);
    return this.time.finish(range, { tid: idleThread, beginNs: now.sinceNs });
  }

  /** As `finish`, of a CPU that tells its threads only. */
  finishRun(range: TimeRange, run: { readonly tid: number; readonly beginNs: number } | undefined) {
    const partNs = this.time.finish(range, run);
    return run?.tid === idleThread ? partNs : undefined;
  }

  #awakeUntil(timeNs: number): void {
    if (timeNs > this.#awakeSinceNs) this.time.add(anyThread, this.#awakeSinceNs, timeNs);
  }
}
