/** Samples, and what is mapped where they are taken. */
import type { AnyView, ExactView } from '../vocabulary/view.ts';
import { cpuAt, input, known, type ModelInputs, numberAt, textAt, timeAt } from './feed.ts';
import { mapRecord } from './mapping-records.ts';
import { endOf, kernelPid } from './mappings.ts';

/** The first of a field's integers, 0 where there is none. */
function exactAt(event: AnyView, field: string, row: number): bigint {
  const view = event.fields[field] as ExactView;
  const start = view.startOf(row);
  return start < view.endOf(row) ? (view.values[start] as bigint) : 0n;
}

export const sampleInputs: ModelInputs = {
  sample: input('sample', ['ip', 'callchain', 'period', 'misc'], ({ samples }, event, row, tid) => {
    const period = known(event, 'period', row);
    const chain = event.fields['callchain'] as ExactView;
    const record = {
      tid,
      pid: event.pid[row] as number,
      cpu: cpuAt(event, row),
      timeNs: timeAt(event, row),
      eventClass: event.eventClass,
      // Without a period a sample stands for itself.
      period: period < 0 ? 1 : period,
      misc: numberAt(event, 'misc', row),
      ip: exactAt(event, 'ip', row),
    };
    return samples.take(record, chain.values, chain.startOf(row), chain.endOf(row));
  }),
  memory_mapped: input(
    'memory_mapped',
    ['task_pid', 'addr', 'length', 'page_offset', 'filename', 'misc'],
    ({ samples, names }, event, row) => {
      const owner = mapRecord(samples.mappings, {
        misc: numberAt(event, 'misc', row),
        pid: known(event, 'task_pid', row),
        start: exactAt(event, 'addr', row),
        sizeBytes: exactAt(event, 'length', row),
        offsetBytes: exactAt(event, 'page_offset', row),
        file: names.text(textAt(event, 'filename', row)),
      });
      samples.forget(owner);
      return 0;
    },
  ),
  kernel_symbol: input(
    'kernel_symbol',
    ['addr', 'length', 'flags', 'name'],
    ({ samples, names }, event, row) => {
      // Where it was nothing else comes, until another such record says so.
      if ((numberAt(event, 'flags', row) & 1) !== 0) return 0;
      const start = exactAt(event, 'addr', row);
      const name = names.text(textAt(event, 'name', row));
      const end = endOf(start, BigInt(Math.max(0, known(event, 'length', row))));
      samples.mappings.map(kernelPid, { start, end, shift: 0n, file: name, symbol: name });
      samples.forget(kernelPid);
      return 0;
    },
  ),
  sched_process_fork: input(
    'sched_process_fork',
    ['parent_tid', 'parent_pid', 'child_tid', 'child_pid'],
    ({ samples, tasks }, event, row) => {
      const parent = known(event, 'parent_pid', row);
      const parentPid = parent < 0 ? tasks.pidOf(known(event, 'parent_tid', row)) : parent;
      const child = known(event, 'child_pid', row);
      // A tracepoint does not say of what process the new thread is: no harm if it is its parent's.
      const pid = child < 0 ? known(event, 'child_tid', row) : child;
      if (pid === parentPid || parentPid < 0) return 0;
      samples.mappings.fork(pid, parentPid);
      samples.forget(pid);
      return 0;
    },
  ),
};
