/**
 * One CPU's pages of one buffer, in order, as batches of records.
 *
 *   pages     ├ page ┤├ page ┤├ page ┤├ page ┤├ page ┤├ page ┤
 *   windows   ├──────────────────────┤├──────────────────────┤     whole pages
 *   frames    ├───────┤├───────┤                                   records of some pages, found; then decoded
 *
 * Text in a batch lies in the window, so a batch never outlives it: it is handed out before the window is filled again.
 */
import { timeMaxNs } from '../../bytes/limits.ts';
import type { EventBatch } from '../../events/batch.ts';
import { clearBatch, type MutableEventBatch, makeBatch, noteGap } from '../../events/batch-builder.ts';
import type { Decoding, Window } from '../../events/engine.ts';
import type { FrameCounter } from '../../events/frame-counter.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList, FrameStop } from '../../events/frames.ts';
import { type ClosableStream, makeLateStream } from '../../events/late-stream.ts';
import type { EventStream } from '../../events/reader.ts';
import type { Health } from '../../results/health.ts';
import type { PageRecords } from '../../tracepoints/ring-buffer-frames.ts';
import { appendFrames } from '../../tracepoints/ring-buffer-frames.ts';
import { RingBufferPage } from '../../tracepoints/ring-buffer-page.ts';
import type { TracingData } from '../../tracepoints/tracing-data.ts';
import type { BytesFault, CpuBytes } from './cpu-bytes.ts';
import {
  clockGoesBack,
  damagedChunk,
  damagedEvent,
  damagedPage,
  eventTimeOutOfRange,
  missedEvents,
  shortRecord,
  timeOutOfRange,
  truncatedData,
  uncountedGap,
  unknownEventClass,
} from './health-kinds.ts';
import type { WalkPage } from './page-code.ts';
import type { CountConverter } from './trace-clock.ts';

/** The least that a record takes in a page: its header and one word. */
const recordSizeMinBytes = 8;
/** Frames are found for so many records at a time, or for one page. */
const frameCountMin = 2048;

export interface StreamParts {
  readonly about: Omit<EventStream, 'next' | 'lastNs'>;
  readonly tracing: TracingData;
  readonly records: Omit<PageRecords, 'nsPerUnit'>;
  readonly pageSizeBytes: number;
  readonly bytes: () => CpuBytes;
  readonly converter: CountConverter;
  /** Of one count of the clock, where all counts have that length: they need not be converted one by one. */
  readonly nsPerCount: number | undefined;
  readonly decoding: Decoding;
  /** Undefined where there is no generated code. */
  readonly walkPage: () => WalkPage | undefined;
  readonly decoder: FrameDecoderParts;
  readonly windowSizeBytes: number;
  readonly health: Health;
  /** Where records are counted, and nothing more: then batches are empty. */
  readonly counter?: FrameCounter;
}

export function makeStream(parts: StreamParts): ClosableStream {
  return makeLateStream(parts.about, (stream) => new StreamReading(parts, stream));
}

class StreamReading {
  lastNs = Number.NaN;
  readonly #parts: StreamParts;
  readonly #bytes: CpuBytes;
  readonly #batch: MutableEventBatch;
  readonly #decoder: FrameDecoder;
  readonly #window: Window;
  readonly #frames: FrameList;
  readonly #page: RingBufferPage;
  readonly #records: PageRecords;
  /** Finds records of most pages; undefined where all are found in JavaScript. */
  readonly #walkPage: WalkPage | undefined;
  /** The frame that is decoded next. */
  #frameAt = 0;
  /** Of the window's first byte in the pages, and how many bytes are in it. */
  #windowAt = 0;
  #windowBytes = 0;
  /** Of the next page in the window. */
  #pageAt = 0;
  /** Where the pages go on behind what can't be read; undefined where they go on behind the window. */
  #resumeAt: number | undefined;
  /** Time of the record that was found last. */
  #previousNs = Number.NaN;
  #wentBack = false;
  /** Something before the next page could not be read. */
  #isAfterFault = false;
  #isAtEnd = false;

  constructor(parts: StreamParts, stream: EventStream) {
    this.#parts = parts;
    const { decoding, decoder, pageSizeBytes, tracing } = parts;
    this.#bytes = parts.bytes();
    this.#noteBytes(this.#bytes.fault);
    this.#batch = makeBatch(stream, decoder.selection.cycles, undefined);
    this.#window = decoding.allocateWindow(windowSize(parts, this.#bytes.sizeBytes));
    this.#frames = decoding.allocateFrames(Math.max(frameCountMin, pageSizeBytes / recordSizeMinBytes));
    this.#decoder = parts.counter ?? decoding.makeFrameDecoder(decoder.layout, decoder, this.#batch);
    this.#page = new RingBufferPage(tracing.pageLayout, tracing.byteOrder);
    this.#records = { ...parts.records, nsPerUnit: parts.nsPerCount ?? 1 };
    const { nsPerUnit, keepsCycles, byteOrder } = this.#records;
    const isPlain = nsPerUnit === 1 && !keepsCycles && byteOrder === 'le';
    this.#walkPage = isPlain ? parts.walkPage() : undefined;
  }

  next(): EventBatch | undefined {
    clearBatch(this.#batch);
    this.#decoder.clear();
    while (!this.#isAtEnd || this.#frameAt < this.#frames.count) {
      if (this.#frameAt < this.#frames.count) {
        if (this.#decode()) return this.#publish();
      } else if (this.#pageAt < this.#windowBytes) {
        this.#findFrames();
      } else {
        if (this.#batch.count > 0) return this.#publish();
        this.#fillWindow();
      }
    }
    if (this.#batch.count > 0) return this.#publish();
    this.close();
    return undefined;
  }

  #isReleased = false;

  close(): void {
    this.#isAtEnd = true;
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#frames.count = 0;
    this.#frameAt = 0;
    this.#decoder.release();
    this.#frames.release();
    this.#window.release();
  }

  #publish(): EventBatch {
    this.#decoder.publish();
    return this.#batch;
  }

  /** @returns whether the batch is full */
  #decode(): boolean {
    const stop = this.#decoder.decode(this.#window.bytes(), this.#frames, this.#frameAt, this.#batch);
    switch (stop.kind) {
      case 'end':
        this.#frameAt = this.#frames.count;
        return false;
      case 'full':
        this.#frameAt = stop.at;
        return true;
      case 'fault':
        this.#noteFrame(stop);
        noteGap(this.#batch);
        this.#frameAt = stop.at + 1;
        return false;
    }
  }

  /** Finds the records of the next pages in the window: of whole pages, since memory may move when they are decoded. */
  #findFrames(): void {
    const { pageSizeBytes } = this.#parts;
    const bytes = this.#window.bytes().subarray(0, this.#windowBytes);
    const frames = this.#frames;
    frames.count = 0;
    this.#frameAt = 0;
    const countMax = frames.capacity - pageSizeBytes / recordSizeMinBytes;
    while (this.#pageAt < this.#windowBytes && frames.count <= countMax && !this.#isAtEnd) {
      this.#page.begin(bytes, this.#pageAt, pageSizeBytes);
      if (this.#isAfterFault || this.#page.missed !== 0) {
        // What is before a gap is decoded first: then the batch tells where it is.
        if (frames.count > 0) return;
        noteGap(this.#batch);
        this.#isAfterFault = false;
      }
      this.#findFramesOfPage(bytes);
      this.#pageAt += pageSizeBytes;
    }
  }

  #findFramesOfPage(bytes: Uint8Array): void {
    const { converter, nsPerCount, decoder } = this.#parts;
    const page = this.#page;
    // A page without records has no time: trace-cmd ends a CPU's pages with empty ones.
    if (page.dataSizeBytes === 0 && page.missed === 0) {
      this.#notePage();
      return;
    }
    converter.rebase(page.timestamp);
    const timeNs = converter.ns(0);
    if (!(Math.abs(timeNs) < timeMaxNs)) {
      const detail = `its time is ${page.timestamp}`;
      this.#parts.health.add(timeOutOfRange, this.#parts.about.name, this.#place(this.#pageAt), detail);
      this.#isAfterFault = true;
      return;
    }
    const { beginNs, endNs } = decoder.selection;
    if (endNs !== undefined && timeNs > endNs && !this.#wentBack) {
      this.#isAtEnd = true;
      return;
    }
    this.#noteMissed();
    if (beginNs !== undefined && this.#endsBefore(bytes, beginNs)) return;
    const from = this.#frames.count;
    const pageNs = nsPerCount === undefined ? 0 : timeNs;
    if (!this.#walk(bytes, pageNs)) {
      const { short } = appendFrames(page, bytes, this.#frames, pageNs, this.#records);
      if (nsPerCount === undefined) this.#convert(from);
      this.#noteBackwardSteps(from);
      if (short > 0) this.#noteShort(short);
    } else if (nsPerCount === undefined) {
      this.#convert(from);
      this.#noteBackwardSteps(from);
    }
    this.#notePage();
  }

  /** Finds the page's records with generated code. @returns false where it can't */
  #walk(bytes: Uint8Array, pageNs: number): boolean {
    const walkPage = this.#walkPage;
    if (walkPage === undefined) return false;
    const frames = this.#frames;
    const { byteOffset } = bytes;
    const begin = byteOffset + this.#pageAt + this.#parts.tracing.pageLayout.dataOffsetBytes;
    const isConverted = this.#parts.nsPerCount === undefined;
    const count = walkPage(
      ...([begin, begin + this.#page.dataSizeBytes, byteOffset, frames.count] as const),
      ...([pageNs, isConverted ? Number.NaN : this.#previousNs, this.#records.cpu] as const),
      ...([frames.classId.byteOffset, frames.timeNs.byteOffset, frames.cpu.byteOffset] as const),
      ...([frames.bodyAt.byteOffset, frames.bodyEnd.byteOffset] as const),
    );
    if (count < 0) return false;
    if (count > frames.count && !isConverted) {
      this.#previousNs = frames.timeNs[count - 1] as number;
      if (!(this.#previousNs <= this.lastNs)) this.lastNs = this.#previousNs;
    }
    frames.count = count;
    return true;
  }

  /** What was counted from the page's time becomes time. */
  #convert(from: number): void {
    const { timeNs, count } = this.#frames;
    const { converter } = this.#parts;
    for (let index = from; index < count; index++) timeNs[index] = converter.ns(timeNs[index] as number);
  }

  /** The next page of the CPU begins before the selected time: so all records of this one are before it. */
  #endsBefore(bytes: Uint8Array, beginNs: number): boolean {
    const { tracing, pageSizeBytes, converter } = this.#parts;
    const nextAt = this.#pageAt + pageSizeBytes;
    if (nextAt + tracing.pageLayout.dataOffsetBytes > bytes.length) return false;
    const timestamp = readTimestamp(
      bytes,
      nextAt + tracing.pageLayout.timestampOffsetBytes,
      tracing.byteOrder === 'le',
    );
    converter.rebase(timestamp);
    const isBefore = timestamp >= this.#page.timestamp && converter.ns(0) < beginNs;
    converter.rebase(this.#page.timestamp);
    return isBefore;
  }

  #fillWindow(): void {
    const { pageSizeBytes } = this.#parts;
    const nextAt = this.#resumeAt ?? this.#windowAt + this.#pageAt;
    if (this.#resumeAt !== undefined) this.#isAfterFault = true;
    this.#resumeAt = undefined;
    this.#windowAt = nextAt;
    this.#pageAt = 0;
    if (nextAt >= this.#bytes.sizeBytes) {
      this.#windowBytes = 0;
      this.#isAtEnd = true;
      return;
    }
    const { count, fault, resumeAt } = this.#bytes.read(nextAt, this.#window.bytes());
    this.#windowBytes = count;
    if (fault !== undefined) {
      this.#noteBytes(fault);
      // Part of a page is as good as lost; what is not in whole pages behind it can't be told from its rest.
      this.#windowBytes = count - (count % pageSizeBytes);
      this.#resumeAt =
        resumeAt !== undefined && resumeAt % pageSizeBytes === 0 ? resumeAt : this.#bytes.sizeBytes;
    } else if (count === 0) this.#isAtEnd = true;
  }

  #noteMissed(): void {
    const { health, about } = this.#parts;
    const { missed } = this.#page;
    if (missed === 0) return;
    const place = this.#place(this.#pageAt);
    if (missed > 0) health.add(missedEvents, about.name, place, 'The page says so', missed);
    else health.add(uncountedGap, about.name, place, 'The page says that events before it were lost');
  }

  #notePage(): void {
    const { fault } = this.#page;
    if (fault === undefined) return;
    this.#isAfterFault = true;
    // That the file ends here is known from where the CPU's bytes are.
    if (fault.kind === 'cut' && this.#bytes.fault !== undefined) return;
    const kind = fault.kind === 'cut' ? truncatedData : damagedPage;
    this.#parts.health.add(kind, this.#parts.about.name, this.#place(fault.atBytes), fault.detail);
  }

  #noteFrame(stop: FrameStop & { readonly kind: 'fault' }): void {
    const { fault, at, className } = stop;
    const kind =
      fault.code === 'unknown-event-class'
        ? unknownEventClass
        : fault.code === 'time-out-of-range'
          ? eventTimeOutOfRange
          : damagedEvent;
    const place = [this.#place(this.#frames.bodyAt[at] as number)];
    if (className !== undefined) place.push(`event ${className}`);
    if (fault.field !== '') place.push(`field ${fault.field}`);
    this.#parts.health.add(kind, this.#parts.about.name, place.join(', '), fault.message);
  }

  #noteBytes(fault: BytesFault | undefined): void {
    if (fault === undefined) return;
    const kind = fault.kind === 'cut' ? truncatedData : damagedChunk;
    this.#parts.health.add(kind, this.#parts.about.name, fault.place, fault.detail);
  }

  #noteShort(count: number): void {
    const { health, about } = this.#parts;
    health.add(shortRecord, about.name, this.#place(this.#pageAt), 'They have less than two bytes', count);
  }

  /** Of the frames from `from` on. */
  #noteBackwardSteps(from: number): void {
    const { timeNs, count } = this.#frames;
    let previous = this.#previousNs;
    let steps = 0;
    let first: { readonly index: number; readonly byNs: number } | undefined;
    for (let index = from; index < count; index++) {
      const time = timeNs[index] as number;
      if (time < previous) {
        steps++;
        first ??= { index, byNs: previous - time };
      }
      if (!(time <= this.lastNs)) this.lastNs = time;
      previous = time;
    }
    this.#previousNs = previous;
    if (first === undefined) return;
    this.#wentBack = true;
    const place = this.#place(this.#frames.bodyAt[first.index] as number);
    const detail = `the first time by ${first.byNs} ns`;
    this.#parts.health.add(clockGoesBack, this.#parts.about.name, place, detail, steps);
  }

  /** @param at in the window */
  #place(at: number): string {
    return this.#bytes.placeOf(this.#windowAt + at);
  }
}

/** Whole pages, and no more than there are. */
function windowSize({ windowSizeBytes, pageSizeBytes }: StreamParts, sizeBytes: number): number {
  const wanted = Math.min(windowSizeBytes, Math.max(1, sizeBytes));
  return Math.max(1, Math.ceil(wanted / pageSizeBytes)) * pageSizeBytes;
}

function readTimestamp(bytes: Uint8Array, at: number, isLittle: boolean): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getBigUint64(at, isLittle);
}
