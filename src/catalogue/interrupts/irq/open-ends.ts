/** Interrupts of which only one end is in the trace: they have no duration, so they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const withoutEntry: HealthKind = {
  code: 'irq-exits-without-entry',
  severity: 'note',
  sentence: 'Interrupts that ended without a recorded beginning: {count}',
  effect: 'they are in no count and no duration',
  advice:
    'one for each CPU that was in an interrupt when recording began is normal; more of them mean lost events',
};

const lostExits: HealthKind = {
  code: 'irq-exits-lost',
  severity: 'note',
  sentence: 'Interrupts without a recorded end though their CPU went on: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record with larger buffers, or fewer events',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, interrupts, vectors } of context.models) {
    const exitCount = interrupts.exitWithoutEntryCount + vectors.exitWithoutEntryCount;
    if (exitCount > 0) context.note(withoutEntry, host, 'an exit came first', exitCount);
    const lostCount = interrupts.lostExitCount + vectors.lostExitCount;
    if (lostCount > 0) context.note(lostExits, host, 'another entry followed', lostCount);
  }
}
