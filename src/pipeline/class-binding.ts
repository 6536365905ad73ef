/** The records of one class in one stream, and who gets them. */
import type { ClassBatch, EventBatch } from '../events/batch.ts';
import { columnAt } from '../events/batch.ts';
import type { RecordPredicate } from '../events/filter/compile.ts';
import type { EventStream, FieldSource } from '../events/reader.ts';
import type { BoundFeed, ModelInput } from '../kernel/feed.ts';
import type { KernelModel } from '../kernel/model.ts';
import { schedulingInputs } from '../kernel/scheduling-feed.ts';
import type { EnterFeed, ExitFeed } from '../kernel/syscall-feed.ts';
import { type SwitchFeed, threadInputs } from '../kernel/thread-feed.ts';
import type { AnyTransition } from '../kernel/transitions.ts';
import type { CanonicalName } from '../vocabulary/events.ts';
import { fieldKind } from '../vocabulary/events.ts';
import { syscallArchitecture } from '../vocabulary/syscall-names.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { FieldReader } from './columns-of-class.ts';
import { fieldReader, idsOf, SyscallNumberText } from './columns-of-class.ts';
import { makeNumberedColumns, type NumberedColumns } from './numbered-calls.ts';
import type { ClassPlan } from './plan.ts';
import { type SwitchColumns, switchColumns, type WakeColumns, wakeColumns } from './scheduling-runs.ts';

/** A handler of one analysis with its state. */
export interface Subscriber {
  readonly handle: (state: unknown, ...rest: unknown[]) => void;
  /** Another one with each interval that is answered. */
  state: unknown;
  /** Called with what the model tells instead of a record, if it is told. */
  readonly transition: BoundTransition | undefined;
}

/** A transition of one model. */
export interface BoundTransition {
  /** Of what `observe` returns. */
  readonly bit: number;
  /** The one object that is used for all of them. */
  readonly value: AnyTransition;
}

export interface BindingOptions {
  readonly usesThreads: boolean;
  /** Whether switches that were not recorded are told to the model. */
  readonly followsScheduling: boolean;
  /** Whether fields of packets are read by a handler. */
  readonly readsPackets: boolean;
  /** Records are filtered by thread, process or name. */
  readonly filtersThreads: boolean;
  readonly architecture: string | undefined;
  readonly predicate: RecordPredicate | 'always false' | undefined;
  readonly subscribers: readonly Subscriber[];
}

/** Which CPUs and threads are asked for. */
export interface ThreadScope {
  acceptsThread(model: KernelModel, cpu: number, tid: number): boolean;
}

/** A view while it is filled. */
type MutableView = { -readonly [Key in keyof AnyView]: AnyView[Key] } & Record<string, unknown>;

/** There is a binding for each class of each stream: empty ones share their arrays. */
const noIds = new Int32Array(0);
const noTimes = new Float64Array(0);

export class ClassBinding {
  readonly model: KernelModel;
  readonly view: AnyView;
  readonly hasSubscribers: boolean;
  readonly readsPackets: boolean;
  /** What the records do to the model; undefined where they do nothing. */
  readonly feed: BoundFeed | undefined;
  /**
   * The call that all records of this class enter or leave, where nothing else is to be known of them than the time and,
   * of an exit, the return value (`plainReturns`); else -1.
   */
  readonly plainName: number;
  /** Where the records say the call's number and their thread, and nothing else is to be known of them. */
  readonly numbered: NumberedColumns | undefined;
  /** Where the records tell what threads do, and nobody wants themselves: what `SchedulingRuns` takes them as. */
  readonly scheduled: SwitchColumns['kind'] | WakeColumns['kind'] | undefined;
  /** Nothing but the model's one feed is told of the records, and who caused them is not asked. */
  readonly isQuiet: boolean;
  /** The records do nothing to the model, and nobody wants them: they are there to be counted. */
  readonly isUnheard: boolean;
  /** They tell of a thread that begins: the one that runs goes on as it was. */
  readonly isBegin: boolean;
  /** Whether a handler wants the records themselves. */
  readonly deliversRecords: boolean;
  /** The bits of the transitions that handlers want. */
  readonly wanted: number;
  /** The handler of a transition, where there is one handler and it is that. */
  readonly onlyTransition: Subscriber | undefined;
  /** The second feed: switches have two. */
  readonly otherFeed: BoundFeed | undefined;
  /** Feeds beyond the first. */
  readonly #otherFeeds: readonly BoundFeed[];
  /** Called before a record is fed whose own thread shows that a switch was not recorded. */
  onImplied: ((row: number, transitions: number) => void) | undefined;
  /** Handlers want who caused a record, or a filter asks for it: it is written into the view. */
  readonly #tellsThread: boolean;
  readonly #view: MutableView;
  readonly #plan: ClassPlan;
  readonly #options: BindingOptions;
  readonly #readers: readonly { readonly name: string; readonly reader: FieldReader }[];
  readonly #processName: (TextView & FieldReader) | undefined;
  readonly #tidSource: FieldSource | undefined;
  readonly #pidSource: FieldSource | undefined;
  readonly #isKernelTid: boolean;
  #batch: ClassBatch | undefined;
  #recordsTid = false;
  #recordsPid = false;
  #cpu: Int32Array = noIds;
  #tid: Int32Array = noIds;
  #pid: Int32Array = noIds;
  #prevTid: NumberView | undefined;

  constructor(plan: ClassPlan, stream: EventStream, model: KernelModel, options: BindingOptions) {
    this.#plan = plan;
    this.#options = options;
    this.model = model;
    this.readsPackets = options.readsPackets;
    this.hasSubscribers = options.subscribers.length > 0 && options.predicate !== 'always false';
    const [subscriber] = options.subscribers;
    const isOnly = options.subscribers.length === 1 && subscriber?.transition !== undefined;
    this.onlyTransition = isOnly ? subscriber : undefined;
    this.deliversRecords = options.subscribers.some(({ transition }) => transition === undefined);
    this.wanted = options.subscribers.reduce((bits, { transition }) => bits | (transition?.bit ?? 0), 0);
    this.#readers = makeReaders(plan, model, options.architecture);
    const feeds = plan.inputs.map((input) => input.bind(model));
    this.feed = feeds[0];
    this.#otherFeeds = feeds.slice(1);
    this.otherFeed = feeds[1];
    this.#tellsThread =
      options.filtersThreads || options.subscribers.some(({ transition }) => transition === undefined);
    this.#processName =
      plan.processName === undefined
        ? undefined
        : (fieldReader(plan.processName, 'text', model.names) as unknown as TextView & FieldReader);
    const { tid, pid } = plan.eventClass;
    this.#tidSource = tid;
    this.#pidSource = pid;
    this.isBegin = plan.meaning === 'sched_process_fork';
    // What a container calls its threads is not what the CPU runs, and who recorded a loss came after it.
    this.#isKernelTid =
      tid?.kind === 'field' && tid.field.path.at(-1) !== 'vtid' && plan.meaning !== 'events_lost';
    const view = {
      eventClass: plan.eventClass,
      stream: stream.index,
      timeNs: noTimes,
      cpu: noIds,
      packets: undefined,
      packetRow: 0,
      tid: this.#tid,
      pid: this.#pid,
    } as unknown as MutableView;
    for (const { name, reader } of this.#readers) view[name] = reader.value;
    this.plainName = this.#isPlain() ? ((view['name'] as TextView).constantId ?? -1) : -1;
    this.numbered = this.#numberedColumns(view['name']);
    this.scheduled = this.#scheduledKind();
    this.isQuiet = !this.hasSubscribers && this.feed !== undefined && this.plainName < 0 && this.#isAlone();
    this.isUnheard =
      !this.hasSubscribers && this.feed === undefined && (!options.usesThreads || this.#isAlone());
    view.fields = view as AnyView['fields'];
    this.#view = view;
    this.view = view;
  }

  /** No column is looked at but return values, where all records of a stream with a CPU count: such streams may share the binding. */
  get hasNoColumns(): boolean {
    return this.plainName >= 0 || this.isUnheard;
  }

  #isPlain(): boolean {
    const kind = this.feed?.kind;
    return (kind === 'enter' || kind === 'exit') && this.#isAlone() && !this.#tellsThread;
  }

  #numberedColumns(name: unknown): NumberedColumns | undefined {
    const kind = this.feed?.kind;
    if ((kind !== 'enter' && kind !== 'exit') || !(name instanceof SyscallNumberText)) return undefined;
    const { usesThreads, followsScheduling } = this.#options;
    const isOther = followsScheduling || this.#tellsThread || this.#processName !== undefined;
    if (!usesThreads || isOther || !this.#isKernelTid || this.#otherFeeds.length > 0) return undefined;
    return makeNumberedColumns(name);
  }

  #scheduledKind(): ClassBinding['scheduled'] {
    const { inputs, meaning } = this.#plan;
    const { usesThreads, readsPackets } = this.#options;
    const isOther = this.#tellsThread || this.#processName !== undefined || readsPackets;
    if (!usesThreads || isOther || !this.#isKernelTid) return undefined;
    const isFedBy = (...wanted: readonly unknown[]) =>
      inputs.length === wanted.length && wanted.every((each) => inputs.includes(each as ModelInput));
    if (meaning === 'sched_switch')
      return isFedBy(threadInputs.sched_switch, schedulingInputs.sched_switch) ? 'switch' : undefined;
    if (meaning === 'sched_waking') return isFedBy(schedulingInputs.sched_waking) ? 'waking' : undefined;
    if (meaning === 'sched_wakeup') return isFedBy(schedulingInputs.sched_wakeup) ? 'wakeup' : undefined;
    return undefined;
  }

  /** One feed alone is told of the records, and they do not say of what thread they are. */
  #isAlone(): boolean {
    const recordsThread = this.#tidSource !== undefined || this.#pidSource !== undefined;
    return this.#otherFeeds.length === 0 && !recordsThread && this.#processName === undefined;
  }

  /** Makes what reads return values of a stream's batches: all that is needed of them where `plainName` tells the rest. */
  makeReturns(): FieldReader {
    return fieldReader(this.#plan.fields.get('ret'), 'signed', this.model.names);
  }

  refresh(batch: ClassBatch): void {
    const view = this.#view;
    this.#batch = batch;
    view.timeNs = batch.timeNs;
    view.cpu = batch.cpu;
    view['batch'] = batch;
    this.#cpu = batch.cpu;
    for (const { name, reader } of this.#readers) view[name] = reader.refresh(batch);
    this.feed?.refresh(this.view);
    for (const feed of this.#otherFeeds) feed.refresh(this.view);
    if (!this.#options.usesThreads) return;
    this.#processName?.refresh(batch);
    const tid = recordedIds(this.#tidSource, batch);
    const pid = recordedIds(this.#pidSource, batch);
    this.#recordsTid = tid !== undefined;
    this.#recordsPid = pid !== undefined;
    this.#tid = tid ?? withRoom(this.#tid, batch.count);
    this.#pid = pid ?? withRoom(this.#pid, batch.count);
    view.tid = this.#tid;
    view.pid = this.#pid;
    this.#prevTid =
      this.#plan.meaning === 'sched_switch' ? (view['prev_tid'] as NumberView | undefined) : undefined;
  }

  /** Fills `numbered`, which tells all that is needed of the batch. @returns whether the batch has it, and nothing more */
  refreshNumbered(batch: ClassBatch): boolean {
    this.refresh(batch);
    const columns = this.numbered;
    if (columns === undefined || !this.#recordsTid || this.#recordsPid) return false;
    columns.classIndex = this.#plan.eventClass.index;
    columns.tid = this.#tid;
    columns.cpu = this.#cpu;
    columns.numbers = (this.#view['name'] as SyscallNumberText).numbers;
    if (this.feed?.kind === 'exit') columns.returns = this.#view['ret'] as NumberView;
    return true;
  }

  /** All that is needed of a batch where `scheduled` tells what the records are; undefined where they do not tell their thread. */
  refreshScheduled(batch: ClassBatch): SwitchColumns | WakeColumns | undefined {
    this.refresh(batch);
    if (this.scheduled === undefined || !this.#recordsTid) return undefined;
    const pid = this.#recordsPid ? this.#pid : undefined;
    if (this.scheduled === 'switch')
      return switchColumns(this.view, pid, this.hasSubscribers ? this.wanted : 0);
    return wakeColumns(this.scheduled, this.view, pid);
  }

  /**
   * Finds out who caused a record, and lets the model see it.
   * @returns which transitions were completed, a bit each
   */
  observe(row: number): number {
    const thread = this.#options.usesThreads ? this.#threadOf(row) : -1;
    const { feed } = this;
    if (feed === undefined) return 0;
    const transitions = this.#feedFirst(feed, row, thread);
    const { otherFeed } = this;
    if (otherFeed === undefined) return transitions;
    return transitions | otherFeed.feed(row, thread) | this.#feedRest(row, thread);
  }

  #feedFirst(feed: BoundFeed, row: number, thread: number): number {
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

  #feedRest(row: number, thread: number): number {
    let transitions = 0;
    for (let index = 1; index < this.#otherFeeds.length; index++)
      transitions |= (this.#otherFeeds[index] as BoundFeed).feed(row, thread);
    return transitions;
  }

  #threadOf(row: number): number {
    const thread = this.#recordsTid ? this.#seenTid(row) : this.#derivedTid(row);
    if (this.#recordsPid || this.#tellsThread) this.#noteProcess(row, thread);
    if (this.#processName !== undefined) this.model.tasks.setComm(thread, this.#processName.idAt(row));
    return thread;
  }

  #seenTid(row: number): number {
    const thread = this.#tid[row] as number;
    if (!this.#isKernelTid || thread < 0) return thread;
    const cpu = this.#cpu[row] as number;
    const timeNs = this.#view.timeNs[row] as number;
    if (this.model.cpus.seen(cpu, thread, timeNs) && this.#options.followsScheduling)
      this.#tellImplied(row, cpu, thread, timeNs);
    return thread;
  }

  #tellImplied(row: number, cpu: number, thread: number, timeNs: number): void {
    const { replacedTid, replacedEvidenceNs } = this.model.cpus;
    const transitions = this.model.scheduling.implied(cpu, timeNs, replacedEvidenceNs, replacedTid, thread);
    if (transitions !== 0) this.onImplied?.(row, transitions);
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

  /** For handlers of records that read fields of packets. */
  atPacket(packets: EventBatch['packets'], packetRow: number): void {
    this.#view['packets'] = packets;
    this.#view['packetRow'] = packetRow;
  }

  passes(row: number, packets: EventBatch['packets'], packetRow: number): boolean {
    const { predicate } = this.#options;
    if (predicate === undefined) return true;
    return predicate !== 'always false' && predicate(this.#batch as ClassBatch, row, packets, packetRow);
  }

  /** @param transitions those that the record completed */
  deliver(row: number, transitions: number): void {
    const { subscribers } = this.#options;
    for (let index = 0; index < subscribers.length; index++) {
      const { handle, state, transition } = subscribers[index] as Subscriber;
      if (transition === undefined) handle(state, this.view, row, this.model);
      else if ((transitions & transition.bit) !== 0) handle(state, transition.value, this.model);
    }
  }

  /** Only to handlers whose record, or transition, is of the CPUs and threads that are asked for. */
  deliverChosen(row: number, transitions: number, scope: ThreadScope): void {
    const { cpu, tid } = this.view;
    const isChosen = scope.acceptsThread(this.model, cpu[row] as number, tid[row] as number);
    for (const { handle, state, transition } of this.#options.subscribers) {
      if (transition === undefined) {
        if (isChosen) handle(state, this.view, row, this.model);
        continue;
      }
      const { bit, value } = transition;
      if ((transitions & bit) === 0 || !scope.acceptsThread(this.model, value.cpu, value.tid)) continue;
      handle(state, value, this.model);
    }
  }

  /** Transitions without the record itself. */
  deliverImplied(transitions: number, scope: ThreadScope): void {
    for (const { handle, state, transition } of this.#options.subscribers) {
      if (transition === undefined || (transitions & transition.bit) === 0) continue;
      const { value } = transition;
      if (scope.acceptsThread(this.model, value.cpu, value.tid)) handle(state, value, this.model);
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
