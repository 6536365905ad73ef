/**
 * Texts by small numbers, so that per event only numbers move: a text that was seen before is found by its bytes and is
 * never decoded again.
 */
import { grown } from '../events/columns.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Texts up to this long are compared whole, four bytes at a time: names of threads have 15. */
export const wideBytes = 16;
/** Of an id: the text's length, and its bytes with zeros behind them. */
const wideInts = 1 + wideBytes / 4;

/** Each distinct text once. Number 0 is the empty text, which stands for "unknown". */
export class Names {
  readonly #texts: string[] = [];
  /** Of what was asked for as text, to be found again without its bytes. */
  readonly #ids = new Map<string, number>();
  #bytes: Uint8Array = new Uint8Array(4096);
  #used = 0;
  #starts: Uint32Array = new Uint32Array(64);
  #hashes: Uint32Array = new Uint32Array(64);
  #wide: Int32Array = new Int32Array(64 * wideInts);
  /** Open addressing: a number + 1, or 0. Its length is a power of two. */
  #slots: Int32Array = new Int32Array(128);

  constructor() {
    this.idOf('');
  }

  get count(): number {
    return this.#texts.length;
  }

  text(id: number): string {
    return this.#texts[id] as string;
  }

  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const bytes = encoder.encode(text);
    const id = this.idOfBytes(bytes, 0, bytes.length);
    this.#ids.set(text, id);
    return id;
  }

  /** @param bytes UTF-8; what is not becomes U+FFFD in the text */
  idOfBytes(bytes: Uint8Array, start: number, length: number): number {
    let hash = 0x811c9dc5;
    for (let index = start; index < start + length; index++) {
      hash = Math.imul(hash ^ (bytes[index] as number), 0x01000193);
    }
    hash >>>= 0;
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const id = (this.#slots[slot] as number) - 1;
      if (id < 0) return this.#add(bytes.subarray(start, start + length), hash, slot);
      if (this.#hashes[id] === hash && this.isEqual(id, bytes, start, length)) return id;
      slot = (slot + 1) & mask;
    }
  }

  /** Whether a text is that of an id. */
  isEqual(id: number, bytes: Uint8Array, start: number, length: number): boolean {
    const from = this.#starts[id] as number;
    if ((this.#starts[id + 1] as number) - from !== length) return false;
    for (let index = 0; index < length; index++) {
      if (this.#bytes[from + index] !== bytes[start + index]) return false;
    }
    return true;
  }

  /**
   * The same where 16 bytes can be read from `start` on, whatever is behind the text. Zeros are told fast; where it says no, `isEqual`
   * knows.
   */
  isWide(id: number, view: DataView, start: number, length: number): boolean {
    const wide = this.#wide;
    const at = id * wideInts;
    return (
      wide[at] === length &&
      wide[at + 1] === view.getInt32(start, true) &&
      wide[at + 2] === view.getInt32(start + 4, true) &&
      wide[at + 3] === view.getInt32(start + 8, true) &&
      wide[at + 4] === view.getInt32(start + 12, true)
    );
  }

  #add(bytes: Uint8Array, hash: number, slot: number): number {
    const id = this.#texts.length;
    if (id + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, id + 2);
      this.#hashes = grown(this.#hashes, id + 2);
      this.#wide = grown(this.#wide, (id + 2) * wideInts);
    }
    if (this.#used + bytes.length > this.#bytes.length)
      this.#bytes = grown(this.#bytes, this.#used + bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
    this.#starts[id + 1] = this.#used;
    this.#hashes[id] = hash;
    this.#addWide(id, bytes);
    this.#texts.push(decoder.decode(bytes));
    this.#slots[slot] = id + 1;
    if (this.#texts.length * 2 > this.#slots.length) this.#rehash();
    return id;
  }

  #addWide(id: number, bytes: Uint8Array): void {
    const at = id * wideInts;
    this.#wide[at] = bytes.length <= wideBytes ? bytes.length : -1;
    const padded = new Uint8Array(wideBytes);
    padded.set(bytes.subarray(0, wideBytes));
    const view = new DataView(padded.buffer);
    for (let word = 0; word < wideInts - 1; word++) this.#wide[at + 1 + word] = view.getInt32(word * 4, true);
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#texts.length; id++) {
      let slot = (this.#hashes[id] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }
}
