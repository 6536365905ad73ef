/** The records of one class in one stream, and who gets them. */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import { columnAt } from '../events/batch.ts';
import { grown } from '../events/columns.ts';
import type { RecordPredicate } from '../events/filter/compile.ts';
import type { EventStream, FieldSource } from '../events/reader.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { CanonicalName } from '../vocabulary/events.ts';
import { fieldKind } from '../vocabulary/events.ts';
import { syscallArchitecture } from '../vocabulary/syscall-names.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { FieldReader } from './columns-of-class.ts';
import { fieldReader, idsOf, SyscallNumberText } from './columns-of-class.ts';
import type { ClassPlan } from './plan.ts';

/** A handler of one analysis with its state. */
export interface Subscriber {
  readonly handle: (state: unknown, ...rest: unknown[]) => void;
  readonly state: unknown;
  /** Called with a completed system call instead of a record. */
  readonly isTransition: boolean;
}

export interface BindingOptions {
  readonly usesThreads: boolean;
  readonly architecture: string | undefined;
  readonly predicate: RecordPredicate | 'always false' | undefined;
  readonly subscribers: readonly Subscriber[];
}

/** A view while it is filled. */
type MutableView = { -readonly [Key in keyof AnyView]: AnyView[Key] } & Record<string, unknown>;

export class ClassBinding {
  readonly model: KernelModel;
  readonly view: AnyView;
  readonly hasSubscribers: boolean;
  readonly #view: MutableView;
  readonly #plan: ClassPlan;
  readonly #options: BindingOptions;
  readonly #readers: readonly { readonly name: string; readonly reader: FieldReader }[];
  readonly #processName: (TextView & FieldReader) | undefined;
  readonly #isKernelTid: boolean;
  #batch: ClassBatch | undefined;
  #recordsTid = false;
  #recordsPid = false;
  #tid: Int32Array = new Int32Array(16);
  #pid: Int32Array = new Int32Array(16);

  constructor(plan: ClassPlan, stream: EventStream, model: KernelModel, options: BindingOptions) {
    this.#plan = plan;
    this.#options = options;
    this.model = model;
    this.hasSubscribers = options.subscribers.length > 0 && options.predicate !== 'always false';
    this.#readers = makeReaders(plan, model, options.architecture);
    this.#processName =
      plan.processName === undefined
        ? undefined
        : (fieldReader(plan.processName, 'text', model.names) as unknown as TextView & FieldReader);
    const { tid } = plan.eventClass;
    // What a container calls its threads is not what the CPU runs.
    this.#isKernelTid = tid?.kind === 'field' && tid.field.path.at(-1) !== 'vtid';
    const view = {
      eventClass: plan.eventClass,
      stream: stream.index,
      timeNs: new Float64Array(0),
      cpu: new Int32Array(0),
      tid: this.#tid,
      pid: this.#pid,
    } as unknown as MutableView;
    for (const { name, reader } of this.#readers) view[name] = reader.value;
    view.fields = view as AnyView['fields'];
    this.#view = view;
    this.view = view;
  }

  refresh(batch: ClassBatch): void {
    const view = this.#view;
    this.#batch = batch;
    view.timeNs = batch.timeNs;
    view.cpu = batch.cpu;
    for (const { name, reader } of this.#readers) view[name] = reader.refresh(batch);
    if (!this.#options.usesThreads) return;
    this.#processName?.refresh(batch);
    const tid = recordedIds(this.#plan.eventClass.tid, batch);
    const pid = recordedIds(this.#plan.eventClass.pid, batch);
    this.#recordsTid = tid !== undefined;
    this.#recordsPid = pid !== undefined;
    if (tid === undefined && this.#tid.length < batch.count) this.#tid = grown(this.#tid, batch.count);
    if (pid === undefined && this.#pid.length < batch.count) this.#pid = grown(this.#pid, batch.count);
    view.tid = tid ?? this.#tid;
    view.pid = pid ?? this.#pid;
  }

  /**
   * Finds out who caused a record, and lets the model see it.
   * @returns whether a system call was completed
   */
  observe(row: number): boolean {
    if (!this.#options.usesThreads) return false;
    const { model } = this;
    const { cpu, tid, pid } = this.#view;
    if (this.#recordsTid) {
      if (this.#isKernelTid && (tid[row] as number) >= 0)
        model.cpus.seen(cpu[row] as number, tid[row] as number);
    } else tid[row] = this.#derivedTid(row);
    const thread = tid[row] as number;
    if (!this.#recordsPid) pid[row] = model.tasks.pidOf(thread);
    else if ((pid[row] as number) !== model.tasks.pidOf(thread))
      model.tasks.setPid(thread, pid[row] as number);
    if (this.#processName !== undefined) model.tasks.setComm(thread, this.#processName.idAt(row));
    return this.#plan.input?.feed(model, this.view, row, thread) ?? false;
  }

  /** A switch is made by the thread that leaves; all else by the one that runs. */
  #derivedTid(row: number): number {
    const prev =
      this.#plan.meaning === 'sched_switch' ? (this.#view['prev_tid'] as NumberView | undefined) : undefined;
    return prev === undefined
      ? this.model.cpus.current(this.#view.cpu[row] as number)
      : (prev[row] as number);
  }

  passes(row: number, packets: EventBatch['packets'], packetRow: number): boolean {
    const { predicate } = this.#options;
    if (predicate === undefined) return true;
    return predicate !== 'always false' && predicate(this.#batch as ClassBatch, row, packets, packetRow);
  }

  deliver(row: number, hasCompleted: boolean): void {
    for (const { handle, state, isTransition } of this.#options.subscribers) {
      if (!isTransition) handle(state, this.view, row, this.model);
      else if (hasCompleted) handle(state, this.model.syscalls.completed, this.model);
    }
  }
}

function recordedIds(source: FieldSource | undefined, batch: ClassBatch): Int32Array | undefined {
  if (source?.kind !== 'field') return undefined;
  return idsOf(columnAt(batch.scopes.get(source.field.scope), source.field.path), batch.count);
}

function makeReaders(plan: ClassPlan, model: KernelModel, architecture: string | undefined) {
  const { names } = model;
  return [...plan.fields].map(([name, source]) => {
    const kind = fieldKind(plan.meaning as CanonicalName, name);
    const nr = plan.fields.get('nr');
    const isFromNumber = source === undefined && name === 'name' && nr !== undefined;
    const reader = isFromNumber
      ? new SyscallNumberText(fieldReader(nr, 'signed', names), syscallArchitecture(architecture), names)
      : fieldReader(source, kind, names);
    return { name, reader };
  });
}
