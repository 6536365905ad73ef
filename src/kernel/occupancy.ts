/**
 * What each CPU ran lately: who ran while a thread waited for it.
 *
 *     cpu 0   ═══ 7 ═══╪══ 9 ══╪═════ idle ═════╪═ 12 …
 *     thread 12   ├──────── waits ──────────────┤          7: a part, 9: all of its run, then idle: the wake-up was on its way
 */
import { grown } from '../events/columns.ts';

/** What is kept of a CPU's past: longer times than so many runs have a part that is unknown. A power of two. */
const runCount = 4096;

/** Time by thread: 0 idle, -1 unknown. */
export type TimeByThread = Map<number, number>;

/** The last runs of one CPU, in a ring. */
interface Past {
  tids: Int32Array;
  beginNs: Float64Array;
  endNs: Float64Array;
  count: number;
}

export class Occupancy {
  readonly #pasts: (Past | undefined)[] = [];

  /** @param beginNs -Infinity since before the first switch, NaN unknown */
  add(cpu: number, tid: number, beginNs: number, endNs: number): void {
    if (cpu < 0) return;
    const past = this.#pastOf(cpu);
    if (past.count === past.tids.length && past.count < runCount) enlarge(past);
    const at = past.count & (runCount - 1);
    past.tids[at] = tid;
    past.beginNs[at] = beginNs;
    past.endNs[at] = endNs;
    past.count++;
  }

  /** Adds to `times` who ran on a CPU from one time to another one that is not after its last switch. */
  divide(cpu: number, fromNs: number, toNs: number, times: TimeByThread): void {
    const past = cpu < 0 ? undefined : this.#pasts[cpu];
    let untilNs = toNs;
    const first = past === undefined ? 0 : Math.max(0, past.count - runCount);
    for (let index = (past?.count ?? 0) - 1; index >= first && untilNs > fromNs; index--)
      untilNs = addRun(past as Past, index & (runCount - 1), fromNs, untilNs, times);
    if (untilNs > fromNs) addTime(times, -1, untilNs - fromNs);
  }

  #pastOf(cpu: number): Past {
    let past = this.#pasts[cpu];
    if (past === undefined) {
      past = {
        tids: new Int32Array(64),
        beginNs: new Float64Array(64),
        endNs: new Float64Array(64),
        count: 0,
      };
      this.#pasts[cpu] = past;
    }
    return past;
  }
}

function enlarge(past: Past): void {
  past.tids = grown(past.tids, past.count + 1);
  past.beginNs = grown(past.beginNs, past.count + 1);
  past.endNs = grown(past.endNs, past.count + 1);
}

/** @returns what is before the run is still to be divided */
function addRun(past: Past, at: number, fromNs: number, untilNs: number, times: TimeByThread): number {
  const endNs = Math.max(past.endNs[at] as number, fromNs);
  if (endNs < untilNs) addTime(times, -1, untilNs - endNs);
  const beginNs = past.beginNs[at] as number;
  // A run whose beginning was not recorded tells only that it was there at its end.
  const startNs = Math.max(Number.isNaN(beginNs) ? endNs : beginNs, fromNs);
  const lastNs = Math.min(endNs, untilNs);
  if (lastNs > startNs) addTime(times, past.tids[at] as number, lastNs - startNs);
  return Math.min(lastNs, startNs);
}

function addTime(times: TimeByThread, tid: number, timeNs: number): void {
  times.set(tid, (times.get(tid) ?? 0) + timeNs);
}
