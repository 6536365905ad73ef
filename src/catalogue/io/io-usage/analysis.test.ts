import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/**
 * Process 7 (threads 7 and 8) reads /a 23 times 100 bytes and sends 500 to a socket; process 9 writes 40 to /a and copies 1000 bytes from /b
 * into a pipe; what 9 reads of its descriptor 0 is not known.
 */
const text = [
  '0us cpu0 tid=7 pid=7 syscall_enter name=openat path=/a flags=0',
  '1us cpu0 tid=7 pid=7 syscall_exit name=openat ret=3',
  ...Array.from({ length: 23 }, (_, n) => [
    `${10 + 2 * n}us cpu0 tid=8 pid=7 syscall_enter name=read fd=3 size=4096`,
    `${11 + 2 * n}us cpu0 tid=8 pid=7 syscall_exit name=read ret=100`,
  ]).flat(),
  '60us cpu0 tid=8 pid=7 syscall_enter name=read fd=3 size=4096',
  '61us cpu0 tid=8 pid=7 syscall_exit name=read ret=0',
  '62us cpu0 tid=7 pid=7 syscall_enter name=socket flags=1',
  '63us cpu0 tid=7 pid=7 syscall_exit name=socket ret=4',
  '64us cpu0 tid=7 pid=7 syscall_enter name=sendto fd=4 size=900',
  '65us cpu0 tid=7 pid=7 syscall_exit name=sendto ret=500',
  '66us cpu0 tid=7 pid=7 syscall_enter name=sendto fd=4 size=900',
  '67us cpu0 tid=7 pid=7 syscall_exit name=sendto ret=-11',
  '70us cpu0 tid=9 pid=9 syscall_enter name=openat path=/a flags=1',
  '71us cpu0 tid=9 pid=9 syscall_exit name=openat ret=5',
  '72us cpu0 tid=9 pid=9 syscall_enter name=write fd=5 size=40',
  '73us cpu0 tid=9 pid=9 syscall_exit name=write ret=40',
  '74us cpu0 tid=9 pid=9 syscall_enter name=openat path=/b flags=0',
  '75us cpu0 tid=9 pid=9 syscall_exit name=openat ret=6',
  '76us cpu0 tid=9 pid=9 syscall_enter name=pipe2 flags=0',
  '77us cpu0 tid=9 pid=9 syscall_exit name=pipe2 ret=0 fd0=7 fd1=8',
  '78us cpu0 tid=9 pid=9 syscall_enter name=splice fd=6 other_fd=8 size=1000',
  '79us cpu0 tid=9 pid=9 syscall_exit name=splice ret=1000',
  '80us cpu0 tid=9 pid=9 syscall_enter name=read fd=0 size=1',
  '100us cpu0 tid=9 pid=9 syscall_exit name=read ret=1',
].join('\n');

function answer(options: Record<string, string> = {}, view = 'table', scope: AnalysisScope = {}) {
  return runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope)[0]!;
}

function rowsOf(
  options: Record<string, string> = {},
  view = 'table',
  scope: AnalysisScope = {},
): Record<string, unknown>[] {
  const table = answer(options, view, scope).answers[0] as Table;
  return tableRows(table);
}

test('by process, of which kinds', () => {
  const rows = rowsOf();
  expect(rows).toMatchObject([
    {
      pid: 7,
      read: 2300,
      written: 500,
      reads: 24,
      writes: 2,
      'read-files': 2300,
      'read-sockets': 0,
      'read-others': 0,
      'written-sockets': 500,
      'written-others': 0,
    },
    {
      pid: 9,
      read: 1001,
      written: 1040,
      reads: 2,
      writes: 2,
      'read-files': 1000,
      'read-others': 1,
      'written-files': 40,
      'written-others': 1000,
    },
  ]);
  // From the first event to the last are 100 us.
  expect(rows[0]!['read-rate']).toBeCloseTo(2300 / 100e-6, 3);
});

test('a process that becomes known later has what its threads did before', () => {
  const late = `
    0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=8 next_comm=left
    1us cpu0 syscall_enter name=write fd=1 size=5
    2us cpu0 syscall_exit name=write ret=5
    3us cpu0 process_state task_tid=8 task_pid=7 comm=left
    4us cpu0 syscall_enter name=write fd=1 size=6
    5us cpu0 syscall_exit name=write ret=6
    6us cpu0 sched_switch prev_tid=8 prev_comm=left prev_state=1 next_tid=5 next_comm=other
    7us cpu0 syscall_enter name=write fd=1 size=1
    8us cpu0 syscall_exit name=write ret=1
  `;
  const [result] = runAnalyses(textTrace(late), [{ analysis, views: ['table'] }]);
  const { cells, description } = result!.answers[0] as Table;
  const column = (id: string) => cells[description.columns.findIndex((one) => one.id === id)];
  expect([column('comm'), column('pid'), column('written')]).toEqual([
    [undefined, 'other'],
    [7, undefined],
    [11, 1],
  ]);
});

test('by thread', () => {
  expect(rowsOf({ by: 'thread' }).map(({ tid, pid, read, written }) => [tid, pid, read, written])).toEqual([
    [8, 7, 2300, 0],
    [9, 9, 1001, 1040],
    [7, 7, 0, 500],
  ]);
});

test('by file, and who used it', () => {
  const rows = rowsOf({ by: 'file' });
  expect(rows.map(({ path, pid, fd, kind, read, written }) => [path, pid, fd, kind, read, written])).toEqual([
    ['/a', undefined, undefined, 'file', 2300, 40],
    ['/b', undefined, undefined, 'file', 1000, 0],
    ['pipe', 9, 8, 'pipe', 0, 1000],
    ['socket', 7, 4, 'socket', 0, 500],
    [undefined, 9, 0, 'unknown', 1, 0],
  ]);
  expect(rows[0]!['users']).toBe('? (7) fd 3, ? (9) fd 5');
});

test('by kind, and all together', () => {
  expect(rowsOf({ by: 'kind' }).map(({ kind, read, written }) => [kind, read, written])).toEqual([
    ['file', 3300, 40],
    ['pipe', 0, 1000],
    ['socket', 0, 500],
    ['unknown', 1, 0],
  ]);
  expect(rowsOf({ by: 'all' })).toMatchObject([{ label: 'everything', read: 3301, written: 1540 }]);
});

test('ordered by what was read, or written', () => {
  expect(rowsOf({ by: 'thread', order: 'written' }).map(({ tid }) => tid)).toEqual([9, 7]);
  expect(rowsOf({ by: 'thread', order: 'read' }).map(({ tid }) => tid)).toEqual([8, 9]);
});

test('bytes over time', () => {
  const bytesOf = (options: Record<string, string>) => {
    const { lines, x } = answer(options, 'series').answers[0] as Series;
    const widthSeconds = (x.edges[1]! - x.edges[0]!) / 1e9;
    return lines.map(({ name, values }) => [
      name,
      Math.round(values.reduce<number>((sum, value) => sum + (value ?? 0) * widthSeconds, 0)),
    ]);
  };
  expect(bytesOf({ by: 'thread' })).toEqual([
    ['? (8)', 2300],
    ['? (9)', 2041],
    ['? (7)', 500],
  ]);
  expect(bytesOf({ by: 'kind', order: 'written' })).toEqual([
    ['pipe', 1000],
    ['socket', 500],
    ['file', 40],
  ]);
});

test('one thread, a part of the time', () => {
  expect(rowsOf({}, 'table', { tids: [8] }).map(({ read }) => read)).toEqual([2300]);
  const scope = { beginNs: 1_000_010_000n, endNs: 1_000_014_000n };
  expect(rowsOf({}, 'table', scope).map(({ read }) => read)).toEqual([200]);
});

test('a trace without system calls is refused with what to record', () => {
  const other = textTrace('0us cpu0 other');
  expect(() => runAnalyses(other, [{ analysis, views: ['table'] }])).toThrow(IncompatibleError);
  expect(() => runAnalyses(other, [{ analysis, views: ['table'] }])).toThrow(
    'no syscall_enter and no syscall_exit events',
  );
});

test('batches of any size give the same answer', () => {
  const views = Object.keys(analysis.views);
  const [whole] = runAnalyses(textTrace(text), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(text, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
