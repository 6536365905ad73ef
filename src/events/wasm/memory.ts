/**
 * One WebAssembly memory for all streams of a reading: windows, columns and decoder states are blocks in it.
 *
 * Growing a memory detaches every view on it. Whoever keeps views is told (`onMove`) and makes them anew.
 */
const pageSizeBytes = 65536;
/** Generated loads may read up to so many bytes beyond what they need: 32 with it, a kilobyte to have it sooner when it is needed. */
const slackBytes = 2048;
const skewStepBytes = 192;
const skewMaxBytes = 4096;
/** Addresses are compared as signed numbers. */
const sizeMaxBytes = 0x7fff0000;

export class WasmMemory {
  readonly memory: WebAssembly.Memory;
  /** Counts growths: views made in an earlier epoch are detached. */
  epoch = 0;
  #used = 16;
  #skew = 0;
  readonly #free = new Map<number, number[]>();
  readonly #listeners = new Set<() => void>();

  /** @param sizeBytes what is reserved at first; pages are only taken from the system once they are written to */
  constructor(sizeBytes: number) {
    this.memory = new WebAssembly.Memory({ initial: Math.ceil((sizeBytes + slackBytes) / pageSizeBytes) });
  }

  get buffer(): ArrayBuffer {
    return this.memory.buffer as ArrayBuffer;
  }

  /** In blocks, whether they are in use or were given back. */
  get usedBytes(): number {
    return this.#used;
  }

  onMove(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * A block of at least `sizeBytes`, aligned to 8; its content is undefined. Sizes are few, so that freed blocks fit again.
   * Nothing is nowhere: no bytes are at 0, and giving them back gives nothing back.
   */
  allocate(sizeBytes: number): number {
    if (sizeBytes === 0) return 0;
    const size = blockSize(sizeBytes);
    const freed = this.#free.get(size)?.pop();
    if (freed !== undefined) return freed;
    // Blocks of equal sizes one right after the other would compete for the same lines of the cache.
    this.#skew = (this.#skew + skewStepBytes) % skewMaxBytes;
    const address = this.#used + (size >= skewMaxBytes ? this.#skew : 0);
    const end = address + size;
    if (end + slackBytes > sizeMaxBytes) throw new RangeError('decoding needs more than 2 GiB of memory');
    const missing = end + slackBytes - this.buffer.byteLength;
    if (missing > 0) {
      const wanted = Math.max(
        missing,
        Math.min(this.buffer.byteLength, sizeMaxBytes - this.buffer.byteLength),
      );
      this.memory.grow(Math.ceil(wanted / pageSizeBytes));
      this.epoch++;
      for (const listener of this.#listeners) listener();
    }
    this.#used = end;
    return address;
  }

  release(address: number, sizeBytes: number): void {
    if (sizeBytes === 0) return;
    const size = blockSize(sizeBytes);
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [address]);
    else list.push(address);
  }
}

/** Powers of two, and three sizes between each and the next. */
function blockSize(sizeBytes: number): number {
  const step = Math.max(64, 2 ** (29 - Math.clz32(sizeBytes - 1)));
  return Math.ceil(sizeBytes / step) * step;
}
