/** `bash:3949 [120] S ==> rcu_preempt:15 [120]`, `wl:3952 [120] CPU:000` (libtraceevent's plugin_sched_switch.c). */
import type { ClassBatch } from '../../events/batch.ts';
import type { KernelText } from '../../events/reader.ts';
import type { ByteWriter } from '../../events/text/byte-writer.ts';
import type { WriteRow } from '../../tracepoints/print-format/print-format.ts';
import type { CommandNames } from './command-names.ts';
import { bytesOfText, inTurn, numberReader, words } from './handler-fields.ts';
import type { Handler, HandlerContext } from './handlers.ts';

export const schedulerHandlers: readonly (readonly [string, Handler])[] = [
  ['sched:sched_switch', switchText],
  ['sched:sched_wakeup', wakeupText],
  ['sched:sched_wakeup_new', wakeupText],
];

const decoder = new TextDecoder();
/** By bit; a thread without one can run. */
const states = 'SDTtZXxW';

function switchText(batch: ClassBatch, { kernel, names }: HandlerContext): WriteRow | undefined {
  const previous = taskText(batch, 'prev_', kernel, names);
  const next = taskText(batch, 'next_', kernel, names);
  if (previous === undefined || next === undefined) return undefined;
  const state = numberReader(batch, 'prev_state');
  return inTurn(
    previous,
    words(' '),
    priority(batch, 'prev_prio', '[', '] '),
    state && ((row, out) => writeState(state(row), out)),
    words(' ==> '),
    next,
    priority(batch, 'next_prio', ' [', ']'),
  );
}

function wakeupText(batch: ClassBatch, { kernel, names }: HandlerContext): WriteRow | undefined {
  const task = taskText(batch, '', kernel, names);
  if (task === undefined) return undefined;
  const prio = numberReader(batch, 'prio');
  const success = numberReader(batch, 'success');
  const cpu = numberReader(batch, 'target_cpu');
  return inTurn(
    task,
    prio && ((row, out) => out.ascii(` [${prio(row)}]`)),
    success && ((row, out) => out.ascii(` success=${success(row)}`)),
    cpu && ((row, out) => out.ascii(` CPU:${String(cpu(row)).padStart(3, '0')}`)),
  );
}

/** `bash:3949`; what a thread is called here is remembered. */
function taskText(
  batch: ClassBatch,
  lead: string,
  kernel: KernelText,
  names: CommandNames,
): WriteRow | undefined {
  const tid = numberReader(batch, `${lead}pid`);
  const comm = bytesOfText(batch, `${lead}comm`);
  if (tid === undefined) return undefined;
  const known = new Set<number>();
  return (row, out) => {
    const thread = tid(row);
    if (comm !== undefined) {
      const bytes = comm(row);
      out.bytes(bytes);
      out.ascii(':');
      if (!known.has(thread)) {
        known.add(thread);
        names.meet(thread, decoder.decode(bytes), kernel);
      }
    }
    out.decimal(thread);
  };
}

function priority(batch: ClassBatch, name: string, before: string, after: string): WriteRow | undefined {
  const prio = numberReader(batch, name);
  return prio && ((row, out) => out.ascii(`${before}${prio(row) | 0}${after}`));
}

function writeState(state: number, out: ByteWriter): void {
  let isFirst = true;
  for (let bit = 0; bit < states.length; bit++) {
    if (((state >>> bit) & 1) === 0) continue;
    if (!isFirst) out.ascii('|');
    out.byte(states.charCodeAt(bit));
    isFirst = false;
  }
  if (isFirst) out.ascii('R');
}
