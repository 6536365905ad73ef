/** Calls of `futex`, and wake-ups of those who wait in one. */
import type { AnyView, TextView } from '../vocabulary/view.ts';
import type { BoundFeed, ModelInputs } from './feed.ts';
import { boundInput, cpuAt, input, known, noText, numberAt, timeAt } from './feed.ts';
import type { KernelModel } from './model.ts';

/** All calls in one class: other calls are told by their name, and end one whose exit was lost. */
class FutexEntryFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #model: KernelModel;
  readonly #futex: number;
  #event: AnyView | undefined;
  #name: TextView = noText;

  constructor(model: KernelModel) {
    this.#model = model;
    this.#futex = model.names.idOf('futex');
  }

  refresh(event: AnyView): void {
    this.#event = event;
    this.#name = event.fields['name'] as TextView;
  }

  feed(row: number, tid: number): number {
    const { futexes } = this.#model;
    const event = this.#event as AnyView;
    if (!this.#name.isAt(row, this.#futex)) {
      futexes.dropped(tid);
      return 0;
    }
    const op = numberAt(event, 'arg1', row);
    // Without its command nothing is known of a call: it may wait or wake.
    if (!Number.isNaN(op)) futexes.entered(tid, numberAt(event, 'arg0', row), op, timeAt(event, row));
    return 0;
  }
}

const isFutex = (name: string) => name === 'futex';

const wakes = (name: 'sched_waking' | 'sched_wakeup') =>
  input(name, ['task_tid'], ({ futexes }, event, row, tid) => {
    futexes.woken(known(event, 'task_tid', row), tid, name === 'sched_waking', timeAt(event, row));
    return 0;
  });

export const futexInputs: ModelInputs = {
  syscall_enter: boundInput(
    'syscall_enter',
    ['nr', 'name', 'arg0', 'arg1'],
    (model) => new FutexEntryFeed(model),
    isFutex,
  ),
  syscall_exit: boundInput(
    'syscall_exit',
    ['nr', 'name', 'ret'],
    (model) => new FutexExitFeed(model),
    isFutex,
  ),
  sched_waking: wakes('sched_waking'),
  sched_wakeup: wakes('sched_wakeup'),
  sched_process_fork: input('sched_process_fork', ['child_tid'], ({ futexes }, event, row) => {
    futexes.dropped(known(event, 'child_tid', row));
    return 0;
  }),
};

class FutexExitFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #model: KernelModel;
  #event: AnyView | undefined;

  constructor(model: KernelModel) {
    this.#model = model;
  }

  refresh(event: AnyView): void {
    this.#event = event;
  }

  feed(row: number, tid: number): number {
    const event = this.#event as AnyView;
    return this.#model.futexes.exited(
      tid,
      numberAt(event, 'ret', row),
      cpuAt(event, row),
      timeAt(event, row),
    );
  }
}
