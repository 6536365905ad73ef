/**
 * The pages of one CPU's buffer as one run of bytes, whether they stand in the file as they are or in compressed chunks (trace-cmd.dat.v7(5),
 * "COMPRESSION FORMAT OF THE TRACE DATA"). Of chunks one is in memory at a time.
 *
 *   count u32 │ compressed size u32, size u32, bytes │ compressed size u32, size u32, bytes │ …
 */
import { eventSizeMaxBytes } from '../../bytes/limits.ts';
import type { ByteSource } from '../../bytes/source.ts';
import { SourceReader } from '../../tracepoints/source-reader.ts';
import { decompress } from './decompress.ts';
import type { FileHead } from './file-head.ts';

/** Why bytes are missing. */
export interface BytesFault {
  /** `cut`: the file ends here; `chunk`: compressed bytes are not what they should be. */
  readonly kind: 'cut' | 'chunk';
  readonly place: string;
  readonly detail: string;
}

export interface BytesRead {
  /** How many bytes came. */
  readonly count: number;
  /** Why not all, where that is not the end of the pages. */
  readonly fault?: BytesFault;
  /** Where in the pages reading can go on behind the fault. */
  readonly resumeAt?: number;
}

export interface CpuBytes {
  /** How many bytes of pages there are; where the file is cut, how many are left. */
  readonly sizeBytes: number;
  /** What is wrong with where they stand, known before any is read. */
  readonly fault: BytesFault | undefined;
  /** Fills `target` from an offset in the pages on. */
  read(offsetBytes: number, target: Uint8Array): BytesRead;
  /** Where in the file the byte at an offset in the pages is, in words. */
  placeOf(offsetBytes: number): string;
}

/** Where in the file the bytes of one CPU are. */
export interface Region {
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export function plainBytes(source: ByteSource, region: Region): CpuBytes {
  const { offsetBytes, sizeBytes } = region;
  const remaining = Math.max(0, source.sizeBytes - offsetBytes);
  const isCut = sizeBytes > remaining;
  const detail = `Expected ${sizeBytes} bytes from byte ${offsetBytes} on, the file ends after ${remaining} of them`;
  const size = isCut ? remaining : sizeBytes;
  return {
    sizeBytes: size,
    fault: isCut ? { kind: 'cut', place: `byte ${source.sizeBytes}`, detail } : undefined,
    read: (at, target) => ({
      count:
        at >= size
          ? 0
          : source.read(offsetBytes + at, target.subarray(0, Math.min(target.length, size - at))),
    }),
    placeOf: (at) => `byte ${offsetBytes + at}`,
  };
}

const countBytes = 4;
const chunkHeaderBytes = 8;

/** Decompression may ask for a little more room than it needs. */
const chunkSpareBytes = 64;

/** Chunks that one CPU's buffer may have: 160 GB of pages in chunks as trace-cmd makes them. */
const chunkCountMax = 1 << 22;

export function chunkedBytes(source: ByteSource, head: FileHead, region: Region): CpuBytes {
  return new ChunkedBytes(source, head, region);
}

class ChunkedBytes implements CpuBytes {
  readonly sizeBytes: number;
  readonly fault: BytesFault | undefined;
  readonly #source: ByteSource;
  readonly #head: FileHead;
  /** By chunk: of its compressed bytes in the file, of its bytes in the pages; one more at the end. */
  #fileAt = new Float64Array(64);
  #packedBytes = new Uint32Array(64);
  #at = new Float64Array(65);
  #count = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  #chunkIndex = -1;

  constructor(source: ByteSource, head: FileHead, region: Region) {
    this.#source = source;
    this.#head = head;
    this.fault = region.sizeBytes === 0 ? undefined : this.#findChunks(region);
    this.sizeBytes = this.#at[this.#count] as number;
  }

  /** Steps over the chunks; stops at what can't be one. */
  #findChunks(region: Region): BytesFault | undefined {
    const { offsetBytes, sizeBytes } = region;
    // trace-cmd leaves the number of chunks out of the size (3.1.6), or counts it (3.3.1).
    const end = Math.min(offsetBytes + countBytes + sizeBytes, this.#source.sizeBytes);
    const cut = (detail: string): BytesFault => ({
      kind: 'cut',
      place: `byte ${this.#source.sizeBytes}`,
      detail,
    });
    if (offsetBytes + countBytes > end)
      return cut(`Expected the number of chunks at byte ${offsetBytes}, the file ends`);
    const reader = new SourceReader(this.#source, offsetBytes, end - offsetBytes);
    reader.byteOrder = this.#head.byteOrder;
    const wanted = reader.u32('the number of chunks');
    for (let index = 0; index < wanted; index++) {
      const at = reader.offsetBytes;
      if (reader.remainingBytes < chunkHeaderBytes)
        return cut(`Expected ${wanted} chunks, the CPU's bytes end after ${index} of them`);
      const packed = reader.u32('a compressed size');
      const plain = reader.u32('a size');
      const detail = unlikelyChunk(packed, plain, index);
      if (detail !== undefined) return { kind: 'chunk', place: `byte ${at}`, detail };
      if (packed > reader.remainingBytes)
        return cut(
          `Chunk ${index} of ${wanted} has ${packed} bytes, the CPU's bytes end after ${reader.remainingBytes}`,
        );
      this.#add(reader.offsetBytes, packed, plain);
      reader.skip(packed, 'a chunk');
    }
    return undefined;
  }

  #add(fileAt: number, packedBytes: number, sizeBytes: number): void {
    const index = this.#count;
    if (index === this.#fileAt.length) {
      this.#fileAt = grown(this.#fileAt, index * 2);
      this.#packedBytes = grownWords(this.#packedBytes, index * 2);
      this.#at = grown(this.#at, index * 2 + 1);
    }
    this.#fileAt[index] = fileAt;
    this.#packedBytes[index] = packedBytes;
    this.#at[index + 1] = (this.#at[index] as number) + sizeBytes;
    this.#count = index + 1;
  }

  read(offsetBytes: number, target: Uint8Array): BytesRead {
    let count = 0;
    while (count < target.length && offsetBytes + count < this.sizeBytes) {
      const index = this.#chunkOf(offsetBytes + count);
      const fault = this.#load(index);
      if (fault !== undefined) return { count, fault, resumeAt: this.#at[index + 1] as number };
      const from = offsetBytes + count - (this.#at[index] as number);
      const part = this.#chunk.subarray(from, from + target.length - count);
      target.set(part, count);
      count += part.length;
    }
    return { count };
  }

  placeOf(offsetBytes: number): string {
    if (this.#count === 0) return 'no chunk';
    const index = this.#chunkOf(Math.min(offsetBytes, this.sizeBytes - 1));
    return `byte ${offsetBytes - (this.#at[index] as number)} of the chunk at byte ${this.#fileAt[index]}`;
  }

  /** The chunk that a byte of the pages is in. */
  #chunkOf(offsetBytes: number): number {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#at[middle] as number) <= offsetBytes) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #load(index: number): BytesFault | undefined {
    if (index === this.#chunkIndex) return undefined;
    const fileAt = this.#fileAt[index] as number;
    const packed = new Uint8Array(this.#packedBytes[index] as number);
    const count = this.#source.read(fileAt, packed);
    const place = `chunk ${index} at byte ${fileAt}`;
    if (count < packed.length)
      return { kind: 'cut', place, detail: `Expected ${packed.length} bytes, found ${count}` };
    const sizeBytes = (this.#at[index + 1] as number) - (this.#at[index] as number);
    const plain = decompress(this.#head.compression, packed, sizeBytes);
    if (plain.kind === 'fault') return { kind: 'chunk', place, detail: plain.message };
    giveBack(this.#chunk);
    this.#chunk = plain.bytes;
    this.#chunkIndex = index;
    return undefined;
  }
}

/**
 * Gives back memory now: bytes of thousands of chunks would wait for a garbage collection that is long in coming, since it sees little
 * (measured on 5400 chunks of 40 KB: 133 MB instead of 175).
 */
function giveBack(bytes: Uint8Array): void {
  const buffer = bytes.buffer as ArrayBuffer & { transfer?(sizeBytes: number): ArrayBuffer };
  // What is much larger than its bytes is shared with others.
  const isOwn = bytes.byteOffset === 0 && buffer.byteLength - bytes.length < chunkSpareBytes;
  if (isOwn) buffer.transfer?.(0);
}

function unlikelyChunk(packedBytes: number, sizeBytes: number, index: number): string | undefined {
  if (packedBytes === 0 || sizeBytes === 0) return `Chunk ${index} has ${packedBytes} bytes for ${sizeBytes}`;
  if (sizeBytes > eventSizeMaxBytes)
    return `Chunk ${index} would have ${sizeBytes} bytes decompressed, at most ${eventSizeMaxBytes} are read`;
  return index >= chunkCountMax ? `There are more than ${chunkCountMax} chunks` : undefined;
}

function grown(values: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  const more = new Float64Array(count);
  more.set(values);
  return more;
}

function grownWords(values: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(count);
  more.set(values);
  return more;
}
