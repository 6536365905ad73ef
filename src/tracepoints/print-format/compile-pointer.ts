/** printf's `%p` with the kernel's forms. */
import { type Column, isBlobColumn } from '../../events/columns.ts';
import type { KernelText } from '../../events/reader.ts';
import { ip4Text, ip6Text, macText, socketAddressText, uuidText } from './addresses.ts';
import { type CompileContext, compileNumber } from './compile-number.ts';
import { arrayColumn, compileText, writeHex } from './compile-text.ts';
import { type BytesReader, bytesReader, machineOrder } from './fields.ts';
import type { Size, WriteRow } from './integer-text.ts';
import { asBigint } from './numeric.ts';
import type { Conversion, Expression } from './syntax.ts';

const hexSeparators: { readonly [form: string]: string } = { h: ' ', hC: ':', hD: '-', hN: '' };

/** Widths mean nothing but to `%*ph`, where one says how many bytes there are. */
export function compilePointer(
  { pointerForm }: Conversion,
  expression: Expression,
  width: Size,
  context: CompileContext,
): WriteRow {
  if (expression.kind === 'call' && pointerForm !== '') return compileText(expression, context);
  switch (pointerForm[0]) {
    case 'S':
    case 's':
    case 'F':
    case 'f':
    case 'B':
      return symbolText(expression, pointerForm, context);
    case 'M':
    case 'm':
      return addressText(expression, context, (bytes) => macText(bytes, pointerForm));
    case 'I':
    case 'i':
      return addressText(expression, context, internetText(pointerForm, context));
    case 'U':
      return addressText(expression, context, (bytes) => uuidText(bytes, pointerForm));
    case 'h':
      return bytesText(expression, hexSeparators[pointerForm] ?? ' ', width, context);
    default:
      return pointerText(expression, context);
  }
}

function internetText(form: string, { batch }: CompileContext): (bytes: Uint8Array) => string {
  if (form[1] === '4') return (bytes) => ip4Text(bytes, form);
  if (form[1] === '6') return (bytes) => ip6Text(bytes, form);
  const isLittle = machineOrder(batch) === 'le';
  return (bytes) => socketAddressText(bytes, form, isLittle);
}

function addressText(
  expression: Expression,
  context: CompileContext,
  textOf: (bytes: Uint8Array) => string,
): WriteRow {
  const bytesOf = bytesOfArray(arrayColumn(expression, context));
  return (row, out) => out.ascii(textOf(bytesOf(row)));
}

/** Of a text, whose bytes end at the first NUL, the zeros that its place has behind it are put back. */
function bytesOfArray(column: Column): BytesReader {
  const bytesOf = bytesReader(column);
  if (column.kind !== 'text' || isBlobColumn(column)) return bytesOf;
  if (column.type.kind !== 'array' || column.type.length.kind !== 'fixed') return bytesOf;
  const whole = new Uint8Array(column.type.length.count);
  return (row) => {
    whole.fill(0);
    whole.set(bytesOf(row).subarray(0, whole.length));
    return whole;
  };
}

/** `%*ph`; without a width one byte is printed. */
function bytesText(
  expression: Expression,
  separator: string,
  width: Size,
  context: CompileContext,
): WriteRow {
  const bytesOf = bytesReader(arrayColumn(expression, context));
  return (row, out) => {
    const count = typeof width === 'function' ? width(row) : (width ?? 1);
    writeHex(bytesOf(row).subarray(0, Math.max(0, count)), separator, out);
  };
}

/** glibc's: `0x…`, or `(nil)`. */
function pointerText(expression: Expression, context: CompileContext): WriteRow {
  const read = asBigint(compileNumber(expression, context));
  return (row, out) => {
    const value = read(row);
    out.ascii(value === 0n ? '(nil)' : `0x${value.toString(16)}`);
  };
}

/** Symbols that a format prints again and again are found once. */
const rememberedMax = 4096;

/** `symbol`, or `symbol+0x10` for `S`, `F` and `B`; the address where it is in no symbol. */
function symbolText(expression: Expression, form: string, { kernel, batch }: CompileContext): WriteRow {
  const read = asBigint(compileNumber(expression, { kernel, batch }));
  const hasOffset = form !== 's' && form !== 'f';
  const texts = new Map<bigint, string>();
  return (row, out) => {
    const address = read(row);
    let text = texts.get(address);
    if (text === undefined) {
      text = symbolOf(kernel, address, hasOffset);
      if (texts.size < rememberedMax) texts.set(address, text);
    }
    out.text(text);
  };
}

export function symbolOf(kernel: KernelText, address: bigint, hasOffset: boolean): string {
  const symbol = kernel.symbolAt(address);
  if (symbol === undefined) return `0x${address.toString(16)}`;
  return hasOffset ? `${symbol.name}+0x${symbol.offset.toString(16)}` : symbol.name;
}
