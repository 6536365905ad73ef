/** How events change the model: for each canonical event the fields it needs and what follows from them. */
import type { CanonicalField, CanonicalName } from '../vocabulary/events.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { KernelModel } from './model.ts';

/** What follows from the records of one class, bound to one model and to the columns of one stream. */
export interface BoundFeed {
  /** The three that most records are, so that a dispatcher can call each of them where no other comes. */
  readonly kind: 'switch' | 'enter' | 'exit' | 'other';
  /** Columns may be other arrays with each batch. */
  refresh(event: AnyView): void;
  /** @returns whether a system call was completed: `model.syscalls.completed` */
  feed(row: number, tid: number): boolean;
}

export interface ModelInput {
  readonly fields: readonly string[];
  readonly bind: (model: KernelModel) => BoundFeed;
}

function input<Name extends CanonicalName>(
  _name: Name,
  fields: readonly CanonicalField<Name>[],
  feed: (model: KernelModel, event: AnyView, row: number, tid: number) => void,
): ModelInput {
  return { fields, bind: (model) => new OtherFeed(model, feed) };
}

/** Records that are rare enough to be looked up field by field. */
class OtherFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #model: KernelModel;
  readonly #feed: (model: KernelModel, event: AnyView, row: number, tid: number) => void;
  #event: AnyView | undefined;

  constructor(
    model: KernelModel,
    feed: (model: KernelModel, event: AnyView, row: number, tid: number) => void,
  ) {
    this.#model = model;
    this.#feed = feed;
  }

  refresh(event: AnyView): void {
    this.#event = event;
  }

  feed(row: number, tid: number): boolean {
    if (this.#event !== undefined) this.#feed(this.#model, this.#event, row, tid);
    return false;
  }
}

/** Like `input`, for what a class of its own does. */
function boundInput<Name extends CanonicalName>(
  _name: Name,
  fields: readonly CanonicalField<Name>[],
  bind: (model: KernelModel) => BoundFeed,
): ModelInput {
  return { fields, bind };
}

const noNumbers: Float64Array = new Float64Array(0);
const noCpus: Int32Array = new Int32Array(0);
const noText: TextView = { at: () => '', idAt: () => 0, isAt: (_, id) => id === 0 };

export class SwitchFeed implements BoundFeed {
  readonly kind = 'switch';
  readonly #cpus: KernelModel['cpus'];
  readonly #tasks: KernelModel['tasks'];
  #cpu = noCpus;
  #prevTid: NumberView = noNumbers;
  #nextTid: NumberView = noNumbers;
  #prevComm = noText;
  #nextComm = noText;

  constructor(model: KernelModel) {
    this.#cpus = model.cpus;
    this.#tasks = model.tasks;
  }

  refresh(event: AnyView): void {
    const { fields } = event;
    this.#cpu = event.cpu;
    this.#prevTid = fields['prev_tid'] as NumberView;
    this.#nextTid = fields['next_tid'] as NumberView;
    this.#prevComm = fields['prev_comm'] as TextView;
    this.#nextComm = fields['next_comm'] as TextView;
  }

  feed(row: number): boolean {
    const prev = orUnknown(this.#prevTid[row] as number);
    const next = orUnknown(this.#nextTid[row] as number);
    this.#cpus.switched(this.#cpu[row] as number, prev, next);
    nameTask(this.#tasks, prev, this.#prevComm, row);
    nameTask(this.#tasks, next, this.#nextComm, row);
    return false;
  }
}

/** A thread keeps its name from one event to the next, almost always: its bytes are compared before they are looked up. */
function nameTask(tasks: KernelModel['tasks'], tid: number, comm: TextView, row: number): void {
  // Each CPU has an idle thread of its own, all with number 0: the first name stands for all.
  if (tid === 0 && tasks.commOf(0) !== 0) return;
  if (comm.isAt(row, tasks.commOf(tid))) return;
  tasks.setComm(tid, comm.idAt(row));
}

export class EnterFeed implements BoundFeed {
  readonly kind = 'enter';
  readonly #syscalls: KernelModel['syscalls'];
  #timeNs = noNumbers;
  #name = noText;
  /** The name where all records have the same, else -1. */
  #constantName = -1;

  constructor(model: KernelModel) {
    this.#syscalls = model.syscalls;
  }

  refresh(event: AnyView): void {
    this.#timeNs = event.timeNs;
    this.#name = event.fields['name'] as TextView;
    this.#constantName = this.#name.constantId ?? -1;
  }

  feed(row: number, tid: number): boolean {
    const name = this.#constantName >= 0 ? this.#constantName : this.#name.idAt(row);
    this.#syscalls.enter(tid, name, this.#timeNs[row] as number);
    return false;
  }
}

export class ExitFeed implements BoundFeed {
  readonly kind = 'exit';
  readonly #syscalls: KernelModel['syscalls'];
  #timeNs = noNumbers;
  #cpu = noCpus;
  #ret: NumberView = noNumbers;
  #name = noText;
  #constantName = -1;

  constructor(model: KernelModel) {
    this.#syscalls = model.syscalls;
  }

  refresh(event: AnyView): void {
    this.#timeNs = event.timeNs;
    this.#cpu = event.cpu;
    this.#ret = event.fields['ret'] as NumberView;
    this.#name = event.fields['name'] as TextView;
    this.#constantName = this.#name.constantId ?? -1;
  }

  feed(row: number, tid: number): boolean {
    const name = this.#constantName >= 0 ? this.#constantName : this.#name.idAt(row);
    const timeNs = this.#timeNs[row] as number;
    return this.#syscalls.exit(tid, name, this.#ret[row] as number, timeNs, this.#cpu[row] as number);
  }
}

function orUnknown(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

/** A number that may be absent: -1. */
function known(event: AnyView, field: string, row: number): number {
  return orUnknown((event.fields[field] as NumberView)[row] as number);
}

function text(event: AnyView, field: string, row: number): number {
  return (event.fields[field] as TextView).idAt(row);
}

/** What the model of threads and CPUs is made from. */
export const threadInputs: Readonly<Partial<Record<CanonicalName, ModelInput>>> = {
  sched_switch: boundInput(
    'sched_switch',
    ['prev_comm', 'prev_tid', 'next_comm', 'next_tid'],
    (model) => new SwitchFeed(model),
  ),
  sched_process_fork: input(
    'sched_process_fork',
    ['parent_tid', 'parent_comm', 'parent_pid', 'child_tid', 'child_pid', 'child_comm'],
    (model, event, row) => {
      const child = known(event, 'child_tid', row);
      const parent = known(event, 'parent_tid', row);
      nameTask(model.tasks, parent, event.fields['parent_comm'] as TextView, row);
      // A child begins with its parent's name.
      const childComm = event.fields['child_comm'] as TextView;
      const parentComm = model.tasks.commOf(parent);
      const comm = childComm.isAt(row, parentComm) ? parentComm : childComm.idAt(row);
      model.tasks.begin(child, known(event, 'child_pid', row), comm);
      model.tasks.setPid(parent, known(event, 'parent_pid', row));
      model.syscalls.begin(child);
    },
  ),
  sched_process_exec: input('sched_process_exec', ['task_tid', 'old_tid'], (model, event, row) => {
    model.syscalls.moved(known(event, 'old_tid', row), known(event, 'task_tid', row));
  }),
  task_rename: input('task_rename', ['task_tid', 'newcomm'], (model, event, row) => {
    model.tasks.setComm(known(event, 'task_tid', row), text(event, 'newcomm', row));
  }),
  process_state: input('process_state', ['task_tid', 'task_pid', 'comm'], (model, event, row) => {
    const tid = known(event, 'task_tid', row);
    model.tasks.setPid(tid, known(event, 'task_pid', row));
    // What is told while tracing is newer than this list.
    if (model.tasks.commOf(tid) === 0) model.tasks.setComm(tid, text(event, 'comm', row));
  }),
};

/** What the model of system calls needs besides. */
export const syscallInputs: Readonly<Partial<Record<CanonicalName, ModelInput>>> = {
  syscall_enter: boundInput('syscall_enter', ['nr', 'name'], (model) => new EnterFeed(model)),
  syscall_exit: boundInput('syscall_exit', ['nr', 'name', 'ret'], (model) => new ExitFeed(model)),
};
