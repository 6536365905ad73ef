/** Entries and exits of system calls: most records of a kernel trace. */
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { BoundFeed, ModelInputs } from './feed.ts';
import { boundInput, noCpus, noNumbers, noText } from './feed.ts';
import type { KernelModel } from './model.ts';
import { syscallCompleted } from './syscalls.ts';

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

  feed(row: number, tid: number): number {
    const name = this.#constantName >= 0 ? this.#constantName : this.#name.idAt(row);
    this.#syscalls.enter(tid, name, this.#timeNs[row] as number);
    return 0;
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

  feed(row: number, tid: number): number {
    const name = this.#constantName >= 0 ? this.#constantName : this.#name.idAt(row);
    const timeNs = this.#timeNs[row] as number;
    const ret = this.#ret[row] as number;
    return this.#syscalls.exit(tid, name, ret, timeNs, this.#cpu[row] as number) ? syscallCompleted : 0;
  }
}

/** What the model of system calls needs besides. */
export const syscallInputs: ModelInputs = {
  syscall_enter: boundInput('syscall_enter', ['nr', 'name'], (model) => new EnterFeed(model)),
  syscall_exit: boundInput('syscall_exit', ['nr', 'name', 'ret'], (model) => new ExitFeed(model)),
};
