import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Series } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const idleTo = (comm: string, tid: number) =>
  `sched_switch prev_tid=0 prev_comm=swapper/0 prev_state=0 prev_prio=120 next_tid=${tid} next_comm=${comm} next_prio=120`;
const toIdle = (comm: string, tid: number, state = 1) =>
  `sched_switch prev_tid=${tid} prev_comm=${comm} prev_state=${state} prev_prio=120 next_tid=0 next_comm=swapper/0 next_prio=120`;
const waking = (comm: string, tid: number, cpu = 0) =>
  `sched_waking comm=${comm} task_tid=${tid} prio=120 target_cpu=${cpu}`;

/** Thread 7 is woken 23 times from the idle thread; the nth time it waits n × 10 ns for its CPU. */
function wakeUps(): string {
  const lines = [`0us cpu0 ${toIdle('cat', 7)}`];
  for (let n = 1; n <= 23; n += 1) {
    lines.push(`${n}us cpu0 ${waking('cat', 7)}`);
    lines.push(`${n * 1000 + n * 10}ns cpu0 ${idleTo('cat', 7)}`);
    lines.push(`${n * 1000 + 500}ns cpu0 ${toIdle('cat', 7)}`);
  }
  return lines.join('\n');
}

const { answer, rowsOf } = answersOf(analysis);

test('23 wake-ups', () => {
  const [row, ...others] = rowsOf(wakeUps());
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    comm: 'cat',
    tid: 7,
    count: 23,
    total: 2760,
    min: 10,
    avg: 120,
    p50: 120,
    p90: 210,
    p99: 230,
    max: 230,
    preempted: 0,
    prios: '120',
  });
  // The variance of n × 10 for n = 1 … 23 is 100 × (23² - 1) / 12 × 23 / 22 = 4600.
  expect(row!['stdev']).toBeCloseTo(Math.sqrt(4600));
});

/** Two threads share a CPU: 8 preempts 7 twice, is woken by it, and waits for it once. */
const sharing = `
  0us  cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 prev_state=0 prev_prio=120 next_tid=7 next_comm=cat next_prio=120
  1us  cpu0 sched_waking comm=dog task_tid=8 prio=110 target_cpu=0
  2us  cpu0 sched_wakeup comm=dog task_tid=8 prio=110 target_cpu=0
  4us  cpu0 sched_switch prev_tid=7 prev_comm=cat prev_state=0 prev_prio=120 next_tid=8 next_comm=dog next_prio=110
  10us cpu0 sched_switch prev_tid=8 prev_comm=dog prev_state=256 prev_prio=110 next_tid=7 next_comm=cat next_prio=120
  15us cpu0 sched_switch prev_tid=7 prev_comm=cat prev_state=2 prev_prio=120 next_tid=8 next_comm=dog next_prio=110
  20us cpu0 sched_waking comm=cat task_tid=7 prio=120 target_cpu=0
`;

test('woken, and preempted: who ran before, and instead', () => {
  const log = rowsOf(sharing, {}, 'log');
  expect(
    log.map((row) => [row['tid'], row['duration'], row['why'], row['waker-tid'], row['prev-tid']]),
  ).toEqual([
    [8, 3000, 'woken', 7, 7],
    [7, 6000, 'preempted', undefined, 8],
    [8, 5000, 'preempted', undefined, 7],
  ]);
  expect(log[0]).toMatchObject({ begin: 1_000_001_000n, end: 1_000_004_000n, prio: 110, comm: 'dog' });
  const instead = rowsOf(sharing, {}, 'instead');
  expect(instead.map((row) => [row['tid'], row['instead-comm'], row['time'], row['share']])).toEqual([
    [8, undefined, 8000, undefined],
    [8, 'cat', 8000, 1],
    [7, undefined, 6000, undefined],
    [7, 'dog', 6000, 1],
  ]);
  expect(answer(sharing).health.map(({ kind, count }) => [kind.code, count])).toEqual([
    ['optional-events-absent', 1],
    ['threads-still-waiting', 1],
  ]);
});

test('from the wake-up: preempted threads do not count', () => {
  const log = rowsOf(sharing, { from: 'wakeup' }, 'log');
  expect(log.map((row) => [row['tid'], row['duration']])).toEqual([[8, 3000]]);
});

test('a thread woken while it waits to run on: from its wake-up if that is asked for', () => {
  const text = sharing.replace('15us', `12us cpu1 ${waking('dog', 8)}\n 15us`);
  expect(rowsOf(text, {}, 'log').at(-1)).toMatchObject({ tid: 8, duration: 5000, why: 'preempted' });
  expect(rowsOf(text, { from: 'wakeup' }, 'log').at(-1)).toMatchObject({ tid: 8, duration: 3000 });
});

test('a waking that comes before the switch that it ends', () => {
  const text = `
    0us  cpu0 ${idleTo('cat', 7)}
    1us  cpu1 ${waking('cat', 7)}
    2us  cpu0 ${toIdle('cat', 7)}
    5us  cpu0 ${idleTo('cat', 7)}
  `;
  expect(rowsOf(text, {}, 'log').map((row) => [row['duration'], row['why']])).toEqual([[3000, 'woken']]);
  // The wake-up where it was queued is not another one.
  const confirmed = text.replace('5us', `3us cpu1 ${waking('cat', 7).replace('waking', 'wakeup')}\n5us`);
  expect(rowsOf(confirmed, {}, 'log').map((row) => row['duration'])).toEqual([3000]);
  // A later waking is the one that counts.
  const later = text.replace('5us', `4us cpu1 ${waking('cat', 7)}\n5us`);
  expect(rowsOf(later, {}, 'log').map((row) => row['duration'])).toEqual([1000]);
});

test('a new thread waits from its first wake-up; a sleeper without a wake-up is said', () => {
  const text = `
    0us cpu0 ${idleTo('cat', 7)}
    1us cpu0 sched_process_fork parent_tid=7 parent_comm=cat child_tid=9 child_comm=cat
    2us cpu0 sched_wakeup_new comm=cat task_tid=9 prio=120 target_cpu=1
    3us cpu1 ${idleTo('cat', 9)}
    4us cpu1 ${toIdle('cat', 9)}
    5us cpu1 ${idleTo('cat', 9)}
    6us cpu0 ${waking('x', 5)}
  `;
  expect(rowsOf(text, {}, 'log').map((row) => [row['why'], row['duration'], row['waker-tid']])).toEqual([
    ['new', 1000, 7],
  ]);
  expect(answer(text).health.map(({ kind, count }) => [kind.code, count])).toEqual([
    ['threads-still-waiting', 1],
    ['switches-without-wake-up', 1],
  ]);
});

test('a wait whose switch was not recorded has no end: it is said, not counted', () => {
  const text = `
    0us cpu0 tid=7 sched_switch prev_tid=7 prev_comm=cat prev_state=1 next_tid=0 next_comm=swapper/0
    1us cpu0 tid=0 sched_waking comm=cat task_tid=7 target_cpu=0
    3us cpu0 tid=7 sched_waking comm=dog task_tid=8 target_cpu=0
    4us cpu0 tid=7 sched_switch prev_tid=7 prev_comm=cat prev_state=1 next_tid=8 next_comm=dog
  `;
  expect(rowsOf(text, {}, 'log').map((row) => [row['tid'], row['duration'], row['prev-tid']])).toEqual([
    [8, 1000, 7],
  ]);
  const codes = answer(text).health.map(({ kind, count }) => [kind.code, count]);
  expect(codes).toContainEqual(['implied-switches', 1]);
});

test('a thread that is woken twice has run between, unseen', () => {
  const text = `
    0us cpu0 ${toIdle('cat', 7)}
    1us cpu1 ${waking('cat', 7)}
    8us cpu1 ${waking('cat', 7)}
    9us cpu0 ${idleTo('cat', 7)}
  `;
  expect(rowsOf(text, {}, 'log').map((row) => row['duration'])).toEqual([1000]);
  // lttng-analyses goes by the first wake-up, whatever happened.
  expect(rowsOf(text, { from: 'wakeup' }, 'log').map((row) => row['duration'])).toEqual([8000]);
  expect(answer(text).health.map(({ kind, count }) => [kind.code, count])).toContainEqual(['unseen-runs', 1]);
});

test('by priority, CPU, waker, reason and all together', () => {
  const by = (word: string) =>
    rowsOf(sharing, { by: word }).map((row) => [...Object.values(row).slice(0, 2), row['total']]);
  expect(by('prio')).toEqual([
    [110, 2, 8000],
    [120, 1, 6000],
  ]);
  expect(by('cpu')).toEqual([[0, 3, 14000]]);
  expect(by('waker')).toEqual([
    [undefined, undefined, 11000],
    ['cat', 7, 3000],
  ]);
  expect(by('reason')).toEqual([
    ['preempted', 2, 11000],
    ['woken', 1, 3000],
  ]);
  expect(by('all')).toEqual([['all threads', 3, 14000]]);
});

test('by process, also for what came before the trace told whose thread it was', () => {
  const text = `
    ${sharing}
    21us cpu0 process_state task_tid=7 task_pid=7 comm=cat
    21us cpu0 process_state task_tid=8 task_pid=7 comm=dog
    22us cpu0 sched_switch prev_tid=8 prev_comm=dog prev_state=1 next_tid=7 next_comm=cat
  `;
  const rows = rowsOf(text, { by: 'process' });
  expect(rows.map((row) => [row['comm'], row['pid'], row['count'], row['total'], row['preempted']])).toEqual([
    ['cat', 7, 4, 16000, 2],
  ]);
  // Without that each thread stands for itself.
  expect(rowsOf(sharing, { by: 'process' }).map((row) => [row['comm'], row['pid'], row['count']])).toEqual([
    ['dog', undefined, 2],
    ['cat', undefined, 1],
  ]);
});

test('equal bins, histogram, heatmap and series count each wait once', () => {
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0);
  const bins = rowsOf(wakeUps(), { 'freq-resolution': '11' }, 'freq');
  // From 10 to 230 in bins of 20: two waits each, and three in the last one.
  expect(bins.map(({ lower, upper, count }) => [lower, upper, count]).slice(0, 2)).toEqual([
    [10, 30, 2],
    [30, 50, 2],
  ]);
  expect(bins.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
  expect(sum((answer(wakeUps(), {}, 'dist').answers[0] as Grid).counts)).toBe(23);
  expect(sum((answer(wakeUps(), {}, 'heatmap').answers[0] as Grid).counts)).toBe(23);
  const { lines } = answer(wakeUps(), {}, 'series').answers[0] as Series;
  expect(lines.map(({ name }) => name)).toEqual(['cat (7)']);
});

test('the longest ones, and limits on their length', () => {
  expect(rowsOf(wakeUps(), { limit: '2' }, 'top').map((row) => row['duration'])).toEqual([230, 220]);
  expect(
    rowsOf(wakeUps(), { slower: '210ns', faster: '220ns' }, 'log').map((row) => row['duration']),
  ).toEqual([210, 220]);
});

test('a filter by thread or CPU looks at who waited, not at who left', () => {
  expect(rowsOf(sharing, {}, 'log', { tids: [8] }).map((row) => row['tid'])).toEqual([8, 8]);
  expect(rowsOf(sharing, {}, 'log', { comms: ['cat'] }).map((row) => row['tid'])).toEqual([7]);
  expect(rowsOf(sharing, {}, 'log', { cpus: [1] })).toEqual([]);
  // Who ran instead is not asked for, and is known nevertheless.
  expect(rowsOf(sharing, {}, 'instead', { tids: [7] }).map((row) => row['instead-comm'])).toEqual([
    undefined,
    'dog',
  ]);
  const late = { beginNs: 1_000_010_000n, endNs: 1_000_010_000n };
  expect(rowsOf(sharing, {}, 'log', late).map((row) => [row['tid'], row['duration']])).toEqual([[7, 6000]]);
});

test('a trace without wake-ups or switches is refused with what to record', () => {
  const without = `0us cpu0 ${idleTo('cat', 7)}`;
  expect(() => answer(without)).toThrow(IncompatibleError);
  expect(() => answer(without)).toThrow('The trace has no sched_waking event');
  expect(() => answer('0us cpu0 other')).toThrow('no sched_switch and no sched_waking events');
});

test('batches of any size give the same answer', () => {
  const views = ['log', 'instead', 'table'];
  const [whole] = runAnalyses(textTrace(sharing), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(sharing, { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
