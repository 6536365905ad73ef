/** Expressions as text: what `%s` prints. */
import { bytesAt, type Column, isBlobColumn, type TextColumn } from '../../events/columns.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { maskText } from './bit-masks.ts';
import { type CompileContext, columnOf, compileNumber, enumeratorOf } from './compile-number.ts';
import { constantExpression } from './constant-expression.ts';
import { bytesReader, fieldColumn, machineOrder } from './fields.ts';
import { knownFunctions } from './functions.ts';
import type { WriteRow } from './integer-text.ts';
import { asBigint, asCount, asTruth, type Numeric } from './numeric.ts';
import { Scratch } from './scratch.ts';
import { type Expression, PrintFormatError, type PrintLabel } from './syntax.ts';

const encoder = new TextEncoder();
/** Bytes and elements of one array that are printed. */
const countMax = 1 << 20;

/** Puts a text into the width and precision that its conversion has. */
export type PutText = (bytes: Uint8Array, row: number, out: ByteWriter) => void;

const putAsItIs: PutText = (bytes, _, out) => out.bytes(bytes);

/**
 * @param put of each text, and each label of flags: as in libtraceevent numbers that stand for texts have no width
 * @throws PrintFormatError where a field does not exist. Recursion ends with the tree's height.
 */
export function compileText(
  expression: Expression,
  context: CompileContext,
  put: PutText = putAsItIs,
): WriteRow {
  switch (expression.kind) {
    case 'text':
      return literal(expression.text, put);
    case 'name':
      return literal(expression.name, put);
    case 'number':
      return literal(String(expression.value), put);
    case 'field':
      return fieldText(columnOf(context, expression.name), context, put);
    case 'string':
    case 'array':
      return stringText(expression.field, context, put);
    case 'bit-mask':
      return bitMaskText(columnOf(context, expression.field), expression.isCpuList, context, put);
    case 'flags':
      return flagsText(expression, context, put);
    case 'symbolic':
      return symbolicText(expression, context, put);
    case 'hex':
      return hexText(expression, context);
    case 'list':
      return listText(expression, context);
    case 'choice': {
      const isTrue = asTruth(compileNumber(expression.condition, context));
      const whenTrue = compileText(expression.whenTrue, context, put);
      const whenFalse = compileText(expression.whenFalse, context, put);
      return (row, out) => (isTrue(row) ? whenTrue : whenFalse)(row, out);
    }
    case 'call':
      return callText(expression, context);
    case 'cast':
    case 'unary':
      return compileText(expression.operand, context, put);
    default:
      // A number is no text: nothing is printed, as libtraceevent does.
      return () => {};
  }
}

function literal(text: string, put: PutText): WriteRow {
  const bytes = encoder.encode(text);
  return (row, out) => put(bytes, row, out);
}

/** A pointer's text is known where it points to a recorded format string; else the pointer is shown. */
function fieldText(column: Column, { kernel }: CompileContext, put: PutText): WriteRow {
  if (column.kind === 'text') return textWriter(column, put);
  const isPointer =
    (column.kind === 'number' || column.kind === 'bigint') &&
    column.type.kind === 'integer' &&
    column.type.sizeBits === kernel.longSizeBytes * 8;
  if (!isPointer) {
    const bytesOf = bytesReader(column);
    return (row, out) => put(untilNul(bytesOf(row)), row, out);
  }
  const address = addressReader(column);
  return (row, out) => {
    const value = address(row);
    const text = kernel.stringAt(value);
    if (text === undefined) out.ascii(value.toString(16));
    else out.text(text);
  };
}

/** Bytes up to this many are sooner written one by one than copied. */
const shortLength = 24;

function textWriter(column: TextColumn, put: PutText): WriteRow {
  // Text ends at its first NUL already, other bytes may have some.
  if (isBlobColumn(column) || put !== putAsItIs)
    return (row, out) => put(untilNul(bytesAt(column, row)), row, out);
  return (row, out) => {
    const start = column.starts[row] as number;
    const end = start + (column.lengths[row] as number);
    const { bytes } = column;
    if (end - start > shortLength) out.bytes(bytes.subarray(start, end));
    else for (let at = start; at < end; at++) out.byte(bytes[at] as number);
  };
}

function addressReader(column: Column): (row: number) => bigint {
  if (column.kind === 'bigint') return (row) => BigInt.asUintN(64, column.values[row] as bigint);
  if (column.kind === 'number') return (row) => BigInt((column.values[row] as number) >>> 0);
  throw new Error('only integers are addresses');
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function stringText(field: string, { batch }: CompileContext, put: PutText): WriteRow {
  const column = fieldColumn(batch, field);
  if (column === undefined) return () => {};
  if (column.kind === 'text' && put === putAsItIs) return textWriter(column, put);
  const bytesOf = bytesReader(column);
  return (row, out) => {
    const bytes = bytesOf(row);
    // Without any bytes, not even a NUL, libtraceevent leaves out the width too.
    if (bytes.length > 0) put(untilNul(bytes), row, out);
  };
}

function bitMaskText(column: Column, isCpuList: boolean, { batch }: CompileContext, put: PutText): WriteRow {
  const bytesOf = bytesReader(column);
  const isBigEndian = machineOrder(batch) === 'be';
  return (row, out) => put(encoder.encode(maskText(bytesOf(row), isBigEndian, isCpuList)), row, out);
}

/** A label's value; a name that the format does not say, and any negative number, is all ones, as libtraceevent has it. */
function labelValue({ value }: PrintLabel): bigint {
  if (value.kind === 'name') return enumeratorOf(value.name) ?? -1n;
  // libtraceevent counts with names as with 0: `1 << BTRFS_ORDERED_NOCOW` is 1.
  const known = constantExpression(value, 0n);
  if (known === undefined) throw new PrintFormatError('A label of flags has no value of its own.');
  return known < 0n ? -1n : known;
}

interface Label {
  readonly value: bigint;
  readonly text: Uint8Array;
}

/** A label counts where all of its bits are set; bits without one are a number behind the others. */
function flagsText(
  expression: Expression & { kind: 'flags' },
  context: CompileContext,
  put: PutText,
): WriteRow {
  const labels = expression.labels.map(
    (one): Label => ({ value: labelValue(one), text: encoder.encode(one.label) }),
  );
  const separator = encoder.encode(expression.separator);
  const value = compileNumber(expression.value, context);
  return remembered(value, put, (flags, row, out) => {
    let rest = BigInt.asIntN(64, flags);
    let isFirst = true;
    for (const { value: bits, text } of labels) {
      if (rest === 0n && bits < 0n) {
        put(text, row, out);
        break;
      }
      if (bits <= 0n || (rest & bits) !== bits) continue;
      if (!isFirst) out.bytes(separator);
      put(text, row, out);
      isFirst = false;
      rest &= ~bits;
    }
    if (rest === 0n) return;
    if (!isFirst) out.bytes(separator);
    out.ascii(`0x${BigInt.asUintN(64, rest).toString(16)}`);
  });
}

/** The first label of the value; a value without one is a number. */
function symbolicText(
  expression: Expression & { kind: 'symbolic' },
  context: CompileContext,
  put: PutText,
): WriteRow {
  const texts = new Map<bigint, Uint8Array>();
  for (const one of expression.labels) {
    const value = BigInt.asUintN(64, labelValue(one));
    if (!texts.has(value)) texts.set(value, encoder.encode(one.label));
  }
  return remembered(compileNumber(expression.value, context), put, (value, row, out) => {
    const text = texts.get(value);
    if (text === undefined) out.ascii(`0x${value.toString(16)}`);
    else put(text, row, out);
  });
}

/** Values of flags and enumerations are few: the text of each is kept. */
const rememberedMax = 1024;

function remembered(
  value: Numeric,
  put: PutText,
  write: (value: bigint, row: number, out: ByteWriter) => void,
): WriteRow {
  const texts = new Map<number | bigint, Uint8Array>();
  const { read } = value;
  // A width may be another for each record.
  if (put !== putAsItIs) return (row, out) => write(BigInt.asUintN(64, BigInt(read(row))), row, out);
  const scratch = new Scratch();
  return (row, out) => {
    const key = read(row);
    let text = texts.get(key);
    if (text === undefined) {
      text = scratch.textOf((to) => write(BigInt.asUintN(64, BigInt(key)), row, to)).slice();
      if (texts.size < rememberedMax) texts.set(key, text);
    }
    out.bytes(text);
  };
}

function hexText(expression: Expression & { kind: 'hex' }, context: CompileContext): WriteRow {
  const bytesOf = bytesReader(arrayColumn(expression.bytes, context));
  const count = asCount(compileNumber(expression.count, context), countMax);
  const { separator } = expression;
  return (row, out) => {
    const bytes = bytesOf(row);
    writeHex(bytes.subarray(0, Math.min(bytes.length, count(row))), separator, out);
  };
}

export function writeHex(bytes: Uint8Array, separator: string, out: ByteWriter): void {
  for (let index = 0; index < bytes.length; index++) {
    if (index > 0) out.ascii(separator);
    out.ascii((bytes[index] as number).toString(16).padStart(2, '0'));
  }
}

function listText(expression: Expression & { kind: 'list' }, context: CompileContext): WriteRow {
  const column = arrayColumn(expression.array, context);
  const bytesOf = bytesReader(column);
  const isLittle = machineOrder(context.batch) === 'le';
  const count = asCount(compileNumber(expression.count, context), countMax);
  const size = asCount(compileNumber(expression.elementSize, context), 9);
  return (row, out) => {
    const bytes = bytesOf(row);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const elementBytes = size(row);
    const isKnown = elementBytes === 1 || elementBytes === 2 || elementBytes === 4 || elementBytes === 8;
    const step = isKnown ? elementBytes : 1;
    const end = Math.min(count(row), Math.floor(bytes.length / step));
    for (let index = 0; index < end; index++) {
      if (index > 0) out.ascii(' ');
      const at = index * step;
      if (!isKnown) out.ascii(`BAD SIZE:${elementBytes} 0x${view.getUint8(at).toString(16)}`);
      else if (step === 8) out.decimal(view.getBigUint64(at, isLittle));
      else if (step === 4) out.decimal(view.getUint32(at, isLittle));
      else out.decimal(step === 2 ? view.getUint16(at, isLittle) : view.getUint8(at));
    }
  };
}

/** @throws PrintFormatError where it is no field */
export function arrayColumn(expression: Expression, context: CompileContext): Column {
  let inner = expression;
  while (inner.kind === 'cast' || inner.kind === 'unary') inner = inner.operand;
  if (inner.kind === 'field') return columnOf(context, inner.name);
  if (inner.kind === 'array' || inner.kind === 'string') return columnOf(context, inner.field);
  throw new PrintFormatError('The bytes of something that is no field are asked for.');
}

function callText(expression: Expression & { kind: 'call' }, context: CompileContext): WriteRow {
  const known = knownFunctions.get(expression.name);
  if (known === undefined) throw new Error('only known functions are parsed');
  const values = expression.arguments.map((one) => asBigint(compileNumber(one, context)));
  return (row, out) =>
    known.write(
      values.map((read) => read(row)),
      out,
    );
}
