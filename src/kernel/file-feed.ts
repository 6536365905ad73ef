/** Calls on files with their arguments, and what state dumps say of open files. */
import { type FileCall, fileCall } from '../vocabulary/syscall-arguments.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { BoundFeed, ModelInputs } from './feed.ts';
import { boundInput, input, known, noCpus, noNumbers, noText, numberAt, textAt, timeAt } from './feed.ts';
import type { KernelModel } from './model.ts';

const argumentFields = ['arg0', 'arg1', 'arg2', 'arg3', 'arg4', 'arg5'] as const;

class FileEntryFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #model: KernelModel;
  /** By name id: where a call's arguments are; `null` for calls that are not on files. */
  readonly #calls: (FileCall | null | undefined)[] = [];
  #event: AnyView | undefined;
  #name: TextView = noText;
  #arguments: readonly NumberView[] = [];
  readonly #given = { fd: Number.NaN, otherFd: Number.NaN, path: 0, size: Number.NaN, flags: Number.NaN };

  constructor(model: KernelModel) {
    this.#model = model;
  }

  refresh(event: AnyView): void {
    this.#event = event;
    this.#name = event.fields['name'] as TextView;
    this.#arguments = argumentFields.map((field) => event.fields[field] as NumberView);
  }

  feed(row: number, tid: number): number {
    const event = this.#event as AnyView;
    const name = this.#name.idAt(row);
    const isNumbered = !Number.isNaN((this.#arguments[0] as NumberView)[row] as number);
    if (isNumbered) this.#readNumbered(name, row);
    else this.#readNamed(event, row);
    this.#model.files.enter(tid, name, timeAt(event, row), this.#given);
    return 0;
  }

  #readNamed(event: AnyView, row: number): void {
    const given = this.#given;
    given.fd = numberAt(event, 'fd', row);
    given.otherFd = numberAt(event, 'other_fd', row);
    given.path = textAt(event, 'path', row);
    given.size = numberAt(event, 'size', row);
    given.flags = numberAt(event, 'flags', row);
  }

  /** Arguments are numbers without names: which is which follows from the call. */
  #readNumbered(name: number, row: number): void {
    const call = this.#callOf(name);
    const given = this.#given;
    const argument = (field: 'fd' | 'other_fd' | 'size' | 'flags'): number => {
      const index = call?.[field]?.index;
      return index === undefined ? Number.NaN : ((this.#arguments[index] as NumberView)[row] as number);
    };
    given.fd = asInt(argument('fd'));
    given.otherFd = asInt(argument('other_fd'));
    given.path = 0;
    given.size = argument('size');
    given.flags = argument('flags');
  }

  #callOf(name: number): FileCall | null {
    let call = this.#calls[name];
    if (call === undefined) {
      call = fileCall(this.#model.names.text(name)) ?? null;
      this.#calls[name] = call;
    }
    return call;
  }
}

/** Registers are 64 bits wide, descriptors 32: what is above them may be anything. */
function asInt(value: number): number {
  return Number.isNaN(value) ? value : value | 0;
}

class FileExitFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #files: KernelModel['files'];
  #timeNs = noNumbers;
  #cpu = noCpus;
  #name: TextView = noText;
  #ret: NumberView = noNumbers;
  #fd0: NumberView = noNumbers;
  #fd1: NumberView = noNumbers;

  constructor(model: KernelModel) {
    this.#files = model.files;
  }

  refresh(event: AnyView): void {
    const { fields } = event;
    this.#timeNs = event.timeNs;
    this.#cpu = event.cpu;
    this.#name = fields['name'] as TextView;
    this.#ret = fields['ret'] as NumberView;
    this.#fd0 = fields['fd0'] as NumberView;
    this.#fd1 = fields['fd1'] as NumberView;
  }

  feed(row: number, tid: number): number {
    const [ret, timeNs] = [this.#ret[row] as number, this.#timeNs[row] as number];
    const [fd0, fd1] = [this.#fd0[row] as number, this.#fd1[row] as number];
    return this.#files.exit(tid, this.#name.idAt(row), ret, timeNs, this.#cpu[row] as number, fd0, fd1);
  }
}

const isFileCall = (name: string) => fileCall(name) !== undefined;

/** What open files and calls on them are made from. */
export const fileInputs: ModelInputs = {
  syscall_enter: boundInput(
    'syscall_enter',
    ['nr', 'name', 'fd', 'other_fd', 'path', 'size', 'flags', ...argumentFields],
    (model) => new FileEntryFeed(model),
    isFileCall,
  ),
  syscall_exit: boundInput(
    'syscall_exit',
    ['nr', 'name', 'ret', 'fd0', 'fd1'],
    (model) => new FileExitFeed(model),
    isFileCall,
  ),
  sched_process_fork: input(
    'sched_process_fork',
    ['parent_tid', 'child_tid', 'child_pid'],
    (model, event, row) => {
      const [parent, child] = [known(event, 'parent_tid', row), known(event, 'child_tid', row)];
      model.files.forked(parent, child, known(event, 'child_pid', row));
      return 0;
    },
  ),
  sched_process_exec: input('sched_process_exec', ['task_tid'], (model, event, row, tid) => {
    const task = known(event, 'task_tid', row);
    model.files.executed(task >= 0 ? task : tid);
    return 0;
  }),
  sched_process_free: input('sched_process_free', ['task_tid'], (model, event, row) => {
    model.files.freed(known(event, 'task_tid', row));
    return 0;
  }),
  process_state: input('process_state', ['task_pid', 'file_table'], (model, event, row) => {
    model.files.tableOf(known(event, 'task_pid', row), numberAt(event, 'file_table', row));
    return 0;
  }),
  file_descriptor_state: input(
    'file_descriptor_state',
    ['task_pid', 'file_table', 'fd', 'path', 'flags'],
    (model, event, row) => {
      const table = numberAt(event, 'file_table', row);
      const path = textAt(event, 'path', row);
      const pid = known(event, 'task_pid', row);
      model.files.told(pid, table, numberAt(event, 'fd', row), path, numberAt(event, 'flags', row));
      return 0;
    },
  ),
};
