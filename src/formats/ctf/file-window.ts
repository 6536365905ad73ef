/**
 * The part of a stream file that is in memory: records are decoded in it, and packet heads that lie in it are read from it
 * without asking the file again.
 */
import { eventSizeMaxBytes } from '../../bytes/limits.ts';
import type { ByteSource } from '../../bytes/source.ts';
import type { Decoding, Window } from '../../events/engine.ts';

export class FileWindow {
  readonly #decoding: Decoding;
  #window: Window;
  #source: ByteSource | undefined;
  /** Of the window's first byte in the file. */
  #offset = 0;
  #length = 0;
  #isShort = false;

  constructor(decoding: Decoding, sizeBytes: number) {
    this.#decoding = decoding;
    this.#window = decoding.allocateWindow(sizeBytes);
  }

  /** A view of a file that serves from the window what is in it. Bytes of another file are forgotten. */
  over(source: ByteSource): ByteSource {
    this.#source = source;
    this.#length = 0;
    return {
      name: source.name,
      sizeBytes: source.sizeBytes,
      read: (offsetBytes, target) => {
        const from = offsetBytes - this.#offset;
        if (this.#source !== source || from < 0 || from + target.length > this.#length) {
          return source.read(offsetBytes, target);
        }
        target.set(this.#window.bytes().subarray(from, from + target.length));
        return target.length;
      },
      close: () => source.close(),
    };
  }

  get offsetBytes(): number {
    return this.#offset;
  }

  get endBytes(): number {
    return this.#offset + this.#length;
  }

  get canGrow(): boolean {
    return this.#window.sizeBytes < eventSizeMaxBytes;
  }

  /** The file had fewer bytes than it said: it became shorter while it was read. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Fills the window from `offsetBytes` on. What was in it is gone. */
  load(offsetBytes: number): void {
    this.#offset = offsetBytes;
    const wanted = Math.min(this.#window.sizeBytes, (this.#source?.sizeBytes ?? 0) - offsetBytes);
    this.#length = this.#source?.read(offsetBytes, this.#window.bytes()) ?? 0;
    this.#isShort = this.#length < wanted;
  }

  /** The same with twice the room. */
  grow(): void {
    const sizeBytes = this.#window.sizeBytes * 2;
    this.#window.release();
    this.#window = this.#decoding.allocateWindow(sizeBytes);
    this.#length = 0;
  }

  /** The bytes in the window from `offsetBytes` on. */
  bytesFrom(offsetBytes: number): Uint8Array {
    return this.#window.bytes().subarray(offsetBytes - this.#offset, this.#length);
  }

  release(): void {
    this.#window.release();
    this.#length = 0;
  }
}
