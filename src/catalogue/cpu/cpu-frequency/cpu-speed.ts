/**
 * How fast one CPU ran in the time that is asked for.
 *
 *     range       ├───────────────────────────────────────┤
 *     changes   1.2 GHz├──── 2.8 GHz ────┤ 1.2 GHz ├── 2.0 GHz ── …
 *                  the one before the first change is known only if that change says it
 */
import { TimeCounts, type TimeRange } from '../../../results/index.ts';

/** What one CPU, or all together, had of one frequency. */
export interface TimeAt {
  ns: number;
  /** How often it was changed to it. */
  count: number;
}

export class CpuSpeed {
  /** By frequency in kHz. */
  readonly times = new Map<number, TimeAt>();
  unknownNs = 0;
  changeCount = 0;
  /** Nanoseconds (row 0) and kilohertz times nanoseconds (row 1) over time. */
  readonly overTime: TimeCounts | undefined;
  readonly #beginNs: number;
  #toldNs: number;

  /** @param beginNs from when on it is asked for */
  constructor(beginNs: number, withTimes: boolean) {
    this.#beginNs = beginNs;
    this.#toldNs = beginNs;
    this.overTime = withTimes ? new TimeCounts(2) : undefined;
  }

  /** It was at a frequency from one time to another. */
  ran(kHz: number, beginNs: number, endNs: number): void {
    const fromNs = Math.max(beginNs, this.#toldNs);
    if (!(endNs > fromNs)) return;
    this.unknownNs += fromNs - this.#toldNs;
    this.#toldNs = endNs;
    this.#at(kHz).ns += endNs - fromNs;
    this.overTime?.addSpan(fromNs, endNs, 0);
    this.overTime?.addSpan(fromNs, endNs, 1, kHz);
  }

  changed(kHz: number): void {
    this.changeCount++;
    this.#at(kHz).count++;
  }

  /** What was not told until the end is unknown. */
  finish(range: TimeRange): void {
    // Where time goes back the range may begin before its first record.
    this.unknownNs += Math.max(0, range.endNs - this.#toldNs) + Math.max(0, this.#beginNs - range.beginNs);
  }

  #at(kHz: number): TimeAt {
    let at = this.times.get(kHz);
    if (at === undefined) {
      at = { ns: 0, count: 0 };
      this.times.set(kHz, at);
    }
    return at;
  }
}
