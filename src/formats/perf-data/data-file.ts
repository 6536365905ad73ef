/** One file with records, and what all ways of reading it share: what records are, what is noted about them, where it can be read again. */
import { timeMaxNs } from '../../bytes/limits.ts';
import type { ByteSource } from '../../bytes/source.ts';
import type { ByteOrder } from '../../events/layout.ts';
import type { EventClass } from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import type { Health, HealthKind } from '../../results/health.ts';
import { type Classifier, notAnEvent, tooShort, unknownId, unknownType } from './classify.ts';
import {
  auxData,
  auxLost,
  clockGoesBack,
  damagedCompression,
  damagedRecord,
  lostEvents,
  throttled,
  timeOutOfRange,
  truncatedData,
  unknownEvent,
  unknownRecord,
  unreadableData,
} from './health-kinds.ts';
import type { RecordClasses } from './record-classes.ts';
import { PlainFeed, type RecordFeed, UnpackedFeed } from './record-feed.ts';
import { recordTypes } from './record-layouts.ts';
import type { RecordedEvent } from './recording.ts';
import { SampleScan } from './sample-scan.ts';
import type { Section } from './section-reader.ts';

/** What is known of a file before it is read. */
export interface DataFileParts {
  readonly source: ByteSource;
  /** As a path below the input. */
  readonly name: string;
  readonly data: Section;
  readonly byteOrder: ByteOrder;
  readonly classifier: Classifier;
  readonly classes: RecordClasses;
  readonly events: readonly RecordedEvent[];
  /** The origin on the recording's clock. */
  readonly originCycles: bigint;
  /** By class id. */
  readonly eventClasses: readonly EventClass[];
  readonly selection: Selection;
  readonly health: Health;
  /** Whether the header says more data than the file has, which was noted when it was opened. */
  readonly isKnownCut: boolean;
}

/** Not selected, or known to be outside of the selected time. */
export const leftOut = -1;

/** A file while it is read. */
export class DataFile {
  readonly isLittle: boolean;
  readonly parts: DataFileParts;
  /** By class id: 0 not asked yet, 1 selected, 2 not. */
  readonly #isSelected: Uint8Array;
  /** For files of this machine's byte order. */
  readonly samples: SampleScan | undefined;
  readonly #beginNs: number;
  readonly #endNs: number;
  /** Where compressed records begin. */
  #compressedAt = Number.POSITIVE_INFINITY;
  /** Where records were classified for the first time: those before it were noted. */
  #notedBytes = 0;
  #lateBytes = 0;

  constructor(parts: DataFileParts) {
    this.parts = parts;
    this.isLittle = parts.byteOrder === 'le';
    const isSelected = new Uint8Array(parts.eventClasses.length);
    this.#isSelected = isSelected;
    const beginNs = parts.selection.beginNs ?? Number.NEGATIVE_INFINITY;
    const endNs = parts.selection.endNs ?? Number.POSITIVE_INFINITY;
    this.#beginNs = beginNs;
    this.#endNs = endNs;
    if (this.isLittle) this.samples = new SampleScan({ ...parts, isSelected, beginNs, endNs });
  }

  /** Whether times are such that generated code can take differences of them. */
  get isForGenerated(): boolean {
    const { originCycles } = this.parts;
    return this.isLittle && originCycles >= 0n && originCycles < 1n << 63n;
  }

  /** Records from a place in their sequence on. */
  feedFrom(offsetBytes: number): RecordFeed {
    const { source, data, byteOrder } = this.parts;
    const endBytes = data.offsetBytes + data.sizeBytes;
    if (offsetBytes < this.#compressedAt) return new PlainFeed(source, offsetBytes, endBytes);
    const feed = new UnpackedFeed(source, this.#compressedAt, endBytes, byteOrder);
    feed.skip(offsetBytes - this.#compressedAt);
    return feed;
  }

  /** A compressed record was met in the file: from there on records are decompressed. */
  unpackFrom(offsetBytes: number): RecordFeed {
    this.#compressedAt = offsetBytes;
    return this.feedFrom(offsetBytes);
  }

  /**
   * The class of a record that is to be handed out, else `leftOut`. Its time is then `timeNs`, whether it is or not. What it says of losses
   * is noted.
   * @param placeBytes its place in the sequence
   */
  take(view: DataView, at: number, type: number, sizeBytes: number, placeBytes: number): number {
    const { classifier, eventClasses, selection } = this.parts;
    const classId = classifier.classify(view, at, type, sizeBytes);
    this.timeNs = Number.NaN;
    const isFirst = placeBytes >= this.#notedBytes;
    if (isFirst) this.#notedBytes = placeBytes + 1;
    if (classId < 0) {
      if (isFirst) this.#noteUnclassified(classId, view, at, type, sizeBytes, placeBytes);
      return leftOut;
    }
    if (isFirst && type !== recordTypes.sample) this.#noteLosses(view, at, type, sizeBytes, placeBytes);
    const { timeNs } = classifier;
    if (Math.abs(timeNs) >= timeMaxNs) {
      if (isFirst) this.note(timeOutOfRange, placeBytes, `its time is ${timeNs} ns from the beginning`);
      return leftOut;
    }
    this.timeNs = timeNs;
    if (timeNs < this.#beginNs || timeNs > this.#endNs) return leftOut;
    let isSelected = this.#isSelected[classId] as number;
    if (isSelected === 0) {
      const { index } = eventClasses[classId] as EventClass;
      isSelected = selection.classes.get(index) === undefined ? 2 : 1;
      this.#isSelected[classId] = isSelected;
    }
    if (isSelected === 2) return leftOut;
    this.shape = ((classId << 16) | sizeBytes) >>> 0;
    this.cpu = classifier.cpuOf(view, at, classId, sizeBytes);
    return classId;
  }

  /** Of the record taken last: its time, NaN without; its class and size as lists have them, its CPU. */
  timeNs = Number.NaN;
  shape = 0;
  cpu = -1;

  /** Whether all that is still wanted has times before `timeNs`. */
  isPast(timeNs: number): boolean {
    return timeNs > this.#endNs;
  }

  note(kind: HealthKind, placeBytes: number, detail: string, count = 1): void {
    const { health, name } = this.parts;
    const where = placeBytes >= this.#compressedAt ? ' of the decompressed records' : '';
    health.add(kind, name, `record at byte ${placeBytes}${where}`, detail, count);
  }

  /** A sample whose raw part can't be found. */
  noteRawPart(placeBytes: number): void {
    this.note(damagedRecord, placeBytes, 'its raw part goes beyond its end');
  }

  /** A record that comes after others that were known to be complete. */
  noteLate(byNs: number, placeBytes: number): void {
    if (placeBytes < this.#lateBytes) return;
    this.#lateBytes = placeBytes + 1;
    this.note(clockGoesBack, placeBytes, `by ${byNs} ns, the first one`);
  }

  /** The records end here, though not as they should. */
  noteEnd(kind: 'damaged' | 'cut' | 'compression', placeBytes: number, detail: string): void {
    if (placeBytes < this.#notedBytes) return;
    this.#notedBytes = placeBytes + 1;
    if (kind === 'cut' && this.parts.isKnownCut) return;
    const kinds = { damaged: unreadableData, cut: truncatedData, compression: damagedCompression };
    this.note(kinds[kind], placeBytes, detail);
  }

  #noteUnclassified(
    why: number,
    view: DataView,
    at: number,
    type: number,
    sizeBytes: number,
    placeBytes: number,
  ): void {
    switch (why) {
      case notAnEvent:
        if (type === recordTypes.auxtrace && sizeBytes >= 16) {
          const size = view.getBigUint64(at + 8, this.isLittle);
          this.note(auxData, placeBytes, `it has ${size} bytes`);
        }
        return;
      case tooShort:
        this.note(damagedRecord, placeBytes, 'it is shorter than its fields');
        return;
      case unknownId:
        this.note(unknownEvent, placeBytes, 'no event has its id');
        return;
      case unknownType:
        this.note(unknownRecord, placeBytes, `its type is ${type}`);
        return;
    }
  }

  #noteLosses(view: DataView, at: number, type: number, sizeBytes: number, placeBytes: number): void {
    switch (type) {
      case recordTypes.lost:
        if (sizeBytes >= 24) this.#noteLost(view, at + 16, placeBytes);
        return;
      case recordTypes.lostSamples: {
        // Samples that a BPF filter rejected are not missed.
        const isFiltered = (view.getUint16(at + 4, this.isLittle) & 0x8000) !== 0;
        if (sizeBytes >= 16 && !isFiltered) this.#noteLost(view, at + 8, placeBytes);
        return;
      }
      case recordTypes.throttle:
        this.note(throttled, placeBytes, 'it was the first');
        return;
      case recordTypes.aux: {
        const isWhole =
          sizeBytes < 32 || (view.getUint32(at + (this.isLittle ? 24 : 28), this.isLittle) & 5) === 0;
        if (!isWhole) this.note(auxLost, placeBytes, 'its flags say so');
        return;
      }
    }
  }

  #noteLost(view: DataView, at: number, placeBytes: number): void {
    const count = Number(view.getBigUint64(at, this.isLittle));
    if (count > 0) this.note(lostEvents, placeBytes, `${count} at the first place`, count);
  }
}
