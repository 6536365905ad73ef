/** Whether the clocks of several traces can share one axis, and where all streams overlap on it. */
import { TraceError } from '../bytes/trace-error.ts';
import type { Clock } from '../events/clock.ts';
import type { EventStream, TraceAbout } from '../events/reader.ts';
import { noFields } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { ClockOffset } from './open.ts';

/**
 * Clocks that count from different origins (the epoch, this boot, that host's boot) say nothing about each other.
 * @param inputNames by trace index: what an offset is given under
 * @param correlated traces whose offset the user gave, which puts them on the common axis
 * @throws TraceError `clocks-differ`
 */
export function checkOneTimeline(
  set: TraceSet,
  inputNames: ReadonlyMap<number, string>,
  correlated: ReadonlySet<number>,
  offsets: readonly ClockOffset[],
): void {
  const corrected = new Set(offsets.map(({ of }) => of));
  const placed = set.traces
    .filter((trace) => !correlated.has(trace.index))
    .map((trace) => ({ trace, clock: trace.clocks[0] }))
    .filter((item): item is { trace: TraceAbout; clock: Clock } => item.clock !== undefined)
    .filter(({ clock }) => !corrected.has(clock.name));
  const [first] = placed;
  if (first === undefined) return;
  const other = placed.find(({ clock }) => originOf(clock) !== originOf(first.clock));
  if (other === undefined) return;
  throw new TraceError({
    code: 'clocks-differ',
    file: other.trace.name,
    message:
      `Its clock ${describe(other.clock)}, that of ${first.trace.name} ${describe(first.clock)}: ` +
      'events of both have no common order',
    hint:
      `open them one at a time, or say how many seconds to add: --clock-offset '${inputNames.get(other.trace.index)}=12.5s' ` +
      `(a trace as you named it, or a clock such as ${other.clock.name})` +
      describeFirstTimes(set, first.trace, other.trace),
  });
}

/** Whether a clock counts from 1970, said by the trace or known of its tracer. */
export function isWallClock(clock: Clock): boolean {
  return clock.isAbsolute || clock.origin === 'unix-epoch';
}

function originOf(clock: Clock): string {
  return isWallClock(clock) ? 'unix-epoch' : clock.origin;
}

/** When both begin, as their packets say it: what an offset is guessed from. Empty where one of them does not. */
function describeFirstTimes(set: TraceSet, one: TraceAbout, other: TraceAbout): string {
  const oneNs = firstPacketNs(set, one);
  const otherNs = firstPacketNs(set, other);
  if (oneNs === undefined || otherNs === undefined) return '';
  return (
    `; ${other.name} begins at ${seconds(otherNs)} s, ${one.name} at ${seconds(oneNs)} s: ` +
    `with ${seconds(oneNs - otherNs)}s they would begin together`
  );
}

function firstPacketNs(set: TraceSet, { index }: TraceAbout): bigint | undefined {
  const begins = set
    .extents()
    .flatMap(({ trace, beginNs }) => (trace === index && beginNs !== undefined ? [beginNs] : []));
  return begins.length === 0 ? undefined : begins.reduce((a, b) => (a < b ? a : b));
}

function seconds(ns: bigint): string {
  const digits = String(ns < 0n ? -ns : ns).padStart(10, '0');
  return `${ns < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

function describe(clock: Clock): string {
  return isWallClock(clock)
    ? `${clock.name} counts from 1970`
    : `${clock.name} counts from an origin of its own`;
}

/**
 * Nanoseconds since the epoch of the first event, which may come long after its packet was begun. Reads the beginning of
 * each stream. Without any time it is the set's origin.
 */
export function firstEventNs(set: TraceSet): bigint {
  const first = firstTimeOf(set);
  return first === undefined ? set.originNs : set.originNs + BigInt(first);
}

/** The same relative to the origin; undefined without any time. What was noted by an earlier reading is forgotten. */
export function firstTimeOf(set: TraceSet): number | undefined {
  if (set.firstNs !== undefined) return set.firstNs();
  let first = Number.POSITIVE_INFINITY;
  let hasUntimed = false;
  for (const stream of set.read({ ...noFields, recordCountMax: 1 })) {
    const time = stream.next()?.timeNs[0] ?? Number.POSITIVE_INFINITY;
    if (time < first) first = time;
    if (Number.isNaN(time)) hasUntimed = true;
  }
  // Records without a time come first in their stream: those with one are behind them.
  if (hasUntimed) for (const stream of set.read(noFields)) first = Math.min(first, firstTimeIn(stream));
  return Number.isFinite(first) ? first : undefined;
}

function firstTimeIn(stream: EventStream): number {
  for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
    for (let index = 0; index < batch.count; index += 1) {
      const time = batch.timeNs[index] as number;
      if (!Number.isNaN(time)) return time;
    }
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The time in which all streams of a trace have packets (`--stream-intersection`), for all traces together: from the
 * earliest to the latest such time, relative to the set's origin.
 *
 *   stream 0   ├──────────────┤
 *   stream 1        ├────────────────┤
 *                   └─────────┘
 *
 * Where streams do not overlap the end is before the beginning.
 * @throws TraceError `no-intersection` when packets have no times
 */
export function streamIntersection(
  set: TraceSet,
): readonly { trace: number; beginNs: number; endNs: number }[] {
  return set.traces.map((trace) => {
    const extents = set.extents().filter((extent) => extent.trace === trace.index && extent.packets > 0);
    let begin: bigint | undefined;
    let end: bigint | undefined;
    for (const extent of extents) {
      if (extent.beginNs === undefined || extent.endNs === undefined) {
        throw new TraceError({
          code: 'no-intersection',
          file: trace.name,
          message: `The packets of ${extent.name} have no times, so that it is unknown when its stream began and ended`,
          hint: 'leave --stream-intersection out',
        });
      }
      if (begin === undefined || extent.beginNs > begin) begin = extent.beginNs;
      if (end === undefined || extent.endNs < end) end = extent.endNs;
    }
    if (begin === undefined || end === undefined) return { trace: trace.index, beginNs: 1, endNs: 0 };
    return { trace: trace.index, beginNs: Number(begin - set.originNs), endNs: Number(end - set.originNs) };
  });
}
