/**
 * One pass over a set of traces for any number of analyses.
 *
 *     record ──▶ who did it ──▶ kernel model ──▶ in the scope? ──▶ the analyses' handlers
 *                                    └─▶ system call completed ─▶ in the scope? ─▶ …
 *
 * A filter restricts what is answered, never what the model sees: the state at `--begin` follows from the events before it.
 * A completed call is in the scope if the record that ends it is: its time, CPU, thread and fields count.
 * The stream intersection is different, it cuts the input: outside of it some CPUs are not recorded, and what the model
 * would conclude from the others is not to be trusted.
 *
 * Answers may be given for each interval (`refreshNs`) and each host too. The model goes on from one interval to the next; what
 * began in one and ends in another is an analysis's to divide, or counts where it ends.
 */
import type { Analysis } from '../analysis/define.ts';
import { defaultView } from '../analysis/define.ts';
import { IncompatibleError } from '../analysis/incompatible-error.ts';
import { missing } from '../analysis/needs.ts';
import type { GivenOptions } from '../analysis/options.ts';
import { readOptions } from '../analysis/options.ts';
import type { EventBatch } from '../events/batch.ts';
import type { FilterExpression } from '../events/filter/expression.ts';
import { type BatchSource, mergeStreams, readInStreamOrder } from '../events/merge.ts';
import type { EventStream } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import { makeKernelModel } from '../kernel/model.ts';
import { Names } from '../kernel/names.ts';
import type { CallsOfOneName } from '../kernel/syscalls.ts';
import { isTransitionName, transitionSources } from '../kernel/transitions.ts';
import type { AnalysisResult } from '../results/result.ts';
import { Answering, type SharedByAnswers } from './answering.ts';
import { CallSource, streamsOfOneCpu } from './call-source.ts';
import { ClassBinding, type Subscriber } from './class-binding.ts';
import { CountingSource } from './counting-source.ts';
import { ChosenSpans, Intervals, type TimeParts } from './intervals.ts';
import { LossWatch } from './loss-watch.ts';
import { makePlan, type Plan, recordHandler } from './plan.ts';
import { RunScope, type Span } from './run-scope.ts';
import { nameSavedThreads } from './saved-names.ts';
import { StreamDispatch } from './stream-dispatch.ts';
import { firstTimeOf, streamIntersection } from './timeline.ts';
import { unmetNeeds } from './unmet-needs.ts';

export interface AnalysisRequest {
  readonly analysis: Analysis;
  readonly options?: GivenOptions;
  /** Words after `--as`; the analysis's first view by default. */
  readonly views?: readonly string[];
}

/** What is answered. Times are nanoseconds since the clocks' epoch, both ends included. */
export interface AnalysisScope {
  readonly beginNs?: bigint;
  readonly endNs?: bigint;
  readonly filter?: FilterExpression;
  readonly cpus?: readonly number[];
  readonly tids?: readonly number[];
  readonly pids?: readonly number[];
  /** Names of threads, as the kernel has them (15 bytes). */
  readonly comms?: readonly string[];
  readonly streamIntersection?: boolean;
}

/** Told now and then: how many records were read, and the time of the last one relative to the origin. */
export type RunProgress = (recordCount: number, timeNs: number) => void;

const progressEvery = 1 << 18;

/**
 * Answers all requests in one pass.
 * @throws IncompatibleError the trace lacks events that an analysis needs
 * @throws OptionError an option or a view is not one of the analysis's
 * @throws TraceError what reading throws
 */
export function runAnalyses(
  set: TraceSet,
  requests: readonly AnalysisRequest[],
  scope: AnalysisScope = {},
  progress?: RunProgress,
): readonly AnalysisResult[] {
  const results: AnalysisResult[] = [];
  const onResults = (all: readonly AnalysisResult[]) => void results.push(...all);
  runInParts(set, requests, scope, { onResults }, progress);
  return results;
}

/** Which answers are given beside those about all of it. */
export interface RunParts {
  /** Instead of one answer to each request one for each interval this long, from the beginning on. */
  readonly refreshNs?: number;
  /** Instead of one answer to each request one for each of these spans, which follow one another and do not overlap. */
  readonly spans?: readonly Span[];
  /** Each host's own answers, before those of all, where there are several hosts that have the events. */
  readonly perHost?: boolean;
  /** The results of all requests: at the end of each interval, or once. */
  readonly onResults: (results: readonly AnalysisResult[]) => void;
}

/**
 * Answers all requests in one pass, in parts.
 * @throws what `runAnalyses` throws
 */
export function runInParts(
  set: TraceSet,
  requests: readonly AnalysisRequest[],
  scope: AnalysisScope,
  parts: RunParts,
  progress?: RunProgress,
): void {
  const tracers = set.traces.map(({ tracer }) => tracer);
  for (const { analysis } of requests) {
    const lack = missing(analysis.needs, set.classes, tracers);
    if (lack !== undefined) throw new IncompatibleError(analysis.id, lack);
  }
  if (new Run(set, requests, scope, parts).answer(progress)) return;
  // What was told before the merge cannot take back what a loss on another CPU makes doubtful: all is read again, in order.
  new Run(set, requests, scope, parts, true).answer(progress);
}

class Run {
  readonly #set: TraceSet;
  readonly #plan: Plan;
  readonly #scope: RunScope;
  readonly #names = new Names();
  readonly #models = new Map<string, KernelModel>();
  readonly #modelOfTrace: readonly KernelModel[];
  readonly #cpus = new Map<KernelModel, Set<number>>();
  readonly #parts: RunParts;
  readonly #answering: readonly Answering[];
  readonly #intervals: TimeParts | undefined;
  /** Handlers, with the answer that each of them is of: the state is another with each interval. */
  readonly #subscribers: { readonly subscriber: Subscriber; readonly of: Answering }[] = [];
  /** Values of the options, by request. */
  readonly #values: readonly unknown[];
  readonly #takesCallsAlone: boolean;
  /** Requests that records are counted for. */
  readonly #counted: ReadonlySet<number>;
  readonly #losses: LossWatch;
  /** Records were found to be missing, though calls were told before the merge. */
  #isInVain = false;
  /** By class: those that have nothing of a stream. */
  readonly #sharedBindings: (ClassBinding | undefined)[];
  /** By stream. */
  readonly #dispatches: (StreamDispatch | CallSource)[] = [];
  /** Canonical events that there were records of. */
  readonly #met = new Set<string>();
  readonly #firstNs: number;
  #recordCount = 0;

  /** @param inOrder whether all is told in the order of time, as it has to be where records are missing */
  constructor(
    set: TraceSet,
    requests: readonly AnalysisRequest[],
    scope: AnalysisScope,
    parts: RunParts,
    inOrder = false,
  ) {
    this.#set = set;
    this.#sharedBindings = new Array<undefined>(set.classes.length).fill(undefined);
    this.#parts = parts;
    this.#scope = new RunScope(
      set,
      scope,
      this.#names,
      scope.streamIntersection ? streamIntersection(set) : undefined,
    );
    const analyses = requests.map(({ analysis }) => analysis);
    this.#values = requests.map(({ analysis, options }) => readOptions(analysis.options, options ?? {}));
    const isWhole = this.#scope.isWhole && parts.refreshNs === undefined && parts.spans === undefined;
    /** Whether a request can do without something: each asks with its options and views. */
    const indexesOf = (
      canDoWithout: (analysis: Analysis, values: never, views: ReadonlySet<string>) => unknown,
    ) =>
      new Set(
        [...requests.keys()].filter((index) => {
          const { analysis, views = [defaultView(analysis)] } = requests[index] as AnalysisRequest;
          return isWhole && canDoWithout(analysis, this.#values[index] as never, new Set(views));
        }),
      );
    this.#counted = indexesOf(({ counted }, values, views) => counted?.isEnough(values, views));
    const alone = indexesOf(({ callsAlone }, values, views) => callsAlone?.isEnough(values, views));
    this.#takesCallsAlone =
      !inOrder && isWhole && requests.every((_, index) => alone.has(index) || this.#counted.has(index));
    this.#plan = makePlan(set, analyses, {
      values: this.#values,
      counted: this.#counted,
      usesThreads: this.#scope.usesThreads,
      withoutNames: this.#takesCallsAlone,
      filter: scope.filter,
    });
    this.#modelOfTrace = set.traces.map((trace) => this.#modelOf(trace.hostName ?? trace.name));
    this.#losses = new LossWatch({
      classes: set.classes,
      modelOf: ({ trace }) => this.#modelOfTrace[trace] as KernelModel,
      isSeen: ({ trace }, timeNs) => this.#scope.isSeen(trace, timeNs),
      give: (batch, from, to) => this.#dispatch(batch, from, to),
      onTransitions: ({ index }, transitions, lastNs) => {
        const dispatch = this.#dispatches[index];
        if (dispatch instanceof StreamDispatch) dispatch.deliverLoss(transitions, lastNs);
      },
    });
    this.#firstNs = firstTimeOf(set) ?? Number.NaN;
    const whole = this.#scope.rangeWithin(span(this.#firstNs, Number.POSITIVE_INFINITY));
    this.#intervals = whole && timeParts(whole, parts);
    this.#answering = requests.flatMap((request, index) => this.#answeringOf(request, index));
    for (const answering of this.#answering) answering.begin(whole?.beginNs ?? Number.NaN);
  }

  /** @returns whether it was; else it has to be answered in order */
  answer(progress: RunProgress | undefined): boolean {
    const streams = this.#set.read({
      classes: this.#plan.selections,
      // What came before tells the state at the beginning; what comes after tells nothing.
      ...(this.#plan.usesModel || this.#scope.beginNs === undefined ? {} : { beginNs: this.#scope.beginNs }),
      ...(this.#scope.endNs === undefined ? {} : { endNs: this.#scope.endNs }),
      cycles: false,
      packets: this.#plan.readsPackets,
    });
    for (const { trace, cpu } of streams) this.#noteCpu(this.#modelOfTrace[trace] as KernelModel, cpu);
    const inStreamOrder =
      this.#intervals === undefined &&
      !this.#plan.usesModel &&
      this.#answering.every(
        ({ request, index }) => request.analysis.order === 'per-stream' || this.#counted.has(index),
      );
    let next = progressEvery;
    const intervals = this.#intervals;
    const consume = (batch: EventBatch, from: number, to: number): false | undefined => {
      if (this.#isInVain) return false;
      this.#consume(batch, intervals === undefined ? from : this.#endBefore(intervals, batch, from, to), to);
      if (progress !== undefined && this.#recordCount >= next) {
        next = this.#recordCount + progressEvery;
        progress(this.#recordCount, batch.timeNs[to - 1] as number);
      }
      return undefined;
    };
    const sources =
      this.#counted.size === 0 ? streams : streams.map((stream) => this.#countingSource(stream));
    if (inStreamOrder) readInStreamOrder(sources, consume);
    else mergeStreams(this.#forModel(streams, sources), consume);
    if (this.#isInVain) return false;
    for (const dispatch of this.#dispatches) dispatch?.finish();
    const lastNs = latest(streams.map((stream) => stream.lastNs));
    const range = this.#scope.rangeWithin(span(this.#firstNs, lastNs));
    while (range !== undefined && this.#intervals?.hasMore(range)) this.#endInterval(this.#intervals);
    if (this.#intervals?.isAsked !== false) this.#giveResults(this.#intervals?.last(range) ?? range);
    return true;
  }

  /** Ends intervals that the records go beyond. @returns the first record of the interval that is open then */
  #endBefore(intervals: TimeParts, batch: EventBatch, from: number, to: number): number {
    const { timeNs } = batch;
    let begin = from;
    while ((timeNs[to - 1] as number) >= intervals.endNs) {
      let end = begin;
      while (!((timeNs[end] as number) >= intervals.endNs)) end += 1;
      if (end > begin) this.#consume(batch, begin, end);
      this.#endInterval(intervals);
      begin = end;
    }
    return begin;
  }

  #endInterval(intervals: TimeParts): void {
    if (intervals.isAsked) this.#giveResults(intervals.current);
    intervals.next();
    for (const answering of this.#answering) answering.begin(intervals.current.beginNs);
    for (const { subscriber, of } of this.#subscribers) subscriber.state = of.state;
  }

  /** From the first event to the last one, of all that the trace has, whichever were selected: reports agree with `info`. */
  #giveResults(range: Span | undefined): void {
    const health = this.#set.health().notes;
    const isPart = this.#intervals !== undefined;
    const unmetOf = ({ needs }: Analysis) =>
      this.#scope.endNs === undefined && !isPart ? unmetNeeds(needs, this.#met) : [];
    const isNothing =
      this.#recordCount === 0 &&
      range === undefined &&
      this.#set.extents().every(({ packets }) => packets === 0);
    this.#parts.onResults(
      this.#answering.map((answering) =>
        answering.end({ range, isPart, health, unmet: unmetOf(answering.request.analysis), isNothing }),
      ),
    );
  }

  /** A request is answered for each host, if that is wanted, and for all. */
  #answeringOf(request: AnalysisRequest, index: number): readonly Answering[] {
    const shared: SharedByAnswers = {
      set: this.#set,
      scope: this.#scope,
      names: this.#names,
      models: [...this.#models.values()],
      cpusOf: (model) => [...(this.#cpus.get(model) ?? [])],
      modelOfTrace: this.#modelOfTrace,
    };
    const of = (host: KernelModel | undefined) =>
      new Answering(shared, { request, index, options: this.#values[index], host });
    const hosts = this.#parts.perHost === true && shared.models.length > 1 ? shared.models : [];
    const able = hosts.filter((host) => {
      const classes = this.#set.classes.filter(({ trace }) => this.#modelOfTrace[trace] === host);
      return missing(request.analysis.needs, classes) === undefined;
    });
    // Of a single host it would be the same answer twice.
    return [...(able.length > 1 ? able : []).map(of), of(undefined)];
  }

  #noteCpu(model: KernelModel, cpu: number | undefined): void {
    if (cpu === undefined) return;
    const cpus = this.#cpus.get(model) ?? new Set();
    this.#cpus.set(model, cpus.add(cpu));
  }

  #modelOf(host: string): KernelModel {
    let model = this.#models.get(host);
    if (model === undefined) {
      model = makeKernelModel(host, this.#names);
      for (const name of this.#plan.transitions) transitionSources[name].want?.(model);
      nameSavedThreads(model, this.#set.traces);
      this.#models.set(host, model);
    }
    return model;
  }

  #countingSource(stream: EventStream): BatchSource {
    const host = this.#modelOfTrace[stream.trace];
    const answering = this.#answering.filter(
      (one) => this.#counted.has(one.index) && (one.host === undefined || one.host === host),
    );
    return new CountingSource(stream, (eventClass, count, firstNs) => {
      for (const { request, state } of answering)
        request.analysis.counted?.on(state as never, eventClass, stream.index, count, firstNs);
    });
  }

  /** @param sources of the streams, in their order */
  #forModel(streams: readonly EventStream[], sources: readonly BatchSource[]): readonly BatchSource[] {
    if (this.#takesCallsAlone) return this.#callSources(streams, sources);
    if (!this.#plan.usesModel) return sources;
    return streams.map((stream, index) => this.#losses.watched(stream, sources[index] as BatchSource));
  }

  /** A source up to where records are missing. */
  #untilGap(source: BatchSource): BatchSource {
    return {
      next: () => {
        const batch = source.next();
        if (batch === undefined || batch.gaps.length === 0) return batch;
        this.#isInVain = true;
        return undefined;
      },
    };
  }

  /** Streams that tell of a CPU alone, with most of their calls taken out before they are merged. */
  #callSources(streams: readonly EventStream[], sources: readonly BatchSource[]): readonly BatchSource[] {
    const hostOf = ({ trace }: EventStream) => this.#modelOfTrace[trace] as KernelModel;
    const ofOneCpu = streamsOfOneCpu(streams, hostOf);
    return streams.map((stream, index) => {
      const batches = this.#untilGap(sources[index] as BatchSource);
      if (stream.cpu === undefined || !ofOneCpu.has(stream)) return batches;
      const model = hostOf(stream);
      const tell = this.#callsTeller(model);
      const source = new CallSource(batches, stream.cpu, this.#dispatchOf(stream), model, tell);
      this.#dispatches[stream.index] = source;
      return source;
    });
  }

  #callsTeller(model: KernelModel): (calls: CallsOfOneName) => void {
    const answering = this.#answering.filter(({ host }) => host === undefined || host === model);
    return (calls) => {
      for (const { request, state } of answering)
        request.analysis.callsAlone?.on(state as never, calls, model);
    };
  }

  #consume(batch: EventBatch, from: number, to: number): void {
    if (this.#plan.usesModel && this.#losses.concerns(batch)) this.#losses.consume(batch, from, to);
    else this.#dispatch(batch, from, to);
    this.#recordCount += to - from;
  }

  #dispatch(batch: EventBatch, from: number, to: number): void {
    let dispatch = this.#dispatches[batch.stream.index];
    if (dispatch === undefined) {
      dispatch = this.#dispatchOf(batch.stream);
      this.#dispatches[batch.stream.index] = dispatch;
    }
    dispatch.consume(batch, from, to);
  }

  #dispatchOf(stream: EventStream): StreamDispatch {
    const model = this.#modelOfTrace[stream.trace] as KernelModel;
    const onCalls = this.#takesCallsAlone ? this.#callsTeller(model) : undefined;
    return new StreamDispatch(this.#scope, this.#set.classes.length, onCalls, (index) =>
      this.#bindingOf(index, stream, model),
    );
  }

  #bindingOf(index: number, stream: EventStream, model: KernelModel): ClassBinding | undefined {
    const maySkipColumns = this.#scope.isWholeWithinCuts && stream.cpu !== undefined;
    const shared = maySkipColumns ? this.#sharedBindings[index] : undefined;
    if (shared !== undefined) return shared;
    const plan = this.#plan.classes.get(index);
    if (plan === undefined) return undefined;
    if (plan.meaning !== undefined) this.#met.add(plan.meaning);
    const binding = new ClassBinding(plan, stream, model, {
      usesThreads: this.#plan.usesThreads,
      followsScheduling: this.#plan.followsScheduling,
      readsPackets: this.#plan.readsPackets && plan.handlers.some(({ handler }) => handler === recordHandler),
      filtersThreads: this.#scope.usesThreads,
      architecture: this.#set.traces[stream.trace]?.architecture,
      predicate: this.#scope.predicateOf(plan.eventClass),
      subscribers: plan.handlers.flatMap(({ request, handler }) =>
        this.#answering
          .filter(({ index, host }) => index === request && (host === undefined || host === model))
          .map((answering) => this.#subscriber(answering, handler, model)),
      ),
    });
    if (maySkipColumns && binding.hasNoColumns) this.#sharedBindings[index] = binding;
    return binding;
  }

  #subscriber(of: Answering, handler: string, model: KernelModel): Subscriber {
    const { analysis } = of.request;
    const source = isTransitionName(handler) ? transitionSources[handler] : undefined;
    const subscriber: Subscriber = {
      handle: (handler === recordHandler ? analysis.records?.on : analysis.on[handler]) as never,
      state: of.state,
      transition: source && { bit: source.bit, value: source.of(model) },
    };
    if (this.#intervals !== undefined) this.#subscribers.push({ subscriber, of });
    return subscriber;
  }
}

function timeParts(whole: Span, { refreshNs, spans }: RunParts): TimeParts | undefined {
  if (spans !== undefined) return new ChosenSpans(whole, spans);
  return refreshNs === undefined ? undefined : new Intervals(whole, refreshNs);
}

/** NaN without any. */
function latest(times: readonly number[]): number {
  return times.reduce((last, time) => (last >= time || Number.isNaN(time) ? last : time), Number.NaN);
}

function span(beginNs: number, endNs: number): Span | undefined {
  return Number.isNaN(beginNs) || Number.isNaN(endNs) ? undefined : { beginNs, endNs };
}
