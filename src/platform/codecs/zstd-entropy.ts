/** Entropy decoding of zstd (RFC 8878 §4): tables of FSE and Huffman codes, and bits read from behind. */

/** Bits of a range of bytes, from the last one's highest set bit down. */
export class BackwardBits {
  #bytes: Uint8Array = new Uint8Array(0);
  #begin = 0;
  /** How many are left; below 0 zeros were read that are not there. */
  left = 0;

  reset(bytes: Uint8Array, begin: number, end: number): void {
    const last = end > begin ? (bytes[end - 1] as number) : 0;
    if (last === 0) throw new Error('a bit stream has no end mark');
    this.#bytes = bytes;
    this.#begin = begin;
    this.left = (end - begin) * 8 - (Math.clz32(last) - 23);
  }

  /** @param count up to 24 */
  read(count: number): number {
    this.left -= count;
    const { left } = this;
    const mask = 2 ** count - 1;
    const at = this.#begin + (left >> 3);
    const bytes = this.#bytes;
    if (left >= 0) {
      const word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      return (word >>> (left & 7)) & mask;
    }
    let value = 0;
    for (let bit = Math.max(0, -left); bit < count; bit++) {
      const place = left + bit;
      value += (((bytes[this.#begin + (place >> 3)] as number) >> (place & 7)) & 1) * 2 ** bit;
    }
    return value;
  }
}

/** A table of FSE states. */
export interface FseTable {
  readonly accuracyLog: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** @param counts of each symbol; -1 for one that is less than once */
export function makeFseTable(counts: readonly number[], accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const table = {
    accuracyLog,
    symbol: new Uint8Array(size),
    bits: new Uint8Array(size),
    base: new Uint16Array(size),
  };
  const next = counts.map((count) => (count < 0 ? 1 : count));
  let high = size;
  for (const [symbol, count] of counts.entries()) if (count < 0) table.symbol[--high] = symbol;
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let each = 0; each < count; each++) {
      table.symbol[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  for (let state = 0; state < size; state++) {
    const symbol = table.symbol[state] as number;
    const number = (next[symbol] as number)++;
    const bits = accuracyLog - (31 - Math.clz32(number));
    table.bits[state] = bits;
    table.base[state] = (number << bits) - size;
  }
  return table;
}

/** A table that has one symbol. */
export function singleFseTable(symbol: number): FseTable {
  return { accuracyLog: 0, symbol: Uint8Array.of(symbol), bits: Uint8Array.of(0), base: Uint16Array.of(0) };
}

/** @returns the table, and where what follows begins */
export function readFseTable(
  bytes: Uint8Array,
  begin: number,
  end: number,
  accuracyMax: number,
  symbolMax: number,
): { readonly table: FseTable; readonly at: number } {
  let bit = begin * 8;
  const read = (count: number): number => {
    if (bit + count > (end + 4) * 8) throw new Error('a table goes beyond its block');
    let value = 0;
    for (let index = 0; index < count; index++, bit++)
      value |= (((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1) << index;
    return value;
  };
  const accuracyLog = read(4) + 5;
  if (accuracyLog > accuracyMax) throw new Error(`a table of ${accuracyLog} bits, more than ${accuracyMax}`);
  const counts: number[] = [];
  let left = 1 << accuracyLog;
  while (left > 0) {
    if (counts.length > symbolMax) throw new Error('a table has too many symbols');
    const bits = 32 - Math.clz32(left + 1);
    let value = read(bits);
    const lower = value & ((1 << (bits - 1)) - 1);
    const threshold = (1 << bits) - 1 - (left + 1);
    if (lower < threshold) {
      bit--;
      value = lower;
    } else if (value > (1 << (bits - 1)) - 1) value -= threshold;
    const count = value - 1;
    left -= Math.abs(count);
    counts.push(count);
    if (count !== 0) continue;
    for (let repeat = read(2); ; repeat = read(2)) {
      for (let each = 0; each < repeat; each++) counts.push(0);
      if (repeat < 3 || counts.length > symbolMax) break;
    }
  }
  if (left < 0 || counts.length > symbolMax + 1) throw new Error('a table has more than all');
  const at = (bit + 7) >> 3;
  if (at > end) throw new Error('a table goes beyond its block');
  return { table: makeFseTable(counts, accuracyLog), at };
}

/** A table of Huffman codes: by the next bits, the symbol and how many of them it takes. */
export interface HuffmanTable {
  readonly bitsMax: number;
  readonly symbol: Uint8Array;
  readonly bits: Uint8Array;
}

export function readHuffmanTable(
  bytes: Uint8Array,
  begin: number,
  end: number,
): { readonly table: HuffmanTable; readonly at: number } {
  const head = bytes[begin] as number;
  const weights: number[] = [];
  let at = begin + 1;
  if (head >= 128) {
    const count = head - 127;
    for (let index = 0; index < count; index++) {
      const byte = bytes[at + (index >> 1)] as number;
      weights.push((index & 1) === 0 ? byte >> 4 : byte & 15);
    }
    at += (count + 1) >> 1;
  } else {
    readWeights(bytes, at, Math.min(end, at + head), weights);
    at += head;
  }
  if (at > end) throw new Error('a table goes beyond its block');
  return { table: makeHuffmanTable(weights), at };
}

function readWeights(bytes: Uint8Array, begin: number, end: number, weights: number[]): void {
  const { table, at } = readFseTable(bytes, begin, end, 6, 255);
  const bits = new BackwardBits();
  bits.reset(bytes, at, end);
  const states = [bits.read(table.accuracyLog), bits.read(table.accuracyLog)] as [number, number];
  for (let which: 0 | 1 = 0; weights.length < 255; which = which === 0 ? 1 : 0) {
    const state = states[which];
    weights.push(table.symbol[state] as number);
    states[which] = (table.base[state] as number) + bits.read(table.bits[state] as number);
    if (bits.left >= 0) continue;
    weights.push(table.symbol[states[which === 0 ? 1 : 0]] as number);
    return;
  }
}

const huffmanBitsMax = 11;

function makeHuffmanTable(weights: number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight > 0 ? 2 ** (weight - 1) : 0), 0);
  const bitsMax = sum > 0 ? 32 - Math.clz32(sum) : 0;
  const left = 2 ** bitsMax - sum;
  if (bitsMax === 0 || bitsMax > huffmanBitsMax || (left & (left - 1)) !== 0 || weights.length > 255)
    throw new Error('weights of codes do not add up');
  weights.push(32 - Math.clz32(left));
  const size = 2 ** bitsMax;
  const table = { bitsMax, symbol: new Uint8Array(size), bits: new Uint8Array(size) };
  let at = 0;
  for (let weight = 1; weight <= bitsMax; weight++) {
    for (const [symbol, own] of weights.entries()) {
      if (own !== weight) continue;
      const count = 2 ** (weight - 1);
      table.symbol.fill(symbol, at, at + count);
      table.bits.fill(bitsMax + 1 - weight, at, at + count);
      at += count;
    }
  }
  return table;
}
