/** Times of CPUs of which it is not known whether they slept: they are said. */
import type { HealthKind } from '../../../results/index.ts';
import type { Account, Context } from './analysis.ts';

const unknownSleep: HealthKind = {
  code: 'cpu-sleep-unknown',
  severity: 'note',
  sentence: 'CPUs of which it is not known all the time whether they slept: {count}',
  effect: 'they may have slept longer than is said',
  advice:
    'a CPU without any cpu_idle or sched_switch may have slept, or worked, all the time; else events were lost, or the kernel does not record those of an idle CPU',
};

const inferredSleep: HealthKind = {
  code: 'cpu-sleep-from-switches',
  severity: 'note',
  sentence: 'Hosts of which cpu_idle was to be recorded and never was: {count}',
  effect: 'sleeps are the times of the idle threads, and how deep they are is unknown',
  advice: 'some virtual machines never record cpu_idle; on others its CPUs were never idle',
};

export function noteInferred({ models, note }: Context): void {
  note(inferredSleep, models[0]?.host ?? '', 'their idle threads say it', models.length);
}

export function noteUnknown({ cpus }: Account, { isFiltered, range, note }: Context): void {
  if (isFiltered || range === undefined) return;
  const open = cpus.all.filter(({ value }) => value.time.unknownNs > 0);
  const [first] = [...open].sort((a, b) => b.value.time.unknownNs - a.value.time.unknownNs);
  if (first === undefined) return;
  const part = (100 * first.value.time.unknownNs) / (range.endNs - range.beginNs);
  note(
    unknownSleep,
    `CPU ${first.key} of ${first.model.host}`,
    `of it ${part.toFixed(1)} % of the time`,
    open.length,
  );
}
