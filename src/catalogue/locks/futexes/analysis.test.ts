import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import type { Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

function answer(text: string, options: Record<string, string> = {}, view = 'table') {
  return runAnalyses(textTrace(text), [{ analysis, options, views: [view] }])[0]!;
}

function rowsOf(text: string, options: Record<string, string> = {}, view = 'table') {
  const table = answer(text, options, view).answers[0] as Table;
  return tableRows(table);
}

/** 23 times thread 7 waits n µs at 0x1000 until 8 wakes it, and runs 1 µs later; then once for 5 µs at 0x2000 until its time is over. */
function waits(): string {
  const lines: string[] = [];
  let now = 0;
  for (let n = 1; n <= 23; n += 1) {
    lines.push(`${now}us cpu0 tid=7 pid=7 syscall_enter name=futex arg0=4096 arg1=128`);
    now += n;
    lines.push(`${now}us cpu1 tid=8 pid=7 syscall_enter name=futex arg0=4096 arg1=129`);
    lines.push(`${now}us cpu1 tid=8 pid=7 sched_waking task_tid=7`);
    now += 1;
    lines.push(`${now}us cpu0 tid=7 pid=7 syscall_exit name=futex ret=0`);
    lines.push(`${now}us cpu1 tid=8 pid=7 syscall_exit name=futex ret=1`);
  }
  lines.push(`${now}us cpu0 tid=7 pid=7 syscall_enter name=futex arg0=8192 arg1=393`);
  lines.push(`${now + 5}us cpu0 tid=7 pid=7 syscall_exit name=futex ret=-110`);
  return lines.join('\n');
}

test('23 waits for another thread, and one that nobody ended', () => {
  const [row, timeout, ...others] = rowsOf(waits());
  expect(others).toEqual([]);
  // 1 + … + 23 = 276 µs until the wake-up, and 23 times a microsecond.
  expect(row).toMatchObject({
    tid: 7,
    'waker-tid': 8,
    count: 23,
    total: 299_000,
    min: 2_000,
    max: 24_000,
    avg: 13_000,
    woken: 23,
    timeout: 0,
    'after-wake': 23_000,
  });
  expect(timeout).toMatchObject({
    tid: 7,
    'waker-tid': undefined,
    count: 1,
    total: 5_000,
    woken: 0,
    timeout: 1,
  });
});

test('by futex, by waker, by thread', () => {
  expect(rowsOf(waits(), { by: 'futex' }).map((row) => [row['futex'], row['pid'], row['count']])).toEqual([
    ['0x1000', 7, 23],
    ['0x2000', 7, 1],
  ]);
  expect(rowsOf(waits(), { by: 'waker' }).map((row) => [row['waker-tid'], row['count']])).toEqual([
    [8, 23],
    [undefined, 1],
  ]);
  expect(rowsOf(waits(), { by: 'thread' }).map((row) => [row['tid'], row['count']])).toEqual([[7, 24]]);
  expect(rowsOf(waits(), { by: 'all' })[0]!['total']).toBe(304_000);
});

test('single waits', () => {
  expect(rowsOf(waits(), { limit: '1' }, 'top')).toMatchObject([
    { duration: 24_000, 'after-wake': 1_000, result: 'woken', futex: '0x1000', operation: 'WAIT', tid: 7 },
  ]);
  expect(rowsOf(waits(), { faster: '5us', slower: '5us' }, 'log').map((row) => row['operation'])).toEqual([
    'WAIT',
    'WAIT_BITSET',
  ]);
});

test('a wait that has not ended is said; a trace without calls is refused', () => {
  const open = `${waits()}\n999us cpu0 tid=7 pid=7 syscall_enter name=futex arg0=4096 arg1=0`;
  expect(answer(open).health.map(({ kind }) => kind.code)).toContain('futex-waits-unfinished');
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
});
