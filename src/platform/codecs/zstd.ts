/**
 * Zstandard (RFC 8878), decompressed piece by piece: recorders flush after a few records, so that blocks are tiny and
 * there are many of them; the work for each is in proportion to its size.
 *
 *   frame   28 b5 2f fd │ descriptor │ window │ dictionary id │ content size │ blocks: {3 bytes: last, type, size} content │ checksum
 */
import { blockSizeMaxBytes, ZstdBlocks } from './zstd-block.ts';

/** Receives decompressed bytes, which are valid during the call. */
export type ZstdSink = (bytes: Uint8Array) => void;

/** The largest window of the highest level that recorders offer (22). */
const windowSizeMaxBytes = 128 * 1024 * 1024;
const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const headerSizeMaxBytes = 18;

/** A stream of frames, of which the end may be missing. After an error it is of no more use. */
export class ZstdStream {
  readonly #sink: ZstdSink;
  #blocks: ZstdBlocks | undefined;
  #type = 0;
  #repeat = 0;
  /** What has come of a block's content that is not complete. */
  readonly #content = new Uint8Array(blockSizeMaxBytes);
  #contentCount = 0;
  #state: 'frame' | 'block' | 'content' | 'last content' | 'checksum' | 'skip' = 'frame';
  /** What is left of the content, of the checksum, or of what is skipped. */
  #leftBytes = 0;
  #hasChecksum = false;
  /** Bytes of a header that is not complete. */
  readonly #head = new Uint8Array(headerSizeMaxBytes);
  #headCount = 0;
  #outputLeftBytes = 0;

  constructor(sink: ZstdSink) {
    this.#sink = sink;
  }

  /**
   * @param sizeMaxBytes more than so many bytes are not decompressed from this piece
   * @throws Error when the bytes are no zstd stream, or give more
   */
  push(bytes: Uint8Array, sizeMaxBytes: number): void {
    this.#outputLeftBytes = sizeMaxBytes;
    let at = 0;
    while (at < bytes.length) at = this.#step(bytes, at);
  }

  #step(bytes: Uint8Array, at: number): number {
    switch (this.#state) {
      case 'frame':
        return this.#readFrameHeader(bytes, at);
      case 'block':
        return this.#readBlockHeader(bytes, at);
      default:
        return this.#readContent(bytes, at);
    }
  }

  #readContent(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#leftBytes);
    const isWhole = this.#contentCount === 0 && end - at === this.#leftBytes;
    this.#leftBytes -= end - at;
    const isBlock = this.#state === 'content' || this.#state === 'last content';
    if (isBlock && !isWhole) {
      this.#content.set(bytes.subarray(at, end), this.#contentCount);
      this.#contentCount += end - at;
    }
    if (this.#leftBytes > 0) return end;
    if (!isBlock) {
      this.#state = 'frame';
      return end;
    }
    this.#endBlock(isWhole ? bytes.subarray(at, end) : this.#content.subarray(0, this.#contentCount));
    this.#contentCount = 0;
    return end;
  }

  #endBlock(content: Uint8Array): void {
    const blocks = this.#blocks as ZstdBlocks;
    const result =
      this.#type === 2
        ? blocks.decode(content)
        : blocks.raw(content, this.#type === 1 ? this.#repeat : undefined);
    this.#outputLeftBytes -= result.length;
    if (this.#outputLeftBytes < 0) throw new Error('more bytes come out than are allowed');
    if (result.length > 0) this.#sink(result);
    if (this.#state === 'content') this.#state = 'block';
    else if (this.#hasChecksum) {
      this.#state = 'checksum';
      this.#leftBytes = 4;
    } else this.#state = 'frame';
  }

  /** Adds a byte to the header; returns how many it has. */
  #take(byte: number): number {
    this.#head[this.#headCount++] = byte;
    return this.#headCount;
  }

  #readFrameHeader(bytes: Uint8Array, at: number): number {
    const count = this.#take(bytes[at] as number);
    if (count < 4) return at + 1;
    const head = new DataView(this.#head.buffer);
    const magic = head.getUint32(0, true);
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) {
      if (count < 8) return at + 1;
      this.#headCount = 0;
      this.#leftBytes = head.getUint32(4, true);
      this.#state = this.#leftBytes === 0 ? 'frame' : 'skip';
      return at + 1;
    }
    if (magic !== frameMagic) throw new Error(`a frame begins with ${magic.toString(16)}`);
    if (count < 5) return at + 1;
    const sizes = headerSizes(head.getUint8(4));
    if (count < sizes.headerBytes) return at + 1;
    const windowBytes = windowSize(head, sizes);
    if (windowBytes > windowSizeMaxBytes)
      throw new Error(`a frame asks for a window of ${windowBytes} bytes, more than ${windowSizeMaxBytes}`);
    this.#beginFrame(windowBytes, sizes.hasChecksum);
    return at + 1;
  }

  #beginFrame(windowBytes: number, hasChecksum: boolean): void {
    this.#blocks = new ZstdBlocks(windowBytes);
    this.#hasChecksum = hasChecksum;
    this.#headCount = 0;
    this.#state = 'block';
  }

  #readBlockHeader(bytes: Uint8Array, at: number): number {
    if (this.#take(bytes[at] as number) < 3) return at + 1;
    const [low, middle, high] = this.#head as unknown as [number, number, number];
    const word = low | (middle << 8) | (high << 16);
    const sizeBytes = word >> 3;
    this.#type = (word >> 1) & 3;
    if (this.#type === 3) throw new Error('a block is of a type that is reserved');
    if (sizeBytes > blockSizeMaxBytes)
      throw new Error(`a block of ${sizeBytes} bytes, more than ${blockSizeMaxBytes}`);
    this.#repeat = sizeBytes;
    this.#leftBytes = this.#type === 1 ? 1 : sizeBytes;
    this.#state = (word & 1) === 1 ? 'last content' : 'content';
    this.#headCount = 0;
    if (this.#leftBytes === 0) this.#endBlock(new Uint8Array(0));
    return at + 1;
  }
}

interface HeaderSizes {
  readonly headerBytes: number;
  readonly hasChecksum: boolean;
  readonly isSingleSegment: boolean;
  readonly contentSizeAt: number;
  readonly contentSizeBytes: number;
}

function headerSizes(descriptor: number): HeaderSizes {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const contentSizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const contentSizeAt = 5 + (isSingleSegment ? 0 : 1) + dictionaryBytes;
  return {
    ...{ isSingleSegment, contentSizeAt, contentSizeBytes },
    headerBytes: contentSizeAt + contentSizeBytes,
    hasChecksum: (descriptor & 4) !== 0,
  };
}

/** How many bytes back a frame refers to: all of its content where it is one segment. */
function windowSize(
  head: DataView,
  { isSingleSegment, contentSizeAt, contentSizeBytes }: HeaderSizes,
): number {
  if (!isSingleSegment) {
    const descriptor = head.getUint8(5);
    const base = 2 ** (10 + (descriptor >> 3));
    return base + (base / 8) * (descriptor & 7);
  }
  switch (contentSizeBytes) {
    case 1:
      return head.getUint8(contentSizeAt);
    case 2:
      return head.getUint16(contentSizeAt, true) + 256;
    case 4:
      return head.getUint32(contentSizeAt, true);
    default:
      return Number(head.getBigUint64(contentSizeAt, true));
  }
}

/**
 * All frames of `bytes` at once.
 * @param sizeMaxBytes no more is decompressed
 * @throws Error when the bytes are no zstd frames, or give more
 */
export function decompressZstd(bytes: Uint8Array, sizeMaxBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const stream = new ZstdStream((part) => {
    parts.push(part.slice());
    sizeBytes += part.length;
  });
  stream.push(bytes, sizeMaxBytes);
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
