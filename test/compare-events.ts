// A trace as diatrace reads it against what another reader found in it: counts, losses, first and last time, every event.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TraceInput } from '../src/bytes/source.ts';
import type { Selection } from '../src/events/selection.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { readExpected, readExpectedLines } from './corpus.ts';
import { type ComparableEvent, eventsOf, parseExpectedEvent } from './expected-events.ts';

interface Summary {
  readonly events: number;
  readonly packets: number;
  readonly first_event_ns: string | null;
  readonly last_event_ns: string | null;
  readonly discarded_events: number;
  readonly discarded_packets: number;
  readonly events_by_name: Readonly<Record<string, number>>;
  readonly events_by_stream_file: Readonly<Record<string, number>>;
}

const nsPerSecond = 1_000_000_000n;

/** Where the corpus keeps what was found in a case. */
export function expectedEventsPath(casePath: string): string {
  return join(casePath, 'expected', 'events.jsonl.gz');
}

/** Opens the traces below some folders, reads them all, and closes them. */
export function readTraces(
  paths: readonly string[],
  check?: (traces: TraceSet, found: Found) => void,
): Found {
  return readInputs(
    paths.map((path) => openNodeInput(path)),
    check,
  );
}

/** As `readTraces`, of one input. */
export function readInput(input: TraceInput): Found {
  return readInputs([input], undefined);
}

function readInputs(
  inputs: readonly TraceInput[],
  check: ((traces: TraceSet, found: Found) => void) | undefined,
): Found {
  const traces = openTraces(inputs, { needsOneTimeline: false });
  try {
    const found = readAll(traces, true);
    check?.(traces, found);
    return found;
  } finally {
    traces.close();
  }
}

/** A case of the corpus: its counts, and every event where the corpus keeps them. */
export function compareCase(casePath: string): void {
  const eventsPath = expectedEventsPath(casePath);
  const hasEvents = existsSync(eventsPath);
  const summary = JSON.parse(readExpected(join(casePath, 'expected', 'summary.json'))) as Summary;
  const traces = openTraces([openNodeInput(join(casePath, 'trace'))], { needsOneTimeline: false });
  try {
    const found = readAll(traces, hasEvents);
    expectCounts(found.counts, countsOf(summary), firstFiles(traces));
    expectSummary(traces, summary, found);
    if (hasEvents) compareEvents(readExpectedLines(eventsPath).map(parseExpectedEvent), found);
  } finally {
    traces.close();
  }
}

export interface Found {
  readonly counts: Counts;
  readonly firstNs: bigint | undefined;
  readonly lastNs: bigint | undefined;
  /** By stream; empty unless they are to be compared. */
  readonly events: readonly (readonly ComparableEvent[])[];
  readonly isExact: boolean;
}

interface Counts {
  readonly events: number;
  readonly byName: ReadonlyMap<string, number>;
  readonly byFile: ReadonlyMap<string, number>;
}

function countsOf(summary: Summary): Counts {
  return {
    events: summary.events,
    byName: new Map(Object.entries(summary.events_by_name).sort()),
    byFile: new Map(Object.entries(summary.events_by_stream_file).sort()),
  };
}

/** Where several files are one stream (tracefile rotation) babeltrace2 names it by any of them, we by the first one in time. */
function firstFiles(traces: TraceSet): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  for (const { name } of traces.extents()) {
    const files = name.split(', ');
    if (files.length > 1) for (const file of files) first.set(file, files[0] as string);
  }
  return first;
}

function expectCounts(found: Counts, expected: Counts, first: ReadonlyMap<string, string>): void {
  const named = (path: string) => path.replace(/[^/]*$/, (file) => first.get(file) ?? file);
  const byFile = new Map([...expected.byFile].map(([path, count]) => [named(path), count]));
  expect(found).toEqual({ ...expected, byFile });
}

function readAll(traces: TraceSet, keepsEvents: boolean): Found {
  const selection: Selection = {
    classes: new Map(traces.classes.map((eventClass) => [eventClass.index, 'all'])),
    cycles: true,
    packets: false,
  };
  const byName = new Map<string, number>();
  const byFile = new Map<string, number>();
  let firstNs: bigint | undefined;
  let lastNs: bigint | undefined;
  let events = 0;
  const kept: ComparableEvent[][] = [];
  for (const stream of traces.read(selection)) {
    const ofStream: ComparableEvent[] = [];
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
      for (const event of eventsOf(batch, traces.originNs)) {
        if (keepsEvents) ofStream.push(event);
        if (event.ns === undefined) continue;
        if (firstNs === undefined || event.ns < firstNs) firstNs = event.ns;
        if (lastNs === undefined || event.ns > lastNs) lastNs = event.ns;
      }
      for (const { eventClass, count } of batch.classes.values()) {
        if (count > 0) byName.set(eventClass.name, (byName.get(eventClass.name) ?? 0) + count);
      }
      byFile.set(stream.name, (byFile.get(stream.name) ?? 0) + batch.count);
      events += batch.count;
    }
    kept.push(ofStream);
  }
  const counts = { events, byName: new Map([...byName].sort()), byFile: new Map([...byFile].sort()) };
  const clocks = traces.traces.flatMap((trace) => trace.clocks);
  const isExact = clocks.every(({ frequencyHz }) => frequencyHz === nsPerSecond);
  return { counts, firstNs, lastNs, events: kept, isExact };
}

function expectSummary(traces: TraceSet, summary: Summary, found: Found): void {
  const extents = traces.extents();
  expect({
    packets: extents.reduce((sum, { packets }) => sum + packets, 0),
    discardedEvents: extents.reduce((sum, { discardedEvents }) => sum + discardedEvents, 0n),
    discardedPackets: traces.health().total('lost-packets'),
  }).toEqual({
    packets: summary.packets,
    discardedEvents: BigInt(summary.discarded_events),
    discardedPackets: summary.discarded_packets,
  });
  expectTime(found.firstNs, summary.first_event_ns, found.isExact);
  expectTime(found.lastNs, summary.last_event_ns, found.isExact);
}

function expectTime(ns: bigint | undefined, expected: string | null, isExact: boolean): void {
  const wanted = expected === null ? undefined : BigInt(expected);
  if (!isSameTime(ns, wanted, isExact)) expect(ns).toBe(wanted);
}

/** babeltrace2 computes with doubles where a clock's frequency is not 1 GHz; ours is the exact floor. */
function isSameTime(ns: bigint | undefined, expected: bigint | undefined, isExact: boolean): boolean {
  if (ns === undefined || expected === undefined || isExact) return ns === expected;
  const difference = ns - expected;
  return difference >= -1n && difference <= 1n;
}

/**
 * Events of one stream keep their order, so they are compared one by one. Where several streams have the same ids (rotated
 * files, several traces), only events of different times have an order: both sides are sorted.
 */
export function compareEvents(expected: readonly ComparableEvent[], found: Found): void {
  const hasStreamIds = found.events.flat().every(({ streamId }) => streamId !== undefined);
  const groupOf = ({ streamClassId, streamId }: ComparableEvent) =>
    hasStreamIds ? `stream class ${streamClassId}, stream ${streamId}` : `stream class ${streamClassId}`;
  const wanted = groupedBy(expected, groupOf);
  const streamCounts = new Map<string, number>();
  for (const stream of found.events) {
    for (const group of new Set(stream.map(groupOf)))
      streamCounts.set(group, (streamCounts.get(group) ?? 0) + 1);
  }
  for (const [group, events] of groupedBy(found.events.flat(), groupOf)) {
    const isOrdered = streamCounts.get(group) === 1;
    const inOrder = (list: readonly ComparableEvent[]) => (isOrdered ? list : list.toSorted(byTimeAndText));
    compareGroup(group, inOrder(wanted.get(group) ?? []), inOrder(events), found.isExact);
  }
}

function groupedBy(
  events: readonly ComparableEvent[],
  groupOf: (event: ComparableEvent) => string,
): Map<string, ComparableEvent[]> {
  const groups = new Map<string, ComparableEvent[]>();
  for (const event of events) {
    const group = groups.get(groupOf(event));
    if (group === undefined) groups.set(groupOf(event), [event]);
    else group.push(event);
  }
  return groups;
}

function byTimeAndText(left: ComparableEvent, right: ComparableEvent): number {
  const leftNs = left.ns ?? 0n;
  const rightNs = right.ns ?? 0n;
  if (leftNs !== rightNs) return leftNs < rightNs ? -1 : 1;
  if (left.text !== right.text) return left.text < right.text ? -1 : 1;
  return (left.cpu ?? 0) - (right.cpu ?? 0);
}

/** Fails with the first event that differs, and says which it is. */
function compareGroup(
  group: string,
  expected: readonly ComparableEvent[],
  found: readonly ComparableEvent[],
  isExact: boolean,
): void {
  const count = Math.max(expected.length, found.length);
  for (let position = 0; position < count; position++) {
    const wanted = expected[position];
    const event = found[position];
    const isEqual =
      wanted !== undefined &&
      event !== undefined &&
      wanted.text === event.text &&
      isSameTime(event.ns, wanted.ns, isExact) &&
      (wanted.cpu === undefined || wanted.cpu === event.cpu);
    if (isEqual) continue;
    const place = `event ${position} of ${group}`;
    expect(shown(place, event)).toEqual(shown(place, wanted));
  }
}

function shown(place: string, event: ComparableEvent | undefined): object {
  return { place, ns: event?.ns, cpu: event?.cpu, text: event?.text };
}

/**
 * Two traces that say the same, of which one was written from the other: ids of streams may differ, and where several streams
 * have events of one time their order.
 */
export function compareTwins(original: Found, twin: Found): void {
  const isExact = original.isExact && twin.isExact;
  const listed = ({ events }: Found) => events.flat().toSorted(byTimeAndText);
  compareGroup('all streams', listed(original), listed(twin), isExact);
}
