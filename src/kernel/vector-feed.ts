/** Interrupts among CPUs and of their timers: entries and exits, who sent them, and the functions that they call. */
import type { AnyView, ExactView } from '../vocabulary/view.ts';
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, known, numberAt, textAt, timeAt } from './feed.ts';
import type { KernelModel } from './model.ts';

/** By the tracepoint's name, or in the kernel's own words: 0 where neither was recorded. */
function nameAt({ functions }: KernelModel, event: AnyView, row: number): number {
  const name = textAt(event, 'name', row);
  return name === 0 ? functions.textAt(numberAt(event, 'reason', row), event.eventClass) : name;
}

/** The CPUs whose bits are set in words of the kernel's `long`. */
function* targetsAt({ fields, eventClass }: AnyView, row: number): Generator<number> {
  const mask = fields['target_cpus'] as ExactView;
  const wordBits = 8 * (eventClass.kernelText?.longSizeBytes ?? 8);
  const [from, to] = [mask.startOf(row), mask.endOf(row)];
  for (let at = from; at < to; at++) {
    for (let bits = mask.values[at] as bigint, cpu = (at - from) * wordBits; bits !== 0n; bits >>= 1n, cpu++)
      if ((bits & 1n) === 1n) yield cpu;
  }
}

export const vectorInputs: ModelInputs = {
  vector_entry: input('vector_entry', ['vector', 'name', 'reason'], (model, event, row) => {
    const name = nameAt(model, event, row);
    model.vectors.entered(cpuAt(event, row), name, known(event, 'vector', row), timeAt(event, row));
    return 0;
  }),
  vector_exit: input('vector_exit', ['name', 'reason'], (model, event, row, tid) =>
    model.vectors.exited(cpuAt(event, row), nameAt(model, event, row), tid, timeAt(event, row)),
  ),
  ipi_send_cpu: input('ipi_send_cpu', ['target_cpu', 'callback'], (model, event, row, tid) => {
    const [target, callback] = [known(event, 'target_cpu', row), numberAt(event, 'callback', row)];
    model.vectors.sent(target, callback, cpuAt(event, row), tid, timeAt(event, row));
    return 0;
  }),
  ipi_send_cpumask: input('ipi_send_cpumask', ['target_cpus', 'callback'], (model, event, row, tid) => {
    const callback = numberAt(event, 'callback', row);
    for (const target of targetsAt(event, row))
      model.vectors.sent(target, callback, cpuAt(event, row), tid, timeAt(event, row));
    return 0;
  }),
  ipi_raise: input('ipi_raise', ['target_cpus', 'reason'], (model, event, row, tid) => {
    const reason = model.functions.textAt(numberAt(event, 'reason', row), event.eventClass);
    for (const target of targetsAt(event, row))
      model.vectors.raised(target, reason, cpuAt(event, row), tid, timeAt(event, row));
    return 0;
  }),
  csd_queue_cpu: input('csd_queue_cpu', ['csd'], (model, event, row, tid) => {
    model.vectors.functionQueued(numberAt(event, 'csd', row), cpuAt(event, row), tid, timeAt(event, row));
    return 0;
  }),
  csd_function_entry: input(
    'csd_function_entry',
    ['csd', 'function', 'function_name'],
    (model, event, row) => {
      const seen = model.functions.of(event, row);
      model.vectors.functionCalled(numberAt(event, 'csd', row), cpuAt(event, row), seen);
      return 0;
    },
  ),
};
