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

/** As many as the local `count` says, from the position on, which is a byte; nothing is asked for twice. */
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
  const widthBytes = plan.store === 'i32' ? 4 : 8;
  emitElementAddress(context, child, plan.values, plan.store === 'i32' ? 2 : 3);
  code.set(to);
  code.get(child.row).get(count).op('i32.add').set(child.row);
  code
    .get(p)
    .get(count)
    .i32(type.sizeBits / 8)
    .op('i32.mul', 'i32.add')
    .set(end);
  if (type.kind === 'integer' && plan.store === 'i32' && (type.byteOrder === 'le' || type.sizeBits === 8))
    emitFours(code, type, { p, to, end });
  const done = code.block();
  const next = code.loop();
  code.get(p).get(end).op('i32.ge_u').brIf(done);
  code.get(to);
  if (type.kind === 'float') {
    emitWholeBytes(code, p, 0, bitsOf(type));
    emitStoreFloat(code, type);
  } else {
    emitWholeBytes(code, p, 0, type);
    emitStore(code, type, plan.store);
  }
  code.get(to).i32(widthBytes).op('i32.add').set(to);
  code
    .get(p)
    .i32(type.sizeBits / 8)
    .op('i32.add')
    .set(p)
    .br(next);
  code.end().end();
  position.atByte();
}

/** Moves numbers four at a time, as long as there are so many. */
function emitFours(
  code: WasmCode,
  { sizeBits, isSigned }: IntegerType,
  { p, to, end }: { readonly p: number; readonly to: number; readonly end: number },
): void {
  const fourBytes = sizeBits / 2;
  const done = code.block();
  const next = code.loop();
  code.get(end).get(p).op('i32.sub').i32(fourBytes).op('i32.lt_u').brIf(done);
  code.get(to).get(p);
  if (sizeBits === 32) code.loadVector();
  else if (sizeBits === 16) code.vectorMemory(isSigned ? 'v128.load16x4_s' : 'v128.load16x4_u');
  else {
    code.vectorMemory('v128.load32_zero');
    if (isSigned) code.vector('i16x8.extend_low_i8x16_s', 'i32x4.extend_low_i16x8_s');
    else code.vector('i16x8.extend_low_i8x16_u', 'i32x4.extend_low_i16x8_u');
  }
  code.vectorMemory('v128.store');
  code.get(to).i32(16).op('i32.add').set(to);
  code.get(p).i32(fourBytes).op('i32.add').set(p).br(next);
  code.end().end();
}
