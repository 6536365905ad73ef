/** Where text goes: small pieces are gathered, large ones are handed on as they are. */
import { ByteWriter } from './byte-writer.ts';

const chunkSizeBytes = 64 * 1024;

export class TextOutput {
  /** For pieces; `flushLarge` is called after each of some length. */
  readonly pieces = new ByteWriter();
  readonly #write: (bytes: Uint8Array) => void;

  /** @param write gets bytes that hold until it returns */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }

  flushLarge(): void {
    if (this.pieces.length >= chunkSizeBytes) this.flush();
  }

  flush(): void {
    if (this.pieces.length > 0) this.#write(this.pieces.take());
  }

  /** Bytes that come after the pieces so far. */
  hand(bytes: Uint8Array): void {
    if (this.pieces.length + bytes.length < chunkSizeBytes) {
      this.pieces.bytes(bytes);
      return;
    }
    this.flush();
    this.#write(bytes);
  }
}
