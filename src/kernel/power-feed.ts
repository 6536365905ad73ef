/** Sleep and frequencies of CPUs: each event says which CPU it is about. */
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, known, numberAt, timeAt } from './feed.ts';

export const idleInputs: ModelInputs = {
  cpu_idle: input('cpu_idle', ['state', 'cpu_id'], (model, event, row) => {
    const cpu = known(event, 'cpu_id', row);
    const state = numberAt(event, 'state', row);
    return model.power.idled(cpu < 0 ? cpuAt(event, row) : cpu, state, timeAt(event, row));
  }),
};

export const frequencyInputs: ModelInputs = {
  cpu_frequency: input('cpu_frequency', ['state', 'cpu_id'], (model, event, row, tid) => {
    const cpu = known(event, 'cpu_id', row);
    const kHz = numberAt(event, 'state', row);
    return model.power.frequencySet(cpu < 0 ? cpuAt(event, row) : cpu, kHz, tid, timeAt(event, row));
  }),
};
