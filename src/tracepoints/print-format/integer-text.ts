/** printf's conversions of integers (C11 §7.21.6.1). */
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { asBigint, constantOf, lowBits, type NumberValue, type Numeric, type Words } from './numeric.ts';
import type { Conversion } from './syntax.ts';

export type WriteRow = (row: number, out: ByteWriter) => void;

/** A width or precision: a number, one that each record has, or none. */
export type Size = number | ((row: number) => number) | undefined;

/** C's `int` as widths and precisions are: a negative width is a `-` flag, a negative precision is none. */
export function sizeOf(value: Numeric): Exclude<Size, undefined> {
  const known = constantOf(value);
  if (known !== undefined) return known | 0;
  const word = lowBits(value, 32) as NumberValue;
  return (row) => word.read(row) | 0;
}

/** Below this many characters are printed whatever a record says. */
const widthMax = 4096;

/** The value that `printf` would take from its arguments: cut to the conversion's size, then with or without a sign. */
export function compileInteger(
  conversion: Conversion,
  value: Numeric,
  width: Size,
  precision: Size,
): WriteRow {
  const read = integerReader(conversion, value);
  const isPlain = width === undefined && precision === undefined && conversion.flags === '';
  if (isPlain) {
    const plain = plainWriter(conversion, value, read);
    if (plain !== undefined) return plain;
  }
  return (row, out) => {
    const text = digitsOf(conversion, read(row));
    out.ascii(
      paddedInteger(text, conversion, at(width, row), conversion.flags.includes('0'), at(precision, row)),
    );
  };
}

/** Without a width, as nearly all are. */
function plainWriter(
  { letter, length }: Conversion,
  value: Numeric,
  read: (row: number) => number | bigint,
): WriteRow | undefined {
  const words = value.kind === 'bigint' && length >= 1 ? value.words : undefined;
  if (letter === 'd') return words === undefined ? writeDecimal(read) : signedWriter(words);
  if (letter === 'u') return words === undefined ? writeDecimal(read) : unsignedWriter(words);
  if (letter !== 'x') return undefined;
  if (words !== undefined) return (row, out) => writeHexNumber(words.high(row), words.low(row), out);
  return (row, out) => {
    const number = read(row);
    if (typeof number === 'number' && number <= 0xffff_ffff) writeHexNumber(0, number, out);
    else out.ascii(number.toString(16));
  };
}

const minus = 0x2d;

function writeDecimal(read: (row: number) => number | bigint): WriteRow {
  return (row, out) => {
    const number = read(row);
    if (typeof number === 'number' && number < 0) {
      out.byte(minus);
      out.decimal(-number);
    } else out.decimal(number);
  };
}

/** A number from 2^32 to 2^53 has so many digits more than ten. */
const largeLimits = [1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const exactHigh = 2 ** 21;
const wordRange = 2 ** 32;

function writeWords(high: number, low: number, out: ByteWriter): void {
  if (high === 0) {
    out.decimal(low);
    return;
  }
  if (high >= exactHigh) {
    out.ascii(String((BigInt(high) << 32n) | BigInt(low)));
    return;
  }
  const number = high * wordRange + low;
  let digits = 10;
  for (const limit of largeLimits) if (number >= limit) digits++;
  out.padded(number, digits);
}

function unsignedWriter({ high, low }: Words): WriteRow {
  return (row, out) => writeWords(high(row), low(row), out);
}

function signedWriter({ high, low }: Words): WriteRow {
  return (row, out) => {
    const upper = high(row);
    const lower = low(row);
    if (upper < 0x8000_0000) {
      writeWords(upper, lower, out);
      return;
    }
    out.byte(minus);
    // The two's complement: all bits the other way round, and one more.
    const isCarried = lower === 0;
    writeWords((~upper + (isCarried ? 1 : 0)) >>> 0, isCarried ? 0 : -lower >>> 0, out);
  };
}

const zero = 0x30;
const letterA = 0x61;

/** Without leading zeros. */
export function writeHexNumber(high: number, low: number, out: ByteWriter): void {
  if (high !== 0) writeHexDigits(high, 28 - (Math.clz32(high) & ~3), out);
  writeHexDigits(low, high !== 0 ? 28 : Math.max(0, 28 - (Math.clz32(low) & ~3)), out);
}

function writeHexDigits(word: number, firstShift: number, out: ByteWriter): void {
  for (let shift = firstShift; shift >= 0; shift -= 4) {
    const digit = (word >>> shift) & 15;
    out.byte(digit < 10 ? zero + digit : letterA + digit - 10);
  }
}

function at(size: Size, row: number): number | undefined {
  const value = typeof size === 'function' ? size(row) : size;
  return value === undefined ? undefined : Math.max(-widthMax, Math.min(widthMax, value));
}

/** By the modifier: `char`, `short`, `int`, or 64 bits. */
function integerReader({ length, letter }: Conversion, value: Numeric): (row: number) => number | bigint {
  const isSigned = letter === 'd';
  if (length >= 1) return isSigned ? signed64(value) : unsigned64(value);
  if (length === 0) {
    const word = value.kind === 'number' ? value : (lowBits(value, 32) as NumberValue);
    const { read } = word;
    if (!isSigned) return word.low >= 0 && word.high <= 0xffff_ffff ? read : (row) => read(row) >>> 0;
    const fits = word.low >= -0x8000_0000 && word.high <= 0x7fff_ffff;
    return fits ? read : (row) => read(row) | 0;
  }
  const bits = length === -1 ? 16 : 8;
  const { read } = lowBits(value, bits) as NumberValue;
  return isSigned ? (row) => (read(row) << (32 - bits)) >> (32 - bits) : read;
}

function signed64(value: Numeric): (row: number) => number | bigint {
  if (value.kind === 'number') return value.read;
  const { read } = value;
  return (row) => BigInt.asIntN(64, read(row));
}

function unsigned64(value: Numeric): (row: number) => number | bigint {
  return value.kind === 'number' && value.low >= 0 ? value.read : asBigint(value);
}

interface Digits {
  readonly sign: string;
  /** `0x` where it is asked for. */
  readonly prefix: string;
  readonly digits: string;
}

function digitsOf({ letter, flags }: Conversion, value: number | bigint): Digits {
  const isAlternative = flags.includes('#');
  const isZero = value === 0 || value === 0n;
  switch (letter) {
    case 'x':
    case 'X': {
      const digits = value.toString(16);
      const prefix = isAlternative && !isZero ? `0${letter}` : '';
      return { sign: '', prefix, digits: letter === 'X' ? digits.toUpperCase() : digits };
    }
    case 'o':
      return { sign: '', prefix: isAlternative && !isZero ? '0' : '', digits: value.toString(8) };
    case 'u':
      return { sign: '', prefix: '', digits: String(value) };
    default: {
      const text = String(value);
      if (text.startsWith('-')) return { sign: '-', prefix: '', digits: text.slice(1) };
      const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      return { sign, prefix: '', digits: text };
    }
  }
}

function paddedInteger(
  { sign, prefix, digits }: Digits,
  { flags }: Conversion,
  width: number | undefined,
  hasZeros: boolean,
  precision: number | undefined,
): string {
  const hasPrecision = precision !== undefined && precision >= 0;
  const least = hasPrecision ? digits.padStart(precision, '0') : digits;
  const shown = hasPrecision && precision === 0 && digits === '0' ? '' : least;
  const wanted = Math.abs(width ?? 0);
  const isLeft = flags.includes('-') || (width ?? 0) < 0;
  if (hasZeros && !isLeft && !hasPrecision)
    return sign + prefix + shown.padStart(wanted - sign.length - prefix.length, '0');
  const text = sign + prefix + shown;
  return isLeft ? text.padEnd(wanted) : text.padStart(wanted);
}

/** Text in a field of a width, cut to a precision, both counted in bytes as C does. */
export function writePadded(
  bytes: Uint8Array,
  flags: string,
  width: Size,
  precision: Size,
  row: number,
  out: ByteWriter,
): void {
  const most = at(precision, row);
  const shown = most !== undefined && most >= 0 ? bytes.subarray(0, most) : bytes;
  const wanted = at(width, row) ?? 0;
  const isLeft = flags.includes('-') || wanted < 0;
  const spaces = ' '.repeat(Math.max(0, Math.abs(wanted) - shown.length));
  if (!isLeft) out.ascii(spaces);
  out.bytes(shown);
  if (isLeft) out.ascii(spaces);
}
