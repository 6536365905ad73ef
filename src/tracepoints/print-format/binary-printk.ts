/**
 * `ftrace:bprint`, what `trace_printk` writes: the address of a format string and the bytes of its arguments (kernel's lib/vsprintf.c,
 * `vbin_printf`).
 *
 *   ip │ fmt ──▶ "fig: cpu=%d gid=%s\n" │ buf: 05 00 00 00 │ 'a' 'b' 00 …
 *
 * Integers begin at multiples of 4 bytes; texts, and forms of `%p` that the kernel resolves itself, are text up to a NUL.
 */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import { symbolOf } from './compile-pointer.ts';
import { partsOf } from './conversions.ts';
import { bytesReader, fieldColumn, machineOrder, numericOf } from './fields.ts';
import { compileInteger, type WriteRow, writePadded } from './integer-text.ts';
import { asBigint, constant } from './numeric.ts';
import type { Conversion } from './syntax.ts';

const encoder = new TextEncoder();
const colon = encoder.encode(': ');
const noBytes = new Uint8Array(0);

/** Where the next argument is. */
interface Arguments {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}
type Part = Uint8Array | ((from: Arguments, out: ByteWriter) => void);

/** Undefined where the class has not the fields that it should have. */
export function compileBinaryPrintk(kernel: KernelText, batch: ClassBatch): WriteRow | undefined {
  const [ip, fmt, buf] = ['ip', 'fmt', 'buf'].map((name) => fieldColumn(batch, name));
  if (ip === undefined || fmt === undefined || buf === undefined) return undefined;
  const ipAt = asBigint(numericOf(ip));
  const formatAt = asBigint(numericOf(fmt));
  const bytesOf = bytesReader(buf);
  const isLittle = machineOrder(batch) === 'le';
  const formats = new Map<bigint, readonly Part[]>();
  return (row, out) => {
    out.text(symbolOf(kernel, ipAt(row), false));
    out.bytes(colon);
    const address = formatAt(row);
    let parts = formats.get(address);
    if (parts === undefined) {
      parts = partsAt(kernel, address, isLittle);
      formats.set(address, parts);
    }
    const bytes = bytesOf(row);
    const from = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 0 };
    for (const part of parts) {
      if (typeof part === 'function') part(from, out);
      else out.bytes(part);
    }
  };
}

function partsAt(kernel: KernelText, address: bigint, isLittle: boolean): readonly Part[] {
  const format = kernel.stringAt(address);
  if (format === undefined) return [encoder.encode(`(NO FORMAT FOUND at ${address.toString(16)})`)];
  return partsOf(format.replace(/\n$/, '')).map((part) =>
    typeof part === 'string' ? encoder.encode(part) : compileArgument(part, kernel, isLittle),
  );
}

function compileArgument(conversion: Conversion, kernel: KernelText, isLittle: boolean): Part {
  const sizeOf = (size: number | 'argument' | undefined, from: Arguments): number | undefined =>
    size === 'argument' ? Number(takeInteger(from, 4, isLittle)) | 0 : size;
  const writeValue = writerOf(conversion, kernel, isLittle);
  return (from, out) => {
    const width = sizeOf(conversion.width, from);
    const precision = sizeOf(conversion.precision, from);
    writeValue(from, width, precision, out);
  };
}

type WriteValue = (
  from: Arguments,
  width: number | undefined,
  precision: number | undefined,
  out: ByteWriter,
) => void;

function writerOf(conversion: Conversion, kernel: KernelText, isLittle: boolean): WriteValue {
  const { letter, pointerForm, flags, length } = conversion;
  const { longSizeBytes } = kernel;
  if (letter === 's' || (letter === 'p' && !/^[sSfFB]?$/.test(pointerForm)))
    return (from, width, precision, out) => writePadded(takeText(from), flags, width, precision, 0, out);
  if (letter === 'p') return symbolWriter(pointerForm, kernel, isLittle);
  if (letter === 'c') return (from, _, __, out) => out.byte(Number(takeInteger(from, 1, isLittle)));
  const sizeBytes = length >= 2 ? 8 : length === 1 ? longSizeBytes : 4;
  return (from, width, precision, out) => {
    const value = constant(takeInteger(from, sizeBytes, isLittle));
    compileInteger(conversion, value, width, precision)(0, out);
  };
}

function symbolWriter(form: string, kernel: KernelText, isLittle: boolean): WriteValue {
  return (from, _, __, out) => {
    const address = takeInteger(from, kernel.longSizeBytes, isLittle);
    if (form !== '') out.text(symbolOf(kernel, address, form !== 's' && form !== 'f'));
    else out.ascii(address === 0n ? '(nil)' : `0x${address.toString(16)}`);
  };
}

/** Beyond the end of the arguments all are 0. */
function takeInteger(from: Arguments, sizeBytes: number, isLittle: boolean): bigint {
  const at = sizeBytes === 1 ? from.at : (from.at + 3) & ~3;
  from.at = at + sizeBytes;
  if (from.at > from.bytes.length) return 0n;
  if (sizeBytes === 1) return BigInt(from.view.getUint8(at));
  return sizeBytes === 4 ? BigInt(from.view.getUint32(at, isLittle)) : from.view.getBigUint64(at, isLittle);
}

function takeText(from: Arguments): Uint8Array {
  if (from.at >= from.bytes.length) return noBytes;
  const end = from.bytes.indexOf(0, from.at);
  const text = from.bytes.subarray(from.at, end < 0 ? undefined : end);
  from.at += text.length + 1;
  return text;
}
