/**
 * Sums over decoded columns in which every value and its place count: two decoders that disagree in one bit of one value, or
 * put it elsewhere, give different sums.
 *
 *   sum += word · (2n + 1) · odd        n: how many words of 32 bits came before
 *
 * Multiplying by an odd number loses no bit. A value of 64 bits is two words; of a text each sixteen bytes are four, with factors by its place
 * and theirs. The loops are WebAssembly, since reading a value has to cost little beside decoding it: they run where generated code keeps its
 * columns, and in a memory of their own for columns of the interpreter, which are copied there. So both are read by one algorithm.
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

/**
 * Sums of products, four at a time. In the loop nothing is multiplied: the factors of each four are those of the first and so many steps more,
 *
 *   plain += four     late += plain        after all turns: late = Σ (turns - turn) · four
 *
 * and what is due to the steps is turns · plain - late of them.
 */
interface FourSums {
  /** Takes in the next four words, which are in the local. */
  add(four: number): void;
  /** Puts the sum of all on the stack, after as many turns as the local says. */
  emitTotal(turns: number): void;
}

/** What the factors of the next four words are further. */
const fourStep = 8 * odd;

/** Begins with the word at the place that `emitPlace` puts on the stack. */
function fourSums(code: WasmCode, emitPlace: () => void): FourSums {
  const [plain, late, firstFactors] = [code.local('v128'), code.local('v128'), code.local('v128')];
  const factors = Int32Array.from([0, 1, 2, 3], (n) => Math.imul(n, 2 * odd) + odd);
  emitPlace();
  code
    .i32(2 * odd)
    .op('i32.mul')
    .vector('i32x4.splat');
  code.constantVector(new Uint8Array(factors.buffer)).vector('i32x4.add').set(firstFactors);
  return {
    add: (four) => {
      code.get(plain).get(four).vector('i32x4.add').set(plain);
      code.get(late).get(plain).vector('i32x4.add').set(late);
    },
    emitTotal: (turns) => {
      code.get(turns).vector('i32x4.splat').get(plain).vector('i32x4.mul').get(late).vector('i32x4.sub');
      code.i32(fourStep).vector('i32x4.splat', 'i32x4.mul');
      code.get(plain).get(firstFactors).vector('i32x4.mul', 'i32x4.add').set(plain);
      for (const lane of [0, 1, 2, 3]) {
        code.get(plain).lane('i32x4.extract_lane', lane);
        if (lane > 0) code.op('i32.add');
      }
    },
  };
}

/** Values of 32 bits. */
function emitWords(loads: WordLoads): WasmCode {
  const { at, count, place } = parameters;
  const code = new WasmCode(3);
  const [sum, turns, loaded] = [code.local('i32'), code.local('i32'), code.local('v128')];
  const four = fourSums(code, () => code.get(place));
  code.get(count).i32(2).op('i32.shr_u').set(turns);
  code.get(place).get(count).i32(-4).op('i32.and', 'i32.add').set(place);
  for (const turn of [16, 4]) {
    emitTurns(code, 4, turn, () => {
      for (let ahead = 0; ahead < turn; ahead += 4) {
        loads.four(code, at, 4 * ahead);
        code.set(loaded);
        four.add(loaded);
      }
    });
  }
  four.emitTotal(turns);
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

/** What the factors of a text's next sixteen bytes are further, over and over: even, so that they stay odd. */
const oddOfMore = 2 * 0x42b2ae3d;
const vectorBytes = 16;
/** Up to here lengths are compared with the places of bytes. */
const comparedMax = 127;

/** The places in a text of the 16 bytes from `first` on, in a local. */
interface Places {
  readonly first: number;
  readonly places: number;
}

function placesFrom(code: WasmCode, first: number): Places {
  const places = code.local('v128');
  code.constantVector(Uint8Array.from({ length: vectorBytes }, (_, index) => first + index)).set(places);
  return { first, places };
}

/**
 * Texts, 16 bytes at a time. Whether one has more than that is hard to foresee where some have: from the first of those on, the next 16 are
 * taken of all.
 */
function emitTexts(): WasmCode {
  const { at, count, place, lengths, bytes } = parameters;
  const code = new WasmCode(5);
  const [p, end, length, nth] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const [ends, next16] = [code.local('v128'), code.local('v128')];
  // Of a text all its bytes, and of all texts what is due to those after the first 16 beyond the first factors.
  const [all, more] = [code.local('v128'), code.local('v128')];
  const four = fourSums(code, () => code.get(place).i32(4).op('i32.mul'));
  const [first16, second16] = [placesFrom(code, 0), placesFrom(code, vectorBytes)];
  const emitText = () => {
    code.get(at).memory('i32.load').get(bytes).op('i32.add').set(p);
    code.get(lengths).memory('i32.load').set(length);
  };
  const emitEnds = (isShort: boolean) => {
    code.get(length);
    if (!isShort) code.i32(comparedMax).get(length).i32(comparedMax).op('i32.lt_u', 'select');
    code.vector('i8x16.splat').set(ends);
  };
  /** Sets `to` to those of 16 bytes that the text has: what is read beyond its end is masked away. */
  const emitSixteen = ({ first, places }: Places, to: number) =>
    code.get(p).loadVector(first).get(ends).get(places).vector('i8x16.gt_s', 'v128.and').set(to);
  const emitAdd = (sum: number, emit: () => void) => {
    emit();
    code.get(sum).vector('i32x4.add').set(sum);
  };
  const advance = (local: number, by: number) => code.get(local).i32(by).op('i32.add').set(local);
  const emitNext = (next: number) => {
    four.add(all);
    advance(lengths, 4);
    advance(at, 4).br(next);
  };
  code.get(at).get(count).i32(4).op('i32.mul', 'i32.add').set(end);
  const done = code.block();
  const long = code.block();
  const nextShort = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emitText();
  code.get(length).i32(vectorBytes).op('i32.gt_u').brIf(long);
  emitEnds(true);
  emitSixteen(first16, all);
  emitNext(nextShort);
  code.end();
  code.end();
  const next = code.loop();
  code.get(at).get(end).op('i32.ge_u').brIf(done);
  emitText();
  emitEnds(false);
  emitSixteen(first16, all);
  emitSixteen(second16, next16);
  emitAdd(all, () => code.get(next16));
  emitAdd(more, () => code.get(next16));
  code.i32(1).set(nth);
  const whole = code.block();
  const nextMore = code.loop();
  code
    .get(length)
    .i32(2 * vectorBytes)
    .op('i32.le_u')
    .brIf(whole);
  advance(p, vectorBytes);
  advance(length, -vectorBytes);
  advance(nth, 1);
  emitEnds(false);
  emitSixteen(second16, next16);
  emitAdd(all, () => code.get(next16));
  emitAdd(more, () => code.get(next16).get(nth).vector('i32x4.splat', 'i32x4.mul'));
  code.br(nextMore);
  code.end();
  code.end();
  emitNext(next);
  code.end();
  code.end();
  four.emitTotal(count);
  for (const lane of [0, 1, 2, 3])
    code.get(more).lane('i32x4.extract_lane', lane).i32(oddOfMore).op('i32.mul', 'i32.add');
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
