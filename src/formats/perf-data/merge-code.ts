/**
 * Generated code that merges runs of samples (`run-state.ts`) and writes a frame for each sample that is wanted, straight from where it lies:
 * samples are not listed, nor sorted.
 *
 *   heap   run with the earliest record ── the others'         its records have frames one after the other, as long as they precede
 *          └ 3 6 8 │ 9 …                    9 …                those of all others: where they don't, the next run goes on
 */
import { WasmCode } from '../../events/wasm/code.ts';
import type { WasmFunction } from '../../events/wasm/module.ts';
import { recordTypes } from './record-layouts.ts';
import { heapBytes, heapParts, mergeStops, runParts, runState } from './run-state.ts';
import { headerBytes } from './sample-layout.ts';
import { sampleEntry, sampleReads } from './sample-table.ts';
import {
  emitEntry,
  emitNext,
  emitOf,
  emitTime,
  type RecordLocals,
  recordLocals,
  type SampleCodeParts,
} from './scan-code.ts';

/** Returns one of `mergeStops`. */
export type MergeRuns = () => number;

/** Addresses of what merging reads and writes. */
export interface MergeCodeParts extends SampleCodeParts {
  readonly heap: number;
  /** Places in frames count from it. */
  readonly window: number;
  /** Addresses of the arrays of a `FrameList`. */
  readonly frames: {
    readonly capacity: number;
    readonly classId: number;
    readonly timeNs: number;
    /** Undefined where they are not kept. */
    readonly cycles: number | undefined;
    readonly cpu: number;
    readonly contextAt: number;
    readonly contextEnd: number;
    readonly bodyAt: number;
    readonly bodyEnd: number;
  };
  /** The time that is selected; records of others are stepped over. */
  readonly beginNs: number;
}

/** In a frame whose raw part is to be looked for. */
export const bodyUnknown = 0xffffffff;

interface MergeLocals extends RecordLocals {
  readonly run: number;
  readonly end: number;
  readonly heapCount: number;
  readonly count: number;
  readonly key: number;
  readonly bound: number;
  readonly stop: number;
}

export function emitMerge(parts: MergeCodeParts): WasmFunction {
  const { state, heap } = parts;
  const code = new WasmCode(0);
  const locals: MergeLocals = {
    ...recordLocals(code, code.local('i32')),
    run: code.local('i32'),
    end: code.local('i32'),
    heapCount: code.local('i32'),
    count: code.local('i32'),
    key: code.local('f64'),
    bound: code.local('f64'),
    stop: code.local('f64'),
  };
  const { at, time, run, heapCount, count, stop } = locals;
  const leave = (result: number) => {
    code.i32(state).get(heapCount).memory('i32.store', runState.heapCount);
    code.i32(state).get(count).memory('i32.store', runState.frameCount);
    code.i32(result).op('return');
  };
  const noteNext = () => {
    code.get(run).get(at).memory('i32.store', runParts.at);
    code.i32(heap).get(time).memory('f64.store', heapParts.key);
  };
  code.i32(state).memory('i32.load', runState.heapCount).set(heapCount);
  code.i32(state).memory('i32.load', runState.frameCount).set(count);
  code.i32(state).memory('f64.load', runState.stop).set(stop);
  const nextRun = code.loop();
  const over = code.block();
  emitFirst(code, parts, locals, { over, leave });
  const exhausted = code.block();
  emitRecords(code, parts, locals, { nextRun, exhausted, leave, noteNext });
  code.end();
  noteNext();
  // The rest of it is in the file.
  code.get(at).op('f64.convert_i32_u').get(run).memory('f64.load', runParts.delta).op('f64.add');
  code.get(run).memory('f64.load', runParts.endPlace).op('f64.lt').if();
  leave(mergeStops.absent);
  code.end();
  code.end();
  emitFollowing(code, heap, locals);
  code.br(nextRun);
  code.end();
  code.i32(mergeStops.done);
  return { parameters: [], results: ['i32'], code, exportName: 'merge' };
}

/** Finds the run that has the next record, and up to where its records precede all others. */
function emitFirst(
  code: WasmCode,
  parts: MergeCodeParts,
  locals: MergeLocals,
  { over, leave }: { readonly over: number; readonly leave: (result: number) => void },
): void {
  const { state, heap, beginNs } = parts;
  const { at, run, end, heapCount, key, stop } = locals;
  code.get(heapCount).op('i32.eqz').if();
  leave(mergeStops.done);
  code.end();
  emitSift(code, heap, locals);
  emitBound(code, heap, locals);
  code.get(run).memory('i32.load', runParts.at).set(at);
  code.get(key).get(stop).op('f64.ge').if();
  emitIsBeyondTie(code, state, locals);
  code.if();
  leave(mergeStops.done);
  code.end();
  code.end();
  code.get(at).op('i32.eqz').if();
  if (beginNs > Number.NEGATIVE_INFINITY)
    code.get(run).memory('f64.load', runParts.latest).f64(beginNs).op('f64.lt').brIf(over);
  emitFind(code, parts, locals, leave);
  code.end();
  code.get(run).memory('i32.load', runParts.end).set(end);
}

/** `at`, of a run that is in what the window has had since it was begun. */
function emitFind(
  code: WasmCode,
  { state, window }: MergeCodeParts,
  { at, run }: MergeLocals,
  leave: (result: number) => void,
): void {
  const address = code.local('f64');
  const delta = code.local('f64');
  code.get(run).memory('f64.load', runParts.place);
  code.i32(state).memory('f64.load', runState.delta).tee(delta);
  code.op('f64.sub').tee(address).f64(window).op('f64.lt').if();
  leave(mergeStops.absent);
  code.end();
  code.get(address).op('i32.trunc_f64_u').set(at);
  code.get(run).get(delta).memory('f64.store', runParts.delta);
  code.get(run).get(run).memory('f64.load', runParts.endPlace).get(delta).op('f64.sub');
  code.op('i32.trunc_f64_u').memory('i32.store', runParts.end);
}

/** Writes frames of the run's records, as long as they precede all others. */
function emitRecords(
  code: WasmCode,
  parts: MergeCodeParts,
  locals: MergeLocals,
  go: {
    readonly nextRun: number;
    readonly exhausted: number;
    readonly leave: (result: number) => void;
    readonly noteNext: () => void;
  },
): void {
  const { at, next, entry, time, count, key, bound } = locals;
  const first = code.local('i32');
  code.get(at).set(first).get(key).set(time);
  const record = code.loop();
  emitNext(code, locals, locals.end, go.exhausted);
  code.get(next).get(at).op('i32.sub').i32(headerBytes).op('i32.lt_u').brIf(go.exhausted);
  const skip = code.block();
  code.get(at).memory('i32.load').i32(recordTypes.sample).op('i32.ne').brIf(skip);
  emitEntry(code, locals, parts.table, skip);
  code.get(entry).memory('i32.load', sampleEntry.read).op('i32.eqz').brIf(skip);
  emitTime(code, locals, parts);
  if (parts.beginNs > Number.NEGATIVE_INFINITY) code.get(time).f64(parts.beginNs).op('f64.lt').brIf(skip);
  code.get(time).get(bound).op('f64.ge').if();
  // The first record, by which the run was found to precede others, may have the same time as one of theirs.
  code.get(at).get(first).op('i32.ne').get(time).get(key).op('f64.eq', 'i32.eqz', 'i32.or').if();
  go.noteNext();
  code.br(go.nextRun);
  code.end();
  code.end();
  code.get(count).i32(parts.frames.capacity).op('i32.ge_u').if();
  go.noteNext();
  go.leave(mergeStops.full);
  code.end();
  emitFrame(code, parts, locals);
  code.end();
  code.get(next).set(at).br(record);
  code.end();
}

/** `run` and `key` of the first of the heap, once it is where it belongs: only it may not be. */
function emitSift(code: WasmCode, heap: number, { heapCount, run, key }: MergeLocals): void {
  const [node, child, other] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const runs = code.local('i64');
  const element = (index: number) =>
    code.get(index).i32(Math.log2(heapBytes)).op('i32.shl').i32(heap).op('i32.add');
  /** Whether what is at address `a` precedes: `b` and `bRun` put time and run of the other on the stack. */
  const precedes = (a: number, b: () => void, bRun: () => void) => {
    code.get(a).memory('f64.load', heapParts.key);
    b();
    code.op('f64.lt').if('i32').i32(1).else();
    code.get(a).memory('f64.load', heapParts.key);
    b();
    code.op('f64.eq').get(a).memory('i32.load', heapParts.run);
    bRun();
    code.op('i32.lt_u', 'i32.and').end();
  };
  code.i32(heap).memory('f64.load', heapParts.key).set(key);
  code.i32(heap).memory('i32.load', heapParts.run).set(run);
  // With the last one beside it.
  code.i32(heap).memory('i64.load', heapParts.run).set(runs);
  code.i32(0).set(node);
  const done = code.block();
  const level = code.loop();
  code
    .get(node)
    .i32(1)
    .op('i32.shl')
    .i32(1)
    .op('i32.add')
    .tee(child)
    .get(heapCount)
    .op('i32.ge_u')
    .brIf(done);
  // The earlier child.
  const [left, right] = [code.local('i32'), code.local('i32')];
  element(child).set(left);
  code.get(child).i32(1).op('i32.add').tee(other).get(heapCount).op('i32.lt_u').if();
  code.get(left).i32(heapBytes).op('i32.add').set(right);
  precedes(
    right,
    () => code.get(left).memory('f64.load', heapParts.key),
    () => code.get(left).memory('i32.load', heapParts.run),
  );
  code.if().get(other).set(child).get(right).set(left).end();
  code.end();
  precedes(
    left,
    () => code.get(key),
    () => code.get(run),
  );
  code.op('i32.eqz').brIf(done);
  element(node).tee(right).get(left).memory('f64.load', heapParts.key).memory('f64.store', heapParts.key);
  code.get(right).get(left).memory('i64.load', heapParts.run).memory('i64.store', heapParts.run);
  code.get(child).set(node).br(level);
  code.end();
  code.end();
  code.get(node).if();
  element(node).tee(right).get(key).memory('f64.store', heapParts.key);
  code.get(right).get(runs).memory('i64.store', heapParts.run);
  code.i32(heap).memory('f64.load', heapParts.key).set(key);
  code.i32(heap).memory('i32.load', heapParts.run).set(run);
  code.end();
}

/** Records of the first run that are earlier precede all others. */
function emitBound(code: WasmCode, heap: number, { heapCount, bound, stop }: MergeLocals): void {
  code.get(stop).set(bound);
  for (const child of [1, 2]) {
    code.get(heapCount).i32(child).op('i32.gt_u').if();
    code
      .get(bound)
      .i32(heap)
      .memory('f64.load', child * heapBytes + heapParts.key)
      .op('f64.min')
      .set(bound);
    code.end();
  }
}

/** Whether the first record of the heap, which is not before `stop`, is not the one that the tie lets pass. */
function emitIsBeyondTie(code: WasmCode, state: number, { at, run, key }: MergeLocals): void {
  code.get(key).i32(state).memory('f64.load', runState.tieKey).op('f64.eq').if('i32');
  code.get(at).if('f64');
  code.get(at).op('f64.convert_i32_u').get(run).memory('f64.load', runParts.delta).op('f64.add');
  code.else().get(run).memory('f64.load', runParts.place).end();
  code.i32(state).memory('f64.load', runState.tiePlace).op('f64.ge');
  code.else().i32(1).end();
}

/** The first run has no more records: the one that follows it takes its place, or the last of the heap. */
function emitFollowing(code: WasmCode, heap: number, { run, heapCount }: MergeLocals): void {
  const [last, following] = [code.local('i32'), code.local('i32')];
  code.get(run).i32(0).memory('i32.store', runParts.at);
  code.get(run).memory('i32.load', runParts.following).tee(following).if();
  code.get(run).get(following).op('i32.add').set(run);
  code.i32(heap).get(run).memory('f64.load', runParts.key).memory('f64.store', heapParts.key);
  code.i32(heap).get(run).memory('i32.store', heapParts.run);
  code.else();
  code.get(heapCount).i32(1).op('i32.sub').tee(heapCount);
  code.i32(Math.log2(heapBytes)).op('i32.shl').i32(heap).op('i32.add').set(last);
  code.i32(heap).get(last).memory('f64.load', heapParts.key).memory('f64.store', heapParts.key);
  code.i32(heap).get(last).memory('i64.load', heapParts.run).memory('i64.store', heapParts.run);
  code.end();
}

/** What frames say of the sample. */
function emitFrame(code: WasmCode, parts: MergeCodeParts, locals: MergeLocals): void {
  const { frames, window, state, table } = parts;
  const { at, next, entry, raw, time, count } = locals;
  const part = code.local('i32');
  const slot = (array: number, shift: number) =>
    code.get(count).i32(shift).op('i32.shl').i32(array).op('i32.add');
  const place = (array: number, address: number, more = 0) => {
    slot(array, 2);
    code
      .get(address)
      .i32(window - more)
      .op('i32.sub')
      .memory('i32.store');
  };
  const hasRead = (read: number) =>
    code.get(entry).memory('i32.load', sampleEntry.read).i32(read).op('i32.eq');
  slot(frames.classId, 2);
  code.get(entry).memory('i32.load', sampleEntry.classId).memory('i32.store');
  slot(frames.timeNs, 3);
  code.get(time).memory('f64.store');
  if (frames.cycles !== undefined) {
    slot(frames.cycles, 3);
    code.get(raw).memory('i64.store');
  }
  slot(frames.cpu, 2);
  emitOf(code, locals, sampleEntry.cpuAt, table.cpuAt);
  code.tee(part).i32(0).op('i32.lt_s').if('i32').i32(-1).else();
  code.get(at).get(part).op('i32.add').memory('i32.load').end();
  code.memory('i32.store');
  place(frames.contextAt, at);
  hasRead(sampleReads.usual).if();
  code.get(at).get(entry).memory('i32.load', sampleEntry.rawAt).op('i32.add').set(part);
  place(frames.contextEnd, part);
  place(frames.bodyAt, part, 4);
  place(frames.bodyEnd, next);
  code.else();
  place(frames.contextEnd, next);
  place(frames.bodyAt, next);
  place(frames.bodyEnd, next);
  hasRead(sampleReads.counted).if();
  slot(frames.bodyAt, 2);
  code.i32(-1).memory('i32.store');
  code.i32(state).i32(1).memory('i32.store', runState.isIncomplete);
  code.end();
  code.end();
  code.get(count).i32(1).op('i32.add').set(count);
}
