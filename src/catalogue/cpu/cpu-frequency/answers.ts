/** The tables of frequencies and of CPUs, and frequencies over time. */
import type { Group } from '../../../analysis/index.ts';
import { niceTimeEdges, type Shape, series, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import type { CpuSpeed } from './cpu-speed.ts';
import { cpusDescription, describeFrequencies, seriesDescription } from './shapes.ts';

const timeBinCountMax = 120;

/** By host, then by number. */
function sortedCpus({ cpus }: State, { models }: Context): readonly Group<CpuSpeed>[] {
  const order = new Map(models.map((model, index) => [model, index]));
  return [...cpus.all].sort((a, b) => (order.get(a.model) ?? 0) - (order.get(b.model) ?? 0) || a.key - b.key);
}

const partOf = (ns: number, wholeNs: number) => (wholeNs > 0 ? ns / wholeNs : undefined);
const rangeNsOf = ({ range }: Context) => (range === undefined ? 0 : range.endNs - range.beginNs);

export function frequencyTable(state: State, context: Context): Shape {
  const { by } = context.options;
  const rangeNs = rangeNsOf(context);
  const cpus = sortedCpus(state, context);
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
  for (const { key: cpu, value } of sortedCpus(state, context)) {
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

export function frequencySeries(state: State, context: Context): Shape {
  const { range, originNs, models } = context;
  const cpus = sortedCpus(state, context);
  if (range === undefined || cpus.length === 0) return series(seriesDescription, { edges: [], originNs }, []);
  const built = cpus.map(({ value }) => value.overTime?.build(timeBinCountMax, originNs, range));
  const edges = built[0]?.time.edges ?? niceTimeEdges(range.beginNs, range.endNs, timeBinCountMax);
  const count = edges.length - 1;
  const lines = cpus.map(({ key, model }, index) => ({
    name: models.length > 1 ? `${model.host} CPU ${key}` : `CPU ${key}`,
    values: Array.from({ length: count }, (_, bin) => {
      const counts = built[index]?.counts;
      const [ns, weighted] = [counts?.[bin] ?? 0, counts?.[count + bin] ?? 0];
      return ns > 0 ? weighted / ns / 1000 : undefined;
    }),
  }));
  return series(seriesDescription, { edges, originNs }, lines);
}
