/** Work that is given to workers, and done by them. */
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, numberAt, textAt, timeAt } from './feed.ts';

export const workqueueInputs: ModelInputs = {
  workqueue_queue_work: input('workqueue_queue_work', ['work', 'workqueue'], (model, event, row, tid) => {
    const queue = textAt(event, 'workqueue', row);
    model.workqueues.queued(numberAt(event, 'work', row), queue, tid, timeAt(event, row));
    return 0;
  }),
  workqueue_activate_work: input('workqueue_activate_work', ['work'], (model, event, row) => {
    model.workqueues.activated(numberAt(event, 'work', row), timeAt(event, row));
    return 0;
  }),
  workqueue_execute_start: input(
    'workqueue_execute_start',
    ['work', 'function', 'function_name'],
    (model, event, row) => {
      const seen = model.functions.of(event, row);
      model.workqueues.started(numberAt(event, 'work', row), seen, timeAt(event, row));
      return 0;
    },
  ),
  workqueue_execute_end: input('workqueue_execute_end', ['work'], (model, event, row, tid) =>
    model.workqueues.ended(numberAt(event, 'work', row), tid, cpuAt(event, row), timeAt(event, row)),
  ),
};
