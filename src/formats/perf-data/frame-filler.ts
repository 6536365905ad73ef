/** Says of records in a window where their fields are. */
import type { FrameList } from '../../events/frames.ts';
import type { EventClass } from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import { bodyUnknown } from './merge-code.ts';
import { formSize, type RecordClass, type RecordClasses } from './record-classes.ts';
import type { RecordList } from './record-list.ts';
import { headerBytes, type RawPlace } from './sample-layout.ts';
import { type SampleReading, sampleReads } from './sample-table.ts';

/** What places in records depend on. */
export interface FillParts {
  readonly classes: RecordClasses;
  readonly eventClasses: readonly EventClass[];
  readonly selection: Selection;
  readonly isLittle: boolean;
  /** Added to a time for the clock's value as it was recorded. */
  readonly originCycles: bigint;
  readonly hasCycles: boolean;
}

/** Not asked yet. */
const unknownRead = -1;

/** Fills frame lists. */
export class FrameFiller {
  readonly #parts: FillParts;
  /** By class: what is read of its records, as of samples, and where raw parts are at the earliest. */
  readonly #reads: Int8Array;
  readonly #rawAt: Uint32Array;

  constructor(parts: FillParts) {
    this.#parts = parts;
    this.#reads = new Int8Array(parts.classes.all.length).fill(unknownRead);
    this.#rawAt = Uint32Array.from(parts.classes.all, ({ raw }) => raw?.fixedBytes ?? 0);
  }

  /**
   * Adds frames of the records from the `from`th of the list's order on.
   * @param onDamage is told of records whose raw part goes beyond them; they are left out
   * @returns the first one that has no frame
   */
  fill(
    frames: FrameList,
    list: RecordList,
    from: number,
    to: number,
    bytes: Uint8Array,
    onDamage: (at: number) => void,
  ): number {
    const { isLittle, classes, hasCycles, originCycles } = this.#parts;
    const { time: times, at: places, shape, cpu: cpus } = list;
    const { capacity, classId, timeNs, cycles, cpu, contextAt, contextEnd, bodyAt, bodyEnd } = frames;
    const { eventCount, trailerBytes } = classes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const [reads, rawAt, order] = [this.#reads, this.#rawAt, list.order];
    let { count } = frames;
    let position = from;
    for (; position < to && count < capacity; position++) {
      const index = order === undefined ? position : (order[position] as number);
      const id = (shape[index] as number) >>> 16;
      const time = times[index] as number;
      classId[count] = id;
      timeNs[count] = time;
      cpu[count] = cpus[index] as number;
      if (hasCycles) cycles[count] = Number.isNaN(time) ? 0n : originCycles + BigInt(time);
      let read = reads[id] as number;
      if (read === unknownRead) {
        ({ read } = this.readingOf(id));
        reads[id] = read;
      }
      // Places are of no use where no field is read.
      if (read === sampleReads.nothing) {
        count++;
        continue;
      }
      const at = places[index] as number;
      const end = at + ((shape[index] as number) & 0xffff);
      if (read === sampleReads.usual) {
        // It goes to the record's end: the window is not looked at again.
        const raw = at + (rawAt[id] as number);
        contextAt[count] = at;
        contextEnd[count] = raw;
        bodyAt[count] = raw + 4;
        bodyEnd[count] = end;
        count++;
        continue;
      }
      if (id >= eventCount) {
        const trailerAt = end - (trailerBytes[Math.floor((id - eventCount) / formSize)] as number);
        contextAt[count] = trailerAt;
        contextEnd[count] = end;
        bodyAt[count] = at;
        bodyEnd[count] = trailerAt;
        count++;
        continue;
      }
      contextAt[count] = at;
      contextEnd[count] = end;
      bodyAt[count] = end;
      bodyEnd[count] = end;
      if (
        read === sampleReads.counted &&
        !placeBody(frames, count, classes.all[id] as RecordClass, view, isLittle)
      ) {
        onDamage(at);
        continue;
      }
      count++;
    }
    frames.count = count;
    return position;
  }

  /** Finds what other code left open: raw parts of samples among the frames from the `from`th on. */
  complete(frames: FrameList, from: number, bytes: Uint8Array, onDamage: (at: number) => void): void {
    const { isLittle, classes } = this.#parts;
    const { count, classId, contextAt, bodyAt } = frames;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let kept = from;
    for (let index = from; index < count; index++) {
      if (
        bodyAt[index] === bodyUnknown &&
        !placeBody(frames, index, classes.all[classId[index] as number] as RecordClass, view, isLittle)
      ) {
        onDamage(contextAt[index] as number);
        continue;
      }
      if (kept !== index) moveFrame(frames, index, kept);
      kept++;
    }
    frames.count = kept;
  }

  /** What is read of records of a class that is selected. */
  readingOf(id: number): SampleReading {
    const { eventClasses, selection, classes } = this.#parts;
    const selected = selection.classes.get((eventClasses[id] as EventClass).index);
    if (selected === undefined) return { read: sampleReads.none, rawAt: 0 };
    const { raw } = classes.all[id] as RecordClass;
    const rawAt = raw?.fixedBytes ?? 0;
    if (selected.length === 0) return { read: sampleReads.nothing, rawAt };
    if (raw === undefined) return { read: sampleReads.context, rawAt };
    const isUsual = raw.isLast && raw.group === undefined && !raw.hasCallchain;
    return { read: isUsual ? sampleReads.usual : sampleReads.counted, rawAt };
  }
}

function moveFrame(frames: FrameList, from: number, to: number): void {
  const { classId, timeNs, cycles, cpu, contextAt, contextEnd, bodyAt, bodyEnd } = frames;
  for (const values of [classId, timeNs, cycles, cpu, contextAt, contextEnd, bodyAt, bodyEnd])
    values.copyWithin(to, from, from + 1);
}

/** Finds the raw part of the sample that the whole context is; false where it goes beyond it. */
function placeBody(
  { contextAt, contextEnd, bodyAt, bodyEnd }: FrameList,
  index: number,
  { raw }: RecordClass,
  view: DataView,
  isLittle: boolean,
): boolean {
  if (raw === undefined) return true;
  const place = findRaw(raw, view, contextAt[index] as number, contextEnd[index] as number, isLittle);
  if (place < 0) return false;
  // Behind its size.
  bodyAt[index] = place + 4;
  bodyEnd[index] = place + 4 + view.getUint32(place, isLittle);
  if (raw.isLast) contextEnd[index] = place;
  return true;
}

/** Where the size of a sample's raw part is; -1 where it, or what is before it, goes beyond the record. */
function findRaw(
  raw: RawPlace,
  view: DataView,
  beginBytes: number,
  endBytes: number,
  isLittle: boolean,
): number {
  let at = beginBytes + raw.fixedBytes;
  if (raw.group !== undefined) {
    const count = countAt(view, at, endBytes, isLittle);
    at += raw.group.headBytes + count * raw.group.counterBytes;
  }
  if (raw.hasCallchain) at += 8 + countAt(view, at, endBytes, isLittle) * 8;
  if (at + 4 > endBytes) return -1;
  return at + 4 + view.getUint32(at, isLittle) <= endBytes ? at : -1;
}

/** A number of things; larger than any record where it can't be read. */
function countAt(view: DataView, at: number, endBytes: number, isLittle: boolean): number {
  if (at + headerBytes > endBytes) return Number.POSITIVE_INFINITY;
  const [first, second] = [view.getUint32(at, isLittle), view.getUint32(at + 4, isLittle)];
  const [low, high] = isLittle ? [first, second] : [second, first];
  return high === 0 ? low : Number.POSITIVE_INFINITY;
}
