/** One wait for a futex, and what waits are counted under. */
import {
  type FutexResult,
  type FutexWaited,
  futexResults,
  futexWaits,
  type Group,
  type KernelModel,
  type Latency,
  leaderOf,
  orAbsent,
  processKeyOf,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { By } from './shapes.ts';

/** Copied from what the model tells. */
export interface Wait extends Readonly<FutexWaited> {
  readonly model: KernelModel;
  readonly durationNs: number;
}

/** What is summed up beside the durations. */
export class WaitSums {
  readonly counts: Record<FutexResult, number> = {
    woken: 0,
    timeout: 0,
    changed: 0,
    interrupted: 0,
    failed: 0,
  };
  afterWakeNs = 0;
  uaddr = 0;
  /** A thread of the process that the futex is of. */
  tid = -1;
  pid = -1;

  add(wait: FutexWaited): void {
    this.counts[wait.result]++;
    this.afterWakeNs += afterWakeOf(wait);
    this.uaddr = wait.uaddr;
    this.tid = wait.tid;
    this.pid = wait.pid;
  }

  merge(other: WaitSums): void {
    for (const result of futexResults) this.counts[result] += other.counts[result];
    this.afterWakeNs += other.afterWakeNs;
    this.uaddr = other.uaddr;
    this.tid = other.tid;
    this.pid = other.pid;
  }

  cells() {
    return { ...this.counts, 'after-wake': this.afterWakeNs };
  }
}

export type WaitGroup = Group<Latency<Wait, WaitSums>>;

/** Thread ids are below it, and so is what stands for none: -1 is 0. */
const tidCountMax = 2 ** 24;

/** A number that stands for the group. */
export function keyOf(by: By, wait: FutexWaited, model: KernelModel): number {
  switch (by) {
    case 'pair':
      return wait.tid * tidCountMax + wait.wakerTid + 1;
    case 'thread':
      return wait.tid;
    case 'waker':
      return wait.wakerTid;
    case 'futex':
      // Two processes have different ones at the same address.
      return model.names.idOf(`${processKeyOf(wait.tid, wait.pid, model)} ${wait.uaddr}`);
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value }: WaitGroup) {
  switch (by) {
    case 'pair':
      return {
        ...waiterCells(Math.floor(key / tidCountMax), model),
        ...wakerCells((key % tidCountMax) - 1, model),
      };
    case 'thread':
      return { ...waiterCells(key, model), pid: orAbsent(model.tasks.pidOf(key)) };
    case 'waker':
      return wakerCells(key, model);
    case 'futex': {
      const { uaddr, tid, pid } = value.extra;
      const process = processKeyOf(tid, pid, model);
      return {
        futex: addressText(uaddr),
        comm: threadName(leaderOf(process), model),
        pid: orAbsent(process),
      };
    }
    case 'all':
      return { label: 'all waits' };
  }
}

/** One text for a group. */
export function labelOf(by: By, { key, model, value }: WaitGroup): string {
  const waker = (tid: number) => (tid < 0 ? 'nobody' : threadLabel(tid, model));
  switch (by) {
    case 'pair':
      return `${threadLabel(Math.floor(key / tidCountMax), model)} by ${waker((key % tidCountMax) - 1)}`;
    case 'thread':
      return threadLabel(key, model);
    case 'waker':
      return waker(key);
    case 'futex':
      return addressText(value.extra.uaddr);
    case 'all':
      return 'all waits';
  }
}

function waiterCells(tid: number, model: KernelModel) {
  return { comm: threadName(tid, model), tid: orAbsent(tid) };
}

function wakerCells(tid: number, model: KernelModel) {
  if (tid < 0) return { 'waker-comm': undefined, 'waker-tid': undefined };
  return { 'waker-comm': threadName(tid, model), 'waker-tid': tid > 0 ? tid : undefined };
}

/** Cells of one wait. */
export function waitCells(wait: Wait, originNs: bigint) {
  const { model } = wait;
  return {
    ...waiterCells(wait.tid, model),
    ...wakerCells(wait.wakerTid, model),
    result: wait.result,
    'after-wake': Number.isNaN(wait.wakeNs) ? undefined : wait.endNs - wait.wakeNs,
    futex: addressText(wait.uaddr),
    operation: futexWaits[wait.op],
    cpu: orAbsent(wait.cpu),
    end: originNs + BigInt(wait.endNs),
    pid: orAbsent(wait.pid >= 0 ? wait.pid : model.tasks.pidOf(wait.tid)),
  };
}

function afterWakeOf({ wakeNs, endNs }: FutexWaited): number {
  return Number.isNaN(wakeNs) ? 0 : endNs - wakeNs;
}

function addressText(uaddr: number): string {
  return Number.isNaN(uaddr) ? '?' : `0x${uaddr.toString(16)}`;
}
