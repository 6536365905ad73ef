// Recordings of programs that do things a known number of times (test/recordings): our answers about one, and what perf says of it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Analysis } from '../src/analysis/index.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { type AnalysisScope, runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { rowsOf } from './lttng-analyses.ts';

export type TableRow = Readonly<Record<string, unknown>>;

function fileOf(recording: string): string {
  return join(import.meta.dirname, 'recordings', recording, 'perf.data');
}

export interface Asked {
  readonly options?: Readonly<Record<string, string | readonly string[]>>;
  readonly view?: string;
  readonly scope?: AnalysisScope;
}

/** The rows of the first answer, by column. */
export function rowsIn(
  recording: string,
  analysis: Analysis,
  { options = {}, view, scope = {} }: Asked = {},
): readonly TableRow[] {
  const set = openTraces([openNodeInput(fileOf(recording))]);
  try {
    const request = { analysis, options, ...(view === undefined ? {} : { views: [view] }) };
    const [result] = runAnalyses(set, [request], scope);
    return rowsOf(result!.answers[0]!);
  } finally {
    set.close();
  }
}

/** What perf prints of a recording; undefined where it is not installed, or has no such command. */
export function perfText(recording: string, ...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync('perf', [...args, '-i', fileOf(recording)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    maxBuffer: 1 << 26,
  });
  return status === 0 ? `${stdout}${stderr}` : undefined;
}

/** Nanoseconds as perf prints milliseconds. */
export function msOf(ns: unknown): string {
  return (Number(ns) / 1e6).toFixed(3);
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
