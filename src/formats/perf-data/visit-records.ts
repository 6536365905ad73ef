/** All records of a part of a file, one after the other, through a buffer: for what does not keep them where they were read. */
import type { DataFile } from './data-file.ts';
import { isCompressed, type RecordFeed } from './record-feed.ts';
import { cutOff, followingSize, recordSizeMaxBytes, tooSmall } from './record-walk.ts';
import { headerBytes } from './sample-layout.ts';

/** What is told of records. */
export interface RecordVisitor {
  /** Takes what it can take at once from `at` on; returns where the first record begins that it left. */
  run(words: Uint32Array, at: number, length: number): number;
  /** `stop` where no more records are to be visited. */
  record(view: DataView, at: number, type: number, sizeBytes: number, placeBytes: number): 'stop' | undefined;
}

/** Of a buffer for `visitRecords`: in whole words. */
export const recordBufferBytes = 512 * 1024 + recordSizeMaxBytes + 1;

interface Visited {
  /** Why it ended before the bytes did. */
  readonly kind: 'more' | 'compressed' | 'damaged' | 'stopped';
  readonly at: number;
  /** Bytes behind the buffer's that are no records. */
  readonly skipBytes: number;
}

/**
 * Visits the records from the feed's place up to `endBytes`; infinite for all.
 * @returns the feed, which is another one where records turn out to be compressed
 */
export function visitRecords(
  file: DataFile,
  from: RecordFeed,
  endBytes: number,
  buffer: Uint8Array,
  visitor: RecordVisitor,
): RecordFeed {
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const words = new Uint32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2);
  let feed = from;
  let length = 0;
  for (;;) {
    const place = feed.offsetBytes - length;
    const wanted = Math.min(buffer.length, endBytes - place);
    const count = length < wanted ? feed.read(buffer.subarray(length, wanted)) : 0;
    length += count;
    const { kind, at, skipBytes } = visit(file, feed, { view, words, length, place }, visitor);
    if (kind === 'damaged' || kind === 'stopped') return feed;
    if (kind === 'compressed') feed = file.unpackFrom(place + at);
    else if (skipBytes > 0) feed.skip(skipBytes);
    else {
      buffer.copyWithin(0, at, length);
      length -= at;
      if (count > 0) continue;
      if (endBytes === Number.POSITIVE_INFINITY) noteEnd(file, feed, length);
      return feed;
    }
    length = 0;
  }
}

function visit(
  file: DataFile,
  feed: RecordFeed,
  bytes: {
    readonly view: DataView;
    readonly words: Uint32Array;
    readonly length: number;
    readonly place: number;
  },
  visitor: RecordVisitor,
): Visited {
  const { view, words, length, place } = bytes;
  const { isLittle } = file;
  let at = 0;
  for (;;) {
    if (isLittle && (at & 3) === 0) at = visitor.run(words, at, length);
    if (at + headerBytes > length) break;
    const type = view.getUint32(at, isLittle);
    const sizeBytes = view.getUint16(at + 6, isLittle);
    if (sizeBytes < headerBytes) {
      file.noteEnd('damaged', place + at, tooSmall(type, sizeBytes));
      return { kind: 'damaged', at, skipBytes: 0 };
    }
    if (at + sizeBytes > length) break;
    if (isCompressed(type) && feed.hasFollowingData) return { kind: 'compressed', at, skipBytes: 0 };
    if (visitor.record(view, at, type, sizeBytes, place + at) === 'stop')
      return { kind: 'stopped', at, skipBytes: 0 };
    const following = feed.hasFollowingData ? followingSize(view, at, type, sizeBytes, isLittle) : 0;
    at += sizeBytes + following;
    if (at > length) return { kind: 'more', at, skipBytes: at - length };
  }
  return { kind: 'more', at, skipBytes: 0 };
}

function noteEnd(file: DataFile, feed: RecordFeed, leftBytes: number): void {
  const place = feed.offsetBytes - leftBytes;
  const { damage } = feed;
  if (damage !== undefined) file.noteEnd(damage.kind, place, damage.detail);
  else if (leftBytes > 0) file.noteEnd('cut', place, cutOff(leftBytes + 1, leftBytes));
}
