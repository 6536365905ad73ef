/** Code for a record's time: from the clock's value to nanoseconds from the origin, as `CycleConverter` does it. */
import type { WasmCode } from './code.ts';
import { state } from './plan.ts';

/** Far beyond what times may be apart, far below what 64 bits hold in nanoseconds. */
const secondsMax = 1n << 33n;
const nsPerSecond = 1_000_000_000n;
const exactMax = 1n << 53n;
const halfExactMax = exactMax / 2n;
/** Above, the products of the conversion to nanoseconds pass 63 bits. */
export const frequencyMaxHz = 1n << 33n;

/** Locals of the loop over records. */
export interface TimeLocals {
  readonly stateLocal: number;
  /** i64 */
  readonly cycles: number;
  readonly baseCycles: number;
  readonly surelyFrom: number;
  readonly surelyFor: number;
  /** f64 */
  readonly surelyNs: number;
  readonly baseNs: number;
  readonly lastNs: number;
  readonly time: number;
}

/** Sets `time`; NaN without a clock. Leaves by `stuck` where the result would not be exact: the base is moved then. */
export function emitTime(
  code: WasmCode,
  locals: TimeLocals,
  frequencyHz: bigint | undefined,
  stuck: number,
): void {
  const { cycles, baseCycles, baseNs, time } = locals;
  if (frequencyHz === undefined) {
    code.f64(Number.NaN).set(time);
    return;
  }
  const difference = code.local('i64');
  if (frequencyHz === nsPerSecond) {
    const { surelyFrom, surelyNs, surelyFor } = locals;
    code.get(cycles).get(surelyFrom).op('i64.sub').tee(difference);
    code.op('f64.convert_i64_s').get(surelyNs).op('f64.add').set(time);
    code.get(difference).get(surelyFor).op('i64.ge_u').if();
    code.get(cycles).get(baseCycles).op('i64.sub').tee(difference);
    code.op('f64.convert_i64_s').get(baseNs).op('f64.add').set(time);
    emitRangeChecks(code, locals, difference, stuck);
    emitTimeCheck(code, time, stuck);
    code.end();
    return;
  }
  code.get(cycles).get(baseCycles).op('i64.sub').set(difference);
  emitRangeChecks(code, locals, difference, stuck);
  code.get(difference);
  emitCyclesToNs(code, locals, frequencyHz, stuck);
  code.op('f64.convert_i64_s').get(baseNs).op('f64.add').set(time);
  emitTimeCheck(code, time, stuck);
}

/** Leaves by `stuck` where the difference from the base is not the right one, or no exact one. */
function emitRangeChecks(
  code: WasmCode,
  { cycles, baseCycles }: TimeLocals,
  difference: number,
  stuck: number,
): void {
  // Values that are more than half of their range apart have a difference of the wrong sign.
  code
    .get(cycles)
    .get(baseCycles)
    .op('i64.lt_u')
    .get(difference)
    .i64(0n)
    .op('i64.lt_s', 'i32.ne')
    .brIf(stuck);
  code.get(difference);
  code
    .i64(exactMax)
    .op('i64.add')
    .i64(exactMax * 2n)
    .op('i64.gt_u')
    .brIf(stuck);
}

function emitTimeCheck(code: WasmCode, time: number, stuck: number): void {
  code
    .get(time)
    .op('f64.abs')
    .f64(2 ** 53)
    .op('f64.ge')
    .brIf(stuck);
}

/**
 * Before the loop: values of the clock between which the time of each is surely exact, so that one comparison is enough for most records: up
 * to 2^52 from the base, if the base's own time is not further from 0. They begin at 0 at least, and none of them is beyond 2^63. With the
 * clock of a nanosecond `surelyNs` is the time of the first.
 */
export function emitSureRange(code: WasmCode, locals: TimeLocals): void {
  const { baseCycles, baseNs, surelyFrom, surelyFor, surelyNs } = locals;
  code.get(baseNs).op('f64.abs').f64(Number(halfExactMax)).op('f64.lt');
  code
    .get(baseCycles)
    .i64(1n << 62n)
    .op('i64.lt_u', 'i32.and')
    .if();
  code.get(baseCycles).i64(halfExactMax).op('i64.sub').i64(0n);
  code.get(baseCycles).i64(halfExactMax).op('i64.gt_u', 'select').set(surelyFrom);
  code.get(baseCycles).i64(halfExactMax).op('i64.add').get(surelyFrom).op('i64.sub').set(surelyFor);
  code
    .get(baseNs)
    .get(baseCycles)
    .get(surelyFrom)
    .op('i64.sub', 'f64.convert_i64_s', 'f64.sub')
    .set(surelyNs);
  code.else();
  code.get(baseCycles).set(surelyFrom);
  code.end();
}

/** An i64 difference in cycles becomes one in nanoseconds; divisions round towards zero, below zero the floor is wanted. */
function emitCyclesToNs(code: WasmCode, locals: TimeLocals, frequencyHz: bigint, stuck: number): void {
  const seconds = code.local('i64');
  const rest = code.local('i64');
  code.tee(rest).i64(frequencyHz).op('i64.div_s').set(seconds);
  // As nanoseconds they must fit in 64 bits: a slow clock's do not.
  code
    .get(seconds)
    .i64(secondsMax)
    .op('i64.add')
    .i64(secondsMax * 2n)
    .op('i64.gt_u')
    .brIf(stuck);
  code.get(rest).i64(frequencyHz).op('i64.rem_s').tee(rest).i64(0n).op('i64.lt_s').if();
  code.get(rest).i64(frequencyHz).op('i64.add').set(rest).get(seconds).i64(1n).op('i64.sub').set(seconds);
  code.end();
  code.get(seconds).i64(nsPerSecond).op('i64.mul');
  code.get(rest).i64(nsPerSecond).op('i64.mul').get(locals.stateLocal).memory('i64.load', state.remainder);
  code.op('i64.add').i64(frequencyHz).op('i64.div_s', 'i64.add');
}

/** Steps back in time are counted; the last time is kept. */
export function emitTimeChecks(code: WasmCode, locals: TimeLocals): void {
  const { stateLocal, time, lastNs } = locals;
  code.get(time).get(lastNs).op('f64.lt').if();
  code.get(stateLocal).memory('i32.load', state.backwardCount).op('i32.eqz').if();
  code.get(stateLocal).get(lastNs).get(time).op('f64.sub').memory('f64.store', state.backwardNs);
  code.end();
  code.get(stateLocal).get(stateLocal).memory('i32.load', state.backwardCount).i32(1).op('i32.add');
  code.memory('i32.store', state.backwardCount);
  code.end();
  code.get(time).set(lastNs);
}
