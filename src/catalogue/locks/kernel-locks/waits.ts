/** One wait for a lock, and what waits are counted under. */
import {
  errorName,
  type Group,
  type KernelModel,
  type Latency,
  type LockContended,
  lastProcessKey,
  leaderOf,
  lockKinds,
  orAbsent,
  processKeyOf,
  threadLabel,
  threadName,
} from '../../../analysis/index.ts';
import type { By } from './shapes.ts';

/** Copied from what the model tells. */
export interface Wait extends Readonly<LockContended> {
  readonly model: KernelModel;
  readonly durationNs: number;
}

/** What is summed up beside the durations. */
export class WaitSums {
  spunNs = 0;
  sleptNs = 0;
  failedCount = 0;
  /** Of the lock, or of all locks of a kind. */
  kind: LockContended['kind'] | undefined;

  add(wait: LockContended): void {
    const sleptNs = sleptOf(wait);
    this.sleptNs += sleptNs;
    this.spunNs += wait.endNs - wait.beginNs - sleptNs;
    if (wait.ret < 0) this.failedCount++;
    this.kind = wait.kind;
  }

  merge(other: WaitSums): void {
    this.sleptNs += other.sleptNs;
    this.spunNs += other.spunNs;
    this.failedCount += other.failedCount;
    this.kind = other.kind;
  }

  cells() {
    return { spun: this.spunNs, slept: this.sleptNs, failed: this.failedCount };
  }
}

export type WaitGroup = Group<Latency<Wait, WaitSums>>;

const accesses = [undefined, 'read', 'write'] as const;

/** A number that stands for the group. */
export function keyOf(by: By, wait: LockContended, model: KernelModel): number {
  switch (by) {
    case 'lock':
      return wait.lock;
    case 'kind':
      return lockKinds.indexOf(wait.kind) * accesses.length + accesses.indexOf(wait.access);
    case 'process':
      return processKeyOf(wait.tid, wait.pid, model);
    case 'thread':
      return wait.tid;
    case 'all':
      return 0;
  }
}

/** The cells of the columns that say which group a row is. */
export function cellsOf(by: By, { key, model, value }: WaitGroup) {
  switch (by) {
    case 'lock':
      return { lock: addressText(key), kind: value.extra.kind };
    case 'kind':
      return { kind: lockKinds[Math.floor(key / accesses.length)], access: accesses[key % accesses.length] };
    case 'process':
      return { comm: threadName(leaderOf(key), model), pid: orAbsent(key) };
    case 'thread':
      return { comm: threadName(key, model), tid: orAbsent(key), pid: orAbsent(model.tasks.pidOf(key)) };
    case 'all':
      return { label: 'all waits' };
  }
}

/** One text for a group. */
export function labelOf(by: By, group: WaitGroup): string {
  const { key, model, value } = group;
  switch (by) {
    case 'lock':
      return `${value.extra.kind ?? 'lock'} ${addressText(key)}`;
    case 'kind':
      return `${lockKinds[Math.floor(key / accesses.length)]} ${accesses[key % accesses.length] ?? ''}`.trim();
    case 'process':
      return threadLabel(leaderOf(lastProcessKey(key, model)), model);
    case 'thread':
      return threadLabel(key, model);
    case 'all':
      return 'all waits';
  }
}

/** Cells of one wait. */
export function waitCells(wait: Wait, originNs: bigint) {
  const { model } = wait;
  return {
    kind: wait.kind,
    access: wait.access,
    comm: threadName(wait.tid, model),
    tid: wait.tid,
    pid: orAbsent(wait.pid >= 0 ? wait.pid : model.tasks.pidOf(wait.tid)),
    slept: sleptOf(wait),
    lock: addressText(wait.lock),
    cpu: orAbsent(wait.cpu),
    end: originNs + BigInt(wait.endNs),
    error: wait.ret < 0 ? errorName(wait.ret) : undefined,
  };
}

function sleptOf({ sleepNs, endNs }: LockContended): number {
  return Number.isNaN(sleepNs) ? 0 : endNs - sleepNs;
}

/** Addresses of the kernel on 64 bits begin with 1 bits, of which the upper twelve are not kept. */
const kernelAddressMin = 2 ** 47;

function addressText(lock: number): string {
  const digits = lock.toString(16);
  return lock < kernelAddressMin ? `0x${digits}` : `0xfff${digits.padStart(13, '0')}`;
}
