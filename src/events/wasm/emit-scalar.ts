/** Code for integers and floats: read, stored, and handed to whoever needs their value. */
import type { FloatType, IntegerType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import { emitInteger, maySplitByte } from './emit-integer.ts';
import { type Group, type Plan, pointerOffset, state } from './plan.ts';
import type { Position } from './position.ts';

/** What code for fields is generated with. */
export interface EmitContext {
  readonly code: WasmCode;
  readonly position: Position;
  /** Local with the state block's address. */
  readonly stateLocal: number;
  readonly slots: ReadonlyMap<IntegerType, number>;
  readonly classIds: ReadonlySet<IntegerType>;
  /** The clock whose value is kept: an index in the trace's clocks. */
  readonly clock: number | undefined;
  /** Local that receives a group's index and the block that is left to have it grown; the rows wanted are in `growRows`. */
  readonly grow: { readonly label: number; readonly group: number; readonly rows: number };
}

/** The group whose rows are being filled, and the local with the number of the row. */
export interface RowContext {
  readonly group: Group;
  readonly row: number;
}

/** Puts the address of row `row` of an array on the stack. */
export function emitElementAddress(
  context: EmitContext,
  row: RowContext,
  array: number,
  shift: number,
): void {
  const { code, stateLocal } = context;
  code
    .get(stateLocal)
    .memory('i32.load', pointerOffset(row.group, array))
    .get(row.row)
    .i32(shift)
    .op('i32.shl', 'i32.add');
}

export function emitIntegerField(
  context: EmitContext,
  type: IntegerType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  const slot = context.slots.get(type);
  const isClassId = context.classIds.has(type);
  const hasClock = type.clock !== undefined && type.clock === context.clock;
  const isStored = plan?.kind === 'number' && row !== undefined;
  if (!isStored && slot === undefined && !isClassId && !hasClock) {
    emitStep(context, type);
    return;
  }
  const isWide = type.sizeBits > 32;
  if (isStored && slot === undefined && !isClassId && !hasClock) {
    emitElementAddress(context, row, plan.values, plan.store === 'i32' ? 2 : 3);
    emitInteger(code, position, type);
    emitStore(code, type, plan.store);
    return;
  }
  const value = code.local(isWide ? 'i64' : 'i32');
  emitInteger(code, position, type);
  code.set(value);
  const emitWide = () => {
    code.get(value);
    if (!isWide) code.op(type.isSigned ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
  };
  if (isStored) {
    emitElementAddress(context, row, plan.values, plan.store === 'i32' ? 2 : 3);
    code.get(value);
    emitStore(code, type, plan.store);
  }
  for (const offset of [slot, isClassId ? state.classId : undefined]) {
    if (offset === undefined) continue;
    code.get(context.stateLocal);
    emitWide();
    code.memory('i64.store', offset);
  }
  if (hasClock) emitClock(context, type.sizeBits, value, isWide);
}

/** Steps over an integer; a change of byte order within a byte must be noticed even so. */
function emitStep(context: EmitContext, type: IntegerType): void {
  const { code, position } = context;
  if (position.locals.order !== undefined && maySplitByte(type)) {
    emitInteger(code, position, type);
    code.op('drop');
    return;
  }
  position.need(type.sizeBits);
  position.advance(type.sizeBits);
}

function emitStore(code: WasmCode, type: IntegerType, store: 'i32' | 'i64' | 'f64'): void {
  if (store === 'f64') {
    const isWide = type.sizeBits > 32;
    if (isWide) code.op(type.isSigned ? 'f64.convert_i64_s' : 'f64.convert_i64_u');
    else code.op(type.isSigned ? 'f64.convert_i32_s' : 'f64.convert_i32_u');
  }
  code.memory(`${store}.store`);
}

/** CTF 1.8 §8: the low bits of the clock's value are replaced; if that would make it smaller, they wrapped once. */
function emitClock(context: EmitContext, sizeBits: number, value: number, isWide: boolean): void {
  const { code, stateLocal } = context;
  const wide = code.local('i64');
  code.get(value);
  if (!isWide) code.op('i64.extend_i32_u');
  if (sizeBits < 64) code.i64((1n << BigInt(sizeBits)) - 1n).op('i64.and');
  code.set(wide);
  code.get(stateLocal);
  if (sizeBits === 64) {
    code.get(wide).memory('i64.store', state.cycles);
    return;
  }
  const cycles = code.local('i64');
  const low = code.local('i64');
  code.get(stateLocal).memory('i64.load', state.cycles).tee(cycles);
  code
    .get(cycles)
    .i64((1n << BigInt(sizeBits)) - 1n)
    .op('i64.and')
    .tee(low)
    .op('i64.sub');
  code.get(wide).op('i64.add');
  code.get(wide).get(low).op('i64.lt_u', 'i64.extend_i32_u').i64(BigInt(sizeBits)).op('i64.shl', 'i64.add');
  code.memory('i64.store', state.cycles);
}

export function emitFloat(
  context: EmitContext,
  type: FloatType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  if (type.sizeBits !== 32 && type.sizeBits !== 64) {
    code.i32(1);
    position.stuckIf();
    return;
  }
  const asInteger: IntegerType = {
    kind: 'integer',
    sizeBits: type.sizeBits,
    alignmentBits: type.alignmentBits,
    byteOrder: type.byteOrder,
    isSigned: false,
    displayBase: 10,
    isText: false,
  };
  if (plan?.kind !== 'number' || row === undefined) {
    emitStep(context, asInteger);
    return;
  }
  emitElementAddress(context, row, plan.values, 3);
  emitInteger(code, position, asInteger);
  if (type.sizeBits === 32) code.op('f32.reinterpret_i32', 'f64.promote_f32');
  else code.op('f64.reinterpret_i64');
  code.memory('f64.store');
}
