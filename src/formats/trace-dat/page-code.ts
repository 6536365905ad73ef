/**
 * Generated code that finds the records of a page in WebAssembly memory, as `appendFrames` does in JavaScript: for pages of little-endian
 * machines with nothing in them but records of usual sizes, padding and time extensions, in the order of time. What else is in a page is left to
 * JavaScript, from the page's beginning.
 *
 * Counting 4.4 M events in a new process takes 169 ms of processor time with it, 249 without: JavaScript is slow until it is compiled.
 */
import { WasmCode } from '../../events/wasm/code.ts';
import type { WasmMemory } from '../../events/wasm/memory.ts';
import { encodeModule } from '../../events/wasm/module.ts';

/**
 * @param at address of the page's first record, and `end` of what follows its last
 * @param window address of the window: places in frames count from it
 * @param count of the frames that there are
 * @param baseNs time of the page
 * @param lastNs of the record before the page; NaN for none
 * @param classIds addresses of the arrays of a `FrameList`, as the four after it
 * @returns how many frames there are then; -1 where the page is one for JavaScript
 */
export type WalkPage = (
  at: number,
  end: number,
  window: number,
  count: number,
  baseNs: number,
  lastNs: number,
  cpu: number,
  classIds: number,
  times: number,
  cpus: number,
  bodyAts: number,
  bodyEnds: number,
) => number;

const parameters = [
  ...(['i32', 'i32', 'i32', 'i32'] as const),
  ...(['f64', 'f64', 'i32'] as const),
  ...(['i32', 'i32', 'i32', 'i32', 'i32'] as const),
] as const;
const [at, end, window, count, baseNs, lastNs, cpu, classIds, times, cpus, bodyAts, bodyEnds] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;

/** Of a record's header, as in `ring-buffer-page.ts`. */
const typeMask = 31;
const typeLengthMax = 28;
const typePadding = 29;
const typeTimeExtend = 30;
const deltaShift = 5;
const deltaRange = 2 ** 27;

export function makeWalkPage(memory: WasmMemory): WalkPage {
  const code = new WasmCode(parameters.length);
  emitWalk(code);
  const bytes = encodeModule([{ parameters, results: ['i32'], code, exportName: 'walk' }], []);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: memory.memory },
  });
  return instance.exports['walk'] as WalkPage;
}

function emitWalk(code: WasmCode): void {
  const word = code.local('i32');
  const next = code.local('i32');
  const time = code.local('f64');
  code.get(baseNs).set(time);
  const loop = code.loop();
  code.get(at).get(end).op('i32.eq').if().get(count).op('return').end();
  // Headers are words: a rest that is shorter is damage.
  code.get(end).get(at).op('i32.sub').i32(4).op('i32.lt_u').if();
  giveUp(code);
  code.end();
  code.get(at).memory('i32.load').set(word);
  code.get(word).i32(typeMask).op('i32.and').i32(1).op('i32.sub').i32(typeLengthMax).op('i32.lt_u').if();
  emitRecord(code, word, next, time);
  code.br(loop);
  code.end();
  emitLong(code, word, next, time);
  code.br(loop);
  code.end();
  giveUp(code);
}

function giveUp(code: WasmCode): void {
  code.i32(-1).op('return');
}

/** time += delta */
function emitDelta(code: WasmCode, word: number, time: number): void {
  code.get(time).get(word).i32(deltaShift).op('i32.shr_u', 'f64.convert_i32_u', 'f64.add').set(time);
}

/** A record that says its length in its header, and what frames say of it. */
function emitRecord(code: WasmCode, word: number, next: number, time: number): void {
  code
    .get(at)
    .i32(4)
    .op('i32.add')
    .get(word)
    .i32(typeMask)
    .op('i32.and')
    .i32(2)
    .op('i32.shl', 'i32.add')
    .set(next);
  code.get(next).get(end).op('i32.gt_u').if();
  giveUp(code);
  code.end();
  emitDelta(code, word, time);
  code.get(time).get(lastNs).op('f64.lt').if();
  giveUp(code);
  code.end();
  code.get(time).set(lastNs);
  const slot = (array: number, shift: number) => {
    code.get(array).get(count).i32(shift).op('i32.shl', 'i32.add');
  };
  slot(classIds, 2);
  code.get(at).memory('i32.load16_u', 4).memory('i32.store');
  slot(times, 3);
  code.get(time).memory('f64.store');
  slot(cpus, 2);
  code.get(cpu).memory('i32.store');
  slot(bodyAts, 2);
  code.get(at).i32(4).op('i32.add').get(window).op('i32.sub').memory('i32.store');
  slot(bodyEnds, 2);
  code.get(next).get(window).op('i32.sub').memory('i32.store');
  code.get(count).i32(1).op('i32.add').set(count);
  code.get(next).set(at);
}

/** Time extensions and padding, which have a second word. */
function emitLong(code: WasmCode, word: number, next: number, time: number): void {
  code.get(end).get(at).op('i32.sub').i32(8).op('i32.lt_u').if();
  giveUp(code);
  code.end();
  code.get(at).memory('i32.load', 4).set(next);
  code.get(word).i32(typeMask).op('i32.and').i32(typeTimeExtend).op('i32.eq').if();
  emitDelta(code, word, time);
  code.get(time);
  // delta + second · 2²⁷, exact: both are below 2⁵⁹, and times of a page are below 2⁵³.
  code.get(next).op('i64.extend_i32_u').i64(BigInt(deltaRange)).op('i64.mul', 'f64.convert_i64_u', 'f64.add');
  code.set(time);
  code.get(at).i32(8).op('i32.add').set(at);
  code.else();
  // Padding of a length, which may be 0 for all of the rest.
  code.get(word).i32(typeMask).op('i32.and').i32(typePadding).op('i32.ne');
  code.get(word).i32(deltaShift).op('i32.shr_u', 'i32.eqz', 'i32.or');
  code.get(next).i32(4).op('i32.lt_u', 'i32.or');
  code.get(next).get(end).get(at).op('i32.sub').i32(4).op('i32.sub', 'i32.gt_u', 'i32.or').if();
  giveUp(code);
  code.end();
  emitDelta(code, word, time);
  code.get(at).i32(4).op('i32.add').get(next).i32(3).op('i32.add').i32(-4).op('i32.and', 'i32.add').set(at);
  // An odd end may be the page's.
  code.get(at).get(end).op('i32.gt_u').if().get(end).set(at).end();
  code.end();
}
