/**
 * The interpreter: types become closures that read fields into columns. It is the reference for generated code, and what
 * small traces are read with.
 *
 * A field that nobody selected is still read where others need its value (a length, a selector, a clock, an id), and
 * stepped over otherwise.
 */
import { nestingDepthMax } from '../bytes/limits.ts';
import type { BitCursor } from './bit-cursor.ts';
import type { BigintColumn, Column, ListColumn, NumberColumn, TextColumn, VariantColumn } from './columns.ts';
import { grown } from './columns.ts';
import { decodeAtOffsets, decodeLocated, sameElementBits } from './field-places.ts';
import { compileFloat } from './float-decoder.ts';
import type {
  ArrayType,
  FieldType,
  IntegerType,
  LocatedLength,
  StringType,
  StructType,
  VariantType,
} from './layout.ts';
import { alignmentOf, codeUnitBytes, integersWithinVariants, isBytes, leastSizeBits } from './layout.ts';
import { pushBigint, pushNumber, pushOption, pushText } from './push-values.ts';

/** Reads one field, of which the cursor stands at the beginning. */
export type FieldDecoder = (cursor: BitCursor) => void;

/** What reading an integer does besides filling its column. */
export interface IntegerHooks {
  /** Integers whose value others need; each is given a number in `values`. */
  readonly slots: ReadonlyMap<IntegerType, number>;
  /** The values last read, by slot: a number up to 32 bits, a bigint above. */
  readonly values: (number | bigint | undefined)[];
  /**
   * Called after an integer with a clock was read, with its bits in `cursor.high` and `cursor.low`.
   * @param sizeBits how many of them it had: the clock's other bits stay; up to 64
   */
  readonly onClock: (type: IntegerType, cursor: BitCursor, sizeBits: number) => void;
  /** Integers of the header that hold the class id. */
  readonly classIds: ReadonlySet<IntegerType>;
  readonly onClassId: (value: number | bigint) => void;
}

/** @param column where values go; undefined for a field that is only stepped over */
export function compileField(
  type: FieldType,
  column: Column | undefined,
  hooks: IntegerHooks,
  depth = 0,
): FieldDecoder {
  if (depth > nestingDepthMax) throw new Error('types nest deeper than metadata readers allow');
  switch (type.kind) {
    case 'integer':
      return compileInteger(type, column as NumberColumn | BigintColumn | undefined, hooks);
    case 'float':
      return compileFloat(type, column as NumberColumn | undefined);
    case 'string':
      return compileString(type, column as TextColumn | undefined);
    case 'struct':
      return compileStruct(type, column, hooks, depth);
    case 'array':
      if (isBytes(type)) return compileBytes(type, column as TextColumn | undefined, hooks);
      return compileArray(type, column as ListColumn | undefined, hooks, depth);
    case 'variant':
      return compileVariant(type, column as VariantColumn | undefined, hooks, depth);
  }
}

function compileStruct(
  type: StructType,
  column: Column | undefined,
  hooks: IntegerHooks,
  depth: number,
): FieldDecoder {
  const struct = column?.kind === 'struct' ? column : undefined;
  const names = type.members.map((member) => member.name);
  // Columns are in the order of members; where there is one for each, their places tell, as unnamed bit fields have one name.
  const isWhole = struct?.names.length === names.length;
  const places = isWhole ? undefined : new Map(struct?.names.map((name, index) => [name, index]));
  const decoders = type.members.map((member, place) => {
    const index = isWhole ? place : (places?.get(member.name) ?? -1);
    return compileField(member.type, struct?.members[index], hooks, depth + 1);
  });
  const alignmentBits = type.alignmentBits;
  if (type.members.some((member) => member.offsetBits !== undefined)) {
    const decode = decodeAtOffsets(type.members, decoders);
    return (cursor) => {
      if (alignmentBits > 1) cursor.align(alignmentBits);
      decode(cursor);
      if (struct !== undefined) struct.count++;
    };
  }
  if (struct === undefined) joinSteps(type, names, decoders, hooks);
  return (cursor) => {
    if (alignmentBits > 1) cursor.align(alignmentBits);
    for (let index = 0; index < decoders.length; index++) {
      cursor.field = names[index] as string;
      (decoders[index] as FieldDecoder)(cursor);
    }
    if (struct !== undefined) struct.count++;
  };
}

/** Members of fixed size that follow each other, and that nobody needs, are stepped over together. */
function joinSteps(type: StructType, names: string[], decoders: FieldDecoder[], hooks: IntegerHooks): void {
  const sizes = type.members.map((member) => stepBits(member.type, hooks));
  for (let to = sizes.length; to > 0; to--) {
    let from = to;
    let sizeBits = 0;
    while (from > 0 && sizes[from - 1] !== undefined) sizeBits += sizes[--from] as number;
    const isJoined = to - from >= 2 && sizeBits <= stepBitsMax;
    if (isJoined) joinRun(names, decoders, from, to, sizeBits);
    to = Math.min(to, from + 1);
  }
}

function joinRun(
  names: string[],
  decoders: FieldDecoder[],
  from: number,
  to: number,
  sizeBits: number,
): void {
  const [oneByOne, theirNames] = [decoders.slice(from, to), names.slice(from, to)];
  names.splice(from, to - from, theirNames.at(-1) as string);
  decoders.splice(from, to - from, (cursor) => {
    const after = ((cursor.at + 7) & ~7) + sizeBits;
    if (after <= cursor.end) {
      cursor.at = after;
      return;
    }
    // One of them is cut off: which one, its own decoder says.
    for (const [index, decode] of oneByOne.entries()) {
      cursor.field = theirNames[index] as string;
      decode(cursor);
    }
  });
}

const stepBitsMax = 1 << 20;

/** The size of what begins and ends at any byte, and has no value that is needed; undefined for all else. */
function stepBits(type: FieldType, hooks: IntegerHooks): number | undefined {
  switch (type.kind) {
    case 'integer': {
      const isNeeded = hooks.slots.has(type) || hooks.classIds.has(type) || type.clock !== undefined;
      const isStep = type.alignmentBits === 8 && type.sizeBits % 8 === 0 && type.isVariableLength !== true;
      return isNeeded || !isStep ? undefined : type.sizeBits;
    }
    case 'float':
      return type.alignmentBits === 8 && (type.sizeBits === 32 || type.sizeBits === 64)
        ? type.sizeBits
        : undefined;
    case 'array': {
      if (type.length.kind !== 'fixed' || type.alignmentBits !== 8 || type.length.count === 0)
        return undefined;
      if (type.isText && type.length.count % codeUnitBytes(type.encoding) !== 0) return undefined;
      const { element } = type;
      const elementBits = element.kind === 'integer' ? stepBits(element, hooks) : undefined;
      return elementBits === undefined ? undefined : elementBits * type.length.count;
    }
    default:
      return undefined;
  }
}

function compileInteger(
  type: IntegerType,
  column: NumberColumn | BigintColumn | undefined,
  hooks: IntegerHooks,
): FieldDecoder {
  const read =
    type.sizeBits > 32 || type.isVariableLength === true
      ? compileWideInteger(type, column, hooks)
      : compileSmallInteger(type, column as NumberColumn | undefined, hooks);
  const alignmentBits = type.alignmentBits;
  if (alignmentBits === 1) return read;
  return (cursor) => {
    cursor.align(alignmentBits);
    read(cursor);
  };
}

function compileSmallInteger(
  type: IntegerType,
  column: NumberColumn | undefined,
  hooks: IntegerHooks,
): FieldDecoder {
  const { sizeBits, byteOrder } = type;
  const slot = hooks.slots.get(type);
  const isClassId = hooks.classIds.has(type);
  const hasClock = type.clock !== undefined;
  const isPlain = slot === undefined && !isClassId && !hasClock;
  if (isPlain && column === undefined) {
    return (cursor) => {
      // Read, not stepped over: a change of byte order within a byte must be noticed.
      cursor.unsigned32(sizeBits, byteOrder);
    };
  }
  const read = compileSmallRead(type);
  if (isPlain && column !== undefined) {
    return (cursor) => pushNumber(column, read(cursor));
  }
  return (cursor) => {
    const value = read(cursor);
    if (column !== undefined) pushNumber(column, value);
    if (slot !== undefined) hooks.values[slot] = value;
    if (isClassId) hooks.onClassId(value);
    if (hasClock) {
      cursor.low = value >>> 0;
      cursor.high = 0;
      hooks.onClock(type, cursor, sizeBits);
    }
  };
}

function compileSmallRead({ sizeBits, byteOrder, isSigned, isBitReversed }: IntegerType) {
  if (isBitReversed !== true) {
    return isSigned
      ? (cursor: BitCursor) => cursor.signed32(sizeBits, byteOrder)
      : (cursor: BitCursor) => cursor.unsigned32(sizeBits, byteOrder);
  }
  return (cursor: BitCursor) => {
    cursor.reversed(sizeBits, byteOrder, isSigned);
    return isSigned ? cursor.low | 0 : cursor.low;
  };
}

function compileWideInteger(
  type: IntegerType,
  column: NumberColumn | BigintColumn | undefined,
  hooks: IntegerHooks,
): FieldDecoder {
  const slot = hooks.slots.get(type);
  const isClassId = hooks.classIds.has(type);
  const hasClock = type.clock !== undefined;
  const read = compileWideRead(type);
  return (cursor) => {
    const sizeBits = read(cursor);
    if (column !== undefined) {
      if (column.kind === 'number') pushNumber(column, cursor.wideNumber);
      else pushBigint(column, cursor.wideBigint);
    }
    if (slot !== undefined) hooks.values[slot] = cursor.wideBigint;
    if (isClassId) hooks.onClassId(cursor.wideBigint);
    if (hasClock) hooks.onClock(type, cursor, sizeBits);
  };
}

/** Reads into the cursor, and gives the size in bits of what was read. */
function compileWideRead(type: IntegerType): (cursor: BitCursor) => number {
  const { sizeBits, byteOrder, isSigned } = type;
  // Seven bits of each byte are the value's (CTF2-SPEC-2.0 §6.3): the tenth byte's are cut off at 64.
  if (type.isVariableLength === true) return (cursor) => Math.min(64, 7 * cursor.variableLength(isSigned));
  if (type.isBitReversed === true) {
    return (cursor) => {
      cursor.reversed(sizeBits, byteOrder, isSigned);
      return sizeBits;
    };
  }
  return (cursor) => {
    cursor.wide(sizeBits, byteOrder, isSigned);
    return sizeBits;
  };
}

/** Code units up to a NUL; without one before the content's end the record is damaged. */
function compileString(type: StringType, column: TextColumn | undefined): FieldDecoder {
  const alignmentBits = Math.max(8, type.alignmentBits);
  const unitBytes = codeUnitBytes(type.encoding);
  return (cursor) => {
    cursor.align(alignmentBits);
    const begin = cursor.at >> 3;
    const limit = cursor.end >> 3;
    const nul =
      unitBytes === 1 ? cursor.bytes.indexOf(0, begin) : findNul(cursor.bytes, begin, limit, unitBytes);
    if (nul < 0 || nul >= limit) {
      const unread = limit - ((limit - begin) % unitBytes);
      if (cursor.end + cursor.contentBeyond >= (unread + unitBytes) * 8) {
        cursor.at = unread * 8;
        cursor.need(unitBytes * 8);
      }
      cursor.fault('unterminated-string', `a string goes on to the end of ${cursor.container}`);
    }
    if (column !== undefined) pushText(column, cursor.bytes, begin, nul);
    cursor.at = (nul + unitBytes) * 8;
  };
}

/** The first code unit whose bytes are all 0, from `begin` on and with its last byte before `end`; -1 when there is none. */
function findNul(bytes: Uint8Array, begin: number, end: number, unitBytes: 2 | 4): number {
  for (let at = begin; at + unitBytes <= end; at += unitBytes) {
    let bits = (bytes[at] as number) | (bytes[at + 1] as number);
    if (unitBytes === 4) bits |= (bytes[at + 2] as number) | (bytes[at + 3] as number);
    if (bits === 0) return at;
  }
  return -1;
}

/** An array in its own place: how many elements it has is known there. */
type ArrayInPlace = Exclude<ArrayType['length'], LocatedLength>;

/** How many elements: checked against the bits that remain before anything is read or allocated. */
function compileLength(
  type: ArrayType,
  length: ArrayInPlace,
  hooks: IntegerHooks,
): (cursor: BitCursor) => number {
  const leastBits = leastSizeBits(type.element);
  const check = (cursor: BitCursor, count: number): number => {
    if (count < 0) cursor.fault('negative-length', `a sequence of ${count} elements`);
    if (count * leastBits > cursor.remainingBits) {
      cursor.fault(
        'beyond-content',
        `a sequence of ${count} elements, which take at least ${count * leastBits} bits, where ${cursor.remainingBits} bits of ${cursor.container} remain`,
      );
    }
    if (leastBits === 0) {
      cursor.emptyElementsLeft -= count;
      if (cursor.emptyElementsLeft < 0)
        cursor.fault(
          'too-many-elements',
          `a sequence of ${count} elements that may take no space, more than this packet's size allows`,
        );
    }
    return count;
  };
  if (length.kind === 'fixed') {
    const { count } = length;
    return (cursor) => check(cursor, count);
  }
  if (length.kind === 'rest') {
    const elementBits = sameElementBits(type);
    return (cursor) => Math.floor(cursor.remainingBits / elementBits);
  }
  const slot = hooks.slots.get(length.field.type);
  if (slot === undefined) throw new Error('the length of a sequence has no slot');
  return (cursor) => {
    const value = hooks.values[slot];
    if (value === undefined)
      cursor.fault('length-not-read', 'the length of a sequence was not read before it');
    return check(cursor, Number(value));
  };
}

/** Text, kept up to its first NUL, or bytes of any meaning. */
function compileBytes(type: ArrayType, column: TextColumn | undefined, hooks: IntegerHooks): FieldDecoder {
  const findLength = compileKeptLength(type, column !== undefined);
  const read = (cursor: BitCursor, count: number): void => {
    const begin = cursor.at >> 3;
    const lengthBytes = findLength(cursor, begin, count);
    cursor.at += count * 8;
    if (column !== undefined) pushText(column, cursor.bytes, begin, begin + lengthBytes);
  };
  if (type.length.kind === 'located')
    return decodeLocated(type, type.length, column === undefined ? undefined : read);
  const length = compileLength(type, type.length, hooks);
  const alignmentBits = Math.max(8, type.alignmentBits);
  return (cursor) => {
    cursor.align(alignmentBits);
    const count = length(cursor);
    cursor.need(count * 8);
    read(cursor, count);
  };
}

/** How many of the bytes are kept. Text may not end within a code unit (CTF2-SPEC-2.0 §6.4.12). */
function compileKeptLength(type: ArrayType, isKept: boolean) {
  const unitBytes = codeUnitBytes(type.encoding);
  if (!type.isText || (!isKept && unitBytes === 1))
    return (_: BitCursor, _begin: number, count: number) => count;
  if (unitBytes === 1) {
    return ({ bytes }: BitCursor, begin: number, count: number) => {
      const nul = bytes.subarray(begin, begin + count).indexOf(0);
      return nul < 0 ? count : nul;
    };
  }
  return (cursor: BitCursor, begin: number, count: number) => {
    const nul = findNul(cursor.bytes, begin, begin + count, unitBytes);
    if (nul >= 0) return nul - begin;
    if (count % unitBytes !== 0) {
      cursor.fault(
        'partial-code-unit',
        `a text of ${count} bytes, which its code units of ${unitBytes} bytes do not fill, without a NUL`,
      );
    }
    return count;
  };
}

function compileArray(
  type: ArrayType,
  column: ListColumn | undefined,
  hooks: IntegerHooks,
  depth: number,
): FieldDecoder {
  const decode = compileField(type.element, column?.element, hooks, depth + 1);
  const read = (cursor: BitCursor, count: number): void => {
    for (let index = 0; index < count; index++) decode(cursor);
    if (column === undefined) return;
    if (column.count + 2 > column.starts.length) column.starts = grown(column.starts, column.count + 2);
    column.count++;
    column.starts[column.count] = column.element.count;
  };
  if (type.length.kind === 'located')
    return decodeLocated(type, type.length, column === undefined ? undefined : read);
  const length = compileLength(type, type.length, hooks);
  const alignmentBits = alignmentOf(type);
  return (cursor) => {
    if (alignmentBits > 1) cursor.align(alignmentBits);
    read(cursor, length(cursor));
  };
}

function compileVariant(
  type: VariantType,
  column: VariantColumn | undefined,
  hooks: IntegerHooks,
  depth: number,
): FieldDecoder {
  const slot = hooks.slots.get(type.selector.type);
  if (slot === undefined) throw new Error('the selector of a variant has no slot');
  const decoders = type.options.map((option, index) =>
    compileField(option.type, column?.options[index], hooks, depth + 1),
  );
  const choose = compileChoice(type);
  const kept = slotsWithin(type, hooks);
  return (cursor) => {
    const value: number | bigint | undefined = hooks.values[slot];
    if (value === undefined)
      return cursor.fault('selector-not-read', 'the selector of a variant was not read before it');
    // What another option had, in an earlier record or element, is not what this one has.
    for (const each of kept) hooks.values[each] = undefined;
    const index = choose(value);
    if (index < 0)
      cursor.fault('no-variant-option', `selector value ${value} selects no option of the variant`);
    if (column !== undefined) pushOption(column, index);
    (decoders[index] as FieldDecoder)(cursor);
  };
}

/** Slots of the integers in any of a variant's options. */
function slotsWithin(type: VariantType, hooks: IntegerHooks): readonly number[] {
  return integersWithinVariants([type])
    .map((integer) => hooks.slots.get(integer))
    .filter((slot) => slot !== undefined);
}

/** Selector value → index of the option, -1 for none. */
function compileChoice(type: VariantType): (value: number | bigint) => number {
  const firsts: bigint[] = [];
  const lasts: bigint[] = [];
  const indexes: number[] = [];
  type.options.forEach((option, index) => {
    for (const range of option.ranges) {
      firsts.push(range.first);
      lasts.push(range.last);
      indexes.push(index);
    }
  });
  const known = new Map<number | bigint, number>();
  return (value) => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const wanted = BigInt(value);
    const found = firsts.findIndex((first, index) => first <= wanted && wanted <= (lasts[index] as bigint));
    const index = found < 0 ? -1 : (indexes[found] as number);
    if (known.size < 1024) known.set(value, index);
    return index;
  };
}
