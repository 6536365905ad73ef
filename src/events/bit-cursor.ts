/**
 * Reads integers of any size at any bit of a window, in both byte orders (CTF 1.8 §4.1.5).
 *
 *   little endian: a field's low bits come first, from a byte's bit 0 up      byte 0 │7 6 5 4 3 2 1 0│  ← begins at bit 0
 *   big endian:    a field's high bits come first, from a byte's bit 7 down   byte 0 │0 1 2 3 4 5 6 7│  ← begins at bit 7
 *
 * Positions are bits from the window's first byte; a window is at most `eventSizeMaxBytes` long, so they are small integers.
 */
import type { ByteOrder } from './layout.ts';

/** Thrown when a record goes on beyond the window while its packet does too: the caller brings more bytes and tries again. */
export const needMoreBytes = Symbol('need more bytes');

/** Why the record at hand can't be decoded; the packet's remainder is lost. */
export class DecodeFault extends Error {
  readonly code: string;
  /** From the window's first byte. */
  readonly atBits: number;
  readonly field: string;

  constructor(code: string, message: string, atBits: number, field: string) {
    super(message);
    this.code = code;
    this.atBits = atBits;
    this.field = field;
  }
}

export class BitCursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  at = 0;
  /** Where reading must stop: the window's or the content's end, whichever comes first. */
  end = 0;
  /** How many bits of content follow the window. */
  contentBeyond = 0;
  /** The byte order of the last integer: it may not change within a byte. */
  byteOrder: ByteOrder | undefined;
  /** The upper and lower 32 bits of the last integer that has more than 32 bits; upper is signed for signed types. */
  high = 0;
  low = 0;
  /** How many more elements that may take no space are read in this packet: what keeps `struct {} a[n]` from taking forever. */
  emptyElementsLeft = 0;
  /** Where the bytes of the scope at hand begin: what offsets in a record count from. Set for records in frames. */
  scopeBegin = 0;
  /** What ends at `end`, for messages. */
  container = "the packet's content";
  /** The member that is being read, for messages. */
  field = '';

  /** @param contentBits bits of content from the window's first byte on, of which those in `bytes` can be read */
  setWindow(bytes: Uint8Array, at: number, contentBits: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    const windowBits = bytes.length * 8;
    this.end = Math.min(windowBits, contentBits);
    this.contentBeyond = Math.max(0, contentBits - windowBits);
    this.byteOrder = undefined;
  }

  /** The same window where it is now; position and bounds stay. */
  moveWindow(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fault(code: string, message: string): never {
    throw new DecodeFault(code, message, this.at, this.field);
  }

  /** Makes sure that `countBits` can be read from here. */
  need(countBits: number): void {
    if (this.at + countBits <= this.end) return;
    if (this.at + countBits <= this.end + this.contentBeyond) throw needMoreBytes;
    const remaining = this.end + this.contentBeyond - this.at;
    this.fault(
      'beyond-content',
      `${countBits} bits wanted where ${remaining} bits of ${this.container} remain`,
    );
  }

  /** Bits of content from here to the packet's end, in the window or not. */
  get remainingBits(): number {
    return this.end + this.contentBeyond - this.at;
  }

  /** What is left of the content is less than a byte. */
  get isWithinLastByte(): boolean {
    return (this.at & 7) !== 0 && this.at < this.end && this.remainingBits <= 8 - (this.at & 7);
  }

  align(alignmentBits: number): void {
    const rest = this.at % alignmentBits;
    if (rest === 0) return;
    this.need(alignmentBits - rest);
    this.at += alignmentBits - rest;
  }

  #checkByteOrder(order: ByteOrder): void {
    if ((this.at & 7) !== 0 && this.byteOrder !== undefined && this.byteOrder !== order) {
      this.fault(
        'byte-order-change',
        `the byte order changes from ${this.byteOrder} to ${order} within a byte`,
      );
    }
    this.byteOrder = order;
  }

  /** An unsigned integer of 1 to 32 bits. */
  unsigned32(sizeBits: number, order: ByteOrder): number {
    this.need(sizeBits);
    this.#checkByteOrder(order);
    const at = this.at;
    this.at = at + sizeBits;
    if ((at & 7) === 0) {
      if (sizeBits === 8) return this.bytes[at >> 3] as number;
      if (sizeBits === 32) return this.view.getUint32(at >> 3, order === 'le');
      if (sizeBits === 16) return this.view.getUint16(at >> 3, order === 'le');
    }
    return order === 'le' ? this.#bitsLittleEndian(at, sizeBits) : this.#bitsBigEndian(at, sizeBits);
  }

  signed32(sizeBits: number, order: ByteOrder): number {
    const value = this.unsigned32(sizeBits, order);
    const unused = 32 - sizeBits;
    return (value << unused) >> unused;
  }

  /** An integer of 33 to 64 bits into `high` and `low`. */
  wide(sizeBits: number, order: ByteOrder, isSigned: boolean): void {
    this.need(sizeBits);
    const upperBits = sizeBits - 32;
    if (order === 'le') {
      this.low = this.unsigned32(32, order);
      this.high = this.unsigned32(upperBits, order);
    } else {
      this.high = this.unsigned32(upperBits, order);
      this.low = this.unsigned32(32, order);
    }
    if (isSigned) {
      const unused = 32 - upperBits;
      this.high = (this.high << unused) >> unused;
    }
  }

  /**
   * An integer of 1 to 64 bits into `high` and `low`, whose bits stand in the order that is not natural for its byte order
   * (CTF2-SPEC-2.0 §6.4.3): the last one that is read is the lowest of a little-endian integer.
   */
  reversed(sizeBits: number, order: ByteOrder, isSigned: boolean): void {
    if (sizeBits <= 32) {
      const bits = reverse32(this.unsigned32(sizeBits, order));
      const unused = 32 - sizeBits;
      this.high = isSigned ? bits >> 31 : 0;
      this.low = (isSigned ? bits >> unused : bits >>> unused) >>> 0;
      return;
    }
    this.wide(sizeBits, order, false);
    const upper = reverse32(this.low);
    const lower = reverse32(this.high);
    const unused = 64 - sizeBits;
    this.low = (unused === 0 ? lower : (lower >>> unused) | (upper << (32 - unused))) >>> 0;
    this.high = isSigned ? upper >> unused : upper >>> unused;
  }

  /**
   * A LEB128 integer into `high` and `low` (CTF2-SPEC-2.0 §6.4.9, §6.4.10). The tenth byte has room for one bit of 64; an
   * eleventh has none.
   * @returns how many bytes it has
   */
  variableLength(isSigned: boolean): number {
    let [low, high, count] = [0, 0, 0];
    for (;;) {
      this.need(8);
      const byte = this.bytes[this.at >> 3] as number;
      const bits = byte & 0x7f;
      const shift = 7 * count;
      if (count === 9 && bits !== byte) this.#oversized();
      if (count === 9 && (isSigned ? bits !== 0 && bits !== 0x7f : bits > 1)) this.#oversized();
      if (shift <= 28) low |= bits << shift;
      if (shift === 28) high = bits >> 4;
      else if (shift > 28) high |= bits << (shift - 32);
      this.at += 8;
      count++;
      if (bits !== byte) continue;
      if (isSigned && (bits & 0x40) !== 0) {
        if (shift + 7 < 32) {
          low |= -1 << (shift + 7);
          high = -1;
        } else if (shift + 7 < 64) high |= -1 << (shift + 7 - 32);
      }
      this.low = low >>> 0;
      this.high = isSigned ? high : high >>> 0;
      return count;
    }
  }

  #oversized(): never {
    this.fault('oversized-integer', 'a variable-length integer has more than 64 bits');
  }

  /** `high` and `low` as one number, exact below 2^53. */
  get wideNumber(): number {
    return this.high * 4294967296 + this.low;
  }

  get wideBigint(): bigint {
    halves.setUint32(0, this.low, true);
    halves.setInt32(4, this.high, true);
    return this.high < 0 ? halves.getBigInt64(0, true) : halves.getBigUint64(0, true);
  }

  #bitsLittleEndian(at: number, sizeBits: number): number {
    let value = 0;
    let scale = 1;
    let position = at;
    let left = sizeBits;
    while (left > 0) {
      const shift = position & 7;
      const count = Math.min(8 - shift, left);
      const part = ((this.bytes[position >> 3] as number) >> shift) & ((1 << count) - 1);
      value += part * scale;
      scale *= 1 << count;
      position += count;
      left -= count;
    }
    return value;
  }

  #bitsBigEndian(at: number, sizeBits: number): number {
    let value = 0;
    let position = at;
    let left = sizeBits;
    while (left > 0) {
      const shift = position & 7;
      const count = Math.min(8 - shift, left);
      const part = ((this.bytes[position >> 3] as number) >> (8 - shift - count)) & ((1 << count) - 1);
      value = value * (1 << count) + part;
      position += count;
      left -= count;
    }
    return value;
  }
}

/** Of one number of 64 bits: shifting bigints would make several. */
const halves = new DataView(new ArrayBuffer(8));

/** The 32 bits of a number from last to first, as a signed number. */
function reverse32(value: number): number {
  let bits = ((value >>> 1) & 0x55555555) | ((value & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return (bits >>> 16) | (bits << 16);
}
