/**
 * Records in the order of time, by generated code, of files that are what most are: rounds of samples with a time. Of each round the runs are
 * found first, in a window that the file goes through. Then they are merged from where they are: in the window, as far as that still has them, else
 * read once more, each run into buffers of its own. So memory does not grow with rounds, and nothing is moved.
 *
 *   file     │ cpu 0 ……………………… │ cpu 1 ……………………… │ ROUND │ cpu 0 …………
 *   window                         ┊before   ├now       ┤         full for the second time: its beginning was written to again
 *   buffers    ├──┤├──┤├──┤├──┤ …                                 what is there no more, to merge it, each run as far as it is
 *
 *   region   │ window │ buffer │ buffer │ … │ other records │
 *
 * Records that are no usual samples are few: they are copied, and listed (`RecordList`). See `rounds.ts` for what is known to be next.
 */
import type { ByteSource } from '../../bytes/source.ts';
import type { Window } from '../../events/engine.ts';
import type { FrameList } from '../../events/frames.ts';
import { type DataFile, leftOut } from './data-file.ts';
import type { FrameFiller } from './frame-filler.ts';
import type { Handover, OrderedRecords } from './ordered-records.ts';
import { OtherRecords } from './other-records.ts';
import { isCompressed } from './record-feed.ts';
import { recordTypes } from './record-layouts.ts';
import { cutOff, followingSize, recordSizeMaxBytes, tooSmall } from './record-walk.ts';
import { Rounds } from './rounds.ts';
import { RunBuffers } from './run-buffers.ts';
import { mergeStops, runParts, runState } from './run-state.ts';
import type { RunTable } from './run-table.ts';
import { headerBytes } from './sample-layout.ts';

/** What is read, and with what. */
export interface RunReadingParts {
  readonly file: DataFile;
  readonly filler: FrameFiller;
  readonly runs: RunTable;
  /** The region. */
  readonly window: Window;
  readonly endNs: number;
}

/** So much is read at a time to find runs. */
const fillBytes = 512 * 1024;
/** Regions that are smaller are too small to be divided. */
export const regionLeastBytes = 512 * 1024;

/** Reads a file run by run. */
export class RunReading implements OrderedRecords {
  readonly window: Window;
  readonly #file: DataFile;
  readonly #source: ByteSource;
  readonly #filler: FrameFiller;
  readonly #runs: RunTable;
  readonly #buffers: RunBuffers;
  readonly #others: OtherRecords;
  readonly #rounds = new Rounds();
  readonly #windowBytes: number;
  /** Of the region. */
  readonly #address: number;
  readonly #endNs: number;
  /** In the file: where the window begins, up to where runs were found, and where records end. */
  #windowPlace: number;
  /** How many bytes are in the window since it was begun, and what stays behind them of what was in it before. */
  #length = 0;
  #before = { place: 0, length: 0 };
  #scanned: number;
  readonly #end: number;
  /** How many of the other records that are next were handed out. */
  #position = 0;
  /** All that is known to be next was handed out. */
  #isDrained = true;
  #isAtEnd = false;
  handover: Handover | undefined;

  constructor({ file, filler, runs, window, endNs }: RunReadingParts) {
    const { source, data } = file.parts;
    this.#file = file;
    this.#source = source;
    this.#filler = filler;
    this.#runs = runs;
    this.window = window;
    this.#endNs = endNs;
    this.#address = window.bytes().byteOffset;
    const { sizeBytes } = window;
    this.#windowBytes = sizeBytes >> 2;
    const otherBytes = sizeBytes >> 2;
    this.#others = new OtherRecords(window, sizeBytes - otherBytes, otherBytes);
    const buffersBytes = sizeBytes - otherBytes - this.#windowBytes;
    this.#buffers = new RunBuffers(source, runs, window, this.#windowBytes, buffersBytes);
    this.#windowPlace = data.offsetBytes;
    this.#scanned = data.offsetBytes;
    this.#end = data.offsetBytes + data.sizeBytes;
    runs.endRun();
  }

  get latestNs(): number {
    return this.#rounds.latest;
  }

  placeOf(at: number): number {
    if (at < this.#length) return this.#windowPlace + at;
    if (at < this.#windowBytes) return this.#before.place + at;
    return this.#others.has(at) ? this.#others.placeOf(at) : this.#buffers.placeOf(at);
  }

  fill(frames: FrameList): boolean {
    const runs = this.#runs;
    let count = 0;
    while (!this.#isDrained) {
      const hasOther = this.#setStop();
      runs.word(runState.frameCount, count);
      const stop = runs.merge();
      const merged = runs.word(runState.frameCount);
      frames.count = merged;
      if (runs.word(runState.isIncomplete) !== 0) this.#complete(frames, count);
      count = frames.count;
      if (stop === mergeStops.full) break;
      if (stop === mergeStops.absent) {
        if (this.#find(runs.first) || this.#buffers.load(runs.first)) continue;
        break;
      }
      if (!hasOther) this.#isDrained = true;
      else if (count === frames.capacity) break;
      else {
        this.#fillOther(frames);
        count = frames.count;
      }
    }
    frames.count = count;
    return count > 0;
  }

  /** Up to where runs may be merged: to the next of the other records, or to the end of what is known. */
  #setStop(): boolean {
    const { list } = this.#others;
    const runs = this.#runs;
    const hasOther = this.#position < list.readyCount;
    const index = hasOther ? list.indexAt(this.#position) : -1;
    const limit = hasOther ? (list.key[index] as number) : this.#limit + 1;
    // Times are whole numbers. What is late may have its place behind the time that is selected.
    runs.double(runState.stop, Math.min(limit, this.#endNs + 1));
    runs.double(runState.tieKey, hasOther && limit <= this.#endNs ? limit : Number.NaN);
    if (hasOther) runs.double(runState.tiePlace, this.#others.placeOf(list.at[index] as number));
    return hasOther;
  }

  /** Up to here records are known to be complete. */
  get #limit(): number {
    return this.#isAtEnd ? Number.POSITIVE_INFINITY : this.#rounds.limit;
  }

  #fillOther(frames: FrameList): void {
    const { list } = this.#others;
    this.#filler.fill(
      ...([frames, list, this.#position, this.#position + 1] as const),
      ...([this.window.bytes(), (at: number) => this.#noteDamage(at)] as const),
    );
    this.#position++;
  }

  #complete(frames: FrameList, from: number): void {
    this.#runs.word(runState.isIncomplete, 0);
    this.#filler.complete(frames, from, this.window.bytes(), (at) => this.#noteDamage(at));
  }

  #noteDamage(at: number): void {
    this.#file.noteRawPart(this.placeOf(at));
  }

  advance(): boolean {
    this.#buffers.reuse();
    if (!this.#isDrained) return true;
    if (this.#isAtEnd) return false;
    const before = { rounds: this.#rounds.copy(), scannedBytes: this.#scanned };
    this.#runs.keep();
    this.#buffers.clear();
    this.#others.drop();
    this.#position = 0;
    const { limit } = this.#rounds;
    while (!this.#isAtEnd && !(this.#rounds.limit > limit)) {
      if (!this.#findRuns()) {
        const fromBytes = Math.min(before.scannedBytes, this.#others.leastPlace, this.#runs.leastPlace);
        this.handover = { ...before, fromBytes };
        return false;
      }
    }
    this.#ready();
    return true;
  }

  /** Finds the runs of the next part of the file; false where it has what generated code is not for. */
  #findRuns(): boolean {
    this.#makeRoom();
    const bytes = this.window.bytes();
    const from = this.#windowPlace + this.#length;
    const wanted = Math.min(fillBytes, this.#windowBytes - this.#length, this.#end - from);
    const to = bytes.subarray(this.#length, this.#length + Math.max(0, wanted));
    const count = to.length === 0 ? 0 : this.#source.read(from, to);
    this.#length += count;
    const at = this.#scan(bytes, this.#scanned - this.#windowPlace, this.#length);
    if (at === undefined) return false;
    this.#scanned = this.#windowPlace + at;
    const left = this.#length - at;
    if (this.#file.isPast(this.#rounds.limit)) this.#isAtEnd = true;
    else if ((count === 0 || from + count >= this.#end) && left >= 0 && !this.#isAtEnd) this.#noteEnd(left);
    return true;
  }

  /** Where the window is full, or the next record is behind what is no record, it begins at that. */
  #makeRoom(): void {
    const hasRoom = this.#windowBytes - this.#length >= recordSizeMaxBytes;
    const end = this.#windowPlace + this.#length;
    if (hasRoom && this.#scanned <= end) return;
    this.#before = { place: this.#windowPlace, length: Math.min(this.#scanned, end) - this.#windowPlace };
    this.#windowPlace = this.#scanned;
    this.#length = 0;
  }

  /** Whether the next record of a run is in the window; then the run is there as far as it is. */
  #find(run: number): boolean {
    const runs = this.#runs;
    const place = runs.placeOf(run);
    let begin = this.#windowPlace;
    let end = this.#scanned;
    if (place < begin) {
      begin = this.#before.place;
      end = begin + this.#before.length;
      // What was there first was written to again.
      if (place < begin + this.#length || place >= end) return false;
    }
    this.#buffers.leave(run);
    const delta = begin - this.#address;
    runs.doubleAt(run + runParts.delta, delta);
    runs.wordAt(run + runParts.at, place - delta);
    runs.wordAt(run + runParts.end, Math.min(end, runs.doubleAt(run + runParts.endPlace)) - delta);
    return true;
  }

  /** Returns the place of the first record that is not in the window as a whole; undefined where there is no room for what is found. */
  #scan(bytes: Uint8Array, from: number, length: number): number | undefined {
    const file = this.#file;
    const { isLittle } = file;
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const base = bytes.byteOffset;
    let at = from;
    for (;;) {
      at = this.#runs.scan(base + at, base + length, this.#windowPlace - base, this.#rounds) - base;
      if (at + headerBytes > length) break;
      const type = view.getUint32(at, isLittle);
      const sizeBytes = view.getUint16(at + 6, isLittle);
      const place = this.#windowPlace + at;
      if (sizeBytes < headerBytes) {
        this.#isAtEnd = true;
        file.noteEnd('damaged', place, tooSmall(type, sizeBytes));
        break;
      }
      if (at + sizeBytes > length) break;
      if (isCompressed(type) || this.#runs.isFull) return undefined;
      if (!this.#take(view, at, type, sizeBytes, place)) return undefined;
      const following = followingSize(view, at, type, sizeBytes, isLittle);
      at += sizeBytes + following;
      // A run is one part of the file, of which all samples are usual.
      if (type === recordTypes.sample || following > 0) this.#runs.endRun();
      if (at > length) break;
    }
    return at;
  }

  /** Lists a record that is not in a run; false where there is no room for it. */
  #take(view: DataView, at: number, type: number, sizeBytes: number, place: number): boolean {
    const file = this.#file;
    const classId = file.take(view, at, type, sizeBytes, place);
    const { timeNs } = file;
    const key = this.#rounds.keyOf(timeNs);
    if (key > timeNs) file.noteLate(key - timeNs, place);
    return classId === leftOut || this.#others.add(view, at, sizeBytes, place, key, file);
  }

  /** The file ends in this window. */
  #noteEnd(leftBytes: number): void {
    this.#isAtEnd = true;
    if (leftBytes > 0) this.#file.noteEnd('cut', this.#scanned, cutOff(leftBytes + 1, leftBytes));
  }

  /** What was found up to the limit is next. */
  #ready(): void {
    this.#runs.order();
    this.#buffers.divide(this.#runs.word(runState.heapCount));
    this.#others.sort(this.#limit);
    this.#isDrained = false;
  }

  release(): void {
    this.window.release();
    this.#runs.release();
  }
}
