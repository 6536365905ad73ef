/** Expressions as numbers. */
import type { ClassBatch } from '../../events/batch.ts';
import type { Column, ListColumn, TextColumn } from '../../events/columns.ts';
import type { ByteOrder } from '../../events/layout.ts';
import type { KernelText } from '../../events/reader.ts';
import { byteLengthOf, bytesReader, fieldColumn, machineOrder, numericOf, sizeBytesOf } from './fields.ts';
import { knownFunctions } from './functions.ts';
import {
  asCount,
  asTruth,
  chosen,
  combined,
  complement,
  constant,
  lowBits,
  type Numeric,
  negated,
  truth,
} from './numeric.ts';
import { type Expression, PrintFormatError } from './syntax.ts';

/** What a format is compiled for: one class, as its records are delivered. */
export interface CompileContext {
  readonly kernel: KernelText;
  readonly batch: ClassBatch;
}

/** Enumerators that the kernel leaves as names in formats (its include/linux/interrupt.h, hrtimer.h). */
const enumerators: ReadonlyMap<string, bigint> = new Map([
  ['HI_SOFTIRQ', 0n],
  ['TIMER_SOFTIRQ', 1n],
  ['NET_TX_SOFTIRQ', 2n],
  ['NET_RX_SOFTIRQ', 3n],
  ['BLOCK_SOFTIRQ', 4n],
  ['IRQ_POLL_SOFTIRQ', 5n],
  ['TASKLET_SOFTIRQ', 6n],
  ['SCHED_SOFTIRQ', 7n],
  ['HRTIMER_SOFTIRQ', 8n],
  ['RCU_SOFTIRQ', 9n],
  ['HRTIMER_NORESTART', 0n],
  ['HRTIMER_RESTART', 1n],
]);

/** The value of an enumerator; undefined where the format does not say it. */
export function enumeratorOf(name: string): bigint | undefined {
  return enumerators.get(name);
}

const indexMax = 1 << 24;

/** @throws PrintFormatError where a field does not exist. Recursion ends with the tree's height. */
export function compileNumber(expression: Expression, context: CompileContext): Numeric {
  const compile = (part: Expression) => compileNumber(part, context);
  switch (expression.kind) {
    case 'number':
      return constant(expression.value);
    case 'name':
      return constant(context.kernel.addressOf?.(expression.name) ?? enumeratorOf(expression.name) ?? 0n);
    case 'field':
      return numericOf(columnOf(context, expression.name));
    case 'size-of-field':
      return constant(BigInt(sizeBytesOf(columnOf(context, expression.field))));
    case 'array-length':
      return byteLengthOf(columnOf(context, expression.field));
    case 'element':
      return compileElement(expression.array, compile(expression.index), context);
    case 'unary':
      return compileUnary(expression.operator, expression.operand, compile);
    case 'binary':
      return combined(expression.operator, compile(expression.left), compile(expression.right));
    case 'choice':
      return chosen(
        compile(expression.condition),
        compile(expression.whenTrue),
        compile(expression.whenFalse),
      );
    case 'cast':
      return castTo(expression.type, compile(expression.operand));
    case 'call':
      return knownFunctions.get(expression.name)?.isTransparent === true
        ? compile(expression.arguments[0] as Expression)
        : constant(0n);
    default:
      // A text has no value.
      return constant(0n);
  }
}

/** @throws PrintFormatError where there is no such field */
export function columnOf(context: CompileContext, name: string): Column {
  const column = fieldColumn(context.batch, name);
  if (column === undefined) throw new PrintFormatError(`There is no field ${name}.`);
  return column;
}

function compileUnary(
  operator: string,
  operand: Expression,
  compile: (expression: Expression) => Numeric,
): Numeric {
  const value = compile(operand);
  switch (operator) {
    case '!': {
      const isTrue = asTruth(value);
      return truth((row) => !isTrue(row));
    }
    case '~':
      return complement(value);
    case '-':
      return negated(value);
    case '*':
      throw new PrintFormatError('What a pointer points to is not recorded.');
    default:
      // The address of a field stands for the field where bytes are wanted.
      return value;
  }
}

/** Casts cut off bits; signs are lost, and what a name other than these means is not known. */
function castTo(type: string, value: Numeric): Numeric {
  switch (type.replace(/^unsigned (?=\w)|^signed (?=\w)/, '')) {
    case 'u8':
    case 's8':
    case 'char':
      return lowBits(value, 8);
    case 'u16':
    case 's16':
    case 'short':
      return lowBits(value, 16);
    case 'u32':
    case 's32':
    case 'int':
      return lowBits(value, 32);
    default:
      return value;
  }
}

/** Beyond its end an array has zeros. */
function compileElement(array: Expression, index: Numeric, context: CompileContext): Numeric {
  let cast: string | undefined;
  let inner = array;
  while (inner.kind === 'cast') {
    cast ??= inner.type;
    inner = inner.operand;
  }
  if (inner.kind !== 'field' && inner.kind !== 'array' && inner.kind !== 'string')
    throw new PrintFormatError('An element of something that is no array is asked for.');
  const column = columnOf(context, inner.kind === 'field' ? inner.name : inner.field);
  const at = asCount(index, indexMax);
  const elementSize = cast === undefined ? undefined : pointedSize(cast, context);
  if (column.kind === 'list' && (elementSize === undefined || elementSize === sizeBytesOf(column.element)))
    return listElement(column, at);
  if (column.kind === 'text' && (elementSize ?? 1) === 1) return textElement(column, at);
  return elementOfBytes(column, at, elementSize ?? 1, machineOrder(context.batch));
}

/** Of `u32 *`. */
function pointedSize(type: string, { kernel }: CompileContext): number | undefined {
  const name = type.replace(/ ?\*+$/, '').replace(/^(?:const )?(?:unsigned )?/, '');
  const fixed = /(8|16|32|64)(?:_t)?$/.exec(name);
  if (fixed !== null) return Number(fixed[1]) / 8;
  if (name === 'long') return kernel.longSizeBytes;
  return { char: 1, short: 2, int: 4, '': 4, 'long long': 8 }[name];
}

function listElement(column: ListColumn, at: (row: number) => number): Numeric {
  const element = numericOf(column.element);
  const place = (row: number): number => {
    const found = (column.starts[row] as number) + at(row);
    return found < (column.starts[row + 1] as number) ? found : -1;
  };
  if (element.kind === 'bigint') {
    const { read } = element;
    return {
      kind: 'bigint',
      read: (row) => {
        const found = place(row);
        return found < 0 ? 0n : read(found);
      },
    };
  }
  const { read } = element;
  return {
    ...element,
    low: Math.min(0, element.low),
    read: (row) => {
      const found = place(row);
      return found < 0 ? 0 : read(found);
    },
  };
}

function textElement(column: TextColumn, at: (row: number) => number): Numeric {
  const read = (row: number): number => {
    const index = at(row);
    if (index >= (column.lengths[row] as number)) return 0;
    return column.bytes[(column.starts[row] as number) + index] as number;
  };
  return { kind: 'number', low: 0, high: 255, read };
}

/** An array's bytes taken as elements of another size. */
function elementOfBytes(
  column: Column,
  at: (row: number) => number,
  sizeBytes: number,
  order: ByteOrder,
): Numeric {
  const bytesOf = bytesReader(column);
  const read = (row: number): bigint => {
    const start = at(row) * sizeBytes;
    const bytes = bytesOf(row).slice(start, start + sizeBytes);
    if (bytes.length < sizeBytes) return 0n;
    if (order === 'le') bytes.reverse();
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  };
  return { kind: 'bigint', read };
}
