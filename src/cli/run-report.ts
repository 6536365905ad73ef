/** Runs `diatrace report`. */
import { type Analysis, defaultView } from '../analysis/define.ts';
import { missing } from '../analysis/needs.ts';
import { parseDuration } from '../analysis/options.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type AnalysisRequest, runInParts } from '../pipeline/run.ts';
import { runInSpans } from '../pipeline/run-in-spans.ts';
import { renderers } from '../render/index.generated.ts';
import type { Renderer, RenderOptions } from '../results/renderer.ts';
import type { AnalysisResult } from '../results/result.ts';
import { checkView, givenOptions } from './analysis-options.ts';
import type { ReportOptions } from './commands/report.ts';
import type { Console } from './console.ts';
import { type CliContext, exitCodeFor, openCommandConsole, printedTimes } from './context.ts';
import { UsageError } from './failure.ts';
import { whyEmpty } from './nothing.ts';
import { parseWords } from './numbers.ts';
import { asksForPeriods, findPeriodSpans } from './period-spans.ts';
import { openTimeProgress } from './progress.ts';
import { readScope, resolveScope } from './scope.ts';
import { openForShortRun } from './short-run.ts';

const rowCountDefault = 20;

/** Another analysis that answers in the same pass. */
export interface ReportBeside {
  readonly analysis: Analysis;
  readonly options: ReportOptions;
}

/** @param beside further analyses whose answers follow, as far as the trace has what they need */
export async function runReport(
  context: CliContext,
  analysis: Analysis,
  paths: readonly string[],
  options: ReportOptions,
  beside: readonly ReportBeside[] = [],
): Promise<number> {
  const renderer = await rendererFor(options);
  const typed = readScope(options);
  const requests = [{ analysis, options }, ...beside].map(requestOf);
  const refreshNs = options.refresh === undefined ? undefined : parseDuration('refresh', options.refresh);
  const isOfPeriods = asksForPeriods(analysis, options);
  const { set, close } = await openForShortRun('analysis', paths, options);
  try {
    const scope = resolveScope(typed, set, options);
    const spans = isOfPeriods ? await findPeriodSpans(set, scope, options) : undefined;
    if (spans?.length === 0)
      throw new UsageError(
        'No period that --period defines is complete in the trace',
        'diatrace report periods with the same --period says why',
      );
    const progress = openTimeProgress(true, set);
    const output = new ReportOutput(context, options, renderer);
    const onResults = (results: readonly AnalysisResult[]) => {
      progress.clear();
      output.write(results);
    };
    const parts = { ...(refreshNs === undefined ? {} : { refreshNs }), perHost: true, onResults };
    const asked = answerable(requests, set);
    const onRecords = (_count: number, timeNs: number) => progress.at(timeNs);
    if (spans === undefined) runInParts(set, asked, scope, parts, onRecords);
    else runInSpans(set, asked, scope, spans, parts, onRecords);
    const { console, last } = output.close();
    // Of one interval it is no wonder.
    const isOneAnswer = refreshNs === undefined && spans === undefined && beside.length === 0;
    const why = isOneAnswer ? whyEmpty(set, scope, options, last) : undefined;
    if (why !== undefined) console.say(`diatrace: ${why}`);
    return exitCodeFor(set, options);
  } finally {
    close();
  }
}

function requestOf({ analysis, options }: ReportBeside): AnalysisRequest {
  return { analysis, options: givenOptions(analysis, options), views: viewsOf(analysis, options.as) };
}

/** Those that the trace can answer; the first where there are none, so that it is said what it lacks. */
function answerable(requests: readonly AnalysisRequest[], set: TraceSet): readonly AnalysisRequest[] {
  const answered = requests.filter(({ analysis }) => missing(analysis.needs, set.classes) === undefined);
  return answered.length === 0 ? requests.slice(0, 1) : answered;
}

/** One answer, or several one after the other; opened with the first one, so that a failure before leaves a file as it was. */
class ReportOutput {
  readonly #context: CliContext;
  readonly #options: ReportOptions;
  readonly #renderer: Renderer;
  #console: Console | undefined;
  #last: AnalysisResult | undefined;

  constructor(context: CliContext, options: ReportOptions, renderer: Renderer) {
    this.#context = context;
    this.#options = options;
    this.#renderer = renderer;
  }

  write(results: readonly AnalysisResult[]): void {
    const isLines = this.#renderer.id === 'json' && (results.length > 1 || hasParts(this.#options));
    const console = this.#console ?? openCommandConsole(this.#context, this.#options);
    this.#console = console;
    if (this.#renderer.id === 'svg' && results.length > 1)
      throw new UsageError(
        `--svg is one picture, and there are ${results.length} answers: ${results.map(({ host }) => host ?? 'all').join(', ')}`,
        'name the traces of one host',
      );
    for (const result of results) {
      if (this.#last !== undefined && this.#renderer.id !== 'json') console.out.write('\n');
      const before = this.#last === undefined ? {} : { before: this.#last };
      this.#last = result;
      const pieces = this.#renderer.render(result, { ...renderOptions(console, this.#options), ...before });
      // Text in JSON has no line feed of its own: without those between its parts a result is one line.
      for (const piece of pieces) console.out.write(isLines ? piece.replace(/\n */g, '').trimStart() : piece);
      if (isLines) console.out.write('\n');
      this.#sayWhatIsLost(console, result);
    }
    // Whoever follows a refreshed answer sees each when it is there.
    if (this.#options.refresh !== undefined) console.out.flush();
  }

  /** Between lines for another program there is no place for it. */
  #sayWhatIsLost(console: Console, { answers, lowerBoundReason }: AnalysisResult): void {
    if (this.#renderer.id === 'json' || lowerBoundReason === undefined) return;
    if (answers.some(({ shape }) => shape !== 'lines')) return;
    console.say(`diatrace: counts are lower bounds: ${lowerBoundReason}`);
  }

  close(): { readonly console: Console; readonly last: AnalysisResult } {
    if (this.#console === undefined || this.#last === undefined) throw new Error('a request has a result');
    this.#console.out.close();
    return { console: this.#console, last: this.#last };
  }
}

/** The words after `--as`; said before a trace is read, which may take a while. @throws UsageError */
function viewsOf(analysis: Analysis, given: string | undefined): readonly string[] {
  if (given === undefined) return [defaultView(analysis)];
  const views = parseWords([given]);
  for (const view of views) checkView(analysis, view);
  return views.length === 0 ? [defaultView(analysis)] : views;
}

/** Whether there may be several answers, one after the other. */
function hasParts({ refresh, period }: ReportOptions): boolean {
  return refresh !== undefined || period !== undefined;
}

const forms = ['json', 'csv', 'svg'] as const;

/** What draws the answer. @throws UsageError */
export async function rendererFor(options: ReportOptions): Promise<Renderer> {
  const asked = forms.filter((form) => options[form] === true);
  const [form, other] = asked;
  if (other !== undefined)
    throw new UsageError(`--${form} and --${other} are two outputs`, 'give one of them');
  if (form === 'svg' && hasParts(options))
    throw new UsageError(
      '--svg is one picture, and --refresh and --period give many answers',
      'give one of them',
    );
  const id = form ?? 'terminal';
  const all: readonly { readonly id: string; readonly load: () => Promise<Renderer> }[] = renderers;
  const found = all.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`the renderer ${id} is part of diatrace`);
  return found.load();
}

/** Rows beyond the limit are left out for people alone: a program gets all of them. */
export function renderOptions(console: Console, options: ReportOptions): RenderOptions {
  const { width, color, unicode } = console;
  // An analysis may have a --limit of its own; what it means for rows that are shown is the same.
  const limit = options.limit === undefined ? rowCountDefault : Number(options.limit);
  return { width, color, unicode, times: printedTimes(options), limit };
}
