/** Events in one order, as text: what `cat` does. */
import type { EventBatch } from '../events/batch.ts';
import type { RecordPredicate } from '../events/filter/compile.ts';
import { readsPackets } from '../events/filter/locate.ts';
import { mergeStreams } from '../events/merge.ts';
import type { ClassSelection, Selection } from '../events/selection.ts';
import { TextOutput } from '../events/text/output.ts';
import type { RunWriter, TextOptions, TextStyle, TextWriter } from '../events/text/style.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { Names } from '../kernel/names.ts';
import type { AnalysisScope } from './run.ts';
import { RunScope } from './run-scope.ts';
import { followThreads } from './threads.ts';
import { streamIntersection } from './timeline.ts';

/** What is printed, and how. */
export interface CatRequest {
  readonly style: TextStyle;
  readonly options: TextOptions;
  readonly scope: AnalysisScope;
  /** The first so many. */
  readonly countMax?: number;
}

export interface CatCallbacks {
  /** Bytes that hold until it returns. */
  readonly write: (bytes: Uint8Array) => void;
  /** The time of the event that was read last, relative to the origin; NaN without time. */
  readonly progress?: (timeNs: number) => void;
}

/** Fewer are sooner written one by one than code is made for them. */
const runCountMin = 2000;

type Predicates = ReadonlyMap<number, RecordPredicate | undefined>;

/** Writes events as text. Returns how many. */
export function writeEvents(set: TraceSet, request: CatRequest, callbacks: CatCallbacks): number {
  const { style, options } = request;
  const countMax = request.countMax ?? Number.POSITIVE_INFINITY;
  if (countMax === 0) return 0;
  const names = new Names();
  const cuts = request.scope.streamIntersection === true ? streamIntersection(set) : undefined;
  const scope = new RunScope(set, request.scope, names, cuts);
  const observed = observedClasses(set, style);
  const predicates = predicatesOf(set, scope, observed);
  const follower = isByColumn(request.scope) ? followThreads(set, scope, names) : undefined;
  const isChosen = chooser(scope, predicates, observed, follower);
  const selection = selectionOf(set, request, scope, predicates, observed, follower);
  const takesFirst = isChosen === undefined && countMax < Number.POSITIVE_INFINITY;
  const streams = set.read(takesFirst ? { ...selection, recordCountMax: countMax } : selection);
  const writer = style.begin({ traces: set.traces, classes: set.classes, originNs: set.originNs, options });
  const runs = countMax < runCountMin ? undefined : writer.runs;
  const out = new TextOutput(callbacks.write);
  const write = runs === undefined ? singly(writer, out) : togetherWith(runs, out);
  const observe = observerOf(writer, observed);
  const versions: number[] = [];
  let count = 0;
  mergeStreams(streams, (batch, from, to) => {
    if (from === 0) runs?.enter(batch);
    if (versions[batch.stream.index] !== batch.version) {
      versions[batch.stream.index] = batch.version;
      follower?.enter(batch);
    }
    if (isChosen === undefined) {
      const end = Math.min(to, from + countMax - count);
      write(batch, from, end);
      count += end - from;
    } else {
      count += writeChosen({ write, isChosen, observe }, countMax - count, batch, from, to);
    }
    callbacks.progress?.(batch.timeNs[to - 1] as number);
    return count < countMax;
  });
  runs?.flush(out);
  writer.end?.(out.pieces);
  out.flush();
  return count;
}

/** Writes records `from` to `to` (excluded) of a batch. */
type WriteRun = (batch: EventBatch, from: number, to: number) => void;
type Chooser = (batch: EventBatch, position: number) => boolean;

function togetherWith(runs: RunWriter, out: TextOutput): WriteRun {
  return (batch, from, to) => runs.write(batch, from, to, out);
}

function singly(writer: TextWriter, out: TextOutput): WriteRun {
  return (batch, from, to) => {
    for (let position = from; position < to; position++) {
      writer.write(batch, position, out.pieces);
      out.flushLarge();
    }
  };
}

interface Choosing {
  readonly write: WriteRun;
  readonly isChosen: Chooser;
  /** Of records that are not chosen; undefined where none is observed. */
  readonly observe: ((batch: EventBatch, position: number) => void) | undefined;
}

/** Writes the chosen ones of records `from` to `to`, neighbours together. Returns how many. */
function writeChosen(
  { write, isChosen, observe }: Choosing,
  countMax: number,
  batch: EventBatch,
  from: number,
  to: number,
): number {
  let count = 0;
  let begin = from;
  let position = from;
  for (; position < to && count < countMax; position++) {
    if (isChosen(batch, position)) {
      count += 1;
      continue;
    }
    if (begin < position) write(batch, begin, position);
    observe?.(batch, position);
    begin = position + 1;
  }
  if (begin < position) write(batch, begin, position);
  return count;
}

/** Which records are printed; undefined: all. */
function chooser(
  scope: RunScope,
  predicates: Predicates,
  observed: ReadonlySet<number>,
  follower: ReturnType<typeof followThreads> | undefined,
): Chooser | undefined {
  if (scope.isWhole && follower === undefined) {
    if (observed.size === 0) return undefined;
    return (batch, position) => !observed.has(batch.classIndex[position] as number);
  }
  return (batch, position) => {
    if (!isInCut(scope, batch, position)) return false;
    // The follower sees every event: who runs is known from events that are not printed.
    const isOfThread = follower === undefined || follower.accepts(batch, position);
    return isOfThread && isWanted(scope, predicates, batch, position);
  };
}

/** By class index. */
function observedClasses(set: TraceSet, style: TextStyle): ReadonlySet<number> {
  if (style.observes === undefined) return new Set();
  return new Set(set.classes.filter((one) => style.observes?.(one) === true).map(({ index }) => index));
}

function observerOf(writer: TextWriter, observed: ReadonlySet<number>): Choosing['observe'] {
  if (observed.size === 0) return undefined;
  return (batch, position) => {
    if (observed.has(batch.classIndex[position] as number)) writer.observe?.(batch, position);
  };
}

/** Whether events are chosen by what is known of them beside their fields. */
function isByColumn({ cpus, tids, pids, comms }: AnalysisScope): boolean {
  return [cpus, tids, pids, comms].some((list) => list !== undefined && list.length > 0);
}

/** Classes that may be printed; the others are stepped over. */
function predicatesOf(set: TraceSet, scope: RunScope, observed: ReadonlySet<number>): Predicates {
  const predicates = new Map<number, RecordPredicate | undefined>();
  for (const eventClass of set.classes) {
    if (observed.has(eventClass.index)) continue;
    const predicate = scope.predicateOf(eventClass);
    if (predicate !== 'always false') predicates.set(eventClass.index, predicate);
  }
  return predicates;
}

function isInCut(scope: RunScope, batch: EventBatch, position: number): boolean {
  const cut = scope.cutOf(batch.stream.trace);
  if (cut === undefined) return true;
  const time = batch.timeNs[position] as number;
  return time >= cut.beginNs && time <= cut.endNs;
}

function isWanted(scope: RunScope, predicates: Predicates, batch: EventBatch, position: number): boolean {
  const index = batch.classIndex[position] as number;
  if (!predicates.has(index) || !scope.hasTime(batch.timeNs[position] as number)) return false;
  const predicate = predicates.get(index);
  if (predicate === undefined) return true;
  const classBatch = batch.classes.get(index);
  if (classBatch === undefined) throw new Error('a record has a class batch');
  return predicate(
    classBatch,
    batch.row[position] as number,
    batch.packets,
    batch.packetRow[position] as number,
  );
}

function selectionOf(
  set: TraceSet,
  { style, options, scope: { filter } }: CatRequest,
  scope: RunScope,
  predicates: Predicates,
  observed: ReadonlySet<number>,
  follower: ReturnType<typeof followThreads> | undefined,
): Selection {
  const classes = new Map<number, ClassSelection>(follower?.selections);
  for (const index of [...predicates.keys(), ...observed]) classes.set(index, 'all');
  const needs = style.needs(options);
  const filtersPackets =
    filter !== undefined && set.classes.some((eventClass) => readsPackets(filter, eventClass));
  return {
    classes,
    cycles: needs.cycles,
    packets: needs.packets || filtersPackets,
    // Who runs at the beginning of the range is known from before, and so is what a style observes.
    ...(scope.beginNs === undefined || scope.usesThreads || observed.size > 0
      ? {}
      : { beginNs: scope.beginNs }),
    ...(scope.endNs === undefined ? {} : { endNs: scope.endNs }),
  };
}
