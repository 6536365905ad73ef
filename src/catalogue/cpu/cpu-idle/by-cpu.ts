/** The table of CPUs. */
import { inCpuOrder } from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Account, Context } from './analysis.ts';
import { cpusDescription } from './shapes.ts';

export function cpusTable({ cpus }: Account, { range, models }: Context): Shape {
  const rangeNs = range === undefined ? 0 : range.endNs - range.beginNs;
  const builder = new TableBuilder<string>(cpusDescription);
  const sorted = inCpuOrder(cpus, { models });
  const part = (ns: number, wholeNs: number) => (wholeNs > 0 ? ns / wholeNs : undefined);
  const sum = { asleepNs: 0, awakeNs: 0, unknownNs: 0, sleepCount: 0 };
  for (const { key: cpu, value } of sorted) {
    const { idleNs, busyNs, unknownNs } = value.time;
    builder.add({
      cpu,
      part: part(idleNs, rangeNs),
      asleep: idleNs,
      awake: busyNs,
      unknown: unknownNs,
      sleeps: value.sleepCount,
      rate: part(value.sleepCount * 1e9, rangeNs),
    });
    sum.asleepNs += idleNs;
    sum.awakeNs += busyNs;
    sum.unknownNs += unknownNs;
    sum.sleepCount += value.sleepCount;
  }
  builder.setTotals({
    part: part(sum.asleepNs, rangeNs * sorted.length),
    asleep: sum.asleepNs,
    awake: sum.awakeNs,
    unknown: sum.unknownNs,
    sleeps: sum.sleepCount,
    rate: part(sum.sleepCount * 1e9, rangeNs),
  });
  return builder.build();
}
