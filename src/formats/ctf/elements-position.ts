/**
 * The bits of one data stream file, read once from front to back.
 *
 *   file    ├──────────── packet ────────────┤├──────── packet ──
 *           packetBeginBits                   │
 *           ├──────── content ───────┤padding─┤
 *                      headBits ↑    contentEndBits
 *
 * Only one page of the file is in memory. Bits of a byte are counted from its least significant one when the field is
 * little endian and from its most significant one when it is big endian (CTF 1.8 §4.1.5), which is why the order cannot change
 * inside a byte.
 */
import type { ByteSource } from '../../bytes/source.ts';
import { TraceError } from '../../bytes/trace-error.ts';
import type { ByteOrder } from '../../events/layout.ts';

const pageSizeBytes = 64 * 1024;

/** Text that is longer comes in several pieces. */
const pieceMaxBytes = 64 * 1024;

/** Of seven bits each: as many as 64 bits need. */
const variableMaxBytes = 10;

const byteOrderWords: Readonly<Record<ByteOrder, string>> = { le: 'little-endian', be: 'big-endian' };

/** A bounded cursor of bits: nothing is read beyond the packet's content or the file, whatever sizes the file claims. */
export class BitPosition {
  readonly #source: ByteSource;
  readonly #page = new Uint8Array(pageSizeBytes);
  readonly #piece = new Uint8Array(pieceMaxBytes);
  #pageBeginBytes = 0;
  #pageSizeBytes = 0;
  #lastByteOrder: ByteOrder | undefined;
  /** From the start of the file, like every other offset here. */
  headBits = 0;
  packetBeginBits = 0;
  /** Infinity where the packet does not say how long its content is. */
  contentEndBits = Number.POSITIVE_INFINITY;
  readonly sourceEndBits: number;

  constructor(source: ByteSource) {
    this.#source = source;
    this.sourceEndBits = source.sizeBytes * 8;
  }

  get isAtSourceEnd(): boolean {
    return this.headBits >= this.sourceEndBits;
  }

  beginPacket(): void {
    this.packetBeginBits = this.headBits;
    this.contentEndBits = Number.POSITIVE_INFINITY;
    this.#lastByteOrder = undefined;
  }

  /** An error at the place where the walk is. */
  fault(code: string, message: string): TraceError {
    return new TraceError({
      code,
      file: this.#source.name,
      place: {
        unit: 'bit',
        offset: this.headBits - this.packetBeginBits,
        packetOffsetBytes: this.packetBeginBits / 8,
      },
      message,
    });
  }

  /** Raises unless `sizeBits` more bits are content of this packet. */
  requireContent(sizeBits: number): void {
    const remainingBits = this.contentEndBits - this.headBits;
    if (sizeBits <= remainingBits) return;
    throw this.fault(
      'beyond-packet-content',
      `Cannot read ${counted(sizeBits)} at this point: ` +
        `would move beyond the content of the current packet (${counted(remainingBits)} remaining).`,
    );
  }

  /** Raises unless `sizeBits` more bits are in the file. */
  requireSource(sizeBits: number): void {
    if (sizeBits <= this.sourceEndBits - this.headBits) return;
    throw this.fault(
      'beyond-file',
      `Cannot read ${counted(sizeBits)} at this point: reaching end of data source.`,
    );
  }

  /** Alignment counts from the packet's first bit (CTF 1.8 §4.1.2). */
  align(alignmentBits: number): void {
    const misalignedBits = (this.headBits - this.packetBeginBits) % alignmentBits;
    if (misalignedBits === 0) return;
    const paddingBits = alignmentBits - misalignedBits;
    this.requireContent(paddingBits);
    this.skipTo(this.headBits + paddingBits);
  }

  /** Moves on without reading; where the file ends before, the error stands at its end. */
  skipTo(offsetBits: number): void {
    if (offsetBits > this.sourceEndBits) {
      this.headBits = Math.max(this.headBits, this.sourceEndBits);
      this.requireSource(1);
    }
    this.headBits = offsetBits;
  }

  /** The next `sizeBits` (1 to 128) as an unsigned integer. */
  readBits(sizeBits: number, byteOrder: ByteOrder): bigint {
    this.requireContent(sizeBits);
    this.requireSource(sizeBits);
    this.#checkByteOrder(byteOrder);
    const bitInByte = this.headBits % 8;
    const firstByte = (this.headBits - bitInByte) / 8;
    const countBytes = Math.ceil((bitInByte + sizeBits) / 8);
    let bits = 0n;
    for (let index = 0; index < countBytes; index++) {
      const offset = byteOrder === 'le' ? firstByte + countBytes - 1 - index : firstByte + index;
      bits = (bits << 8n) | BigInt(this.#byteAt(offset));
    }
    const shiftBits = byteOrder === 'le' ? bitInByte : countBytes * 8 - bitInByte - sizeBits;
    this.headBits += sizeBits;
    return BigInt.asUintN(sizeBits, bits >> BigInt(shiftBits));
  }

  /**
   * The next LEB128 number (CTF2-SPEC-2.0 §6.4.9): of each byte the low seven bits, the lowest first, and one bit that says
   * whether another byte follows; of a signed number the last byte's bit 6 is the sign. The tenth byte must be the last, and say
   * nothing beyond 64 bits.
   */
  readVariable(isSigned: boolean): { readonly value: bigint; readonly countBytes: number } {
    let value = 0n;
    for (let countBytes = 1; ; countBytes++) {
      this.requireContent(8);
      this.requireSource(8);
      const byte = this.#byteAt(this.headBits / 8);
      const isFitting = isSigned ? byte === 0 || byte === 0x7f : byte <= 1;
      if (countBytes === variableMaxBytes && !isFitting) {
        throw this.fault('integer-too-large', 'Oversized variable-length integer.');
      }
      this.headBits += 8;
      value |= BigInt(byte & 0x7f) << BigInt((countBytes - 1) * 7);
      if (byte < 0x80) {
        return { value: isSigned ? BigInt.asIntN(countBytes * 7, value) : value, countBytes };
      }
    }
  }

  /**
   * The bytes from here on, at most `pieceMaxBytes` or `countMax` of them: up to the end of the file, and with `nulBytes` up to
   * the first code unit of that size which is 0, which is included. The position stays where it is; the bytes hold until the
   * next call.
   */
  peekBytes(countMax: number, nulBytes: number | undefined): Uint8Array {
    const firstByte = this.headBits / 8;
    const count = Math.min(countMax, pieceMaxBytes, this.#source.sizeBytes - firstByte);
    let zeroBytes = 0;
    for (let index = 0; index < count; index++) {
      const byte = this.#byteAt(firstByte + index);
      this.#piece[index] = byte;
      if (nulBytes === undefined) continue;
      if (index % nulBytes === 0) zeroBytes = 0;
      if (byte === 0) zeroBytes += 1;
      if (zeroBytes === nulBytes) return this.#piece.subarray(0, index + 1);
    }
    return this.#piece.subarray(0, nulBytes === undefined ? count : count - (count % nulBytes));
  }

  #checkByteOrder(byteOrder: ByteOrder): void {
    const last = this.#lastByteOrder;
    if (this.headBits % 8 !== 0 && last !== undefined && last !== byteOrder) {
      throw this.fault(
        'byte-order-change-in-byte',
        `Changing byte order within a byte from ${byteOrderWords[last]} to ${byteOrderWords[byteOrder]}.`,
      );
    }
    this.#lastByteOrder = byteOrder;
  }

  #byteAt(offsetBytes: number): number {
    const inPage = offsetBytes - this.#pageBeginBytes;
    if (inPage >= 0 && inPage < this.#pageSizeBytes) return this.#page[inPage] as number;
    this.#pageBeginBytes = offsetBytes - (offsetBytes % pageSizeBytes);
    this.#pageSizeBytes = this.#source.read(this.#pageBeginBytes, this.#page);
    if (offsetBytes - this.#pageBeginBytes >= this.#pageSizeBytes) {
      throw this.fault('file-shrank', `Byte ${offsetBytes} is not there any more: the file became shorter.`);
    }
    return this.#page[offsetBytes - this.#pageBeginBytes] as number;
  }
}

/** `1 bit`, `24 bits`. */
function counted(sizeBits: number): string {
  return sizeBits === 1 ? '1 bit' : `${sizeBits} bits`;
}
