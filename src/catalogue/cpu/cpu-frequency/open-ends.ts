/** Times of CPUs of which the frequency is not known: they are said. */
import type { HealthKind } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';

const unknownFrequency: HealthKind = {
  code: 'cpu-frequency-unknown',
  severity: 'note',
  sentence: 'CPUs whose frequency is not known all the time: {count}',
  effect: 'that time is in no frequency and no mean',
  advice:
    'before its first change, the frequency of a CPU is not in a trace: record for longer than it stays the same',
};

export function noteUnknown({ cpus }: State, { isFiltered, range, note }: Context): void {
  if (isFiltered || range === undefined) return;
  const open = cpus.all.filter(({ value }) => value.unknownNs > 0);
  const [first] = [...open].sort((a, b) => b.value.unknownNs - a.value.unknownNs);
  if (first === undefined) return;
  const part = (100 * first.value.unknownNs) / (range.endNs - range.beginNs);
  note(
    unknownFrequency,
    `CPU ${first.key} of ${first.model.host}`,
    `of it ${part.toFixed(1)} % of the time`,
    open.length,
  );
}
