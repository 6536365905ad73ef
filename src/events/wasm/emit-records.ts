/**
 * Code for the loop over records, and for a class that it can't step over a module of its own with its function (`emit-class.ts`):
 *
 *   decode(state, pk, bits, endBits) → stop        header, time, then the function that the class id selects
 *
 * Records that always take as many bytes do not go to a function (`emit-steps.ts`).
 *
 * Loop and functions meet in a table, where a class without code has a function that says so. Of a long trace of few classes, all without a fixed
 * size, the loop is made again with their code in it, and without calls.
 *
 * Whatever can't be decoded leaves everything as it was before the record; the interpreter then says why.
 */
import type { RecordLayout } from '../layout.ts';
import { type ValueType, WasmCode } from './code.ts';
import { isSmallEnough, refersIntoVariants } from './code-size.ts';
import {
  type ClassCodeParts,
  classParameters,
  classResults,
  emitClass,
  emitClassInto,
  emitUnited,
  type NumberedClass,
  type PlannedClass,
} from './emit-class.ts';
import { emitField } from './emit-fields.ts';
import type { EmitContext, KeptValues } from './emit-scalar.ts';
import { emitRareStep, emitStep, emitStepArrays, takesSteps } from './emit-steps.ts';
import { emitSureRange, emitTime, emitTimeChecks, frequencyMaxHz } from './emit-time.ts';
import { encodeModule, type WasmFunction } from './module.ts';
import { state } from './plan.ts';
import { Position } from './position.ts';
import type { RecordTraits } from './traits.ts';

/** What `decode` returns. */
export const stops = { end: 0, stuck: 1, full: 2, grow: 3, unknownClass: 4 } as const;

export interface RecordCodeParts extends ClassCodeParts {
  /** Undefined without a clock. */
  readonly frequencyHz: bigint | undefined;
  readonly tableSize: number;
  /** Address of the table of steps, with as many as the table of functions has; undefined where there is none. */
  readonly steps?: number;
  /** All classes met so far, by ordinal, whose code then is in the loop. */
  readonly united?: readonly PlannedClass[];
}

const tableSizeMax = 1 << 16;

/** Whether code is generated for such records; the interpreter reads the others. */
export function isGenerated(layout: RecordLayout, frequencyHz: bigint | undefined): boolean {
  if (frequencyHz !== undefined && frequencyHz >= frequencyMaxHz) return false;
  const types = [layout.eventHeader, layout.commonContext];
  if (!isSmallEnough(types) || refersIntoVariants([layout.packetHeader, layout.packetContext, ...types]))
    return false;
  for (const id of layout.classes.keys()) if (id >= tableSizeMax) return false;
  return true;
}

const classFunction = { parameters: classParameters, results: ['i32'] } as const;

/** Of the table of functions by class id. */
export function tableSizeOf(layout: RecordLayout): number {
  let greatest = 0n;
  for (const id of layout.classes.keys()) if (id > greatest) greatest = id;
  return Number(greatest) + 1;
}

/** The module with the loop, for a layout that `isGenerated`. */
export function emitRecordModule(parts: RecordCodeParts): Uint8Array<ArrayBuffer> {
  return encodeLoop(emitLoop(parts), parts, classParameters);
}

/**
 * A module of a loop over records. No class is in the table after it was instantiated; where classes are united it has no part in the table.
 * @param ofClass the parameters of a class's function
 */
export function encodeLoop(
  code: WasmCode,
  { united, tableSize }: Pick<RecordCodeParts, 'united' | 'tableSize'>,
  ofClass: readonly ValueType[],
): Uint8Array<ArrayBuffer> {
  const loop: WasmFunction = {
    parameters: ['i32', 'i32', 'i32', 'i32'],
    results: ['i32'],
    code,
    exportName: 'decode',
  };
  if (united !== undefined) return encodeModule([loop], []);
  const unknown = new WasmCode(ofClass.length);
  unknown.i32(classResults.unknown);
  const functions = [loop, { parameters: ofClass, results: ['i32'], code: unknown } as const];
  return encodeModule(functions, { functions: new Array<number>(tableSize).fill(1), sharedAt: 0 });
}

/** The module that puts the functions of classes into the table. */
export function emitClassModule(
  parts: ClassCodeParts,
  classes: readonly NumberedClass[],
): Uint8Array<ArrayBuffer> {
  const functions: WasmFunction[] = classes.map(({ planned, ordinal }) => ({
    ...classFunction,
    code: emitClass(parts, planned, ordinal),
  }));
  return encodeClasses(classes, functions);
}

/** A module of the functions of classes: they are put into the table by the classes' ids. */
export function encodeClasses(
  classes: readonly NumberedClass[],
  functions: readonly WasmFunction[],
): Uint8Array<ArrayBuffer> {
  return encodeModule(functions, {
    functions: [...classes.keys()],
    sharedAt: classes.map(({ planned }) => Number(planned.id)),
  });
}

/** The locals of the loop; the first four are parameters. */
function makeLocals(code: WasmCode, traits: RecordTraits) {
  return {
    ...{ stateLocal: 0, pk: 1, bits: 2, endBits: 3 },
    p: code.local('i32'),
    endAddress: code.local('i32'),
    order: traits.isMixedOrder ? code.local('i32') : undefined,
    orderBefore: traits.isMixedOrder ? code.local('i32') : undefined,
    begin: code.local('i32'),
    after: code.local('i32'),
    end: code.local('i32'),
    count: code.local('i32'),
    capacity: code.local('i32'),
    cycles: code.local('i64'),
    cyclesBefore: code.local('i64'),
    emptyBefore: code.local('i64'),
    baseCycles: code.local('i64'),
    surelyFrom: code.local('i64'),
    surelyFor: code.local('i64'),
    classId: code.local('i64'),
    surelyNs: code.local('f64'),
    baseNs: code.local('f64'),
    lastNs: code.local('f64'),
    time: code.local('f64'),
    checksBytes: traits.isByteStream,
  };
}

type Locals = ReturnType<typeof makeLocals>;

/**
 * So far ahead bytes are asked for, that they are in the processor's nearest cache when their record is looked at: where the next record is, only the
 * one before it says, so that no processor finds out by itself. 13 % of this loop on LTTng-UST's records, 3 on those of its kernel tracer.
 */
const aheadBytes = 1024;

function emitLoop(parts: RecordCodeParts): WasmCode {
  const { traits, frequencyHz, united } = parts;
  const code = new WasmCode(4);
  const locals = makeLocals(code, traits);
  const { stateLocal, begin, after } = locals;
  const steps =
    parts.steps === undefined || !takesSteps(traits)
      ? undefined
      : { address: parts.steps, length: parts.tableSize };
  // The next record: an address where all begin at bytes, else bits from the reference.
  const at = traits.isByteStream ? locals.p : locals.bits;
  emitEntry(code, locals, traits, frequencyHz !== undefined);
  // Where headers take whole bytes none fits at the end: that is looked at when one did not.
  const isEndInHeader = traits.isByteStream && !traits.hasEmptyHeader;
  const arrays = emitStepArrays(code, stateLocal, parts.withCycles);
  const next = code.loop();
  const stuck = code.block();
  const other = code.block();
  // V8 looks at each turn of a loop whether it is to stop.
  const nextStep = steps === undefined ? next : code.loop();
  code.get(at).set(begin);
  if (traits.isByteStream) code.get(at).memory('i32.load', aheadBytes).op('drop');
  if (!isEndInHeader) emitEnd(code, locals, traits, locals.cycles);
  code.get(locals.count).get(locals.capacity).op('i32.ge_u').if();
  emitLeave(code, locals, traits, stops.full, locals.cycles);
  code.end();
  code.get(locals.cycles).set(locals.cyclesBefore);
  if (traits.hasEmptyElements) {
    code.get(stateLocal).memory('i64.load', state.emptyElementsLeft).set(locals.emptyBefore);
  }
  if (locals.orderBefore !== undefined)
    code.get(stateLocal).memory('i32.load', state.byteOrder).set(locals.orderBefore);
  if (traits.hasEmptyHeader) code.get(stateLocal).get(begin).memory('i32.store', state.recordBegin);
  emitHeader(parts, code, locals, stuck);
  emitTime(code, locals, frequencyHz, stuck);
  if (steps !== undefined) {
    emitStep(code, locals, arrays, steps, other);
    if (frequencyHz !== undefined) emitTimeChecks(code, locals);
    code.br(nextStep).end();
  }
  code.end();
  const failed = code.block();
  if (steps !== undefined) {
    const dispatched = code.block();
    emitRareStep(code, locals, arrays, steps, { result: after, done: failed, other: dispatched });
    if (frequencyHz !== undefined) emitTimeChecks(code, locals);
    code.br(next).end();
  }
  if (united === undefined) emitCall(parts, code, locals, at, failed);
  else {
    const { tableSize } = parts;
    const { classId, after: result } = locals;
    const pushId = (unknown: number) => {
      code.get(classId).i64(BigInt(tableSize)).op('i64.ge_u').brIf(unknown);
      code.get(classId).op('i32.wrap_i64');
    };
    emitUnited(code, united, { tableSize, classId: pushId, result, failed }, (numbered, done) => {
      const own = { ...locals, at: code.local('i32') };
      code.get(at).set(own.at);
      emitClassInto(code, parts, numbered, own, {
        done: () => code.get(own.at).set(at).br(done),
        failed: (why) => code.i32(why).set(result).br(failed),
      });
    });
  }
  if (traits.bodiesHaveClock) code.get(stateLocal).memory('i64.load', state.cycles).set(locals.cycles);
  if (frequencyHz !== undefined) emitTimeChecks(code, locals);
  code.br(next).end();
  emitFailures(code, locals, traits);
  code.end();
  if (isEndInHeader) emitEnd(code, locals, traits, locals.cyclesBefore);
  emitUndo(code, locals, traits);
  emitLeave(code, locals, traits, stops.stuck, locals.cyclesBefore);
  code.end();
  code.i32(stops.stuck);
  return code;
}

/** Leaves where nothing is left to be read. */
function emitEnd(code: WasmCode, locals: Locals, traits: RecordTraits, cycles: number): void {
  code.get(locals.begin).get(locals.end).op('i32.ge_s').if();
  emitLeave(code, locals, traits, stops.end, cycles);
  code.end();
}

/** What was given in place of where the record ends; after it, all else is that it is stuck. */
function emitFailures(code: WasmCode, locals: Locals, traits: RecordTraits): void {
  const { stateLocal, after } = locals;
  for (const [result, stop] of [
    [classResults.grow, stops.grow],
    [classResults.unknown, stops.unknownClass],
  ] as const) {
    code.get(after).i32(result).op('i32.eq').if();
    if (stop === stops.unknownClass)
      code.get(stateLocal).get(locals.classId).memory('i64.store', state.classId);
    emitUndo(code, locals, traits);
    emitLeave(code, locals, traits, stop, locals.cyclesBefore);
    code.end();
  }
}

/** What is kept in locals during the loop is loaded once. */
function emitEntry(code: WasmCode, locals: Locals, traits: RecordTraits, hasClock: boolean): void {
  const { stateLocal, pk, bits, endBits } = locals;
  code.get(stateLocal).memory('i64.load', state.cycles).set(locals.cycles);
  code.get(stateLocal).memory('i32.load', state.batchCount).set(locals.count);
  code.get(stateLocal).memory('i32.load', state.batchCapacity).set(locals.capacity);
  if (hasClock) {
    code.get(stateLocal).memory('i64.load', state.baseCycles).set(locals.baseCycles);
    code.get(stateLocal).memory('f64.load', state.baseNs).set(locals.baseNs);
    code.get(stateLocal).memory('f64.load', state.lastNs).set(locals.lastNs);
    emitSureRange(code, locals);
  }
  code.get(endBits).i32(3).op('i32.shr_s').get(pk).op('i32.add').set(locals.endAddress);
  const roundedUp = (local: number) =>
    code.get(local).i32(7).op('i32.add').i32(3).op('i32.shr_s').get(pk).op('i32.add');
  if (traits.isByteStream) {
    roundedUp(bits).set(locals.p);
    roundedUp(endBits).set(locals.end);
  } else {
    code.get(endBits).set(locals.end);
  }
}

/** Returns with everything that JavaScript or the next call needs in the state block. */
function emitLeave(code: WasmCode, locals: Locals, traits: RecordTraits, stop: number, cycles: number): void {
  const { stateLocal, begin, pk } = locals;
  code.get(stateLocal).get(cycles).memory('i64.store', state.cycles);
  code.get(stateLocal).get(locals.count).memory('i32.store', state.batchCount);
  code.get(stateLocal).get(locals.lastNs).memory('f64.store', state.lastNs);
  code.get(stateLocal).get(begin);
  if (traits.isByteStream) code.get(pk).op('i32.sub').i32(3).op('i32.shl');
  code.memory('i32.store', state.stopBits);
  code.i32(stop).op('return');
}

function emitUndo(code: WasmCode, locals: Locals, traits: RecordTraits): void {
  const { stateLocal, emptyBefore, orderBefore } = locals;
  if (traits.hasEmptyElements)
    code.get(stateLocal).get(emptyBefore).memory('i64.store', state.emptyElementsLeft);
  if (orderBefore !== undefined) code.get(stateLocal).get(orderBefore).memory('i32.store', state.byteOrder);
}

/** The header's fields: none has a column, all that others need is kept. */
function emitHeader(parts: ClassCodeParts, code: WasmCode, locals: Locals, stuck: number): void {
  const { layout, traits } = parts;
  const { stateLocal, order } = locals;
  const position = new Position(code, locals, stuck);
  const context: EmitContext = {
    ...{ code, position, stateLocal, clock: layout.clock },
    kept: keptByHeader(parts, code, locals),
    grow: { label: stuck, group: locals.after, rows: locals.after },
  };
  if (order !== undefined) code.get(stateLocal).memory('i32.load', state.byteOrder).set(order);
  if (traits.isByteStream) position.atByte();
  else position.enterBits();
  code.i64(0n).set(locals.classId);
  if (layout.eventHeader !== undefined) emitField(context, layout.eventHeader, undefined, undefined);
  if (traits.isByteStream) position.toByte();
  else position.toBits();
  if (order !== undefined) code.get(stateLocal).get(order).memory('i32.store', state.byteOrder);
  if (traits.bodiesHaveClock) code.get(stateLocal).get(locals.cycles).memory('i64.store', state.cycles);
}

/** The header keeps values in locals; bodies find those that they need in the state block too. */
function keptByHeader(parts: ClassCodeParts, code: WasmCode, locals: Locals): KeptValues {
  const { layout, plan, traits } = parts;
  const slotLocals = new Map<number, number>();
  const alsoStored = new Set<number>();
  for (const type of traits.keptByHeader) {
    const offset = plan.slots.get(type);
    if (offset === undefined) continue;
    if (!slotLocals.has(offset)) slotLocals.set(offset, code.local('i64'));
  }
  for (const type of traits.neededByBodies) {
    const offset = plan.slots.get(type);
    if (offset !== undefined) alsoStored.add(offset);
  }
  return {
    slots: plan.slots,
    locals: slotLocals,
    alsoStored,
    classId: locals.classId,
    classIds: new Set(layout.classIdFields),
    cycles: locals.cycles,
  };
}

/** Calls the class's function, and goes to where it says that the next record begins; or leaves by `failed` with what it gave instead in `after`. */
function emitCall(
  { tableSize }: RecordCodeParts,
  code: WasmCode,
  locals: Locals,
  at: number,
  failed: number,
): void {
  const { classId, after, stateLocal, pk, endBits, endAddress, time, cycles, count } = locals;
  code.i32(classResults.unknown).set(after);
  code.get(classId).i64(BigInt(tableSize)).op('i64.ge_u').brIf(failed);
  code.get(stateLocal).get(count).memory('i32.store', state.batchCount);
  for (const local of [stateLocal, pk, at, endBits, endAddress, time, cycles]) code.get(local);
  code.get(classId).op('i32.wrap_i64').callIndirect(1).set(after);
  code.get(stateLocal).memory('i32.load', state.batchCount).set(count);
  code.get(after).get(locals.begin).op('i32.le_s').brIf(failed);
  code.get(after).set(at);
}
