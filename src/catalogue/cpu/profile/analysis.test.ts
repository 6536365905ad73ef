import { expect, test } from 'vitest';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { FlameGraph, Lines, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/** Whose the addresses behind them are: the kernel's, the program's. */
const [kernel, user] = ['0xffffffffffffff80', '0xfffffffffffffe00'];
const [isKernel, isUser] = ['misc=1', 'misc=2'];

/**
 * A program at 0x400000 whose file begins there at 0x1000, a library at 0x700000, the kernel at 0xf000: 23 samples of 10 in the program's
 * 0x1100, called from its 0x1200; 7 of 10 in the kernel, called from the library, which was called from there too.
 */
const profile = [
  '- cpu0 task_rename task_tid=7 newcomm=cat',
  `- cpu0 memory_mapped task_pid=-1 ${isKernel} addr=0xf000 length=0x1000 page_offset=0xf000 filename=[kernel.kallsyms]_text`,
  `- cpu0 memory_mapped task_pid=7 ${isUser} addr=0x400000 length=0x10000 page_offset=0x1000 filename=/usr/bin/cat`,
  `- cpu0 memory_mapped task_pid=7 ${isUser} addr=0x700000 length=0x10000 page_offset=0 filename=/usr/lib/libc.so.6`,
  '- cpu0 kernel_symbol addr=0xf100 length=0x80 flags=0 name=bpf_prog_1',
  ...Array.from(
    { length: 23 },
    (_, n) =>
      `${n}ms cpu0 tid=7 pid=7 sample ip=0x400100 period=10 ${isUser} callchain=${user},0x400100,0x400200`,
  ),
  ...Array.from(
    { length: 7 },
    (_, n) =>
      `${n + 100}ms cpu0 tid=7 pid=7 sample ip=0xf110 period=10 ${isKernel} callchain=${kernel},0xf110,${user},0x700300,0x400200`,
  ),
].join('\n');

function answer(
  text: string,
  options: Record<string, string> = {},
  view = 'table',
  scope: AnalysisScope = {},
) {
  return runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope)[0]!;
}

/** Stacks of a flame graph as lines. */
function foldedOf({ frames }: FlameGraph): readonly string[] {
  const stacks: string[] = [];
  return frames.flatMap(({ name, parent, self }) => {
    const stack = parent === undefined ? name : `${stacks[parent]};${name}`;
    stacks.push(stack);
    return self > 0 ? [`${stack} ${self}`] : [];
  });
}

function rowsOf(...parameters: Parameters<typeof answer>): unknown[][] {
  const table = answer(...parameters).answers[0] as Table;
  return Array.from({ length: table.rowCount }, (_, row) => table.cells.map((cells) => cells[row]));
}

test('by name, object and symbol: 23 and 7 of 30', () => {
  expect(rowsOf(profile)).toEqual([
    ['cat', '/usr/bin/cat', '0x1100', 23 / 30, 23, 230, 'sample'],
    ['cat', 'bpf_prog_1', 'bpf_prog_1', 7 / 30, 7, 70, 'sample'],
  ]);
  expect(rowsOf(profile, { by: 'symbol' }).map(([symbol]) => symbol)).toEqual(['cat+0x1100', 'bpf_prog_1']);
  expect(rowsOf(profile, { by: 'comm' })).toEqual([['cat', 1, 30, 300, 'sample']]);
});

test('the call tree has callers above what they called', () => {
  const table = answer(profile, {}, 'tree').answers[0] as Table;
  expect(table.cells[3]).toEqual(['cat', 'cat+0x1200', 'cat+0x1100', 'libc.so.6+0x300', 'bpf_prog_1']);
  expect(table.parents).toEqual([undefined, 0, 1, 1, 3]);
  expect(table.cells[0]).toEqual([1, 1, 23 / 30, 7 / 30, 7 / 30]);
  expect(table.cells[1]).toEqual([0, 0, 23 / 30, 0, 7 / 30]);
  expect(rowsOf(profile, { 'percent-limit': '50' }, 'tree')).toHaveLength(3);
});

test('folded stacks', () => {
  expect((answer(profile, {}, 'folded').answers[0] as Lines).lines).toEqual([
    'cat;cat+0x1200;cat+0x1100 230',
    'cat;cat+0x1200;libc.so.6+0x300;bpf_prog_1 70',
  ]);
});

test('the flame graph has the stacks of folded, by name below each caller', () => {
  const graph = answer(profile, {}, 'flame-graph').answers[0] as FlameGraph;
  expect(graph.frames).toEqual([
    { name: 'cat', parent: undefined, self: 0 },
    { name: 'cat+0x1200', parent: 0, self: 0 },
    { name: 'cat+0x1100', parent: 1, self: 230 },
    { name: 'libc.so.6+0x300', parent: 1, self: 0 },
    { name: 'bpf_prog_1', parent: 3, self: 70 },
  ]);
  expect(foldedOf(graph)).toEqual((answer(profile, {}, 'folded').answers[0] as Lines).lines);
});

test('names are those of the time, and of a forked process the mappings of its parent', () => {
  const forked = [
    profile,
    '200ms cpu0 sched_process_fork parent_tid=7 parent_pid=7 child_tid=8 child_pid=8',
    '201ms cpu0 task_rename task_tid=8 newcomm=dog',
    `202ms cpu0 tid=8 pid=8 sample ip=0x400100 period=1 ${isUser} callchain=${user},0x400100`,
    `203ms cpu0 memory_mapped task_pid=8 ${isUser} addr=0x400000 length=0x10000 page_offset=0x1000 filename=/usr/bin/dog`,
    `204ms cpu0 tid=8 pid=8 sample ip=0x400100 period=2 ${isUser} callchain=${user},0x400100`,
    `205ms cpu0 tid=9 pid=9 sample ip=0x400100 period=4 ${isUser} callchain=${user},0x400100`,
  ].join('\n');
  expect(rowsOf(forked, { by: 'comm,dso' }, 'table', { beginNs: 1_199_000_000n })).toEqual([
    [':9', '[unknown]', 4 / 7, 1, 4, 'sample'],
    ['dog', '/usr/bin/dog', 2 / 7, 1, 2, 'sample'],
    ['dog', '/usr/bin/cat', 1 / 7, 1, 1, 'sample'],
  ]);
});

test('without call chains the tree has no callers; who is not exact is counted', () => {
  const plain = profile.replaceAll(/ callchain=\S+/g, '').replaceAll('misc=1 ', 'misc=0x4001 ');
  expect((answer(plain, {}, 'folded').answers[0] as Lines).lines).toEqual([
    'cat;cat+0x1100 230',
    'cat;bpf_prog_1 70',
  ]);
  const notes = answer(profile).health.map(({ kind, count }) => [kind.code, count]);
  expect(notes).toContainEqual(['skid', 30]);
});

test('names can not break a folded line', () => {
  const hostile = profile.replaceAll('newcomm=cat', 'newcomm=a;b');
  expect((answer(hostile, {}, 'folded').answers[0] as Lines).lines[0]).toBe('a:b;cat+0x1200;cat+0x1100 230');
});

test('a trace without samples is refused with what to record', () => {
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other')).toThrow('no sample event');
});

test('batches of any size give the same answer', () => {
  const views = Object.keys(analysis.views);
  const [whole] = runAnalyses(textTrace(profile), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(profile, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
