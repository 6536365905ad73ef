/** The answer to one request, about one host or about all, while it is made. */
import type { BeginContext, EndContext } from '../analysis/define.ts';
import { defaultView } from '../analysis/define.ts';
import { absentOptions } from '../analysis/needs.ts';
import { OptionError } from '../analysis/options.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Names } from '../kernel/names.ts';
import type { HealthKind, HealthNote } from '../results/health.ts';
import { Health } from '../results/health.ts';
import type { AnalysisResult } from '../results/result.ts';
import { analysisResult } from '../results/result.ts';
import type { AnalysisRequest } from './run.ts';
import type { RunScope, Span } from './run-scope.ts';
import { noEvents, unmetKind } from './unmet-needs.ts';

const absentEvents: HealthKind = {
  code: 'optional-events-absent',
  severity: 'note',
  sentence: 'Kinds of events that would add to the answer but are not in the trace: {count}',
  effect: 'the answer says less',
  advice: 'record them too',
};

/** What all answers of a run have in common. */
export interface SharedByAnswers {
  readonly set: TraceSet;
  readonly scope: RunScope;
  readonly names: Names;
  /** One for each host. */
  readonly models: readonly KernelModel[];
  readonly cpusOf: (model: KernelModel) => readonly number[];
  readonly modelOfTrace: readonly KernelModel[];
}

export interface AnswerOptions {
  readonly request: AnalysisRequest;
  /** Of the request in its list. */
  readonly index: number;
  /** Values of the analysis's options. */
  readonly options: unknown;
  /** Undefined for all. */
  readonly host: KernelModel | undefined;
}

/** What is known when an answer is complete. */
export interface AnswerEnd {
  readonly range: Span | undefined;
  /** Whether it is about one of several intervals: what is open at its end goes on. */
  readonly isPart: boolean;
  readonly health: readonly HealthNote[];
  /** Events that it is made of, and that there were none of. */
  readonly unmet: readonly string[];
  /** Whether the traces have no event of any kind. */
  readonly isNothing: boolean;
}

export class Answering {
  readonly request: AnalysisRequest;
  readonly index: number;
  readonly host: KernelModel | undefined;
  /** What the analysis keeps. */
  state: unknown;
  readonly #shared: SharedByAnswers;
  readonly #options: unknown;
  readonly #views: readonly string[];
  #context: BeginContext<never> | undefined;
  #health = new Health();

  /** @throws OptionError when the analysis has no such view */
  constructor(shared: SharedByAnswers, { request, index, options, host }: AnswerOptions) {
    const { analysis, views = [defaultView(analysis)] } = request;
    for (const view of views) {
      if (Object.hasOwn(analysis.views, view)) continue;
      throw new OptionError(
        'as',
        `--as is one of ${Object.keys(analysis.views).join(', ')} for ${analysis.id}, not "${view}"`,
      );
    }
    this.request = request;
    this.index = index;
    this.host = host;
    this.#shared = shared;
    this.#options = options;
    this.#views = views;
  }

  /** A new answer. @param rangeBeginNs from when on, NaN without any time */
  begin(rangeBeginNs: number): void {
    const { analysis } = this.request;
    const { set, names, models } = this.#shared;
    this.#context = {
      options: this.#options as never,
      views: new Set(this.#views),
      traces: set.traces.filter(({ index }) => this.#isAbout(index)),
      classes: set.classes,
      names,
      originNs: set.originNs,
      models: this.host === undefined ? models : [this.host],
      rangeBeginNs,
    };
    this.#health = new Health();
    for (const { without } of absentOptions(analysis.needs, set.classes)) {
      this.#health.add(absentEvents, analysis.id, without, without);
    }
    this.state = analysis.begin(this.#context);
  }

  end({ range, isPart, health, unmet, isNothing }: AnswerEnd): AnalysisResult {
    const { analysis } = this.request;
    const { set, scope, cpusOf } = this.#shared;
    const context = this.#context;
    if (context === undefined) throw new Error('an answer is begun before it ends');
    const traces = context.traces.map(({ name }) => name);
    const traceNames = traces.join(', ');
    const endContext: EndContext<never> = {
      ...context,
      range,
      cpusOf,
      isWhole: scope.isWhole && !isPart,
      reachesEnd: scope.isAllTimes && !isPart,
      isFiltered: scope.isFiltered,
      accepts: (model, cpu, tid) => scope.acceptsUnfinished(model, cpu, tid),
      note: (kind, first, detail, count = 1) => this.#health.add(kind, traceNames, first, detail, count),
    };
    const answers = analysis.end(this.state as never, endContext);
    if (isNothing) this.#health.add(noEvents, analysis.id, traceNames, 'no packet has a record');
    else if (unmet.length > 0)
      this.#health.add(unmetKind(unmet), analysis.id, traceNames, 'no record of them was read');
    return analysisResult({
      analysis: { id: analysis.id, title: analysis.title, question: analysis.question },
      ...(this.host === undefined ? {} : { host: this.host.host }),
      traces,
      timeRange: {
        beginNs: range === undefined ? undefined : set.originNs + BigInt(range.beginNs),
        endNs: range === undefined ? undefined : set.originNs + BigInt(range.endNs),
        isWallClock: set.traces.every(({ clocks }) =>
          clocks.every((clock) => clock.isAbsolute || clock.origin === 'unix-epoch'),
        ),
      },
      health: [...health, ...this.#health.notes],
      answers,
    });
  }

  #isAbout(trace: number): boolean {
    return this.host === undefined || this.#shared.modelOfTrace[trace] === this.host;
  }
}
