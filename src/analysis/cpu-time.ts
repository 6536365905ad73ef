/**
 * What one CPU did, made of the runs that are told of it.
 *
 *     range         ├──────────────────────────────────────────────┤
 *     runs   ···════════╡  cat  ╞════╡ idle ╞══ ?? ══╡  dog  ╞═══════···
 *                 clipped                    a gap     still running,
 *                                            is unknown    clipped
 */
import { TimeCounts, type TimeRange } from '../results/time-counts.ts';

export class CpuTime {
  busyNs = 0;
  idleNs = 0;
  unknownNs = 0;
  runCount = 0;
  /** Those that ran, if they are asked for. */
  readonly threads: Set<number> | undefined;
  /** Nanoseconds busy (row 0) and idle (row 1) over time. */
  readonly times: TimeCounts | undefined;
  #lastTid = 0;
  readonly #beginNs: number;
  /** Up to when it is told what it did. */
  #toldNs: number;

  /** @param beginNs from when on it is asked for */
  constructor(beginNs: number, withTimes: boolean, withThreads: boolean) {
    this.#beginNs = beginNs;
    this.#toldNs = beginNs;
    this.threads = withThreads ? new Set() : undefined;
    this.times = withTimes ? new TimeCounts(2) : undefined;
  }

  /**
   * A run that has ended.
   * @param beginNs -Infinity: before all that is known; NaN: unknown
   * @returns how long it was within what is asked for; NaN where that is unknown, undefined where it was over before
   */
  add(tid: number, beginNs: number, endNs: number): number | undefined {
    if (endNs < this.#beginNs) return undefined;
    // Where clocks differ a run may begin before the one before it ended.
    return this.#count(tid, Math.max(beginNs, this.#toldNs), endNs);
  }

  /**
   * @param running what it runs at the end, if that is known and asked for
   * @returns how long that ran; undefined if it didn't
   */
  finish(
    range: TimeRange,
    running: { readonly tid: number; readonly beginNs: number } | undefined,
  ): number | undefined {
    const { endNs } = range;
    const runBeginNs = running === undefined ? endNs : Math.max(running.beginNs, this.#toldNs);
    const isRunning = running !== undefined && endNs > runBeginNs;
    const ranNs = isRunning ? this.#count(running.tid, runBeginNs, endNs) : undefined;
    // Where time goes back the range may begin before its first record.
    this.unknownNs += Math.max(0, endNs - this.#toldNs) + Math.max(0, this.#beginNs - range.beginNs);
    return ranNs;
  }

  #count(tid: number, beginNs: number, endNs: number): number {
    if (tid > 0) {
      this.runCount += 1;
      if (tid !== this.#lastTid) this.threads?.add(tid);
      this.#lastTid = tid;
    }
    // What is between is told with the next run, as unknown.
    if (!(endNs >= beginNs)) return Number.NaN;
    this.unknownNs += beginNs - this.#toldNs;
    this.#toldNs = endNs;
    const ranNs = endNs - beginNs;
    if (tid > 0) this.busyNs += ranNs;
    else this.idleNs += ranNs;
    this.times?.addSpan(beginNs, endNs, tid > 0 ? 0 : 1);
    return ranNs;
  }
}
