/** Comparisons of a column's rows with a constant, without an object per row. */
import {
  type BigintColumn,
  type Column,
  encodingOf,
  isBlobColumn,
  isBooleanColumn,
  type ListColumn,
  type NumberColumn,
  type StructColumn,
  type TextColumn,
  textAt,
  type VariantColumn,
} from '../columns.ts';
import type { EnumerationRange, FieldType } from '../layout.ts';
import { bitsOf } from '../text/labels.ts';
import type { Comparator, Step } from './expression.ts';
import { compileGlob, matchesGlob, textMatchesGlob } from './glob.ts';

/** What columns are compared with. */
export type Constant =
  | { readonly kind: 'number'; readonly value: number | bigint }
  | { readonly kind: 'text'; readonly value: string; readonly pattern: string };

export interface ConstantTest {
  readonly comparator: Comparator;
  readonly constant: Constant;
}

export type RowTest = (row: number) => boolean;

/**
 * A test of one column's rows; undefined when the path leads to nothing there. A variant's chosen option is stepped into
 * without being named, and a row that has another option, or too few elements, fails the test.
 */
export function columnTest(column: Column, path: readonly Step[], test: ConstantTest): RowTest | undefined {
  if (column.kind === 'variant') return variantTest(column, path, test);
  const [step, ...rest] = path;
  if (column.kind === 'struct') return structTest(column, step, rest, test);
  if (column.kind === 'list') return listTest(column, step, rest, test);
  if (step !== undefined) return undefined;
  if (column.kind === 'text') return textTest(column, test);
  if (isBooleanColumn(column)) return booleanTest(column, test);
  return test.constant.kind === 'number'
    ? integerOrFloatTest(column, test.comparator, test.constant.value)
    : labelTest(column, test);
}

function structTest(
  column: StructColumn,
  step: Step | undefined,
  rest: readonly Step[],
  test: ConstantTest,
): RowTest | undefined {
  if (typeof step !== 'string') return undefined;
  const member = column.members[column.names.indexOf(step)];
  return member === undefined ? undefined : columnTest(member, rest, test);
}

function listTest(
  column: ListColumn,
  step: Step | undefined,
  rest: readonly Step[],
  test: ConstantTest,
): RowTest | undefined {
  if (typeof step !== 'number') return undefined;
  const element = columnTest(column.element, rest, test);
  if (element === undefined) return undefined;
  return (row) => {
    const at = (column.starts[row] as number) + step;
    return at < (column.starts[row + 1] as number) && element(at);
  };
}

function variantTest(column: VariantColumn, path: readonly Step[], test: ConstantTest): RowTest | undefined {
  const isNamed = column.isOptional !== true && typeof path[0] === 'string';
  const named = isNamed ? column.names.indexOf(path[0] as string) : -1;
  const tests = column.options.map((option, index) => {
    if (named < 0) return columnTest(option, path, test);
    return index === named ? columnTest(option, path.slice(1), test) : undefined;
  });
  if (tests.every((option) => option === undefined)) return undefined;
  return (row) => tests[column.option[row] as number]?.(column.row[row] as number) ?? false;
}

function textTest(column: TextColumn, test: ConstantTest): RowTest {
  const { comparator, constant } = test;
  if (constant.kind === 'number' || isBlobColumn(column)) return never;
  if (encodingOf(column) !== 'utf-8')
    return (row) => compareScalars(textAt(column, row), comparator, constant);
  if (comparator === '=*') {
    const glob = compileGlob(constant.pattern);
    return (row) => {
      const start = column.starts[row] as number;
      return matchesGlob(glob, column.bytes, start, start + (column.lengths[row] as number));
    };
  }
  const wanted = new TextEncoder().encode(constant.value);
  const isWanted = orderTest(comparator);
  return (row) => isWanted(compareBytes(column, row, wanted));
}

/** Below, equal to or above 0, as the bytes of the row are before, equal to or after the wanted ones. */
function compareBytes(column: TextColumn, row: number, wanted: Uint8Array): number {
  const start = column.starts[row] as number;
  const length = column.lengths[row] as number;
  const common = Math.min(length, wanted.length);
  for (let i = 0; i < common; i++) {
    const difference = (column.bytes[start + i] as number) - (wanted[i] as number);
    if (difference !== 0) return difference;
  }
  return length - wanted.length;
}

function orderTest(comparator: Comparator): (order: number) => boolean {
  switch (comparator) {
    case '==':
      return (order) => order === 0;
    case '!=':
      return (order) => order !== 0;
    case '<':
      return (order) => order < 0;
    case '<=':
      return (order) => order <= 0;
    case '>':
      return (order) => order > 0;
    case '>=':
      return (order) => order >= 0;
    case '=*':
      return () => false;
  }
}

/** Numbers that a double holds exactly are compared as doubles; larger ones with the exactness of mixed comparisons. */
function integerOrFloatTest(
  column: NumberColumn | BigintColumn,
  comparator: Comparator,
  value: number | bigint,
): RowTest {
  if (column.kind === 'bigint') return bigintTest(column, comparator, value);
  const asNumber = Number(value);
  const isExact = typeof value === 'number' || Number.isSafeInteger(asNumber);
  const limit = isExact ? asNumber : value;
  switch (comparator) {
    case '==':
      return (row) => (column.values[row] as number) <= limit && (column.values[row] as number) >= limit;
    case '!=':
      return (row) => !((column.values[row] as number) <= limit && (column.values[row] as number) >= limit);
    case '<':
      return (row) => (column.values[row] as number) < limit;
    case '<=':
      return (row) => (column.values[row] as number) <= limit;
    case '>':
      return (row) => (column.values[row] as number) > limit;
    case '>=':
      return (row) => (column.values[row] as number) >= limit;
    case '=*':
      return never;
  }
}

function bigintTest(column: BigintColumn, comparator: Comparator, limit: number | bigint): RowTest {
  switch (comparator) {
    case '==':
      return (row) => (column.values[row] as bigint) <= limit && (column.values[row] as bigint) >= limit;
    case '!=':
      return (row) => !((column.values[row] as bigint) <= limit && (column.values[row] as bigint) >= limit);
    case '<':
      return (row) => (column.values[row] as bigint) < limit;
    case '<=':
      return (row) => (column.values[row] as bigint) <= limit;
    case '>':
      return (row) => (column.values[row] as bigint) > limit;
    case '>=':
      return (row) => (column.values[row] as bigint) >= limit;
    case '=*':
      return never;
  }
}

/** 0 or 1 against a number, `true` or `false` against text. */
function booleanTest(column: NumberColumn | BigintColumn, { comparator, constant }: ConstantTest): RowTest {
  const isWanted = (value: boolean) =>
    compareScalars(constant.kind === 'text' ? String(value) : Number(value), comparator, constant);
  const [ifFalse, ifTrue] = [isWanted(false), isWanted(true)];
  return (row) => (column.values[row] ? ifTrue : ifFalse);
}

/** An enumeration against text: its value has a label that satisfies the comparison; a bit map: one of its flags does. */
function labelTest(column: NumberColumn | BigintColumn, test: ConstantTest): RowTest {
  const { type } = column;
  const isBitMap = type.kind === 'integer' && type.flags !== undefined;
  const labels = isBitMap ? type.flags : labelsOf(type);
  const rangesTest = isBitMap ? bitsTest : valuesTest;
  if (labels === undefined || test.constant.kind === 'number') return never;
  const { value, pattern } = test.constant;
  if (test.comparator === '=*') {
    const glob = compileGlob(pattern);
    return rangesTest(
      column,
      labels.filter((range) => textMatchesGlob(glob, range.label)),
    );
  }
  const isLabelled = rangesTest(
    column,
    labels.filter((range) => range.label === value),
  );
  if (test.comparator === '==') return isLabelled;
  return test.comparator === '!=' ? (row) => !isLabelled(row) : never;
}

/** One of the bits is set. */
function bitsTest(column: NumberColumn | BigintColumn, ranges: readonly EnumerationRange[]): RowTest {
  const bits = ranges.reduce((sum, range) => sum | bitsOf(range), 0n);
  if (bits === 0n) return never;
  if (column.kind === 'bigint') return (row) => ((column.values[row] as bigint) & bits) !== 0n;
  const [low, isSmall] = [Number(BigInt.asIntN(32, bits)), column.values instanceof Uint32Array];
  if (isSmall) return (row) => ((column.values[row] as number) & low) !== 0;
  return (row) => (BigInt(column.values[row] as number) & bits) !== 0n;
}

/** The value is in one of the ranges. */
function valuesTest(column: NumberColumn | BigintColumn, ranges: readonly EnumerationRange[]): RowTest {
  if (ranges.length === 0) return never;
  if (column.kind === 'bigint') {
    return (row) => {
      const value = column.values[row] as bigint;
      return ranges.some((range) => range.first <= value && value <= range.last);
    };
  }
  const firsts = ranges.map((range) => Number(range.first));
  const lasts = ranges.map((range) => Number(range.last));
  return (row) => {
    const value = column.values[row] as number;
    for (let i = 0; i < firsts.length; i++) {
      if ((firsts[i] as number) <= value && value <= (lasts[i] as number)) return true;
    }
    return false;
  };
}

function labelsOf(type: FieldType): readonly EnumerationRange[] | undefined {
  return type.kind === 'integer' ? type.labels : undefined;
}

/** The comparison of two values that are known: an event's name, a constant, fields on both sides. */
export function compareScalars(
  left: number | bigint | string,
  comparator: Comparator,
  right: Constant,
): boolean {
  if (typeof left === 'string') {
    if (right.kind === 'number') return false;
    if (comparator === '=*') return textMatchesGlob(compileGlob(right.pattern), left);
    return orderTest(comparator)(left < right.value ? -1 : left > right.value ? 1 : 0);
  }
  if (right.kind === 'text' || comparator === '=*') return false;
  const limit = right.value;
  if (Number.isNaN(left) || Number.isNaN(limit)) return comparator === '!=';
  return orderTest(comparator)(left < limit ? -1 : left > limit ? 1 : 0);
}

const never: RowTest = () => false;
