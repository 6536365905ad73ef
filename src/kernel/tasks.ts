/**
 * Threads: their process, their name, and a dense number ("slot") under which other files keep what they know of them.
 *
 * A thread id is given again after a thread has ended. It keeps its slot: what a fork or an exec says replaces what was
 * known, and an answer by thread id is about all threads that had it.
 */
import { grown } from '../events/columns.ts';

/** The kernel's largest thread id, PID_MAX_LIMIT on 64 bits; what is above is damage or no kernel thread id. */
const tidMax = 1 << 22;
const pageBits = 12;
const pageSize = 1 << pageBits;

export class Tasks {
  readonly #pages: (Int32Array | undefined)[] = [];
  readonly #others = new Map<number, number>();
  #tids: Int32Array = new Int32Array(256);
  #pids: Int32Array = new Int32Array(256);
  #comms: Int32Array = new Int32Array(256);
  #count = 0;

  /** How many threads are known: slots are 0 … count - 1. */
  get count(): number {
    return this.#count;
  }

  /** The slot of a thread, a new one if need be. @param tid from 0 up */
  slotOf(tid: number): number {
    const slot = this.find(tid);
    return slot >= 0 ? slot : this.#add(tid);
  }

  /** The slot of a thread, or -1. */
  find(tid: number): number {
    if (!(tid >= 0)) return -1;
    if (tid >= tidMax) return this.#others.get(tid) ?? -1;
    const page = this.#pages[tid >> pageBits];
    return page === undefined ? -1 : (page[tid & (pageSize - 1)] as number) - 1;
  }

  tid(slot: number): number {
    return this.#tids[slot] as number;
  }

  /** The process (thread group) of a thread, -1 unknown. */
  pid(slot: number): number {
    return this.#pids[slot] as number;
  }

  /** The name in the model's `names`, 0 unknown. */
  comm(slot: number): number {
    return this.#comms[slot] as number;
  }

  /** The process of a thread id, -1 unknown. */
  pidOf(tid: number): number {
    const slot = this.find(tid);
    return slot < 0 ? -1 : (this.#pids[slot] as number);
  }

  /** The name of a thread id, 0 unknown. */
  commOf(tid: number): number {
    const slot = this.find(tid);
    return slot < 0 ? 0 : (this.#comms[slot] as number);
  }

  setComm(tid: number, comm: number): void {
    if (!(tid >= 0) || comm === 0) return;
    this.#comms[this.slotOf(tid)] = comm;
  }

  setPid(tid: number, pid: number): void {
    if (!(tid >= 0 && pid >= 0)) return;
    this.#pids[this.slotOf(tid)] = pid;
  }

  /** A thread begins: nothing of an earlier one with its id remains. -1 and 0 where the process or name is unknown. */
  begin(tid: number, pid: number, comm: number): void {
    if (!(tid >= 0)) return;
    const slot = this.slotOf(tid);
    this.#pids[slot] = pid;
    this.#comms[slot] = comm;
  }

  #add(tid: number): number {
    const slot = this.#count++;
    if (slot >= this.#tids.length) {
      this.#tids = grown(this.#tids, slot + 1);
      this.#pids = grown(this.#pids, slot + 1);
      this.#comms = grown(this.#comms, slot + 1);
    }
    this.#tids[slot] = tid;
    this.#pids[slot] = tid === 0 ? 0 : -1;
    if (tid >= tidMax) {
      this.#others.set(tid, slot);
      return slot;
    }
    const index = tid >> pageBits;
    let page = this.#pages[index];
    if (page === undefined) {
      page = new Int32Array(pageSize);
      this.#pages[index] = page;
    }
    page[tid & (pageSize - 1)] = slot + 1;
    return slot;
  }
}
