/**
 * Code for records in frames: the loop over a frame list, and for each class a module of its own with its function.
 *
 *   decode(state, window, at, count) → stop       for each frame the function that its class id selects
 *   class n(state, window, contextAt, contextEnd, bodyAt, bodyEnd, timeNs, cycles) → 0, or why it can't be decoded
 *
 * Of a long trace of few classes the loop is made again with their code in it, and without calls.
 *
 * A class's fields at offsets are read where they are, by one check against the scope's end for those at a known distance. Places are
 * offsets in the window as the list has them: each scope that is read is checked to lie in the window first.
 */
import { timeMaxNs } from '../../bytes/limits.ts';
import { type ValueType, WasmCode } from './code.ts';
import type { CodeKind } from './compiled-records.ts';
import {
  type ClassCodeParts,
  type ClassEnds,
  classResults,
  emitCommit,
  emitRoom,
  emitUnited,
  type NumberedClass,
} from './emit-class.ts';
import { emitField } from './emit-fields.ts';
import { encodeClasses, encodeLoop, type RecordCodeParts, stops } from './emit-records.ts';
import type { EmitContext } from './emit-scalar.ts';
import { state } from './plan.ts';
import { Position } from './position.ts';

const parameters: readonly ValueType[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'i64'];
const classFunction = { parameters, results: ['i32'] } as const;

export const frameRecords: CodeKind = {
  isFramed: true,
  plannedCountMax: 0,
  unitesAfter: 32,
  emitLoop: (parts) => encodeLoop(emitLoop(parts), parts, parameters),
  emitClasses(parts, classes) {
    const functions = classes.map(({ planned, ordinal }) => ({
      ...classFunction,
      code: emitFunction(parts, { planned, ordinal }),
    }));
    return encodeClasses(classes, functions);
  },
};

function emitFunction(parts: ClassCodeParts, numbered: NumberedClass): WasmCode {
  const code = new WasmCode(parameters.length);
  const [stateLocal, pk, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles] = [0, 1, 2, 3, 4, 5, 6, 7];
  const frame = { stateLocal, pk, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles };
  emitFramedClass(code, parts, numbered, frame, {
    done: () => code.i32(0).op('return'),
    failed: (result) => code.i32(result).op('return'),
  });
  // Nothing gets here.
  return code.i32(classResults.stuck);
}

/** What a class's code is given of a frame. */
interface FrameLocals {
  readonly stateLocal: number;
  readonly pk: number;
  readonly contextAt: number;
  readonly contextEnd: number;
  readonly bodyAt: number;
  readonly bodyEnd: number;
  readonly time: number;
  readonly cycles: number;
}

/** Whatever can't be decoded leaves everything as it was before the frame; the interpreter then says why. */
function emitLoop(parts: RecordCodeParts): WasmCode {
  const { traits, tableSize, united } = parts;
  const code = new WasmCode(4);
  const [stateLocal, window, at, end] = [0, 1, 2, 3];
  const count = code.local('i32');
  const [classId, result] = [code.local('i32'), code.local('i32')];
  const emptyBefore = code.local('i64');
  const emitNext = makeFrameEntry(code, parts, { stateLocal, window, at, classId });
  code.get(stateLocal).memory('i32.load', state.batchCount).set(count);
  const leave = (stop: number) => {
    code.get(stateLocal).get(count).memory('i32.store', state.batchCount);
    code.get(stateLocal).get(at).memory('i32.store', state.stopBits);
    code.i32(stop).op('return');
  };
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').if();
  leave(stops.end);
  code.end();
  code.get(count).get(stateLocal).memory('i32.load', state.batchCapacity).op('i32.ge_u').if();
  leave(stops.full);
  code.end();
  if (traits.hasEmptyElements)
    code.get(stateLocal).memory('i64.load', state.emptyElementsLeft).set(emptyBefore);
  const frame = emitNext();
  const failed = code.block();
  if (united === undefined) emitCall(code, tableSize, classId, frame, { count, result, failed });
  else {
    const choice = { tableSize, classId: () => code.get(classId), result, failed };
    emitUnited(code, united, choice, (numbered, done) =>
      emitFramedClass(
        code,
        parts,
        numbered,
        { ...frame, count },
        {
          done: () => code.br(done),
          failed: (why) => code.i32(why).set(result).br(failed),
        },
      ),
    );
  }
  code.get(at).i32(1).op('i32.add').set(at).br(next);
  code.end();
  if (traits.hasEmptyElements)
    code.get(stateLocal).get(emptyBefore).memory('i64.store', state.emptyElementsLeft);
  for (const [which, stop] of [
    [classResults.grow, stops.grow],
    [classResults.unknown, stops.unknownClass],
  ] as const) {
    code.get(result).i32(which).op('i32.eq').if();
    leave(stop);
    code.end();
  }
  leave(stops.stuck);
  code.end();
  code.i32(stops.stuck);
  return code;
}

/** Finds the list's arrays. @returns what emits the reading of a frame */
function makeFrameEntry(
  code: WasmCode,
  { withCycles }: RecordCodeParts,
  { stateLocal, window, at, classId }: Readonly<Record<'stateLocal' | 'window' | 'at' | 'classId', number>>,
): () => FrameLocals {
  const array = (offset: number) => {
    const local = code.local('i32');
    code.get(stateLocal).memory('i32.load', offset).set(local);
    return local;
  };
  const [classIds, cpus] = [array(state.frameClassIds), array(state.frameCpus)];
  const [times, cycles] = [array(state.frameTimes), array(state.frameCycles)];
  const places = [state.frameContexts, state.frameContextEnds, state.frameBodies, state.frameBodyEnds].map(
    (offset) => ({ array: array(offset), local: code.local('i32') }),
  );
  const [contextAt, contextEnd, bodyAt, bodyEnd] = places.map(({ local }) => local) as [
    number,
    number,
    number,
    number,
  ];
  const time = code.local('f64');
  const itsCycles = code.local('i64');
  const element = (local: number, shift: number) =>
    code.get(local).get(at).i32(shift).op('i32.shl', 'i32.add');
  return () => {
    code.get(stateLocal);
    element(cpus, 2).memory('i32.load').memory('i32.store', state.cpu);
    for (const place of places)
      element(place.array, 2).memory('i32.load').get(window).op('i32.add').set(place.local);
    element(times, 3).memory('f64.load').set(time);
    if (withCycles) element(cycles, 3).memory('i64.load').set(itsCycles);
    element(classIds, 2).memory('i32.load').set(classId);
    return { stateLocal, pk: window, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles: itsCycles };
  };
}

/** Calls the class's function, or leaves by `failed` with what it gave in `result`. */
function emitCall(
  code: WasmCode,
  tableSize: number,
  classId: number,
  frame: FrameLocals,
  to: { readonly count: number; readonly result: number; readonly failed: number },
): void {
  const { stateLocal, pk, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles } = frame;
  const { count, result, failed } = to;
  code.i32(classResults.unknown).set(result);
  code.get(classId).i32(tableSize).op('i32.ge_u').brIf(failed);
  code.get(stateLocal).get(count).memory('i32.store', state.batchCount);
  for (const local of [stateLocal, pk, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles]) code.get(local);
  code.get(classId).callIndirect(1).tee(result).brIf(failed);
  code.get(stateLocal).memory('i32.load', state.batchCount).set(count);
}

/**
 * Contexts and payload into the rows of the class's columns.
 * @param frame with the number of records in the batch, or else that is in the state block
 */
function emitFramedClass(
  code: WasmCode,
  parts: ClassCodeParts,
  { planned, ordinal }: NumberedClass,
  frame: FrameLocals & { readonly count?: number },
  ends: ClassEnds,
): void {
  const { stateLocal, contextAt, contextEnd, bodyAt, bodyEnd, time } = frame;
  const { selected, scopes } = planned;
  // A class that is stepped over.
  if (selected === undefined) {
    ends.done();
    return;
  }
  const row = code.local('i32');
  const growGroup = code.local('i32');
  const growRows = code.local('i32');
  const grow = code.block();
  const stuck = code.block();
  code.get(time).op('f64.abs').f64(timeMaxNs).op('f64.ge').brIf(stuck);
  emitRoom(code, stateLocal, selected.group, { row, growGroup, growRows, grow });
  const rows = { group: selected.group, row };
  const enterScope = makeScopeEntry(code, parts, frame, stuck);
  const shared = {
    ...{ code, stateLocal, clock: undefined },
    grow: { label: grow, group: growGroup, rows: growRows },
  };
  for (const [scope, type] of scopes) {
    const [begin, end] = scope === 'specific-context' ? [contextAt, contextEnd] : [bodyAt, bodyEnd];
    const context: EmitContext = { ...shared, ...enterScope(begin, end) };
    emitField(context, type, selected.scopes.get(scope), rows);
    // Ends its last check: what is between scopes is no field.
    context.position.flush();
  }
  emitCommit(parts.withCycles, code, selected, { ...frame, row });
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

/** Puts the position at a scope's beginning, with its end as the end of what may be read. */
function makeScopeEntry(
  code: WasmCode,
  parts: ClassCodeParts,
  { stateLocal, pk }: FrameLocals,
  stuck: number,
) {
  const order = parts.traits.isMixedOrder ? code.local('i32') : undefined;
  const endBits = code.local('i32');
  const endAddress = code.local('i32');
  const locals = { pk, endBits, endAddress, bits: code.local('i32'), p: code.local('i32'), order };
  const kept = {
    slots: parts.plan.slots,
    locals: new Map<number, number>(),
    alsoStored: new Set<number>(),
    classId: undefined,
    classIds: new Set<never>(),
    cycles: undefined,
  };
  return (begin: number, end: number) => {
    code.get(begin).get(end).op('i32.gt_u').brIf(stuck);
    code.get(end).get(stateLocal).memory('i32.load', state.windowEnd).op('i32.gt_u').brIf(stuck);
    code.get(end).tee(endAddress).get(pk).op('i32.sub').i32(3).op('i32.shl').set(endBits);
    code.get(begin).set(locals.p);
    if (order !== undefined) code.i32(0).set(order);
    const position = new Position(code, { ...locals, checksBytes: true }, stuck);
    position.atByte();
    return { position, kept, scopeBegin: begin };
  };
}
