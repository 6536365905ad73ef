/** Events of block devices. */
import type { CanonicalField } from '../vocabulary/events.ts';
import type { AnyView } from '../vocabulary/view.ts';
import type { RequestEvent } from './block.ts';
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, known, numberAt, textAt, timeAt } from './feed.ts';

const request = [
  'dev',
  'sector',
  'nr_sector',
  'rwbs',
  'rwbs_bits',
] as const satisfies readonly CanonicalField<'block_rq_issue' | 'block_rq_merge'>[];
const requester = [...request, 'task_tid'] as const;

/** @param tid who runs; the event's own thread is the same but for traces without switches */
function requestOf(event: AnyView, row: number, tid: number): RequestEvent {
  return {
    timeNs: timeAt(event, row),
    cpu: cpuAt(event, row),
    dev: numberAt(event, 'dev', row),
    sector: numberAt(event, 'sector', row),
    nrSector: numberAt(event, 'nr_sector', row),
    rwbs: textAt(event, 'rwbs', row),
    bits: numberAt(event, 'rwbs_bits', row),
    tid,
  };
}

function requestBy(event: AnyView, row: number, tid: number): RequestEvent {
  const named = known(event, 'task_tid', row);
  return requestOf(event, row, named >= 0 ? named : tid);
}

/** What requests to block devices are made from. */
export const blockInputs: ModelInputs = {
  block_bio_queue: input('block_bio_queue', requester, (model, event, row, tid) => {
    model.block.queued(requestBy(event, row, tid));
    return 0;
  }),
  block_getrq: input('block_getrq', requester, (model, event, row, tid) => {
    model.block.queued(requestBy(event, row, tid));
    return 0;
  }),
  block_bio_remap: input(
    'block_bio_remap',
    [...request, 'old_dev', 'old_sector'],
    (model, event, row, tid) => {
      const oldSector = numberAt(event, 'old_sector', row);
      model.block.remapped(requestOf(event, row, tid), numberAt(event, 'old_dev', row), oldSector);
      return 0;
    },
  ),
  block_bio_backmerge: input('block_bio_backmerge', request, (model, event, row, tid) => {
    model.block.merged(requestOf(event, row, tid), false);
    return 0;
  }),
  block_bio_frontmerge: input('block_bio_frontmerge', request, (model, event, row, tid) => {
    model.block.merged(requestOf(event, row, tid), true);
    return 0;
  }),
  block_rq_merge: input('block_rq_merge', request, (model, event, row, tid) => {
    model.block.merged(requestOf(event, row, tid), false);
    return 0;
  }),
  block_rq_insert: input('block_rq_insert', requester, (model, event, row, tid) => {
    model.block.inserted(requestBy(event, row, tid));
    return 0;
  }),
  block_rq_issue: input('block_rq_issue', requester, (model, event, row, tid) => {
    model.block.issued(requestBy(event, row, tid));
    return 0;
  }),
  block_rq_requeue: input('block_rq_requeue', request, (model, event, row, tid) => {
    model.block.requeued(requestOf(event, row, tid));
    return 0;
  }),
  block_rq_complete: input('block_rq_complete', [...request, 'error'], (model, event, row, tid) => {
    const bits = model.block.complete(requestOf(event, row, tid), numberAt(event, 'error', row));
    if (bits !== 0) model.blockWakes.completed(model.block.completed);
    return bits;
  }),
  block_device_state: input('block_device_state', ['dev', 'name'], (model, event, row) => {
    model.block.nameDevice(numberAt(event, 'dev', row), textAt(event, 'name', row));
    return 0;
  }),
};
