/**
 * Code of the loop for records that always take as many bytes: the table of steps says where the next one begins, and nothing is called or
 * branched to. Their fields are read later (`emit-columns.ts`).
 *
 *   step of a class id   size in bytes │ group, from the state block's beginning │ class index │ –
 *
 * A class whose records are passed over has no group. Left to the function of the class are the first record of a batch, with which the
 * class is put on a list, those for which arrays have to grow, and those that the window cuts.
 */
import type { WasmCode } from './code.ts';
import { classArrays, firstPointer, state } from './plan.ts';

export const stepBytes = 16;
export const step = { size: 0, group: 4, classIndex: 8 } as const;
/** Of a class without a step: such a record would end beyond all memory. */
export const noStep = 0x7fffffff;
/** Metadata may have class ids that are far apart. */
export const stepCountMax = 1 << 12;

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

/** Takes a record and puts `p` behind it, or leaves by `other` with everything as it was. */
export function emitStep(
  code: WasmCode,
  locals: StepLocals,
  arrays: StepArrays,
  table: { readonly address: number; readonly length: number },
  other: number,
): void {
  const { stateLocal, p, endAddress, classId, cycles, time, count } = locals;
  const [at, next, group, row] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  code.get(classId).i64(BigInt(table.length)).op('i64.ge_u').brIf(other);
  code.get(classId).op('i32.wrap_i64').i32(stepBytes).op('i32.mul').set(at);
  const load = (offset: number) => code.get(at).memory('i32.load', table.address + offset);
  load(step.size).get(p).op('i32.add').tee(next).get(endAddress).op('i32.gt_u').brIf(other);
  const done = code.block();
  load(step.group).tee(group).op('i32.eqz').brIf(done);
  code.get(group).get(stateLocal).op('i32.add').set(group);
  // Neither the first row nor one beyond the last: 0 - 1 is more than any capacity.
  code.get(group).memory('i32.load').tee(row).i32(1).op('i32.sub');
  code.get(group).memory('i32.load', 4).i32(1).op('i32.sub', 'i32.ge_u').brIf(other);
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
  load(step.classIndex).memory('i32.store');
  place(arrays.rows, 2).get(row).memory('i32.store');
  if (arrays.cycles !== undefined) place(arrays.cycles, 3).get(cycles).memory('i64.store');
  code.get(count).i32(1).op('i32.add').set(count);
  code.end();
  code.get(next).set(p);
}
