/**
 * Blocks of zstd frames (RFC 8878 §3.1.1.2), decoded one after the other into a history that later blocks refer to:
 *
 *   block   literals: type, sizes, (Huffman table) streams │ sequences: count, modes, (tables) bits
 *   history …┤ window ├┤ this block │ room ┤     when there is no room the window moves to the beginning
 */
import {
  BackwardBits,
  type FseTable,
  type HuffmanTable,
  makeFseTable,
  readFseTable,
  readHuffmanTable,
  singleFseTable,
} from './zstd-entropy.ts';

/** What a block may give. */
export const blockSizeMaxBytes = 128 * 1024;

const literalLengths = {
  base: [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256,
    512, 1024, 2048, 4096, 8192, 16384, 32768, 65536,
  ],
  extra: [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16,
  ],
};
const matchLengths = {
  base: [
    ...Array.from({ length: 32 }, (_, code) => code + 3),
    35,
    37,
    39,
    41,
    43,
    47,
    51,
    59,
    67,
    83,
    99,
    131,
    259,
    515,
    1027,
    2051,
    4099,
    8195,
    16387,
    32771,
    65539,
  ],
  extra: [
    ...Array.from({ length: 32 }, () => 0),
    1,
    1,
    1,
    1,
    2,
    2,
    3,
    3,
    4,
    4,
    5,
    7,
    8,
    9,
    10,
    11,
    12,
    13,
    14,
    15,
    16,
  ],
};

/** Of literal lengths, offsets and match lengths, in the order of their tables. */
const kinds = [
  {
    accuracyMax: 9,
    symbolMax: 35,
    usual: makeFseTable(
      [
        4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1,
        -1, -1, -1,
      ],
      6,
    ),
  },
  {
    accuracyMax: 8,
    symbolMax: 31,
    usual: makeFseTable(
      [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
      5,
    ),
  },
  {
    accuracyMax: 9,
    symbolMax: 52,
    usual: makeFseTable(
      [1, 4, 3, 2, 2, 2, 2, 2, 2, ...Array.from({ length: 37 }, () => 1), -1, -1, -1, -1, -1, -1, -1],
      6,
    ),
  },
] as const;

/** The blocks of one frame. */
export class ZstdBlocks {
  readonly #windowBytes: number;
  #history: Uint8Array;
  /** Where the next byte goes. */
  #at = 0;
  #huffman: HuffmanTable | undefined;
  readonly #tables: (FseTable | undefined)[] = [undefined, undefined, undefined];
  readonly #offsets = [1, 4, 8];
  readonly #literals = new Uint8Array(blockSizeMaxBytes);
  readonly #bits = new BackwardBits();

  constructor(windowBytes: number) {
    this.#windowBytes = windowBytes;
    this.#history = new Uint8Array(Math.min(windowBytes, 1 << 20) + 4 * blockSizeMaxBytes);
  }

  /** A block that is as it is, or, with a size of 1 and a count, one byte repeated; the result is valid until the next block. */
  raw(bytes: Uint8Array, repeat: number | undefined): Uint8Array {
    const sizeBytes = repeat ?? bytes.length;
    this.#makeRoom(sizeBytes);
    const begin = this.#at;
    if (repeat === undefined) this.#history.set(bytes, begin);
    else this.#history.fill(bytes[0] as number, begin, begin + repeat);
    this.#at += sizeBytes;
    return this.#history.subarray(begin, this.#at);
  }

  /** A compressed block. @throws Error when it can't be */
  decode(bytes: Uint8Array): Uint8Array {
    this.#makeRoom(blockSizeMaxBytes);
    const begin = this.#at;
    const { literalCount, at } = this.#readLiterals(bytes);
    this.#readSequences(bytes, at, literalCount, begin);
    return this.#history.subarray(begin, this.#at);
  }

  #makeRoom(sizeBytes: number): void {
    if (this.#at + sizeBytes <= this.#history.length) return;
    const kept = Math.min(this.#at, this.#windowBytes);
    const wanted = kept + sizeBytes + 2 * blockSizeMaxBytes;
    const into =
      wanted > this.#history.length
        ? new Uint8Array(Math.max(wanted, Math.min(2 * this.#history.length, 2 * this.#windowBytes)))
        : this.#history;
    into.set(this.#history.subarray(this.#at - kept, this.#at));
    this.#history = into;
    this.#at = kept;
  }

  #readLiterals(bytes: Uint8Array): { readonly literalCount: number; readonly at: number } {
    const head =
      (bytes[0] as number) +
      (bytes[1] ?? 0) * 2 ** 8 +
      (bytes[2] ?? 0) * 2 ** 16 +
      (bytes[3] ?? 0) * 2 ** 24 +
      (bytes[4] ?? 0) * 2 ** 32;
    const type = head & 3;
    const format = (head >> 2) & 3;
    if (type < 2) {
      const headBytes = [1, 2, 1, 3][format] as number;
      const literalCount =
        headBytes === 1 ? (head >> 3) & 31 : (head >>> 4) & (2 ** (headBytes === 2 ? 12 : 20) - 1);
      const size = type === 0 ? literalCount : 1;
      if (literalCount > blockSizeMaxBytes || headBytes + size > bytes.length)
        throw new Error('literals go beyond their block');
      if (type === 0) this.#literals.set(bytes.subarray(headBytes, headBytes + size));
      else this.#literals.fill(bytes[headBytes] as number, 0, literalCount);
      return { literalCount, at: headBytes + size };
    }
    const sizeBits = [10, 10, 14, 18][format] as number;
    const headBytes = [3, 3, 4, 5][format] as number;
    const sizes = Math.floor(head / 16);
    const literalCount = sizes % 2 ** sizeBits;
    const end = headBytes + (Math.floor(sizes / 2 ** sizeBits) % 2 ** sizeBits);
    if (literalCount > blockSizeMaxBytes || end > bytes.length)
      throw new Error('literals go beyond their block');
    let at = headBytes;
    if (type === 2) ({ table: this.#huffman, at } = readHuffmanTable(bytes, at, end));
    if (this.#huffman === undefined) throw new Error('literals have no table');
    if (format === 0) this.#readStream(this.#huffman, bytes, at, end, 0, literalCount);
    else this.#readStreams(this.#huffman, bytes, at, end, literalCount);
    return { literalCount, at: end };
  }

  #readStreams(table: HuffmanTable, bytes: Uint8Array, begin: number, end: number, count: number): void {
    const share = (count + 3) >> 2;
    let at = begin + 6;
    for (let stream = 0; stream < 4; stream++) {
      const size = (bytes[begin + stream * 2] as number) + ((bytes[begin + stream * 2 + 1] as number) << 8);
      const streamEnd = stream === 3 ? end : at + size;
      if (streamEnd > end) throw new Error('literals go beyond their block');
      this.#readStream(
        table,
        bytes,
        at,
        streamEnd,
        stream * share,
        stream === 3 ? count : (stream + 1) * share,
      );
      at = streamEnd;
    }
  }

  #readStream(
    table: HuffmanTable,
    bytes: Uint8Array,
    begin: number,
    end: number,
    from: number,
    to: number,
  ): void {
    const bits = this.#bits;
    const literals = this.#literals;
    bits.reset(bytes, begin, end);
    const { bitsMax, symbol, bits: lengths } = table;
    const mask = (1 << bitsMax) - 1;
    let state = bits.read(bitsMax);
    for (let at = from; at < to; at++) {
      literals[at] = symbol[state] as number;
      const count = lengths[state] as number;
      state = ((state << count) & mask) | bits.read(count);
    }
    if (bits.left !== -bitsMax) throw new Error('literals do not end with their bits');
  }

  #readSequences(bytes: Uint8Array, begin: number, literalCount: number, blockBegin: number): void {
    let at = begin;
    const first = bytes[at++] ?? 0;
    let count = first;
    if (first === 255) {
      count = (bytes[at] as number) + ((bytes[at + 1] as number) << 8) + 0x7f00;
      at += 2;
    } else if (first >= 128) count = ((first - 128) << 8) + (bytes[at++] as number);
    if (count === 0) {
      this.#copyLiterals(0, literalCount, blockBegin);
      return;
    }
    const modes = bytes[at++] as number;
    for (const [index, kind] of kinds.entries()) {
      const mode = (modes >> (6 - 2 * index)) & 3;
      if (mode === 0) this.#tables[index] = kind.usual;
      else if (mode === 1) this.#tables[index] = singleFseTable(bytes[at++] as number);
      else if (mode === 2)
        ({ table: this.#tables[index], at } = readFseTable(
          bytes,
          at,
          bytes.length,
          kind.accuracyMax,
          kind.symbolMax,
        ));
    }
    this.#runSequences(bytes, at, count, literalCount, blockBegin);
  }

  #runSequences(
    bytes: Uint8Array,
    begin: number,
    count: number,
    literalCount: number,
    blockBegin: number,
  ): void {
    const [lengths, offsets, matches] = this.#tables;
    if (lengths === undefined || offsets === undefined || matches === undefined)
      throw new Error('sequences have no table');
    const bits = this.#bits;
    bits.reset(bytes, begin, bytes.length);
    let lengthState = bits.read(lengths.accuracyLog);
    let offsetState = bits.read(offsets.accuracyLog);
    let matchState = bits.read(matches.accuracyLog);
    let literalAt = 0;
    for (let index = 0; index < count; index++) {
      const offsetCode = offsets.symbol[offsetState] as number;
      const matchCode = matches.symbol[matchState] as number;
      const lengthCode = lengths.symbol[lengthState] as number;
      if (offsetCode > 30 || matchCode > 52 || lengthCode > 35)
        throw new Error('a sequence has an unknown code');
      const low = offsetCode > 16 ? 16 : 0;
      const upper = bits.read(offsetCode - low);
      const offsetValue = 2 ** offsetCode + upper * 2 ** low + bits.read(low);
      const match =
        (matchLengths.base[matchCode] as number) + bits.read(matchLengths.extra[matchCode] as number);
      const literals =
        (literalLengths.base[lengthCode] as number) + bits.read(literalLengths.extra[lengthCode] as number);
      if (index + 1 < count) {
        lengthState = (lengths.base[lengthState] as number) + bits.read(lengths.bits[lengthState] as number);
        matchState = (matches.base[matchState] as number) + bits.read(matches.bits[matchState] as number);
        offsetState = (offsets.base[offsetState] as number) + bits.read(offsets.bits[offsetState] as number);
      }
      if (bits.left < 0) throw new Error('sequences end before they are all there');
      if (literalAt + literals > literalCount) throw new Error('sequences want more literals than there are');
      this.#copyLiterals(literalAt, literalAt + literals, blockBegin);
      literalAt += literals;
      this.#copyMatch(this.#offsetOf(offsetValue, literals), match, blockBegin);
    }
    if (bits.left !== 0) throw new Error('sequences do not end with their bits');
    this.#copyLiterals(literalAt, literalCount, blockBegin);
  }

  /** The last three offsets have numbers of their own. */
  #offsetOf(value: number, literals: number): number {
    const recent = this.#offsets as [number, number, number];
    const which = value > 3 ? 3 : value - 1 + (literals === 0 ? 1 : 0);
    if (which === 0) return recent[0];
    const offset = value > 3 ? value - 3 : which === 3 ? recent[0] - 1 : (recent[which] as number);
    if (which !== 1) recent[2] = recent[1];
    recent[1] = recent[0];
    recent[0] = offset;
    return offset;
  }

  #copyLiterals(from: number, to: number, blockBegin: number): void {
    const at = this.#at;
    if (at + to - from - blockBegin > blockSizeMaxBytes) throw new Error('a block gives too much');
    if (to - from < 16)
      for (let index = from; index < to; index++)
        this.#history[at + index - from] = this.#literals[index] as number;
    else this.#history.set(this.#literals.subarray(from, to), at);
    this.#at = at + to - from;
  }

  #copyMatch(offset: number, count: number, blockBegin: number): void {
    const history = this.#history;
    const at = this.#at;
    if (offset < 1 || offset > at || offset > this.#windowBytes + at - blockBegin)
      throw new Error('a match begins before the window');
    if (at + count - blockBegin > blockSizeMaxBytes) throw new Error('a block gives too much');
    if (offset >= count && count > 32) history.copyWithin(at, at - offset, at - offset + count);
    else for (let index = at; index < at + count; index++) history[index] = history[index - offset] as number;
    this.#at = at + count;
  }
}
