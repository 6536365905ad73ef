/** Beginnings and ends of waits for locks of the kernel. */
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, numberAt, timeAt } from './feed.ts';

export const lockInputs: ModelInputs = {
  contention_begin: input('contention_begin', ['lock_addr', 'flags'], (model, event, row, tid) => {
    const lock = numberAt(event, 'lock_addr', row);
    const [flags, cpu] = [numberAt(event, 'flags', row), cpuAt(event, row)];
    model.locks.begin(tid, lock, flags, cpu, timeAt(event, row));
    return 0;
  }),
  contention_end: input('contention_end', ['lock_addr', 'ret'], (model, event, row, tid) => {
    const lock = numberAt(event, 'lock_addr', row);
    return model.locks.end(tid, lock, numberAt(event, 'ret', row), cpuAt(event, row), timeAt(event, row));
  }),
};
