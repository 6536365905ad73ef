/** The bytes of a WebAssembly module, as the core specification's binary format (§5) wants them. */

export class WasmBytes {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  bytes(values: ArrayLike<number>): this {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
    return this;
  }

  /** LEB128 of an unsigned 32-bit integer. */
  unsigned(value: number): this {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.byte(isLast ? low : low | 0x80);
      if (isLast) return this;
    }
  }

  /** Signed LEB128 of a 64-bit integer. */
  signed64(value: bigint): this {
    let rest = BigInt.asIntN(64, value);
    for (;;) {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      const isLast = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
      this.byte(isLast ? low : low | 0x80);
      if (isLast) return this;
    }
  }

  /** Always five bytes, so that the value can be written later with `patchPadded`. */
  padded(value: number): this {
    const at = this.#length;
    this.bytes([0, 0, 0, 0, 0]);
    this.patchPadded(at, value);
    return this;
  }

  /** Sets what `padded` wrote at `at`: a non-negative i32, valid as unsigned and as signed LEB128. */
  patchPadded(at: number, value: number): void {
    for (let index = 0; index < 5; index++) {
      const low = (value >>> (7 * index)) & 0x7f;
      this.#bytes[at + index] = index < 4 ? low | 0x80 : low & 0x0f;
    }
  }

  float64(value: number): this {
    const raw = new Uint8Array(8);
    new DataView(raw.buffer).setFloat64(0, value, true);
    return this.bytes(raw);
  }

  /** A vector of bytes: its length, then the bytes. */
  sized(content: Uint8Array): this {
    return this.unsigned(content.length).bytes(content);
  }

  text(value: string): this {
    return this.sized(new TextEncoder().encode(value));
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length) as Uint8Array<ArrayBuffer>;
  }
}
