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
 */
import type { Analysis, BeginContext, EndContext } from '../analysis/define.ts';
import { defaultView } from '../analysis/define.ts';
import { absentOptions, IncompatibleError, missing } from '../analysis/needs.ts';
import type { GivenOptions } from '../analysis/options.ts';
import { OptionError, readOptions } from '../analysis/options.ts';
import type { EventBatch } from '../events/batch.ts';
import type { FilterExpression } from '../events/filter/expression.ts';
import { type BatchSource, mergeStreams, readInStreamOrder } from '../events/merge.ts';
import type { EventStream } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import { makeKernelModel } from '../kernel/model.ts';
import { Names } from '../kernel/names.ts';
import { isTransitionName, transitionSources } from '../kernel/transitions.ts';
import type { HealthKind, HealthNote } from '../results/health.ts';
import { Health } from '../results/health.ts';
import type { AnalysisResult } from '../results/result.ts';
import { analysisResult } from '../results/result.ts';
import { CallSource, streamsOfOneCpu } from './call-source.ts';
import { ClassBinding, type Subscriber } from './class-binding.ts';
import { makePlan, type Plan, recordHandler } from './plan.ts';
import { RunScope, type Span } from './run-scope.ts';
import { nameSavedThreads } from './saved-names.ts';
import { StreamDispatch } from './stream-dispatch.ts';
import { firstTimeOf, streamIntersection } from './timeline.ts';
import { unmetKind, unmetNeeds } from './unmet-needs.ts';

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
  const tracers = set.traces.map(({ tracer }) => tracer);
  for (const { analysis } of requests) {
    const lack = missing(analysis.needs, set.classes, tracers);
    if (lack !== undefined) throw new IncompatibleError(analysis.id, lack);
  }
  return new Run(set, requests, scope).answer(progress);
}

const absentEvents: HealthKind = {
  code: 'optional-events-absent',
  severity: 'note',
  sentence: 'Kinds of events that would add to the answer but are not in the trace: {count}',
  effect: 'the answer says less',
  advice: 'record them too',
};

interface Running {
  readonly request: AnalysisRequest;
  readonly context: BeginContext<never>;
  readonly state: unknown;
  readonly health: Health;
}

class Run {
  readonly #set: TraceSet;
  readonly #plan: Plan;
  readonly #scope: RunScope;
  readonly #names = new Names();
  readonly #models = new Map<string, KernelModel>();
  readonly #modelOfTrace: readonly KernelModel[];
  readonly #cpus = new Map<KernelModel, Set<number>>();
  readonly #running: readonly Running[];
  /** Values of the options, by request. */
  readonly #values: readonly unknown[];
  readonly #takesCallsAlone: boolean;
  /** By stream. */
  readonly #dispatches: Pick<StreamDispatch, 'consume'>[] = [];
  /** Canonical events that there were records of. */
  readonly #met = new Set<string>();
  #firstNs = Number.NaN;
  #lastNs = Number.NaN;
  #recordCount = 0;

  constructor(set: TraceSet, requests: readonly AnalysisRequest[], scope: AnalysisScope) {
    this.#set = set;
    this.#scope = new RunScope(
      set,
      scope,
      this.#names,
      scope.streamIntersection ? streamIntersection(set) : undefined,
    );
    const analyses = requests.map(({ analysis }) => analysis);
    this.#values = requests.map(({ analysis, options }) => readOptions(analysis.options, options ?? {}));
    this.#takesCallsAlone =
      this.#scope.isWhole &&
      requests.every(({ analysis, views = [defaultView(analysis)] }, index) =>
        analysis.takesCallsAlone?.(this.#values[index] as never, new Set(views)),
      );
    this.#plan = makePlan(set, analyses, {
      values: this.#values,
      usesThreads: this.#scope.usesThreads,
      withoutNames: this.#takesCallsAlone,
      filter: scope.filter,
    });
    this.#modelOfTrace = set.traces.map((trace) => this.#modelOf(trace.hostName ?? trace.name));
    this.#firstNs = firstTimeOf(set) ?? Number.NaN;
    this.#running = requests.map((request, index) => this.#begin(request, this.#values[index]));
  }

  answer(progress: RunProgress | undefined): readonly AnalysisResult[] {
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
      !this.#plan.usesModel && this.#running.every(({ request }) => request.analysis.order === 'per-stream');
    let next = progressEvery;
    const consume = (batch: EventBatch, from: number, to: number): undefined => {
      this.#consume(batch, from, to);
      if (progress !== undefined && this.#recordCount >= next) {
        next = this.#recordCount + progressEvery;
        progress(this.#recordCount, this.#lastNs);
      }
    };
    if (inStreamOrder) readInStreamOrder(streams, consume);
    else mergeStreams(this.#takesCallsAlone ? this.#callSources(streams) : streams, consume);
    for (const { lastNs } of streams) this.#span(Number.NaN, lastNs);
    return this.#running.map((running) => this.#end(running));
  }

  #noteCpu(model: KernelModel, cpu: number | undefined): void {
    if (cpu === undefined) return;
    const cpus = this.#cpus.get(model) ?? new Set();
    this.#cpus.set(model, cpus.add(cpu));
  }

  #begin(request: AnalysisRequest, options: unknown): Running {
    const { analysis } = request;
    const views = request.views ?? [defaultView(analysis)];
    for (const view of views) {
      if (Object.hasOwn(analysis.views, view)) continue;
      throw new OptionError(
        'as',
        `--as is one of ${Object.keys(analysis.views).join(', ')} for ${analysis.id}, not "${view}"`,
      );
    }
    const context: BeginContext<never> = {
      options: options as never,
      views: new Set(views),
      traces: this.#set.traces,
      classes: this.#set.classes,
      names: this.#names,
      originNs: this.#set.originNs,
      rangeBeginNs:
        this.#scope.rangeWithin(span(this.#firstNs, Number.POSITIVE_INFINITY))?.beginNs ?? Number.NaN,
    };
    const health = new Health();
    for (const { without } of absentOptions(analysis.needs, this.#set.classes)) {
      health.add(absentEvents, analysis.id, without, without);
    }
    return { request, context, state: analysis.begin(context), health };
  }

  #modelOf(host: string): KernelModel {
    let model = this.#models.get(host);
    if (model === undefined) {
      model = makeKernelModel(host, this.#names);
      nameSavedThreads(model, this.#set.traces);
      this.#models.set(host, model);
    }
    return model;
  }

  /** Streams that tell of a CPU alone, with most of their calls taken out before they are merged. */
  #callSources(streams: readonly EventStream[]): readonly BatchSource[] {
    const hostOf = ({ trace }: EventStream) => this.#modelOfTrace[trace] as KernelModel;
    const ofOneCpu = streamsOfOneCpu(streams, hostOf);
    return streams.map((stream) => {
      if (stream.cpu === undefined || !ofOneCpu.has(stream)) return stream;
      const source = new CallSource(stream, stream.cpu, this.#dispatchOf(stream), hostOf(stream));
      this.#dispatches[stream.index] = source;
      return source;
    });
  }

  #consume(batch: EventBatch, from: number, to: number): void {
    let dispatch = this.#dispatches[batch.stream.index];
    if (dispatch === undefined) {
      dispatch = this.#dispatchOf(batch.stream);
      this.#dispatches[batch.stream.index] = dispatch;
    }
    dispatch.consume(batch, from, to);
    this.#recordCount += to - from;
    this.#span(batch.timeNs[from] as number, batch.timeNs[to - 1] as number);
  }

  #span(firstNs: number, lastNs: number): void {
    if (!(this.#firstNs <= firstNs) && !Number.isNaN(firstNs)) this.#firstNs = firstNs;
    if (!(this.#lastNs >= lastNs) && !Number.isNaN(lastNs)) this.#lastNs = lastNs;
  }

  #dispatchOf(stream: EventStream): StreamDispatch {
    return new StreamDispatch(this.#scope, this.#set.classes.length, (index) => {
      const plan = this.#plan.classes.get(index);
      if (plan === undefined) return undefined;
      if (plan.meaning !== undefined) this.#met.add(plan.meaning);
      const model = this.#modelOfTrace[stream.trace] as KernelModel;
      return new ClassBinding(plan, stream, model, {
        usesThreads: this.#plan.usesThreads,
        followsScheduling: this.#plan.followsScheduling,
        readsPackets:
          this.#plan.readsPackets && plan.handlers.some(({ handler }) => handler === recordHandler),
        filtersThreads: this.#scope.usesThreads,
        architecture: this.#set.traces[stream.trace]?.architecture,
        predicate: this.#scope.predicateOf(plan.eventClass),
        subscribers: plan.handlers.map(({ request, handler }) => this.#subscriber(request, handler, model)),
      });
    });
  }

  #subscriber(request: number, handler: string, model: KernelModel): Subscriber {
    const { request: asked, state } = this.#running[request] as Running;
    const source = isTransitionName(handler) ? transitionSources[handler] : undefined;
    return {
      handle: (handler === recordHandler ? asked.analysis.records?.on : asked.analysis.on[handler]) as never,
      state,
      transition: source && { bit: source.bit, value: source.of(model) },
    };
  }

  #end({ request, context, state, health }: Running): AnalysisResult {
    const { analysis } = request;
    const range = this.#scope.rangeWithin(this.#range());
    const traceNames = this.#set.traces.map((trace) => trace.name).join(', ');
    const endContext: EndContext<never> = {
      ...context,
      range,
      models: [...this.#models.values()],
      cpusOf: (model) => [...(this.#cpus.get(model) ?? [])],
      isWhole: this.#scope.isWhole,
      isFiltered: this.#scope.isFiltered,
      accepts: (model, cpu, tid) => this.#scope.acceptsUnfinished(model, cpu, tid),
      note: (kind, first, detail, count = 1) => health.add(kind, traceNames, first, detail, count),
    };
    const answers = analysis.end(state as never, endContext);
    const unmet = this.#scope.endNs === undefined ? unmetNeeds(analysis.needs, this.#met) : [];
    if (unmet.length > 0) health.add(unmetKind(unmet), analysis.id, traceNames, 'no record of them was read');
    const origin = this.#set.originNs;
    return analysisResult({
      analysis: { id: analysis.id, title: analysis.title, question: analysis.question },
      traces: this.#set.traces.map((trace) => trace.name),
      timeRange: {
        beginNs: range === undefined ? undefined : origin + BigInt(range.beginNs),
        endNs: range === undefined ? undefined : origin + BigInt(range.endNs),
        isWallClock: this.#set.traces.every(({ clocks }) =>
          clocks.every((clock) => clock.isAbsolute || clock.origin === 'unix-epoch'),
        ),
      },
      health: joined(this.#set.health().notes, health.notes),
      answers,
    });
  }

  /**
   * From the first event to the last one, of all that the trace has, whichever were selected: reports agree with `info`. Not
   * from the first packet to the last, which LTTng ends when a session is destroyed, long after recording stopped.
   */
  #range(): Span | undefined {
    return span(this.#firstNs, this.#lastNs);
  }
}

function span(beginNs: number, endNs: number): Span | undefined {
  return Number.isNaN(beginNs) || Number.isNaN(endNs) ? undefined : { beginNs, endNs };
}

function joined(first: readonly HealthNote[], second: readonly HealthNote[]): readonly HealthNote[] {
  return [...first, ...second];
}
