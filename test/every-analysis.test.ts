// Every analysis on every trace that there is: it answers, in each of its views and by each of its choices, as something that every renderer
// can draw and that JSON keeps whole; or it says in one sentence which events are missing, and how to record them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { type Analysis, IncompatibleError, missing } from '../src/analysis/index.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import { catalogue } from '../src/catalogue/index.generated.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { type AnalysisRequest, runAnalyses, runInParts } from '../src/pipeline/run.ts';
import { renderers } from '../src/render/index.generated.ts';
import {
  type AnalysisResult,
  fromJson,
  isEmpty,
  type Renderer,
  type Shape,
  type Table,
  toJson,
} from '../src/results/index.ts';
import { requireCorpus } from './corpus.ts';
import { everyTrace } from './every-trace.ts';

const recordings = readdirSync(join(import.meta.dirname, 'recordings')).filter((name) =>
  name.startsWith('perf'),
);
const traces = everyTrace(recordings.filter((name) => name !== 'perf-ctf' && name !== 'perf-folder'));
const analyses: readonly Analysis[] = await Promise.all(catalogue.map(({ load }) => load()));

const drawing: readonly Renderer[] = await Promise.all(renderers.map(({ load }) => load()));

/** Without these an analysis has no question to answer. */
const neededOptions: Readonly<Record<string, AnalysisRequest['options']>> = {
  periods: { period: ['call : name =* "*sys*enter*" : name =* "*sys*exit*" && $tid == $begin.$tid'] },
};

/** Cells of a table that are drawn and written: all are computed, and the rows of a large log look alike. */
const rowCountMax = 2_000;

function openOrRefusal(open: (typeof traces)[number]['open']): TraceSet | TraceError {
  try {
    return openTraces(open());
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
}

/** All views at once, and the first view by each value of each choice. */
function requestsOf(analysis: Analysis): readonly AnalysisRequest[] {
  const needed = neededOptions[analysis.id] ?? {};
  const choices = Object.entries(analysis.options).flatMap(([name, spec]) =>
    spec.kind === 'choice' ? spec.values.map((value) => ({ ...needed, [name]: value })) : [],
  );
  const views = Object.keys(analysis.views);
  return [{ analysis, options: needed, views }, ...choices.map((options) => ({ analysis, options }))];
}

function shortened(shape: Shape): Shape {
  if (shape.shape !== 'table' || shape.rowCount <= rowCountMax || shape.parents !== undefined) return shape;
  return { ...shape, rowCount: rowCountMax, cells: shape.cells.map((cells) => cells.slice(0, rowCountMax)) };
}

function checkResult(whole: AnalysisResult, what: string): void {
  const { health, timeRange } = whole;
  const isNothing = whole.answers.every(isEmpty);
  expect(whole.answers.length, `${what}: answers`).toBeGreaterThan(0);
  if (isNothing && timeRange.beginNs === undefined)
    expect(health.length, `${what}: nothing, and no word about why`).toBeGreaterThan(0);
  const result = { ...whole, answers: whole.answers.map(shortened) };
  expect(isDeepStrictEqual(fromJson(toJson(result)), result), `${what}: JSON keeps all`).toBe(true);
  for (const renderer of drawing) {
    const drawn = [...renderer.render(result, { width: 100, unicode: true, color: 'truecolor' })].join('');
    expect(/\bNaN\b|\[object |\bundefined\b/.exec(drawn)?.[0], `${what}: ${renderer.id}`).toBeUndefined();
  }
}

/** What a CPU does, in the view `cpus`: these are all there is. */
const partsOfCpus: Readonly<Record<string, readonly string[]>> = {
  'cpu-usage': ['busy', 'idle', 'unknown'],
  'cpu-idle': ['asleep', 'awake', 'unknown'],
};

function checkCpuTime({ analysis, answers, timeRange }: AnalysisResult): void {
  const what = analysis.id;
  const cpus = answers.find((shape) => shape.description.id === 'cpus') as Table | undefined;
  expect(cpus, what).toBeDefined();
  const { description, cells, rowCount } = cpus!;
  const measures = partsOfCpus[what]!.map((id) => description.columns.findIndex((each) => each.id === id));
  for (let row = 0; row < rowCount; row += 1) {
    const parts = measures.map((column) => Number(cells[column]![row]));
    expect(Math.min(...parts), what).toBeGreaterThanOrEqual(0);
    expect(
      parts.reduce((sum, part) => sum + part, 0),
      what,
    ).toBe(Number(timeRange.endNs! - timeRange.beginNs!));
  }
}

/** Asked alone, it refuses with one sentence that names the events, and a command that records them. */
function checkRefusal(set: TraceSet, analysis: Analysis): void {
  const [request] = requestsOf(analysis);
  let refusal: unknown;
  try {
    runAnalyses(set, [request!]);
  } catch (error) {
    refusal = error;
  }
  expect(refusal, analysis.id).toBeInstanceOf(IncompatibleError);
  const { message, hint, missing: events } = refusal as IncompatibleError;
  expect(message).toMatch(/^The trace has no [^.\n]+ \(needed by [a-z-]+\)$/);
  if (set.classes.length > 0) for (const event of events) expect(message).toContain(event);
  expect(hint).toMatch(/^record (it|them) with: (perf record|lttng|trace-cmd)/);
}

function eventCount({ answers }: AnalysisResult): number {
  const { description, cells } = answers[0] as Table;
  const column = description.columns.findIndex(({ id }) => id === 'count');
  return cells[column]!.reduce<number>((sum, count) => sum + Number(count), 0);
}

/** In three intervals each analysis answers as often, and no event is in none of them or in two. */
function checkIntervals(set: TraceSet, answerable: readonly Analysis[], whole: AnalysisResult): void {
  const { beginNs, endNs } = whole.timeRange;
  if (beginNs === undefined || endNs === undefined || endNs - beginNs < 3n) return;
  const refreshNs = Math.ceil(Number(endNs - beginNs) / 3);
  const requests = answerable.map((analysis) => ({ analysis, options: neededOptions[analysis.id] ?? {} }));
  const results: AnalysisResult[] = [];
  runInParts(set, requests, {}, { refreshNs, onResults: (all) => void results.push(...all) });
  const events = results.filter(({ analysis }) => analysis.id === 'events');
  expect(results.length).toBe(requests.length * events.length);
  expect(events.map(eventCount).reduce((sum, count) => sum + count, 0)).toBe(eventCount(whole));
  for (const result of results)
    expect(isDeepStrictEqual(fromJson(toJson(result)), result), result.analysis.id).toBe(true);
}

const counts = { answered: 0, refused: 0, unopened: 0 };

test.each(traces)('$name', ({ open }) => {
  const set = openOrRefusal(open);
  if (set instanceof TraceError) {
    expect(set.message).not.toBe('');
    counts.unopened += 1;
    return;
  }
  try {
    const tracers = set.traces.map(({ tracer }) => tracer);
    const answerable = analyses.filter(({ needs }) => missing(needs, set.classes, tracers) === undefined);
    for (const analysis of analyses) if (!answerable.includes(analysis)) checkRefusal(set, analysis);
    const requests = answerable.flatMap(requestsOf);
    const results: AnalysisResult[] = [];
    runInParts(set, requests, {}, { perHost: true, onResults: (all) => void results.push(...all) });
    expect(results.length).toBeGreaterThanOrEqual(requests.length);
    for (const result of results) checkResult(result, result.analysis.id);
    for (const result of results)
      if (
        Object.hasOwn(partsOfCpus, result.analysis.id) &&
        result.answers.some(({ description }) => description.id === 'cpus')
      )
        checkCpuTime(result);
    const events = results.findLast(({ analysis, host }) => analysis.id === 'events' && host === undefined);
    checkIntervals(set, answerable, events!);
    counts.answered += answerable.length;
    counts.refused += analyses.length - answerable.length;
  } finally {
    set.close();
  }
});

test('most of the corpus could be asked', (context) => {
  requireCorpus(context);
  expect(counts.answered).toBeGreaterThan(300);
  expect(counts.refused).toBeGreaterThan(300);
  // Damaged on purpose, or with clocks that have nothing in common.
  expect(counts.unopened).toBeLessThan(10);
});
