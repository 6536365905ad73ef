/** The table of CPUs, and how busy they were over time. */
import { cpuSeries, inCpuOrder } from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import { cpusDescription, seriesDescription } from './shapes.ts';

export function cpusTable(state: State, context: Context): Shape {
  const { range, isFiltered } = context;
  const durationNs = range === undefined ? 0 : range.endNs - range.beginNs;
  const builder = new TableBuilder<string>(cpusDescription);
  const sum = { busyNs: 0, idleNs: 0, unknownNs: 0, runCount: 0 };
  const cpus = inCpuOrder(state.cpus, context);
  // Who ran when a thread did not that was chosen is not told: neither idle nor unknown.
  const rest = ({ idleNs, unknownNs }: { readonly idleNs: number; readonly unknownNs: number }) =>
    isFiltered ? {} : { idle: idleNs, unknown: unknownNs };
  const usage = (busyNs: number, wholeNs: number) => (wholeNs > 0 ? busyNs / wholeNs : undefined);
  for (const { key: cpu, value } of cpus) {
    builder.add({
      cpu,
      usage: usage(value.busyNs, durationNs),
      busy: value.busyNs,
      ...rest(value),
      runs: value.runCount,
      threads: value.threads?.size,
    });
    sum.busyNs += value.busyNs;
    sum.idleNs += value.idleNs;
    sum.unknownNs += value.unknownNs;
    sum.runCount += value.runCount;
  }
  builder.setTotals({
    usage: usage(sum.busyNs, durationNs * cpus.length),
    busy: sum.busyNs,
    ...rest(sum),
    runs: sum.runCount,
  });
  return builder.build();
}

export function usageSeries({ cpus }: State, context: Context): Shape {
  const usageOf = (busyNs: number, idleNs: number, widthNs: number) => {
    const isKnown = widthNs > 0 && (context.isFiltered || busyNs + idleNs > 0);
    return isKnown ? busyNs / widthNs : undefined;
  };
  return cpuSeries(seriesDescription, cpus, context, ({ times }) => times, usageOf);
}
