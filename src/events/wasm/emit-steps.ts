/**
 * Code of the loop for records that always take as many bytes: the table of steps says where the next one begins, and nothing is called or
 * branched to. Their fields are read later (`emit-columns.ts`).
 *
 *   step of a class id   size in bytes │ group, from the state block's beginning │ class index │ index of the group │ runs
 *
 * Where strings lie between bytes of fixed size and no field is read there are runs in place of a size: of each run its bytes and one, the
 * first run in the lowest byte.
 *
 * A class whose records are passed over has no group. What is rare is code of its own, for all classes: the first record of a batch, with
 * which the class is put on a list, those for which arrays have to grow, those with strings, and those that the window cuts. So a class
 * with a step needs no function, and none is made.
 */
import type { WasmCode } from './code.ts';
import { classResults, emitTouch } from './emit-class.ts';
import { emitFindNul } from './emit-text.ts';
import { classArrays, firstPointer, state } from './plan.ts';
import type { RecordTraits } from './traits.ts';

export const stepBytes = 20;
export const step = { size: 0, group: 4, classIndex: 8, groupIndex: 12, runs: 16 } as const;
/** The size where there is none: such a record would end beyond all memory. And the runs where there are none. */
export const noStep = 0x7fffffff;
const runCountMax = 4;
const runBytesMax = 253;
/** Metadata may have class ids that are far apart. */
export const stepCountMax = 1 << 12;

/** What a step has of the size of records: either is `noStep`. */
export interface StepSize {
  readonly size: number;
  readonly runs: number;
}

/** @param fixedRuns as `fixedRuns` returns them; undefined where they are too many or too long for a step */
export function stepSize(fixedRuns: readonly number[]): StepSize | undefined {
  const [size = 0] = fixedRuns;
  if (fixedRuns.length === 1) return { size, runs: noStep };
  if (fixedRuns.length > runCountMax || fixedRuns.some((bytes) => bytes > runBytesMax)) return undefined;
  return { size: noStep, runs: fixedRuns.reduceRight((packed, bytes) => (packed << 8) | (bytes + 1), 0) };
}

/** Whether the loop takes steps: positions in it are bytes, and every record takes some. */
export function takesSteps(traits: RecordTraits): boolean {
  return traits.isByteStream && !traits.hasEmptyHeader;
}

/** Locals of the loop over records. */
export interface StepLocals {
  readonly stateLocal: number;
  /** Address of the record's contexts and payload. */
  readonly p: number;
  readonly endAddress: number;
  /** i64 */
  readonly classId: number;
  readonly cycles: number;
  /** f64 */
  readonly time: number;
  /** Records in the batch. */
  readonly count: number;
}

/** What does not change while the loop runs. */
export interface StepArrays {
  readonly cpu: number;
  readonly times: number;
  readonly classIndexes: number;
  readonly rows: number;
  readonly cycles: number | undefined;
}

/** Loads them into locals, once. */
export function emitStepArrays(code: WasmCode, stateLocal: number, withCycles: boolean): StepArrays {
  const loaded = (offset: number) => {
    const local = code.local('i32');
    code.get(stateLocal).memory('i32.load', offset).set(local);
    return local;
  };
  return {
    cpu: loaded(state.cpu),
    times: loaded(state.timePointer),
    classIndexes: loaded(state.classPointer),
    rows: loaded(state.rowPointer),
    cycles: withCycles ? loaded(state.cyclesPointer) : undefined,
  };
}

/** The steps, by class id, and how many they are. */
export interface StepTable {
  readonly address: number;
  readonly length: number;
}

/** A record's step, its class's group and its row in it. */
interface StepPlace {
  readonly at: number;
  readonly group: number;
  readonly row: number;
}

/** Takes a record and puts `p` behind it, or leaves by `other` with everything as it was. */
export function emitStep(
  code: WasmCode,
  locals: StepLocals,
  arrays: StepArrays,
  table: StepTable,
  other: number,
): void {
  const { stateLocal, p, endAddress } = locals;
  const place = { at: code.local('i32'), group: code.local('i32'), row: code.local('i32') };
  const next = code.local('i32');
  emitStepAddress(code, locals, table, place.at, other);
  const load = (offset: number) => code.get(place.at).memory('i32.load', table.address + offset);
  load(step.size).get(p).op('i32.add').tee(next).get(endAddress).op('i32.gt_u').brIf(other);
  const done = code.block();
  load(step.group).tee(place.group).op('i32.eqz').brIf(done);
  code.get(place.group).get(stateLocal).op('i32.add').set(place.group);
  // Neither the first row nor one beyond the last: 0 - 1 is more than any capacity.
  code.get(place.group).memory('i32.load').tee(place.row).i32(1).op('i32.sub');
  code.get(place.group).memory('i32.load', 4).i32(1).op('i32.sub', 'i32.ge_u').brIf(other);
  emitRow(code, locals, arrays, table, place);
  code.end();
  code.get(next).set(p);
}

/**
 * Takes a record that `emitStep` left, or says in `result` why it can't; leaves by `other` where the class has no step.
 * @param done where to go with a result that is not 0
 */
export function emitRareStep(
  code: WasmCode,
  locals: StepLocals,
  arrays: StepArrays,
  table: StepTable,
  { result, done, other }: { readonly result: number; readonly done: number; readonly other: number },
): void {
  const { stateLocal, p, endAddress } = locals;
  const place = { at: code.local('i32'), group: code.local('i32'), row: code.local('i32') };
  const { at, group, row } = place;
  emitStepAddress(code, locals, table, at, other);
  const load = (offset: number) => code.get(at).memory('i32.load', table.address + offset);
  const next = code.local('i32');
  const runs = code.local('i32');
  load(step.size).get(p).op('i32.add').set(next);
  code.i32(classResults.stuck).set(result);
  load(step.size).i32(noStep).op('i32.eq').if();
  load(step.runs).tee(runs).i32(noStep).op('i32.eq').brIf(other);
  emitRuns(code, locals, runs, { next, stuck: done });
  code.end();
  code.get(next).get(endAddress).op('i32.gt_u').brIf(done);
  const passed = code.block();
  load(step.group).tee(group).op('i32.eqz').brIf(passed);
  code.get(group).get(stateLocal).op('i32.add').tee(group).memory('i32.load').tee(row);
  code.get(group).memory('i32.load', 4).op('i32.ge_u').if();
  code.get(stateLocal);
  load(step.groupIndex).memory('i32.store', state.detail);
  code.get(stateLocal).get(row).i32(1).op('i32.add').memory('i32.store', state.detailRows);
  code.i32(classResults.grow).set(result).br(done);
  code.end();
  emitTouch(code, stateLocal, row, () => load(step.groupIndex));
  emitRow(code, locals, arrays, table, place);
  code.end();
  code.get(next).set(p);
}

/** Puts `next` behind runs of bytes with a string between each and the one after it, or leaves by `stuck`. */
function emitRuns(
  code: WasmCode,
  { p, endAddress }: StepLocals,
  runs: number,
  { next, stuck }: { readonly next: number; readonly stuck: number },
): void {
  code.get(p).set(next);
  const last = code.block();
  const run = code.loop();
  code.get(runs).i32(0xff).op('i32.and').i32(1).op('i32.sub').get(next).op('i32.add').set(next);
  code.get(runs).i32(8).op('i32.shr_u').tee(runs).op('i32.eqz').brIf(last);
  emitFindNul(code, next, endAddress, 1);
  code.get(next).get(endAddress).op('i32.ge_u').brIf(stuck);
  code.get(next).i32(1).op('i32.add').set(next).br(run);
  code.end().end();
}

function emitStepAddress(
  code: WasmCode,
  { classId }: StepLocals,
  table: StepTable,
  at: number,
  other: number,
): void {
  code.get(classId).i64(BigInt(table.length)).op('i64.ge_u').brIf(other);
  code.get(classId).op('i32.wrap_i64').i32(stepBytes).op('i32.mul').set(at);
}

/** The record becomes a row of its class and a place in the batch. */
function emitRow(
  code: WasmCode,
  locals: StepLocals,
  arrays: StepArrays,
  table: StepTable,
  { at, group, row }: StepPlace,
): void {
  const { p, cycles, time, count } = locals;
  const element = (array: number, shift: number) =>
    code
      .get(group)
      .memory('i32.load', firstPointer + 4 * array)
      .get(row)
      .i32(shift)
      .op('i32.shl', 'i32.add');
  element(classArrays.time, 3).get(time).memory('f64.store');
  element(classArrays.cpu, 2).get(arrays.cpu).memory('i32.store');
  element(classArrays.addresses, 2).get(p).memory('i32.store');
  code.get(group).get(row).i32(1).op('i32.add').memory('i32.store');
  const place = (pointer: number, shift: number) =>
    code.get(pointer).get(count).i32(shift).op('i32.shl', 'i32.add');
  place(arrays.times, 3).get(time).memory('f64.store');
  place(arrays.classIndexes, 2);
  code
    .get(at)
    .memory('i32.load', table.address + step.classIndex)
    .memory('i32.store');
  place(arrays.rows, 2).get(row).memory('i32.store');
  if (arrays.cycles !== undefined) place(arrays.cycles, 3).get(cycles).memory('i64.store');
  code.get(count).i32(1).op('i32.add').set(count);
}
