/**
 * Threads: their process, their name, and a dense number ("slot") under which other files keep what they know of them.
 *
 * A thread id is given again after a thread has ended. It keeps its slot: what a fork or an exec says replaces what was
 * known, and an answer by thread id is about all threads that had it.
 */

/** The kernel's largest thread id, PID_MAX_LIMIT on 64 bits; what is above is damage or no kernel thread id. */
const tidMax = 1 << 22;
const pageBits = 12;
const pageSize = 1 << pageBits;
/** Threads met lately are found again by the low bits of their ids. A power of two. */
const recentCount = 64;

/** One thread: an object, since engines find its fields faster than the elements of as many arrays. */
class Task {
  readonly tid: number;
  readonly slot: number;
  pid: number;
  comm = 0;

  constructor(tid: number, slot: number) {
    this.tid = tid;
    this.slot = slot;
    this.pid = tid === 0 ? 0 : -1;
  }
}

/** Of no thread, where one is looked for among those met lately. */
const nobody = new Task(-1, -1);

export class Tasks {
  readonly #pages: (Int32Array | undefined)[] = [];
  readonly #others = new Map<number, number>();
  /** By slot. */
  readonly #all: Task[] = [];
  readonly #recent: Task[] = Array.from({ length: recentCount }, () => nobody);

  /** How many threads are known: slots are 0 … count - 1. */
  get count(): number {
    return this.#all.length;
  }

  /** The slot of a thread, a new one if need be. @param tid from 0 up */
  slotOf(tid: number): number {
    const recent = this.#recent[tid & (recentCount - 1)] as Task;
    return recent.tid === tid && tid >= 0 ? recent.slot : this.#madeTask(tid).slot;
  }

  /** The slot of a thread, or -1. */
  find(tid: number): number {
    return this.#find(tid)?.slot ?? -1;
  }

  tid(slot: number): number {
    return (this.#all[slot] as Task).tid;
  }

  /** The process (thread group) of a thread, -1 unknown. */
  pid(slot: number): number {
    return (this.#all[slot] as Task).pid;
  }

  /** The name in the model's `names`, 0 unknown. */
  comm(slot: number): number {
    return (this.#all[slot] as Task).comm;
  }

  /** The process of a thread id, -1 unknown. */
  pidOf(tid: number): number {
    return this.#find(tid)?.pid ?? -1;
  }

  /** The name of a thread id, 0 unknown. */
  commOf(tid: number): number {
    return this.#find(tid)?.comm ?? 0;
  }

  setComm(tid: number, comm: number): void {
    if (!(tid >= 0) || comm === 0) return;
    this.#madeTask(tid).comm = comm;
  }

  setPid(tid: number, pid: number): void {
    if (!(tid >= 0 && pid >= 0)) return;
    this.#madeTask(tid).pid = pid;
  }

  /** A thread begins: nothing of an earlier one with its id remains. -1 and 0 where the process or name is unknown. */
  begin(tid: number, pid: number, comm: number): void {
    if (!(tid >= 0)) return;
    const task = this.#madeTask(tid);
    task.pid = pid;
    task.comm = comm;
  }

  #find(tid: number): Task | undefined {
    const recent = this.#recent[tid & (recentCount - 1)] as Task;
    return recent.tid === tid && tid >= 0 ? recent : this.#lookUp(tid);
  }

  #lookUp(tid: number): Task | undefined {
    if (!(tid >= 0)) return undefined;
    if (tid >= tidMax) {
      const other = this.#others.get(tid);
      return other === undefined ? undefined : this.#all[other];
    }
    const slot = (this.#pages[tid >> pageBits]?.[tid & (pageSize - 1)] ?? 0) - 1;
    if (slot < 0) return undefined;
    const task = this.#all[slot] as Task;
    this.#recent[tid & (recentCount - 1)] = task;
    return task;
  }

  #madeTask(tid: number): Task {
    return this.#find(tid) ?? this.#add(tid);
  }

  #add(tid: number): Task {
    const slot = this.#all.length;
    // As 32 bits, whatever it is: engines keep small whole numbers best.
    const task = new Task(tid | 0, slot);
    this.#all.push(task);
    if (tid >= tidMax) {
      this.#others.set(tid, slot);
      return task;
    }
    const index = tid >> pageBits;
    let page = this.#pages[index];
    if (page === undefined) {
      page = new Int32Array(pageSize);
      this.#pages[index] = page;
    }
    page[tid & (pageSize - 1)] = slot + 1;
    return task;
  }
}
