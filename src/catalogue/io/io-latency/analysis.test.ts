import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const switchTo = (tid: number, comm: string, cpu = 0) =>
  `0us cpu${cpu} sched_switch prev_tid=0 prev_comm=swapper/${cpu} next_tid=${tid} next_comm=${comm}`;

/** Thread 7 reads /data 23 times: the nth read takes n × 10 ns and gets n bytes; then it syncs it for 1 us. */
function reads(): string {
  const lines = [
    switchTo(7, 'cat'),
    '1us cpu0 syscall_enter name=openat path=/data flags=0',
    '2us cpu0 syscall_exit name=openat ret=3',
  ];
  for (let n = 1; n <= 23; n += 1) {
    lines.push(`${10 + n}us cpu0 syscall_enter name=read fd=3 size=100`);
    lines.push(`${(10 + n) * 1000 + n * 10}ns cpu0 syscall_exit name=read ret=${n}`);
  }
  lines.push('50us cpu0 syscall_enter name=fsync fd=3', '51us cpu0 syscall_exit name=fsync ret=0');
  return lines.join('\n');
}

const { answer, rowsOf } = answersOf(analysis);

test('23 reads, an open and a sync', () => {
  const rows = rowsOf(reads());
  expect(rows.map(({ category, count, total }) => [category, count, total])).toEqual([
    ['read', 23, 2760],
    ['open', 1, 1000],
    ['sync', 1, 1000],
  ]);
  expect(rows[0]).toMatchObject({
    size: 276,
    min: 10,
    avg: 120,
    p50: 120,
    p90: 210,
    p99: 230,
    max: 230,
    errors: 0,
  });
  // The variance of n × 10 for n = 1 … 23 is 100 × (23² - 1) / 12 × 23 / 22 = 4600.
  expect(rows[0]!['stdev']).toBeCloseTo(Math.sqrt(4600));
});

test('totals are of all rows', () => {
  const table = answer(reads()).answers[0] as Table;
  const total = (id: string) => table.totals![table.description.columns.findIndex((one) => one.id === id)];
  expect([total('count'), total('size'), total('total'), total('max')]).toEqual([25, 276, 4760, 1000]);
});

/** Process 7 has thread 8; each uses descriptors of the other. 9 is another process with a descriptor 3 of its own. */
const files = `
  0us  cpu0 tid=7 pid=7 syscall_enter name=openat path=/a flags=0
  1us  cpu0 tid=7 pid=7 syscall_exit  name=openat ret=3
  2us  cpu0 tid=8 pid=7 syscall_enter name=write fd=3 size=10
  4us  cpu0 tid=8 pid=7 syscall_exit  name=write ret=10
  5us  cpu0 tid=7 pid=7 syscall_enter name=openat path=/none flags=0
  6us  cpu0 tid=7 pid=7 syscall_exit  name=openat ret=-2
  7us  cpu0 tid=9 pid=9 syscall_enter name=socket flags=1
  8us  cpu0 tid=9 pid=9 syscall_exit  name=socket ret=3
  9us  cpu0 tid=9 pid=9 syscall_enter name=sendto fd=3 size=500
  12us cpu0 tid=9 pid=9 syscall_exit  name=sendto ret=400
  13us cpu0 tid=9 pid=9 syscall_enter name=read fd=4 size=1
  14us cpu0 tid=9 pid=9 syscall_exit  name=read ret=-11
`;

test('by file: paths are one each, what has none is told apart by process and descriptor', () => {
  const rows = rowsOf(files, { by: 'file' });
  expect(
    rows.map(({ path, fd, pid, kind, count, size, errors }) => [path, fd, pid, kind, count, size, errors]),
  ).toEqual([
    ['socket', 3, 9, 'socket', 2, 400, 0],
    ['/a', undefined, undefined, 'file', 2, 10, 0],
    ['/none', undefined, undefined, 'file', 1, 0, 1],
    [undefined, 4, 9, 'unknown', 1, 0, 1],
  ]);
});

test('by call, process, thread and all together', () => {
  const by = (word: string, id: string) =>
    rowsOf(files, { by: word }).map((row) => [row[id], row['count'], row['total']]);
  expect(by('call', 'name')).toEqual([
    ['sendto', 1, 3000],
    ['openat', 2, 2000],
    ['write', 1, 2000],
    ['socket', 1, 1000],
    ['read', 1, 1000],
  ]);
  expect(by('process', 'pid')).toEqual([
    [9, 3, 5000],
    [7, 3, 4000],
  ]);
  expect(by('thread', 'tid')).toEqual([
    [9, 3, 5000],
    [7, 2, 2000],
    [8, 1, 2000],
  ]);
  expect(by('all', 'label')).toEqual([['all calls', 6, 9000]]);
});

test('a process that becomes known later has what its threads did before', () => {
  const late = `
    ${switchTo(8, 'left')}
    1us cpu0 syscall_enter name=write fd=1 size=5
    2us cpu0 syscall_exit name=write ret=5
    3us cpu0 process_state task_tid=8 task_pid=7 comm=left
    4us cpu0 syscall_enter name=write fd=1 size=6
    7us cpu0 syscall_exit name=write ret=6
  `;
  const rows = rowsOf(late, { by: 'process' });
  expect(rows.map(({ pid, count, total, size }) => [pid, count, total, size])).toEqual([[7, 2, 4000, 11]]);
  expect(rowsOf(late, { by: 'process' }, 'each').map(({ pid, duration }) => [pid, duration])).toEqual([
    [7, 3000],
    [7, 1000],
  ]);
  expect(rowsOf(late, { by: 'process', 'freq-resolution': '2' }, 'freq').map(({ count }) => count)).toEqual([
    1, 1,
  ]);
});

test('a row of the log: size only where bytes were moved', () => {
  const log = rowsOf(files, {}, 'log');
  expect(log.map(({ name, path, size, fd, return: result }) => [name, path, size, fd, result])).toEqual([
    ['openat', '/a', undefined, 3, undefined],
    ['write', '/a', 10, 3, undefined],
    ['openat', '/none', undefined, undefined, 'ENOENT'],
    ['socket', 'socket', undefined, 3, undefined],
    ['sendto', 'socket', 400, 3, undefined],
    ['read', undefined, undefined, 4, 'EAGAIN'],
  ]);
  expect(log[4]).toMatchObject({ begin: 1_000_009_000n, duration: 3000, requested: 500, tid: 9, pid: 9 });
});

test('the longest ones, of all and of each row', () => {
  expect(rowsOf(reads(), { limit: '2' }, 'top').map(({ name, duration }) => [name, duration])).toEqual([
    ['openat', 1000],
    ['fsync', 1000],
  ]);
  const each = rowsOf(reads(), { limit: '2' }, 'each');
  expect(each.map(({ category, duration }) => [category, duration])).toEqual([
    ['read', 230],
    ['read', 220],
    ['open', 1000],
    ['sync', 1000],
  ]);
});

test('equal bins, histogram, heatmap and series count each call once', () => {
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0);
  const bins = rowsOf(reads(), { 'freq-resolution': '11', category: 'read' }, 'freq');
  // From 10 to 230 in bins of 20: two reads each, and three in the last one.
  expect(bins.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
  expect(bins[1]).toMatchObject({ category: 'read', lower: 30, upper: 50 });
  expect(sum((answer(reads(), {}, 'dist').answers[0] as Grid).counts)).toBe(25);
  expect(sum((answer(reads(), {}, 'heatmap').answers[0] as Grid).counts)).toBe(25);
  const { lines } = answer(reads(), {}, 'series').answers[0] as Series;
  expect(lines.map(({ name }) => name)).toEqual(['read', 'open', 'sync']);
});

test('limits on duration and size, one category, one thread', () => {
  const count = (options: Record<string, string>, scope: AnalysisScope = {}) =>
    rowsOf(reads(), options, 'log', scope).length;
  expect(count({ slower: '210ns', faster: '220ns' })).toBe(2);
  expect(count({ 'min-size': '20' })).toBe(4);
  expect(count({ 'max-size': '20', category: 'read' })).toBe(20);
  expect(count({ category: 'sync' })).toBe(1);
  expect(count({}, { tids: [8] })).toBe(0);
  expect(count({}, { comms: ['cat'] })).toBe(25);
});

test('a copied descriptor is the same file, a child has its own copy', () => {
  const text = `
    ${switchTo(7, 'sh')}
    1us  cpu0 syscall_enter name=openat path=/log flags=0
    2us  cpu0 syscall_exit  name=openat ret=3
    3us  cpu0 syscall_enter name=dup2 fd=3 other_fd=1
    4us  cpu0 syscall_exit  name=dup2 ret=1
    5us  cpu0 sched_process_fork parent_tid=7 parent_comm=sh child_tid=9 child_pid=9 child_comm=sh
    6us  cpu0 syscall_enter name=close fd=1
    7us  cpu0 syscall_exit  name=close ret=0
    8us  cpu0 sched_switch prev_tid=7 prev_comm=sh prev_state=1 next_tid=9 next_comm=sh
    9us  cpu0 syscall_enter name=write fd=1 size=5
    10us cpu0 syscall_exit  name=write ret=5
  `;
  expect(rowsOf(text, {}, 'log').map(({ name, path, tid }) => [name, path, tid])).toEqual([
    ['openat', '/log', 7],
    ['dup2', '/log', 7],
    ['close', '/log', 7],
    ['write', '/log', 9],
  ]);
});

test('calls that have not ended are said, but for those that are not on files', () => {
  const text = `${reads()}
    60us cpu0 syscall_enter name=read fd=3 size=1
    61us cpu0 sched_switch prev_tid=7 prev_comm=cat prev_state=1 next_tid=8 next_comm=dog
    62us cpu0 syscall_enter name=nanosleep
  `;
  const { health } = answer(text);
  expect(health.map(({ kind, count, first }) => [kind.code, count, first])).toEqual(
    expect.arrayContaining([['unfinished-io-calls', 1, expect.stringContaining('read of thread 7')]]),
  );
  expect(answer(reads()).health.map(({ kind }) => kind.code)).not.toContain('unfinished-io-calls');
});

test('a trace without system calls is refused with what to record', () => {
  expect(() => answer(switchTo(7, 'cat'))).toThrow(IncompatibleError);
  expect(() => answer(switchTo(7, 'cat'))).toThrow(
    'The trace has no syscall_enter and no syscall_exit events',
  );
});

test('batches of any size give the same answer', () => {
  const views = Object.keys(analysis.views);
  const [whole] = runAnalyses(textTrace(files), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(files, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
