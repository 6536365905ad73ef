/**
 * Generated code that finds runs of samples in a window (`run-state.ts`), or counts them. It stops at the first record that is anything but
 * usual, of which `DataFile.take` knows what to do.
 *
 * Finding the runs of 4.1 M samples and merging them takes 90 ms of processor time, 270 in JavaScript with lists of records.
 */
import { timeMaxNs } from '../../bytes/limits.ts';
import { WasmCode } from '../../events/wasm/code.ts';
import type { WasmFunction } from '../../events/wasm/module.ts';
import { recordTypes } from './record-layouts.ts';
import { heapBytes, heapParts, runBytes, runCountMax, runParts, runState } from './run-state.ts';
import { headerBytes } from './sample-layout.ts';
import { type SampleTable, sampleEntry } from './sample-table.ts';

/** So many sequences are looked at for one that a run may follow; mostly there are as many as CPUs. */
const searchedCountMax = 256;

/** What code for samples is made from; addresses are those of the memory that it runs in. */
export interface SampleCodeParts {
  readonly table: SampleTable;
  /** The origin on the recording's clock. */
  readonly originCycles: bigint;
  /** Of `runState`. */
  readonly state: number;
}

/** Locals of what looks at one record after the other. */
export interface RecordLocals {
  readonly at: number;
  /** Behind the record. */
  readonly next: number;
  /** Of its event in the sample table. */
  readonly entry: number;
  readonly raw: number;
  readonly time: number;
}

export function recordLocals(code: WasmCode, at: number): RecordLocals {
  return {
    at,
    next: code.local('i32'),
    entry: code.local('i32'),
    raw: code.local('i64'),
    time: code.local('f64'),
  };
}

/**
 * Two neighbouring lines of the processor's cache, so far ahead that they have come when their records are looked at: where the next record is,
 * only the one before it says, so that no processor finds out by itself. 5 % of `report syscalls`, 7 of `info`.
 */
const aheadBytes = [1024, 1024 + 64];

/** `next`, of a record that is before `end` as a whole; else leaves. The size may be anything. */
export function emitNext(code: WasmCode, { at, next }: RecordLocals, end: number, leave: number): void {
  code.get(at).i32(headerBytes).op('i32.add').get(end).op('i32.gt_u').brIf(leave);
  for (const bytes of aheadBytes) code.get(at).memory('i32.load', bytes).op('drop');
  code.get(at).get(at).memory('i32.load16_u', 6).op('i32.add').tee(next);
  code.get(end).op('i32.gt_u').brIf(leave);
}

/** `entry`, of a sample whose event is known; else leaves. */
export function emitEntry(
  code: WasmCode,
  { at, entry, raw }: RecordLocals,
  table: SampleTable,
  leave: number,
): void {
  const { only, idAt, leastId, idCount, byId } = table;
  if (only !== undefined) {
    code.i32(only).set(entry);
    return;
  }
  code.get(at).memory('i64.load', idAt).i64(leastId).op('i64.sub').tee(raw);
  code.i64(BigInt(idCount)).op('i64.ge_u').brIf(leave);
  code.get(raw).op('i32.wrap_i64').i32(2).op('i32.shl').memory('i32.load', byId).tee(entry);
  code.op('i32.eqz').brIf(leave);
}

/** A number that is in the entry, or the same for all. */
export function emitOf(code: WasmCode, { entry }: RecordLocals, offset: number, common: number | undefined) {
  if (common === undefined) code.get(entry).memory('i32.load', offset);
  else code.i32(common);
}

/** `raw`, and `time` relative to the origin. */
export function emitTime(
  code: WasmCode,
  locals: RecordLocals,
  { table: { timeAt }, originCycles }: SampleCodeParts,
): void {
  const { at, raw, time } = locals;
  if (timeAt === undefined) {
    code.get(at);
    emitOf(code, locals, sampleEntry.timeAt, undefined);
    code.op('i32.add').memory('i64.load').set(raw);
  } else code.get(at).memory('i64.load', timeAt).set(raw);
  code.get(raw).i64(originCycles).op('i64.sub', 'f64.convert_i64_s').set(time);
}

/** Leaves where a sample is shorter than its event's are at least, or has no time that can be. */
function emitChecks(code: WasmCode, locals: RecordLocals, parts: SampleCodeParts, leave: number): void {
  const { at, next, raw, time } = locals;
  code.get(next).get(at).op('i32.sub');
  emitOf(code, locals, sampleEntry.leastBytes, parts.table.leastBytes);
  code.op('i32.lt_u').brIf(leave);
  emitTime(code, locals, parts);
  // 0 and -1 stand for no time; others below 0 are too large.
  code.get(raw).i64(0n).op('i64.le_s').brIf(leave);
  code.get(time).op('f64.abs').f64(timeMaxNs).op('f64.ge').brIf(leave);
}

/** Addresses from which on records are looked at, and where they end; returns the address of the first that is not taken. */
export type ScanSamples = (at: number, end: number) => number;

/** Finds runs; ends of rounds are taken too. */
export function emitScan(parts: SampleCodeParts, heap: number, runs: number): WasmFunction {
  const { state, table } = parts;
  const code = new WasmCode(2);
  const [at, end] = [0, 1];
  const locals = recordLocals(code, at);
  const { next, time } = locals;
  const names = ['limit', 'roundMax', 'latest', 'lastKey'] as const;
  const kept = names.map((name) => ({ local: code.local('f64'), offset: runState[name] }));
  const [limit, roundMax, latest, lastKey] = kept.map(({ local }) => local) as [
    number,
    number,
    number,
    number,
  ];
  const [run, runEnd] = [code.local('i32'), code.local('i32')];
  for (const { local, offset } of kept) code.i32(state).memory('f64.load', offset).set(local);
  code.i32(state).memory('i32.load', runState.openRun).set(run);
  const placeOf = (address: number) =>
    code.get(address).op('f64.convert_i32_u').i32(state).memory('f64.load', runState.delta).op('f64.add');
  const noteEnd = () => {
    code.get(runEnd).if().get(run);
    placeOf(runEnd).memory('f64.store', runParts.endPlace);
    code.get(run).get(lastKey).memory('f64.store', runParts.latest).end();
  };
  const stop = code.block();
  const loop = code.loop();
  emitNext(code, locals, end, stop);
  code.get(at).memory('i32.load').i32(recordTypes.sample).op('i32.ne').if();
  code.get(at).memory('i32.load').i32(recordTypes.finishedRound).op('i32.ne').brIf(stop);
  code.get(next).get(at).op('i32.sub').i32(headerBytes).op('i32.lt_u').brIf(stop);
  code.get(roundMax).set(limit).get(latest).set(roundMax).get(next).set(at).br(loop);
  code.end();
  emitEntry(code, locals, table, stop);
  emitChecks(code, locals, parts, stop);
  code.get(time).get(limit).op('f64.le').brIf(stop);
  code.get(time).get(lastKey).op('f64.lt').if();
  noteEnd();
  emitNewRun(code, locals, { state, heap, runs, run, stop, placeOf });
  code.end();
  code.get(next).set(runEnd).get(time).set(lastKey);
  code.get(time).get(latest).op('f64.gt').if().get(time).set(latest).end();
  code.get(next).set(at).br(loop);
  code.end();
  code.end();
  noteEnd();
  for (const { local, offset } of kept) code.i32(state).get(local).memory('f64.store', offset);
  code.i32(state).get(run).memory('i32.store', runState.openRun).get(at);
  return { parameters: ['i32', 'i32'], results: ['i32'], code, exportName: 'scan' };
}

/** Stops where there is no room for one more. */
function emitNewRun(
  code: WasmCode,
  { at, time }: RecordLocals,
  parts: {
    readonly state: number;
    readonly heap: number;
    readonly runs: number;
    readonly run: number;
    readonly stop: number;
    readonly placeOf: (address: number) => WasmCode;
  },
): void {
  const { state, heap, runs, run, stop, placeOf } = parts;
  const count = code.local('i32');
  code.i32(state).memory('i32.load', runState.runCount).tee(count);
  code.i32(runCountMax).op('i32.ge_u').brIf(stop);
  code.i32(state).get(count).i32(1).op('i32.add').memory('i32.store', runState.runCount);
  code.get(count).i32(runBytes).op('i32.mul').i32(runs).op('i32.add').set(run);
  code.get(run).get(time).memory('f64.store', runParts.key);
  code.get(run);
  placeOf(at).memory('f64.store', runParts.place);
  code.get(run).i32(0).memory('i32.store', runParts.at);
  code.get(run).i32(0).memory('i32.store', runParts.following);
  emitSequence(code, { state, heap, run, time });
}

/** Puts a new run behind another one all of whose records are earlier; else it begins a sequence. */
function emitSequence(
  code: WasmCode,
  { state, heap, run, time }: { readonly [name in 'state' | 'heap' | 'run' | 'time']: number },
): void {
  const [count, index, element, last] = [
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
  ];
  code.i32(state).memory('i32.load', runState.heapCount).set(count);
  code.i32(heap).set(element).i32(0).set(index);
  const done = code.block();
  const none = code.block();
  const next = code.loop();
  code.get(index).get(count).op('i32.ge_u').brIf(none);
  code.get(element).memory('i32.load', heapParts.last).tee(last);
  code.memory('f64.load', runParts.latest).get(time).op('f64.lt').if();
  code.get(last).get(run).get(last).op('i32.sub').memory('i32.store', runParts.following);
  code.get(element).get(run).memory('i32.store', heapParts.last).br(done);
  code.end();
  code.get(element).i32(heapBytes).op('i32.add').set(element);
  code.get(index).i32(1).op('i32.add').tee(index).i32(searchedCountMax).op('i32.lt_u').brIf(next);
  code.end();
  code.end();
  code.get(count).i32(Math.log2(heapBytes)).op('i32.shl').i32(heap).op('i32.add').set(element);
  code.get(element).get(time).memory('f64.store', heapParts.key);
  code.get(element).get(run).memory('i32.store', heapParts.run);
  code.get(element).get(run).memory('i32.store', heapParts.last);
  code.i32(state).get(count).i32(1).op('i32.add').memory('i32.store', runState.heapCount);
  code.end();
}

/** What counting keeps, by offsets from the state's address: doubles, at first infinite. */
export const countState = { earliest: 0, latest: 8 } as const;
export const countStateBytes = 16;

/** Counts the samples of each event, in its entry. */
export function emitCount(parts: SampleCodeParts): WasmFunction {
  const { state, table } = parts;
  const code = new WasmCode(2);
  const [at, end] = [0, 1];
  const locals = recordLocals(code, at);
  const { next, entry, time } = locals;
  const [earliest, latest] = [code.local('f64'), code.local('f64')];
  code.i32(state).memory('f64.load', countState.earliest).set(earliest);
  code.i32(state).memory('f64.load', countState.latest).set(latest);
  const stop = code.block();
  const loop = code.loop();
  emitNext(code, locals, end, stop);
  code.get(at).memory('i32.load').i32(recordTypes.sample).op('i32.ne').brIf(stop);
  emitEntry(code, locals, table, stop);
  emitChecks(code, locals, parts, stop);
  code.get(time).get(latest).op('f64.gt').if().get(time).set(latest).end();
  code.get(time).get(earliest).op('f64.lt').if().get(time).set(earliest).end();
  code.get(entry).get(entry).memory('i32.load', sampleEntry.count).i32(1).op('i32.add');
  code.memory('i32.store', sampleEntry.count);
  code.get(next).set(at).br(loop);
  code.end();
  code.end();
  code.i32(state).get(earliest).memory('f64.store', countState.earliest);
  code.i32(state).get(latest).memory('f64.store', countState.latest);
  code.get(at);
  return { parameters: ['i32', 'i32'], results: ['i32'], code, exportName: 'count' };
}
