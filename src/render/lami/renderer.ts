/**
 * Results in the machine interface of lttng-analyses, LAMI 1.0 (lttng/lami-spec, lami.adoc), as one JSON object with a row on each line.
 *
 * `low` and `high` say what is left open: counts and sums after lost events have no upper bound, times are known as far as their
 * clock's precision goes. What LAMI has no place for, the health of the trace, is the property `health`, which other readers ignore.
 */
import { healthObject } from '../../results/health-json.ts';
import { type JsonValue, writeJson } from '../../results/json-text.ts';
import type { Renderer, RenderOptions } from '../../results/renderer.ts';
import type { AnalysisResult } from '../../results/result.ts';
import type { LamiOpenness } from './columns.ts';
import { type LamiTable, type LamiTableClass, tablesOf, timeRangeObject } from './tables.ts';

export interface LamiOptions extends RenderOptions {
  /** Classes of the metadata by name; a table of another layout carries its class itself. */
  readonly classes?: ReadonlyMap<string, LamiTableClass>;
  readonly clockUncertaintyNs?: number;
}

/** The results object. */
export const renderer = { id: 'lami', title: 'LAMI 1.0', render } as const satisfies Renderer;

function render(result: AnalysisResult, options: LamiOptions = {}): Generator<string> {
  return renderIntervals([result], options);
}

/** The results of several intervals as one object: each table has the time range that it is about. */
export function* renderIntervals(
  results: readonly AnalysisResult[],
  options: LamiOptions = {},
): Generator<string> {
  yield '{"results": [';
  let separator = '\n';
  for (const { table, timeRange } of tablesIn(results, options)) {
    let before = '\n  ';
    for (const row of limited(table.rows, options.limit)) {
      if (before === '\n  ') {
        yield `${separator}{"time-range": ${timeRange},\n`;
        yield ` "class": ${writeJson(classReference(table, options.classes))},\n "data": [`;
      }
      yield before + writeJson(row);
      before = ',\n  ';
    }
    // Nothing to show is said by leaving the table out.
    if (before === '\n  ') continue;
    yield ']}';
    separator = ',\n';
  }
  yield `],\n "health": ${writeJson((results.at(-1)?.health ?? []).map(healthObject))}}\n`;
}

function* tablesIn(
  results: readonly AnalysisResult[],
  options: LamiOptions,
): Generator<{ readonly table: LamiTable; readonly timeRange: string }> {
  for (const { isLowerBound, timeRange, answers } of results) {
    const openness: LamiOpenness = { isLowerBound, clockUncertaintyNs: options.clockUncertaintyNs ?? 0 };
    const { beginNs = 0n, endNs = beginNs } = timeRange;
    const text = writeJson(timeRangeObject(beginNs, endNs));
    for (const shape of answers)
      for (const table of tablesOf(shape, openness)) yield { table, timeRange: text };
  }
}

/** A name where the class is that of the metadata, else the whole class. */
function classReference(
  { name, tableClass }: LamiTable,
  classes: ReadonlyMap<string, LamiTableClass> | undefined,
): JsonValue {
  const known = classes?.get(name);
  const own = tableClass as unknown as JsonValue;
  return known !== undefined && writeJson(known as unknown as JsonValue) === writeJson(own) ? name : own;
}

function* limited<Row>(rows: Iterable<Row>, limit: number | undefined): Generator<Row> {
  let count = 0;
  for (const row of rows) {
    if (limit !== undefined && limit > 0 && count >= limit) return;
    yield row;
    count += 1;
  }
}
