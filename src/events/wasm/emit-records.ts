/**
 * Code for the loop over records, and a function for each class:
 *
 *   decode(state, pk, bits, endBits) → stop        header, time, then the function that the class id selects
 *   class n(state, pk, bits, endBits, timeNs) → bits after the record, or why there is none
 *
 * Whatever can't be decoded leaves everything as it was before the record; the interpreter then says why.
 */
import type { FieldType, RecordLayout, Scope, StructType } from '../layout.ts';
import { bitAfter } from './bit-after.ts';
import { WasmCode } from './code.ts';
import { emitField } from './emit-fields.ts';
import { maySplitByte } from './emit-integer.ts';
import type { EmitContext } from './emit-scalar.ts';
import { encodeModule, type WasmFunction } from './module.ts';
import { type Group, type Plan, pointerOffset, type StatePlan, state } from './plan.ts';
import { Position } from './position.ts';

/** What `decode` returns. */
export const stops = { end: 0, stuck: 1, full: 2, grow: 3, unknownClass: 4 } as const;

/** What a class's function returns in place of a position. */
const classStuck = -1;
const classGrow = -2;
const classUnknown = -3;

/** A class for which code is generated. */
export interface PlannedClass {
  readonly id: bigint;
  readonly specificContext: StructType | undefined;
  readonly payload: StructType | undefined;
  /** Undefined for a class that is stepped over. */
  readonly selected:
    | {
        readonly classIndex: number;
        readonly group: Group;
        readonly time: number;
        readonly cpu: number;
        readonly scopes: ReadonlyMap<Scope, Plan>;
      }
    | undefined;
}

export interface RecordCodeParts {
  readonly layout: RecordLayout;
  readonly plan: StatePlan;
  readonly classes: readonly PlannedClass[];
  /** Undefined without a clock. */
  readonly frequencyHz: bigint | undefined;
  readonly withCycles: boolean;
}

const tableSizeMax = 1 << 16;
const nsPerSecond = 1_000_000_000n;
const exactMax = 1n << 53n;
/** Above, the products of the conversion to nanoseconds pass 63 bits. */
const frequencyMaxHz = 1n << 33n;

/** Whether code is generated for such records; the interpreter reads the others. */
export function isGenerated(layout: RecordLayout, frequencyHz: bigint | undefined): boolean {
  if (frequencyHz !== undefined && frequencyHz >= frequencyMaxHz) return false;
  for (const id of layout.classes.keys()) if (id >= tableSizeMax) return false;
  return true;
}

/** The module's bytes, for a layout that `isGenerated`. */
export function emitRecordModule(parts: RecordCodeParts): Uint8Array<ArrayBuffer> {
  const { layout, classes } = parts;
  const isMixedOrder = hasMixedOrder(layout);
  const greatest = classes.reduce((most, { id }) => (id > most ? id : most), 0n);
  const unknown = new WasmCode(5);
  unknown.i32(classUnknown);
  const functions: WasmFunction[] = [
    {
      parameters: ['i32', 'i32', 'i32', 'i32'],
      results: ['i32'],
      code: emitLoop(parts, isMixedOrder, Number(greatest) + 1),
      exportName: 'decode',
    },
    { parameters: ['i32', 'i32', 'i32', 'i32', 'f64'], results: ['i32'], code: unknown },
  ];
  const table = new Array<number>(Number(greatest) + 1).fill(1);
  for (const [ordinal, planned] of classes.entries()) {
    table[Number(planned.id)] = functions.length;
    functions.push({
      parameters: ['i32', 'i32', 'i32', 'i32', 'f64'],
      results: ['i32'],
      code: emitClass(parts, planned, ordinal, isMixedOrder),
    });
  }
  return encodeModule(functions, table);
}

/** Whether integers that may share a byte have both byte orders. */
function hasMixedOrder(layout: RecordLayout): boolean {
  const orders = new Set<string>();
  const pending: (FieldType | undefined)[] = [layout.eventHeader, layout.commonContext];
  for (const body of layout.classes.values()) pending.push(body.specificContext, body.payload);
  while (pending.length > 0) {
    const type = pending.pop();
    if (type?.kind === 'integer' && maySplitByte(type)) orders.add(type.byteOrder);
    if (type?.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type?.kind === 'array') pending.push(type.element);
    if (type?.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
  return orders.size > 1;
}

function emitLoop(parts: RecordCodeParts, isMixedOrder: boolean, tableSize: number): WasmCode {
  const { layout, plan } = parts;
  const code = new WasmCode(4);
  const [stateLocal, pk, bits, endBits] = [0, 1, 2, 3];
  const p = code.local('i32');
  const begin = code.local('i32');
  const cyclesBefore = code.local('i64');
  const emptyBefore = code.local('i64');
  const time = code.local('f64');
  const after = code.local('i32');
  const order = isMixedOrder ? code.local('i32') : undefined;
  const leave = (stop: number) => {
    code.get(stateLocal).get(begin).memory('i32.store', state.stopBits).i32(stop).op('return');
  };
  const undo = () => {
    code.get(stateLocal).get(cyclesBefore).memory('i64.store', state.cycles);
    code.get(stateLocal).get(emptyBefore).memory('i64.store', state.emptyElementsLeft);
  };
  const next = code.loop();
  code.get(bits).set(begin);
  code.get(bits).get(endBits).op('i32.ge_s').if();
  leave(stops.end);
  code.end();
  code
    .get(stateLocal)
    .memory('i32.load', state.batchCount)
    .get(stateLocal)
    .memory('i32.load', state.batchCapacity)
    .op('i32.ge_u')
    .if();
  leave(stops.full);
  code.end();
  code.get(stateLocal).memory('i64.load', state.cycles).set(cyclesBefore);
  code.get(stateLocal).memory('i64.load', state.emptyElementsLeft).set(emptyBefore);
  const stuck = code.block();
  const position = new Position(code, { pk, endBits, bits, p, order }, stuck);
  const context = {
    code,
    position,
    stateLocal,
    slots: plan.slots,
    classIds: new Set(layout.classIdFields),
    clock: layout.clock,
    grow: { label: stuck, group: after, rows: after },
  } satisfies EmitContext;
  emitLoadOrder(code, stateLocal, order);
  position.enterBits();
  code.get(stateLocal).i64(0n).memory('i64.store', state.classId);
  if (layout.eventHeader !== undefined) emitField(context, layout.eventHeader, undefined, undefined);
  position.toBits();
  emitStoreOrder(code, stateLocal, order);
  emitTime(parts, code, stateLocal, time, stuck);
  emitDispatch(layout, code, { stateLocal, pk, bits, endBits, time }, tableSize);
  code.set(after);
  code.get(after).get(begin).op('i32.gt_s').if();
  emitTimeChecks(parts, code, stateLocal, time);
  code.get(after).set(bits).br(next);
  code.end();
  for (const [result, stop] of [
    [classGrow, stops.grow],
    [classUnknown, stops.unknownClass],
  ] as const) {
    code.get(after).i32(result).op('i32.eq').if();
    undo();
    leave(stop);
    code.end();
  }
  code.end();
  undo();
  leave(stops.stuck);
  code.end();
  code.i32(stops.stuck);
  return code;
}

/** The byte order that the record, or the part of it, before ended with. */
function emitLoadOrder(code: WasmCode, stateLocal: number, order: number | undefined): void {
  if (order !== undefined) code.get(stateLocal).memory('i32.load', state.byteOrder).set(order);
}

function emitStoreOrder(code: WasmCode, stateLocal: number, order: number | undefined): void {
  if (order !== undefined) code.get(stateLocal).get(order).memory('i32.store', state.byteOrder);
}

/** The clock's value in nanoseconds from the origin, see `CycleConverter`; NaN without a clock. */
function emitTime(
  parts: RecordCodeParts,
  code: WasmCode,
  stateLocal: number,
  time: number,
  stuck: number,
): void {
  const { frequencyHz } = parts;
  if (frequencyHz === undefined) {
    code.f64(Number.NaN).set(time);
    return;
  }
  const difference = code.local('i64');
  code
    .get(stateLocal)
    .memory('i64.load', state.cycles)
    .get(stateLocal)
    .memory('i64.load', state.baseCycles)
    .op('i64.sub')
    .set(difference);
  // Only differences below 2^53 become doubles exactly; beyond, the base is moved.
  code
    .get(difference)
    .i64(exactMax)
    .op('i64.add')
    .i64(exactMax * 2n)
    .op('i64.gt_u')
    .brIf(stuck);
  code.get(difference);
  if (frequencyHz !== nsPerSecond) {
    const seconds = code.local('i64');
    const rest = code.local('i64');
    code.tee(rest).i64(frequencyHz).op('i64.div_s').set(seconds);
    code.get(rest).i64(frequencyHz).op('i64.rem_s').tee(rest).i64(0n).op('i64.lt_s').if();
    // Divisions round towards zero; below zero the floor is wanted.
    code.get(rest).i64(frequencyHz).op('i64.add').set(rest).get(seconds).i64(1n).op('i64.sub').set(seconds);
    code.end();
    code.get(seconds).i64(nsPerSecond).op('i64.mul');
    code
      .get(rest)
      .i64(nsPerSecond)
      .op('i64.mul')
      .get(stateLocal)
      .memory('i64.load', state.remainder)
      .op('i64.add')
      .i64(frequencyHz)
      .op('i64.div_s', 'i64.add');
  }
  code.op('f64.convert_i64_s').get(stateLocal).memory('f64.load', state.baseNs).op('f64.add').set(time);
}

/** Steps back in time are counted; the last time is kept. */
function emitTimeChecks(parts: RecordCodeParts, code: WasmCode, stateLocal: number, time: number): void {
  if (parts.frequencyHz === undefined) return;
  code.get(time).get(stateLocal).memory('f64.load', state.lastNs).op('f64.lt').if();
  code.get(stateLocal).memory('i32.load', state.backwardCount).op('i32.eqz').if();
  code
    .get(stateLocal)
    .get(stateLocal)
    .memory('f64.load', state.lastNs)
    .get(time)
    .op('f64.sub')
    .memory('f64.store', state.backwardNs);
  code.end();
  code
    .get(stateLocal)
    .get(stateLocal)
    .memory('i32.load', state.backwardCount)
    .i32(1)
    .op('i32.add')
    .memory('i32.store', state.backwardCount);
  code.end();
  code.get(stateLocal).get(time).memory('f64.store', state.lastNs);
}

interface LoopLocals {
  readonly stateLocal: number;
  readonly pk: number;
  readonly bits: number;
  readonly endBits: number;
  readonly time: number;
}

function emitDispatch(layout: RecordLayout, code: WasmCode, locals: LoopLocals, tableSize: number): void {
  const { stateLocal, pk, bits, endBits, time } = locals;
  if (layout.clock !== undefined) {
    // What does not fit into 53 bits of nanoseconds is told by the interpreter. NaN is not compared: no clock, no check.
    code
      .get(time)
      .op('f64.abs')
      .f64(2 ** 53)
      .op('f64.ge')
      .if('i32')
      .i32(classStuck)
      .else();
  }
  code
    .get(stateLocal)
    .memory('i64.load', state.classId)
    .i64(BigInt(tableSize))
    .op('i64.ge_u')
    .if('i32')
    .i32(classUnknown)
    .else();
  code.get(stateLocal).get(pk).get(bits).get(endBits).get(time);
  code.get(stateLocal).memory('i32.load', state.classId);
  code.callIndirect(1);
  code.end();
  if (layout.clock !== undefined) code.end();
}

function emitClass(
  parts: RecordCodeParts,
  planned: PlannedClass,
  ordinal: number,
  isMixedOrder: boolean,
): WasmCode {
  const { layout, plan } = parts;
  const code = new WasmCode(5);
  const [stateLocal, pk, bits, endBits, time] = [0, 1, 2, 3, 4];
  const p = code.local('i32');
  const row = code.local('i32');
  const growGroup = code.local('i32');
  const growRows = code.local('i32');
  const order = isMixedOrder ? code.local('i32') : undefined;
  const { selected } = planned;
  const grow = code.block();
  const stuck = code.block();
  const position = new Position(code, { pk, endBits, bits, p, order }, stuck);
  const context: EmitContext = {
    code,
    position,
    stateLocal,
    slots: plan.slots,
    classIds: new Set(),
    clock: layout.clock,
    grow: { label: grow, group: growGroup, rows: growRows },
  };
  const isAtByte = layout.eventHeader !== undefined && bitAfter(layout.eventHeader, undefined) === 0;
  emitLoadOrder(code, stateLocal, order);
  position.enterBits();
  if (isAtByte) position.toByte();
  if (selected !== undefined) {
    code.get(stateLocal).memory('i32.load', selected.group.offset).tee(row);
    code
      .get(stateLocal)
      .memory('i32.load', selected.group.offset + 4)
      .op('i32.ge_u')
      .if();
    code.i32(selected.group.index).set(growGroup).get(row).i32(1).op('i32.add').set(growRows).br(grow);
    code.end();
  }
  const rows = selected === undefined ? undefined : { group: selected.group, row };
  for (const [scope, type] of [
    ['common-context', layout.commonContext],
    ['specific-context', planned.specificContext],
    ['payload', planned.payload],
  ] as const) {
    if (type !== undefined) emitField(context, type, selected?.scopes.get(scope), rows);
  }
  position.toBits();
  emitStoreOrder(code, stateLocal, order);
  if (selected !== undefined) emitCommit(parts, code, selected, ordinal, { stateLocal, row, time });
  code.get(bits).op('return');
  code.end();
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  code.i32(classStuck).op('return');
  code.end();
  code.get(stateLocal).get(growGroup).memory('i32.store', state.detail);
  code.get(stateLocal).get(growRows).memory('i32.store', state.detailRows);
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  code.i32(classGrow);
  return code;
}

/** The record is complete: it becomes a row of its class and a place in the batch. */
function emitCommit(
  parts: RecordCodeParts,
  code: WasmCode,
  selected: NonNullable<PlannedClass['selected']>,
  ordinal: number,
  locals: { readonly stateLocal: number; readonly row: number; readonly time: number },
): void {
  const { stateLocal, row, time } = locals;
  const { group } = selected;
  const place = code.local('i32');
  // The first row of a class in this batch: the class is put on the list of those that have any.
  code.get(row).op('i32.eqz').if();
  code.get(stateLocal).memory('i32.load', state.touchedPointer);
  code.get(stateLocal).memory('i32.load', state.touchedCount).tee(place).i32(2).op('i32.shl', 'i32.add');
  code.i32(ordinal).memory('i32.store');
  code.get(stateLocal).get(place).i32(1).op('i32.add').memory('i32.store', state.touchedCount);
  code.end();
  const element = (offset: number, index: number, shift: number) =>
    code.get(stateLocal).memory('i32.load', offset).get(index).i32(shift).op('i32.shl', 'i32.add');
  element(pointerOffset(group, selected.time), row, 3).get(time).memory('f64.store');
  element(pointerOffset(group, selected.cpu), row, 2)
    .get(stateLocal)
    .memory('i32.load', state.cpu)
    .memory('i32.store');
  code.get(stateLocal).get(row).i32(1).op('i32.add').memory('i32.store', group.offset);
  code.get(stateLocal).memory('i32.load', state.batchCount).set(place);
  element(state.timePointer, place, 3).get(time).memory('f64.store');
  element(state.classPointer, place, 2).i32(selected.classIndex).memory('i32.store');
  element(state.rowPointer, place, 2).get(row).memory('i32.store');
  if (parts.withCycles) {
    element(state.cyclesPointer, place, 3)
      .get(stateLocal)
      .memory('i64.load', state.cycles)
      .memory('i64.store');
  }
  code.get(stateLocal).get(place).i32(1).op('i32.add').memory('i32.store', state.batchCount);
}
