// What tests of analyses have in common: an answer to a trace that is written in the test, and its rows.
import type { Analysis } from '../src/analysis/define.ts';
import { textTrace } from '../src/analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../src/pipeline/run.ts';
import type { AnalysisResult, Table } from '../src/results/index.ts';

type Values = Readonly<Record<string, string>>;

/** The rows of a table, by the ids of its columns. */
export function tableRows(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    Object.fromEntries(table.description.columns.map(({ id }, at) => [id, table.cells[at]![row]])),
  );
}

/** Asks one analysis. */
export function answersOf(analysis: Analysis) {
  const answer = (
    text: string,
    options: Values = {},
    view = 'table',
    scope: AnalysisScope = {},
  ): AnalysisResult => runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope)[0]!;
  const rowsOf = (text: string, options: Values = {}, view = 'table', scope: AnalysisScope = {}) =>
    tableRows(answer(text, options, view, scope).answers[0] as Table);
  return { answer, rowsOf };
}
