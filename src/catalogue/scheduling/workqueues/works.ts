/** One work, and what works are counted under. */
import {
  type Group,
  type KernelModel,
  kernelAddress,
  type Latency,
  orAbsent,
  threadLabel,
  threadName,
  type WorkCompleted,
} from '../../../analysis/index.ts';
import { Distribution } from '../../../results/index.ts';
import type { By } from './shapes.ts';

/** Copied from what the model tells. */
export interface Work extends Readonly<WorkCompleted> {
  readonly model: KernelModel;
  readonly durationNs: number;
}

/** What is summed up beside the durations. */
export class WorkSums {
  readonly waited = new Distribution();
  /** The function, of groups by function. */
  label = '';

  add(work: WorkCompleted, model: KernelModel): void {
    const waitedNs = work.startNs - work.queueNs;
    if (!Number.isNaN(waitedNs)) this.waited.add(waitedNs);
    if (this.label === '') this.label = functionText(work, model);
  }

  cells() {
    const { average, max, count } = this.waited;
    return { 'waited-avg': average, 'waited-max': max, known: count };
  }
}

export type WorkGroup = Group<Latency<Work, WorkSums>>;

/** A number that stands for the group. */
export function keyOf(by: By, work: WorkCompleted, model: KernelModel): number {
  if (by === 'function') return model.names.idOf(functionText(work, model));
  return by === 'worker' ? work.tid : 0;
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value: { extra } }: WorkGroup) {
  if (by === 'function') return { function: extra.label };
  return by === 'worker' ? { comm: threadName(key, model), tid: orAbsent(key) } : { label: 'all works' };
}

/** One text for a group. */
export function labelOf(by: By, { key, model, value: { extra } }: WorkGroup): string {
  if (by === 'function') return extra.label;
  return by === 'worker' ? threadLabel(key, model) : 'all works';
}

/** Cells of one work. */
export function workCells(work: Work, originNs: bigint) {
  const { model } = work;
  const hasQueue = !Number.isNaN(work.queueNs);
  return {
    waited: hasQueue ? work.startNs - work.queueNs : undefined,
    function: functionText(work, model),
    workqueue: work.workqueue === 0 ? undefined : model.names.text(work.workqueue),
    comm: threadName(work.tid, model),
    tid: orAbsent(work.tid),
    'queuer-comm': threadName(work.queuerTid, model),
    'queuer-tid': work.queuerTid > 0 ? work.queuerTid : undefined,
    cpu: orAbsent(work.cpu),
    queued: hasQueue ? originNs + BigInt(work.queueNs) : undefined,
    end: originNs + BigInt(work.endNs),
  };
}

function functionText({ name, function: address }: WorkCompleted, { names }: KernelModel): string {
  if (name !== 0) return names.text(name);
  return address === 0 ? 'unknown' : `0x${kernelAddress(address).toString(16)}`;
}
