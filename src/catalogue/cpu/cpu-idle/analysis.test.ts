import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import type { Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const { answer, rowsOf } = answersOf(analysis);

/**
 *     us      0    10   20   30   40   50   60   70   80   90   100
 *     cpu 0   ├─ ? ┤awake├ 1  ┤aw. ├──── 2 ─────┤awake├ 1 ────────┤       asleep 10 + 10 + 30 + 20 of 100
 *     cpu 1   ├──── awake ────┤ 1  ┤───── awake ──────────────────┤       asleep 10
 */
const text = `
  0us cpu0 event
  10us cpu0 cpu_idle state=4294967295 cpu_id=0
  20us cpu0 cpu_idle state=1 cpu_id=0
  30us cpu0 cpu_idle state=4294967295 cpu_id=0
  30us cpu1 cpu_idle state=1 cpu_id=1
  40us cpu1 cpu_idle state=4294967295 cpu_id=1
  40us cpu0 cpu_idle state=2 cpu_id=0
  70us cpu0 cpu_idle state=4294967295 cpu_id=0
  80us cpu0 cpu_idle state=1 cpu_id=0
  100us cpu1 event
`;

test('three sleeps from beginning to end, one that had begun and one that goes on', () => {
  expect(rowsOf(text)).toMatchObject([
    { state: 2, count: 1, part: 0.15, asleep: 30_000, total: 30_000, max: 30_000 },
    { state: 1, count: 2, part: 0.2, asleep: 40_000, total: 20_000, max: 10_000 },
    { state: undefined, count: 0, part: 0.05, asleep: 10_000, total: 0 },
  ]);
  const { totals, description } = answer(text).answers[0] as Table;
  const at = (id: string) => totals?.[description.columns.findIndex((column) => column.id === id)];
  expect(['count', 'part', 'asleep', 'total'].map(at)).toEqual([3, 0.4, 80_000, 50_000]);
});

test('by CPU, by both and all together', () => {
  expect(rowsOf(text, { by: 'cpu' }).map(({ cpu, part }) => [cpu, part])).toEqual([
    [0, 0.7],
    [1, 0.1],
  ]);
  const both = rowsOf(text, { by: 'both' });
  expect(both.map(({ cpu, state, asleep }) => [cpu, state, asleep])).toEqual([
    [0, 2, 30_000],
    [0, 1, 30_000],
    [1, 1, 10_000],
    [0, undefined, 10_000],
  ]);
  expect(rowsOf(text, { by: 'all' })).toMatchObject([{ label: 'all sleeps', part: 0.4, count: 3 }]);
});

test('asleep, awake and unknown are the whole time', () => {
  expect(rowsOf(`${text}\n50us cpu2 event`, {}, 'cpus')).toMatchObject([
    { cpu: 0, part: 0.7, asleep: 70_000, awake: 30_000, unknown: 0, sleeps: 3 },
    { cpu: 1, part: 0.1, asleep: 10_000, awake: 90_000, unknown: 0, sleeps: 1, rate: 10_000 },
    { cpu: 2, part: 0, asleep: 0, awake: 0, unknown: 100_000, sleeps: 0 },
  ]);
  const codes = answer(`${text}\n50us cpu2 event`).health.map(({ kind, count }) => [kind.code, count]);
  expect(codes).toEqual([['cpu-sleep-unknown', 1]]);
});

test('a part of the time: what was before it is left out, and what goes on after it', () => {
  const scope = { beginNs: 1_000_025_000n, endNs: 1_000_060_000n };
  expect(rowsOf(text, {}, 'cpus', scope)).toMatchObject([
    { cpu: 0, asleep: 25_000, awake: 10_000, unknown: 0 },
    { cpu: 1, asleep: 10_000, awake: 25_000, unknown: 0 },
  ]);
  expect(rowsOf(text, { by: 'both' }, 'table', scope)).toMatchObject([
    { cpu: 0, state: 1, asleep: 5_000, total: 10_000 },
    { cpu: 1, state: 1, asleep: 10_000 },
    { cpu: 0, state: 2, asleep: 20_000, count: 0 },
  ]);
});

test('how long: the longest ones, and only some', () => {
  const top = rowsOf(text, { limit: '2' }, 'top');
  expect(top.map(({ duration, state, cpu }) => [duration, state, cpu])).toEqual([
    [30_000, 2, 0],
    [10_000, 1, 0],
  ]);
  expect(rowsOf(text, { slower: '20us' })).toMatchObject([{ state: 2, count: 1, asleep: 30_000 }]);
});

test('a CPU that goes from one state to another has slept twice', () => {
  const deeper = `
    0us cpu0 cpu_idle state=0 cpu_id=0
    10us cpu0 cpu_idle state=3 cpu_id=0
    40us cpu0 cpu_idle state=4294967295 cpu_id=0
  `;
  expect(rowsOf(deeper, {}, 'log').map(({ state, duration }) => [state, duration])).toEqual([
    [0, 10_000],
    [3, 30_000],
  ]);
});

const at = (us: number, cpu: number, prev: number, next: number) =>
  `${us}us cpu${cpu} tid=${prev} sched_switch prev_tid=${prev} prev_state=1 next_tid=${next}`;

test('without cpu_idle the idle threads say it, though not how deeply', () => {
  const switches = [
    '0us cpu0 event',
    at(10, 0, 7, 0),
    at(30, 0, 0, 7),
    at(40, 0, 7, 0),
    '50us cpu0 event',
  ].join('\n');
  expect(rowsOf(switches)).toMatchObject([{ state: undefined, count: 1, asleep: 30_000, total: 20_000 }]);
  expect(rowsOf(switches, {}, 'cpus')).toMatchObject([
    { cpu: 0, asleep: 30_000, awake: 20_000, unknown: 0, sleeps: 1 },
  ]);
  expect(answer(switches).health.map(({ kind }) => kind.code)).toEqual(['optional-events-absent']);
  expect(() => answer('0us cpu0 event')).toThrow('no cpu_idle and no sched_switch events');
});
