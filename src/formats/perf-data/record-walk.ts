/**
 * Record after record of a file, for what is looked at once: what describes a recording, compressed records, `inspect`. Records of many
 * samples are read in windows instead (`round-reading.ts`).
 *
 *   type u32 │ misc u16 │ size u16, with these 8 bytes │ …         AUXTRACE, TRACING_DATA: │ data whose size the record says
 */
import type { ByteSource } from '../../bytes/source.ts';
import type { ByteOrder } from '../../events/layout.ts';
import { recordTypes } from './record-layouts.ts';
import { headerBytes } from './sample-layout.ts';

/** A record; its bytes are valid until the next one is asked for. */
export interface WalkedRecord {
  readonly type: number;
  readonly misc: number;
  /** The whole of it, its header included, without the data that follows some. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** In the file. */
  readonly offsetBytes: number;
  /** Of the data that follows it. */
  readonly followingBytes: number;
}

/** Why a walk ended where it did. */
export interface WalkEnd {
  readonly kind: 'end' | 'cut' | 'damaged';
  readonly offsetBytes: number;
  /** One sentence. */
  readonly detail: string;
}

const bufferBytes = 256 * 1024;
/** `size` has 16 bits. */
export const recordSizeMaxBytes = 0xffff;

/** Walks through a part of a file. */
export class RecordWalk {
  readonly #source: ByteSource;
  readonly #isLittle: boolean;
  readonly #endBytes: number;
  readonly #buffer = new Uint8Array(bufferBytes);
  #bufferAt = 0;
  #bufferCount = 0;
  #at: number;
  end: WalkEnd | undefined;

  constructor(source: ByteSource, beginBytes: number, endBytes: number, byteOrder: ByteOrder) {
    this.#source = source;
    this.#isLittle = byteOrder === 'le';
    this.#at = beginBytes;
    this.#endBytes = endBytes;
  }

  /** Where the next record begins. */
  get offsetBytes(): number {
    return this.#at;
  }

  next(): WalkedRecord | undefined {
    if (this.end !== undefined) return undefined;
    const head = this.#have(headerBytes);
    if (head === undefined) return undefined;
    const type = head.getUint32(0, this.#isLittle);
    const sizeBytes = head.getUint16(6, this.#isLittle);
    if (sizeBytes < headerBytes) return this.#stop('damaged', tooSmall(type, sizeBytes));
    const view = this.#have(sizeBytes);
    if (view === undefined) return undefined;
    const offsetBytes = this.#at;
    const followingBytes = followingSize(view, 0, type, sizeBytes, this.#isLittle);
    this.#at += sizeBytes + followingBytes;
    const bytes = new Uint8Array(view.buffer, view.byteOffset, sizeBytes);
    return { type, misc: view.getUint16(4, this.#isLittle), bytes, view, offsetBytes, followingBytes };
  }

  /** So many bytes at the current place; undefined where the file ends before, which ends the walk. */
  #have(count: number): DataView | undefined {
    if (this.#at >= this.#endBytes) return this.#stop('end', '');
    if (this.#at < this.#bufferAt || this.#at + count > this.#bufferAt + this.#bufferCount) {
      const wanted = Math.min(bufferBytes, this.#endBytes - this.#at);
      this.#bufferAt = this.#at;
      this.#bufferCount = this.#source.read(this.#at, this.#buffer.subarray(0, wanted));
    }
    const left = this.#bufferAt + this.#bufferCount - this.#at;
    if (left < count) return this.#stop(left === 0 ? 'end' : 'cut', cutOff(count, left));
    return new DataView(this.#buffer.buffer, this.#at - this.#bufferAt, count);
  }

  #stop(kind: WalkEnd['kind'], detail: string): undefined {
    this.end = { kind, offsetBytes: this.#at, detail };
    return undefined;
  }
}

/** One sentence about a record whose size can't be. */
export function tooSmall(type: number, sizeBytes: number): string {
  return `a record of type ${type} says that it is ${sizeBytes} bytes, where its header alone takes ${headerBytes}`;
}

/** One sentence about a record that the file ends in. */
export function cutOff(wantedBytes: number, leftBytes: number): string {
  return `a record takes ${wantedBytes} bytes at least, where ${leftBytes} remain`;
}

/** The size of the data that stands behind a record, outside of it. */
export function followingSize(
  view: DataView,
  at: number,
  type: number,
  sizeBytes: number,
  isLittle: boolean,
): number {
  if (type === recordTypes.auxtrace && sizeBytes >= 16) return Number(view.getBigUint64(at + 8, isLittle));
  if (type === recordTypes.headerTracingData && sizeBytes >= 12) return view.getUint32(at + 8, isLittle);
  return 0;
}
