/**
 * The body of one WebAssembly function, written instruction by instruction. Method names are the specification's
 * instruction names; locals are numbered from the parameters on.
 */
import { WasmBytes } from './bytes.ts';

export type ValueType = 'i32' | 'i64' | 'f64' | 'v128';

const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b };

export function typeCode(type: ValueType): number {
  return typeCodes[type];
}

/** Instructions without operands. */
const plain = {
  drop: 0x1a,
  select: 0x1b,
  return: 0x0f,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i64.eq': 0x51,
  'i64.lt_s': 0x53,
  'i64.lt_u': 0x54,
  'i64.gt_s': 0x55,
  'i64.gt_u': 0x56,
  'i64.le_s': 0x57,
  'i64.le_u': 0x58,
  'i64.ge_s': 0x59,
  'i64.ge_u': 0x5a,
  'f64.abs': 0x99,
  'f64.eq': 0x61,
  'f64.lt': 0x63,
  'f64.gt': 0x64,
  'f64.le': 0x65,
  'f64.ge': 0x66,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_u': 0x6e,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.div_s': 0x7f,
  'i64.div_u': 0x80,
  'i64.rem_s': 0x81,
  'i64.rem_u': 0x82,
  'i64.and': 0x83,
  'i64.or': 0x84,
  'i64.shl': 0x86,
  'i64.shr_s': 0x87,
  'i64.shr_u': 0x88,
  'f64.add': 0xa0,
  'f64.sub': 0xa1,
  'f64.min': 0xa4,
  'i32.rotl': 0x77,
  'i64.clz': 0x79,
  'i64.ctz': 0x7a,
  'i32.ctz': 0x68,
  'i64.xor': 0x85,
  'i64.rotl': 0x89,
  'i64.eqz': 0x50,
  'i64.ne': 0x52,
  'i32.wrap_i64': 0xa7,
  'i32.trunc_f64_u': 0xab,
  'i64.trunc_f64_s': 0xb0,
  'i64.reinterpret_f64': 0xbd,
  'i64.extend_i32_s': 0xac,
  'i64.extend_i32_u': 0xad,
  'f64.convert_i64_s': 0xb9,
  'f64.convert_i64_u': 0xba,
  'f64.promote_f32': 0xbb,
  'f64.convert_i32_s': 0xb7,
  'f64.convert_i32_u': 0xb8,
  'f64.reinterpret_i64': 0xbf,
  'f32.reinterpret_i32': 0xbe,
  'i32.extend8_s': 0xc0,
  'i32.extend16_s': 0xc1,
} as const;

export type PlainInstruction = keyof typeof plain;

/** Loads and stores: opcode and the greatest alignment (log2) that it may claim. We claim none: records are packed. */
const memory = {
  'i32.load': 0x28,
  'i64.load': 0x29,
  'f32.load': 0x2a,
  'f64.load': 0x2b,
  'i32.load8_s': 0x2c,
  'i32.load8_u': 0x2d,
  'i32.load16_s': 0x2e,
  'i32.load16_u': 0x2f,
  'i64.load8_u': 0x31,
  'i64.load16_u': 0x33,
  'i64.load32_s': 0x34,
  'i64.load32_u': 0x35,
  'i32.store': 0x36,
  'i64.store': 0x37,
  'f64.store': 0x39,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'i64.store32': 0x3e,
} as const;

export type MemoryInstruction = keyof typeof memory;

/** Of 128-bit vectors: instructions without operands, after the prefix of all vector instructions. */
const vector = {
  'i8x16.splat': 0x0f,
  'i32x4.splat': 0x11,
  'i8x16.eq': 0x23,
  'i8x16.gt_s': 0x27,
  'v128.and': 0x4e,
  'i8x16.bitmask': 0x64,
  'i32x4.extend_low_i16x8_s': 0xa7,
  'i32x4.extend_high_i16x8_s': 0xa8,
  'i32x4.extend_low_i16x8_u': 0xa9,
  'i32x4.extend_high_i16x8_u': 0xaa,
  'i32x4.add': 0xae,
  'i32x4.sub': 0xb1,
  'i32x4.mul': 0xb5,
} as const;

export type VectorInstruction = keyof typeof vector;

const vectorMemory = {
  'v128.load': 0x00,
  'v128.load8x8_s': 0x01,
  'v128.load8x8_u': 0x02,
  'v128.load16x4_s': 0x03,
  'v128.load16x4_u': 0x04,
  'v128.store': 0x0b,
} as const;

export type VectorMemoryInstruction = keyof typeof vectorMemory;

const vectorPrefix = 0xfd;
const laneReads = { 'i32x4.extract_lane': 0x1b, 'i64x2.extract_lane': 0x1d } as const;

export class WasmCode {
  readonly #bytes = new WasmBytes();
  readonly #parameterCount: number;
  readonly #locals: ValueType[] = [];
  #depth = 0;

  constructor(parameterCount: number) {
    this.#parameterCount = parameterCount;
  }

  /** A new local variable, 0 at the function's beginning. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameterCount + this.#locals.length - 1;
  }

  op(...instructions: PlainInstruction[]): this {
    for (let index = 0; index < instructions.length; index++)
      this.#bytes.byte(plain[instructions[index] as PlainInstruction]);
    return this;
  }

  get(local: number): this {
    this.#bytes.byte(0x20).unsigned(local);
    return this;
  }

  set(local: number): this {
    this.#bytes.byte(0x21).unsigned(local);
    return this;
  }

  tee(local: number): this {
    this.#bytes.byte(0x22).unsigned(local);
    return this;
  }

  i32(value: number): this {
    this.#bytes.byte(0x41).signed(value);
    return this;
  }

  /** A constant that is known later: returns what `patch` takes. */
  i32Later(): number {
    this.#bytes.byte(0x41);
    const at = this.#bytes.length;
    this.#bytes.padded(0);
    return at;
  }

  patch(at: number, value: number): void {
    this.#bytes.patchPadded(at, value);
  }

  i64(value: bigint): this {
    this.#bytes.byte(0x42).signed64(value);
    return this;
  }

  f64(value: number): this {
    this.#bytes.byte(0x44).float64(value);
    return this;
  }

  memory(instruction: MemoryInstruction, offset = 0): this {
    this.#bytes.byte(memory[instruction]).unsigned(0).unsigned(offset);
    return this;
  }

  vector(...instructions: VectorInstruction[]): this {
    for (const instruction of instructions) this.#bytes.byte(vectorPrefix).unsigned(vector[instruction]);
    return this;
  }

  vectorMemory(instruction: VectorMemoryInstruction, offset = 0): this {
    this.#bytes.byte(vectorPrefix).unsigned(vectorMemory[instruction]).unsigned(0).unsigned(offset);
    return this;
  }

  loadVector(offset = 0): this {
    return this.vectorMemory('v128.load', offset);
  }

  /** @param bytes sixteen, of the lowest lane first */
  constantVector(bytes: ArrayLike<number>): this {
    this.#bytes.byte(vectorPrefix).unsigned(0x0c).bytes(bytes);
    return this;
  }

  lane(instruction: keyof typeof laneReads, lane: number): this {
    this.#bytes.byte(vectorPrefix).unsigned(laneReads[instruction]).byte(lane);
    return this;
  }

  call(functionIndex: number): this {
    this.#bytes.byte(0x10).unsigned(functionIndex);
    return this;
  }

  /** Calls the function of the module's table that the operand selects; all of them have the type of that number. */
  callIndirect(type: number): this {
    this.#bytes.byte(0x11).unsigned(type).unsigned(0);
    return this;
  }

  /** Structured control; a label is the depth at which its block stands. */
  block(): number {
    this.#bytes.byte(0x02).byte(0x40);
    return ++this.#depth;
  }

  loop(): number {
    this.#bytes.byte(0x03).byte(0x40);
    return ++this.#depth;
  }

  if(result?: ValueType): this {
    this.#bytes.byte(0x04).byte(result === undefined ? 0x40 : typeCode(result));
    this.#depth++;
    return this;
  }

  else(): this {
    this.#bytes.byte(0x05);
    return this;
  }

  end(): this {
    this.#bytes.byte(0x0b);
    this.#depth--;
    return this;
  }

  br(label: number): this {
    this.#bytes.byte(0x0c).unsigned(this.#depth - label);
    return this;
  }

  brIf(label: number): this {
    this.#bytes.byte(0x0d).unsigned(this.#depth - label);
    return this;
  }

  /** The operand selects a label; one beyond them selects `otherwise`. */
  brTable(labels: readonly number[], otherwise: number): this {
    this.#bytes.byte(0x0e).unsigned(labels.length);
    for (const label of labels) this.#bytes.unsigned(this.#depth - label);
    this.#bytes.unsigned(this.#depth - otherwise);
    return this;
  }

  /** Locals and instructions, as the code section has them. */
  finish(): Uint8Array {
    const body = new WasmBytes();
    body.unsigned(this.#locals.length);
    for (const type of this.#locals) body.unsigned(1).byte(typeCode(type));
    body.bytes(this.#bytes.finish()).byte(0x0b);
    return body.finish();
  }
}
