/** Counts and durations of calls, by what the user asked for. */
import {
  type CallsOfOneName,
  errorName,
  isError,
  type KernelModel,
  type SyscallCompleted,
} from '../../../analysis/index.ts';
import { Distribution } from '../../../results/index.ts';
import type { By } from './shapes.ts';

/** Calls that share a key. */
export class CallStatistics {
  readonly durations = new Distribution();
  errors = 0;

  add(durationNs: number, isFailed: boolean): void {
    this.durations.add(durationNs);
    if (isFailed) this.errors += 1;
  }

  merge(other: CallStatistics): void {
    this.durations.merge(other.durations);
    this.errors += other.errors;
  }

  /** The cells of a row, written one by one: copies of objects take twice the memory, and there may be ten thousands. */
  row(of: RowSubject, seconds: number | undefined) {
    const { durations } = this;
    return {
      name: of.name,
      return: of.return,
      comm: of.comm,
      tid: of.tid,
      pid: of.pid,
      count: durations.count,
      errors: this.errors,
      rate: seconds === undefined ? undefined : durations.count / seconds,
      total: durations.sum,
      min: durations.min,
      avg: durations.average,
      p50: durations.percentile(0.5),
      p90: durations.percentile(0.9),
      p99: durations.percentile(0.99),
      max: durations.max,
      stdev: durations.stdev,
    };
  }
}

/** What a row of the table is about. */
export interface RowSubject {
  readonly name?: string | undefined;
  readonly return?: string | undefined;
  readonly comm?: string | undefined;
  readonly tid?: number | undefined;
  readonly pid?: number | undefined;
}

/** What groups are made by, beside what a call returned. */
type Caller = Pick<SyscallCompleted, 'name' | 'tid' | 'pid' | 'comm'>;

/** A process, a thread, a call, or a call that returned one thing. */
export interface Group {
  /** Dense, in the order in which groups were first seen. */
  readonly index: number;
  readonly model: KernelModel;
  /** The call's name by number; 0 for processes and threads. */
  readonly name: number;
  /** 0 for success, else the error; undefined unless by return value. */
  readonly error: number | undefined;
  /** Of processes and threads; -1 unknown. */
  readonly pid: number;
  readonly tid: number;
  /** The name of the thread seen last, where its process is unknown and the name stands for it. */
  readonly comm: number;
  /** Of processes and threads only once they are summed up. */
  readonly all: CallStatistics;
  /** By the name of the call, for processes and threads. */
  readonly calls: Map<number, CallStatistics>;
}

const recentCount = 256;

export class Statistics {
  readonly groups: Group[] = [];
  readonly #by: By;
  readonly #groups = new Map<KernelModel, Map<number, Group>>();
  /** The groups of the model that came last: there is rarely more than one. */
  #model: KernelModel | undefined;
  #groupsOfModel = new Map<number, Group>();
  /** Groups met lately, by the low bits of their keys. */
  readonly #recentKeys = new Float64Array(recentCount).fill(Number.NaN);
  readonly #recent: (Group | undefined)[] = new Array(recentCount);
  /** Durations of calls that are added together. */
  #succeeded = new Float64Array(0);

  constructor(by: By) {
    this.#by = by;
  }

  /** @returns the index of the group that the call counts in */
  add(call: SyscallCompleted, model: KernelModel): number {
    const durationNs = call.exitNs - call.enterNs;
    const error = errorOf(call.ret);
    const isFailed = error !== 0;
    const group = this.#groupOf(call, error, model);
    if (this.#by === 'call' || this.#by === 'return') {
      group.all.add(durationNs, isFailed);
      return group.index;
    }
    let calls = group.calls.get(call.name);
    if (calls === undefined) {
      calls = new CallStatistics();
      group.calls.set(call.name, calls);
    }
    calls.add(durationNs, isFailed);
    return group.index;
  }

  /** Adds calls that took at least so long: no comparison holds for rows that are of no call, and for calls without times. */
  addAll({ name, durationNs, ret, count }: CallsOfOneName, slowerNs: number, model: KernelModel): void {
    if (this.#succeeded.length < count) this.#succeeded = new Float64Array(durationNs.length);
    const succeeded = this.#succeeded;
    let succeededCount = 0;
    for (let row = 0; row < count; row++) {
      const duration = durationNs[row] as number;
      if (!(duration >= slowerNs)) continue;
      const returned = ret[row] as number;
      if (returned < 0 && isError(returned)) this.groupOfCall(name, -returned, model).all.add(duration, true);
      else succeeded[succeededCount++] = duration;
    }
    if (succeededCount === 0) return;
    this.groupOfCall(name, 0, model).all.durations.addAll(succeeded, 0, succeededCount);
  }

  /** The group of calls that nobody is asked for, by call or by return value. */
  groupOfCall(name: number, error: number, model: KernelModel): Group {
    return this.#groupOf({ name, tid: -1, pid: -1, comm: 0 }, error, model);
  }

  /** @param error what the call returned if it failed, else 0 */
  #groupOf(call: Caller, error: number, model: KernelModel): Group {
    if (model !== this.#model) {
      this.#groupsOfModel = this.#groupsOf(model);
      this.#model = model;
      this.#recentKeys.fill(Number.NaN);
    }
    const groups = this.#groupsOfModel;
    const key = this.#keyOf(call, error);
    // A few calls make most of the records: their groups are found without a look into the map.
    const place = key & (recentCount - 1);
    if (this.#recentKeys[place] === key) return this.#recent[place] as Group;
    let group = groups.get(key);
    if (group === undefined) {
      group = this.#makeGroup(call, model, error);
      groups.set(key, group);
      this.groups.push(group);
    }
    this.#recentKeys[place] = key;
    this.#recent[place] = group;
    return group;
  }

  /** The groups, with all calls of each summed up. */
  summedUp(): readonly Group[] {
    return this.groups.map((group) =>
      group.calls.size === 0 ? group : { ...group, all: together(group.calls.values()) },
    );
  }

  #groupsOf(model: KernelModel): Map<number, Group> {
    let groups = this.#groups.get(model);
    if (groups === undefined) {
      groups = new Map();
      // Calls of several hosts with one name belong together, processes and threads do not.
      const isPerHost = this.#by === 'process' || this.#by === 'thread';
      const shared = isPerHost ? undefined : this.#groups.values().next().value;
      if (shared !== undefined) groups = shared;
      this.#groups.set(model, groups);
    }
    return groups;
  }

  #keyOf(call: Caller, error: number): number {
    switch (this.#by) {
      case 'call':
        return call.name;
      case 'return':
        // Errors are below 4096.
        return call.name * 4096 + error;
      case 'thread':
        return call.tid;
      case 'process':
        return call.pid >= 0 ? call.pid : -1 - call.comm;
    }
  }

  #makeGroup(call: Caller, model: KernelModel, error: number): Group {
    const isOfCall = this.#by === 'call' || this.#by === 'return';
    return {
      index: this.groups.length,
      model,
      name: isOfCall ? call.name : 0,
      error: this.#by === 'return' ? error : undefined,
      pid: this.#by === 'process' ? call.pid : -1,
      tid: this.#by === 'thread' ? call.tid : -1,
      comm: call.comm,
      all: new CallStatistics(),
      calls: new Map(),
    };
  }
}

export function together(parts: Iterable<CallStatistics>): CallStatistics {
  const total = new CallStatistics();
  for (const part of parts) total.merge(part);
  return total;
}

/** The error that a call returned, 0 for success. */
export function errorOf(returned: number): number {
  return isError(returned) ? -returned : 0;
}

/** `success` for 0. */
export function returnText(error: number): string {
  return error === 0 ? 'success' : errorName(error);
}
