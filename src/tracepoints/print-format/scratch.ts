import { ByteWriter } from '../../events/text/byte-writer.ts';

/** Text that is looked at before it is written. */
export class Scratch {
  readonly #out = new ByteWriter();

  /** The text that `write` writes; valid until the next call. */
  textOf(write: (out: ByteWriter) => void): Uint8Array {
    this.#out.take();
    write(this.#out);
    return this.#out.take();
  }
}
