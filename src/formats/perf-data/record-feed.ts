/**
 * The records of a file as one sequence of bytes, whether they are compressed or not. perf compresses them into records of their own, as
 * one zstd stream a file: they stand in the sequence where their compressed form stood, whole ones only, as a record may be cut at the end
 * of one piece and go on in the next (linux tools/perf/util/session.c, `perf_session__process_compressed_event`).
 *
 *   file       │ MMAP2 │ COMPRESSED ░░░░░░░░░░░░░░░ │ FINISHED_ROUND │ COMPRESSED ░░░░░░░ │
 *   sequence   │ MMAP2 │ COMPRESSED │ SAMPLE │ SAMPLE │ FINISHED_ROUND │ COMPRESSED │ SAMPLE │ … │      of the compressed ones their headers
 */
import { eventSizeMaxBytes } from '../../bytes/limits.ts';
import type { ByteSource } from '../../bytes/source.ts';
import type { ByteOrder } from '../../events/layout.ts';
import { ZstdStream } from '../../platform/codecs/zstd.ts';
import { recordTypes } from './record-layouts.ts';
import { RecordWalk, recordSizeMaxBytes } from './record-walk.ts';
import { headerBytes } from './sample-layout.ts';

/** Where records come from, from a place on. */
export interface RecordFeed {
  /** Of the next byte, in the sequence: in the file as long as nothing was decompressed. */
  readonly offsetBytes: number;
  /** Whether data that follows a record is part of the sequence: then it is skipped by whoever meets the record. */
  readonly hasFollowingData: boolean;
  /** Why nothing comes any more although the file goes on. */
  readonly damage: { readonly kind: 'damaged' | 'cut' | 'compression'; readonly detail: string } | undefined;
  /** Returns how many bytes came: 0 at the end. */
  read(target: Uint8Array): number;
  skip(sizeBytes: number): void;
}

/** A file's bytes as they are. */
export class PlainFeed implements RecordFeed {
  readonly hasFollowingData = true;
  readonly damage = undefined;
  readonly #source: ByteSource;
  readonly #endBytes: number;
  offsetBytes: number;

  constructor(source: ByteSource, beginBytes: number, endBytes: number) {
    this.#source = source;
    this.offsetBytes = beginBytes;
    this.#endBytes = endBytes;
  }

  read(target: Uint8Array): number {
    const wanted = Math.min(target.length, this.#endBytes - this.offsetBytes);
    if (wanted <= 0) return 0;
    const count = this.#source.read(this.offsetBytes, target.subarray(0, wanted));
    this.offsetBytes += count;
    return count;
  }

  skip(sizeBytes: number): void {
    this.offsetBytes = Math.min(this.#endBytes, this.offsetBytes + sizeBytes);
  }
}

/** Whether records of this type have others in them. */
export function isCompressed(type: number): boolean {
  return type === recordTypes.compressed || type === recordTypes.compressed2;
}

/** The records of a file from the first compressed one on. */
export class UnpackedFeed implements RecordFeed {
  readonly hasFollowingData = false;
  readonly #walk: RecordWalk;
  readonly #isLittle: boolean;
  readonly #zstd: ZstdStream;
  offsetBytes: number;
  damage: RecordFeed['damage'];
  /** Whole records that were not read yet, and behind them the beginning of one. */
  #bytes = new Uint8Array(1 << 20);
  #at = 0;
  #wholeEnd = 0;
  #end = 0;
  /** A record that is not compressed, or the header of one that is: before those that came out of it. */
  #plain: Uint8Array | undefined;

  constructor(source: ByteSource, beginBytes: number, endBytes: number, byteOrder: ByteOrder) {
    this.#walk = new RecordWalk(source, beginBytes, endBytes, byteOrder);
    this.#isLittle = byteOrder === 'le';
    this.offsetBytes = beginBytes;
    this.#zstd = new ZstdStream((bytes) => this.#append(bytes));
  }

  read(target: Uint8Array): number {
    let count = 0;
    while (count < target.length) {
      const part = this.#take(target.length - count);
      if (part === undefined) {
        if (!this.#advance()) break;
        continue;
      }
      target.set(part, count);
      count += part.length;
    }
    this.offsetBytes += count;
    return count;
  }

  skip(sizeBytes: number): void {
    const scratch = new Uint8Array(recordSizeMaxBytes);
    for (let left = sizeBytes; left > 0; ) {
      const count = this.read(scratch.subarray(0, Math.min(left, scratch.length)));
      if (count === 0) return;
      left -= count;
    }
  }

  #take(sizeMaxBytes: number): Uint8Array | undefined {
    const plain = this.#plain;
    if (plain !== undefined) {
      this.#plain = plain.length > sizeMaxBytes ? plain.subarray(sizeMaxBytes) : undefined;
      return plain.subarray(0, sizeMaxBytes);
    }
    if (this.#at >= this.#wholeEnd) return undefined;
    const part = this.#bytes.subarray(this.#at, Math.min(this.#wholeEnd, this.#at + sizeMaxBytes));
    this.#at += part.length;
    return part;
  }

  /** Goes to the next record of the file; false at its end. */
  #advance(): boolean {
    if (this.damage !== undefined) return false;
    const record = this.#walk.next();
    if (record === undefined) {
      this.#noteEnd();
      return false;
    }
    this.#bytes.copyWithin(0, this.#wholeEnd, this.#end);
    this.#end -= this.#wholeEnd;
    this.#at = 0;
    this.#wholeEnd = 0;
    const isPacked = isCompressed(record.type);
    this.#plain = record.bytes.slice(0, isPacked ? headerBytes : undefined);
    new DataView(this.#plain.buffer).setUint16(6, this.#plain.length, this.#isLittle);
    if (!isPacked) return true;
    const packed = packedBytes(record.type, record.bytes, record.view, this.#isLittle);
    try {
      if (packed === undefined) throw new Error('it says that it has more bytes than it has');
      this.#zstd.push(packed, eventSizeMaxBytes);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const detail = `the compressed record at byte ${record.offsetBytes} cannot be decompressed: ${error.message}`;
      this.damage = { kind: 'compression', detail };
    }
    this.#findWhole();
    return true;
  }

  #noteEnd(): void {
    const { end } = this.#walk;
    if (end !== undefined && end.kind !== 'end')
      this.damage = { kind: end.kind, detail: `${end.detail} (byte ${end.offsetBytes})` };
    else if (this.#end > this.#wholeEnd) {
      const detail = `the last ${this.#end - this.#wholeEnd} decompressed bytes are no whole record`;
      this.damage = { kind: 'cut', detail };
    }
  }

  #append(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#end + bytes.length));
      larger.set(this.#bytes.subarray(0, this.#end));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Up to where there are whole records. One that can't be goes out too: whoever meets it says so. */
  #findWhole(): void {
    const view = new DataView(this.#bytes.buffer);
    let at = this.#wholeEnd;
    while (at + headerBytes <= this.#end) {
      const sizeBytes = view.getUint16(at + 6, this.#isLittle);
      if (sizeBytes < headerBytes) {
        at = this.#end;
        break;
      }
      if (at + sizeBytes > this.#end) break;
      at += sizeBytes;
    }
    this.#wholeEnd = at;
  }
}

/** COMPRESSED has nothing but the compressed bytes, COMPRESSED2 says how many they are, and is padded. */
function packedBytes(
  type: number,
  bytes: Uint8Array,
  view: DataView,
  isLittle: boolean,
): Uint8Array | undefined {
  if (type === recordTypes.compressed) return bytes.subarray(headerBytes);
  if (bytes.length < headerBytes + 8) return undefined;
  const sizeBytes = Number(view.getBigUint64(headerBytes, isLittle));
  const begin = headerBytes + 8;
  return sizeBytes > bytes.length - begin ? undefined : bytes.subarray(begin, begin + sizeBytes);
}
