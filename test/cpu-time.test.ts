// Of each trace with switches in the corpus: what a CPU did is busy, idle or unknown, and nothing twice, in all of the time and in
// parts of it.
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missing } from '../src/analysis/index.ts';
import { analysis } from '../src/catalogue/cpu/cpu-usage/analysis.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { type AnalysisScope, runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { corpusPath, describeCorpus, isCorpusPresent, listCases } from './corpus.ts';

const places = ['ctf1', 'ctf2', 'ftrace', 'perf'].flatMap((kind) =>
  listCases(kind).flatMap((name) =>
    ['trace', 'trace.dat', 'perf.data']
      .map((file) => ({ name: `${kind}/${name}`, path: corpusPath(kind, name, file) }))
      .filter(({ path }) => existsSync(path)),
  ),
);

function openIfPossible(path: string): TraceSet | undefined {
  try {
    return openTraces([openNodeInput(path)]);
  } catch {
    // Traces that cannot be opened, or have several clocks, are tested elsewhere.
    return undefined;
  }
}

interface CpuTimes {
  readonly durationNs: number;
  readonly cpus: ReadonlyMap<number, readonly number[]>;
  readonly threadsNs: number;
}

function timesOf(set: TraceSet, scope: AnalysisScope): CpuTimes & { beginNs: bigint; endNs: bigint } {
  const [result] = runAnalyses(set, [{ analysis, views: ['cpus', 'table'] }], scope);
  const { beginNs, endNs } = result!.timeRange;
  const [cpus, threads] = result!.answers as [Table, Table];
  const at = (table: Table, id: string) => table.description.columns.findIndex((column) => column.id === id);
  const measures = ['busy', 'idle', 'unknown'].map((id) => at(cpus, id));
  const rows = new Map<number, number[]>();
  for (let row = 0; row < cpus.rowCount; row += 1) {
    rows.set(
      Number(cpus.cells[at(cpus, 'cpu')]![row]),
      measures.map((column) => Number(cpus.cells[column]![row])),
    );
  }
  const threadsNs = threads.cells[at(threads, 'busy')]!.reduce<number>((sum, cell) => sum + Number(cell), 0);
  return { durationNs: Number(endNs! - beginNs!), beginNs: beginNs!, endNs: endNs!, cpus: rows, threadsNs };
}

const sumOf = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);

describeCorpus('CPU time', () => {
  let answered = 0;
  test.each(places)('$name', ({ path }) => {
    const set = openIfPossible(path);
    if (set === undefined) return;
    try {
      if (missing(analysis.needs, set.classes) !== undefined) return;
      const whole = timesOf(set, {});
      // Some traces describe switches and have none.
      if (whole.cpus.size === 0) return;
      for (const [cpu, parts] of whole.cpus) {
        expect(Math.min(...parts), `CPU ${cpu}`).toBeGreaterThanOrEqual(0);
        expect(sumOf(parts), `CPU ${cpu}`).toBe(whole.durationNs);
      }
      expect(sumOf([...whole.cpus.values()].map(([busy]) => busy!))).toBe(whole.threadsNs);

      const middleNs = whole.beginNs + BigInt(Math.floor(whole.durationNs / 3));
      const first = timesOf(set, { endNs: middleNs });
      const second = timesOf(set, { beginNs: middleNs });
      // A recording without an index is read up to the end that is asked for, where its last record before that counts.
      expect(first.durationNs + second.durationNs).toBeLessThanOrEqual(whole.durationNs);
      for (const [cpu, parts] of second.cpus) {
        expect(sumOf(parts), `CPU ${cpu} from the middle on`).toBe(second.durationNs);
        expect(sumOf(first.cpus.get(cpu)!), `CPU ${cpu} up to the middle`).toBe(first.durationNs);
      }
      answered += 1;
    } finally {
      set.close();
    }
  });

  test('was asked of traces of every kind', () => {
    if (isCorpusPresent) expect(answered).toBeGreaterThan(8);
  });
});
