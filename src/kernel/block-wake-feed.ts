/** Wake-ups by completed requests, and what ends the time in which there may be some. */
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, known, timeAt } from './feed.ts';

const goesOn = (name: 'softirq_exit' | 'irq_handler_exit' | 'sched_switch') =>
  input(name, [], (model, event, row) => {
    model.blockWakes.goneOn(cpuAt(event, row));
    return 0;
  });

const wakes = (name: 'sched_waking' | 'sched_wakeup') =>
  input(name, ['task_tid'], (model, event, row) =>
    model.blockWakes.wakes(cpuAt(event, row), known(event, 'task_tid', row), timeAt(event, row)),
  );

/** What tells that a completed request woke someone; the request itself comes from `blockInputs`. */
export const blockWakeInputs: ModelInputs = {
  sched_waking: wakes('sched_waking'),
  sched_wakeup: wakes('sched_wakeup'),
  softirq_exit: goesOn('softirq_exit'),
  irq_handler_exit: goesOn('irq_handler_exit'),
  sched_switch: goesOn('sched_switch'),
};
