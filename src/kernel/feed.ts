/** How events change the model: for each canonical event the fields it needs and what follows from them. */
import type { CanonicalField, CanonicalName } from '../vocabulary/events.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { KernelModel } from './model.ts';

/** @returns whether a system call was completed: `model.syscalls.completed` */
export type Feed = (model: KernelModel, event: AnyView, row: number, tid: number) => boolean;

export interface ModelInput {
  readonly fields: readonly string[];
  readonly feed: Feed;
}

function input<Name extends CanonicalName>(
  _name: Name,
  fields: readonly CanonicalField<Name>[],
  feed: (model: KernelModel, event: AnyView, row: number, tid: number) => boolean,
): ModelInput {
  return { fields, feed };
}

function number(event: AnyView, field: string, row: number): number {
  return (event.fields[field] as NumberView)[row] as number;
}

/** A number that may be absent: -1. */
function known(event: AnyView, field: string, row: number): number {
  const value = number(event, field, row);
  return Number.isNaN(value) ? -1 : value;
}

function text(event: AnyView, field: string, row: number): number {
  return (event.fields[field] as TextView).idAt(row);
}

/** What the model of threads and CPUs is made from. */
export const threadInputs: Readonly<Partial<Record<CanonicalName, ModelInput>>> = {
  sched_switch: input(
    'sched_switch',
    ['prev_comm', 'prev_tid', 'next_comm', 'next_tid'],
    (model, event, row) => {
      const prev = known(event, 'prev_tid', row);
      const next = known(event, 'next_tid', row);
      model.cpus.switched(event.cpu[row] as number, prev, next);
      model.tasks.setComm(prev, text(event, 'prev_comm', row));
      model.tasks.setComm(next, text(event, 'next_comm', row));
      return false;
    },
  ),
  sched_process_fork: input(
    'sched_process_fork',
    ['parent_tid', 'parent_comm', 'parent_pid', 'child_tid', 'child_pid', 'child_comm'],
    (model, event, row) => {
      const child = known(event, 'child_tid', row);
      const parent = known(event, 'parent_tid', row);
      model.tasks.begin(child, known(event, 'child_pid', row), text(event, 'child_comm', row));
      model.tasks.setPid(parent, known(event, 'parent_pid', row));
      model.tasks.setComm(parent, text(event, 'parent_comm', row));
      model.syscalls.begin(child);
      return false;
    },
  ),
  sched_process_exec: input('sched_process_exec', ['task_tid', 'old_tid'], (model, event, row) => {
    model.syscalls.moved(known(event, 'old_tid', row), known(event, 'task_tid', row));
    return false;
  }),
  task_rename: input('task_rename', ['task_tid', 'newcomm'], (model, event, row) => {
    model.tasks.setComm(known(event, 'task_tid', row), text(event, 'newcomm', row));
    return false;
  }),
  process_state: input('process_state', ['task_tid', 'task_pid', 'comm'], (model, event, row) => {
    const tid = known(event, 'task_tid', row);
    model.tasks.setPid(tid, known(event, 'task_pid', row));
    // What is told while tracing is newer than this list.
    if (model.tasks.commOf(tid) === 0) model.tasks.setComm(tid, text(event, 'comm', row));
    return false;
  }),
};

/** What the model of system calls needs besides. */
export const syscallInputs: Readonly<Partial<Record<CanonicalName, ModelInput>>> = {
  syscall_enter: input('syscall_enter', ['nr', 'name'], (model, event, row, tid) => {
    model.syscalls.enter(tid, text(event, 'name', row), event.timeNs[row] as number);
    return false;
  }),
  syscall_exit: input('syscall_exit', ['nr', 'name', 'ret'], (model, event, row, tid) => {
    const { ret } = event.fields as { ret: NumberView };
    const name = text(event, 'name', row);
    return model.syscalls.exit(
      tid,
      name,
      ret[row] as number,
      event.timeNs[row] as number,
      event.cpu[row] as number,
    );
  }),
};
