// `report cpu-usage` against cputop of lttng-analyses 0.6.1: the ten threads with the most time on CPUs, their migrations and
// priorities, and the usage of each CPU and of all.
//
// What that tool does differently:
// - What a CPU did before its first switch counts as busy, even if that switch says that it was idle (cputop.py,
//   _process_sched_switch_per_cpu: a new CPU begins at the period's begin, whoever leaves).
// - A thread keeps the name under which it was first seen, so that what is `sh` there may be `ls` here.
// - It knows a priority only once a thread was switched to, we also from the switch that it leaves with.
import { expect, test } from 'vitest';
import { defineAnalysis } from '../src/analysis/index.ts';
import { analysis } from '../src/catalogue/cpu/cpu-usage/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { corpusPath, describeCorpus, readExpected } from './corpus.ts';

interface LamiCell {
  readonly value?: number | string;
  readonly tid?: number;
  readonly id?: number;
}
interface LamiTable {
  readonly class: string;
  readonly 'time-range': { readonly begin: { readonly value: number } };
  readonly data: readonly (readonly LamiCell[])[];
}

function expectedOf(name: string): ReadonlyMap<string, LamiTable> {
  const text = readExpected(corpusPath('analyses', name, 'cputop.json'));
  const { results } = JSON.parse(text) as { readonly results: readonly LamiTable[] };
  return new Map(results.map((table) => [table.class, table]));
}

/** Nanoseconds from the origin to the first switch of each CPU that was idle then. */
const firstIdle = defineAnalysis({
  id: 'first-idle',
  family: 'test',
  title: 'First idle',
  question: 'How long were CPUs idle at first?',
  needs: { events: { sched_switch: ['prev_tid'] } },
  options: {},
  views: { table: { meaning: 'Nothing.' } },
  describe: () => [],
  begin: () => {
    firstIdleNs.clear();
  },
  on: {
    sched_switch(_, event, row) {
      const cpu = event.cpu[row] as number;
      if (firstIdleNs.has(cpu)) return;
      firstIdleNs.set(cpu, event.prev_tid[row] === 0 ? (event.timeNs[row] as number) : Number.NaN);
    },
  },
  end: (_, { range }) => {
    beginNs = range?.beginNs ?? 0;
    return [];
  },
});
const firstIdleNs = new Map<number, number>();
let beginNs = 0;

type Cells = Readonly<Record<string, unknown>>;

function rowsOf(table: Table): readonly Cells[] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    Object.fromEntries(table.description.columns.map(({ id }, at) => [id, table.cells[at]![row]])),
  );
}

function ours(name: string) {
  const set = openTraces([openNodeInput(corpusPath('ctf1', name, 'trace'))]);
  try {
    const [result] = runAnalyses(set, [{ analysis, views: ['table', 'cpus'] }, { analysis: firstIdle }], {
      streamIntersection: true,
    });
    const { timeRange, answers } = result!;
    const [threads, cpus] = answers as readonly Table[];
    return { timeRange, threads: rowsOf(threads!), cpus: rowsOf(cpus!) };
  } finally {
    set.close();
  }
}

/** `[20 (2 times), 39]` as the kernel counts priorities, each once. */
function prioritiesOf(text: string): readonly number[] {
  return [...text.matchAll(/(-?\d+)(?: \(\d+ times\))?/g)].map(([, prio]) => Number(prio) + 100);
}

describeCorpus('CPU usage against lttng-analyses', () => {
  test.each(['bug446190', 'flipping-endianness', 'many-threads'])('%s', (name) => {
    const expected = expectedOf(name);
    const found = ours(name);
    const range = expected.get('total')!['time-range'];
    expect(Number(found.timeRange.beginNs)).toBe(range.begin.value);
    const durationNs = Number(found.timeRange.endNs! - found.timeRange.beginNs!);

    const top = expected.get('per-process')!.data;
    expect(top.length).toBe(10);
    for (const [index, [process, migrations, prios, usage]] of top.entries()) {
      const row = found.threads[index]!;
      expect(row['tid'], `${name} row ${index}`).toBe(process!.tid);
      expect(row['usage']).toBeCloseTo(Number(usage!.value), 12);
      expect(row['migrations'] ?? 0).toBe(migrations!.value);
      const own = String(row['prios']).split(', ').map(Number);
      expect(own).toEqual(expect.arrayContaining([...prioritiesOf(String(prios!.value))]));
    }

    const perCpu = expected.get('per-cpu')!.data;
    expect(found.cpus.map((row) => row['cpu'])).toEqual(perCpu.map(([cpu]) => cpu!.id));
    const usages = found.cpus.map((row) => {
      const idleNs = firstIdleNs.get(row['cpu'] as number)! - beginNs;
      return (row['usage'] as number) + (Number.isNaN(idleNs) ? 0 : idleNs / durationNs);
    });
    perCpu.forEach(([, usage], index) => {
      expect(usages[index]).toBeCloseTo(Number(usage!.value), 12);
    });
    const average = usages.reduce((sum, usage) => sum + usage, 0) / usages.length;
    expect(average).toBeCloseTo(Number(expected.get('total')!.data[0]![0]!.value), 12);
  });
});
