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
import { WasmCode } from '../../src/events/wasm/code.ts';
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

const parameters = { at: 0, count: 1, place: 2, lengths: 3, bytes: 4 } as const;

/** Goes over the values `turn` at a time, as long as there are so many; `emit` takes those at the address in `at`. */
function emitTurns(code: WasmCode, stepBytes: number, turn: number, emit: () => void): void {
  const { at, count } = parameters;
  const end = code.local('i32');
  code.get(count).i32(-turn).op('i32.and').i32(stepBytes).op('i32.mul').get(at).op('i32.add').set(end);
  const done = code.block();
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emit();
  const turnBytes = turn * stepBytes;
  code.get(at).i32(turnBytes).op('i32.add').set(at).br(next);
  code.end();
  code.end();
  const rest = turn - 1;
  code.get(count).i32(rest).op('i32.and').set(count);
}

/** Each puts what is at the address in `at` on the stack: one value, or a vector of four. */
interface WordLoads {
  one(code: WasmCode, at: number): void;
  four(code: WasmCode, at: number): void;
}

const words: WordLoads = {
  one: (code, at) => code.get(at).memory('i32.load'),
  four: (code, at) => code.get(at).loadVector(),
};

/** How many elements each list has. */
const sizes: WordLoads = {
  one: (code, at) => code.get(at).memory('i32.load', 4).get(at).memory('i32.load').op('i32.sub'),
  four: (code, at) => code.get(at).loadVector(4).get(at).loadVector().vector('i32x4.sub'),
};

/** Values of 32 bits: four at a time, with the factors of their places beside them. */
function emitWords(loads: WordLoads): WasmCode {
  const { at, count, place } = parameters;
  const code = new WasmCode(3);
  const sum = code.local('i32');
  const sums = code.local('v128');
  const factors = code.local('v128');
  const firstFactors = Int32Array.from([0, 1, 2, 3], (n) => Math.imul(n, 2 * odd) + odd);
  code
    .get(place)
    .i32(2 * odd)
    .op('i32.mul')
    .vector('i32x4.splat');
  code.constantVector(new Uint8Array(firstFactors.buffer)).vector('i32x4.add').set(factors);
  code.get(place).get(count).i32(-4).op('i32.and', 'i32.add').set(place);
  emitTurns(code, 4, 4, () => {
    loads.four(code, at);
    code.get(factors).vector('i32x4.mul').get(sums).vector('i32x4.add').set(sums);
    code
      .get(factors)
      .i32(8 * odd)
      .vector('i32x4.splat', 'i32x4.add')
      .set(factors);
  });
  for (const lane of [0, 1, 2, 3])
    code.get(sums).lane('i32x4.extract_lane', lane).get(sum).op('i32.add').set(sum);
  emitTurns(code, 4, 1, () => {
    loads.one(code, at);
    code
      .get(place)
      .i32(2 * odd)
      .op('i32.mul')
      .i32(odd)
      .op('i32.add', 'i32.mul');
    code.get(sum).op('i32.add').set(sum);
    code.get(place).i32(1).op('i32.add').set(place);
  });
  return code.get(sum);
}

/** Gives what adds the next double word, which its parameter puts on the stack, to the local `sum`. */
function doubleWordsInto(code: WasmCode, sum: number): (emitValue: () => void) => void {
  const factor = code.local('i64');
  const product = code.local('i64');
  const step = 2n * wideOdd;
  code.get(parameters.place).op('i64.extend_i32_u').i64(step).op('i64.mul').i64(wideOdd).op('i64.add');
  code.set(factor);
  return (emitValue) => {
    emitValue();
    // Both halves of the product: the lower one has lost what the upper bits were.
    code.get(factor).op('i64.mul').tee(product).get(product).i64(32n).op('i64.shr_u', 'i64.xor');
    code.op('i32.wrap_i64').get(sum).op('i32.add').set(sum);
    code.get(factor).i64(step).op('i64.add').set(factor);
  };
}

function emitDoubleWords(): WasmCode {
  const code = new WasmCode(3);
  const sum = code.local('i32');
  const emitAdd = doubleWordsInto(code, sum);
  for (const turn of [4, 1]) {
    emitTurns(code, 8, turn, () => {
      for (let ahead = 0; ahead < turn; ahead++)
        emitAdd(() => code.get(parameters.at).memory('i64.load', 8 * ahead));
    });
  }
  return code.get(sum);
}

const lanes = Array.from({ length: 16 }, (_, index) => index);

/** Makes texts numbers: `emitText` takes the one at `at`, what follows puts length and bytes into `hash`. */
function textHashes(code: WasmCode) {
  const { at, lengths, bytes } = parameters;
  const [p, length] = [code.local('i32'), code.local('i32')];
  const [hash, vector] = [code.local('i64'), code.local('v128')];
  /** Of the text's 16 bytes from `before` on those that it has: what is read beyond its end is masked away. */
  const emitMasked = (before: number) => {
    const left = () => code.get(length).i32(before).op('i32.sub');
    code.get(p).loadVector(before);
    left().i32(16);
    left().i32(16).op('i32.lt_s', 'select').vector('i8x16.splat');
    code.constantVector(lanes).vector('i8x16.gt_s', 'v128.and').set(vector);
  };
  const emitHalf = (lane: number) => code.get(vector).lane('i64x2.extract_lane', lane);
  return {
    ...{ p, length, hash },
    emitText: () => {
      code.get(at).memory('i32.load').get(bytes).op('i32.add').set(p);
      code.get(lengths).memory('i32.load').set(length);
    },
    emitFirst: () => {
      emitMasked(0);
      emitHalf(0).i64(BigInt.asIntN(64, oddOfFirst)).op('i64.mul');
      emitHalf(1).i64(BigInt.asIntN(64, oddOfSecond)).op('i64.mul', 'i64.xor');
      code.get(length).op('i64.extend_i32_u', 'i64.add').set(hash);
    },
    /** Mixes the next 16 bytes in. */
    emitMore: (into: number) => {
      emitMasked(16);
      code.get(hash);
      for (const lane of [0, 1]) {
        code.i64(BigInt.asIntN(64, oddOfFirst)).op('i64.mul');
        emitHalf(lane).op('i64.xor');
      }
      code.set(into);
    },
  };
}

/**
 * Texts, 16 bytes at a time. Whether one has more than that is hard to foresee where some have: from the first of those on, the next 16 are
 * taken of all.
 */
function emitTexts(): WasmCode {
  const { at, count, lengths } = parameters;
  const code = new WasmCode(5);
  const [sum, end, longer] = [code.local('i32'), code.local('i32'), code.local('i64')];
  const emitAdd = doubleWordsInto(code, sum);
  const { p, length, hash, emitText, emitFirst, emitMore } = textHashes(code);
  const emitNext = (next: number) => {
    emitAdd(() => code.get(hash));
    code.get(lengths).i32(4).op('i32.add').set(lengths);
    code.get(at).i32(4).op('i32.add').set(at).br(next);
  };
  code.get(at).get(count).i32(4).op('i32.mul', 'i32.add').set(end);
  const done = code.block();
  const long = code.block();
  const nextShort = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emitText();
  code.get(length).i32(16).op('i32.gt_s').brIf(long);
  emitFirst();
  emitNext(nextShort);
  code.end();
  code.end();
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emitText();
  emitFirst();
  emitMore(longer);
  code.get(longer).get(hash).get(length).i32(16).op('i32.gt_s', 'select').set(hash);
  const whole = code.block();
  const more = code.loop();
  code.get(length).i32(32).op('i32.le_s').brIf(whole);
  code.get(p).i32(16).op('i32.add').set(p).get(length).i32(16).op('i32.sub').set(length);
  emitMore(hash);
  code.br(more);
  code.end();
  code.end();
  emitNext(next);
  code.end();
  code.end();
  return code.get(sum);
}

function makeModule(): WebAssembly.Module {
  const codes: Readonly<Record<keyof SumFunctions, WasmCode>> = {
    words: emitWords(words),
    doubleWords: emitDoubleWords(),
    sizes: emitWords(sizes),
    texts: emitTexts(),
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
/** Texts are read 16 bytes at a time, 16 more than they have. */
const slackBytes = 32;

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
