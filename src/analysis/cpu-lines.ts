/** What was counted for each CPU: in their order, and over time. */
import type { KernelModel } from '../kernel/model.ts';
import { niceTimeEdges } from '../results/bins.ts';
import { series } from '../results/build.ts';
import type { Series, SeriesDescription } from '../results/shapes.ts';
import type { TimeCounts, TimeRange } from '../results/time-counts.ts';
import type { Group, Groups } from './groups.ts';

const timeBinCountMax = 120;

interface Context {
  readonly models: readonly KernelModel[];
  readonly originNs: bigint;
  readonly range: TimeRange | undefined;
}

/** By host, then by number. */
export function inCpuOrder<Value>(
  { all }: Groups<Value>,
  { models }: Pick<Context, 'models'>,
): readonly Group<Value>[] {
  const order = new Map(models.map((model, index) => [model, index]));
  return [...all].sort((a, b) => (order.get(a.model) ?? 0) - (order.get(b.model) ?? 0) || a.key - b.key);
}

/**
 * A line for each CPU.
 * @param countsOf two rows of counts over time
 * @param valueOf of both counts in a bin, and how many nanoseconds of the bin are within the range; undefined where the line
 *   has no value
 */
export function cpuSeries<Value>(
  description: SeriesDescription,
  cpus: Groups<Value>,
  context: Context,
  countsOf: (value: Value) => TimeCounts | undefined,
  valueOf: (first: number, second: number, widthNs: number) => number | undefined,
): Series {
  const { range, originNs, models } = context;
  const sorted = inCpuOrder(cpus, context);
  if (range === undefined || sorted.length === 0) return series(description, { edges: [], originNs }, []);
  const built = sorted.map(({ value }) => countsOf(value)?.build(timeBinCountMax, originNs, range));
  const edges = built[0]?.time.edges ?? niceTimeEdges(range.beginNs, range.endNs, timeBinCountMax);
  const count = edges.length - 1;
  const widthNs = (bin: number) =>
    Math.min(edges[bin + 1] as number, range.endNs) - Math.max(edges[bin] as number, range.beginNs);
  const lines = sorted.map(({ key, model }, index) => ({
    name: models.length > 1 ? `${model.host} CPU ${key}` : `CPU ${key}`,
    values: Array.from({ length: count }, (_, bin) => {
      const counts = built[index]?.counts;
      return valueOf(counts?.[bin] ?? 0, counts?.[count + bin] ?? 0, widthNs(bin));
    }),
  }));
  return series(description, { edges, originNs }, lines);
}
