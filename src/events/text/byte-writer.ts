/** Text as it is made: bytes that grow, taken away in pieces by whoever writes them out. */

const encoder = new TextEncoder();
const zero = 0x30;

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1 << 16);
  #length = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(source: Uint8Array): void {
    this.#reserve(source.length);
    this.#bytes.set(source, this.#length);
    this.#length += source.length;
  }

  /** Text that is known to be ASCII. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.#length = at;
  }

  /** Any text, as UTF-8. */
  text(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** A whole number in decimal. */
  decimal(value: number | bigint): void {
    if (typeof value === 'bigint' || value < 0 || value > 0xffff_ffff) {
      this.ascii(String(value));
      return;
    }
    this.padded(value, digitCount(value));
  }

  /** The last `width` decimal digits of a whole number from 0 to 2^53. */
  padded(value: number, width: number): void {
    this.#reserve(width);
    let rest = value;
    for (let at = this.#length + width - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = zero + (rest - tenth * 10);
      rest = tenth;
    }
    this.#length += width;
  }

  #reserve(count: number): void {
    if (this.#length + count > this.#bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}
