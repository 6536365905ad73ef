/** Says of records in a window where their fields are. */
import type { FrameList } from '../../events/frames.ts';
import type { EventClass } from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import { formSize, type RecordClass, type RecordClasses } from './record-classes.ts';
import type { RecordList } from './record-list.ts';
import { headerBytes, type RawPlace } from './sample-layout.ts';

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

/** What is read of a class's records: 0 not asked yet, 1 nothing, 2 fields, 3 fields of samples that end with a raw part at a known place. */
const nothingRead = 1;
const fieldsRead = 2;
const usualRead = 3;

/** Fills frame lists. */
export class FrameFiller {
  readonly #parts: FillParts;
  readonly #reads: Uint8Array;
  /** Of usual samples: where their raw part is. */
  readonly #rawAt: Uint32Array;

  constructor(parts: FillParts) {
    this.#parts = parts;
    this.#reads = new Uint8Array(parts.classes.all.length);
    this.#rawAt = new Uint32Array(parts.classes.eventCount);
  }

  /**
   * Fills frames with the records from the `from`th of the list's order on.
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
    let count = 0;
    let position = from;
    for (; position < to && count < capacity; position++) {
      const index = order === undefined ? position : (order[position] as number);
      const id = (shape[index] as number) >>> 16;
      const time = times[index] as number;
      classId[count] = id;
      timeNs[count] = time;
      cpu[count] = cpus[index] as number;
      if (hasCycles) cycles[count] = Number.isNaN(time) ? 0n : originCycles + BigInt(time);
      const read = (reads[id] as number) || this.#readOf(id);
      // Places are of no use where no field is read.
      if (read === nothingRead) {
        count++;
        continue;
      }
      const at = places[index] as number;
      const end = at + ((shape[index] as number) & 0xffff);
      if (read === usualRead) {
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
      const { raw } = classes.all[id] as RecordClass;
      if (raw !== undefined) {
        const place = findRaw(raw, view, at, end, isLittle);
        if (place < 0) {
          onDamage(at);
          continue;
        }
        // Behind its size.
        bodyAt[count] = place + 4;
        bodyEnd[count] = place + 4 + view.getUint32(place, isLittle);
        if (raw.isLast) contextEnd[count] = place;
      }
      count++;
    }
    frames.count = count;
    return position;
  }

  #readOf(id: number): number {
    const { eventClasses, selection, classes } = this.#parts;
    const selected = selection.classes.get((eventClasses[id] as EventClass).index);
    const { raw } = classes.all[id] as RecordClass;
    const isUsual = raw?.isLast === true && raw.group === undefined && !raw.hasCallchain;
    if (isUsual) this.#rawAt[id] = raw.fixedBytes;
    const read =
      selected === undefined || selected.length === 0 ? nothingRead : isUsual ? usualRead : fieldsRead;
    this.#reads[id] = read;
    return read;
  }
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
