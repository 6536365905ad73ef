/** `hrtimer=0xffff… now=1643168014436 function=tick_nohz_handler/0x0` (libtraceevent's plugin_hrtimer.c). */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import { inTurn, unsignedReader, words } from './handler-fields.ts';
import type { Handler, HandlerContext } from './handlers.ts';

export const timerHandlers: readonly (readonly [string, Handler])[] = [
  ['timer:hrtimer_expire_entry', expireText],
  ['timer:hrtimer_start', startText],
];

function expireText(batch: ClassBatch, { kernel }: HandlerContext): WriteRow | undefined {
  return inTurn(timerText(batch), numberText(batch, 'now'), functionText(batch, kernel));
}

function startText(batch: ClassBatch, { kernel }: HandlerContext): WriteRow | undefined {
  return inTurn(
    timerText(batch),
    functionText(batch, kernel),
    numberText(batch, 'expires'),
    numberText(batch, 'softexpires'),
  );
}

function timerText(batch: ClassBatch): WriteRow {
  const timer = unsignedReader(batch, 'timer', 'hrtimer');
  if (timer === undefined) return missing(batch, 'hrtimer', 'hrtimer=');
  return (row, out) => out.ascii(`hrtimer=0x${timer(row).toString(16)}`);
}

function numberText(batch: ClassBatch, name: string): WriteRow {
  const read = unsignedReader(batch, name);
  if (read === undefined) return missing(batch, name, ` ${name}=`);
  return (row, out) => {
    out.ascii(` ${name}=`);
    out.ascii(String(read(row)));
  };
}

function missing(batch: ClassBatch, field: string, lead: string): WriteRow {
  const { name } = batch.eventClass;
  return words(`${lead}CAN'T FIND FIELD "${field}" IN EVENT "${name.slice(name.indexOf(':') + 1)}"`);
}

/** How far the function's beginning is from the address, which is never behind it. */
function functionText(batch: ClassBatch, kernel: KernelText): WriteRow | undefined {
  const read = unsignedReader(batch, 'function');
  if (read === undefined) return undefined;
  return (row, out) => {
    const address = read(row);
    const symbol = kernel.symbolAt(address);
    if (symbol === undefined) out.ascii(` function=0x${address.toString(16).padStart(8, '0')}`);
    else out.text(` function=${symbol.name}/0x${BigInt.asUintN(64, -symbol.offset).toString(16)}`);
  };
}
