/** Code for strings, arrays of characters and blobs: their bytes stay in the window, a row says where. */
import { type ArrayType, codeUnitBytes, type StringType } from '../layout.ts';
import type { WasmCode } from './code.ts';
import { type EmitContext, emitElementAddress, type RowContext } from './emit-scalar.ts';
import type { Plan } from './plan.ts';

/** The lowest bit of every code unit of eight bytes. */
const lowestBits = { 2: 0x0001000100010001n, 4: 0x0000000100000001n } as const;

/**
 * Finds a NUL from `q` on. Reads up to 32 bytes beyond `end`; `q` may end up there. So many are looked at at once since most texts are shorter:
 * whether there is another turn is hard to foresee.
 */
export function emitFindNul(code: WasmCode, q: number, end: number, unitBytes: 1 | 2 | 4): void {
  const found = code.local(unitBytes === 1 ? 'i32' : 'i64');
  const done = code.block();
  const next = code.loop();
  if (unitBytes === 1) emitNuls(code, q, 2 * vectorBytes);
  else emitNulUnits(code, q, unitBytes);
  code
    .tee(found)
    .op(unitBytes === 1 ? 'i32.eqz' : 'i64.eqz')
    .if();
  code
    .get(q)
    .i32(unitBytes === 1 ? 2 * vectorBytes : 8)
    .op('i32.add')
    .tee(q)
    .get(end)
    .op('i32.lt_u')
    .brIf(next)
    .br(done)
    .end();
  code.get(q).get(found);
  if (unitBytes === 1) code.op('i32.ctz');
  // The bit is the highest of its unit.
  else code.op('i64.ctz', 'i32.wrap_i64').i32(3).op('i32.shr_u').i32(-unitBytes).op('i32.and');
  code.op('i32.add').set(q);
  code.end();
  code.end();
}

/**
 * Leaves on the stack bits in those of eight bytes that are a unit of zeros: in x, the lowest set bit of (x - 01…01) & ~x & 80…80 is in its
 * first zero byte; units of two or four bytes have such bits of their own.
 */
function emitNulUnits(code: WasmCode, q: number, unitBytes: 2 | 4): void {
  const ones = lowestBits[unitBytes];
  const tops = BigInt.asIntN(64, ones << BigInt(8 * unitBytes - 1));
  const word = code.local('i64');
  code.get(q).memory('i64.load').tee(word).i64(ones).op('i64.sub');
  code.get(word).i64(-1n).op('i64.xor', 'i64.and').i64(tops).op('i64.and');
}

/** Code units up to a NUL. */
export function emitString(
  context: EmitContext,
  type: StringType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const unitBytes = codeUnitBytes(type.encoding);
  const { code, position } = context;
  position.toByte();
  const { p, endAddress } = position.locals;
  const q = code.local('i32');
  code.get(p).set(q);
  emitFindNul(code, q, endAddress, unitBytes);
  if (unitBytes === 1) code.get(q).get(endAddress).op('i32.ge_u');
  else code.get(q).i32(unitBytes).op('i32.add').get(endAddress).op('i32.gt_u');
  position.stuckIf();
  if (plan?.kind === 'text' && row !== undefined) emitText(context, row, plan, p, q);
  code.get(q).i32(unitBytes).op('i32.add').set(p);
  position.atByte();
}

/** Stores the bytes from the address in `from` to the one in `to` (excluded). */
function emitText(
  context: EmitContext,
  row: RowContext,
  plan: Plan & { kind: 'text' },
  from: number,
  to: number,
): void {
  const { code } = context;
  emitElementAddress(context, row, plan.starts, 2);
  code.get(from).memory('i32.store');
  emitElementAddress(context, row, plan.lengths, 2);
  code.get(to).get(from).op('i32.sub').memory('i32.store');
}

/** Text, of which what is before the first NUL is kept, or a blob. */
export function emitBytes(
  context: EmitContext,
  type: ArrayType,
  count: number,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  position.toByte();
  const { p } = position.locals;
  const begin = code.local('i32');
  code.get(p).tee(begin).get(count).op('i32.add').set(p);
  position.atByte();
  emitKept(context, type, plan, row, { begin, end: p });
}

/** The same for a number of bytes that is known now. */
export function emitFixedBytes(
  context: EmitContext,
  type: ArrayType,
  count: number,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  const isLookedAt =
    (plan?.kind === 'text' && row !== undefined) || count % codeUnitBytes(type.encoding) !== 0;
  position.need(count * 8);
  const begin = isLookedAt ? position.here() : undefined;
  position.advance(count * 8);
  if (begin === undefined) return;
  const end = code.local('i32');
  code.get(begin).i32(count).op('i32.add').set(end);
  emitKept(context, type, plan, row, { begin, end, count });
}

/** Locals with two addresses, and how far they are apart where that is known now. */
interface BytesBetween {
  readonly begin: number;
  readonly end: number;
  readonly count?: number;
}

const vectorBytes = 16;

/** Leaves on the stack a bit for each byte from `address` on that is NUL, of the first 16 or 32. */
function emitNuls(code: WasmCode, address: number, count: number): void {
  for (let offset = 0; offset < count; offset += vectorBytes) {
    code.get(address).loadVector(offset).constantVector(new Uint8Array(vectorBytes));
    code.vector('i8x16.eq', 'i8x16.bitmask');
    if (offset > 0) code.i32(offset).op('i32.shl', 'i32.or');
  }
}

/** The first NUL of so few bytes, or their end, without a guess: all are looked at at once, and some beyond them. */
function emitFindNulWithin(code: WasmCode, q: number, begin: number, count: number): void {
  emitNuls(code, begin, count > vectorBytes ? 2 * vectorBytes : vectorBytes);
  code
    .i32(1 << count)
    .op('i32.or', 'i32.ctz')
    .get(begin)
    .op('i32.add')
    .set(q);
}

/** What is kept of the bytes between two addresses. Text may not end within a code unit (CTF2-SPEC-2.0 §6.4.12). */
function emitKept(
  context: EmitContext,
  type: ArrayType,
  plan: Plan | undefined,
  row: RowContext | undefined,
  { begin, end, count }: BytesBetween,
): void {
  const { code, position } = context;
  const text = plan?.kind === 'text' ? plan : undefined;
  const unitBytes = codeUnitBytes(type.encoding);
  if (!type.isText) {
    if (text !== undefined && row !== undefined) emitText(context, row, text, begin, end);
    return;
  }
  if (text === undefined && unitBytes === 1) return;
  const q = code.local('i32');
  if (
    text !== undefined &&
    row !== undefined &&
    unitBytes === 1 &&
    count !== undefined &&
    count < 2 * vectorBytes
  ) {
    emitFindNulWithin(code, q, begin, count);
    emitText(context, row, text, begin, q);
    return;
  }
  code.get(begin).set(q);
  emitFindNul(code, q, end, unitBytes);
  // The search may step over the end.
  if (unitBytes === 1) code.get(q).get(end).op('i32.gt_u').if();
  else {
    code.get(q).i32(unitBytes).op('i32.add').get(end).op('i32.gt_u').if();
    code
      .get(end)
      .get(begin)
      .op('i32.sub')
      .i32(unitBytes - 1)
      .op('i32.and');
    position.stuckIf();
  }
  code.get(end).set(q).end();
  if (text !== undefined && row !== undefined) emitText(context, row, text, begin, q);
}
