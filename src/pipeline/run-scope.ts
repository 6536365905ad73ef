/** What is answered of what is read: a time range, CPUs, threads, processes, and an expression on fields. */
import { compileFilter, type RecordPredicate } from '../events/filter/compile.ts';
import type { EventClass } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Names } from '../kernel/names.ts';
import type { ClassBinding } from './class-binding.ts';
import type { AnalysisScope } from './run.ts';

/** A span relative to the origin, both ends included. */
export interface Span {
  readonly beginNs: number;
  readonly endNs: number;
}

export class RunScope {
  readonly beginNs: number | undefined;
  readonly endNs: number | undefined;
  readonly usesThreads: boolean;
  /** Whether all that was read counts. */
  readonly isWhole: boolean;
  /** Whether all that is in the cuts counts. */
  readonly isWholeWithinCuts: boolean;
  /** Whether no time is left out. */
  readonly isAllTimes: boolean;
  /** Whether threads, or records by their fields, are chosen. */
  readonly isFiltered: boolean;
  readonly #scope: AnalysisScope;
  readonly #originNs: bigint;
  readonly #cuts: readonly Span[] | undefined;
  readonly #cpus: ReadonlySet<number> | undefined;
  readonly #tids: ReadonlySet<number> | undefined;
  readonly #pids: ReadonlySet<number> | undefined;
  readonly #comms: ReadonlySet<number> | undefined;
  readonly #hasColumns: boolean;

  /** @param cuts by trace: what of the input is used at all */
  constructor(set: TraceSet, scope: AnalysisScope, names: Names, cuts: readonly Span[] | undefined) {
    this.#scope = scope;
    this.#originNs = set.originNs;
    this.#cuts = cuts;
    this.beginNs = scope.beginNs === undefined ? undefined : Number(scope.beginNs - set.originNs);
    this.endNs = scope.endNs === undefined ? undefined : Number(scope.endNs - set.originNs);
    this.#cpus = setOf(scope.cpus);
    this.#tids = setOf(scope.tids);
    this.#pids = setOf(scope.pids);
    this.#comms = setOf(scope.comms?.map((comm) => names.idOf(comm)));
    this.usesThreads = [this.#tids, this.#pids, this.#comms].some((wanted) => wanted !== undefined);
    this.#hasColumns = this.usesThreads || this.#cpus !== undefined;
    this.isFiltered = this.usesThreads || scope.filter !== undefined;
    const isTimed = this.beginNs !== undefined || this.endNs !== undefined;
    this.isAllTimes = !isTimed && cuts === undefined;
    this.isWholeWithinCuts = !isTimed && !this.#hasColumns && scope.filter === undefined;
    this.isWhole = this.isWholeWithinCuts && cuts === undefined;
  }

  cutOf(trace: number): Span | undefined {
    return this.#cuts?.[trace];
  }

  /** Records without a time are in every trace, and in no part of it. */
  hasTime(timeNs: number): boolean {
    if (this.beginNs !== undefined && !(timeNs >= this.beginNs)) return false;
    return this.endNs === undefined || timeNs <= this.endNs;
  }

  accepts(binding: ClassBinding, row: number): boolean {
    if (!this.#hasColumns) return true;
    const { cpu, tid, pid } = binding.view;
    if (this.#pids !== undefined && !this.#pids.has(pid[row] as number)) return false;
    return this.#isChosen(binding.model, cpu[row] as number, tid[row] as number);
  }

  /** Whether something on a CPU and of a thread is asked for. */
  acceptsThread(model: KernelModel, cpu: number, tid: number): boolean {
    if (!this.#hasColumns) return true;
    if (this.#pids !== undefined && !this.#pids.has(model.tasks.pidOf(tid))) return false;
    return this.#isChosen(model, cpu, tid);
  }

  #isChosen({ tasks }: KernelModel, cpu: number, tid: number): boolean {
    if (this.#cpus !== undefined && !this.#cpus.has(cpu)) return false;
    if (this.#tids !== undefined && !this.#tids.has(tid)) return false;
    return this.#comms === undefined || this.#comms.has(tasks.commOf(tid));
  }

  /** The same of what has no record that ended it: a filter on fields accepts nothing. */
  acceptsUnfinished(model: KernelModel, cpu: number, tid: number): boolean {
    return this.#scope.filter === undefined && this.acceptsThread(model, cpu, tid);
  }

  /** What comes after the range changes nothing that is known at its end. */
  isAfter(timeNs: number): boolean {
    return this.endNs !== undefined && timeNs > this.endNs;
  }

  /** Whether the model is told of what a trace has then. */
  isSeen(trace: number, timeNs: number): boolean {
    const cut = this.cutOf(trace);
    if (cut !== undefined && !(timeNs >= cut.beginNs && timeNs <= cut.endNs)) return false;
    return !this.isAfter(timeNs);
  }

  predicateOf(eventClass: EventClass): RecordPredicate | 'always false' | undefined {
    const { filter } = this.#scope;
    return filter === undefined ? undefined : compileFilter(filter, eventClass, { originNs: this.#originNs });
  }

  /** What of the trace's span is answered. */
  rangeWithin(range: Span | undefined): Span | undefined {
    if (range === undefined) return undefined;
    const cuts = this.#cuts ?? [];
    // Packets may begin long before their first event, and end long after the last one.
    const cut =
      cuts.length === 0
        ? range
        : {
            beginNs: Math.max(range.beginNs, Math.min(...cuts.map(({ beginNs }) => beginNs))),
            endNs: Math.min(range.endNs, Math.max(...cuts.map(({ endNs }) => endNs))),
          };
    const beginNs = Math.max(cut.beginNs, this.beginNs ?? cut.beginNs);
    const endNs = Math.min(cut.endNs, this.endNs ?? cut.endNs);
    // A range beside the trace is what was asked for, and empty.
    return { beginNs, endNs: Math.max(beginNs, endNs) };
  }
}

function setOf(values: readonly number[] | undefined): ReadonlySet<number> | undefined {
  return values === undefined || values.length === 0 ? undefined : new Set(values);
}
