/**
 * Functions that write numbers. Each takes the address to write to and returns the one behind what it wrote; up to 8
 * bytes behind may be overwritten.
 */
import { WasmCode } from '../../wasm/code.ts';
import type { WasmFunction } from '../../wasm/module.ts';
import { state } from './state.ts';

/** What a function returns instead of an address when it can't write a record. */
export const refused = { full: 0, declined: 1 } as const;

/** The most bytes that each writes, and those that it may spoil. */
export const decimalBytesMax = 21 + 8;
export const floatBytesMax = 16 + 8;

const asciiZeros = 0x3030303030303030n;

/**
 * Leaves the 8 decimal digits of a number below 10^8 on the stack: one a byte, the first in the lowest. Halves are split
 * side by side: 8 digits into 2 × 4, 4 × 2, 8 × 1 (the multiplications are exact divisions by 100 and 10 in their range).
 */
function emitEightDigits(code: WasmCode, value: number): void {
  const half = code.local('i64');
  const rest = code.local('i64');
  code.get(value).i32(10_000).op('i32.div_u', 'i64.extend_i32_u').tee(half);
  code.get(value).op('i64.extend_i32_u').get(half).i64(10_000n).op('i64.mul', 'i64.sub');
  code.i64(32n).op('i64.shl', 'i64.or').set(rest);
  code
    .get(rest)
    .i64(10486n)
    .op('i64.mul')
    .i64(20n)
    .op('i64.shr_u')
    .i64(0x7f0000007fn)
    .op('i64.and')
    .tee(half);
  code.get(rest).get(half).i64(100n).op('i64.mul', 'i64.sub');
  code.i64(16n).op('i64.shl', 'i64.add').set(rest);
  code
    .get(rest)
    .i64(103n)
    .op('i64.mul')
    .i64(10n)
    .op('i64.shr_u')
    .i64(0x000f000f000f000fn)
    .op('i64.and')
    .tee(half);
  code.get(rest).get(half).i64(10n).op('i64.mul', 'i64.sub');
  code.i64(8n).op('i64.shl', 'i64.add');
}

/** `(out, value) → out`: nine digits of a number below 10^9. */
export function nineDigits(): WasmFunction {
  const code = new WasmCode(2);
  const [out, value] = [0, 1];
  const first = code.local('i32');
  const rest = code.local('i32');
  code.get(value).i32(100_000_000).op('i32.div_u').set(first);
  code.get(value).get(first).i32(100_000_000).op('i32.mul', 'i32.sub').set(rest);
  code.get(out).get(first).i32(0x30).op('i32.add').memory('i32.store8');
  code.get(out);
  emitEightDigits(code, rest);
  code.i64(asciiZeros).op('i64.or').memory('i64.store', 1);
  code.get(out).i32(9).op('i32.add');
  return { parameters: ['i32', 'i32'], results: ['i32'], code };
}

/** `(out, value) → out`: an unsigned 64-bit number without leading zeros. */
export function decimal(): WasmFunction {
  const code = new WasmCode(2);
  const [out, value] = [0, 1];
  const low = code.local('i32');
  const digits = code.local('i64');
  const zeros = code.local('i64');
  const upper = code.local('i64');
  const top = code.local('i64');
  const storeAll = (offset: number) => {
    code.get(out);
    emitEightDigits(code, low);
    code.i64(asciiZeros).op('i64.or').memory('i64.store', offset);
  };
  /** Bits of leading zero digits; the last digit is written in any case. */
  const storeLeading = () => {
    emitEightDigits(code, low);
    code
      .tee(digits)
      .i64(1n << 56n)
      .op('i64.or', 'i64.ctz')
      .i64(0x38n)
      .op('i64.and')
      .set(zeros);
    code.get(out).get(digits).i64(asciiZeros).op('i64.or').get(zeros).op('i64.shr_u').memory('i64.store');
    code.get(out).i32(8).get(zeros).op('i32.wrap_i64').i32(3).op('i32.shr_u', 'i32.sub', 'i32.add').set(out);
  };
  const lowOf = (local: number, above: number) => {
    code.get(local).get(above).i64(100_000_000n).op('i64.mul', 'i64.sub', 'i32.wrap_i64').set(low);
  };
  code.get(value).i64(10n).op('i64.lt_u').if();
  code.get(out).get(value).op('i32.wrap_i64').i32(0x30).op('i32.add').memory('i32.store8');
  code.get(out).i32(1).op('i32.add', 'return').end();
  code.get(value).i64(10_000n).op('i64.lt_u').if();
  code.get(value).op('i32.wrap_i64').set(low);
  emitUpToFourDigits(code, out, low);
  code.end();
  code.get(value).i64(100_000_000n).op('i64.lt_u').if();
  code.get(value).op('i32.wrap_i64').set(low);
  storeLeading();
  code.get(out).op('return').end();
  code.get(value).i64(100_000_000n).op('i64.div_u').set(upper);
  code.get(upper).i64(100_000_000n).op('i64.lt_u').if();
  code.get(upper).op('i32.wrap_i64').set(low);
  storeLeading();
  code.else();
  code.get(upper).i64(100_000_000n).op('i64.div_u').tee(top).op('i32.wrap_i64').set(low);
  storeLeading();
  lowOf(upper, top);
  storeAll(0);
  code.get(out).i32(8).op('i32.add').set(out);
  code.end();
  lowOf(value, upper);
  storeAll(0);
  code.get(out).i32(8).op('i32.add');
  return { parameters: ['i32', 'i64'], results: ['i32'], code };
}

/** Writes a number from 10 to 9999 and returns from the function: in 16 bits each, two digits are split as above. */
function emitUpToFourDigits(code: WasmCode, out: number, value: number): void {
  const pairs = code.local('i32');
  const tens = code.local('i32');
  const zeros = code.local('i32');
  code.get(value).i32(100).op('i32.div_u').tee(pairs);
  code.get(value).get(pairs).i32(100).op('i32.mul', 'i32.sub').i32(16).op('i32.shl', 'i32.or').tee(pairs);
  code.i32(103).op('i32.mul').i32(10).op('i32.shr_u').i32(0x000f000f).op('i32.and').tee(tens);
  code.get(pairs).get(tens).i32(10).op('i32.mul', 'i32.sub').i32(8).op('i32.shl', 'i32.add').tee(pairs);
  // There are two digits at least.
  code.op('i32.ctz').i32(0x18).op('i32.and').set(zeros);
  code.get(out).get(pairs).i32(0x30303030).op('i32.or').get(zeros).op('i32.shr_u').memory('i32.store');
  code.get(out).i32(4).get(zeros).i32(3).op('i32.shr_u', 'i32.sub', 'i32.add', 'return');
}

/** `(out, value) → out`: a signed number. */
export function signedDecimal(decimalFunction: number): WasmFunction {
  const code = new WasmCode(2);
  const [out, value] = [0, 1];
  code.get(value).i64(0n).op('i64.lt_s').if();
  code.get(out).i32(0x2d).memory('i32.store8').get(out).i32(1).op('i32.add').set(out);
  code.i64(0n).get(value).op('i64.sub').set(value).end();
  code.get(out).get(value).call(decimalFunction);
  return { parameters: ['i32', 'i64'], results: ['i32'], code };
}

/** `(out, value, bitsPerDigit, countMin) → out`: digits of some bits each, capital letters above 9. */
export function digits(): WasmFunction {
  const code = new WasmCode(4);
  const [out, value, bits, countMin] = [0, 1, 2, 3];
  const count = code.local('i32');
  const at = code.local('i32');
  const digit = code.local('i32');
  code.i32(63).get(bits).op('i32.add').get(value).op('i64.clz', 'i32.wrap_i64', 'i32.sub');
  code.get(bits).op('i32.div_u').tee(count).get(countMin).op('i32.lt_u').if();
  code.get(countMin).set(count).end();
  code.get(out).get(count).op('i32.add').set(at);
  const next = code.loop();
  code.get(at).i32(1).op('i32.sub').tee(at);
  code
    .get(value)
    .op('i32.wrap_i64')
    .i32(1)
    .get(bits)
    .op('i32.shl')
    .i32(1)
    .op('i32.sub', 'i32.and')
    .tee(digit);
  code.i32(0x30).op('i32.add').get(digit).i32(9).op('i32.gt_u').i32(7).op('i32.mul', 'i32.add');
  code.memory('i32.store8');
  code.get(value).get(bits).op('i64.extend_i32_u', 'i64.shr_u').set(value);
  code.get(at).get(out).op('i32.gt_u').brIf(next).end();
  code.get(out).get(count).op('i32.add');
  return { parameters: ['i32', 'i64', 'i32', 'i32'], results: ['i32'], code };
}

/**
 * `(out, value) → out`: C's `%g` for 0 and for numbers from 10^-4 to 10^6, exactly rounded, halves to the even digit; others
 * are declined.
 *
 * With E the exponent of the first digit and k = 5 - E, the digits are N = m · 5^k · 2^(q + k), rounded, for a value m · 2^q.
 * m has 53 bits and 5^k up to 21: the product is kept as A · 2^21 + B. It is shifted right by 33 to 57 bits.
 */
export function float(stateAddress: number): WasmFunction {
  const code = new WasmCode(2);
  const [out, value] = [0, 1];
  const bits = code.local('i64');
  const exponent = code.local('i32');
  code.get(value).op('i64.reinterpret_f64').tee(bits).i64(0n).op('i64.lt_s').if();
  code.get(out).i32(0x2d).memory('i32.store8').get(out).i32(1).op('i32.add').set(out);
  code
    .get(bits)
    .i64(2n ** 63n - 1n)
    .op('i64.and')
    .set(bits);
  code.get(value).op('f64.abs').set(value).end();
  code.get(bits).op('i64.eqz').if();
  code.get(out).i32(0x30).memory('i32.store8').get(out).i32(1).op('i32.add', 'return').end();
  // Written so that NaN is declined too.
  code.get(value).f64(1e-4).op('f64.ge').get(value).f64(1e6).op('f64.lt', 'i32.and', 'i32.eqz').if();
  code.i32(refused.declined).op('return').end();
  code.i32(-4);
  for (const power of [1e-3, 1e-2, 1e-1, 1, 10, 100, 1e3, 1e4, 1e5]) {
    code.get(value).f64(power).op('f64.ge', 'i32.add');
  }
  code.set(exponent);
  const number = emitSixDigits(code, bits, exponent, stateAddress);
  // 999999.5 and the like: the next power of ten.
  code.get(number).i32(1_000_000).op('i32.ge_u').if();
  code.i32(100_000).set(number).get(exponent).i32(1).op('i32.add').tee(exponent).i32(6).op('i32.ge_s').if();
  code.i32(refused.declined).op('return').end().end();
  emitPlain(code, out, number, exponent);
  return { parameters: ['i32', 'f64'], results: ['i32'], code };
}

function emitSixDigits(code: WasmCode, bits: number, exponent: number, stateAddress: number): number {
  const mantissa = code.local('i64');
  const power = code.local('i64');
  const high = code.local('i64');
  const low = code.local('i64');
  const shift = code.local('i64');
  const rest = code.local('i64');
  const half = code.local('i64');
  const number = code.local('i32');
  const k = code.local('i32');
  const part = (1n << 21n) - 1n;
  code
    .get(bits)
    .i64((1n << 52n) - 1n)
    .op('i64.and')
    .i64(1n << 52n)
    .op('i64.or')
    .set(mantissa);
  code.i32(5).get(exponent).op('i32.sub').tee(k).i32(3).op('i32.shl');
  code.memory('i64.load', stateAddress + state.powersOf5).set(power);
  code.get(mantissa).i64(part).op('i64.and').get(power).op('i64.mul').set(low);
  code.get(mantissa).i64(21n).op('i64.shr_u').get(power).op('i64.mul');
  code.get(low).i64(21n).op('i64.shr_u', 'i64.add').set(high);
  code.get(low).i64(part).op('i64.and').set(low);
  // -(q + k) - 21, with q the biased exponent - 1075
  code
    .i64(1075n - 21n)
    .get(bits)
    .i64(52n)
    .op('i64.shr_u', 'i64.sub');
  code.get(k).op('i64.extend_i32_u', 'i64.sub').set(shift);
  code.get(high).get(shift).op('i64.shr_u', 'i32.wrap_i64').set(number);
  code.i64(1n).get(shift).i64(1n).op('i64.sub', 'i64.shl').set(half);
  code.get(high).i64(1n).get(shift).op('i64.shl').i64(1n).op('i64.sub', 'i64.and').set(rest);
  code.get(rest).get(half).op('i64.gt_u');
  code.get(rest).get(half).op('i64.eq');
  code.get(low).i64(0n).op('i64.ne').get(number).i32(1).op('i32.and', 'i32.or', 'i32.and', 'i32.or');
  code.get(number).op('i32.add').set(number);
  return number;
}

/** Six digits with the point where it belongs and without zeros at the end. */
function emitPlain(code: WasmCode, out: number, number: number, exponent: number): void {
  const sixDigits = code.local('i64');
  const ascii = code.local('i64');
  const count = code.local('i32');
  const whole = code.local('i32');
  emitEightDigits(code, number);
  code.i64(16n).op('i64.shr_u').set(sixDigits);
  code.get(sixDigits).i64(asciiZeros).op('i64.or').set(ascii);
  code.i32(8).get(sixDigits).op('i64.clz', 'i32.wrap_i64').i32(3).op('i32.shr_u', 'i32.sub').set(count);
  code.get(exponent).i32(0).op('i32.lt_s').if();
  // '0.000' and as many of its zeros as are wanted
  code.get(out).i64(0x3030303030302e30n).memory('i64.store');
  code.get(out).i32(1).get(exponent).op('i32.sub', 'i32.add').tee(out).get(ascii).memory('i64.store');
  code.get(out).get(count).op('i32.add', 'return').end();
  code.get(out).get(ascii).memory('i64.store');
  code.get(exponent).i32(1).op('i32.add').set(whole);
  code.get(count).get(whole).op('i32.le_u').if();
  code.get(out).get(whole).op('i32.add', 'return').end();
  code.get(out).get(whole).op('i32.add').i32(0x2e).memory('i32.store8');
  code.get(out).get(whole).op('i32.add');
  code.get(ascii).get(whole).i32(3).op('i32.shl', 'i64.extend_i32_u', 'i64.shr_u').memory('i64.store', 1);
  code.get(out).get(count).op('i32.add').i32(1).op('i32.add');
}
