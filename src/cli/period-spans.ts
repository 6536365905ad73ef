/** `--period` of analyses that do not measure periods: an answer for each of them, as lttng-analyses gives it. */
import type { Analysis } from '../analysis/define.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type AnalysisScope, runAnalyses } from '../pipeline/run.ts';
import type { Span } from '../pipeline/run-scope.ts';
import type { AnalysisResult } from '../results/result.ts';
import type { Table } from '../results/shapes.ts';
import { givenOptions, hasOption } from './analysis-options.ts';
import { entryOf } from './catalogue.ts';
import { UsageError } from './failure.ts';

/** Whether there is to be an answer for each period. @throws UsageError */
export function asksForPeriods(analysis: Analysis, options: Readonly<Record<string, unknown>>): boolean {
  if (hasOption(analysis, 'period') || options['period'] === undefined) return false;
  if (options['refresh'] !== undefined)
    throw new UsageError('--period and --refresh both say what has an answer of its own', 'give one of them');
  return true;
}

/**
 * The complete periods, in the order in which they ended, relative to the origin: whoever begins and ends them, on whichever CPU.
 * @throws OptionError what is wrong with a definition
 */
export async function findPeriodSpans(
  set: TraceSet,
  { beginNs, endNs, streamIntersection }: AnalysisScope,
  { period, periodCaptures }: Readonly<Record<string, unknown>>,
): Promise<readonly Span[]> {
  const scope: AnalysisScope = {
    ...(beginNs === undefined ? {} : { beginNs }),
    ...(endNs === undefined ? {} : { endNs }),
    ...(streamIntersection === undefined ? {} : { streamIntersection }),
  };
  const analysis = await entryOf('periods').load();
  const options = givenOptions(analysis, { period, periodCaptures });
  const [{ answers }] = runAnalyses(set, [{ analysis, options, views: ['log'] }], scope) as [AnalysisResult];
  const { description, cells, rowCount } = answers[0] as Table;
  const cellsOf = (id: string) => cells[description.columns.findIndex((column) => column.id === id)] ?? [];
  const [begins, ends] = [cellsOf('begin'), cellsOf('end')];
  const relative = (cell: unknown) => Number((cell as bigint) - set.originNs);
  const spans = Array.from({ length: rowCount }, (_, row) => ({
    beginNs: relative(begins[row]),
    endNs: relative(ends[row]),
  }));
  return spans.sort((a, b) => a.endNs - b.endNs || a.beginNs - b.beginNs);
}
