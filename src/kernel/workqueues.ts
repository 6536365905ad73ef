/**
 * Work that the kernel's workers (`kworker`) do for others.
 *
 *     tid 7      ──┤queue A├──
 *     kworker 30      └─ waits ─┤activate A├── waits ──┤start A├──── does it ────┤end A├──          one work
 *
 * A work that is queued again while it waits is one; queued while it is done, it is done once more. Who queues it may be an interrupt of the
 * thread that ran.
 */
import type { FunctionSeen } from './function-names.ts';
import type { Tasks } from './tasks.ts';

/** A worker has done a work. The object is used again for the next one. */
export interface WorkCompleted {
  /** The worker, -1 unknown. */
  tid: number;
  comm: number;
  cpu: number;
  /** The low 52 bits of the function's address. */
  function: number;
  /** The function's name in `names`, 0 where only its address was recorded. */
  name: number;
  /** The name of the queue in `names`, 0 unknown. */
  workqueue: number;
  /** When somebody asked for it; NaN unknown. */
  queueNs: number;
  /** Which thread ran then: it asked, or it was interrupted by what asked; -1 unknown. */
  queuerTid: number;
  /** From when on nothing but a free worker was missing; NaN unknown. */
  activateNs: number;
  startNs: number;
  endNs: number;
}

/** The bit of this transition. */
export const workCompleted = 4096;

interface Queued {
  readonly workqueue: number;
  readonly queueNs: number;
  readonly queuerTid: number;
  activateNs: number;
}

interface Running {
  readonly function: number;
  readonly name: number;
  readonly startNs: number;
  readonly queued: Queued | undefined;
}

/** Works are in the kernel's memory: a trace with more of them at a time is damaged. */
const workCountMax = 1 << 20;

export class Workqueues {
  readonly #tasks: Tasks;
  /** By address of the work. */
  readonly #queued = new Map<number, Queued>();
  readonly #running = new Map<number, Running>();
  readonly completed: WorkCompleted = {
    tid: -1,
    comm: 0,
    cpu: -1,
    function: 0,
    name: 0,
    workqueue: 0,
    queueNs: Number.NaN,
    queuerTid: -1,
    activateNs: Number.NaN,
    startNs: 0,
    endNs: 0,
  };
  /** Ends without a beginning. */
  endWithoutStartCount = 0;
  /** Beginnings whose end was lost. */
  lostEndCount = 0;

  constructor(tasks: Tasks) {
    this.#tasks = tasks;
  }

  queued(work: number, workqueue: number, tid: number, timeNs: number): void {
    if (this.#queued.size >= workCountMax) this.#queued.clear();
    // One that waits already is asked for twice and done once.
    if (this.#queued.has(work)) return;
    this.#queued.set(work, { workqueue, queueNs: timeNs, queuerTid: tid, activateNs: Number.NaN });
  }

  activated(work: number, timeNs: number): void {
    const queued = this.#queued.get(work);
    if (queued !== undefined) queued.activateNs = timeNs;
  }

  started(work: number, { address, name }: FunctionSeen, timeNs: number): void {
    if (this.#running.size >= workCountMax) this.#running.clear();
    if (this.#running.has(work)) this.lostEndCount++;
    this.#running.set(work, { function: address, name, startNs: timeNs, queued: this.#queued.get(work) });
    this.#queued.delete(work);
  }

  /** @returns which transitions there are */
  ended(work: number, tid: number, cpu: number, timeNs: number): number {
    const running = this.#running.get(work);
    if (running === undefined) {
      this.endWithoutStartCount++;
      return 0;
    }
    this.#running.delete(work);
    const { completed } = this;
    completed.tid = tid;
    completed.comm = this.#tasks.commOf(tid);
    completed.cpu = cpu;
    completed.function = running.function;
    completed.name = running.name;
    completed.workqueue = running.queued?.workqueue ?? 0;
    completed.queueNs = running.queued?.queueNs ?? Number.NaN;
    completed.queuerTid = running.queued?.queuerTid ?? -1;
    completed.activateNs = running.queued?.activateNs ?? Number.NaN;
    completed.startNs = running.startNs;
    completed.endNs = timeNs;
    return workCompleted;
  }

  /** After lost events: any work may be done, and asked for again. */
  forget(): void {
    this.#queued.clear();
    this.#running.clear();
  }

  /** Works that wait for a worker, and works that one is at. */
  openCounts(): { readonly queued: number; readonly running: number } {
    return { queued: this.#queued.size, running: this.#running.size };
  }
}
