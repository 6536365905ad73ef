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

/** What is read of a class's records: 0 not asked yet, 1 nothing, 2 fields. */
const nothingRead = 1;
const fieldsRead = 2;

/** Fills frame lists. */
export class FrameFiller {
  readonly #parts: FillParts;
  readonly #reads: Uint8Array;

  constructor(parts: FillParts) {
    this.#parts = parts;
    this.#reads = new Uint8Array(parts.classes.all.length);
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
    const reads = this.#reads;
    let count = 0;
    let position = from;
    for (; position < to && count < capacity; position++) {
      const index = list.order === undefined ? position : (list.order[position] as number);
      const id = (shape[index] as number) >>> 16;
      const time = times[index] as number;
      classId[count] = id;
      timeNs[count] = time;
      cpu[count] = cpus[index] as number;
      if (hasCycles) cycles[count] = Number.isNaN(time) ? 0n : originCycles + BigInt(time);
      // Places are of no use where no field is read.
      if ((reads[id] as number) === nothingRead || !this.#readsFields(id)) {
        count++;
        continue;
      }
      const at = places[index] as number;
      const end = at + ((shape[index] as number) & 0xffff);
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
      if (raw?.isLast === true && raw.group === undefined && !raw.hasCallchain) {
        // It goes to the record's end: the window is not looked at again.
        contextEnd[count] = at + raw.fixedBytes;
        bodyAt[count] = at + raw.fixedBytes + 4;
      } else if (raw !== undefined) {
        const rawAt = findRaw(raw, view, at, end, isLittle);
        if (rawAt < 0) {
          onDamage(at);
          continue;
        }
        // Behind its size.
        bodyAt[count] = rawAt + 4;
        bodyEnd[count] = rawAt + 4 + view.getUint32(rawAt, isLittle);
        if (raw.isLast) contextEnd[count] = rawAt;
      }
      count++;
    }
    frames.count = count;
    return position;
  }

  #readsFields(id: number): boolean {
    let reads = this.#reads[id] as number;
    if (reads === 0) {
      const { eventClasses, selection } = this.#parts;
      const selected = selection.classes.get((eventClasses[id] as EventClass).index);
      reads = selected === undefined || selected.length === 0 ? nothingRead : fieldsRead;
      this.#reads[id] = reads;
    }
    return reads === fieldsRead;
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
