/**
 * The kernel's symbols as `/proc/kallsyms` lists them: address, letter of the kind, name, and for modules their name.
 *
 *   ffffffff81000040 T x86_verw_sel
 *   ffffffffc0201000 t nf_hook␉[nf_tables]
 *
 * A kernel has 200,000 of them: lines are taken apart when the first address is asked for, names when theirs is. A symbol reaches up to
 * the next address; how far the last one reaches is not known, so only its own address is in it.
 */

/** The kernel's symbols at the time of the recording (`kallsyms`). */
export interface SymbolTable {
  /** The symbol that an address is in, and how far; undefined before the first one. */
  find(address: bigint): FoundSymbol | undefined;
  /** Where the first symbol of a name is; undefined if there is none. Looks at every name. */
  addressOf(name: string): bigint | undefined;
}

export interface FoundSymbol {
  readonly name: string;
  /** From the symbol's beginning, in bytes. */
  readonly offset: bigint;
  readonly module: string | undefined;
}

export const noSymbols: SymbolTable = { find: () => undefined, addressOf: () => undefined };

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const letterA = 0x41;
const newline = 0x0a;
const space = 0x20;
const tab = 0x09;
const dollar = 0x24;

/** A table over the text of `kallsyms`, which is kept and must not change. */
export function makeSymbolTable(text: string | Uint8Array): SymbolTable {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  let lines: SymbolLines | undefined;
  return {
    find(address) {
      lines ??= readLines(bytes);
      return find(lines, address);
    },
    addressOf(name) {
      lines ??= readLines(bytes);
      return findName(lines, encoder.encode(name));
    },
  };
}

/** Sorted by address: the halves of it, and where the name begins in the text. */
interface SymbolLines {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly nameAt: Uint32Array;
}

function find(lines: SymbolLines, address: bigint): FoundSymbol | undefined {
  const count = countUpTo(lines, address);
  if (count === 0) return undefined;
  const begin = addressOf(lines, count - 1);
  if (count === lines.count && begin !== address) return undefined;
  // Of names of one address the kernel prints the first.
  const index = begin === 0n ? 0 : countUpTo(lines, begin - 1n);
  return { ...nameOf(lines.bytes, lines.nameAt[index]!), offset: address - begin };
}

function findName(lines: SymbolLines, name: Uint8Array): bigint | undefined {
  for (let index = 0; index < lines.count; index++) {
    if (hasName(lines.bytes, lines.nameAt[index]!, name)) return addressOf(lines, index);
  }
  return undefined;
}

/** Names end with a line, or before the name of a module. */
function hasName(bytes: Uint8Array, at: number, name: Uint8Array): boolean {
  for (let index = 0; index < name.length; index++) if (bytes[at + index] !== name[index]) return false;
  const end = bytes[at + name.length] ?? newline;
  return end === newline || end === tab || end === space;
}

/** How many symbols begin before or at an address. */
function countUpTo({ count, high, low }: SymbolLines, address: bigint): number {
  const wantedHigh = Number(BigInt.asUintN(32, address >> 32n));
  const wantedLow = Number(BigInt.asUintN(32, address));
  let first = 0;
  let end = count;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const isBehind = high[middle]! > wantedHigh || (high[middle] === wantedHigh && low[middle]! > wantedLow);
    if (isBehind) end = middle;
    else first = middle + 1;
  }
  return first;
}

function addressOf(lines: SymbolLines, index: number): bigint {
  return (BigInt(lines.high[index]!) << 32n) | BigInt(lines.low[index]!);
}

function nameOf(
  bytes: Uint8Array,
  at: number,
): { readonly name: string; readonly module: string | undefined } {
  const end = bytes.indexOf(newline, at);
  const line = decoder.decode(bytes.subarray(at, end < 0 ? bytes.length : end)).trimEnd();
  const module = /^(\S+)\s\[([^\]]*)\]$/.exec(line);
  if (module === null) return { name: line, module: undefined };
  return { name: module[1]!, module: module[2]! };
}

function readLines(bytes: Uint8Array): SymbolLines {
  const capacity = countLines(bytes);
  const unsorted = {
    bytes,
    high: new Uint32Array(capacity),
    low: new Uint32Array(capacity),
    nameAt: new Uint32Array(capacity),
  };
  let count = 0;
  let isSorted = true;
  let isZero = true;
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(newline, at);
    const lineEnd = end < 0 ? bytes.length : end;
    if (readLine(unsorted, count, at, lineEnd)) {
      isSorted &&= count === 0 || !isBefore(unsorted, count, count - 1);
      isZero &&= unsorted.high[count] === 0 && unsorted.low[count] === 0;
      count++;
    }
    at = lineEnd + 1;
  }
  // Whoever may not see addresses (kptr_restrict) is shown zeros.
  if (isZero) return { ...unsorted, count: 0 };
  return isSorted ? { ...unsorted, count } : sorted({ ...unsorted, count });
}

/** @returns false for what is no symbol with an address of its own */
function readLine(lines: Omit<SymbolLines, 'count'>, index: number, from: number, end: number): boolean {
  const { bytes } = lines;
  let high = 0;
  let low = 0;
  let at = from;
  for (; at < end && at - from < 17; at++) {
    const digit = hexDigit(bytes[at]!);
    if (digit < 0) break;
    high = ((high << 4) | (low >>> 28)) >>> 0;
    low = ((low << 4) | digit) >>> 0;
  }
  if (at === from || at + 3 >= end || bytes[at] !== space || bytes[at + 2] !== space) return false;
  const kind = bytes[at + 1]!;
  const first = bytes[at + 3]!;
  // Absolute values are no addresses (offsets of per-CPU variables on x86); `$a` and the like mark ARM's instruction sets.
  if ((kind & ~0x20) === letterA || first === dollar || first === tab) return false;
  lines.high[index] = high;
  lines.low[index] = low;
  lines.nameAt[index] = at + 3;
  return true;
}

function isBefore({ high, low }: Pick<SymbolLines, 'high' | 'low'>, a: number, b: number): boolean {
  return high[a]! < high[b]! || (high[a] === high[b] && low[a]! < low[b]!);
}

function sorted(lines: SymbolLines): SymbolLines {
  const order = Uint32Array.from({ length: lines.count }, (_, index) => index);
  order.sort((a, b) => lines.high[a]! - lines.high[b]! || lines.low[a]! - lines.low[b]! || a - b);
  return {
    bytes: lines.bytes,
    count: lines.count,
    high: order.map((index) => lines.high[index]!),
    low: order.map((index) => lines.low[index]!),
    nameAt: order.map((index) => lines.nameAt[index]!),
  };
}

function countLines(bytes: Uint8Array): number {
  let count = 1;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
