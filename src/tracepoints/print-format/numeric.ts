/**
 * Arithmetic of formats, compiled to closures over a record's columns.
 *
 * Values are what libtraceevent makes of them: unsigned 64-bit integers, fields and casts being read without their sign. So that
 * records cost no bigint where none is needed, a value is a number as long as it surely fits:
 *
 *   NumberValue   -2^53 ≤ low ≤ value ≤ high ≤ 2^53, a negative one standing for 2^64 more
 *   BigValue      0 ≤ value < 2^64
 */
import type { BinaryOperator } from './syntax.ts';

export interface NumberValue {
  readonly kind: 'number';
  readonly low: number;
  readonly high: number;
  read(row: number): number;
}

export interface BigValue {
  readonly kind: 'bigint';
  read(row: number): bigint;
  /** The value's halves, where they can be had without a bigint. */
  readonly words?: Words;
}

/** 32 bits each, unsigned. */
export interface Words {
  low(row: number): number;
  high(row: number): number;
}

export type Numeric = NumberValue | BigValue;

const safeMax = Number.MAX_SAFE_INTEGER;
const wrap = 1n << 64n;

export function constant(value: bigint): Numeric {
  const unsigned = BigInt.asUintN(64, value);
  const near = unsigned > wrap - BigInt(safeMax) ? unsigned - wrap : unsigned;
  if (near > safeMax) return { kind: 'bigint', read: () => unsigned };
  const number = Number(near);
  return { kind: 'number', low: number, high: number, read: () => number };
}

/** The value where it is known before any record. */
export function constantOf(value: Numeric): number | undefined {
  return value.kind === 'number' && value.low === value.high ? value.low : undefined;
}

/** As an unsigned 64-bit integer. */
export function asBigint(value: Numeric): (row: number) => bigint {
  if (value.kind === 'bigint') return value.read;
  const known = constantOf(value);
  if (known !== undefined) {
    const big = BigInt.asUintN(64, BigInt(known));
    return () => big;
  }
  const { read } = value;
  if (value.low >= 0) return (row) => BigInt(read(row));
  return (row) => BigInt.asUintN(64, BigInt(read(row)));
}

/** As a number for counts and sizes: what is larger than any or negative becomes the limit. */
export function asCount(value: Numeric, max: number): (row: number) => number {
  const { read } = value;
  if (value.kind === 'number') {
    return (row) => {
      const count = (read as NumberValue['read'])(row);
      return count < 0 || count > max ? max : count;
    };
  }
  return (row) => {
    const count = (read as BigValue['read'])(row);
    return count > BigInt(max) ? max : Number(count);
  };
}

export function asTruth(value: Numeric): (row: number) => boolean {
  if (value.kind === 'number') {
    const { read } = value;
    return (row) => read(row) !== 0;
  }
  const { read } = value;
  return (row) => read(row) !== 0n;
}

export function truth(read: (row: number) => boolean): NumberValue {
  return { kind: 'number', low: 0, high: 1, read: (row) => (read(row) ? 1 : 0) };
}

function between(low: number, high: number, read: (row: number) => number): NumberValue {
  return { kind: 'number', low, high, read };
}

function big(read: (row: number) => bigint): BigValue {
  return { kind: 'bigint', read };
}

/** The lower 8, 16 or 32 bits. */
export function lowBits(value: Numeric, bits: 8 | 16 | 32): Numeric {
  const max = 2 ** bits - 1;
  if (value.kind === 'bigint') {
    const { read, words } = value;
    if (words !== undefined) return between(0, max, (row) => (words.low(row) & max) >>> 0);
    const mask = BigInt(max);
    return between(0, max, (row) => Number(read(row) & mask));
  }
  if (value.low >= 0 && value.high <= max) return value;
  const { read } = value;
  return between(0, max, bits === 32 ? (row) => read(row) >>> 0 : (row) => read(row) & max);
}

export function negated(value: Numeric): Numeric {
  if (value.kind === 'number') {
    const { read } = value;
    return between(-value.high, -value.low, (row) => -read(row));
  }
  const { read } = value;
  return big((row) => BigInt.asUintN(64, -read(row)));
}

export function complement(value: Numeric): Numeric {
  if (value.kind === 'number' && value.low > -safeMax && value.high < safeMax) {
    const { read } = value;
    return between(-value.high - 1, -value.low - 1, (row) => -read(row) - 1);
  }
  const read = asBigint(value);
  return big((row) => BigInt.asUintN(64, ~read(row)));
}

export function chosen(condition: Numeric, then: Numeric, otherwise: Numeric): Numeric {
  const isThen = asTruth(condition);
  if (then.kind === 'number' && otherwise.kind === 'number') {
    const low = Math.min(then.low, otherwise.low);
    const high = Math.max(then.high, otherwise.high);
    return between(low, high, (row) => (isThen(row) ? then.read(row) : otherwise.read(row)));
  }
  const [first, second] = [asBigint(then), asBigint(otherwise)];
  return big((row) => (isThen(row) ? first(row) : second(row)));
}

export function combined(operator: BinaryOperator, left: Numeric, right: Numeric): Numeric {
  const combine = operators[operator];
  const value = combine(left, right);
  const isConstant = constantOf(left) !== undefined && constantOf(right) !== undefined;
  // No column is read: row 0 is as good as any.
  return isConstant ? constant(BigInt(value.read(0))) : value;
}

type Combine = (left: Numeric, right: Numeric) => Numeric;

const operators: { readonly [O in BinaryOperator]: Combine } = {
  '+': (left, right) => sum(left, right) ?? onBigints(left, right, (a, b) => BigInt.asUintN(64, a + b)),
  '-': (left, right) =>
    sum(left, negated(right)) ?? onBigints(left, right, (a, b) => BigInt.asUintN(64, a - b)),
  '*': (left, right) => product(left, right) ?? onBigints(left, right, (a, b) => BigInt.asUintN(64, a * b)),
  '/': (left, right) =>
    onNaturals(left, right, (a, b) => (b === 0 ? 0 : (a - (a % b)) / b), left) ??
    onBigints(left, right, (a, b) => (b === 0n ? 0n : a / b)),
  '%': (left, right) =>
    onNaturals(left, right, (a, b) => (b === 0 ? 0 : a % b), left) ??
    onBigints(left, right, (a, b) => (b === 0n ? 0n : a % b)),
  '<<': shiftedLeft,
  '>>': shiftedRight,
  '&': masked,
  '|': (left, right) =>
    onWords(left, right, (a, b) => (a | b) >>> 0) ?? onBigints(left, right, (a, b) => a | b),
  '^': (left, right) =>
    onWords(left, right, (a, b) => (a ^ b) >>> 0) ?? onBigints(left, right, (a, b) => a ^ b),
  '<': (left, right) => compared(left, right, (a, b) => a < b),
  '>': (left, right) => compared(left, right, (a, b) => a > b),
  '<=': (left, right) => compared(left, right, (a, b) => a <= b),
  '>=': (left, right) => compared(left, right, (a, b) => a >= b),
  '==': (left, right) => compared(left, right, (a, b) => a === b),
  '!=': (left, right) => compared(left, right, (a, b) => a !== b),
  '&&': (left, right) => {
    const [isLeft, isRight] = [asTruth(left), asTruth(right)];
    return truth((row) => isLeft(row) && isRight(row));
  },
  '||': (left, right) => {
    const [isLeft, isRight] = [asTruth(left), asTruth(right)];
    return truth((row) => isLeft(row) || isRight(row));
  },
};

function onBigints(left: Numeric, right: Numeric, combine: (a: bigint, b: bigint) => bigint): BigValue {
  const [first, second] = [asBigint(left), asBigint(right)];
  return big((row) => combine(first(row), second(row)));
}

/** Where neither is negative; the result is no larger than `bound`. */
function onNaturals(
  left: Numeric,
  right: Numeric,
  combine: (a: number, b: number) => number,
  bound: Numeric,
): Numeric | undefined {
  if (!isNatural(left) || !isNatural(right) || !isNatural(bound)) return undefined;
  return between(0, bound.high, (row) => combine(left.read(row), right.read(row)));
}

/** Where both have 32 bits at most. */
function onWords(
  left: Numeric,
  right: Numeric,
  combine: (a: number, b: number) => number,
): Numeric | undefined {
  if (!isWord(left) || !isWord(right)) return undefined;
  return between(0, 0xffff_ffff, (row) => combine(left.read(row), right.read(row)));
}

function isNatural(value: Numeric): value is NumberValue {
  return value.kind === 'number' && value.low >= 0;
}

function isWord(value: Numeric): value is NumberValue {
  return isNatural(value) && value.high <= 0xffff_ffff;
}

function sum(left: Numeric, right: Numeric): Numeric | undefined {
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  const [low, high] = [left.low + right.low, left.high + right.high];
  if (low < -safeMax || high > safeMax) return undefined;
  return between(low, high, (row) => left.read(row) + right.read(row));
}

function product(left: Numeric, right: Numeric): Numeric | undefined {
  if (left.kind !== 'number' || right.kind !== 'number') return undefined;
  const corners = [left.low, left.high].flatMap((a) => [a * right.low, a * right.high]);
  const [low, high] = [Math.min(...corners), Math.max(...corners)];
  if (low < -safeMax || high > safeMax) return undefined;
  // Without `+ 0` a product could be -0.
  return between(low, high, (row) => left.read(row) * right.read(row) + 0);
}

/** By at most 63: processors take the count's lower bits. */
function shiftedLeft(left: Numeric, right: Numeric): Numeric {
  const count = constantOf(right);
  if (count !== undefined && isNatural(left)) {
    const factor = 2 ** (count & 63);
    if (left.high * factor <= safeMax)
      return between(left.low * factor, left.high * factor, (row) => left.read(row) * factor);
  }
  return onBigints(left, right, (a, b) => BigInt.asUintN(64, a << (b & 63n)));
}

function shiftedRight(left: Numeric, right: Numeric): Numeric {
  const count = constantOf(right);
  if (count !== undefined && isNatural(left)) {
    const factor = 2 ** (count & 63);
    return between(0, Math.floor(left.high / factor), (row) => Math.floor(left.read(row) / factor));
  }
  const words = left.kind === 'bigint' ? left.words : undefined;
  if (count !== undefined && words !== undefined && (count & 63) >= 32) {
    const by = (count & 63) - 32;
    return between(0, 2 ** (32 - by) - 1, (row) => words.high(row) >>> by);
  }
  if (count !== undefined && left.kind === 'bigint' && (count & 63) >= 11) {
    const by = BigInt(count & 63);
    return between(0, 2 ** (64 - (count & 63)) - 1, (row) => Number(left.read(row) >> by));
  }
  return onBigints(left, right, (a, b) => a >> (b & 63n));
}

/** A mask of 32 bits at most makes a small number of anything. */
function masked(left: Numeric, right: Numeric): Numeric {
  const word = isWord(right) ? right : isWord(left) ? left : undefined;
  if (word === undefined) return onBigints(left, right, (a, b) => a & b);
  const other = word === right ? left : right;
  if (other.kind === 'number')
    return between(0, word.high, (row) => (other.read(row) & word.read(row)) >>> 0);
  const { words } = other;
  if (words !== undefined) return between(0, word.high, (row) => (words.low(row) & word.read(row)) >>> 0);
  return between(0, word.high, (row) => Number(other.read(row) & BigInt(word.read(row))));
}

/** Unsigned; numbers compare as they are unless one may stand for 2^64 more. */
function compared(
  left: Numeric,
  right: Numeric,
  compare: (a: number | bigint, b: number | bigint) => boolean,
): Numeric {
  if (isNatural(left) && isNatural(right)) return truth((row) => compare(left.read(row), right.read(row)));
  const [first, second] = [asBigint(left), asBigint(right)];
  return truth((row) => compare(first(row), second(row)));
}
