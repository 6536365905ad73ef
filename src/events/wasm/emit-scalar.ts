/** Code for integers and floats: read, stored, and handed to whoever needs their value. */
import type { FloatType, IntegerType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import { emitInteger, maySplitByte } from './emit-integer.ts';
import { emitVariableInteger } from './emit-variable-integer.ts';
import { type Group, type Plan, pointerOffset, state } from './plan.ts';
import type { Position } from './position.ts';

/** Where values are kept that others need after they were read. */
export interface KeptValues {
  /** Integer → offset of its slot in the state block. */
  readonly slots: ReadonlyMap<IntegerType, number>;
  /** Slots that this function keeps in a local (i64). */
  readonly locals: ReadonlyMap<number, number>;
  /** Slots in `locals` that other functions need too. */
  readonly alsoStored: ReadonlySet<number>;
  /** Local (i64) with the class id, and the integers that set it. */
  readonly classId: number | undefined;
  readonly classIds: ReadonlySet<IntegerType>;
  /** Local (i64) with the clock's value; undefined where it is in the state block. */
  readonly cycles: number | undefined;
}

/** Puts a slot's value on the stack, as an i64. */
export function emitKeptValue(context: EmitContext, type: IntegerType): void {
  const { code, kept, stateLocal } = context;
  const offset = kept.slots.get(type);
  if (offset === undefined) throw new Error('an integer that others need has no slot');
  const local = kept.locals.get(offset);
  if (local !== undefined) code.get(local);
  else code.get(stateLocal).memory('i64.load', offset);
}

/** What code for fields is generated with. */
export interface EmitContext {
  readonly code: WasmCode;
  readonly position: Position;
  /** Local with the state block's address. */
  readonly stateLocal: number;
  readonly kept: KeptValues;
  /** Local with the address where the scope's bytes begin; only of records in frames. */
  readonly scopeBegin?: number;
  /** The clock whose value is kept: an index in the trace's clocks. */
  readonly clock: number | undefined;
  /** Locals with the addresses of the arrays of a class's group; without them they are in the state block. */
  readonly pointers?: readonly number[];
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
  const pointer = context.pointers?.[array];
  if (pointer === undefined) code.get(stateLocal).memory('i32.load', pointerOffset(row.group, array));
  else code.get(pointer);
  code.get(row.row).i32(shift).op('i32.shl', 'i32.add');
}

export function emitIntegerField(
  context: EmitContext,
  type: IntegerType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, kept } = context;
  const slot = kept.slots.get(type);
  const isClassId = kept.classIds.has(type);
  const hasClock = type.clock !== undefined && type.clock === context.clock;
  const isStored = plan?.kind === 'number' && row !== undefined;
  if (!isStored && slot === undefined && !isClassId && !hasClock) {
    emitStep(context, type);
    return;
  }
  const isWide = type.sizeBits > 32;
  if (isStored && slot === undefined && !isClassId && !hasClock) {
    emitElementAddress(context, row, plan.values, plan.store === 'i32' ? 2 : 3);
    emitAnyInteger(context, type);
    emitStore(code, type, plan.store);
    return;
  }
  const value = code.local(isWide ? 'i64' : 'i32');
  const lengthBytes = emitAnyInteger(context, type);
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
  if (isClassId && kept.classId !== undefined) {
    emitWide();
    code.set(kept.classId);
  }
  if (slot !== undefined) emitKeep(context, slot, emitWide);
  if (hasClock && lengthBytes !== undefined) emitVariableClock(context, lengthBytes, value);
  else if (hasClock) emitClock(context, type.sizeBits, value, isWide);
}

/** @returns the local with the number of bytes, of a variable-length integer */
function emitAnyInteger(context: EmitContext, type: IntegerType): number | undefined {
  const { code, position } = context;
  if (type.isVariableLength === true) return emitVariableInteger(code, position, type);
  emitInteger(code, position, type);
  return undefined;
}

/** Keeps a value in its slot: in a local, in the state block, or both. */
function emitKeep(context: EmitContext, slot: number, emitWide: () => void): void {
  const { code, kept, stateLocal } = context;
  const local = kept.locals.get(slot);
  if (local !== undefined) {
    emitWide();
    code.set(local);
    if (!kept.alsoStored.has(slot)) return;
  }
  code.get(stateLocal);
  emitWide();
  code.memory('i64.store', slot);
}

/** Steps over an integer; a change of byte order within a byte must be noticed even so. */
function emitStep(context: EmitContext, type: IntegerType): void {
  const { code, position } = context;
  if (type.isVariableLength === true || (position.locals.order !== undefined && maySplitByte(type))) {
    emitAnyInteger(context, type);
    code.op('drop');
    return;
  }
  position.need(type.sizeBits);
  position.advance(type.sizeBits);
}

export function emitStore(code: WasmCode, type: IntegerType, store: 'i32' | 'i64' | 'f64'): void {
  if (store === 'f64') {
    const isWide = type.sizeBits > 32;
    if (isWide) code.op(type.isSigned ? 'f64.convert_i64_s' : 'f64.convert_i64_u');
    else code.op(type.isSigned ? 'f64.convert_i32_s' : 'f64.convert_i32_u');
  }
  code.memory(`${store}.store`);
}

/**
 * CTF 1.8 §8: the low bits of the clock's value are replaced; if that would make it smaller, they wrapped once. So it goes on by as much as the low
 * bits are further.
 */
function emitClock(context: EmitContext, sizeBits: number, value: number, isWide: boolean): void {
  const { code } = context;
  emitCycles(context, (cycles) => {
    if (sizeBits === 64) {
      code.get(value);
    } else if (isWide) {
      code.get(value).get(cycles).op('i64.sub');
      code.i64((1n << BigInt(sizeBits)) - 1n).op('i64.and');
      code.get(cycles).op('i64.add');
    } else {
      code.get(value).get(cycles).op('i32.wrap_i64', 'i32.sub');
      if (sizeBits < 32) code.i32(2 ** sizeBits - 1).op('i32.and');
      code.op('i64.extend_i32_u').get(cycles).op('i64.add');
    }
  });
}

/** The same where the data says how many bits are replaced: seven for each byte (CTF2-SPEC-2.0 §6.3). */
function emitVariableClock(context: EmitContext, lengthBytes: number, value: number): void {
  const { code } = context;
  emitCycles(context, (cycles) => {
    code.get(lengthBytes).i32(10).op('i32.ge_u').if('i64');
    code.get(value);
    code.else();
    code.get(value).get(cycles).op('i64.sub').i64(1n);
    code
      .get(lengthBytes)
      .i32(7)
      .op('i32.mul', 'i64.extend_i32_u', 'i64.shl')
      .i64(1n)
      .op('i64.sub', 'i64.and');
    code.get(cycles).op('i64.add');
    code.end();
  });
}

/** Sets the clock's value, where it is kept, to what `emitNext` puts on the stack: it is given the local with the value before. */
function emitCycles({ code, kept, stateLocal }: EmitContext, emitNext: (cycles: number) => void): void {
  const cycles = kept.cycles ?? code.local('i64');
  if (kept.cycles === undefined) code.get(stateLocal).memory('i64.load', state.cycles).set(cycles);
  emitNext(cycles);
  code.set(cycles);
  if (kept.cycles === undefined) code.get(stateLocal).get(cycles).memory('i64.store', state.cycles);
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
  const asInteger = bitsOf(type);
  if (plan?.kind !== 'number' || row === undefined) {
    emitStep(context, asInteger);
    return;
  }
  emitElementAddress(context, row, plan.values, 3);
  emitInteger(code, position, asInteger);
  emitStoreFloat(code, type);
}

/** A float's bits, as an integer. */
export function bitsOf(type: FloatType): IntegerType {
  return {
    kind: 'integer',
    sizeBits: type.sizeBits,
    alignmentBits: type.alignmentBits,
    byteOrder: type.byteOrder,
    isSigned: false,
    displayBase: 10,
    isText: false,
    ...(type.isBitReversed === true ? { isBitReversed: true } : {}),
  };
}

/** Stores the float whose bits are on the stack. */
export function emitStoreFloat(code: WasmCode, type: FloatType): void {
  if (type.sizeBits === 32) code.op('f32.reinterpret_i32', 'f64.promote_f32');
  else code.op('f64.reinterpret_i64');
  code.memory('f64.store');
}
