/**
 * Which thread an event is of, for events that are only printed: recorded with it, or the one that its CPU ran as far as
 * switches tell. The same as in analyses, for every class instead of those that an analysis needs.
 */
import type { EventBatch } from '../events/batch.ts';
import type { EventClass, EventStream } from '../events/reader.ts';
import type { FieldSelection } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type KernelModel, makeKernelModel } from '../kernel/model.ts';
import type { Names } from '../kernel/names.ts';
import { processNameSource } from '../vocabulary/describe.ts';
import { ClassBinding } from './class-binding.ts';
import { type ClassPlan, makePlan, type Plan } from './plan.ts';
import type { RunScope } from './run-scope.ts';
import { nameSavedThreads } from './saved-names.ts';

/** The built program evaluates the kernel model when this is called. */
export function followThreads(set: TraceSet, scope: RunScope, names: Names): ThreadFollower {
  return new ThreadFollower(set, scope, names);
}

class ThreadFollower {
  /** What must be decoded to know which thread runs where. */
  readonly selections: ReadonlyMap<number, readonly FieldSelection[]>;
  readonly #set: TraceSet;
  readonly #scope: RunScope;
  readonly #names: Names;
  readonly #plan: Plan;
  readonly #models = new Map<string, KernelModel>();
  /** By stream, by class. */
  readonly #bindings: ClassBinding[][] = [];

  constructor(set: TraceSet, scope: RunScope, names: Names) {
    this.#set = set;
    this.#scope = scope;
    this.#names = names;
    this.#plan = makePlan(set, [], { usesThreads: scope.usesThreads, filter: undefined });
    const { selections } = this.#plan;
    this.selections = new Map(
      set.classes.flatMap(({ index }) => {
        const selection = selections.get(index);
        return selection === undefined ? [] : [[index, selection] as const];
      }),
    );
  }

  /** Must be called for each new batch, before its records. */
  enter(batch: EventBatch): void {
    let bindings = this.#bindings[batch.stream.index];
    if (bindings === undefined) {
      bindings = [];
      this.#bindings[batch.stream.index] = bindings;
    }
    for (const [index, columns] of batch.classes) {
      if (columns.count === 0) continue;
      let binding = bindings[index];
      if (binding === undefined) {
        binding = this.#bind(columns.eventClass, batch.stream);
        bindings[index] = binding;
      }
      binding.refresh(columns);
    }
  }

  /** Takes notice of a record, and says whether it is of a CPU and thread of the scope. */
  accepts(batch: EventBatch, position: number): boolean {
    const binding = this.#bindings[batch.stream.index]?.[batch.classIndex[position] as number];
    if (binding === undefined) throw new Error('a batch is entered before its records');
    const row = batch.row[position] as number;
    binding.observe(row);
    return this.#scope.accepts(binding, row);
  }

  #bind(eventClass: EventClass, stream: EventStream): ClassBinding {
    const { usesThreads } = this.#plan;
    const trace = this.#set.traces[eventClass.trace];
    const plan: ClassPlan = this.#plan.classes.get(eventClass.index) ?? {
      eventClass,
      meaning: undefined,
      fields: new Map(),
      inputs: [],
      handlers: [],
      processName: usesThreads ? processNameSource(eventClass.scopes) : undefined,
      recorded: [],
    };
    return new ClassBinding(plan, stream, this.#modelOf(trace?.hostName ?? trace?.name ?? ''), {
      usesThreads,
      followsScheduling: false,
      readsPackets: false,
      filtersThreads: usesThreads,
      architecture: trace?.architecture,
      predicate: undefined,
      subscribers: [],
    });
  }

  /** One kernel a host: its user traces are of the same threads. */
  #modelOf(host: string): KernelModel {
    let model = this.#models.get(host);
    if (model === undefined) {
      model = makeKernelModel(host, this.#names);
      nameSavedThreads(model, this.#set.traces);
      this.#models.set(host, model);
    }
    return model;
  }
}
