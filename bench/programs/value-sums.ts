/**
 * Sums over decoded columns in which every value and its place count: two decoders that disagree in one bit of one value, or
 * put it elsewhere, give different sums.
 *
 *   sum += word · (2n + 1) · odd        n: how many words of 32 bits came before
 *
 * Multiplying by an odd number loses no bit, and products do not wait for each other: four at a time. A value of 64 bits is two words; of a
 * text each sixteen bytes are four, with factors by its place and theirs. The loops are WebAssembly, since reading
 * a value has to cost little beside decoding it: they run where generated code keeps its columns, and in a memory of their own for
 * columns of the interpreter, which are copied there. So both are read by one algorithm.
 */
import { WasmCode } from '../../src/events/wasm/code.ts';
import { encodeModule, type WasmFunction } from '../../src/events/wasm/module.ts';

/** Each gives the sum of `count` values, of which the first is the one at `place`. */
interface SumFunctions {
  words(address: number, count: number, place: number): number;
  /** Of lists: how many elements each has. */
  sizes(starts: number, count: number, place: number): number;
  /** Of their bytes, without their lengths. */
  texts(starts: number, count: number, place: number, lengths: number, bytes: number): number;
}

const odd = 0x9e3779b1;

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

/** Each puts what is at the address in `at`, or so many bytes after it, on the stack: one value, or a vector of four. */
interface WordLoads {
  one(code: WasmCode, at: number): void;
  four(code: WasmCode, at: number, offset: number): void;
}

const words: WordLoads = {
  one: (code, at) => code.get(at).memory('i32.load'),
  four: (code, at, offset) => code.get(at).loadVector(offset),
};

/** How many elements each list has. */
const sizes: WordLoads = {
  one: (code, at) => code.get(at).memory('i32.load', 4).get(at).memory('i32.load').op('i32.sub'),
  four: (code, at, offset) =>
    code
      .get(at)
      .loadVector(offset + 4)
      .get(at)
      .loadVector(offset)
      .vector('i32x4.sub'),
};

/** Sums of products, four at a time, and the factors of the next four words. */
interface FourSums {
  readonly sums: number;
  readonly factors: number;
  /** What the factors of the next four words are further. */
  readonly step: number;
  /** Puts the sum of all four on the stack. */
  emitTotal(): void;
}

/** Begins with the word at the place that `emitPlace` puts on the stack. */
function fourSums(code: WasmCode, emitPlace: () => void): FourSums {
  const [sums, factors] = [code.local('v128'), code.local('v128')];
  const step = constantLocal(code, 8 * odd);
  const first = Int32Array.from([0, 1, 2, 3], (n) => Math.imul(n, 2 * odd) + odd);
  emitPlace();
  code
    .i32(2 * odd)
    .op('i32.mul')
    .vector('i32x4.splat');
  code.constantVector(new Uint8Array(first.buffer)).vector('i32x4.add').set(factors);
  return {
    ...{ sums, factors, step },
    emitTotal: () => {
      for (const lane of [0, 1, 2, 3]) {
        code.get(sums).lane('i32x4.extract_lane', lane);
        if (lane > 0) code.op('i32.add');
      }
    },
  };
}

function emitNextFactors(code: WasmCode, { factors, step }: FourSums): void {
  code.get(factors).get(step).vector('i32x4.add').set(factors);
}

/** A constant in all four, once for a loop: V8 would make it anew in each turn. */
function constantLocal(code: WasmCode, value: number): number {
  const local = code.local('v128');
  code.i32(value).vector('i32x4.splat').set(local);
  return local;
}

/** Values of 32 bits. */
function emitWords(loads: WordLoads): WasmCode {
  const { at, count, place } = parameters;
  const code = new WasmCode(3);
  const sum = code.local('i32');
  const four = fourSums(code, () => code.get(place));
  code.get(place).get(count).i32(-4).op('i32.and', 'i32.add').set(place);
  for (const turn of [16, 4]) {
    emitTurns(code, 4, turn, () => {
      for (let ahead = 0; ahead < turn; ahead += 4) {
        loads.four(code, at, 4 * ahead);
        code.get(four.factors).vector('i32x4.mul').get(four.sums).vector('i32x4.add').set(four.sums);
        emitNextFactors(code, four);
      }
    });
  }
  four.emitTotal();
  code.set(sum);
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

const lanes = Array.from({ length: 16 }, (_, index) => index);
/** What the factors of a text's next sixteen bytes are further, over and over: even, so that they stay odd. */
const oddOfMore = 2 * 0x42b2ae3d;

/**
 * Texts, 16 bytes at a time. Whether one has more than that is hard to foresee where some have: from the first of those on, the next 16 are
 * taken of all.
 */
function emitTexts(): WasmCode {
  const { at, count, place, lengths, bytes } = parameters;
  const code = new WasmCode(5);
  const [p, end, length] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [more, laneNumbers] = [code.local('v128'), code.local('v128')];
  const moreStep = constantLocal(code, oddOfMore);
  const four = fourSums(code, () => code.get(place).i32(4).op('i32.mul'));
  code.constantVector(lanes).set(laneNumbers);
  const emitText = () => {
    code.get(at).memory('i32.load').get(bytes).op('i32.add').set(p);
    code.get(lengths).memory('i32.load').set(length);
  };
  /** Adds those of the 16 bytes from `before` on that the text has: what is read beyond its end is masked away. */
  const emitAdd = (before: number, factors: number, isShort = false) => {
    const left = () => code.get(length).i32(before).op('i32.sub');
    code.get(p).loadVector(before);
    if (isShort) code.get(length);
    else {
      left().i32(16);
      left().i32(16).op('i32.lt_s', 'select');
    }
    code.vector('i8x16.splat');
    code.get(laneNumbers).vector('i8x16.gt_s', 'v128.and');
    code.get(factors).vector('i32x4.mul').get(four.sums).vector('i32x4.add').set(four.sums);
  };
  const emitAddMore = () => {
    code.get(more).get(moreStep).vector('i32x4.add').set(more);
    emitAdd(16, more);
  };
  const emitNext = (next: number) => {
    emitNextFactors(code, four);
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
  emitAdd(0, four.factors, true);
  emitNext(nextShort);
  code.end();
  code.end();
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emitText();
  emitAdd(0, four.factors);
  // Of less than 16 nothing is taken: lanes from 0 on are not below what is negative.
  code.get(four.factors).set(more);
  emitAddMore();
  const whole = code.block();
  const nextMore = code.loop();
  code.get(length).i32(32).op('i32.le_s').brIf(whole);
  code.get(p).i32(16).op('i32.add').set(p).get(length).i32(16).op('i32.sub').set(length);
  emitAddMore();
  code.br(nextMore);
  code.end();
  code.end();
  emitNext(next);
  code.end();
  code.end();
  four.emitTotal();
  return code;
}

function makeModule(): WebAssembly.Module {
  const codes: Readonly<Record<keyof SumFunctions, WasmCode>> = {
    words: emitWords(words),
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
