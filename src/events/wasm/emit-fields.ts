/** Code that reads fields of any type into the arrays of a plan, or steps over them. */

import { locatedElementBits, sameElementBits } from '../field-places.ts';
import type {
  ArrayType,
  FieldType,
  FloatType,
  IntegerType,
  LocatedLength,
  StructType,
  VariantType,
} from '../layout.ts';
import { alignmentOf, codeUnitBytes, isBytes, leastSizeBits } from '../layout.ts';
import { bitAfter } from './bit-after.ts';
import type { WasmCode } from './code.ts';
import { emitInteger, isWholeBytes } from './emit-integer.ts';
import { emitNumbers, numbersBeyond } from './emit-numbers.ts';
import {
  type EmitContext,
  emitElementAddress,
  emitFloat,
  emitIntegerField,
  emitKeptValue,
  type RowContext,
} from './emit-scalar.ts';
import { emitBytes, emitFixedBytes, emitString } from './emit-text.ts';
import { type Group, type Plan, state } from './plan.ts';

/** Reads a field. Without a plan it is stepped over, but for values that others need. */
export function emitField(
  context: EmitContext,
  type: FieldType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  switch (type.kind) {
    case 'integer':
      context.position.align(type.alignmentBits);
      emitIntegerField(context, type, plan, row);
      return;
    case 'float':
      context.position.align(type.alignmentBits);
      emitFloat(context, type, plan, row);
      return;
    case 'string':
      context.position.align(Math.max(8, type.alignmentBits));
      emitString(context, type, plan, row);
      return;
    case 'struct':
      emitStruct(context, type, plan, row);
      return;
    case 'array':
      emitArray(context, type, plan, row);
      return;
    case 'variant':
      emitVariant(context, type, plan, row);
      return;
  }
}

function emitStruct(
  context: EmitContext,
  type: StructType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  context.position.align(type.alignmentBits);
  const members = plan?.kind === 'struct' ? plan.members : [];
  // Columns are in the order of members, and leave out those that are not selected.
  const isWhole = members.length === type.members.length;
  const hasOffsets = type.members.some(({ offsetBits }) => offsetBits !== undefined);
  const anchor = hasOffsets ? context.position.anchor() : undefined;
  let next = 0;
  for (const member of type.members) {
    if (anchor !== undefined && member.offsetBits !== undefined)
      context.position.goTo(anchor, member.offsetBits);
    const isSelected = isWhole || members[next]?.name === member.name;
    emitField(context, member.type, isSelected ? members[next++]?.plan : undefined, row);
  }
}

function emitArray(
  context: EmitContext,
  type: ArrayType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  if (type.length.kind === 'located') {
    emitLocated(context, type, type.length, plan, row);
    return;
  }
  const { position } = context;
  const areBytes = isBytes(type);
  position.align(areBytes ? Math.max(8, type.alignmentBits) : alignmentOf(type));
  const stride = areBytes ? 8 : plan === undefined ? strideBits(type.element) : undefined;
  const isStep = areBytes ? !mayEndWithinUnit(type) : isPlain(context, type.element);
  const isSkipped = plan === undefined && stride !== undefined && isStep;
  if (type.length.kind === 'fixed' && type.length.count * 8 <= staticRunMaxBits) {
    if (isSkipped) {
      position.need(type.length.count * stride);
      position.advance(type.length.count * stride);
      return;
    }
    if (areBytes) {
      emitFixedBytes(context, type, type.length.count, plan, row);
      return;
    }
  }
  position.flush();
  const count = emitCount(context, type, type.length, areBytes ? 8 : leastSizeBits(type.element));
  if (areBytes) {
    emitBytes(context, type, count, plan, row);
  } else if (isSkipped && stride % 8 === 0 && !position.isBits && position.constBits === 0) {
    const { p } = position.locals;
    context.code
      .get(p)
      .get(count)
      .i32(stride / 8)
      .op('i32.mul', 'i32.add')
      .set(p);
    position.atByte();
  } else {
    emitElements(context, type, count, plan, row);
  }
}

/** Bytes that a word in the array's place locates, from the scope's beginning or the word's end; what follows follows the word. */
function emitLocated(
  context: EmitContext,
  type: ArrayType,
  length: LocatedLength,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { word, from } = length;
  const { code, position, scopeBegin } = context;
  position.align(8);
  if (plan === undefined) {
    position.need(word.sizeBits);
    position.advance(word.sizeBits);
    return;
  }
  if (scopeBegin === undefined) throw new Error('only records in frames have arrays elsewhere in the record');
  const value = code.local('i32');
  const count = code.local('i32');
  const after = code.local('i32');
  emitInteger(code, position, { ...word, isSigned: false });
  code.set(value);
  position.toByte();
  const { p, endAddress } = position.locals;
  code.get(p).set(after);
  code.get(value).i32(16).op('i32.shr_u').set(count);
  code.get(from === 'scope' ? scopeBegin : p);
  code.get(value).i32(0xffff).op('i32.and', 'i32.add').set(p);
  code.get(p).get(count).op('i32.add').get(endAddress).op('i32.gt_u');
  position.stuckIf();
  position.atByte();
  if (isBytes(type)) {
    emitBytes(context, type, count, plan, row);
  } else {
    const elementBits = locatedElementBits(type, length);
    code.get(count).i32(3).op('i32.shl').i32(elementBits).op('i32.div_u').set(count);
    emitElements(context, type, count, plan, row);
  }
  position.flush();
  code.get(after).set(p);
  if (position.locals.order !== undefined) code.i32(0).set(position.locals.order);
  position.atByte();
}

/** Arrays of fixed size up to this are covered by the bounds check of the fields around them. */
const staticRunMaxBits = 1 << 16;

/** Whether a text's code units may fail to fill its bytes. */
function mayEndWithinUnit({ isText, encoding, length }: ArrayType): boolean {
  const unitBytes = codeUnitBytes(encoding);
  if (!isText || unitBytes === 1) return false;
  return length.kind !== 'fixed' || length.count % unitBytes !== 0;
}

/** The size of elements that follow each other without padding and always take the same space. */
function strideBits(type: FieldType): number | undefined {
  if (type.kind !== 'integer' && type.kind !== 'float') return undefined;
  if (type.kind === 'integer' && type.isVariableLength === true) return undefined;
  return type.sizeBits % type.alignmentBits === 0 ? type.sizeBits : undefined;
}

/** Nothing but space: no value that others need, and no byte order that changes within a byte. */
function isPlain(context: EmitContext, type: FieldType): boolean {
  if (type.kind === 'float') return type.alignmentBits >= 8 && (type.sizeBits === 32 || type.sizeBits === 64);
  return (
    type.kind === 'integer' &&
    type.alignmentBits >= 8 &&
    !context.kept.slots.has(type) &&
    !context.kept.classIds.has(type) &&
    type.clock === undefined
  );
}

/**
 * The number of elements as an i32 local, checked in 64 bits against the bits that remain: so it is small. Elements that
 * may take no space are counted against the packet's budget.
 */
function emitCount(
  context: EmitContext,
  type: ArrayType,
  length: Exclude<ArrayType['length'], LocatedLength>,
  leastBits: number,
): number {
  const { code, position, stateLocal } = context;
  if (length.kind === 'rest') return emitRestCount(context, sameElementBits(type));
  const wide = code.local('i64');
  if (length.kind === 'fixed') {
    code.i64(BigInt(length.count)).set(wide);
  } else {
    emitKeptValue(context, length.field.type);
    code.set(wide);
  }
  if (leastBits === 0) {
    code.get(wide).get(stateLocal).memory('i64.load', state.emptyElementsLeft).op('i64.gt_u');
    position.stuckIf();
    code
      .get(stateLocal)
      .get(stateLocal)
      .memory('i64.load', state.emptyElementsLeft)
      .get(wide)
      .op('i64.sub')
      .memory('i64.store', state.emptyElementsLeft);
  } else {
    // Unsigned: a negative length is a gigantic one. First against what no window has, so that the product can't wrap.
    if (length.kind === 'fixed' || !isShort(length.field.type)) {
      code
        .get(wide)
        .i64(1n << 30n)
        .op('i64.gt_u');
      position.stuckIf();
    }
    emitIsBeyond(context, wide, leastBits);
    position.stuckIf();
  }
  const count = code.local('i32');
  code.get(wide).op('i32.wrap_i64').set(count);
  return count;
}

/** Whether an integer is never negative and less than 2^32. */
function isShort({ sizeBits, isSigned, isVariableLength }: IntegerType): boolean {
  return sizeBits <= 32 && !isSigned && isVariableLength !== true;
}

/** Leaves on the stack whether so many elements, fewer than 2^32, go beyond what may be read. */
function emitIsBeyond(context: EmitContext, count: number, leastBits: number): void {
  const { code, position } = context;
  const { p, endAddress, checksBytes } = position.locals;
  const product = (size: number) => code.get(count).i64(BigInt(size)).op('i64.mul');
  // What is larger than any window is not multiplied out.
  if (checksBytes && !position.isBits && position.constBits === 0 && leastBits % 8 === 0) {
    product(Math.min(leastBits / 8, 2 ** 30));
    code.get(p).op('i64.extend_i32_u', 'i64.add').get(endAddress).op('i64.extend_i32_u', 'i64.gt_u');
    return;
  }
  product(Math.min(leastBits, 2 ** 30));
  emitRemainingBits(context);
  code.op('i64.gt_s');
}

/** As many elements as there is room for: none where what comes before already takes more. */
function emitRestCount(context: EmitContext, elementBits: number): number {
  const { code, position } = context;
  const remaining = code.local('i64');
  emitRemainingBits(context);
  code.set(remaining);
  code.get(remaining).i64(0n).op('i64.lt_s');
  position.stuckIf();
  const count = code.local('i32');
  code.get(remaining).op('i32.wrap_i64').i32(elementBits).op('i32.div_u').set(count);
  return count;
}

function emitRemainingBits(context: EmitContext): void {
  const { code, position } = context;
  const { endBits, bits, p, pk } = position.locals;
  code.get(endBits);
  if (position.isBits) code.get(bits);
  else {
    code.get(p).get(pk).op('i32.sub').i32(3).op('i32.shl');
    if (position.constBits > 0) code.i32(position.constBits).op('i32.add');
  }
  code.op('i32.sub', 'i64.extend_i32_s');
}

/** The next row of a group, once there is room for so many more as `emitCount` puts on the stack. */
function emitNextRows(context: EmitContext, group: Group, emitCount: () => void): RowContext {
  const { code, stateLocal } = context;
  const row = code.local('i32');
  const wanted = code.local('i32');
  code.get(stateLocal).memory('i32.load', group.offset).tee(row);
  emitCount();
  code.op('i32.add').tee(wanted);
  code
    .get(stateLocal)
    .memory('i32.load', group.offset + 4)
    .op('i32.gt_u')
    .if();
  emitGrow(context, group, wanted);
  code.end();
  return { group, row };
}

/** Leaves to have a group grown to hold the rows in the local `rows`. */
function emitGrow(context: EmitContext, group: Group, rows: number): void {
  const { code, grow } = context;
  code.i32(group.index).set(grow.group).get(rows).set(grow.rows).br(grow.label);
}

/** Elements one after the other; each begins and ends in bits mode, or at whole bytes where that is known. */
function emitElements(
  context: EmitContext,
  type: ArrayType,
  count: number,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position, stateLocal } = context;
  const list = plan?.kind === 'list' ? plan : undefined;
  const isAtByte = !position.isBits && position.constBits === 0;
  let child: RowContext | undefined;
  if (list !== undefined && isAtByte && isPlainNumber(context, type.element)) {
    const beyond = numbersBeyond(type.element, list.element);
    child = emitNextRows(context, list.group, () => code.get(count).i32(beyond).op('i32.add'));
    emitNumbers(context, type.element, count, list.element, child);
  } else {
    if (list !== undefined) child = emitNextRows(context, list.group, () => code.get(count));
    emitElementLoop(context, type.element, count, list?.element, child);
  }
  if (list === undefined || child === undefined || row === undefined) return;
  code.get(stateLocal).get(child.row).memory('i32.store', list.group.offset);
  emitElementAddress(context, row, list.starts, 2);
  code.get(child.row).memory('i32.store', 4);
}

/** Whole bytes, one number right after the other. */
function isPlainNumber(context: EmitContext, type: FieldType): type is IntegerType | FloatType {
  return (
    (type.kind === 'integer' || type.kind === 'float') &&
    isWholeBytes(type.sizeBits) &&
    type.isBitReversed !== true &&
    strideBits(type) !== undefined &&
    isPlain(context, type)
  );
}

function emitElementLoop(
  context: EmitContext,
  element: FieldType,
  count: number,
  plan: Plan | undefined,
  child: RowContext | undefined,
): void {
  const { code, position } = context;
  const isByteLoop = !position.isBits && position.constBits === 0 && bitAfter(element, 0) === 0;
  if (!isByteLoop) position.toBits();
  const left = code.local('i32');
  code.get(count).set(left);
  const done = code.block();
  const next = code.loop();
  code.get(left).op('i32.eqz').brIf(done);
  if (isByteLoop) position.atByte();
  else position.enterBits();
  emitField(context, element, plan, child);
  if (isByteLoop) position.toByte();
  else position.toBits();
  if (child !== undefined) code.get(child.row).i32(1).op('i32.add').set(child.row);
  code.get(left).i32(1).op('i32.sub').set(left).br(next);
  code.end().end();
  if (isByteLoop) position.atByte();
}

/** The option whose ranges hold the selector; every branch ends the same way, so that what follows is generated once. */
function emitVariant(
  context: EmitContext,
  type: VariantType,
  plan: Plan | undefined,
  row: RowContext | undefined,
): void {
  const { code, position } = context;
  const selector = code.local('i64');
  emitKeptValue(context, type.selector.type);
  code.set(selector);
  const before = position.snapshot();
  const endsAtByte = bitAfter(type, position.isBits ? undefined : position.constBits % 8) === 0;
  const variant = plan?.kind === 'variant' ? plan : undefined;
  const end = code.block();
  type.options.forEach((option, index) => {
    emitIsSelected(code, selector, option.ranges, type.selector.type);
    code.if();
    position.restore(before);
    const target =
      variant === undefined || row === undefined ? undefined : emitOption(context, variant, index, row);
    emitField(context, option.type, target?.plan, target?.row);
    if (target !== undefined) emitCountUp(context, target.row);
    if (endsAtByte) position.toByte();
    else position.toBits();
    code.br(end);
    code.end();
  });
  position.stuck();
  code.end();
  if (endsAtByte) {
    position.atByte();
    return;
  }
  position.enterBits();
}

/** Leaves on the stack whether the selector is in one of the ranges. */
function emitIsSelected(
  code: WasmCode,
  selector: number,
  ranges: VariantType['options'][number]['ranges'],
  type: IntegerType,
): void {
  const least = type.isSigned ? -(1n << BigInt(type.sizeBits - 1)) : 0n;
  const greatest = (1n << BigInt(type.isSigned ? type.sizeBits - 1 : type.sizeBits)) - 1n;
  const [atLeast, atMost] = type.isSigned
    ? (['i64.ge_s', 'i64.le_s'] as const)
    : (['i64.ge_u', 'i64.le_u'] as const);
  code.i32(0);
  for (const range of ranges) {
    const first = range.first < least ? least : range.first;
    const last = range.last > greatest ? greatest : range.last;
    if (first > last) continue;
    if (first === last) {
      code.get(selector).i64(first).op('i64.eq', 'i32.or');
      continue;
    }
    code.get(selector).i64(first).op(atLeast).get(selector).i64(last).op(atMost, 'i32.and', 'i32.or');
  }
}

/** A new row of an option: which one it is, and which row there. */
function emitOption(
  context: EmitContext,
  variant: Plan & { kind: 'variant' },
  index: number,
  row: RowContext,
) {
  const { code } = context;
  const option = variant.options[index] as (typeof variant.options)[number];
  const optionRow = emitNextRows(context, option.group, () => code.i32(1));
  emitElementAddress(context, row, variant.option, 2);
  code.i32(index).memory('i32.store');
  emitElementAddress(context, row, variant.row, 2);
  code.get(optionRow.row).memory('i32.store');
  return { plan: option.plan, row: optionRow };
}

function emitCountUp(context: EmitContext, row: RowContext): void {
  const { code, stateLocal } = context;
  code.get(stateLocal).get(row.row).i32(1).op('i32.add').memory('i32.store', row.group.offset);
}
