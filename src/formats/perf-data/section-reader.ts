/** Reads numbers and strings of a header section, within its bounds (perf.data-file-format.txt, `perf_header_string`). */
import { TraceError } from '../../bytes/trace-error.ts';
import type { ByteOrder } from '../../events/layout.ts';

const decoder = new TextDecoder();

/** Where a section is in the file. */
export interface Section {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Where in the file this is said. */
  readonly saidAtBytes: number;
}

/** A cursor over the bytes of one section. */
export class SectionReader {
  readonly bytes: Uint8Array;
  readonly byteOrder: ByteOrder;
  at = 0;
  readonly #view: DataView;
  readonly #isLittle: boolean;
  readonly #file: string;
  readonly #offsetBytes: number;
  readonly #what: string;

  /**
   * @param what the section as messages call it: `feature HOSTNAME`
   * @param offsetBytes of its first byte in the file
   */
  constructor(bytes: Uint8Array, byteOrder: ByteOrder, file: string, offsetBytes: number, what: string) {
    this.bytes = bytes;
    this.byteOrder = byteOrder;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#isLittle = byteOrder === 'le';
    this.#file = file;
    this.#offsetBytes = offsetBytes;
    this.#what = what;
  }

  get remainingBytes(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.#isLittle);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.#isLittle);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), this.#isLittle);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.#isLittle);
  }

  /** As a double: exact up to 2^53, which sizes of files do not reach. */
  size64(): number {
    return Number(this.u64());
  }

  section(): Section {
    const saidAtBytes = this.#offsetBytes + this.at;
    return { offsetBytes: this.size64(), sizeBytes: this.size64(), saidAtBytes };
  }

  /** Text of a fixed size, up to its first NUL. */
  text(sizeBytes: number): string {
    const at = this.#take(sizeBytes);
    const bytes = this.bytes.subarray(at, at + sizeBytes);
    const nul = bytes.indexOf(0);
    return decoder.decode(nul < 0 ? bytes : bytes.subarray(0, nul));
  }

  /** A length, and text of that size. */
  string(): string {
    return this.text(this.u32());
  }

  strings(): readonly string[] {
    const count = this.count(this.u32(), 4);
    return Array.from({ length: count }, () => this.string());
  }

  skip(sizeBytes: number): void {
    this.#take(sizeBytes);
  }

  /** A number of things from the file, of which each takes at least so many bytes. */
  count(count: number, leastBytes: number): number {
    if (count * leastBytes <= this.remainingBytes) return count;
    throw this.error(
      `It says that ${count} entries of at least ${leastBytes} bytes follow, where ${this.remainingBytes} bytes remain.`,
    );
  }

  error(message: string): TraceError {
    return new TraceError({
      code: 'perf-section',
      file: this.#file,
      place: { unit: 'byte', offset: this.#offsetBytes + this.at },
      chain: [this.#what],
      message,
    });
  }

  #take(sizeBytes: number): number {
    if (sizeBytes > this.remainingBytes) {
      throw this.error(`${sizeBytes} bytes are needed, where ${this.remainingBytes} remain.`);
    }
    const at = this.at;
    this.at += sizeBytes;
    return at;
  }
}
