/** The tables of frequencies and of CPUs, and frequencies over time. */
import { cpuSeries, inCpuOrder } from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import { cpusDescription, describeFrequencies, seriesDescription } from './shapes.ts';

const partOf = (ns: number, wholeNs: number) => (wholeNs > 0 ? ns / wholeNs : undefined);
const rangeNsOf = ({ range }: Context) => (range === undefined ? 0 : range.endNs - range.beginNs);

export function frequencyTable(state: State, context: Context): Shape {
  const { by } = context.options;
  const rangeNs = rangeNsOf(context);
  const cpus = inCpuOrder(state.cpus, context);
  const builder = new TableBuilder<string>(describeFrequencies(by));
  const sum = { ns: 0, count: 0 };
  const all = new Map<number, { ns: number; count: number; cpuCount: number }>();
  for (const { key: cpu, value } of cpus) {
    for (const [kHz, { ns, count }] of highestFirst(value.times)) {
      sum.ns += ns;
      sum.count += count;
      if (by === 'both') {
        builder.add({ cpu, frequency: kHz / 1000, part: partOf(ns, rangeNs), time: ns, count });
        continue;
      }
      const at = all.get(kHz) ?? { ns: 0, count: 0, cpuCount: 0 };
      all.set(kHz, { ns: at.ns + ns, count: at.count + count, cpuCount: at.cpuCount + 1 });
    }
  }
  const wholeNs = rangeNs * cpus.length;
  for (const [kHz, { ns, count, cpuCount }] of highestFirst(all))
    builder.add({ frequency: kHz / 1000, part: partOf(ns, wholeNs), time: ns, count, cpus: cpuCount });
  return builder.setTotals({ part: partOf(sum.ns, wholeNs), time: sum.ns, count: sum.count }).build();
}

function highestFirst<Value>(byKHz: ReadonlyMap<number, Value>): readonly (readonly [number, Value])[] {
  return [...byKHz].sort(([a], [b]) => b - a);
}

export function cpusTable(state: State, context: Context): Shape {
  const builder = new TableBuilder<string>(cpusDescription);
  for (const { key: cpu, value } of inCpuOrder(state.cpus, context)) {
    const sum = { ns: 0, weighted: 0 };
    let [min, max]: [number | undefined, number | undefined] = [undefined, undefined];
    for (const [kHz, { ns }] of value.times) {
      sum.ns += ns;
      sum.weighted += ns * kHz;
      min = Math.min(min ?? kHz, kHz);
      max = Math.max(max ?? kHz, kHz);
    }
    builder.add({
      cpu,
      avg: sum.ns > 0 ? sum.weighted / sum.ns / 1000 : undefined,
      min: min === undefined ? undefined : min / 1000,
      max: max === undefined ? undefined : max / 1000,
      changes: value.changeCount,
      known: sum.ns,
      unknown: value.unknownNs,
    });
  }
  return builder.build();
}

export function frequencySeries({ cpus }: State, context: Context): Shape {
  const meanOf = (ns: number, weighted: number) => (ns > 0 ? weighted / ns / 1000 : undefined);
  return cpuSeries(seriesDescription, cpus, context, ({ overTime }) => overTime, meanOf);
}
