// Results of lttng-analyses 0.6.1 in the corpus, in LAMI form, and ours as rows.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Shape, Table } from '../src/results/index.ts';
import { corpusPath } from './corpus.ts';

/** A data object; numbers of 16 digits and more are kept as text. */
export interface LamiCell {
  readonly class: string;
  readonly name?: string;
  readonly value?: string | number;
  readonly id?: number;
  readonly tid?: number;
  readonly pid?: number;
  readonly nr?: number;
  readonly hard?: boolean;
  readonly begin?: LamiCell;
  readonly end?: LamiCell;
}

export interface LamiTable {
  readonly class: string;
  /** Of a table with a class of its own. */
  readonly title: string;
  readonly data: readonly (readonly LamiCell[])[];
}

/** The tables of one tool for one trace; none where the trace lacks its events. */
export function lamiTables(trace: string, tool: string): readonly LamiTable[] {
  const path = corpusPath('analyses', trace, `${tool}.json`);
  const text = existsSync(path)
    ? readFileSync(path, 'utf8')
    : gunzipSync(readFileSync(`${path}.gz`)).toString('utf8');
  // Times since the epoch are beyond what a double holds.
  const exact = text.replaceAll(/"value": (\d{16,})/g, '"value": "$1"');
  const { results } = JSON.parse(exact) as {
    results: { class: string | { title?: string; inherit?: string }; data: LamiCell[][] }[];
  };
  return results.map((table) => ({
    class: typeof table.class === 'string' ? table.class : (table.class.inherit ?? ''),
    title: typeof table.class === 'string' ? '' : (table.class.title ?? ''),
    data: table.data,
  }));
}

/** The rows of a table by column id. */
export function rowsOf(shape: Shape): Record<string, unknown>[] {
  const { rowCount, description, cells } = shape as Table;
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(description.columns.map(({ id }, at) => [id, cells[at]![row]])),
  );
}

/** Counts in 20 equal bins as that tool computes them: in microseconds, with rounding at each step. */
export function theirBins(durationsNs: readonly number[]): readonly number[] {
  const least = Math.min(...durationsNs) / 1000;
  const greatest = Math.max(...durationsNs) / 1000;
  const step = (greatest - least) / 20;
  const counts: number[] = new Array(20).fill(0);
  for (const durationNs of durationsNs) {
    const index = Math.trunc((durationNs / 1000 - least) / step);
    if (index < 20) counts[index]! += 1;
    else if (durationNs / 1000 === greatest) counts[index - 1]! += 1;
  }
  return counts;
}

/** The same in exact arithmetic. */
export function exactBins(durationsNs: readonly number[]): readonly number[] {
  const least = Math.min(...durationsNs);
  const span = BigInt(Math.max(...durationsNs) - least);
  const counts: number[] = new Array(20).fill(0);
  for (const durationNs of durationsNs) {
    const index = Number((BigInt(durationNs - least) * 20n) / span);
    counts[Math.min(19, index)]! += 1;
  }
  return counts;
}
