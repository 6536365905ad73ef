/**
 * What a record is and when it happened: looked at once for each record of a file, so nothing is made here but numbers.
 */
import type { ByteOrder } from '../../events/layout.ts';
import { EventIds } from './event-ids.ts';
import { formSize, type RecordClasses, slotOf } from './record-classes.ts';
import { ownTimeAt, recordTypes } from './record-layouts.ts';
import type { RecordedEvent } from './recording.ts';
import { headerBytes } from './sample-layout.ts';

/** What `classify` gives in place of a class. */
export const notAnEvent = -1;
export const tooShort = -2;
export const unknownId = -3;
export const unknownType = -4;

const lastKernelType = recordTypes.callchainDeferred;

/** Classifies the records of one recording. */
export class Classifier {
  readonly #classes: RecordClasses;
  readonly #isLittle: boolean;
  readonly #ids: EventIds;
  readonly #isOne: boolean;
  readonly #baseHigh: number;
  readonly #baseLow: number;
  /** Of the record classified last, relative to the origin; NaN without. */
  timeNs = Number.NaN;

  /** @param originCycles the origin on the recording's clock */
  constructor(
    classes: RecordClasses,
    events: readonly RecordedEvent[],
    byteOrder: ByteOrder,
    originCycles: bigint,
  ) {
    this.#classes = classes;
    this.#isLittle = byteOrder === 'le';
    this.#ids = new EventIds(events);
    this.#isOne = events.length === 1 || classes.idAt < 0;
    this.#baseHigh = Number(originCycles >> 32n);
    this.#baseLow = Number(originCycles & 0xffffffffn);
  }

  /** The class of a record that is in `view` as a whole, or why it has none. */
  classify(view: DataView, at: number, type: number, sizeBytes: number): number {
    if (type === recordTypes.sample) return this.#classifySample(view, at, sizeBytes);
    if (type > lastKernelType || type === 0)
      return type >= recordTypes.firstOfPerf ? notAnEvent : unknownType;
    const classes = this.#classes;
    const event = this.#eventFromEnd(view, at, sizeBytes);
    const form = classes.formOfEvent[event] as number;
    const end = at + sizeBytes;
    if (sizeBytes < headerBytes + (classes.trailerBytes[form] as number)) return tooShort;
    const timeFromEnd = classes.timeFromEnd[form] as number;
    this.timeNs = timeFromEnd === 0 ? Number.NaN : this.#time(view, end - timeFromEnd);
    const ownAt = ownTimeAt(type);
    if (Number.isNaN(this.timeNs) && ownAt > 0 && sizeBytes >= ownAt + 8)
      this.timeNs = this.#time(view, at + ownAt);
    const misc = view.getUint16(at + 4, this.#isLittle);
    return classes.eventCount + form * formSize + slotOf(type, misc);
  }

  /** The CPU of the record that was classified last; -1 unknown. In what perf made up, which has no time, it is 0 whatever it was. */
  cpuOf(view: DataView, at: number, classId: number, sizeBytes: number): number {
    const { eventCount, cpuAt, cpuFromEnd } = this.#classes;
    if (classId < eventCount) {
      const inSample = cpuAt[classId] as number;
      return inSample < 0 ? -1 : view.getInt32(at + inSample, this.#isLittle);
    }
    const fromEnd = cpuFromEnd[Math.floor((classId - eventCount) / formSize)] as number;
    if (fromEnd === 0 || Number.isNaN(this.timeNs)) return -1;
    return view.getInt32(at + sizeBytes - fromEnd, this.#isLittle);
  }

  #classifySample(view: DataView, at: number, sizeBytes: number): number {
    const classes = this.#classes;
    let event = 0;
    if (!this.#isOne) {
      const idAt = classes.idAt;
      if (sizeBytes < idAt + 8) return tooShort;
      event = this.#find(view, at + idAt);
      if (event < 0) return unknownId;
    }
    if (sizeBytes < (classes.leastBytes[event] as number)) return tooShort;
    const timeAt = classes.timeAt[event] as number;
    this.timeNs = timeAt < 0 ? Number.NaN : this.#time(view, at + timeAt);
    return event;
  }

  #eventFromEnd(view: DataView, at: number, sizeBytes: number): number {
    const { idFromEnd } = this.#classes;
    if (this.#isOne || idFromEnd === 0 || sizeBytes < headerBytes + idFromEnd) return 0;
    return Math.max(0, this.#find(view, at + sizeBytes - idFromEnd));
  }

  #find(view: DataView, at: number): number {
    const first = view.getUint32(at, this.#isLittle);
    const second = view.getUint32(at + 4, this.#isLittle);
    return this.#isLittle ? this.#ids.find(first, second) : this.#ids.find(second, first);
  }

  /** 0 and -1 stand for no time: perf writes 0 into what it makes up at the beginning. */
  #time(view: DataView, at: number): number {
    const first = view.getUint32(at, this.#isLittle);
    const second = view.getUint32(at + 4, this.#isLittle);
    const high = this.#isLittle ? second : first;
    const low = this.#isLittle ? first : second;
    if ((high === 0 && low === 0) || (high === 0xffffffff && low === 0xffffffff)) return Number.NaN;
    return (high - this.#baseHigh) * 4294967296 + (low - this.#baseLow);
  }
}
