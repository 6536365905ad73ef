/** Losses that are records themselves (perf). Those that streams tell beside their records are told by whoever reads them. */
import { vocabulary } from '../vocabulary/events.ts';
import type { ModelInputs } from './feed.ts';
import { cpuAt, input, timeAt } from './feed.ts';
import { recordsLost, recordsResumed } from './losses.ts';

const allEvents: ReadonlySet<string> = new Set(Object.keys(vocabulary));

export const lossInputs: ModelInputs = {
  // It comes with the first record behind the loss.
  events_lost: input('events_lost', [], (model, event, row) => {
    const cpu = cpuAt(event, row);
    const stream = { index: event.stream, cpu, events: allEvents };
    const transitions = recordsLost(model, stream, model.cpus.evidenceNs(cpu));
    recordsResumed(model, stream, timeAt(event, row));
    return transitions;
  }),
};
