/** Runs of which only one end is in the trace: they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const withoutEntry: HealthKind = {
  code: 'timer-exits-without-entry',
  severity: 'note',
  sentence: 'Functions of timers that ended without a recorded beginning: {count}',
  effect: 'they are in no count and no duration',
  advice:
    'a filter that keeps only some of the beginnings does this; more of them than expected mean lost events',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, timers } of context.models) {
    const count = timers.exitWithoutEntryCount;
    if (count > 0) context.note(withoutEntry, host, 'an end came first', count);
  }
}
