import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { IncompatibleError, OptionError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { parseFilter } from '../../../events/filter/parse.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/** 23 calls of openat, one a microsecond; the first 3 fail with ENOENT. The nth takes n × 10 ns. */
function opens(): string {
  const lines = ['0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat'];
  for (let n = 1; n <= 23; n += 1) {
    lines.push(`${n}us cpu0 syscall_enter name=openat`);
    lines.push(`${n * 1000 + n * 10}ns cpu0 syscall_exit name=openat ret=${n <= 3 ? -2 : 3}`);
  }
  return lines.join('\n');
}

function answer(text: string, options: Record<string, string>, view = 'table', scope: AnalysisScope = {}) {
  const [result] = runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope);
  return result!;
}

function rows(table: Table): Record<string, unknown>[] {
  return tableRows(table);
}

function tableOf(
  text: string,
  options: Record<string, string> = {},
  view = 'table',
  scope: AnalysisScope = {},
) {
  return rows(answer(text, options, view, scope).answers[0] as Table);
}

test('23 calls of openat, 3 of which fail', () => {
  const [row] = tableOf(opens());
  expect(row).toMatchObject({
    name: 'openat',
    count: 23,
    errors: 3,
    total: 2760,
    min: 10,
    avg: 120,
    p50: 120,
    p90: 210,
    p99: 230,
    max: 230,
  });
  // The variance of n × 10 for n = 1 … 23 is 100 × (23² - 1) / 12 × 23 / 22 = 4600.
  expect(row!['stdev']).toBeCloseTo(Math.sqrt(4600));
  // From 0 to 23.23 µs.
  expect(row!['rate']).toBeCloseTo(23 / 23.23e-6);
});

test('by return value: errors by name', () => {
  const found = tableOf(opens(), { by: 'return' });
  expect(found.map((row) => [row['name'], row['return'], row['count'], row['max']])).toEqual([
    ['openat', 'success', 20, 230],
    ['openat', 'ENOENT', 3, 30],
  ]);
});

test('the slowest ones, and those slower than a limit', () => {
  const top = tableOf(opens(), { limit: '2' }, 'top');
  expect(top.map((row) => [row['begin'], row['duration'], row['comm'], row['tid'], row['value']])).toEqual([
    [1_000_023_000n, 230, 'cat', 7, 3],
    [1_000_022_000n, 220, 'cat', 7, 3],
  ]);
  expect(tableOf(opens(), { slower: '200ns' }, 'log').map((row) => row['duration'])).toEqual([
    200, 210, 220, 230,
  ]);
});

const twoThreads = `
  0us  cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
  1us  cpu0 syscall_enter name=read
  2us  cpu0 sched_switch prev_tid=7 prev_comm=cat next_tid=9 next_comm=dog
  3us  cpu0 syscall_enter name=write
  5us  cpu0 syscall_exit name=write ret=10
  6us  cpu1 sched_switch prev_tid=0 prev_comm=swapper/1 next_tid=7 next_comm=cat
  8us  cpu1 syscall_exit name=read ret=0
  9us  cpu1 syscall_enter name=read
  9us  cpu2 syscall_enter name=poll
`;

test('a call that sleeps and moves to another CPU belongs to its thread', () => {
  const found = tableOf(twoThreads, { by: 'thread' });
  expect(found.map((row) => [row['comm'], row['tid'], row['name'], row['total']])).toEqual([
    ['cat', 7, undefined, 7000],
    ['cat', 7, 'read', 7000],
    ['dog', 9, undefined, 2000],
    ['dog', 9, 'write', 2000],
  ]);
  const { answers } = answer(twoThreads, { by: 'thread' });
  expect((answers[0] as Table).parents).toEqual([undefined, 0, undefined, 2]);
});

test('what has one end only is said, not counted', () => {
  const codes = answer(twoThreads, {}).health.map(({ kind, count, detail }) => [kind.code, count, detail]);
  expect(codes).toEqual([
    ['unfinished-syscalls', 1, 'the oldest one is open for the last 0.000000 s'],
    ['syscalls-of-unknown-threads', 1, 'no switch had told what their CPU runs'],
  ]);
});

test('a chosen thread that hangs in a call has that call said', () => {
  const openOf = (scope: AnalysisScope) =>
    answer(twoThreads, {}, 'table', scope)
      .health.filter(({ kind }) => kind.code === 'unfinished-syscalls')
      .map(({ first, count }) => [first, count]);
  const [[first] = []] = openOf({});
  const tid = Number(/thread (\d+)/.exec(String(first))?.[1]);
  expect(openOf({ tids: [tid] })).toEqual([[first, 1]]);
  expect(openOf({ tids: [tid + 1000] })).toEqual([]);
  expect(openOf({ tids: [tid], endNs: 5000n })).toEqual([]);
});

test('the return of clone in a new thread is no lost call', () => {
  const text = `
    0us cpu0 tid=7 syscall_enter name=clone
    1us cpu0 tid=7 sched_process_fork parent_tid=7 child_tid=8
    2us cpu1 tid=8 syscall_exit ret=0
    3us cpu0 tid=7 syscall_exit ret=8
    4us cpu0 tid=9 syscall_exit name=read ret=0
  `;
  expect(tableOf(text, {}, 'log').map((row) => [row['name'], row['tid'], row['duration']])).toEqual([
    ['clone', 7, 3000],
  ]);
  const notes = answer(text, {}).health.filter(({ kind }) => kind.code !== 'optional-events-absent');
  expect(notes.map(({ kind, count }) => [kind.code, count])).toEqual([['syscall-exits-without-entry', 1]]);
});

test('a filter restricts the answer, not what is known of threads', () => {
  const late: AnalysisScope = { beginNs: 1_000_006_000n };
  expect(tableOf(twoThreads, {}, 'log', late).map((row) => [row['name'], row['duration']])).toEqual([
    ['read', 7000],
  ]);
  expect(tableOf(twoThreads, {}, 'log', { comms: ['dog'] }).map((row) => row['name'])).toEqual(['write']);
  expect(tableOf(twoThreads, {}, 'log', { tids: [7] }).map((row) => row['name'])).toEqual(['read']);
  expect(tableOf(twoThreads, {}, 'log', { cpus: [0] }).map((row) => row['name'])).toEqual(['write']);
  const filter = parseFilter('ret > 5');
  expect(tableOf(twoThreads, {}, 'log', { filter }).map((row) => row['name'])).toEqual(['write']);
});

test('numbers name calls by the table of the architecture; those of failed mmap are errors', () => {
  const text = `
    0us cpu0 tid=7 syscall_enter nr=9
    1us cpu0 tid=7 syscall_exit nr=9 ret=-12
  `;
  expect(tableOf(text, { by: 'return' }).map((row) => [row['name'], row['return']])).toEqual([
    ['mmap', 'ENOMEM'],
  ]);
});

test('a histogram, a heatmap and a series count each call once', () => {
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0);
  const [dist] = answer(opens(), {}, 'dist').answers;
  expect(sum((dist as Grid).counts)).toBe(23);
  const [heatmap] = answer(opens(), {}, 'heatmap').answers;
  expect(sum((heatmap as Grid).counts)).toBe(23);
  const [series] = answer(opens(), {}, 'series').answers;
  const { lines, x } = series as Series;
  expect(lines.map(({ name }) => name)).toEqual(['openat']);
  expect((sum(lines[0]!.values) * (x.edges[1]! - x.edges[0]!)) / 1e9).toBeCloseTo(23);
});

test('batches of any size give the same answer', () => {
  const [whole] = runAnalyses(textTrace(twoThreads), [{ analysis, views: ['log'] }]);
  const [pieces] = runAnalyses(textTrace(twoThreads, { batchSize: 1 }), [{ analysis, views: ['log'] }]);
  expect(pieces).toEqual(whole);
});

test('a trace without system calls is refused with what to record', () => {
  expect(() => answer('0us cpu0 other', {})).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other', {})).toThrow('no syscall_enter and no syscall_exit events');
});

test('a wrong option or view says what there is', () => {
  expect(() => answer(opens(), { by: 'name' })).toThrow('--by is one of call, process, thread, return');
  expect(() => answer(opens(), { slower: '10' })).toThrow('a duration with its unit');
  expect(() => answer(opens(), { bye: 'call' })).toThrow('did you mean --by?');
  expect(() => answer(opens(), {}, 'pie')).toThrow(OptionError);
});
