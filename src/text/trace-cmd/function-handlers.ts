/** ftrace's own events: functions, stacks and raw data (libtraceevent's plugin_function.c). */
import type { ClassBatch } from '../../events/batch.ts';
import { cpuReader } from '../../events/text/recorded.ts';
import { bytesReader, fieldColumn, machineOrder } from '../../tracepoints/print-format/fields.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { numberReader, unsignedReader } from './handler-fields.ts';
import type { Handler, HandlerContext } from './handlers.ts';

export const functionHandlers: readonly (readonly [string, Handler])[] = [
  ['ftrace:function', functionText],
  ['ftrace:func_repeats', repeatsText],
  ['ftrace:kernel_stack', stackText],
  ['ftrace:raw_data', rawDataText],
];

const callIndent = '   ';

/** `   vfs_read`, with an indentation for each of its callers that is known. */
function functionText(batch: ClassBatch, { kernel, calls }: HandlerContext): WriteRow | undefined {
  const ip = unsignedReader(batch, 'ip');
  const parent = unsignedReader(batch, 'parent_ip');
  if (ip === undefined || parent === undefined) return undefined;
  const cpuAt = cpuReader(batch);
  return (row, out) => {
    const address = ip(row);
    const called = kernel.symbolAt(address)?.name;
    const caller = kernel.symbolAt(parent(row))?.name;
    const depth = caller === undefined ? 0 : calls.enter(cpuAt(row), caller, called);
    out.ascii(callIndent.repeat(depth));
    out.text(called ?? `0x${address.toString(16)}`);
  };
}

/** `vfs_read (count: 7  last_ts:     5.000019500)`: how often it was called again, and when for the last time. */
function repeatsText(batch: ClassBatch, context: HandlerContext): WriteRow | undefined {
  const called = functionText(batch, context);
  const count = numberReader(batch, 'count');
  const upper = numberReader(batch, 'top_delta_ts');
  const lower = numberReader(batch, 'bottom_delta_ts');
  if (called === undefined || count === undefined || upper === undefined || lower === undefined)
    return undefined;
  return (row, out) => {
    called(row, out);
    out.ascii(` (count: ${count(row)}  last_ts: `);
    const agoNs = upper(row) * 2 ** 32 + lower(row);
    context.time.write((batch.timeNs[row] as number) - agoNs, out);
    out.ascii(')');
  };
}

/** `<stack trace >`, and a line for each address. */
function stackText(batch: ClassBatch, { kernel }: HandlerContext): WriteRow | undefined {
  const column = fieldColumn(batch, 'caller');
  if (column === undefined) return undefined;
  const bytesOf = bytesReader(column);
  const isLittle = machineOrder(batch) === 'le';
  const { longSizeBytes } = kernel;
  return (row, out) => {
    out.ascii('<stack trace >\n');
    const bytes = bytesOf(row);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + longSizeBytes <= bytes.length; at += longSizeBytes) {
      const address =
        longSizeBytes === 8 ? view.getBigUint64(at, isLittle) : BigInt(view.getUint32(at, isLittle));
      // What follows an address of all ones is nothing.
      if (BigInt.asIntN(longSizeBytes * 8, address) === -1n) break;
      const symbol = kernel.symbolAt(address);
      const hex = address.toString(16);
      out.text(symbol === undefined ? `=> ${hex}\n` : `=> ${symbol.name} (${hex})\n`);
    }
  };
}

/** `# 4d2 01 02 03`. */
function rawDataText(batch: ClassBatch): WriteRow | undefined {
  const id = unsignedReader(batch, 'id');
  const column = fieldColumn(batch, 'buf');
  if (id === undefined || column === undefined) return undefined;
  const bytesOf = bytesReader(column);
  return (row, out) => {
    out.ascii(`# ${id(row).toString(16)}`);
    for (const byte of bytesOf(row)) out.ascii(` ${byte.toString(16).padStart(2, '0')}`);
  };
}
