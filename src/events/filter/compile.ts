/** From an expression to a test of one class's records, which reads columns and makes no object per record. */
import { type ClassBatch, columnAt, type EventBatch } from '../batch.ts';
import { type Column, isAbsent, isBooleanColumn, type NumberColumn, type StructColumn } from '../columns.ts';
import type { Scope, StructType } from '../layout.ts';
import type { EventClass } from '../reader.ts';
import { valueAt } from '../value.ts';
import { type Constant, type ConstantTest, columnTest, compareScalars, type RowTest } from './column-test.ts';
import type { Comparator, FilterExpression, Operand, Step } from './expression.ts';
import { locateOperand, type Place } from './locate.ts';

/** Whether a record of the class satisfies the filter; the packet's fields only where they were selected. */
export type RecordPredicate = (
  batch: ClassBatch,
  row: number,
  packets: EventBatch['packets'],
  packetRow: number,
) => boolean;

export interface FilterContext {
  /** Nanoseconds since the epoch at `timeNs` 0: `$time` is compared as absolute time. */
  readonly originNs: bigint;
  /** Fields of the packet header and context, if they are known: then a field that no scope has is known to be missing. */
  readonly packetScopes?: ReadonlyMap<Scope, StructType>;
}

type Compiled = boolean | RecordPredicate;

/**
 * Compiles a filter for the records of one class. A comparison with a field that the class lacks is false, and so is one of
 * text with a number.
 */
export function compileFilter(
  expression: FilterExpression,
  eventClass: EventClass,
  context: FilterContext,
): RecordPredicate | 'always false' {
  const compiled = compileNode(expression, eventClass, context);
  if (compiled === false) return 'always false';
  return compiled === true ? () => true : compiled;
}

/** Depth is bounded by the parser. */
function compileNode(node: FilterExpression, eventClass: EventClass, context: FilterContext): Compiled {
  switch (node.kind) {
    case 'all':
      return joined(node.terms, false, eventClass, context);
    case 'any':
      return joined(node.terms, true, eventClass, context);
    case 'not': {
      const term = compileNode(node.term, eventClass, context);
      if (typeof term === 'boolean') return !term;
      return (batch, row, packets, packetRow) => !term(batch, row, packets, packetRow);
    }
    case 'compare':
      return compileComparison(node.left, node.comparator, node.right, eventClass, context);
  }
}

/** Terms joined by `||` (one that is true decides) or `&&` (one that is false decides). */
function joined(
  nodes: readonly FilterExpression[],
  deciding: boolean,
  eventClass: EventClass,
  context: FilterContext,
): Compiled {
  const terms: RecordPredicate[] = [];
  for (const node of nodes) {
    const term = compileNode(node, eventClass, context);
    if (term === deciding) return deciding;
    if (typeof term !== 'boolean') terms.push(term);
  }
  if (terms.length === 0) return !deciding;
  if (terms.length === 1) return terms[0] as RecordPredicate;
  return (batch, row, packets, packetRow) => {
    for (const term of terms) if (term(batch, row, packets, packetRow) === deciding) return deciding;
    return !deciding;
  };
}

function compileComparison(
  left: Operand,
  comparator: Comparator,
  right: Operand,
  eventClass: EventClass,
  context: FilterContext,
): Compiled {
  const constant = constantOf(right);
  if (constant !== undefined) {
    return compareWithConstant(locateOperand(left, eventClass, context), { comparator, constant }, context);
  }
  const leftConstant = constantOf(left);
  if (leftConstant !== undefined) {
    const test = { comparator: mirrored(comparator), constant: leftConstant };
    return compareWithConstant(locateOperand(right, eventClass, context), test, context);
  }
  return compareFields(
    locateOperand(left, eventClass, context),
    comparator,
    locateOperand(right, eventClass, context),
    context,
  );
}

function constantOf(operand: Operand): Constant | undefined {
  switch (operand.kind) {
    case 'integer':
    case 'float':
      return { kind: 'number', value: operand.value };
    case 'text':
      return operand;
    default:
      return undefined;
  }
}

function mirrored(comparator: Comparator): Comparator {
  switch (comparator) {
    case '<':
      return '>';
    case '<=':
      return '>=';
    case '>':
      return '<';
    case '>=':
      return '<=';
    default:
      return comparator;
  }
}

function compareWithConstant(place: Place, test: ConstantTest, context: FilterContext): Compiled {
  const { comparator, constant } = test;
  switch (place.kind) {
    case 'missing':
      return false;
    case 'constant':
      return compareScalars(place.value, comparator, constant);
    case 'cpu':
      if (constant.kind === 'text') return false;
      return (batch, row) => {
        const cpu = batch.cpu[row] as number;
        return cpu >= 0 && compareScalars(cpu, comparator, constant);
      };
    case 'time':
      return constant.kind === 'text' ? false : compareTime(comparator, constant.value, context.originNs);
    case 'fields':
      return compareColumns(place.scopes, place.path, test);
  }
}

/** Relative to the origin, so that no bigint is made for a record. */
function compareTime(comparator: Comparator, value: number | bigint, originNs: bigint): RecordPredicate {
  const relative = typeof value === 'bigint' ? Number(value - originNs) : value - Number(originNs);
  const constant: Constant = { kind: 'number', value: relative };
  return (batch, row) => {
    const timeNs = batch.timeNs[row] as number;
    return !Number.isNaN(timeNs) && compareScalars(timeNs, comparator, constant);
  };
}

/** What is made of the columns of a stream's batches: streams take turns, and each keeps its columns. */
class OfColumns<Made> {
  readonly #make: (root: StructColumn) => Made;
  readonly #made = new WeakMap<StructColumn, Made>();
  #root: StructColumn | undefined;
  #last: Made | undefined;

  constructor(make: (root: StructColumn) => Made) {
    this.#make = make;
  }

  of(root: StructColumn | undefined): Made | undefined {
    if (root === this.#root) return this.#last;
    this.#root = root;
    this.#last = root && (this.#made.get(root) ?? this.#makeFor(root));
    return this.#last;
  }

  #makeFor(root: StructColumn): Made {
    const made = this.#make(root);
    this.#made.set(root, made);
    return made;
  }
}

function compareColumns(
  scopes: readonly Scope[],
  path: readonly Step[],
  test: ConstantTest,
): RecordPredicate {
  const first = scopes[0] as Scope;
  if (!isPacketScope(first)) {
    const tests = new OfColumns((root) => columnTest(root, path, test) ?? never);
    return (batch, row) => tests.of(batch.scopes.get(first))?.(row) ?? false;
  }
  let roots: EventBatch['packets'];
  let rowTest: RowTest | undefined;
  return (_batch, _row, packets, packetRow) => {
    if (packets !== roots) {
      roots = packets;
      rowTest = firstPresent(scopes, packets, (column) => columnTest(column, path, test));
    }
    return rowTest?.(packetRow) ?? false;
  };
}

const never: RowTest = () => false;

function isPacketScope(scope: Scope): boolean {
  return scope === 'packet-context' || scope === 'packet-header';
}

function firstPresent<T>(
  scopes: readonly Scope[],
  columns: ReadonlyMap<Scope, StructColumn> | undefined,
  find: (column: StructColumn) => T | undefined,
): T | undefined {
  for (const scope of scopes) {
    const column = columns?.get(scope);
    const found = column === undefined ? undefined : find(column);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What can be compared. */
export type Scalar = number | bigint | string;
/** A value of one record; undefined where it has none. */
export type ScalarReader = (
  batch: ClassBatch,
  row: number,
  packets: EventBatch['packets'],
  packetRow: number,
) => Scalar | undefined;

/** Two fields with each other: rare enough to read plain values. */
function compareFields(left: Place, comparator: Comparator, right: Place, context: FilterContext): Compiled {
  if (left.kind === 'missing' || right.kind === 'missing') return false;
  const readLeft = scalarReader(left, context);
  const readRight = scalarReader(right, context);
  return (batch, row, packets, packetRow) => {
    const a = readLeft(batch, row, packets, packetRow);
    const b = readRight(batch, row, packets, packetRow);
    if (a === undefined || b === undefined) return false;
    const constant: Constant =
      typeof b === 'string' ? { kind: 'text', value: b, pattern: '' } : { kind: 'number', value: b };
    return compareScalars(a, comparator, constant);
  };
}

/** Reads plain values from where `locateOperand` found them. */
export function scalarReader(
  place: Exclude<Place, { kind: 'missing' }>,
  context: FilterContext,
): ScalarReader {
  switch (place.kind) {
    case 'constant':
      return () => place.value;
    case 'cpu':
      return (batch, row) => ((batch.cpu[row] as number) < 0 ? undefined : (batch.cpu[row] as number));
    case 'time':
      return (batch, row) => {
        const timeNs = batch.timeNs[row] as number;
        return !Number.isNaN(timeNs) ? context.originNs + BigInt(timeNs) : undefined;
      };
    case 'fields':
      return fieldReader(place.scopes, place.path);
  }
}

/** Where a field is a number in each record its column is looked up once a batch. */
function fieldReader(scopes: readonly Scope[], path: readonly Step[]): ScalarReader {
  const first = scopes[0] as Scope;
  const columns = new OfColumns((root) => numberColumnAt(root, path) ?? 'none');
  return (batch, row, packets, packetRow) => {
    const numbers = columns.of(batch.scopes.get(first));
    if (typeof numbers === 'object') {
      const { values } = numbers;
      // Read as what it is, a small integer is not made an object on its way to the caller.
      return values instanceof Int32Array ? (values[row] as number) : (values[row] as number);
    }
    for (const scope of scopes) {
      const isPacket = isPacketScope(scope);
      const column = isPacket ? packets?.get(scope) : batch.scopes.get(scope);
      const value = column && scalarAt(column, isPacket ? packetRow : row, path);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function numberColumnAt(root: StructColumn, path: readonly Step[]): NumberColumn | undefined {
  const names = path.filter((step) => typeof step === 'string');
  const column = names.length === path.length ? columnAt(root, names) : undefined;
  return column?.kind === 'number' && !isBooleanColumn(column) ? column : undefined;
}

/** Walks down by loop; a variant's chosen option is stepped into without being named. */
function scalarAt(root: Column, rootRow: number, path: readonly Step[]): Scalar | undefined {
  let column: Column | undefined = root;
  let row = rootRow;
  let next = 0;
  for (;;) {
    if (column === undefined) return undefined;
    if (column.kind === 'variant') {
      if (isAbsent(column, row)) return undefined;
      const option = column.option[row] as number;
      const isNamed: boolean =
        column.isOptional !== true &&
        typeof path[next] === 'string' &&
        column.names.includes(path[next] as string);
      if (isNamed && column.names[option] !== path[next]) return undefined;
      if (isNamed) next++;
      row = column.row[row] as number;
      column = column.options[option];
      continue;
    }
    const step: Step | undefined = path[next++];
    if (step === undefined) {
      if (column.kind === 'struct' || column.kind === 'list') return undefined;
      const value = valueAt(column, row);
      // A boolean is 0 or 1, as it is when it is compared with a number.
      if (typeof value === 'boolean') return Number(value);
      return value instanceof Uint8Array ? undefined : (value as Scalar);
    }
    if (column.kind === 'struct' && typeof step === 'string') {
      column = column.members[column.names.indexOf(step)];
    } else if (column.kind === 'list' && typeof step === 'number') {
      const at: number = (column.starts[row] as number) + step;
      if (at >= (column.starts[row + 1] as number)) return undefined;
      column = column.element;
      row = at;
    } else return undefined;
  }
}
