/**
 * Walks the records of one page of the kernel's ring buffer, in place (kernel's kernel/trace/ring_buffer.c; the same pages come from
 * trace.dat, `trace_pipe_raw` and a mapped buffer).
 *
 *   page    timestamp u64 │ commit: size in bits 0–26, bit 30 count of missed events behind the data, bit 31 events were missed │ data
 *   data    word: type 5 bits, delta 27 bits (big endian: type in the upper bits)
 *     0       length in the next word, itself included, then the record
 *     1–28    record of 4 times as many bytes
 *     29      no record: the next word says how many bytes, itself included
 *     30      the next word has the delta's upper bits
 *     31      the next word has bits 27–58 of a time of its own, whose bits 59–63 are the time's so far
 *
 * A page's times are counted from its timestamp, as numbers that are exact up to 2^53: no record makes an object or a bigint. What is
 * wrong ends the page, is said in `fault`, and what was read before it holds.
 */
import type { ByteOrder } from '../events/layout.ts';
import type { PageLayout } from './page-layout.ts';

/** Why a page was left before its end. `cut`: the file ends within it; the rest is damage. */
export interface PageFault {
  readonly kind: 'cut' | 'commit' | 'record';
  /** In the bytes that `begin` was given. */
  readonly atBytes: number;
  /** One sentence. */
  readonly detail: string;
}

const commitMask = 0x7ffffff;
const missedEvents = 0x80000000;
const missedStored = 0x40000000;
const deltaMask = 0x7ffffff;
/** One more than a delta's largest: the weight of the next word. */
const deltaRange = 2 ** 27;
const wordRange = 2 ** 32;
const none = new DataView(new ArrayBuffer(0));

const typeLengthInWord = 0;
/** Types up to this one say the length themselves. */
const typeLengthMax = 28;
const typePadding = 29;
const typeTimeExtend = 30;
const typeTimeStamp = 31;

export class RingBufferPage {
  /** Where the current record's bytes (from `common_type` on) begin and end, in the bytes that `begin` was given. */
  recordAt = 0;
  recordEnd = 0;
  /** The current record's time, counted from the page's timestamp, in units of the trace's clock (ns with most). */
  elapsed = 0;
  /** Events lost before this page: 0 none, -1 unknown how many. */
  missed = 0;
  /** Why the page is not read up to its end; complete once `next` has returned false. */
  fault: PageFault | undefined;

  readonly #layout: PageLayout;
  readonly #isLittle: boolean;
  #view: DataView = none;
  #next = 0;
  #end = 0;
  #dataAt = 0;
  #time = { low: 0, high: 0 };
  #elapsedAll = 0;

  constructor(layout: PageLayout, byteOrder: ByteOrder) {
    this.#layout = layout;
    this.#isLittle = byteOrder === 'le';
  }

  /** The page's own time: the first record's is not before it. */
  get timestamp(): bigint {
    return (BigInt(this.#time.high) << 27n) | BigInt(this.#time.low);
  }

  /** How many bytes of records the page has. */
  get dataSizeBytes(): number {
    return this.#end - this.#dataAt;
  }

  /**
   * Begins with a page; `next` moves to its first record.
   * @param pageAt where it begins in `bytes`
   * @param pageSizeBytes of a whole page of this buffer; fewer bytes are a page that is cut off
   */
  begin(bytes: Uint8Array, pageAt: number, pageSizeBytes: number): void {
    this.fault = undefined;
    this.missed = 0;
    this.elapsed = 0;
    this.#elapsedAll = 0;
    this.#time = { low: 0, high: 0 };
    this.#dataAt = pageAt + this.#layout.dataOffsetBytes;
    this.#next = this.#dataAt;
    this.#end = this.#dataAt;
    if (
      this.#view.buffer !== bytes.buffer ||
      this.#view.byteOffset !== bytes.byteOffset ||
      this.#view.byteLength !== bytes.length
    ) {
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const pageEnd = Math.min(bytes.length, pageAt + pageSizeBytes);
    if (this.#dataAt > pageEnd) {
      this.#leave(
        'cut',
        pageAt,
        `Expected a page of ${pageSizeBytes} bytes, found ${Math.max(0, bytes.length - pageAt)}.`,
      );
      return;
    }
    this.#readHeader(pageAt, pageEnd, pageSizeBytes);
  }

  #readHeader(pageAt: number, pageEnd: number, pageSizeBytes: number): void {
    const timeAt = pageAt + this.#layout.timestampOffsetBytes;
    const low = this.#view.getUint32(this.#isLittle ? timeAt : timeAt + 4, this.#isLittle);
    const high = this.#view.getUint32(this.#isLittle ? timeAt + 4 : timeAt, this.#isLittle);
    this.#time = { low: low & deltaMask, high: high * 32 + (low >>> 27) };
    const commitAt = pageAt + this.#layout.commitOffsetBytes;
    const isUpperFirst = !this.#isLittle && this.#layout.commitSizeBytes === 8;
    const commit = this.#view.getUint32(isUpperFirst ? commitAt + 4 : commitAt, this.#isLittle);
    const size = commit & commitMask;
    const room = pageSizeBytes - this.#layout.dataOffsetBytes;
    if (size > room) {
      this.#leave(
        'commit',
        commitAt,
        `The page says that it has ${size} bytes of records, but has room for ${room}.`,
      );
      return;
    }
    this.#end = Math.min(this.#dataAt + size, pageEnd);
    if (this.#dataAt + size > pageEnd) {
      const detail = `Expected ${size} bytes of records in the page, found ${pageEnd - this.#dataAt}.`;
      this.fault = { kind: 'cut', atBytes: pageEnd, detail };
    }
    if ((commit & missedEvents) !== 0) this.missed = this.#missedCount(commit, pageEnd);
  }

  #missedCount(commit: number, pageEnd: number): number {
    const at = this.#dataAt + (commit & commitMask);
    const size = this.#layout.commitSizeBytes;
    if ((commit & missedStored) === 0 || at + size > pageEnd) return -1;
    if (size === 4) return this.#view.getUint32(at, this.#isLittle);
    const low = this.#view.getUint32(this.#isLittle ? at : at + 4, this.#isLittle);
    const high = this.#view.getUint32(this.#isLittle ? at + 4 : at, this.#isLittle);
    return high * wordRange + low;
  }

  /** Moves to the next record. @returns false at the page's end, and where `fault` says why it was left */
  next(): boolean {
    const view = this.#view;
    const isLittle = this.#isLittle;
    const end = this.#end;
    let at = this.#next;
    while (at + 4 <= end) {
      const word = view.getUint32(at, isLittle);
      const type = isLittle ? word & 31 : word >>> 27;
      const delta = isLittle ? word >>> 5 : word & deltaMask;
      if (type >= 1 && type <= typeLengthMax) {
        const recordEnd = at + 4 + type * 4;
        if (recordEnd > end) return this.#leave('record', at, beyond(type * 4, end - at - 4));
        this.#elapsedAll += delta;
        this.elapsed = this.#elapsedAll;
        this.recordAt = at + 4;
        this.recordEnd = recordEnd;
        this.#next = recordEnd;
        return true;
      }
      const next = this.#readLong(at, type, delta);
      if (next === undefined) return false;
      if (type === typeLengthInWord) return true;
      at = next;
    }
    if (at < end) return this.#leave('record', at, beyond(4, end - at));
    this.#next = at;
    return false;
  }

  /** What has a second word. @returns where it ends, undefined where the page ends with it */
  #readLong(at: number, type: number, delta: number): number | undefined {
    const room = this.#end - at - 4;
    if (type === typePadding && delta === 0) {
      this.#leave('record', at, 'Padding up to the end of the page stands among its records.');
      return undefined;
    }
    if (room < 4) {
      this.#leave('record', at, beyond(4, room));
      return undefined;
    }
    const second = this.#view.getUint32(at + 4, this.#isLittle);
    if (type === typeTimeExtend) this.#elapsedAll += delta + second * deltaRange;
    if (type === typeTimeStamp) this.#elapsedAll = this.#elapsedAt(delta, second);
    if (type >= typeTimeExtend) return at + 8;
    if (second < 4 || second > room) {
      const detail =
        second < 4
          ? `A record says that it is ${second} bytes long, its length included.`
          : beyond(second, room);
      this.#leave('record', at, detail);
      return undefined;
    }
    this.#elapsedAll += delta;
    this.elapsed = this.#elapsedAll;
    // An odd end may be the page's.
    const next = Math.min(this.#end, at + 4 + Math.ceil(second / 4) * 4);
    if (type === typeLengthInWord) {
      this.recordAt = at + 8;
      this.recordEnd = at + 4 + second;
      this.#next = next;
    }
    return next;
  }

  /** Of an absolute time without its five upper bits: they are the time's so far, or one more where that would go back. */
  #elapsedAt(low: number, high32: number): number {
    const { low: pageLow, high: pageHigh } = this.#time;
    const sum = pageLow + this.#elapsedAll;
    const nowHigh = pageHigh + Math.floor(sum / deltaRange);
    const nowLow = sum - Math.floor(sum / deltaRange) * deltaRange;
    const top = Math.floor(nowHigh / wordRange);
    let high = top * wordRange + high32;
    if (top > 0 && (high < nowHigh || (high === nowHigh && low < nowLow))) high += wordRange;
    return (high - pageHigh) * deltaRange + (low - pageLow);
  }

  #leave(kind: PageFault['kind'], atBytes: number, detail: string): false {
    this.fault ??= { kind, atBytes, detail };
    this.#next = this.#end;
    return false;
  }
}

function beyond(wanted: number, found: number): string {
  return `A record needs ${wanted} more bytes, but ${found} are left of the page's records.`;
}
