/** One run of a timer's function, and what runs are counted under. */
import {
  type Group,
  type KernelModel,
  kernelAddress,
  type Latency,
  orAbsent,
  type TimerExpired,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import { Distribution } from '../../../results/index.ts';
import type { By } from './shapes.ts';

/** Copied from what the model tells. */
export interface Run extends Readonly<TimerExpired> {
  readonly model: KernelModel;
  readonly durationNs: number;
  readonly endNs: number;
}

/** What is summed up beside the durations. */
export class RunSums {
  readonly late = new Distribution();
  /** Of the function. */
  label = '';
  kind: TimerExpired['kind'] | undefined;

  add(run: TimerExpired): void {
    if (!Number.isNaN(run.lateNs)) this.late.add(run.lateNs);
    this.kind = run.kind;
  }

  cells() {
    const { late } = this;
    return {
      'late-avg': late.average,
      'late-max': late.max,
      'late-min': late.min,
      known: late.count,
    };
  }
}

export type RunGroup = Group<Latency<Run, RunSums>>;

/** A number that stands for the group. */
export function keyOf(by: By, run: TimerExpired, model: KernelModel): number {
  switch (by) {
    case 'function':
      return model.names.idOf(`${run.kind} ${functionText(run, model)}`);
    case 'kind':
      return run.kind === 'timer' ? 0 : 1;
    case 'cpu':
      return run.cpu;
    case 'starter':
      return run.starterTid;
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value: { extra } }: RunGroup) {
  switch (by) {
    case 'function':
      return { function: extra.label, kind: extra.kind };
    case 'kind':
      return { kind: extra.kind };
    case 'cpu':
      return { cpu: key };
    case 'starter':
      return starterCells(key, model);
    case 'all':
      return { label: 'all timers' };
  }
}

/** One text for a group. */
export function labelOf(by: By, { key, model, value: { extra } }: RunGroup): string {
  switch (by) {
    case 'function':
      return extra.label;
    case 'kind':
      return extra.kind ?? 'timer';
    case 'cpu':
      return `CPU ${key}`;
    case 'starter':
      return threadLabel(key, model);
    case 'all':
      return 'all timers';
  }
}

function starterCells(tid: number, model: KernelModel) {
  return { 'starter-comm': threadName(tid, model), 'starter-tid': tid > 0 ? tid : undefined };
}

/** Cells of one run. */
export function runCells(run: Run, originNs: bigint) {
  const { model } = run;
  const timeOf = (ns: number) => (Number.isNaN(ns) ? undefined : originNs + BigInt(Math.round(ns)));
  return {
    late: Number.isNaN(run.lateNs) ? undefined : run.lateNs,
    function: functionText(run, model),
    kind: run.kind,
    cpu: orAbsent(run.cpu),
    ...starterCells(run.starterTid, model),
    expected: timeOf(run.expectedNs),
    set: timeOf(run.startNs),
    comm: threadName(run.tid, model),
    tid: run.tid > 0 ? run.tid : undefined,
    end: timeOf(run.exitNs),
  };
}

export function functionText({ name, function: address }: TimerExpired, { names }: KernelModel): string {
  if (name !== 0) return names.text(name);
  return address === 0 ? 'unknown' : `0x${kernelAddress(address).toString(16)}`;
}
