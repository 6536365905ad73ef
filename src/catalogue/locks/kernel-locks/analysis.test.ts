import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import { analysis } from './analysis.ts';

const { answer, rowsOf } = answersOf(analysis);

/** 23 waits of thread 7 for one rwsem, the nth n × 10 ns long. */
function waits(): string {
  const lines: string[] = [];
  for (let n = 1; n <= 23; n += 1) {
    lines.push(`${n}us cpu0 tid=7 contention_begin lock_addr=4096 flags=4`);
    lines.push(`${n * 1000 + n * 10}ns cpu0 tid=7 contention_end lock_addr=4096 ret=0`);
  }
  return lines.join('\n');
}

test('23 waits for a lock', () => {
  const [row, ...others] = rowsOf(waits());
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    kind: 'rwsem',
    access: 'write',
    count: 23,
    total: 2760,
    min: 10,
    avg: 120,
    max: 230,
    spun: 0,
    slept: 2760,
    failed: 0,
  });
  expect(row!['stdev']).toBeCloseTo(Math.sqrt(4600));
  expect(rowsOf(waits(), { by: 'lock' })[0]).toMatchObject({ lock: '0x1000', kind: 'rwsem', count: 23 });
  expect(rowsOf(waits(), { limit: '2' }, 'top').map((wait) => wait['duration'])).toEqual([230, 220]);
});

/** Thread 7 spins on a mutex, then sleeps; thread 8 waits for a spinlock meanwhile, and one in an interrupt of it. */
const nested = `
  1us  cpu0 tid=7 contention_begin lock_addr=10 flags=33
  2us  cpu1 tid=8 contention_begin lock_addr=20 flags=1
  3us  cpu1 tid=8 contention_begin lock_addr=30 flags=1
  4us  cpu0 tid=7 contention_begin lock_addr=10 flags=32
  5us  cpu1 tid=8 contention_end lock_addr=30 ret=0
  6us  cpu1 tid=8 contention_end lock_addr=20 ret=0
  11us cpu1 tid=7 contention_end lock_addr=10 ret=-4
`;

test('a mutex that is spun on, then slept for, is one wait; an interrupt waits in between', () => {
  const log = rowsOf(nested, {}, 'log');
  expect(log.map((row) => [row['tid'], row['lock'], row['duration'], row['slept'], row['error']])).toEqual([
    [8, '0x1e', 2000, 0, undefined],
    [8, '0x14', 4000, 0, undefined],
    [7, '0xa', 10000, 7000, 'EINTR'],
  ]);
  expect(
    rowsOf(nested).map((row) => [row['kind'], row['count'], row['spun'], row['slept'], row['failed']]),
  ).toEqual([
    ['mutex', 1, 3000, 7000, 1],
    ['spinlock', 2, 6000, 0, 0],
  ]);
});

test('kinds of locks, by their flags', () => {
  const kindOf = (flags: number) => {
    const text = `1us cpu0 tid=7 contention_begin lock_addr=1 flags=${flags}\n2us cpu0 tid=7 contention_end lock_addr=1 ret=0`;
    const [row] = rowsOf(text);
    return [row!['kind'], row!['access']];
  };
  expect([0, 1, 2, 4, 3, 5, 8, 10, 18, 32, 33].map(kindOf)).toEqual([
    ['semaphore', undefined],
    ['spinlock', undefined],
    ['rwsem', 'read'],
    ['rwsem', 'write'],
    ['rwlock', 'read'],
    ['rwlock', 'write'],
    ['rt-mutex', undefined],
    ['rwlock-rt', 'read'],
    ['percpu-rwsem', 'read'],
    ['mutex', undefined],
    ['mutex', undefined],
  ]);
});

test('idle threads of two CPUs are two; ends that miss their other end are said', () => {
  const text = `
    1us cpu0 tid=0 contention_begin lock_addr=5 flags=1
    2us cpu1 tid=0 contention_begin lock_addr=5 flags=1
    3us cpu0 tid=0 contention_end lock_addr=5 ret=0
    5us cpu1 tid=0 contention_end lock_addr=5 ret=0
    6us cpu1 tid=7 contention_end lock_addr=5 ret=0
    7us cpu1 tid=9 contention_begin lock_addr=6 flags=2
  `;
  expect(rowsOf(text, {}, 'log').map((row) => [row['cpu'], row['duration']])).toEqual([
    [0, 2000],
    [1, 3000],
  ]);
  const codes = answer(text).health.map(({ kind, count }) => [kind.code, count]);
  expect(codes).toContainEqual(['lock-ends-without-begin', 1]);
  expect(codes).toContainEqual(['lock-waits-unfinished', 1]);
});

test('by thread and process, and only those that are asked for', () => {
  expect(rowsOf(nested, { by: 'thread' }).map((row) => [row['tid'], row['total']])).toEqual([
    [7, 10000],
    [8, 6000],
  ]);
  expect(rowsOf(nested, { by: 'all' }).map((row) => row['count'])).toEqual([3]);
  expect(rowsOf(nested, {}, 'log', { tids: [8] })).toHaveLength(2);
  expect(rowsOf(nested, { slower: '3us', faster: '5us' }, 'log').map((row) => row['duration'])).toEqual([
    4000,
  ]);
});

test('by process, also for what came before the trace told whose thread it was', () => {
  const text = `${nested}
    12us cpu0 process_state task_tid=7 task_pid=7 comm=cat
    12us cpu0 process_state task_tid=8 task_pid=7 comm=dog
  `;
  const [row, ...others] = rowsOf(text, { by: 'process' });
  expect(others).toEqual([]);
  expect(row).toMatchObject({ comm: 'cat', pid: 7, count: 3, spun: 9000, slept: 7000, failed: 1 });
});

test('a trace without these events is refused with what to record', () => {
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other')).toThrow('no contention_begin and no contention_end events');
});

test('batches of any size give the same answer', () => {
  const views = ['log', 'table'];
  const [whole] = runAnalyses(textTrace(nested), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(nested, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
