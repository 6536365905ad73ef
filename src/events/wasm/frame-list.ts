/** A frame list in the memory of generated code: its arrays one after the other in one block, those of 8 bytes an element first. */
import type { FrameList } from '../frames.ts';
import type { WasmMemory } from './memory.ts';

const frameSizeBytes = 2 * 8 + 6 * 4;

export class WasmFrameList implements FrameList {
  readonly capacity: number;
  count = 0;
  readonly #memory: WasmMemory;
  readonly #address: number;
  readonly #sizeBytes: number;
  #epoch: number;
  #views: ReturnType<typeof viewsOf>;

  constructor(memory: WasmMemory, capacity: number) {
    this.#memory = memory;
    this.capacity = capacity;
    this.#sizeBytes = Math.max(1, capacity) * frameSizeBytes;
    this.#address = memory.allocate(this.#sizeBytes);
    this.#epoch = memory.epoch;
    new Uint8Array(memory.buffer, this.#address, this.#sizeBytes).fill(0);
    this.#views = viewsOf(memory.buffer, this.#address, capacity);
  }

  get #now() {
    if (this.#epoch !== this.#memory.epoch) {
      this.#epoch = this.#memory.epoch;
      this.#views = viewsOf(this.#memory.buffer, this.#address, this.capacity);
    }
    return this.#views;
  }

  get classId(): Uint32Array {
    return this.#now.classId;
  }

  get timeNs(): Float64Array {
    return this.#now.timeNs;
  }

  get cycles(): BigUint64Array {
    return this.#now.cycles;
  }

  get cpu(): Int32Array {
    return this.#now.cpu;
  }

  get contextAt(): Uint32Array {
    return this.#now.contextAt;
  }

  get contextEnd(): Uint32Array {
    return this.#now.contextEnd;
  }

  get bodyAt(): Uint32Array {
    return this.#now.bodyAt;
  }

  get bodyEnd(): Uint32Array {
    return this.#now.bodyEnd;
  }

  release(): void {
    this.#memory.release(this.#address, this.#sizeBytes);
  }
}

function viewsOf(buffer: ArrayBuffer, address: number, capacity: number) {
  const words = (place: number) => [buffer, address + (16 + 4 * place) * capacity, capacity] as const;
  return {
    timeNs: new Float64Array(buffer, address, capacity),
    cycles: new BigUint64Array(buffer, address + 8 * capacity, capacity),
    classId: new Uint32Array(...words(0)),
    cpu: new Int32Array(...words(1)),
    contextAt: new Uint32Array(...words(2)),
    contextEnd: new Uint32Array(...words(3)),
    bodyAt: new Uint32Array(...words(4)),
    bodyEnd: new Uint32Array(...words(5)),
  };
}
