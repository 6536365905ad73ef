/**
 * What generated code knows of samples, as numbers in its memory: an entry for each event, and for each id the address of the entry of its
 * event, so that of a sample nothing is looked up but that.
 *
 *   by id     │ 0 │ entry 1 │ entry 0 │ entry 0 │ …        from the least id on; 0: no event has it
 *   entry     class id │ time at │ cpu at │ least bytes │ how it is read │ raw part at │ how many were counted
 */
import type { WasmMemory } from '../../events/wasm/memory.ts';
import type { RecordClasses } from './record-classes.ts';
import type { RecordedEvent } from './recording.ts';

/** Ids of one recording are near each other: a table of all between them has no more than so many. */
const idCountMax = 1 << 18;

/** Offsets in an entry; all are words. */
export const sampleEntry = {
  classId: 0,
  timeAt: 4,
  cpuAt: 8,
  leastBytes: 12,
  read: 16,
  rawAt: 20,
  count: 24,
} as const;
const entryBytes = 32;

/** What becomes of an event's samples. */
export const sampleReads = {
  /** They are stepped over. */
  none: 0,
  /** They have a frame, of which nothing is read. */
  nothing: 1,
  /** They end with a raw part, which is at a known place. */
  usual: 2,
  /** They have no raw part that is described. */
  context: 3,
  /** Where their raw part is, each of them says. */
  counted: 4,
} as const;

/** What is read of an event's samples, and where their raw part is at the earliest. */
export interface SampleReading {
  readonly read: number;
  readonly rawAt: number;
}

/** Where generated code finds what it knows of samples. */
export interface SampleTable {
  /** The one entry where samples do not say of which event they are; else where entries by id are. */
  readonly only: number | undefined;
  readonly byId: number;
  readonly leastId: bigint;
  readonly idCount: number;
  /** Where samples have the id. */
  readonly idAt: number;
  /** What all events have in common; undefined where they differ. */
  readonly timeAt: number | undefined;
  readonly cpuAt: number | undefined;
  readonly leastBytes: number | undefined;
  /** How many samples were counted, by event. */
  counts(): readonly number[];
  release(): void;
}

/** Undefined where samples are such that there is no code for them: some have no time, or ids are far from each other. */
export function makeSampleTable(
  memory: WasmMemory,
  classes: RecordClasses,
  events: readonly RecordedEvent[],
  readingOf: (classId: number) => SampleReading,
): SampleTable | undefined {
  if (classes.timeAt.some((at) => at < 0)) return undefined;
  const isOne = events.length === 1 || classes.idAt < 0;
  const ids = isOne ? [] : events.flatMap((event) => event.ids.filter((id) => id > 0n));
  if (!isOne && ids.length === 0) return undefined;
  const leastId = ids.reduce((least, id) => (id < least ? id : least), ids[0] ?? 0n);
  const greatestId = ids.reduce((greatest, id) => (id > greatest ? id : greatest), leastId);
  const idCount = isOne ? 0 : Number(greatestId - leastId) + 1;
  if (idCount > idCountMax) return undefined;
  const entriesBytes = events.length * entryBytes;
  const sizeBytes = entriesBytes + idCount * 4;
  const address = memory.allocate(sizeBytes);
  const words = new Int32Array(memory.buffer, address, sizeBytes >> 2).fill(0);
  const byId = words.subarray(entriesBytes >> 2);
  for (const [event, { ids: its }] of events.entries()) {
    const { read, rawAt } = readingOf(event);
    const [timeAt, cpuAt, leastBytes] = [classes.timeAt, classes.cpuAt, classes.leastBytes].map(
      (values) => values[event] as number,
    ) as [number, number, number];
    words.set([event, timeAt, cpuAt, leastBytes, read, rawAt], (event * entryBytes) >> 2);
    // Of an id that two have, the first counts; what has the id 0 was made by perf itself.
    for (const id of isOne ? [] : its)
      if (id > 0n) byId[Number(id - leastId)] ||= address + event * entryBytes;
  }
  return {
    ...{ only: isOne ? address : undefined, byId: address + entriesBytes, leastId, idCount },
    idAt: classes.idAt,
    timeAt: commonOf(classes.timeAt),
    cpuAt: commonOf(classes.cpuAt),
    leastBytes: commonOf(classes.leastBytes),
    counts: () => {
      const now = new Uint32Array(memory.buffer, address, entriesBytes >> 2);
      return events.map((_, event) => now[(event * entryBytes + sampleEntry.count) >> 2] as number);
    },
    release: () => memory.release(address, sizeBytes),
  };
}

function commonOf(values: Int32Array): number | undefined {
  const [first] = values;
  return values.every((value) => value === first) ? first : undefined;
}
