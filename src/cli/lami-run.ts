/**
 * Runs the phases of LAMI 1.0 (lttng/lami-spec, lami.adoc, "Input format") for an analysis.
 *
 * Trace Compass reads stderr together with stdout in all phases but the last, so that nothing may be printed there; in the last it shows
 * what stderr has when the exit code is not 0, so that an error is said on both.
 */
import type { Analysis } from '../analysis/define.ts';
import { IncompatibleError } from '../analysis/incompatible-error.ts';
import { missing } from '../analysis/needs.ts';
import { type GivenOption, type GivenOptions, parseDuration, readOptions } from '../analysis/options.ts';
import type { Clock } from '../events/clock.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type RunParts, runInParts } from '../pipeline/run.ts';
import { runInSpans } from '../pipeline/run-in-spans.ts';
import { errorObject, metadataObject, tableClasses } from '../render/lami/metadata.ts';
import { renderIntervals } from '../render/lami/renderer.ts';
import { healthObject } from '../results/health-json.ts';
import { writeJson } from '../results/json-text.ts';
import { type AnalysisResult, analysisResult } from '../results/result.ts';
import type { Shape, ShapeDescription } from '../results/shapes.ts';
import { checkView, givenOptions } from './analysis-options.ts';
import type { LamiOptions } from './commands/lami.ts';
import type { Console } from './console.ts';
import { type CliContext, openCommandConsole } from './context.ts';
import { namedTraces } from './default-trace.ts';
import { describeFailure, exitCodes, UsageError } from './failure.ts';
import { resolveLamiScope } from './lami-scope.ts';
import { asksForPeriods, findPeriodSpans } from './period-spans.ts';
import { openForShortRun } from './short-run.ts';
import { lamiVersionText, version } from './version.ts';

/** One of several analyses that answer together: what it begins the names of its tables with, and its own options. */
export interface LamiBeside {
  readonly name: string;
  readonly analysis: Analysis;
  readonly options: LamiOptions;
}

interface LamiPart {
  readonly name: string | undefined;
  readonly analysis: Analysis;
  readonly views: readonly string[];
  readonly given: GivenOptions;
}

/** Everything that a run is about, read from the command line before a trace is opened. */
interface LamiRequest {
  readonly parts: readonly [LamiPart, ...LamiPart[]];
  readonly paths: readonly string[];
  readonly options: LamiOptions;
}

/**
 * @param beside further analyses whose tables follow, as far as the trace has what they need
 * @returns the exit code; what is wrong with a trace or an option is an error object on stdout
 */
export async function runLami(
  context: CliContext,
  analysis: Analysis,
  paths: readonly string[],
  options: LamiOptions,
  beside: readonly LamiBeside[] = [],
): Promise<number> {
  const console = openCommandConsole(context, options);
  try {
    await runPhase(console, analysis, paths, options, beside);
    return exitCodes.ok;
  } catch (error) {
    const failure = describeFailure(error, false);
    if (failure.text === undefined) throw error;
    const message = failure.text.replace(/^diatrace: /, '').replace(/\n\s*hint: /, '; ');
    console.out.write(`${writeJson(errorObject(message, codeOf(error)))}\n`);
    if (isResultsPhase(options)) console.say(failure.text);
    return failure.exitCode;
  } finally {
    console.out.close();
  }
}

function isResultsPhase({ miVersion, metadata, testCompatibility }: LamiOptions): boolean {
  return ![miVersion, metadata, testCompatibility].includes(true);
}

/** Errors of traces, options and incompatible analyses have one. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

async function runPhase(
  console: Console,
  analysis: Analysis,
  paths: readonly string[],
  options: LamiOptions,
  beside: readonly LamiBeside[],
): Promise<void> {
  if (options.miVersion === true) {
    console.out.write(`${lamiVersionText}\n`);
    return;
  }
  const others = beside.map((part) => partOf(part.name, part.analysis, part.options));
  const request: LamiRequest = { parts: [partOf(undefined, analysis, options), ...others], paths, options };
  if (options.metadata === true) {
    console.out.write(`${writeJson(metadataOf(request))}\n`);
    return;
  }
  const { set, close } = await openForShortRun('analysis', namedTraces(paths), options);
  try {
    if (options.testCompatibility === true) checkRecords(compatibleParts(request, set), set);
    else await writeResults(request, set, console);
  } finally {
    close();
  }
}

function partOf(name: string | undefined, analysis: Analysis, options: LamiOptions): LamiPart {
  return { name, analysis, views: viewsOf(analysis, options.as), given: lamiOptionsOf(analysis, options) };
}

/** Left out unless they are asked for: a row for each event, or each of some thousand cells, or the same again in other bins. */
const longViews: readonly string[] = ['log', 'each', 'heatmap', 'freq'];

function viewsOf(analysis: Analysis, given: string | undefined): readonly string[] {
  const all = Object.keys(analysis.views);
  if (given === undefined || given === 'all') {
    const short = all.filter((view) => !longViews.includes(view));
    return given === 'all' || short.length === 0 ? all : short;
  }
  const views = given.split(',').map((view) => view.trim());
  for (const view of views) checkView(analysis, view);
  return views;
}

/** An analysis that has a limit of its own is told `--limit` in its words, where 0 is no limit. */
function lamiOptionsOf(analysis: Analysis, options: LamiOptions): GivenOptions {
  const given: Record<string, GivenOption> = { ...givenOptions(analysis, options) };
  const limit = limitOf(options);
  if (limit !== undefined && Object.hasOwn(analysis.options, 'limit')) given['limit'] = limit;
  return given;
}

/** Rows of each table, 0 for all; undefined where it is not said. */
function limitOf({ limit }: LamiOptions): number | undefined {
  if (limit === undefined) return undefined;
  if (limit === 'unlimited') return 0;
  if (/^\d{1,15}$/.test(limit)) return Number(limit);
  throw new UsageError(`--limit: "${limit}" is not a number of rows`, 'write a number, or unlimited');
}

function descriptionsOf({ parts }: LamiRequest): readonly ShapeDescription[] {
  return parts.flatMap(({ name, analysis, views, given }) => {
    const values = readOptions(analysis.options, given) as never;
    return views.flatMap((view) => analysis.describe(values, view)).map((one) => named(one, name));
  });
}

/** A description under a name that the tables of no other analysis have. */
function named<D extends ShapeDescription>(description: D, name: string | undefined): D {
  return name === undefined ? description : { ...description, id: `${name}-${description.id}` };
}

function metadataOf(request: LamiRequest) {
  const [{ analysis }] = request.parts;
  const words = request.parts.flatMap((part) => [part.analysis.family, part.analysis.id]);
  const { title, question } = analysis;
  const identity = { title, description: question, tags: [...new Set([...words, 'diatrace'])], version };
  return metadataObject(identity, descriptionsOf(request));
}

/**
 * The analyses that the trace can answer.
 * @throws IncompatibleError that says what it lacks, where it can answer none of them
 */
function compatibleParts({ parts }: LamiRequest, set: TraceSet): readonly LamiPart[] {
  const tracers = set.traces.map(({ tracer }) => tracer);
  const lacks = parts.map(({ analysis, given }) => {
    readOptions(analysis.options, given);
    return missing(analysis.needs, set.classes, tracers);
  });
  const [lack] = lacks;
  if (lack !== undefined && !lacks.includes(undefined))
    throw new IncompatibleError(parts[0].analysis.id, lack);
  return parts.filter((_part, index) => lacks[index] === undefined);
}

/**
 * An analysis of what its options name has an answer where an event of the trace is meant by them.
 * @throws IncompatibleError
 */
function checkRecords(parts: readonly LamiPart[], set: TraceSet): void {
  for (const { analysis, given } of parts) {
    const { records } = analysis;
    if (records === undefined) continue;
    const values = readOptions(analysis.options, given) as never;
    if (set.classes.some((eventClass) => records.of(values, eventClass) !== undefined)) continue;
    const sentence = 'No event of this trace is one that the options name';
    throw new IncompatibleError(analysis.id, {
      events: [],
      sentence,
      hint: `diatrace explain ${analysis.id}`,
    });
  }
}

async function writeResults(request: LamiRequest, set: TraceSet, console: Console): Promise<void> {
  const { options } = request;
  const parts = compatibleParts(request, set);
  const scope = resolveLamiScope(options, set);
  const progress = options.outputProgress === true ? openProgressLines(set, console) : undefined;
  const refreshNs = options.refresh === undefined ? undefined : parseRefresh(options.refresh);
  const intervals: AnalysisResult[] = [];
  const requests = parts.map(({ analysis, views, given }) => ({ analysis, options: given, views }));
  const answered: RunParts = {
    ...(refreshNs === undefined ? {} : { refreshNs }),
    onResults: (results) => void intervals.push(joined(results, parts)),
  };
  const onRecords = progress && ((_count: number, timeNs: number) => progress.at(timeNs));
  if (asksForPeriods(request.parts[0].analysis, options)) {
    const spans = await findPeriodSpans(set, scope, options);
    runInSpans(set, requests, scope, spans, answered, onRecords);
  } else runInParts(set, requests, scope, answered, onRecords);
  progress?.done();
  const rendered = renderIntervals(intervals, {
    classes: tableClasses(descriptionsOf(request)),
    clockUncertaintyNs: clockUncertaintyNs(set),
    limit: limitOf(options) ?? 0,
  });
  for (const piece of rendered) console.out.write(piece);
}

/** A bare number is seconds here, as in lttng-analyses. */
function parseRefresh(text: string): number {
  return parseDuration('refresh', /^\d+(?:\.\d+)?$/.test(text) ? `${text}s` : text);
}

/** The answers of all of them as one result, each under its name. */
function joined(results: readonly AnalysisResult[], parts: readonly LamiPart[]): AnalysisResult {
  const [first] = results;
  if (first === undefined) throw new Error('a request has a result');
  if (results.length === 1 && parts[0]?.name === undefined) return first;
  const answers = results.flatMap((result, index) =>
    result.answers.map((shape): Shape => {
      const description = named(shape.description, parts[index]?.name);
      return { ...shape, description } as Shape;
    }),
  );
  const health = new Map(
    results.flatMap((result) => result.health).map((note) => [JSON.stringify(healthObject(note)), note]),
  );
  return analysisResult({ ...first, health: [...health.values()], answers });
}

/** The largest of all clocks; most tracers do not say it. */
function clockUncertaintyNs(set: TraceSet): number {
  const ofClock = ({ precisionCycles, frequencyHz }: Clock) =>
    frequencyHz === 0n ? 0 : (Number(precisionCycles) * 1e9) / Number(frequencyHz);
  return Math.max(0, ...set.traces.flatMap(({ clocks }) => clocks.map(ofClock)));
}

const progressPauseMs = 100;

/** Progress lines, each written at once: the ratio of the traces' span that has been read. */
function openProgressLines(set: TraceSet, { out }: Console): { at(timeNs: number): void; done(): void } {
  const extents = set.extents();
  const ends = extents.flatMap(({ endNs }) => (endNs === undefined ? [] : [Number(endNs - set.originNs)]));
  const lastNs = ends.reduce((most, ns) => Math.max(most, ns), 1);
  let writtenMs = performance.now();
  const line = (ratio: number, message: string): void => {
    out.write(`${ratio} ${message}\n`);
    out.flush();
  };
  line(0, 'Reading the trace');
  return {
    at(timeNs) {
      const nowMs = performance.now();
      if (nowMs - writtenMs < progressPauseMs || !Number.isFinite(timeNs)) return;
      writtenMs = nowMs;
      const ratio = Math.min(1, Math.max(0, timeNs / lastNs));
      line(Number(ratio.toFixed(4)), `${(timeNs / 1e9).toFixed(3)} s of ${(lastNs / 1e9).toFixed(3)} s read`);
    },
    done: () => line(1, 'Done'),
  };
}
