/** What is to be known of samples beside what was lost. */
import type { HealthKind } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';

const skid: HealthKind = {
  code: 'skid',
  severity: 'note',
  sentence: '{count} {sample|samples} may lie a little behind where the event happened',
  effect:
    'The processor went on until the interrupt came: an instruction, or a small function, may be charged for the one before it, and code of the kernel that runs with interrupts off for where it turns them on.',
  advice: 'Where the processor can, ask for exact places: perf record -e cycles:pp.',
};

export function noteSkid({ inexactCount }: State, context: Context): void {
  if (inexactCount === 0) return;
  context.note(skid, 'all of them', 'The record does not say that its address is exact.', inexactCount);
}
