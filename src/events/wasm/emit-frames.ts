/**
 * Code for records in frames: the loop over a frame list, and for each class a module of its own with its function.
 *
 *   decode(state, window, at, count) → stop       for each frame the function that its class id selects
 *   class n(state, window, contextAt, contextEnd, bodyAt, bodyEnd, timeNs, cycles) → 0, or why it can't be decoded
 *
 * A class's fields at offsets are read where they are, by one check against the scope's end for those at a known distance. Places are
 * offsets in the window as the list has them: each scope that is read is checked to lie in the window first.
 */
import { timeMaxNs } from '../../bytes/limits.ts';
import { type ValueType, WasmCode } from './code.ts';
import type { CodeKind } from './compiled-records.ts';
import { type ClassCodeParts, classResults, emitCommit, emitRoom, type PlannedClass } from './emit-class.ts';
import { emitField } from './emit-fields.ts';
import { encodeClasses, type RecordCodeParts, stops } from './emit-records.ts';
import type { EmitContext } from './emit-scalar.ts';
import { encodeModule, type WasmFunction } from './module.ts';
import { state } from './plan.ts';
import { Position } from './position.ts';

const parameters: readonly ValueType[] = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'f64', 'i64'];
const classFunction = { parameters, results: ['i32'] } as const;

export const frameRecords: CodeKind = {
  isFramed: true,
  plannedCountMax: 0,
  unitesAfter: Number.POSITIVE_INFINITY,
  emitLoop(parts) {
    const unknown = new WasmCode(parameters.length);
    unknown.i32(classResults.unknown);
    const functions: WasmFunction[] = [
      {
        parameters: ['i32', 'i32', 'i32', 'i32'],
        results: ['i32'],
        code: emitLoop(parts),
        exportName: 'decode',
      },
      { ...classFunction, code: unknown },
    ];
    return encodeModule(functions, { functions: new Array<number>(parts.tableSize).fill(1), sharedAt: 0 });
  },
  emitClasses(parts, classes) {
    const functions = classes.map(({ planned, ordinal }) => ({
      ...classFunction,
      code: emitFramedClass(parts, planned, ordinal),
    }));
    return encodeClasses(classes, functions);
  },
};

/** Whatever can't be decoded leaves everything as it was before the frame; the interpreter then says why. */
function emitLoop({ traits, tableSize, withCycles }: RecordCodeParts): WasmCode {
  const code = new WasmCode(4);
  const [stateLocal, window, at, count] = [0, 1, 2, 3];
  const pointer = (offset: number) => {
    const local = code.local('i32');
    code.get(stateLocal).memory('i32.load', offset).set(local);
    return local;
  };
  const classIds = pointer(state.frameClassIds);
  const times = pointer(state.frameTimes);
  const cycles = pointer(state.frameCycles);
  const cpus = pointer(state.frameCpus);
  const places = [
    pointer(state.frameContexts),
    pointer(state.frameContextEnds),
    pointer(state.frameBodies),
    pointer(state.frameBodyEnds),
  ];
  const result = code.local('i32');
  const emptyBefore = code.local('i64');
  const element = (local: number, shift: number) =>
    code.get(local).get(at).i32(shift).op('i32.shl', 'i32.add');
  const leave = (stop: number) => {
    code.get(stateLocal).get(at).memory('i32.store', state.stopBits);
    code.i32(stop).op('return');
  };
  const next = code.loop();
  code.get(at).get(count).op('i32.ge_u').if();
  leave(stops.end);
  code.end();
  code.get(stateLocal).memory('i32.load', state.batchCount);
  code.get(stateLocal).memory('i32.load', state.batchCapacity).op('i32.ge_u').if();
  leave(stops.full);
  code.end();
  if (traits.hasEmptyElements)
    code.get(stateLocal).memory('i64.load', state.emptyElementsLeft).set(emptyBefore);
  code.get(stateLocal);
  element(cpus, 2).memory('i32.load').memory('i32.store', state.cpu);
  element(classIds, 2).memory('i32.load').tee(result);
  code.i32(tableSize).op('i32.ge_u').if('i32').i32(classResults.unknown).else();
  code.get(stateLocal).get(window);
  for (const place of places) element(place, 2).memory('i32.load').get(window).op('i32.add');
  element(times, 3).memory('f64.load');
  if (withCycles) element(cycles, 3).memory('i64.load');
  else code.i64(0n);
  code.get(result).callIndirect(1);
  code.end();
  code.tee(result).op('i32.eqz').if();
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

/** Contexts and payload into the rows of the class's columns. */
function emitFramedClass(parts: ClassCodeParts, planned: PlannedClass, ordinal: number): WasmCode {
  const code = new WasmCode(parameters.length);
  const [stateLocal, pk, contextAt, contextEnd, bodyAt, bodyEnd, time, cycles] = [0, 1, 2, 3, 4, 5, 6, 7];
  const { selected, scopes } = planned;
  // A class that is stepped over.
  if (selected === undefined) return code.i32(0);
  const row = code.local('i32');
  const growGroup = code.local('i32');
  const growRows = code.local('i32');
  const grow = code.block();
  const stuck = code.block();
  code.get(time).op('f64.abs').f64(timeMaxNs).op('f64.ge').brIf(stuck);
  emitRoom(code, stateLocal, selected.group, { row, growGroup, growRows, grow });
  const rows = { group: selected.group, row };
  const frame = { code, stateLocal, pk, stuck };
  const enterScope = makeScopeEntry(parts, frame);
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
  emitCommit(parts.withCycles, code, selected, { stateLocal, row, time, cycles });
  code.i32(0).op('return');
  code.end();
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  code.i32(classResults.stuck).op('return');
  code.end();
  code.get(stateLocal).get(growGroup).memory('i32.store', state.detail);
  code.get(stateLocal).get(growRows).memory('i32.store', state.detailRows);
  code.get(stateLocal).i32(ordinal).memory('i32.store', state.detailClass);
  return code.i32(classResults.grow);
}

interface FrameLocals {
  readonly code: WasmCode;
  readonly stateLocal: number;
  readonly pk: number;
  readonly stuck: number;
}

/** Puts the position at a scope's beginning, with its end as the end of what may be read. */
function makeScopeEntry(parts: ClassCodeParts, { code, stateLocal, pk, stuck }: FrameLocals) {
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
