/**
 * Records of a file that are in no run, copied to a part of the region each behind its place in the file: those that are no samples, that are
 * late, or damaged.
 *
 *   │ place │ record │ place │ record │ …
 */
import type { Window } from '../../events/engine.ts';
import { RecordList } from './record-list.ts';

const placeBytes = 8;

/** Records that wait to be handed out, and those that just were: they stay until `drop`. */
export class OtherRecords {
  readonly list = new RecordList();
  readonly #window: Window;
  readonly #begin: number;
  readonly #end: number;
  #used: number;

  /** @param begin where in the region there is room for them */
  constructor(window: Window, begin: number, sizeBytes: number) {
    this.#window = window;
    this.#begin = begin;
    this.#end = begin + sizeBytes;
    this.#used = begin;
  }

  has(at: number): boolean {
    return at >= this.#begin;
  }

  /** Where in the file a record is. */
  placeOf(at: number): number {
    const bytes = this.#window.bytes();
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(at - placeBytes);
  }

  /** In the file, of those that wait. */
  get leastPlace(): number {
    return this.list.count === 0 ? Number.POSITIVE_INFINITY : this.placeOf(this.list.at[0] as number);
  }

  /** Adds a record; false where there is no room for it. */
  add(
    view: DataView,
    at: number,
    sizeBytes: number,
    place: number,
    key: number,
    record: { readonly timeNs: number; readonly shape: number; readonly cpu: number },
  ): boolean {
    const to = this.#used + placeBytes;
    if (to + sizeBytes > this.#end) return false;
    const bytes = this.#window.bytes();
    new DataView(bytes.buffer, bytes.byteOffset).setFloat64(this.#used, place);
    bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, sizeBytes), to);
    this.list.push(key, record.timeNs, to, record.shape, record.cpu);
    this.#used = (to + sizeBytes + 7) & ~7;
    return true;
  }

  sort(limit: number): void {
    this.list.sort(limit);
  }

  /** Gives up those that were next, and their room. */
  drop(): void {
    const { list } = this;
    list.drop();
    const bytes = this.#window.bytes();
    let used = this.#begin;
    // They are in the order in which they came, so that none is moved onto one that is still to be moved.
    for (let index = 0; index < list.count; index++) {
      const at = list.at[index] as number;
      const sizeBytes = (list.shape[index] as number) & 0xffff;
      bytes.copyWithin(used, at - placeBytes, at + sizeBytes);
      list.at[index] = used + placeBytes;
      used = (used + placeBytes + sizeBytes + 7) & ~7;
    }
    this.#used = used;
  }
}
