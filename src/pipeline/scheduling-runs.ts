/**
 * Switches and wake-ups whose records say their own thread, as perf's and ftrace's do, where many of them come one after the other. What
 * is usual is told to the model from columns that are looked up once a run; what is not (a thread that its CPU was not known to run,
 * another name, another process) goes the long way, record by record.
 */
import type { EventBatch } from '../events/batch.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';

/** Shorter runs are not worth looking up columns. */
const leastCount = 16;

/** Where the records of one class in a batch say what a record has, by row. */
interface ThreadColumns {
  readonly classIndex: number;
  /** Who made the record. */
  readonly tid: Int32Array;
  /** Its process, where that is recorded. */
  readonly pid: Int32Array | undefined;
  readonly cpu: Int32Array;
}

export interface SwitchColumns extends ThreadColumns {
  readonly kind: 'switch';
  /** The transitions that handlers want. */
  readonly wanted: number;
  readonly prevTid: NumberView;
  readonly prevComm: TextView;
  readonly prevPrio: NumberView;
  readonly prevState: NumberView;
  readonly nextTid: NumberView;
  readonly nextComm: TextView;
  readonly nextPrio: NumberView;
}

export interface WakeColumns extends ThreadColumns {
  readonly kind: 'waking' | 'wakeup';
  readonly woken: NumberView;
  readonly prio: NumberView;
  readonly target: NumberView;
}

export function switchColumns(
  { fields, cpu, tid, eventClass }: AnyView,
  pid: Int32Array | undefined,
  wanted: number,
): SwitchColumns {
  const number = (name: string) => fields[name] as NumberView;
  const text = (name: string) => fields[name] as TextView;
  return {
    ...{ kind: 'switch', classIndex: eventClass.index, wanted, tid, pid, cpu },
    ...{ prevTid: number('prev_tid'), prevComm: text('prev_comm') },
    ...{ prevPrio: number('prev_prio'), prevState: number('prev_state') },
    ...{ nextTid: number('next_tid'), nextComm: text('next_comm'), nextPrio: number('next_prio') },
  };
}

export function wakeColumns(
  kind: WakeColumns['kind'],
  { fields, cpu, tid, eventClass }: AnyView,
  pid: Int32Array | undefined,
): WakeColumns {
  const number = (name: string) => fields[name] as NumberView;
  return {
    ...{ kind, classIndex: eventClass.index, tid, pid, cpu },
    ...{ woken: number('task_tid'), prio: number('prio'), target: number('target_cpu') },
  };
}

/** The switches and wake-ups of one stream. */
export class SchedulingRuns {
  readonly #model: KernelModel;
  readonly #feedOne: (ofClass: number, row: number) => void;
  readonly #deliver: (switchClass: number, row: number, transitions: number) => void;
  #switches: SwitchColumns | undefined;
  #wakings: WakeColumns | undefined;
  #wakeups: WakeColumns | undefined;

  /**
   * @param feedOne tells the model of a record the long way
   * @param deliver is told what a switch has completed
   */
  constructor(
    model: KernelModel,
    feedOne: (ofClass: number, row: number) => void,
    deliver: (switchClass: number, row: number, transitions: number) => void,
  ) {
    this.#model = model;
    this.#feedOne = feedOne;
    this.#deliver = deliver;
  }

  /** Tells of a class's columns in the next batch. @returns false for a second class of the same kind: it takes one of each */
  take(columns: SwitchColumns | WakeColumns): boolean {
    const { kind } = columns;
    const known = kind === 'switch' ? this.#switches : kind === 'waking' ? this.#wakings : this.#wakeups;
    if (known !== undefined && known.classIndex !== columns.classIndex) return false;
    if (kind === 'switch') this.#switches = columns;
    else if (kind === 'waking') this.#wakings = columns;
    else this.#wakeups = columns;
    return true;
  }

  /**
   * Tells the model of the records from `from` on, as long as they are of its classes.
   * @returns the first one that is of another class, or `to`
   */
  feed(batch: EventBatch, from: number, to: number): number {
    const { classIndex, row } = batch;
    let at = from;
    while (at < to) {
      if (to - at >= leastCount) at = this.#feedUsual(batch, at, to);
      if (at === to) break;
      const ofClass = classIndex[at] as number;
      if (!this.#has(ofClass)) break;
      this.#feedOne(ofClass, row[at] as number);
      at++;
    }
    return at;
  }

  #has(ofClass: number): boolean {
    return [this.#switches, this.#wakings, this.#wakeups].some((each) => each?.classIndex === ofClass);
  }

  /** @returns the first record that is not usual, or of another class */
  #feedUsual({ timeNs, classIndex, row: rows }: EventBatch, from: number, to: number): number {
    const { tasks, cpus, scheduling } = this.#model;
    const [switches, wakings, wakeups] = [this.#switches, this.#wakings, this.#wakeups];
    if (switches === undefined) return from;
    const { classIndex: switchClass, wanted, tid: switchTid, pid: switchPid, cpu: switchCpu } = switches;
    const { prevTid, prevComm, prevPrio, prevState, nextTid, nextComm, nextPrio } = switches;
    const wakingClass = wakings?.classIndex;
    let at = from;
    for (; at < to; at++) {
      const ofClass = classIndex[at] as number;
      const row = rows[at] as number;
      const time = timeNs[at] as number;
      if (ofClass === switchClass) {
        const prev = prevTid[row] as number;
        const next = nextTid[row] as number;
        const cpu = switchCpu[row] as number;
        if (prev !== switchTid[row] || !(prev >= 0 && next >= 0) || cpus.current(cpu) !== prev) break;
        if (switchPid !== undefined && switchPid[row] !== tasks.pidOf(prev)) break;
        if (!isNamed(tasks, prev, prevComm, row) || !isNamed(tasks, next, nextComm, row)) break;
        cpus.switched(cpu, prev, next, time);
        const transitions = scheduling.switched(
          cpu,
          time,
          prev,
          prevState[row] as number,
          prevPrio[row] as number,
          next,
          nextPrio[row] as number,
        );
        if ((transitions & wanted) !== 0) this.#deliver(ofClass, row, transitions);
        continue;
      }
      const isWaking = ofClass === wakingClass;
      const wakes = isWaking ? wakings : wakeups;
      if (wakes?.classIndex !== ofClass) break;
      const waker = wakes.tid[row] as number;
      const cpu = wakes.cpu[row] as number;
      if (waker < 0 || cpus.current(cpu) !== waker) break;
      if (wakes.pid !== undefined && wakes.pid[row] !== tasks.pidOf(waker)) break;
      const woken = wakes.woken[row] as number;
      const target = wakes.target[row] as number;
      if (!(woken > 0 && target >= 0) || tasks.commOf(woken) === 0) break;
      cpus.seen(cpu, waker, time);
      scheduling.woken(woken, time, waker, cpu, target, isWaking, false, wakes.prio[row] as number);
    }
    return at;
  }
}

/** Whether a thread is known under the name that a record says. Of the CPUs' idle threads the first one's name stands for all. */
function isNamed(
  tasks: KernelModel['tasks'],
  tid: number,
  name: SwitchColumns['prevComm'],
  row: number,
): boolean {
  const comm = tasks.commOf(tid);
  return tid === 0 ? comm !== 0 : name.isAt(row, comm);
}
