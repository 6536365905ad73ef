/**
 * Records in the order of time, as the file gives them in rounds: perf empties all buffers in turn, then writes FINISHED_ROUND. What comes
 * after the end of a round is not older than the newest record at the end of the round before it (linux tools/perf/util/ordered-events.c).
 *
 *   file      │ cpu 0: 1 3 6 │ cpu 1: 2 4 │ ROUND │ cpu 0: 7 9 │ cpu 1: 5 8 │ ROUND │ …
 *   max                                     6                                 9
 *   known     nothing at the first ROUND            at the second: all up to 6
 *
 * So two rounds have to be in the window; where they are too large for it `slice-reading.ts` takes over.
 */
import type { Decoding, Window } from '../../events/engine.ts';
import type { FrameList } from '../../events/frames.ts';
import { type DataFile, leftOut } from './data-file.ts';
import type { FrameFiller } from './frame-filler.ts';
import { type Handover, ListedRecords, type OrderedRecords } from './ordered-records.ts';
import { isCompressed, type RecordFeed } from './record-feed.ts';
import { recordTypes } from './record-layouts.ts';
import { RecordList, usualCount } from './record-list.ts';
import { cutOff, followingSize, recordSizeMaxBytes, tooSmall } from './record-walk.ts';
import { Rounds } from './rounds.ts';
import { headerBytes } from './sample-layout.ts';

/** What is read, and how large windows may be. */
export interface RoundReadingParts {
  readonly file: DataFile;
  readonly filler: FrameFiller;
  readonly decoding: Decoding;
  readonly windowSizeBytes: number;
}

/** How much is read at a time, and at least before records are handed out. */
const fillBytes = 512 * 1024;
const advanceBytes = 2 * 1024 * 1024;

/** Reads a file round by round. */
export class RoundReading implements OrderedRecords {
  readonly #file: DataFile;
  readonly list: RecordList;
  readonly #listed: ListedRecords;
  readonly window: Window;
  /** Why `advance` found no more, if it is not the end. */
  handover: Handover | undefined;
  #feed: RecordFeed;
  /** Bytes in the window, and how many of them were looked at. */
  #length = 0;
  #scanned = 0;
  /** Where bytes of the window are in the sequence of records, from a place in the window on; the first from 0 on. */
  #segments: { at: number; readonly place: number }[];
  #isAtEnd = false;
  #isDamaged = false;
  readonly #rounds = new Rounds();

  constructor(parts: RoundReadingParts) {
    this.#file = parts.file;
    this.list = new RecordList(usualCount(parts.windowSizeBytes));
    this.#listed = new ListedRecords(this.list, parts.file, parts.filler);
    this.window = parts.decoding.allocateWindow(parts.windowSizeBytes);
    const place = parts.file.parts.data.offsetBytes;
    this.#segments = [{ at: 0, place }];
    this.#feed = parts.file.feedFrom(place);
  }

  get latestNs(): number {
    return this.#rounds.latest;
  }

  readonly placeOf = (at: number): number => {
    let index = this.#segments.length - 1;
    while (index > 0 && (this.#segments[index] as { at: number }).at > at) index--;
    const segment = this.#segments[index] as { at: number; place: number };
    return segment.place + at - segment.at;
  };

  fill(frames: FrameList): boolean {
    return this.#listed.fill(frames, this);
  }

  advance(): boolean {
    const { list } = this;
    list.drop();
    this.#listed.begin(0);
    while (!this.#isAtEnd) {
      if (!this.#makeRoom()) return false;
      const { limit } = this.#rounds;
      const enough = this.#length + advanceBytes;
      // Looked at while it is in the processor's cache.
      while (this.#fill(fillBytes)) {
        this.#scan();
        if (this.#length >= enough && this.#rounds.limit > limit) break;
      }
      list.sort(this.#isAtEnd ? Number.POSITIVE_INFINITY : this.#rounds.limit);
      this.#listed.begin(list.readyCount);
      if (list.readyCount > 0) return true;
    }
    return false;
  }

  /** Moves what is still needed to the window's beginning, where there is little room behind it. */
  #makeRoom(): boolean {
    const { list, window } = this;
    if (this.#length + recordSizeMaxBytes < window.sizeBytes * 0.75) return true;
    const needed = Math.min(list.count > 0 ? (list.at[0] as number) : this.#scanned, this.#scanned);
    window.bytes().copyWithin(0, needed, this.#length);
    list.move(needed);
    this.#length -= needed;
    this.#scanned -= needed;
    const place = this.placeOf(needed);
    const later = this.#segments.filter((segment) => segment.at > needed);
    for (const segment of later) segment.at -= needed;
    this.#segments = [{ at: 0, place }, ...later];
    if (this.#length + recordSizeMaxBytes <= window.sizeBytes * 0.75) return true;
    this.handover = {
      fromBytes: this.placeOf(0),
      scannedBytes: this.placeOf(this.#scanned),
      rounds: this.#rounds,
    };
    return false;
  }

  /** Reads on; false when the window is full, or nothing more is to be read. */
  #fill(sizeMaxBytes: number): boolean {
    const bytes = this.window.bytes();
    if (this.#isAtEnd || this.#length === bytes.length) return false;
    const count = this.#feed.read(bytes.subarray(this.#length, this.#length + sizeMaxBytes));
    this.#length += count;
    if (count === 0) this.#isAtEnd = true;
    return true;
  }

  /** Looks at all records that are in the window as a whole. */
  #scan(): void {
    const file = this.#file;
    const { list } = this;
    const rounds = this.#rounds;
    const { isLittle } = file;
    const bytes = this.window.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    // Windows begin at whole words, and the kernel's records are whole ones.
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    let at = this.#scanned;
    const shift = this.placeOf(at) - at;
    for (;;) {
      if (file.samples !== undefined && (at & 3) === 0) {
        at = file.samples.run(words, at, this.#length, list, rounds);
      }
      if (at + headerBytes > this.#length) break;
      const type = view.getUint32(at, isLittle);
      const sizeBytes = view.getUint16(at + 6, isLittle);
      if (sizeBytes < headerBytes) {
        this.#end(at + shift, tooSmall(type, sizeBytes));
        break;
      }
      if (at + sizeBytes > this.#length) break;
      if (isCompressed(type) && this.#feed.hasFollowingData) {
        this.#unpack(at);
        return;
      }
      const classId = file.take(view, at, type, sizeBytes, at + shift);
      const { timeNs } = file;
      const key = rounds.keyOf(timeNs);
      if (key > timeNs) file.noteLate(key - timeNs, at + shift);
      if (classId !== leftOut) list.push(key, timeNs, at, file.shape, file.cpu);
      at += sizeBytes;
      if (type < recordTypes.firstOfPerf) continue;
      if (type === recordTypes.finishedRound) rounds.finish();
      const following = this.#feed.hasFollowingData
        ? followingSize(view, at - sizeBytes, type, sizeBytes, isLittle)
        : 0;
      if (following === 0) continue;
      if (this.#stepOver(at, following)) return;
      at += following;
    }
    this.#scanned = at;
    if (file.isPast(rounds.limit)) this.#isAtEnd = true;
    else if (this.#isAtEnd) this.#noteEnd();
  }

  /**
   * Data behind a record: what of it is in the window is stepped over; where it goes beyond, the window ends before it, and goes on behind
   * it.
   * @returns whether it does
   */
  #stepOver(at: number, sizeBytes: number): boolean {
    const beyond = at + sizeBytes - this.#length;
    if (beyond <= 0) return false;
    const place = this.placeOf(at) + sizeBytes;
    this.#feed.skip(beyond);
    this.#length = at;
    this.#scanned = at;
    this.#segments.push({ at, place });
    return true;
  }

  /** Compressed records begin here: from here on they are read decompressed. */
  #unpack(at: number): void {
    this.#feed = this.#file.unpackFrom(this.placeOf(at));
    this.#length = at;
    this.#scanned = at;
    this.#isAtEnd = false;
  }

  #noteEnd(): void {
    const left = this.#length - this.#scanned;
    const place = this.placeOf(this.#scanned);
    const { damage } = this.#feed;
    if (damage !== undefined) this.#file.noteEnd(damage.kind, place, damage.detail);
    else if (left > 0 && !this.#isDamaged) this.#file.noteEnd('cut', place, cutOff(left + 1, left));
  }

  /** Nothing more can be read. */
  #end(place: number, detail: string): void {
    this.#isAtEnd = true;
    this.#isDamaged = true;
    this.#file.noteEnd('damaged', place, detail);
  }

  release(): void {
    this.window.release();
  }
}
