/** The table of CPUs, and how busy they were over time. */
import type { CpuTime, Group } from '../../../analysis/index.ts';
import { niceTimeEdges, type Shape, series, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import { cpusDescription, seriesDescription } from './shapes.ts';

const timeBinCountMax = 120;

/** By host, then by number. */
function sortedCpus({ cpus }: State, { models }: Context): readonly Group<CpuTime>[] {
  const order = new Map(models.map((model, index) => [model, index]));
  return [...cpus.all].sort((a, b) => (order.get(a.model) ?? 0) - (order.get(b.model) ?? 0) || a.key - b.key);
}

export function cpusTable(state: State, context: Context): Shape {
  const { range, isFiltered } = context;
  const durationNs = range === undefined ? 0 : range.endNs - range.beginNs;
  const builder = new TableBuilder<string>(cpusDescription);
  const sum = { busyNs: 0, idleNs: 0, unknownNs: 0, runCount: 0 };
  const cpus = sortedCpus(state, context);
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

export function usageSeries(state: State, context: Context): Shape {
  const { range, originNs, models, isFiltered } = context;
  const cpus = sortedCpus(state, context);
  if (range === undefined || cpus.length === 0) return series(seriesDescription, { edges: [], originNs }, []);
  const built = cpus.map(({ value }) => value.times?.build(timeBinCountMax, originNs, range));
  const edges = built[0]?.time.edges ?? niceTimeEdges(range.beginNs, range.endNs, timeBinCountMax);
  const count = edges.length - 1;
  const lines = cpus.map(({ key, model }, index) => ({
    name: models.length > 1 ? `${model.host} CPU ${key}` : `CPU ${key}`,
    values: Array.from({ length: count }, (_, bin) => {
      const counts = built[index]?.counts;
      const [busyNs, idleNs] = [counts?.[bin] ?? 0, counts?.[count + bin] ?? 0];
      const wholeNs =
        Math.min(edges[bin + 1] as number, range.endNs) - Math.max(edges[bin] as number, range.beginNs);
      const isKnown = wholeNs > 0 && (isFiltered || busyNs + idleNs > 0);
      return isKnown ? busyNs / wholeNs : undefined;
    }),
  }));
  return series(seriesDescription, { edges, originNs }, lines);
}
