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
  /** Switches that were not recorded: the thread before, or an event's own thread, was not the one we knew. */
  impliedSwitchCount = 0;

  /** The thread that a CPU runs, 0 for its idle thread, -1 unknown. */
  current(cpu: number): number {
    return cpu >= 0 && cpu < this.#current.length ? (this.#current[cpu] as number) : -1;
  }

  /** A recorded switch; -1 for a thread that it does not name. */
  switched(cpu: number, prevTid: number, nextTid: number): void {
    if (!this.#hasRoom(cpu)) return;
    const known = this.#current[cpu] as number;
    if (known !== -1 && prevTid !== -1 && known !== prevTid) this.impliedSwitchCount++;
    this.#current[cpu] = nextTid;
  }

  /** An event that names its own thread. */
  seen(cpu: number, tid: number): void {
    if (!this.#hasRoom(cpu)) return;
    const known = this.#current[cpu] as number;
    if (known === tid) return;
    if (known !== -1) this.impliedSwitchCount++;
    this.#current[cpu] = tid;
  }

  /** After lost events of a CPU: whatever ran may have changed. */
  forget(cpu: number): void {
    if (cpu >= 0 && cpu < this.#current.length) this.#current[cpu] = -1;
  }

  #hasRoom(cpu: number): boolean {
    if (cpu < 0 || cpu >= cpuCountMax) return false;
    const before = this.#current.length;
    if (cpu >= before) {
      this.#current = grown(this.#current, cpu + 1);
      this.#current.fill(-1, before);
    }
    return true;
  }
}
