/**
 * The text of a tracepoint's records as its `print fmt` says, compiled once for each class as its records are delivered.
 *
 * Numbers, flags and addresses print as libtraceevent prints them, which trace-cmd and perf use, not always as the kernel would: fields
 * are read without their sign, and values of flags that no label names stand in hexadecimal behind those that one does. What
 * libtraceevent can't follow and the format says clearly (`%c`, `a ?: b`, `&REC->field`) prints as the kernel would.
 */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import { compileBinaryPrintk } from './binary-printk.ts';
import { type CompileContext, compileNumber } from './compile-number.ts';
import { compilePointer } from './compile-pointer.ts';
import { compileText } from './compile-text.ts';
import { compileInteger, type Size, sizeOf, type WriteRow, writePadded } from './integer-text.ts';
import { asCount, lowBits } from './numeric.ts';
import { parsePrintFormat } from './parse-print-format.ts';
import { compileRawFields } from './raw-fields.ts';
import { type Conversion, type Expression, PrintFormatError, type PrintPiece } from './syntax.ts';

export type { WriteRow } from './integer-text.ts';

/**
 * Writes a row's text, without a line end of its own; the format's may have some. A format that is not understood gives
 * `[FAILED TO PARSE]` and the fields.
 */
export function compilePrintFormat(kernel: KernelText, batch: ClassBatch): WriteRow {
  const { name } = batch.eventClass;
  if (name === 'ftrace:bprint') {
    const write = compileBinaryPrintk(kernel, batch);
    if (write !== undefined) return write;
  }
  const fields = name.startsWith('ftrace:') ? (batch.scopes.get('payload')?.names ?? []) : [];
  const parsed = parsePrintFormat(kernel.printFormat, kernel.longSizeBytes, fields);
  if (parsed.kind === 'failed') return failed(kernel, batch);
  try {
    const writers = parsed.pieces.map((piece) => compilePiece(piece, { kernel, batch }));
    return sequence(writers);
  } catch (error) {
    if (!(error instanceof PrintFormatError)) throw error;
    return failed(kernel, batch);
  }
}

/** The same text for every row. Short as it is, it is sooner written letter by letter than copied. */
export function literalText(text: string): WriteRow {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return (_, out) => out.text(text);
  }
  return (_, out) => out.ascii(text);
}

function failed(kernel: KernelText, batch: ClassBatch): WriteRow {
  const fields = compileRawFields(batch, kernel);
  return (row, out) => {
    out.ascii('[FAILED TO PARSE]');
    fields(row, out);
  };
}

function sequence(writers: readonly WriteRow[]): WriteRow {
  return (row, out) => {
    for (let index = 0; index < writers.length; index++) (writers[index] as WriteRow)(row, out);
  };
}

function compilePiece(piece: PrintPiece, context: CompileContext): WriteRow {
  if (piece.kind === 'literal') {
    return literalText(piece.text);
  }
  const { conversion, value } = piece;
  const width = sizeIn(conversion.width, piece.width, context);
  const precision = sizeIn(conversion.precision, piece.precision, context);
  switch (conversion.letter) {
    case 's':
      if (width === undefined && precision === undefined) return compileText(value, context);
      return compileText(value, context, (bytes, row, out) =>
        writePadded(bytes, conversion.flags, width, precision, row, out),
      );
    case 'p':
      return compilePointer(conversion, value, width, context);
    case 'c':
      return characterText(conversion, value, width, context);
    default:
      return compileInteger(conversion, compileNumber(value, context), width, precision);
  }
}

function sizeIn(
  size: number | 'argument' | undefined,
  argument: Expression | undefined,
  context: CompileContext,
): Size {
  if (size !== 'argument' || argument === undefined) return size === 'argument' ? undefined : size;
  return sizeOf(compileNumber(argument, context));
}

function characterText(
  { flags }: Conversion,
  value: Expression,
  width: Size,
  context: CompileContext,
): WriteRow {
  const code = asCount(lowBits(compileNumber(value, context), 8), 255);
  const byte = new Uint8Array(1);
  return (row, out) => {
    byte[0] = code(row);
    writePadded(byte, flags, width, undefined, row, out);
  };
}
