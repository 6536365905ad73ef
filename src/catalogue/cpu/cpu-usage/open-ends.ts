/** Times of CPUs of which it is not known what ran: they are said. */
import type { HealthKind } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';

const unknownTime: HealthKind = {
  code: 'cpu-time-unknown',
  severity: 'note',
  sentence: 'CPUs of which it is not known all the time what they ran: {count}',
  effect: 'threads that ran there meanwhile have more time than is said',
  advice:
    'a CPU without any sched_switch may have been idle all the time; else switches were lost, or the kernel does not record those from idle',
};

export function noteUnknown(state: State, { isFiltered, range, note }: Context): void {
  if (isFiltered || range === undefined) return;
  const open = state.cpus.all.filter(({ value }) => value.unknownNs > 0);
  const [first] = [...open].sort((a, b) => b.value.unknownNs - a.value.unknownNs);
  if (first === undefined) return;
  const part = (100 * first.value.unknownNs) / (range.endNs - range.beginNs);
  note(
    unknownTime,
    `CPU ${first.key} of ${first.model.host}`,
    `of it ${part.toFixed(1)} % of the time`,
    open.length,
  );
}
