/** printf's conversions of integers (C11 §7.21.6.1). */
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { asBigint, constantOf, lowBits, type NumberValue, type Numeric } from './numeric.ts';
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
  if (isPlain && (conversion.letter === 'd' || conversion.letter === 'u'))
    return (row, out) => out.decimal(read(row));
  if (isPlain && conversion.letter === 'x') return (row, out) => out.ascii(read(row).toString(16));
  return (row, out) => {
    const text = digitsOf(conversion, read(row));
    out.ascii(
      paddedInteger(text, conversion, at(width, row), conversion.flags.includes('0'), at(precision, row)),
    );
  };
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
