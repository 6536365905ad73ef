import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const to = (comm: string, tid: number) =>
  `sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=${tid} next_comm=${comm}`;
const alloc = (order: number, pfn = '4096') => `mm_page_alloc pfn=${pfn} order=${order}`;
const free = (order: number) => `mm_page_free pfn=4096 order=${order}`;

/** cat allocates 23 single pages and one block of 8, and frees 3 pages; dog frees the block; one allocation fails. */
const text = [
  `0us cpu0 ${to('cat', 7)}`,
  ...Array.from({ length: 23 }, (_, index) => `${index + 1}us cpu0 ${alloc(0)}`),
  `30us cpu0 ${alloc(3)}`,
  ...[31, 32, 33].map((time) => `${time}us cpu0 ${free(0)}`),
  `40us cpu1 ${to('dog', 8)}`,
  `50us cpu1 ${free(3)}`,
  `60us cpu1 ${alloc(9, '18446744073709551615')}`,
  `70us cpu2 ${alloc(0)}`,
  `100us cpu0 ${to('cat', 7)}`,
].join('\n');

function answer(view = 'table', options: Record<string, string> = {}, scope: AnalysisScope = {}) {
  return runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope)[0]!.answers[0]!;
}

function rowsOf(options: Record<string, string> = {}, scope: AnalysisScope = {}) {
  const table = answer('table', options, scope) as Table;
  return tableRows(table);
}

test('pages by thread: a block of order 3 is 8 pages', () => {
  expect(rowsOf()).toEqual([
    {
      comm: 'cat',
      tid: 7,
      pid: undefined,
      allocated: 31,
      freed: 3,
      net: 28,
      allocations: 24,
      frees: 3,
      failed: 0,
    },
    // What CPU 2 ran is not known.
    expect.objectContaining({ comm: undefined, tid: undefined, allocated: 1, allocations: 1 }),
    {
      comm: 'dog',
      tid: 8,
      pid: undefined,
      allocated: 0,
      freed: 8,
      net: -8,
      allocations: 0,
      frees: 1,
      failed: 1,
    },
  ]);
  expect((answer() as Table).totals?.slice(2, 8)).toEqual([32, 11, 21, 25, 4, 1]);
});

test('by size, CPU, name, and in another order', () => {
  expect(rowsOf({ by: 'order' }).map((row) => [row['order'], row['allocated'], row['freed']])).toEqual([
    [0, 24, 3],
    [3, 8, 8],
    [9, 0, 0],
  ]);
  expect(rowsOf({ by: 'cpu' }).map((row) => [row['cpu'], row['net']])).toEqual([
    [0, 28],
    [2, 1],
    [1, -8],
  ]);
  expect(rowsOf({ sort: 'freed', by: 'name' }).map((row) => row['comm'])).toEqual(['dog', 'cat', undefined]);
});

test('of chosen threads and times', () => {
  expect(rowsOf({}, { tids: [8] }).map((row) => row['freed'])).toEqual([8]);
  const scope = { beginNs: 1_000_010_000n, endNs: 1_000_012_000n };
  expect(rowsOf({}, scope).map((row) => row['allocated'])).toEqual([3]);
});

test('over time', () => {
  const rates = answer('series') as Series;
  const seconds = (rates.x.edges[1]! - rates.x.edges[0]!) / 1e9;
  const sums = rates.lines.map(({ name, values }) => [
    name,
    Math.round(values.reduce<number>((sum, value) => sum + value! * seconds, 0)),
  ]);
  expect(sums).toEqual([
    ['allocated', 32],
    ['freed', 11],
  ]);
  const [balance] = (answer('balance') as Series).lines;
  expect(Math.max(...(balance!.values as number[]))).toBe(31);
  expect(balance!.values.at(-1)).toBe(21);
});

test('without its events it says how to record them', () => {
  const run = () => runAnalyses(textTrace(`0us cpu0 ${to('cat', 7)}`), [{ analysis }]);
  expect(run).toThrow('no mm_page_alloc');
});
