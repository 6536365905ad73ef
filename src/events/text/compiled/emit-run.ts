/**
 * The module: `run` writes consecutive records of a batch, each with its time, the time since the one before, and what its
 * class's function writes.
 */
import { WasmCode } from '../../wasm/code.ts';
import { encodeModule, type WasmFunction } from '../../wasm/module.ts';
import { type LineParts, lineFunction, type TextFunctions } from './emit-line.ts';
import {
  decimal,
  decimalBytesMax,
  digits,
  float,
  nineDigits,
  refused,
  signedDecimal,
} from './emit-numbers.ts';
import { escapedText, labelText, plainText } from './emit-text.ts';
import { type Escapes, state, stops, stream } from './state.ts';

/** What stands around times. */
export interface TimeForm {
  /** Of what stands before the nanoseconds, in bytes: at most 32. A longer one is left to other code. */
  readonly headLengthMax: 16 | 32;
  readonly afterTime: string;
  /** Around the time since the record before; undefined without it. */
  readonly delta: { readonly before: string; readonly after: string } | undefined;
}

/** `run`: writes records `from` to `to` (excluded) at `out`, returns the address behind them; the state says why it stopped. */
export type GeneratedRun = (stream: number, from: number, to: number, out: number) => number;

export interface ModuleParts {
  readonly stateAddress: number;
  readonly escapes: Escapes;
  readonly time: TimeForm;
  /** By number in class blocks; undefined for those that can't be generated. */
  readonly lines: readonly (Omit<LineParts, 'functions' | 'stateAddress'> | undefined)[];
}

const nsPerSecond = 1_000_000_000n;
const point = 0x2e;
/** `0.`, as it is stored. */
const zeroAndPoint = 0x2e30;

const functionNumbers = {
  run: 0,
  nineDigits: 1,
  decimal: 2,
  signedDecimal: 3,
  digits: 4,
  float: 5,
  escapedText: 6,
  plainText: 7,
  labelText: 8,
  firstLine: 9,
} as const;

export function emitTextModule(parts: ModuleParts): Uint8Array<ArrayBuffer> {
  const { stateAddress, escapes } = parts;
  const functions: TextFunctions = functionNumbers;
  const helpers: WasmFunction[] = [
    nineDigits(),
    decimal(),
    signedDecimal(functionNumbers.decimal),
    digits(),
    float(stateAddress),
    escapedText(stateAddress, escapes),
    plainText(stateAddress),
    labelText(functionNumbers.plainText),
  ];
  // The first line is that of classes without code; it also gives the others their type.
  const lines = [undefined, ...parts.lines].map((line) =>
    lineFunction(line && { ...line, functions, stateAddress }),
  );
  return encodeModule(
    [run(parts), ...helpers, ...lines],
    lines.map((_, index) => functionNumbers.firstLine + index),
  );
}

interface RunLocals {
  readonly streamBlock: number;
  readonly position: number;
  readonly out: number;
  /** While a record is written. */
  readonly at: number;
  readonly time: number;
  readonly block: number;
}

/** Ends the run if the value on the stack is not 0. */
type StopIf = (reason: number) => void;

function run(parts: ModuleParts): WasmFunction {
  const { stateAddress, time: form } = parts;
  const code = new WasmCode(4);
  const [streamBlock, position, to, out] = [0, 1, 2, 3];
  const rows = code.local('i32');
  const locals = {
    ...{ streamBlock, position, out },
    ...{ at: code.local('i32'), time: code.local('f64'), block: code.local('i32') },
  };
  const { at, time, block } = locals;
  code.get(streamBlock).memory('i32.load', stream.row).set(rows);
  code
    .i32(0)
    .get(streamBlock)
    .memory('i32.store', stateAddress + state.streamAddress);
  const stopIf: StopIf = (reason) => {
    code.if();
    code
      .i32(0)
      .i32(reason)
      .memory('i32.store', stateAddress + state.stopReason);
    code
      .i32(0)
      .get(position)
      .memory('i32.store', stateAddress + state.stopPosition);
    code.get(out).op('return').end();
  };
  const next = code.loop();
  code.get(position).get(to).op('i32.ge_u');
  stopIf(stops.done);
  emitClassBlock(code, locals, stopIf);
  emitTimes(code, parts, locals, stopIf);
  code.get(at);
  emitEntry(code, rows, position, 2);
  code.memory('i32.load').get(block).get(block).memory('i32.load').callIndirect(functionNumbers.firstLine);
  code.tee(at).i32(refused.full).op('i32.eq');
  stopIf(stops.full);
  code.get(at).i32(refused.declined).op('i32.eq');
  stopIf(stops.declined);
  code.get(at).set(out);
  if (form.delta !== undefined)
    code
      .i32(0)
      .get(time)
      .memory('f64.store', stateAddress + state.lastNs);
  code.get(position).i32(1).op('i32.add').set(position).br(next).end();
  // Not reached: the loop is left by returning.
  code.get(out);
  return { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'], code, exportName: 'run' };
}

/** Leaves the address of an array's entry for a record on the stack. */
function emitEntry(code: WasmCode, array: number, position: number, shift: number): void {
  code.get(array).get(position).i32(shift).op('i32.shl', 'i32.add');
}

/** Sets `block` to that of the record's class. */
function emitClassBlock(code: WasmCode, { streamBlock, position, block }: RunLocals, stopIf: StopIf): void {
  const indexes = code.local('i32');
  code.get(streamBlock).memory('i32.load', stream.classIndex).set(indexes);
  emitEntry(code, indexes, position, 2);
  code.memory('i32.load').get(streamBlock).memory('i32.load', stream.firstClass).op('i32.sub').tee(block);
  code.get(streamBlock).memory('i32.load', stream.classCount).op('i32.ge_u');
  stopIf(stops.declined);
  code.get(block).i32(2).op('i32.shl').get(streamBlock).op('i32.add');
  code.memory('i32.load', stream.classes).tee(block).op('i32.eqz');
  stopIf(stops.declined);
}

/** Writes the record's time and the time since the one before, from `out` to `at`. */
function emitTimes(
  code: WasmCode,
  parts: ModuleParts,
  { streamBlock, position, out, at, time }: RunLocals,
  stopIf: StopIf,
): void {
  const { stateAddress, time: form } = parts;
  const times = code.local('i32');
  const below = code.local('i64');
  code.get(streamBlock).memory('i32.load', stream.time).set(times);
  emitEntry(code, times, position, 3);
  // Written so that a record without time is declined.
  code.memory('f64.load').tee(time).op('f64.abs');
  code.f64(2 ** 53).op('f64.lt', 'i32.eqz');
  stopIf(stops.declined);
  code
    .get(time)
    .op('i64.trunc_f64_s')
    .i32(0)
    .memory('i64.load', stateAddress + state.secondBegin);
  code.op('i64.sub').tee(below).i64(nsPerSecond).op('i64.ge_u');
  stopIf(stops.second);
  code.get(out).i32(timeBytesMax(form)).op('i32.add');
  code
    .i32(0)
    .memory('i32.load', stateAddress + state.outEnd)
    .op('i32.gt_u');
  stopIf(stops.full);
  code.get(out).set(at);
  emitHead(code, parts, at, below);
  emitConstant(code, at, form.afterTime);
  if (form.delta === undefined) return;
  emitConstant(code, at, form.delta.before);
  emitDelta(code, stateAddress, { at, time }, stopIf);
  emitConstant(code, at, form.delta.after);
}

function timeBytesMax({ headLengthMax, afterTime, delta }: TimeForm): number {
  const deltaBytes =
    delta === undefined ? 0 : delta.before.length + decimalBytesMax + 10 + delta.after.length;
  return headLengthMax + 9 + afterTime.length + deltaBytes + 32;
}

function emitConstant(code: WasmCode, out: number, text: string): void {
  for (let at = 0; at < text.length; at += 4) {
    let word = 0;
    for (let index = 3; index >= 0; index--) word = (word << 8) | (text.charCodeAt(at + index) || 0);
    code.get(out).i32(word).memory('i32.store', at);
  }
  if (text.length > 0) code.get(out).i32(text.length).op('i32.add').set(out);
}

/** The text of the second at hand, and nine digits below it. */
function emitHead(code: WasmCode, { stateAddress, time }: ModuleParts, out: number, below: number): void {
  for (let at = 0; at < time.headLengthMax; at += 8) {
    code
      .get(out)
      .i32(0)
      .memory('i64.load', stateAddress + state.head + at)
      .memory('i64.store', at);
  }
  code
    .get(out)
    .i32(0)
    .memory('i32.load', stateAddress + state.headLength)
    .op('i32.add');
  code.get(below).op('i32.wrap_i64').call(functionNumbers.nineDigits).set(out);
}

/** Seconds and nanoseconds since the record before; the first one, and steps back, are declined. */
function emitDelta(
  code: WasmCode,
  stateAddress: number,
  { at, time }: Pick<RunLocals, 'at' | 'time'>,
  stopIf: StopIf,
): void {
  const delta = code.local('f64');
  const whole = code.local('i64');
  const seconds = code.local('i64');
  code
    .get(time)
    .i32(0)
    .memory('f64.load', stateAddress + state.lastNs)
    .op('f64.sub')
    .tee(delta);
  code.f64(0).op('f64.ge').get(delta);
  code.f64(2 ** 53).op('f64.lt', 'i32.and', 'i32.eqz');
  stopIf(stops.declined);
  code.get(delta).op('i64.trunc_f64_s').tee(whole).i64(nsPerSecond).op('i64.lt_u').if();
  code.get(at).i32(zeroAndPoint).memory('i32.store16').get(at).i32(2).op('i32.add').set(at);
  code.else();
  code.get(whole).i64(nsPerSecond).op('i64.div_u').set(seconds);
  code.get(at).get(seconds).call(functionNumbers.decimal).tee(at);
  code.i32(point).memory('i32.store8').get(at).i32(1).op('i32.add').set(at);
  code.get(whole).get(seconds).i64(nsPerSecond).op('i64.mul', 'i64.sub').set(whole);
  code.end();
  code.get(at).get(whole).op('i32.wrap_i64').call(functionNumbers.nineDigits).set(at);
}
