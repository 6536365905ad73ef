/**
 * The records of one file as a stream of batches in the order of time: by rounds, and in slices of time where rounds are too large. Text in
 * a batch lies in the window, so a batch is handed out before the window changes.
 */
import type { EventBatch } from '../../events/batch.ts';
import { clearBatch, type MutableEventBatch, makeBatch, recordCountMax } from '../../events/batch-builder.ts';
import type { Decoding } from '../../events/engine.ts';
import type { FrameDecoder, FrameList, FrameStop } from '../../events/frames.ts';
import { type ClosableStream, makeLateStream } from '../../events/late-stream.ts';
import type { RecordLayout } from '../../events/layout.ts';
import type { EventClass, EventStream } from '../../events/reader.ts';
import { DataFile, type DataFileParts } from './data-file.ts';
import { type FillParts, FrameFiller } from './frame-filler.ts';
import { damagedRecord, timeOutOfRange } from './health-kinds.ts';
import { makeRunReading } from './make-run-reading.ts';
import type { OrderedRecords } from './ordered-records.ts';
import { noTime } from './record-list.ts';
import { RoundReading, type RoundReadingParts } from './round-reading.ts';
import { SliceReading } from './slice-reading.ts';

/** What a stream is made from. */
export interface PerfStreamParts extends DataFileParts {
  readonly about: Omit<EventStream, 'next' | 'lastNs'>;
  readonly layout: RecordLayout;
  /** By class id. */
  readonly classesById: ReadonlyMap<bigint, EventClass>;
  readonly decoding: Decoding;
  readonly windowSizeBytes: number;
}

/** A stream of the records of one file; nothing is read before its first batch is asked for. */
export function makePerfStream(parts: PerfStreamParts): ClosableStream {
  return makeLateStream(parts.about, (stream) => new StreamReading(parts, stream));
}

class StreamReading {
  readonly #parts: PerfStreamParts;
  readonly #file: DataFile;
  readonly #batch: MutableEventBatch;
  readonly #decoder: FrameDecoder;
  readonly #frames: FrameList;
  readonly #reading: RoundReadingParts;
  #records: OrderedRecords;
  /** The next frame to decode. */
  #frame = 0;
  #isAtEnd = false;
  lastNs = Number.NaN;

  constructor(parts: PerfStreamParts, stream: EventStream) {
    this.#parts = parts;
    const { selection, decoding, windowSizeBytes } = parts;
    this.#file = new DataFile(parts);
    this.#batch = makeBatch(stream, selection.cycles, undefined);
    const decoderParts = { layout: parts.layout, selection, eventClasses: parts.classesById };
    this.#decoder = decoding.makeFrameDecoder(parts.layout, decoderParts, this.#batch);
    this.#frames = decoding.allocateFrames(
      Math.min(recordCountMax, selection.recordCountMax ?? recordCountMax),
    );
    const fill: FillParts = { ...parts, isLittle: this.#file.isLittle, hasCycles: selection.cycles };
    this.#frames.count = 0;
    this.#reading = { file: this.#file, filler: new FrameFiller(fill), decoding, windowSizeBytes };
    this.#records = makeRunReading(this.#reading, this.#frames) ?? new RoundReading(this.#reading);
  }

  next(): EventBatch | undefined {
    const batch = this.#batch;
    clearBatch(batch);
    this.#decoder.clear();
    while (!this.#isAtEnd) {
      if (this.#frame < this.#frames.count) {
        if (this.#decode()) break;
        continue;
      }
      this.#frame = 0;
      this.#frames.count = 0;
      if (this.#records.fill(this.#frames)) continue;
      // The window changes: what is in the batch refers to it.
      if (batch.count > 0) break;
      this.#advance();
    }
    if (batch.count > 0) {
      this.#decoder.publish();
      return batch;
    }
    this.close();
    return undefined;
  }

  #advance(): void {
    const records = this.#records;
    const hasMore = records.advance();
    const { latestNs, handover } = records;
    if (latestNs !== noTime) this.lastNs = latestNs;
    if (hasMore) return;
    if (handover === undefined) {
      this.#isAtEnd = true;
      return;
    }
    records.release();
    const isBegin = handover.scannedBytes === this.#parts.data.offsetBytes;
    this.#records =
      isBegin && !(records instanceof RoundReading)
        ? new RoundReading(this.#reading)
        : new SliceReading(this.#reading, handover);
  }

  /** @returns whether the batch is full */
  #decode(): boolean {
    const bytes = this.#records.window.bytes();
    const stop = this.#decoder.decode(bytes, this.#frames, this.#frame, this.#batch);
    switch (stop.kind) {
      case 'end':
        this.#frame = this.#frames.count;
        return false;
      case 'full':
        this.#frame = stop.at;
        return true;
      case 'fault':
        this.#noteFault(stop);
        this.#frame = stop.at + 1;
        return false;
    }
  }

  #noteFault({ at, fault, className }: FrameStop & { readonly kind: 'fault' }): void {
    const { contextAt, bodyAt, classId } = this.#frames;
    const isSample = (classId[at] as number) < this.#parts.classes.eventCount;
    const place = this.#records.placeOf((isSample ? contextAt : bodyAt)[at] as number);
    const kind = fault.code === 'time-out-of-range' ? timeOutOfRange : damagedRecord;
    const what = [className, fault.field].filter((part) => part !== undefined && part !== '').join(', ');
    this.#file.note(kind, place, `${what}: ${fault.message}`);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isAtEnd = true;
    this.#decoder.release();
    this.#frames.release();
    this.#records.release();
  }

  #isClosed = false;
}
