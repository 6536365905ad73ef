/**
 * Which thread is on which CPU: what turns "this CPU recorded it" into "this thread did it".
 *
 *     cpu 0   ───────┤switch 7→9├────────────┤event of 12├──
 *     current   ?    │    9     │     9      │    12          12 was never switched to: an implied switch, counted
 *
 * At the start it is unknown, never guessed: -1.
 */
import { grown } from '../events/columns.ts';

/** Beyond this a CPU number is damage; Linux is built for at most 8192. */
const cpuCountMax = 1 << 16;

export class Cpus {
  #current: Int32Array = new Int32Array(64).fill(-1);
  /** When each CPU last recorded an event that tells its thread. */
  #evidenceNs: Float64Array = new Float64Array(64).fill(Number.NaN);
  /** Since when each CPU has run its thread without a break; NaN unknown. */
  #sinceNs: Float64Array = new Float64Array(64).fill(Number.NaN);
  /** Switches that were not recorded: the thread before, or an event's own thread, was not the one we knew. */
  impliedSwitchCount = 0;
  /** After `seen` has returned true: who was thought to run, and when that was last certain. */
  replacedTid = -1;
  replacedEvidenceNs = Number.NaN;

  /** The thread that a CPU runs, 0 for its idle thread, -1 unknown. */
  current(cpu: number): number {
    return cpu >= 0 && cpu < this.#current.length ? (this.#current[cpu] as number) : -1;
  }

  /** By CPU what `current` says, as far as CPUs were met. Others after `seen` and `switched`. */
  get running(): Int32Array {
    return this.#current;
  }

  /** A recorded switch; -1 for a thread that it does not name. */
  switched(cpu: number, prevTid: number, nextTid: number, timeNs = Number.NaN): void {
    if (!this.#hasRoom(cpu)) return;
    const known = this.#current[cpu] as number;
    if (known !== -1 && prevTid !== -1 && known !== prevTid) this.impliedSwitchCount++;
    this.#current[cpu] = nextTid;
    this.#evidenceNs[cpu] = timeNs;
    this.#sinceNs[cpu] = timeNs;
  }

  /**
   * An event that names its own thread.
   * @returns whether its CPU was known to run another one: see `replacedTid`
   */
  seen(cpu: number, tid: number, timeNs = Number.NaN): boolean {
    if (!this.#hasRoom(cpu)) return false;
    const known = this.#current[cpu] as number;
    const evidenceNs = this.#evidenceNs[cpu] as number;
    this.#evidenceNs[cpu] = timeNs;
    if (known === tid) return false;
    this.#current[cpu] = tid;
    this.#sinceNs[cpu] = Number.NaN;
    if (known === -1) return false;
    this.impliedSwitchCount++;
    this.replacedTid = known;
    this.replacedEvidenceNs = evidenceNs;
    return true;
  }

  /** Whether a CPU has run the thread that it runs now since then, and nothing else. */
  stayed(cpu: number, sinceNs: number): boolean {
    return cpu >= 0 && cpu < this.#sinceNs.length && (this.#sinceNs[cpu] as number) <= sinceNs;
  }

  /** When a CPU last recorded what tells its thread; NaN unknown. */
  evidenceNs(cpu: number): number {
    return cpu >= 0 && cpu < this.#evidenceNs.length ? (this.#evidenceNs[cpu] as number) : Number.NaN;
  }

  /** After lost events of a CPU: whatever ran may have changed. @param cpu -1 any of them */
  forget(cpu: number): void {
    const [from, to] = cpu < 0 ? [0, this.#current.length] : [cpu, cpu + 1];
    this.#current.fill(-1, from, to);
    this.#sinceNs.fill(Number.NaN, from, to);
  }

  #hasRoom(cpu: number): boolean {
    if (cpu < 0 || cpu >= cpuCountMax) return false;
    const before = this.#current.length;
    if (cpu >= before) {
      this.#current = grown(this.#current, cpu + 1);
      this.#current.fill(-1, before);
      this.#evidenceNs = grown(this.#evidenceNs, cpu + 1);
      this.#evidenceNs.fill(Number.NaN, before);
      this.#sinceNs = grown(this.#sinceNs, cpu + 1);
      this.#sinceNs.fill(Number.NaN, before);
    }
    return true;
  }
}
