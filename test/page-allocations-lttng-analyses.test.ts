// `report page-allocations` against memtop of lttng-analyses 0.6.1.
//
// What that tool does differently (mem.py), and is done here with the same events to compare:
// - An allocation, or a free, counts as one page, whatever its order: these are our allocations and frees.
// - It leaves out what happens while a CPU is idle, or before its first switch.
// - It keeps a count of pages that are allocated, from 0 on, and passes over every free while that is 0.
import { expect, test } from 'vitest';
import { defineAnalysis } from '../src/analysis/index.ts';
import { analysis } from '../src/catalogue/memory/page-allocations/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { corpusPath, describeCorpus, readExpected } from './corpus.ts';

interface LamiTable {
  readonly class: string;
  readonly data: readonly (readonly { readonly value?: number; readonly tid?: number }[])[];
}

function expectedOf(name: string): ReadonlyMap<string, LamiTable> {
  const text = readExpected(corpusPath('analyses', name, 'memtop.json'));
  const { results } = JSON.parse(text) as { readonly results: readonly LamiTable[] };
  return new Map(results.map((table) => [table.class, table]));
}

interface Count {
  allocated: number;
  freed: number;
  /** Passed over there. */
  passed: number;
}

/** As that tool counts. */
const theirs = defineAnalysis({
  id: 'memtop',
  family: 'test',
  title: 'Their way',
  question: 'How does memtop count?',
  needs: { events: { mm_page_alloc: ['order'], mm_page_free: ['order'] }, threads: true },
  options: {},
  views: { table: { meaning: 'Nothing.' } },
  describe: () => [],
  begin: () => {
    counts.clear();
    return { pageCount: 0 };
  },
  on: {
    mm_page_alloc(state, event, row) {
      state.pageCount += 1;
      countOf(event.tid[row] as number).allocated += 1;
    },
    mm_page_free(state, event, row) {
      const count = countOf(event.tid[row] as number);
      if (state.pageCount === 0) {
        count.passed += 1;
        return;
      }
      state.pageCount -= 1;
      count.freed += 1;
    },
  },
  end: () => [],
});
const counts = new Map<number, Count>();

function countOf(tid: number): Count {
  const count = counts.get(tid) ?? { allocated: 0, freed: 0, passed: 0 };
  counts.set(tid, count);
  return count;
}

function ours(name: string): ReadonlyMap<number, { readonly allocations: number; readonly frees: number }> {
  const set = openTraces([openNodeInput(corpusPath('ctf1', name, 'trace'))]);
  try {
    const [result] = runAnalyses(set, [{ analysis }, { analysis: theirs }], { streamIntersection: true });
    const table = result!.answers[0] as Table;
    const column = (id: string) =>
      table.cells[table.description.columns.findIndex((found) => found.id === id)]!;
    const [tids, allocations, frees] = [column('tid'), column('allocations'), column('frees')];
    return new Map(
      Array.from({ length: table.rowCount }, (_, row) => [
        Number(tids[row] ?? -1),
        { allocations: Number(allocations[row]), frees: Number(frees[row]) },
      ]),
    );
  } finally {
    set.close();
  }
}

describeCorpus('page allocations against lttng-analyses', () => {
  test('bug446190', () => {
    const expected = expectedOf('bug446190');
    const found = ours('bug446190');
    expect(new Set(found.keys())).toEqual(new Set(counts.keys()));
    for (const [tid, count] of counts) {
      expect(found.get(tid), `thread ${tid}`).toEqual({
        allocations: count.allocated,
        frees: count.freed + count.passed,
      });
    }
    const rows = (name: string) =>
      expected.get(name)!.data.map(([process, pages]) => [process!.tid, pages!.value] as const);
    expect(rows('allocd').length + rows('freed').length).toBe(20);
    for (const [tid, pages] of rows('allocd'))
      expect(counts.get(tid!)?.allocated, `thread ${tid}`).toBe(pages);
    for (const [tid, pages] of rows('freed')) expect(counts.get(tid!)?.freed, `thread ${tid}`).toBe(pages);
    const known = [...counts].filter(([tid]) => tid > 0).map(([, count]) => count);
    const total = (key: keyof Count) => known.reduce((sum, count) => sum + count[key], 0);
    expect([total('allocated'), total('freed')]).toEqual(
      expected.get('total')!.data[0]!.map(({ value }) => value),
    );
  });

  test.each(['flipping-endianness', 'many-threads'])('%s has no such events, and theirs says 0', (name) => {
    expect(
      expectedOf(name)
        .get('total')!
        .data[0]!.map(({ value }) => value),
    ).toEqual([0, 0]);
    expect(() => ours(name)).toThrow('no mm_page_alloc');
  });
});
