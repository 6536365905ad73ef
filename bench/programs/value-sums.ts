/**
 * Sums over decoded columns in which every value and its place count: two decoders that disagree in one bit of one value, or
 * put it elsewhere, give different sums.
 *
 *   sum += value · (2n + 1) · odd        n: how many values came before; a text of any length is made one number first
 *
 * Multiplying by an odd number loses no bit, and products do not wait for each other. The loops are WebAssembly, since reading
 * a value has to cost little beside decoding it: they run where generated code keeps its columns, and in a memory of their own for
 * columns of the interpreter, which are copied there. So both are read by one algorithm.
 */
import { type MemoryInstruction, WasmCode } from '../../src/events/wasm/code.ts';
import { encodeModule, type WasmFunction } from '../../src/events/wasm/module.ts';

/** Each gives the sum of `count` values, of which the first is the one at `place`. */
interface SumFunctions {
  words(address: number, count: number, place: number): number;
  doubleWords(address: number, count: number, place: number): number;
  /** Of lists: how many elements each has. */
  sizes(starts: number, count: number, place: number): number;
  texts(starts: number, count: number, place: number, lengths: number, bytes: number): number;
}

const odd = 0x9e3779b1;
const wideOdd = 0x1e3779b97f4a7c15n;
const [oddOfFirst, oddOfSecond] = [0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n];

/** One more word at place `n`. */
export function placed(sum: number, word: number, n: number): number {
  return (sum + Math.imul(word, Math.imul(n, 2 * odd) + odd)) | 0;
}

type Loop = (code: WasmCode, at: number) => void;

/** A loop over `count` values: `load` puts what is at the address in `at` on the stack. */
function emitSum(
  code: WasmCode,
  stepBytes: number,
  load: Loop,
  mix: (code: WasmCode, place: number) => void,
) {
  const [at, count, place] = [0, 1, 2];
  const sum = code.local('i32');
  const end = code.local('i32');
  code.get(at).get(count).i32(stepBytes).op('i32.mul', 'i32.add').set(end);
  const done = code.block();
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  load(code, at);
  mix(code, place);
  code.get(sum).op('i32.add').set(sum);
  code.get(at).i32(stepBytes).op('i32.add').set(at);
  code.get(place).i32(1).op('i32.add').set(place).br(next);
  code.end();
  code.end();
  return code.get(sum);
}

function mixWord(code: WasmCode, place: number): void {
  code
    .get(place)
    .i32(2 * odd)
    .op('i32.mul')
    .i32(odd)
    .op('i32.add', 'i32.mul');
}

/** Both halves of the product: the lower one has lost what the upper bits were. */
function mixDoubleWord(code: WasmCode, place: number): void {
  const product = code.local('i64');
  code
    .get(place)
    .op('i64.extend_i32_u')
    .i64(2n * wideOdd)
    .op('i64.mul')
    .i64(wideOdd)
    .op('i64.add', 'i64.mul');
  code.tee(product).get(product).i64(32n).op('i64.shr_u', 'i64.xor', 'i32.wrap_i64');
}

const loaded =
  (instruction: MemoryInstruction): Loop =>
  (code, at) =>
    code.get(at).memory(instruction);

const listSize: Loop = (code, at) =>
  code.get(at).memory('i32.load', 4).get(at).memory('i32.load').op('i32.sub');

/**
 * Length and bytes of a text as one number. The first 16 bytes without a branch: most texts are shorter, and lengths are hard to
 * foresee. What is read beyond a text's end is masked away.
 */
function textLoop(code: WasmCode, lengths: number, bytes: number): Loop {
  const p = code.local('i32');
  const length = code.local('i32');
  const hash = code.local('i64');
  /** A mask for the `length - before` bytes that are left of the next eight. */
  const emitMask = (before: number) => {
    const left = () => code.get(length).i32(before).op('i32.sub');
    code.i64(-1n);
    code.i64(1n);
    left().i32(3).op('i32.shl', 'i64.extend_i32_u', 'i64.shl').i64(1n).op('i64.sub');
    left().i32(8).op('i32.ge_s', 'select');
    code.i64(0n);
    left().i32(0).op('i32.gt_s', 'select');
  };
  const emitMasked = (before: number) => {
    code.get(p).memory('i64.load', before);
    emitMask(before);
    code.op('i64.and');
  };
  return (_, at) => {
    code.get(at).memory('i32.load').get(bytes).op('i32.add').set(p);
    code.get(lengths).memory('i32.load').set(length);
    code.get(lengths).i32(4).op('i32.add').set(lengths);
    emitMasked(0);
    code.i64(BigInt.asIntN(64, oddOfFirst)).op('i64.mul');
    emitMasked(8);
    code.i64(BigInt.asIntN(64, oddOfSecond)).op('i64.mul', 'i64.xor');
    code.get(length).op('i64.extend_i32_u', 'i64.add').set(hash);
    code.get(length).i32(16).op('i32.gt_s').if();
    const next = code.loop();
    code.get(p).i32(16).op('i32.add').set(p).get(length).i32(16).op('i32.sub').set(length);
    for (const before of [0, 8]) {
      code.get(hash).i64(BigInt.asIntN(64, oddOfFirst)).op('i64.mul');
      emitMasked(before);
      code.op('i64.xor').set(hash);
    }
    code.get(length).i32(16).op('i32.gt_s').brIf(next);
    code.end();
    code.end();
    code.get(hash);
  };
}

function makeModule(): WebAssembly.Module {
  const texts = new WasmCode(5);
  const codes: Readonly<Record<keyof SumFunctions, WasmCode>> = {
    words: emitSum(new WasmCode(3), 4, loaded('i32.load'), mixWord),
    doubleWords: emitSum(new WasmCode(3), 8, loaded('i64.load'), mixDoubleWord),
    sizes: emitSum(new WasmCode(3), 4, listSize, mixWord),
    texts: emitSum(texts, 4, textLoop(texts, 3, 4), mixDoubleWord),
  };
  const functions = Object.entries(codes).map(
    ([exportName, code]): WasmFunction => ({
      parameters: ['i32', 'i32', 'i32', ...(exportName === 'texts' ? (['i32', 'i32'] as const) : [])],
      results: ['i32'],
      code,
      exportName,
    }),
  );
  return new WebAssembly.Module(encodeModule(functions, []));
}

const module = makeModule();

function sumsIn(memory: WebAssembly.Memory): SumFunctions {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as unknown as SumFunctions;
}

type Values = Uint8Array | Int32Array | Uint32Array | Float64Array | BigInt64Array | BigUint64Array;

/** Where arrays of values are summed up. */
export interface SumPlace {
  readonly sums: SumFunctions;
  /** The address of an array that lies there, or undefined. */
  addressOf(values: Values): number | undefined;
}

/** For columns that generated code filled. */
export function placeIn(memory: WebAssembly.Memory): SumPlace {
  return {
    sums: sumsIn(memory),
    addressOf: (values) => (values.buffer === memory.buffer ? values.byteOffset : undefined),
  };
}

const pageBytes = 65536;
/** Texts are read 16 bytes at a time. */
const slackBytes = 16;

/** For all other arrays: they are copied here one after the other, until it is emptied. */
export class CopyPlace {
  readonly #memory = new WebAssembly.Memory({ initial: 16 });
  readonly sums = sumsIn(this.#memory);
  #used = 0;

  empty(): void {
    this.#used = 0;
  }

  /** @returns the address of the copy */
  copy(values: Values, count: number): number {
    const sizeBytes = count * values.BYTES_PER_ELEMENT;
    const address = this.#used;
    const missing = address + sizeBytes + slackBytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    new Uint8Array(this.#memory.buffer, address, sizeBytes).set(
      new Uint8Array(values.buffer, values.byteOffset, sizeBytes),
    );
    this.#used = address + Math.ceil(sizeBytes / 8) * 8;
    return address;
  }
}
