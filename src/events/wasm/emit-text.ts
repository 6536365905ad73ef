/** Code for strings and arrays of characters: text stays in the window, a row says where. */
import type { WasmCode } from './code.ts';
import { type EmitContext, emitElementAddress, type RowContext } from './emit-scalar.ts';
import type { Plan } from './plan.ts';

/**
 * Finds a NUL from `q` on, eight bytes at a time: in x, the lowest set bit of (x - 01…01) & ~x & 80…80 is in its first
 * zero byte. Reads up to 8 bytes beyond `end`; `q` may end up there.
 */
function emitFindNul(code: WasmCode, q: number, end: number): void {
  const word = code.local('i64');
  const found = code.local('i64');
  const done = code.block();
  const next = code.loop();
  code.get(q).get(end).op('i32.ge_u').brIf(done);
  code.get(q).memory('i64.load').tee(word).i64(0x0101010101010101n).op('i64.sub');
  code
    .get(word)
    .i64(-1n)
    .op('i64.xor', 'i64.and')
    .i64(BigInt.asIntN(64, 0x8080808080808080n))
    .op('i64.and')
    .tee(found);
  code.op('i64.eqz').if();
  code.get(q).i32(8).op('i32.add').set(q).br(next);
  code.end();
  code.get(q).get(found).op('i64.ctz', 'i32.wrap_i64').i32(3).op('i32.shr_u', 'i32.add').set(q);
  code.end();
  code.end();
}

/** Bytes up to a NUL. */
export function emitString(context: EmitContext, plan: Plan | undefined, row: RowContext | undefined): void {
  const { code, position } = context;
  position.toByte();
  const { p, endAddress } = position.locals;
  const q = code.local('i32');
  code.get(p).set(q);
  emitFindNul(code, q, endAddress);
  code.get(q).get(endAddress).op('i32.ge_u');
  position.stuckIf();
  if (plan?.kind === 'text' && row !== undefined) emitText(context, row, plan, p, q);
  code.get(q).i32(1).op('i32.add').set(p);
  position.atByte();
}

/** Stores the text from the address in `from` to the one in `to` (excluded). */
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

/** 8-bit characters, of which those before the first NUL are text. */
export function emitTextArray(
  context: EmitContext,
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
  if (plan?.kind === 'text' && row !== undefined) emitTextUpToNul(context, row, plan, begin, p);
}

/** The same for a number of characters that is known now. */
export function emitFixedText(
  context: EmitContext,
  count: number,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  position.need(count * 8);
  position.advance(count * 8);
  if (plan?.kind !== 'text' || row === undefined) return;
  position.toByte();
  const begin = code.local('i32');
  code.get(position.locals.p).i32(count).op('i32.sub').set(begin);
  emitTextUpToNul(context, row, plan, begin, position.locals.p);
}

function emitTextUpToNul(
  context: EmitContext,
  row: RowContext,
  plan: Plan & { kind: 'text' },
  begin: number,
  end: number,
): void {
  const { code } = context;
  const q = code.local('i32');
  code.get(begin).set(q);
  emitFindNul(code, q, end);
  // The search may step over the end.
  code.get(q).get(end).op('i32.gt_u').if().get(end).set(q).end();
  emitText(context, row, plan, begin, q);
}
