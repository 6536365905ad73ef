/**
 * What traces are: who recorded them and where, when, how much of what, and what is wrong with them. Counting takes one pass
 * that decodes no field; `quick` reads packet headers alone.
 */
import { readInStreamOrder } from '../events/merge.ts';
import type { StreamCounts, TraceAbout } from '../events/reader.ts';
import type { ClassSelection } from '../events/selection.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { HealthNote } from '../results/health.ts';
import { isWallClock } from './timeline.ts';

/** One stream of one trace. */
export interface StreamInfo {
  readonly trace: number;
  readonly name: string;
  readonly cpu: number | undefined;
  readonly packets: number;
  readonly sizeBytes: number;
  /** Unknown where only packet headers were read. */
  readonly eventCount: number | undefined;
  /** Nanoseconds since the clock's epoch: of the events, or, where only packet headers were read, of the packets. */
  readonly beginNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly discardedEvents: bigint;
}

/** All events of one name. */
export interface EventNameInfo {
  readonly name: string;
  readonly count: number;
}

export interface TraceSetInfo {
  readonly traces: readonly TraceAbout[];
  readonly streams: readonly StreamInfo[];
  /**
   * From the first event to the last, in nanoseconds since the clock's epoch; undefined when nothing has a time. Where only packet
   * headers were read it is from the first packet to the last: a tracer may end those long after the last event.
   */
  readonly beginNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  /** Whether that epoch is 1970. */
  readonly isWallClock: boolean;
  readonly packetCount: number;
  readonly discardedEvents: bigint;
  /** Unknown where only packet headers were read. */
  readonly eventCount: number | undefined;
  /** Most frequent first; names that never occur are left out. */
  readonly events: readonly EventNameInfo[] | undefined;
  /** How many event record classes the metadata describes. */
  readonly classCount: number;
  readonly health: readonly HealthNote[];
}

/** Events and times that were met in one stream. */
interface StreamCount {
  readonly cpu: number | undefined;
  count: number;
  /** Relative to the set's origin. */
  beginNs: number;
  endNs: number;
}

/** @param progress is called with the number of events read so far */
export function readInfo(
  set: TraceSet,
  isQuick: boolean,
  progress: (events: number) => void = () => {},
): TraceSetInfo {
  const counted = isQuick ? undefined : countEvents(set, progress);
  const streams = describeStreams(set, counted?.streams);
  const begins = streams.map((stream) => stream.beginNs).filter((ns) => ns !== undefined);
  const ends = streams.map((stream) => stream.endNs).filter((ns) => ns !== undefined);
  return {
    traces: set.traces,
    streams,
    beginNs: begins.reduce<bigint | undefined>(
      (least, ns) => (least === undefined || ns < least ? ns : least),
      undefined,
    ),
    endNs: ends.reduce<bigint | undefined>(
      (most, ns) => (most === undefined || ns > most ? ns : most),
      undefined,
    ),
    isWallClock: hasWallClock(set),
    packetCount: streams.reduce((sum, stream) => sum + stream.packets, 0),
    discardedEvents: streams.reduce((sum, stream) => sum + stream.discardedEvents, 0n),
    eventCount: counted?.streams.reduce((sum, stream) => sum + stream.count, 0),
    events: counted === undefined ? undefined : namesByCount(set, counted.byClass),
    classCount: set.classes.length,
    health: set.health().notes,
  };
}

/** Whether times count from 1970. */
function hasWallClock(set: TraceSet): boolean {
  const clocks = set.traces.flatMap((trace) => trace.clocks);
  return clocks.length > 0 && clocks.every(isWallClock);
}

function countEvents(set: TraceSet, progress: (events: number) => void) {
  return set.count === undefined ? countByReading(set, progress) : countTogether(set.count(progress));
}

function countTogether(streams: readonly StreamCounts[]) {
  const byClass = new Map<number, number>();
  for (const stream of streams) {
    for (const [index, count] of stream.byClass) byClass.set(index, (byClass.get(index) ?? 0) + count);
  }
  return { streams, byClass };
}

function countByReading(set: TraceSet, progress: (events: number) => void) {
  const classes = new Map<number, ClassSelection>(set.classes.map((eventClass) => [eventClass.index, []]));
  const streams = set.read({ classes, cycles: false, packets: false });
  const byStream = new Map<number, StreamCount>();
  for (const stream of streams) {
    byStream.set(stream.index, {
      cpu: stream.cpu,
      count: 0,
      beginNs: Number.POSITIVE_INFINITY,
      endNs: Number.NEGATIVE_INFINITY,
    });
  }
  const byClass = new Map<number, number>();
  let total = 0;
  readInStreamOrder(streams, (batch, from, to) => {
    const count = byStream.get(batch.stream.index);
    if (count === undefined) throw new Error('a batch belongs to a stream that was opened');
    count.count += to - from;
    total += to - from;
    spanTimes(count, batch.timeNs, from, to);
    for (const [index, classBatch] of batch.classes) {
      if (classBatch.count > 0) byClass.set(index, (byClass.get(index) ?? 0) + classBatch.count);
    }
    progress(total);
    return true;
  });
  return { streams: [...byStream.values()], byClass };
}

/** A clock may go back: the ends are the least and the greatest time, not the first and the last. */
function spanTimes(count: StreamCount, timeNs: Float64Array, from: number, to: number): void {
  for (let position = from; position < to; position++) {
    const time = timeNs[position] as number;
    // Comparisons with NaN, which stands for no time, are false.
    if (time < count.beginNs) count.beginNs = time;
    if (time > count.endNs) count.endNs = time;
  }
}

/** Packets and sizes from the packet headers, with what was counted; both are in the order of traces and streams. */
function describeStreams(set: TraceSet, counts: readonly StreamCount[] | undefined): readonly StreamInfo[] {
  const extents = set.extents();
  if (counts !== undefined && counts.length !== extents.length) throw new Error('each stream has an extent');
  return extents.map((extent, index) => {
    const count = counts?.[index];
    const hasTimes = count !== undefined && count.beginNs <= count.endNs;
    return {
      trace: extent.trace,
      name: extent.name,
      cpu: count?.cpu,
      packets: extent.packets,
      sizeBytes: extent.sizeBytes,
      eventCount: counts === undefined ? undefined : (count?.count ?? 0),
      beginNs: hasTimes
        ? set.originNs + BigInt(count.beginNs)
        : counts === undefined
          ? extent.beginNs
          : undefined,
      endNs: hasTimes ? set.originNs + BigInt(count.endNs) : counts === undefined ? extent.endNs : undefined,
      discardedEvents: extent.discardedEvents,
    };
  });
}

/** Classes of one name (in several streams, traces or domains) are one entry. */
function namesByCount(set: TraceSet, byClass: ReadonlyMap<number, number>): readonly EventNameInfo[] {
  const byName = new Map<string, number>();
  for (const eventClass of set.classes) {
    const count = byClass.get(eventClass.index) ?? 0;
    if (count > 0) byName.set(eventClass.name, (byName.get(eventClass.name) ?? 0) + count);
  }
  return [...byName]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
