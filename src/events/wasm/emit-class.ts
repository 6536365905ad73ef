/**
 * The function of one class: contexts and payload into the rows of its columns.
 *
 *   class n(state, pk, at, endBits, endAddress, timeNs, cycles) → where the record ends, or why it can't be decoded
 *
 * `at` is an address where all records begin and end at bytes, else bits from the reference.
 */
import type { ReadScopes } from '../frame-scopes.ts';
import type { RecordLayout, Scope } from '../layout.ts';
import { bitAfter } from './bit-after.ts';
import { type ValueType, WasmCode } from './code.ts';
import { emitField } from './emit-fields.ts';
import { type EmitContext, emitElementAddress, type KeptValues } from './emit-scalar.ts';
import { keptWithin } from './kept-within.ts';
import { classArrays, type Group, type Plan, pointerOffset, type StatePlan, state } from './plan.ts';
import { Position } from './position.ts';
import type { RecordTraits } from './traits.ts';

/** What a class's function returns in place of a position. */
export const classResults = { stuck: -1, grow: -2, unknown: -3 } as const;

export const classParameters: readonly ValueType[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'i64'];

/** A class for which code is generated. */
export interface PlannedClass {
  readonly id: bigint;
  /** Contexts and payload, in the order in which they are read; of records in frames, what of them is read. */
  readonly scopes: ReadScopes;
  /** Of records that always take as many bytes: their fields are read later, by the code of `emit-columns.ts`. */
  readonly fixedBytes: number | undefined;
  /** Undefined for a class that is stepped over. */
  readonly selected:
    | {
        readonly classIndex: number;
        readonly group: Group;
        readonly scopes: ReadonlyMap<Scope, Plan>;
      }
    | undefined;
}

/** A class with its place among those that code is generated for. */
export interface NumberedClass {
  readonly planned: PlannedClass;
  readonly ordinal: number;
}

export interface ClassCodeParts {
  readonly layout: RecordLayout;
  readonly plan: StatePlan;
  readonly traits: RecordTraits;
  readonly withCycles: boolean;
}

/** @param ordinal the class's place among those that code is generated for */
export function emitClass(parts: ClassCodeParts, planned: PlannedClass, ordinal: number): WasmCode {
  const code = new WasmCode(classParameters.length);
  const locals = { stateLocal: 0, pk: 1, at: 2, endBits: 3, endAddress: 4, time: 5, cycles: 6 };
  emitClassInto(code, parts, { planned, ordinal }, locals, {
    done: () => code.get(locals.at).op('return'),
    failed: (result) => code.i32(result).op('return'),
  });
  return code;
}

/** Ends a class's code, where it has decoded the record, or what it can't. */
export interface ClassEnds {
  done(): void;
  failed(result: number): void;
}

/** What a class's code is given; it moves `at`. */
export interface ClassLocals {
  readonly stateLocal: number;
  readonly pk: number;
  readonly at: number;
  readonly endBits: number;
  readonly endAddress: number;
  readonly time: number;
  readonly cycles: number;
  /** Records in the batch; where there is no such local they are counted in the state block. */
  readonly count?: number;
}

export function emitClassInto(
  code: WasmCode,
  parts: ClassCodeParts,
  { planned, ordinal }: NumberedClass,
  { stateLocal, pk, at, endBits, endAddress, time, cycles, count }: ClassLocals,
  ends: ClassEnds,
): void {
  const { layout, plan, traits } = parts;
  const other = code.local('i32');
  const row = code.local('i32');
  const growGroup = code.local('i32');
  const growRows = code.local('i32');
  const order = traits.isMixedOrder ? code.local('i32') : undefined;
  const [p, bits] = traits.isByteStream ? [at, other] : [other, at];
  const { selected } = planned;
  const kept = keptByClass(plan, code, stateLocal, planned);
  const grow = code.block();
  const stuck = code.block();
  const locals = { pk, endBits, endAddress, bits, p, order, checksBytes: traits.isByteStream };
  const position = new Position(code, locals, stuck);
  const context: EmitContext = {
    ...{ code, position, stateLocal, clock: layout.clock, kept },
    grow: { label: grow, group: growGroup, rows: growRows },
  };
  if (order !== undefined) code.get(stateLocal).memory('i32.load', state.byteOrder).set(order);
  if (traits.isByteStream) position.atByte();
  else position.enterBits();
  if (!traits.isByteStream && layout.eventHeader && bitAfter(layout.eventHeader, undefined) === 0)
    position.toByte();
  if (selected !== undefined) emitRoom(code, stateLocal, selected.group, { row, growGroup, growRows, grow });
  const rows = selected === undefined ? undefined : { group: selected.group, row };
  if (planned.fixedBytes === undefined) {
    for (const [scope, type] of planned.scopes) emitField(context, type, selected?.scopes.get(scope), rows);
  } else if (planned.fixedBytes > 0) {
    position.align(8);
    if (rows !== undefined) {
      emitElementAddress(context, rows, classArrays.addresses, 2);
      code.get(p).memory('i32.store');
    }
    position.need(8 * planned.fixedBytes);
    position.advance(8 * planned.fixedBytes);
  }
  if (traits.isByteStream) position.toByte();
  else position.toBits();
  // A record that takes no space would repeat forever.
  if (traits.hasEmptyHeader)
    code.get(at).get(stateLocal).memory('i32.load', state.recordBegin).op('i32.le_s').brIf(stuck);
  if (order !== undefined) code.get(stateLocal).get(order).memory('i32.store', state.byteOrder);
  if (selected !== undefined)
    emitCommit(parts.withCycles, code, selected, { stateLocal, row, time, cycles, count });
  ends.done();
  code.end();
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  ends.failed(classResults.stuck);
  code.end();
  code.get(stateLocal).get(growGroup).memory('i32.store', state.detail);
  code.get(stateLocal).get(growRows).memory('i32.store', state.detailRows);
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  ends.failed(classResults.grow);
}

/** How the code of many classes is chosen from, and left. */
export interface UnitedEnds {
  readonly tableSize: number;
  /** Puts the class's id on the stack, or leaves by the label. */
  readonly classId: (unknown: number) => void;
  /** Where it is said why a record can't be decoded, and by what label it is left then. */
  readonly result: number;
  readonly failed: number;
}

/**
 * The code of all classes, of which the one that the class id selects is run: nothing is called, so that V8 keeps more in registers.
 * @param emitOne leaves by one of the labels
 */
export function emitUnited(
  code: WasmCode,
  united: readonly PlannedClass[],
  { tableSize, classId, result, failed }: UnitedEnds,
  emitOne: (numbered: NumberedClass, done: number) => void,
): void {
  const done = code.block();
  const unknown = code.block();
  const labels = united.map(() => code.block()).reverse();
  const byId = new Array<number>(tableSize).fill(unknown);
  for (const [ordinal, { id }] of united.entries()) byId[Number(id)] = labels[ordinal] as number;
  classId(unknown);
  code.brTable(byId, unknown);
  for (const [ordinal, planned] of united.entries()) {
    code.end();
    emitOne({ planned, ordinal }, done);
  }
  code.end();
  code.i32(classResults.unknown).set(result).br(failed);
  code.end();
}

/**
 * Values that others need are all in the state block, where records after this one find them. Those of the class itself are in locals too: its
 * lists do not wait for what was just stored.
 */
function keptByClass(
  { slots }: StatePlan,
  code: WasmCode,
  stateLocal: number,
  { scopes }: PlannedClass,
): KeptValues {
  const locals = new Map<number, number>();
  for (const [, offset] of keptWithin(
    scopes.map(([, type]) => type),
    slots,
  )) {
    if (locals.has(offset)) continue;
    const local = code.local('i64');
    code.get(stateLocal).memory('i64.load', offset).set(local);
    locals.set(offset, local);
  }
  return {
    ...{ slots, locals, alsoStored: new Set(locals.keys()) },
    ...{ classId: undefined, classIds: new Set(), cycles: undefined },
  };
}

/** The next row of the class; without room for it the arrays are grown first. */
export function emitRoom(
  code: WasmCode,
  stateLocal: number,
  group: Group,
  locals: {
    readonly row: number;
    readonly growGroup: number;
    readonly growRows: number;
    readonly grow: number;
  },
): void {
  const { row, growGroup, growRows, grow } = locals;
  code.get(stateLocal).memory('i32.load', group.offset).tee(row);
  code
    .get(stateLocal)
    .memory('i32.load', group.offset + 4)
    .op('i32.ge_u')
    .if();
  code.i32(group.index).set(growGroup).get(row).i32(1).op('i32.add').set(growRows).br(grow);
  code.end();
}

/** The record is complete: it becomes a row of its class and a place in the batch. */
export function emitCommit(
  withCycles: boolean,
  code: WasmCode,
  selected: NonNullable<PlannedClass['selected']>,
  locals: {
    readonly stateLocal: number;
    readonly row: number;
    readonly time: number;
    readonly cycles: number;
    readonly count?: number | undefined;
  },
): void {
  const { stateLocal, row, time, cycles, count } = locals;
  const { group } = selected;
  const place = count ?? code.local('i32');
  const element = (offset: number, index: number, shift: number) =>
    code.get(stateLocal).memory('i32.load', offset).get(index).i32(shift).op('i32.shl', 'i32.add');
  emitTouch(code, stateLocal, row, () => code.i32(group.index));
  element(pointerOffset(group, classArrays.time), row, 3).get(time).memory('f64.store');
  element(pointerOffset(group, classArrays.cpu), row, 2)
    .get(stateLocal)
    .memory('i32.load', state.cpu)
    .memory('i32.store');
  code.get(stateLocal).get(row).i32(1).op('i32.add').memory('i32.store', group.offset);
  if (count === undefined) code.get(stateLocal).memory('i32.load', state.batchCount).set(place);
  element(state.timePointer, place, 3).get(time).memory('f64.store');
  element(state.classPointer, place, 2).i32(selected.classIndex).memory('i32.store');
  element(state.rowPointer, place, 2).get(row).memory('i32.store');
  if (withCycles) element(state.cyclesPointer, place, 3).get(cycles).memory('i64.store');
  code.get(place).i32(1).op('i32.add').set(place);
  if (count === undefined) code.get(stateLocal).get(place).memory('i32.store', state.batchCount);
}

/**
 * With its first row in a batch a class is put on the list of those that have any.
 * @param groupIndex puts the index of the class's group on the stack
 */
export function emitTouch(code: WasmCode, stateLocal: number, row: number, groupIndex: () => void): void {
  const place = code.local('i32');
  code.get(row).op('i32.eqz').if();
  code.get(stateLocal).memory('i32.load', state.touchedPointer);
  code.get(stateLocal).memory('i32.load', state.touchedCount).tee(place).i32(2).op('i32.shl', 'i32.add');
  groupIndex();
  code.memory('i32.store');
  code.get(stateLocal).get(place).i32(1).op('i32.add').memory('i32.store', state.touchedCount);
  code.end();
}
