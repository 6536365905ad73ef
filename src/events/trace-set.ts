/**
 * All traces that are read together, on one timeline: what the readers of several inputs have in common.
 */
import { Health } from '../results/health.ts';
import type {
  EventClass,
  EventStream,
  StreamCounts,
  StreamExtent,
  TraceAbout,
  TraceReader,
} from './reader.ts';
import type { Selection } from './selection.ts';

export interface TraceSet {
  readonly traces: readonly TraceAbout[];
  /** By `EventClass.index`. */
  readonly classes: readonly EventClass[];
  /** All notes of all readers, at the time of asking. */
  readonly health: () => Health;
  /** Nanoseconds from the Unix epoch (or the clocks' common origin) at `timeNs` 0. */
  readonly originNs: bigint;
  extents(): readonly StreamExtent[];
  read(selection: Selection): readonly EventStream[];
  /** There where all readers have it. */
  readonly count?: ((progress: (records: number) => void) => readonly StreamCounts[]) | undefined;
  /** As `TraceReader.firstNs`, there where all readers have it. */
  readonly firstNs?: (() => number | undefined) | undefined;
  close(): void;
}

/** Readers that were opened with consecutive numbering, as one set. */
export function makeTraceSet(readers: readonly TraceReader[]): TraceSet {
  const originNs = readers
    .map((reader) => reader.earliestNs)
    .filter((ns) => ns !== undefined)
    .reduce<bigint | undefined>((least, ns) => (least === undefined || ns < least ? ns : least), undefined);
  return {
    traces: readers.flatMap((reader) => reader.traces),
    classes: readers.flatMap((reader) => reader.classes),
    health: () => Health.of(readers.flatMap((reader) => [...reader.health.notes, ...reader.reading.notes])),
    originNs: originNs ?? 0n,
    extents: () => readers.flatMap((reader) => reader.extents()),
    read: (selection) => readers.flatMap((reader) => reader.read(selection, originNs ?? 0n)),
    count: countOf(readers, originNs ?? 0n),
    firstNs: firstOf(readers, originNs ?? 0n),
    close: () => {
      for (const reader of readers) reader.close();
    },
  };
}

function countOf(readers: readonly TraceReader[], originNs: bigint): TraceSet['count'] {
  if (readers.some((reader) => reader.count === undefined)) return undefined;
  return (progress) => {
    let before = 0;
    return readers.flatMap((reader) => {
      const counts = reader.count?.(originNs, (records) => progress(before + records)) ?? [];
      for (const { count } of counts) before += count;
      return counts;
    });
  };
}

function firstOf(readers: readonly TraceReader[], originNs: bigint): TraceSet['firstNs'] {
  if (readers.some((reader) => reader.firstNs === undefined)) return undefined;
  return () => {
    const times = readers.map((reader) => reader.firstNs?.(originNs)).filter((ns) => ns !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  };
}
