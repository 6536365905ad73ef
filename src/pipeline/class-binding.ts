/** The records of one class in one stream, and who gets them. */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import { columnAt } from '../events/batch.ts';
import type { RecordPredicate } from '../events/filter/compile.ts';
import type { EventStream, FieldSource } from '../events/reader.ts';
import type { BoundFeed, EnterFeed, ExitFeed, SwitchFeed } from '../kernel/feed.ts';
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
  /** Records are filtered by thread, process or name. */
  readonly filtersThreads: boolean;
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
  /** What the records do to the model; undefined where they do nothing. */
  readonly feed: BoundFeed | undefined;
  /**
   * The call that all records of this class enter or leave, where nothing else is to be known of them than the time and,
   * of an exit, the return value (`plainReturns`); else -1.
   */
  readonly plainName: number;
  /** The handler of completed calls, where there is one handler and it is that. */
  readonly onlyCallHandler: Subscriber | undefined;
  /** Handlers want who caused a record, or a filter asks for it: it is written into the view. */
  readonly #tellsThread: boolean;
  readonly #view: MutableView;
  readonly #plan: ClassPlan;
  readonly #options: BindingOptions;
  readonly #readers: readonly { readonly name: string; readonly reader: FieldReader }[];
  readonly #processName: (TextView & FieldReader) | undefined;
  readonly #isKernelTid: boolean;
  #batch: ClassBatch | undefined;
  #recordsTid = false;
  #recordsPid = false;
  #cpu: Int32Array = new Int32Array(0);
  #tid: Int32Array = new Int32Array(16);
  #pid: Int32Array = new Int32Array(16);
  #prevTid: NumberView | undefined;

  constructor(plan: ClassPlan, stream: EventStream, model: KernelModel, options: BindingOptions) {
    this.#plan = plan;
    this.#options = options;
    this.model = model;
    this.hasSubscribers = options.subscribers.length > 0 && options.predicate !== 'always false';
    const [subscriber] = options.subscribers;
    const isOnly = options.subscribers.length === 1 && subscriber?.isTransition === true;
    this.onlyCallHandler = isOnly ? subscriber : undefined;
    this.#readers = makeReaders(plan, model, options.architecture);
    this.feed = options.usesThreads ? plan.input?.bind(model) : undefined;
    this.#tellsThread =
      options.filtersThreads || options.subscribers.some(({ isTransition }) => !isTransition);
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
    this.plainName = this.#isPlain() ? ((view['name'] as TextView).constantId ?? -1) : -1;
    view.fields = view as AnyView['fields'];
    this.#view = view;
    this.view = view;
  }

  #isPlain(): boolean {
    const { eventClass } = this.#plan;
    const kind = this.feed?.kind;
    const recordsThread = eventClass.tid !== undefined || eventClass.pid !== undefined;
    const isCall = kind === 'enter' || kind === 'exit';
    return isCall && !recordsThread && !this.#tellsThread && this.#processName === undefined;
  }

  /** Return values by row: all that is needed of a batch where `plainName` tells the rest. */
  refreshReturns(batch: ClassBatch): NumberView | undefined {
    this.#batch = batch;
    const found = this.#readers.find(({ name }) => name === 'ret');
    return found?.reader.refresh(batch) as NumberView | undefined;
  }

  refresh(batch: ClassBatch): void {
    const view = this.#view;
    this.#batch = batch;
    view.timeNs = batch.timeNs;
    view.cpu = batch.cpu;
    this.#cpu = batch.cpu;
    for (const { name, reader } of this.#readers) view[name] = reader.refresh(batch);
    this.feed?.refresh(this.view);
    if (!this.#options.usesThreads) return;
    this.#processName?.refresh(batch);
    const tid = recordedIds(this.#plan.eventClass.tid, batch);
    const pid = recordedIds(this.#plan.eventClass.pid, batch);
    this.#recordsTid = tid !== undefined;
    this.#recordsPid = pid !== undefined;
    this.#tid = tid ?? withRoom(this.#tid, batch.count);
    this.#pid = pid ?? withRoom(this.#pid, batch.count);
    view.tid = this.#tid;
    view.pid = this.#pid;
    this.#prevTid =
      this.#plan.meaning === 'sched_switch' ? (view['prev_tid'] as NumberView | undefined) : undefined;
  }

  /**
   * Finds out who caused a record, and lets the model see it.
   * @returns whether a system call was completed
   */
  observe(row: number): boolean {
    if (!this.#options.usesThreads) return false;
    const thread = this.#recordsTid ? this.#seenTid(row) : this.#derivedTid(row);
    if (this.#recordsPid || this.#tellsThread) this.#noteProcess(row, thread);
    if (this.#processName !== undefined) this.model.tasks.setComm(thread, this.#processName.idAt(row));
    const { feed } = this;
    if (feed === undefined) return false;
    // One call for each of the frequent kinds: each sees one class only, and is made part of this function.
    switch (feed.kind) {
      case 'enter':
        return (feed as EnterFeed).feed(row, thread);
      case 'exit':
        return (feed as ExitFeed).feed(row, thread);
      case 'switch':
        return (feed as SwitchFeed).feed(row);
      default:
        return feed.feed(row, thread);
    }
  }

  #seenTid(row: number): number {
    const thread = this.#tid[row] as number;
    if (this.#isKernelTid && thread >= 0) this.model.cpus.seen(this.#cpu[row] as number, thread);
    return thread;
  }

  #noteProcess(row: number, thread: number): void {
    const { tasks } = this.model;
    if (!this.#recordsTid) this.#tid[row] = thread;
    if (!this.#recordsPid) this.#pid[row] = tasks.pidOf(thread);
    else if ((this.#pid[row] as number) !== tasks.pidOf(thread))
      tasks.setPid(thread, this.#pid[row] as number);
  }

  /** A switch is made by the thread that leaves; all else by the one that runs. */
  #derivedTid(row: number): number {
    const prev = this.#prevTid;
    return prev === undefined ? this.model.cpus.current(this.#cpu[row] as number) : (prev[row] as number);
  }

  passes(row: number, packets: EventBatch['packets'], packetRow: number): boolean {
    const { predicate } = this.#options;
    if (predicate === undefined) return true;
    return predicate !== 'always false' && predicate(this.#batch as ClassBatch, row, packets, packetRow);
  }

  deliver(row: number, hasCompleted: boolean): void {
    const { subscribers } = this.#options;
    for (let index = 0; index < subscribers.length; index++) {
      const { handle, state, isTransition } = subscribers[index] as Subscriber;
      if (!isTransition) handle(state, this.view, row, this.model);
      else if (hasCompleted) handle(state, this.model.syscalls.completed, this.model);
    }
  }
}

function withRoom(ids: Int32Array, count: number): Int32Array {
  return ids.length < count ? new Int32Array(Math.max(count, ids.length * 2)) : ids;
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
