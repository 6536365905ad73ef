/** Who runs where, and the names and processes of threads. */
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { BoundFeed, ModelInputs } from './feed.ts';
import { boundInput, input, known, noCpus, noNumbers, noText, orUnknown, textAt } from './feed.ts';
import type { KernelModel } from './model.ts';

export class SwitchFeed implements BoundFeed {
  readonly kind = 'switch';
  readonly #cpus: KernelModel['cpus'];
  readonly #tasks: KernelModel['tasks'];
  #cpu = noCpus;
  #timeNs = noNumbers;
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
    this.#timeNs = event.timeNs;
    this.#prevTid = fields['prev_tid'] as NumberView;
    this.#nextTid = fields['next_tid'] as NumberView;
    this.#prevComm = (fields['prev_comm'] ?? noText) as TextView;
    this.#nextComm = (fields['next_comm'] ?? noText) as TextView;
  }

  /** Who runs after a switch, -1 unknown. */
  nextTid(row: number): number {
    return orUnknown(this.#nextTid[row] as number);
  }

  feed(row: number): number {
    const prev = orUnknown(this.#prevTid[row] as number);
    const next = this.nextTid(row);
    this.#cpus.switched(this.#cpu[row] as number, prev, next, this.#timeNs[row] as number);
    if (this.#nextComm === noText) return 0;
    nameTask(this.#tasks, prev, this.#prevComm, row);
    nameTask(this.#tasks, next, this.#nextComm, row);
    return 0;
  }
}

/** A thread keeps its name from one event to the next, almost always: its bytes are compared before they are looked up. */
function nameTask(tasks: KernelModel['tasks'], tid: number, comm: TextView, row: number): void {
  // Each CPU has an idle thread of its own, all with number 0: the first name stands for all.
  if (tid === 0 && tasks.commOf(0) !== 0) return;
  if (comm.isAt(row, tasks.commOf(tid))) return;
  tasks.setComm(tid, comm.idAt(row));
}

/** What the model of threads and CPUs is made from. */
export const threadInputs: ModelInputs = {
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
      const comm = childComm.isAt(row, parentComm) ? parentComm : childComm.idAt(row) || parentComm;
      model.tasks.begin(child, known(event, 'child_pid', row), comm);
      model.tasks.setPid(parent, known(event, 'parent_pid', row));
      model.syscalls.begin(child);
    },
  ),
  sched_process_exec: input('sched_process_exec', ['task_tid', 'old_tid'], (model, event, row) => {
    model.syscalls.moved(known(event, 'old_tid', row), known(event, 'task_tid', row));
  }),
  task_rename: input('task_rename', ['task_tid', 'newcomm'], (model, event, row) => {
    model.tasks.setComm(known(event, 'task_tid', row), textAt(event, 'newcomm', row));
  }),
  process_state: input('process_state', ['task_tid', 'task_pid', 'comm'], (model, event, row) => {
    const tid = known(event, 'task_tid', row);
    model.tasks.setPid(tid, known(event, 'task_pid', row));
    // What is told while tracing is newer than this list.
    if (model.tasks.commOf(tid) === 0) model.tasks.setComm(tid, textAt(event, 'comm', row));
  }),
};

/** Threads that begin, where it is not asked who they are. */
class BeginFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #syscalls: KernelModel['syscalls'];
  #childTid: NumberView = noNumbers;

  constructor(model: KernelModel) {
    this.#syscalls = model.syscalls;
  }

  refresh({ fields }: AnyView): void {
    this.#childTid = fields['child_tid'] as NumberView;
  }

  feed(row: number): number {
    this.#syscalls.begin(orUnknown(this.#childTid[row] as number));
    return 0;
  }
}

/** The same where neither names nor processes of threads are asked for: who runs where, and where threads begin. */
export const runningThreadInputs: ModelInputs = {
  sched_switch: boundInput('sched_switch', ['prev_tid', 'next_tid'], (model) => new SwitchFeed(model)),
  sched_process_fork: boundInput('sched_process_fork', ['child_tid'], (model) => new BeginFeed(model)),
  ...(threadInputs.sched_process_exec ? { sched_process_exec: threadInputs.sched_process_exec } : {}),
};
