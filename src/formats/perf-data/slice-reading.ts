/**
 * Records in the order of time, of a file in which everything may be anywhere: there are no rounds, or they are too large to be kept. Pass
 * after pass, the next slice of time is collected, as much as there is room for. The first pass notes which times the blocks of the file
 * have, so that the others read only those that they need. Memory is bounded, and the order is whole; what it costs is reading.
 *
 *   file     │ block: 1 … 5 │ 2 … 6 │ 4 … 9 │ 7 … 9 │
 *   slice 1    ▓▓▓▓▓          ▓▓▓                       up to 4
 *   slice 2        ▓            ▓▓▓   ▓▓▓               up to 7
 *
 *   window   │ place │ record │ place │ record │ … in the order of the file
 */
import type { Window } from '../../events/engine.ts';
import type { FrameList } from '../../events/frames.ts';
import { type DataFile, leftOut } from './data-file.ts';
import { type Handover, ListedRecords, type OrderedRecords } from './ordered-records.ts';
import type { RecordFeed } from './record-feed.ts';
import { recordTypes } from './record-layouts.ts';
import { noTime, RecordList, usualCount } from './record-list.ts';
import type { RoundReadingParts } from './round-reading.ts';
import { Rounds } from './rounds.ts';
import { recordBufferBytes, visitRecords } from './visit-records.ts';

/** A part of the file, from one record to another, and the times in it. */
interface Block {
  readonly beginBytes: number;
  endBytes: number;
  least: number;
  most: number;
  /** Of the records that are wanted. */
  sizeBytes: number;
  /** What was known of the order at its beginning. */
  readonly rounds: Rounds;
}

const blockBytes = 256 * 1024;
const placeBytes = 8;

/** Reads a file slice by slice. */
export class SliceReading implements OrderedRecords {
  readonly #file: DataFile;
  readonly list: RecordList;
  readonly window: Window;
  readonly #handover: Handover;
  readonly #listed: ListedRecords;
  latestNs: number;
  /** What was handed out last: its key and place. */
  #afterKey = noTime;
  #afterPlace = -1;
  /** Later records have no room in this slice. */
  #limit = Number.POSITIVE_INFINITY;
  #blocks: Block[] | undefined;
  #rounds = new Rounds();
  #used = 0;
  #view: DataView;
  readonly #buffer = new Uint8Array(recordBufferBytes);

  constructor({ file, filler, decoding, windowSizeBytes }: RoundReadingParts, handover: Handover) {
    this.#file = file;
    this.#handover = handover;
    this.latestNs = handover.rounds.latest;
    this.list = new RecordList(usualCount(windowSizeBytes));
    this.#listed = new ListedRecords(this.list, file, filler);
    this.window = decoding.allocateWindow(windowSizeBytes);
    this.#view = new DataView(new ArrayBuffer(0));
  }

  readonly placeOf = (at: number): number => {
    const bytes = this.window.bytes();
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(at - placeBytes);
  };

  fill(frames: FrameList): boolean {
    return this.#listed.fill(frames, this);
  }

  release(): void {
    this.window.release();
  }

  advance(): boolean {
    const bytes = this.window.bytes();
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { list } = this;
    const blocks = this.#blocks;
    if (blocks === undefined) this.#collectSlice(Number.POSITIVE_INFINITY, undefined);
    else {
      const limit = this.#likelyLimit(blocks);
      this.#collectSlice(limit, blocks);
      // Nothing before the limit: it was that of a block that begins after a gap.
      if (list.count === 0 && limit < Number.POSITIVE_INFINITY)
        this.#collectSlice(Number.POSITIVE_INFINITY, blocks);
    }
    list.sort();
    this.#listed.begin(list.count);
    if (list.count === 0) return false;
    const last = list.indexAt(list.count - 1);
    this.#afterKey = list.key[last] as number;
    this.#afterPlace = this.placeOf(list.at[last] as number);
    return true;
  }

  #collectSlice(limit: number, blocks: readonly Block[] | undefined): void {
    this.list.drop();
    this.list.count = 0;
    this.#used = 0;
    this.#limit = limit;
    if (blocks === undefined) this.#readAll();
    else this.#readBlocks(blocks);
  }

  /** The first pass: through all of the file. */
  #readAll(): void {
    const blocks: Block[] = [];
    const begin = this.#handover.fromBytes;
    this.#rounds = this.#handover.rounds.copy();
    this.#read(this.#file.feedFrom(begin), Number.POSITIVE_INFINITY, (place) => {
      const last = blocks.at(-1);
      if (last !== undefined && place - last.beginBytes < blockBytes) return last;
      if (last !== undefined) last.endBytes = place;
      const block = newBlock(place, this.#rounds.copy());
      blocks.push(block);
      return block;
    });
    this.#blocks = blocks;
    this.latestNs = this.#rounds.latest;
  }

  #readBlocks(blocks: readonly Block[]): void {
    let feed: RecordFeed | undefined;
    for (const block of blocks) {
      if (block.most < this.#afterKey || block.least > this.#limit) continue;
      // A feed that stands elsewhere is of no use; one that decompresses can't go back, but goes on.
      if (feed === undefined || feed.offsetBytes > block.beginBytes)
        feed = this.#file.feedFrom(block.beginBytes);
      else feed.skip(block.beginBytes - feed.offsetBytes);
      this.#rounds = block.rounds.copy();
      feed = this.#read(feed, block.endBytes, undefined);
    }
  }

  /** A time up to which the blocks that have such have no more bytes than there is room for. */
  #likelyLimit(blocks: readonly Block[]): number {
    const wanted = blocks.filter((block) => block.most >= this.#afterKey && block.sizeBytes > 0);
    wanted.sort((a, b) => a.least - b.least);
    let left = this.window.sizeBytes;
    for (const block of wanted) {
      left -= block.sizeBytes;
      if (left < 0 && block.least > this.#afterKey) return block.least;
    }
    return Number.POSITIVE_INFINITY;
  }

  /**
   * Collects what belongs to the slice.
   * @param blockAt in the first pass: the block of a record
   * @returns the feed, which is another one where records turn out to be compressed
   */
  #read(feed: RecordFeed, endBytes: number, blockAt: ((place: number) => Block) | undefined): RecordFeed {
    const file = this.#file;
    return visitRecords(file, feed, endBytes, this.#buffer, {
      run: (_, at) => at,
      record: (view, at, type, sizeBytes, place) => {
        const block = blockAt?.(place);
        const classId = file.take(view, at, type, sizeBytes, place);
        const key = this.#keyAt(place);
        if (type === recordTypes.finishedRound && place >= this.#handover.scannedBytes) this.#rounds.finish();
        if (classId !== leftOut && key !== undefined) this.#offer(view, at, sizeBytes, place, key, block);
        return undefined;
      },
    });
  }

  /** Where the record taken last is in the order; undefined where it was handed out before slices began. */
  #keyAt(place: number): number | undefined {
    const { timeNs } = this.#file;
    if (place < this.#handover.scannedBytes) {
      // Others were late, or known to be complete.
      return timeNs > this.#handover.rounds.limit ? timeNs : undefined;
    }
    const key = this.#rounds.keyOf(timeNs);
    if (key > timeNs) this.#file.noteLate(key - timeNs, place);
    return key;
  }

  /** Adds the record taken last to the slice if it belongs there. */
  #offer(
    view: DataView,
    at: number,
    sizeBytes: number,
    place: number,
    key: number,
    block: Block | undefined,
  ): void {
    const { timeNs, shape, cpu } = this.#file;
    if (block !== undefined) {
      block.least = Math.min(block.least, key);
      block.most = Math.max(block.most, key);
      block.sizeBytes += sizeBytes + placeBytes;
    }
    if (key < this.#afterKey || (key === this.#afterKey && place <= this.#afterPlace)) return;
    if (key >= this.#limit) return;
    while (this.#used + placeBytes + sizeBytes > this.window.sizeBytes) {
      this.#shrink();
      if (key >= this.#limit) return;
    }
    const to = this.#used + placeBytes;
    this.#view.setFloat64(this.#used, place);
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes);
    new Uint8Array(this.#view.buffer, this.#view.byteOffset + to, sizeBytes).set(bytes);
    this.list.push(key, timeNs, to, shape, cpu);
    // Aligned, for what reads whole numbers at once.
    this.#used = (to + sizeBytes + 7) & ~7;
  }

  /** Gives up the later half of what was collected: the slice ends before it. Of equal times those stay that come first. */
  #shrink(): void {
    const { list } = this;
    list.sort();
    const lastKept = list.indexAt(Math.max(0, (list.count >> 1) - 1));
    const limit = list.key[lastKept] as number;
    const bytes = this.window.bytes();
    let kept = 0;
    let used = 0;
    for (let index = 0; index < list.count; index++) {
      const key = list.key[index] as number;
      if (key > limit || (key === limit && index > lastKept)) continue;
      const begin = (list.at[index] as number) - placeBytes;
      const sizeBytes = (list.shape[index] as number) & 0xffff;
      bytes.copyWithin(used, begin, begin + placeBytes + sizeBytes);
      list.key[kept] = key;
      if (list.time !== list.key) list.time[kept] = list.time[index] as number;
      list.at[kept] = used + placeBytes;
      list.shape[kept] = list.shape[index] as number;
      list.cpu[kept] = list.cpu[index] as number;
      kept++;
      used = (used + placeBytes + sizeBytes + 7) & ~7;
    }
    list.count = kept;
    list.order = undefined;
    this.#used = used;
    this.#limit = limit;
  }
}

function newBlock(beginBytes: number, rounds: Rounds): Block {
  return {
    ...{ beginBytes, rounds, endBytes: Number.POSITIVE_INFINITY, sizeBytes: 0 },
    ...{ least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY },
  };
}
