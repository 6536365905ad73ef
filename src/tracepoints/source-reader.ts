/**
 * Reads numbers and texts of a file one after another. What a file says of its own lengths is compared with what remains of it before
 * anything is allocated.
 */
import type { ByteSource } from '../bytes/source.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { ByteOrder } from '../events/layout.ts';

/** Read at once where little is asked for: headers are a few bytes each. */
const aheadBytes = 1 << 16;
const decoder = new TextDecoder();

export class SourceReader {
  byteOrder: ByteOrder = 'le';
  readonly file: string;
  /** Where reading ends: the end of the part, or of the file where that is before it. */
  readonly endBytes: number;
  #source: ByteSource;
  #at: number;
  #ahead = new Uint8Array(0);
  #aheadAt = 0;

  /**
   * @param sizeBytes of the part that is read; undefined up to the file's end
   * @param file as messages name it
   */
  constructor(source: ByteSource, offsetBytes: number, sizeBytes?: number, file: string = source.name) {
    this.#source = source;
    this.file = file;
    this.#at = offsetBytes;
    this.endBytes = Math.min(source.sizeBytes, offsetBytes + (sizeBytes ?? source.sizeBytes));
  }

  /** The offset of the next byte in the file. */
  get offsetBytes(): number {
    return this.#at;
  }

  get remainingBytes(): number {
    return Math.max(0, this.endBytes - this.#at);
  }

  u8(what: string): number {
    return this.#next(1, what).getUint8(0);
  }

  u16(what: string): number {
    return this.#next(2, what).getUint16(0, this.byteOrder === 'le');
  }

  u32(what: string): number {
    return this.#next(4, what).getUint32(0, this.byteOrder === 'le');
  }

  u64(what: string): bigint {
    return this.#next(8, what).getBigUint64(0, this.byteOrder === 'le');
  }

  /** The next bytes, of the caller alone. `what` names them in a message. */
  bytes(sizeBytes: number | bigint, what: string): Uint8Array {
    const size = this.#checked(sizeBytes, what);
    const bytes = new Uint8Array(size);
    if (size <= aheadBytes) {
      const view = this.#next(size, what);
      bytes.set(new Uint8Array(view.buffer, view.byteOffset, size));
      return bytes;
    }
    const count = this.#source.read(this.#at, bytes);
    if (count < size) throw this.#truncated(size, count, what);
    this.#at += size;
    return bytes;
  }

  text(sizeBytes: number | bigint, what: string): string {
    const size = this.#checked(sizeBytes, what);
    if (size > aheadBytes) return decoder.decode(this.bytes(size, what));
    const view = this.#next(size, what);
    return decoder.decode(new Uint8Array(view.buffer, view.byteOffset, size));
  }

  /** Up to a NUL, which is read and left out. */
  nulText(sizeMaxBytes: number, what: string): string {
    const size = Math.min(sizeMaxBytes, this.remainingBytes, aheadBytes);
    const view = this.#peek(size, what);
    const bytes = new Uint8Array(view.buffer, view.byteOffset, size);
    const end = bytes.indexOf(0);
    if (end < 0) {
      throw this.error('text-end', `Expected ${what} that ends with a NUL within ${size} bytes, found none.`);
    }
    this.#at += end + 1;
    return decoder.decode(bytes.subarray(0, end));
  }

  skip(sizeBytes: number | bigint, what: string): void {
    this.#at += this.#checked(sizeBytes, what);
  }

  /** An error about the bytes from the current place on. */
  error(code: string, message: string): TraceError {
    return new TraceError({ code, file: this.file, place: { unit: 'byte', offset: this.#at }, message });
  }

  #next(size: number, what: string): DataView {
    const view = this.#peek(size, what);
    this.#at += size;
    return view;
  }

  #peek(size: number, what: string): DataView {
    this.#checked(size, what);
    let start = this.#at - this.#aheadAt;
    if (start < 0 || start + size > this.#ahead.length) {
      const bytes = new Uint8Array(Math.min(Math.max(size, aheadBytes), this.remainingBytes));
      const count = this.#source.read(this.#at, bytes);
      this.#ahead = bytes.subarray(0, count);
      this.#aheadAt = this.#at;
      start = 0;
      if (count < size) throw this.#truncated(size, count, what);
    }
    return new DataView(this.#ahead.buffer, start, size);
  }

  #checked(sizeBytes: number | bigint, what: string): number {
    if (sizeBytes > this.remainingBytes) throw this.#truncated(sizeBytes, this.remainingBytes, what);
    return Number(sizeBytes);
  }

  #truncated(wanted: number | bigint, found: number, what: string): TraceError {
    return this.error(
      'truncated',
      `Expected ${wanted} ${Number(wanted) === 1 ? 'byte' : 'bytes'} of ${what}, found ${found}.`,
    );
  }
}
