/** Code that moves numbers of whole bytes, one right after the other, from a record to their column. */
import type { FloatType, IntegerType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import { emitWholeBytes } from './emit-integer.ts';
import {
  bitsOf,
  type EmitContext,
  emitElementAddress,
  emitStore,
  emitStoreFloat,
  type RowContext,
} from './emit-scalar.ts';
import type { Plan } from './plan.ts';

/**
 * As many as the local `count` says, from the position on, which is a byte; nothing is asked for twice. There is room for `numbersBeyond`
 * more.
 */
export function emitNumbers(
  context: EmitContext,
  type: IntegerType | FloatType,
  count: number,
  plan: Plan,
  child: RowContext,
): void {
  if (plan.kind !== 'number') throw new Error('numbers without a column of numbers');
  const { code, position } = context;
  const { p } = position.locals;
  const to = code.local('i32');
  const end = code.local('i32');
  emitElementAddress(context, child, plan.values, plan.store === 'i32' ? 2 : 3);
  code.set(to);
  code.get(child.row).get(count).op('i32.add').set(child.row);
  code
    .get(p)
    .get(count)
    .i32(type.sizeBits / 8)
    .op('i32.mul', 'i32.add')
    .set(end);
  if (isVectored(type, plan)) emitVectors(code, type, { p, to, end });
  else emitOneByOne(code, type, plan, { p, to, end });
  position.atByte();
}

type NumberPlan = Plan & { kind: 'number' };

interface Move {
  readonly p: number;
  readonly to: number;
  /** Where the numbers end in the record. */
  readonly end: number;
}

function isVectored(type: IntegerType | FloatType, plan: NumberPlan): type is IntegerType {
  return type.kind === 'integer' && plan.store === 'i32' && (type.byteOrder === 'le' || type.sizeBits === 8);
}

/** How many more rows than there are numbers may be written to: what is there is overwritten by those of the next record. */
export function numbersBeyond(type: IntegerType | FloatType, plan: Plan): number {
  return plan.kind === 'number' && isVectored(type, plan) ? turnOf(type) : 0;
}

/** How many are moved at once: up to 32 bytes. */
function turnOf({ sizeBits }: IntegerType): number {
  return sizeBits === 8 ? 16 : 8;
}

/**
 * Whole turns, of which the last moves what follows too, and there is one even where there are no numbers: most lists are short, and how many
 * turns or single numbers there are is hard to foresee.
 */
function emitVectors(code: WasmCode, type: IntegerType, { p, to, end }: Move): void {
  const turn = turnOf(type);
  const next = code.loop();
  // Four or eight at a time become vectors of four.
  if (type.sizeBits === 8) {
    const eight = code.local('v128');
    for (let from = 0; from < turn; from += 8) {
      code
        .get(p)
        .vectorMemory(type.isSigned ? 'v128.load8x8_s' : 'v128.load8x8_u', from)
        .set(eight);
      code.get(to).get(eight);
      code.vector(type.isSigned ? 'i32x4.extend_low_i16x8_s' : 'i32x4.extend_low_i16x8_u');
      code.vectorMemory('v128.store', 4 * from);
      code.get(to).get(eight);
      code.vector(type.isSigned ? 'i32x4.extend_high_i16x8_s' : 'i32x4.extend_high_i16x8_u');
      code.vectorMemory('v128.store', 4 * (from + 4));
    }
  } else {
    const load = type.sizeBits === 32 ? 'v128.load' : type.isSigned ? 'v128.load16x4_s' : 'v128.load16x4_u';
    for (let from = 0; from < turn; from += 4) {
      code.get(to).get(p);
      code.vectorMemory(load, (from * type.sizeBits) / 8).vectorMemory('v128.store', 4 * from);
    }
  }
  code
    .get(to)
    .i32(4 * turn)
    .op('i32.add')
    .set(to);
  code
    .get(p)
    .i32((turn * type.sizeBits) / 8)
    .op('i32.add')
    .tee(p)
    .get(end)
    .op('i32.lt_u')
    .brIf(next);
  code.end();
  code.get(end).set(p);
}

function emitOneByOne(
  code: WasmCode,
  type: IntegerType | FloatType,
  { store }: NumberPlan,
  { p, to, end }: Move,
): void {
  const done = code.block();
  const next = code.loop();
  code.get(p).get(end).op('i32.ge_u').brIf(done);
  code.get(to);
  if (type.kind === 'float') {
    emitWholeBytes(code, p, 0, bitsOf(type));
    emitStoreFloat(code, type);
  } else {
    emitWholeBytes(code, p, 0, type);
    emitStore(code, type, store);
  }
  code
    .get(to)
    .i32(store === 'i32' ? 4 : 8)
    .op('i32.add')
    .set(to);
  code
    .get(p)
    .i32(type.sizeBits / 8)
    .op('i32.add')
    .set(p)
    .br(next);
  code.end().end();
}
