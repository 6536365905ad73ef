/** Timers that are set, taken back, and whose functions run. */
import type { AnyView } from '../vocabulary/view.ts';
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, numberAt, timeAt } from './feed.ts';
import type { KernelModel } from './model.ts';
import type { TimerKind } from './timers.ts';

function started(kind: TimerKind, { timers }: KernelModel, event: AnyView, row: number, tid: number): number {
  // From the softer of two times on an hrtimer may expire, though a thread's slack lets the kernel wait until the other.
  const soft = kind === 'hrtimer' ? numberAt(event, 'softexpires', row) : Number.NaN;
  const expires = Number.isNaN(soft) ? numberAt(event, 'expires', row) : soft;
  timers.started(kind, numberAt(event, kind, row), expires, tid, timeAt(event, row));
  return 0;
}

function cancelled(
  kind: TimerKind,
  { timers }: KernelModel,
  event: AnyView,
  row: number,
  _tid: number,
): number {
  timers.cancelled(kind, numberAt(event, kind, row), cpuAt(event, row));
  return 0;
}

function entered(kind: TimerKind, model: KernelModel, event: AnyView, row: number, _tid: number): number {
  const [timer, now] = [numberAt(event, kind, row), numberAt(event, 'now', row)];
  const seen = model.functions.of(event, row);
  model.timers.entered(kind, timer, seen, now, cpuAt(event, row), timeAt(event, row));
  return 0;
}

function exited(kind: TimerKind, { timers }: KernelModel, event: AnyView, row: number, tid: number): number {
  return timers.exited(kind, numberAt(event, kind, row), tid, cpuAt(event, row), timeAt(event, row));
}

/** Of both kinds, since either may be recorded without the other. */
export const timerInputs: ModelInputs = {
  timer_start: input('timer_start', ['timer', 'expires'], (...record) => started('timer', ...record)),
  timer_cancel: input('timer_cancel', ['timer'], (...record) => cancelled('timer', ...record)),
  timer_expire_entry: input(
    'timer_expire_entry',
    ['timer', 'function', 'function_name', 'now'],
    (...record) => entered('timer', ...record),
  ),
  timer_expire_exit: input('timer_expire_exit', ['timer'], (...record) => exited('timer', ...record)),
};

export const hrtimerInputs: ModelInputs = {
  hrtimer_start: input('hrtimer_start', ['hrtimer', 'expires', 'softexpires'], (...record) =>
    started('hrtimer', ...record),
  ),
  hrtimer_cancel: input('hrtimer_cancel', ['hrtimer'], (...record) => cancelled('hrtimer', ...record)),
  hrtimer_expire_entry: input(
    'hrtimer_expire_entry',
    ['hrtimer', 'function', 'function_name', 'now'],
    (...record) => entered('hrtimer', ...record),
  ),
  hrtimer_expire_exit: input('hrtimer_expire_exit', ['hrtimer'], (...record) => exited('hrtimer', ...record)),
};
