import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Grid, Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

type Given = Record<string, string | readonly string[]>;

function answer(text: string, options: Given = {}, view = 'table', scope: AnalysisScope = {}) {
  return runAnalyses(textTrace(text), [{ analysis, options, views: [view] }], scope)[0]!;
}

function rowsOf(
  text: string,
  options: Given = {},
  view = 'table',
  scope: AnalysisScope = {},
): Record<string, unknown>[] {
  const table = answer(text, options, view, scope).answers[0] as Table;
  return tableRows(table);
}

/** 23 interrupts of a network card, the nth takes n × 10 ns; each raises NET_RX, which begins 100 ns later and takes 200 ns. */
function interrupts(): string {
  const lines = ['0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat'];
  for (let n = 1; n <= 23; n += 1) {
    const at = n * 1000;
    lines.push(`${at}ns cpu0 irq_handler_entry irq=28 name=eno1`);
    lines.push(`${at + 5}ns cpu0 softirq_raise vec=3`);
    lines.push(`${at + n * 10}ns cpu0 irq_handler_exit irq=28 ret=1`);
    lines.push(`${at + 305}ns cpu0 softirq_entry vec=3`);
    lines.push(`${at + 505}ns cpu0 softirq_exit vec=3`);
  }
  return lines.join('\n');
}

test('23 interrupts and their soft interrupts', () => {
  const [soft, hard, ...others] = rowsOf(interrupts());
  expect(others).toEqual([]);
  expect(hard).toMatchObject({
    kind: 'irq',
    irq: 28,
    name: 'eno1',
    count: 23,
    total: 2760,
    min: 10,
    avg: 120,
    p50: 120,
    max: 230,
    raised: 0,
  });
  expect(hard!['stdev']).toBeCloseTo(Math.sqrt(4600));
  expect(soft).toMatchObject({ kind: 'softirq', irq: 3, name: 'NET_RX', count: 23, total: 4600 });
  expect(soft).toMatchObject({ raised: 23, 'raise-avg': 300, 'raise-min': 300, 'raise-max': 300 });
});

test('who was interrupted', () => {
  expect(
    rowsOf(interrupts(), { by: 'thread' }).map((row) => [row['comm'], row['tid'], row['kind'], row['count']]),
  ).toEqual([
    ['cat', 7, 'softirq', 23],
    ['cat', 7, 'irq', 23],
  ]);
  const idle = interrupts().replace('next_tid=7 next_comm=cat', 'next_tid=0 next_comm=swapper/0');
  expect(rowsOf(idle, { by: 'thread' })[0]).toMatchObject({ comm: 'idle', tid: undefined });
});

test('interrupts nest, and a soft interrupt is raised again while it runs', () => {
  const text = `
    1us cpu0 irq_handler_entry irq=1 name=slow
    2us cpu0 irq_handler_entry irq=2 name=quick
    3us cpu0 irq_handler_exit irq=2 ret=1
    9us cpu0 irq_handler_exit irq=1 ret=0
    10us cpu0 softirq_raise vec=1
    11us cpu0 softirq_raise vec=1
    12us cpu0 softirq_entry vec=1
    13us cpu0 softirq_raise vec=1
    14us cpu0 softirq_exit vec=1
    15us cpu0 softirq_entry vec=1
    16us cpu0 softirq_exit vec=1
    17us cpu0 softirq_entry vec=1
    18us cpu0 softirq_exit vec=1
  `;
  const log = rowsOf(text, {}, 'log');
  expect(log.map((row) => [row['irq'], row['duration'], row['raise-latency'], row['value']])).toEqual([
    [2, 1000, undefined, 1],
    [1, 8000, undefined, 0],
    [1, 2000, 2000, undefined],
    [1, 1000, 2000, undefined],
    [1, 1000, undefined, undefined],
  ]);
});

test('each CPU has interrupts of its own; ends that miss their other end are said', () => {
  const text = `
    1us cpu0 irq_handler_exit irq=5 ret=1
    2us cpu0 irq_handler_entry irq=5 name=disk
    2us cpu1 irq_handler_entry irq=5 name=disk
    4us cpu1 irq_handler_exit irq=5 ret=1
    5us cpu0 irq_handler_exit irq=5 ret=1
    6us cpu1 softirq_entry vec=4
    7us cpu1 softirq_entry vec=4
    8us cpu1 softirq_exit vec=4
  `;
  expect(rowsOf(text, { by: 'cpu' }).map((row) => [row['cpu'], row['kind'], row['total']])).toEqual([
    [0, 'irq', 3000],
    [1, 'irq', 2000],
    [1, 'softirq', 1000],
  ]);
  const codes = answer(text).health.map(({ kind, count }) => [kind.code, count]);
  expect(codes).toContainEqual(['irq-exits-without-entry', 1]);
  expect(codes).toContainEqual(['irq-exits-lost', 1]);
});

const shared = `
  1us cpu0 irq_handler_entry irq=9 name=usb
  2us cpu0 irq_handler_exit irq=9 ret=0
  2us cpu0 irq_handler_entry irq=9 name=sound
  5us cpu0 irq_handler_exit irq=9 ret=1
  6us cpu0 softirq_entry vec=6
  7us cpu0 softirq_exit vec=6
`;

test('handlers that share a line', () => {
  expect(rowsOf(shared, { irq: ['9'] }).map((row) => [row['name'], row['count']])).toEqual([
    ['usb, sound', 2],
  ]);
  expect(rowsOf(shared, { irq: ['9'], by: 'handler' }).map((row) => [row['name'], row['total']])).toEqual([
    ['sound', 3000],
    ['usb', 1000],
  ]);
});

test('only some interrupts: by number or name, and none of the other kind', () => {
  const names = (options: Given) => rowsOf(shared, options, 'log').map((row) => row['name']);
  expect(names({})).toEqual(['usb', 'sound', 'TASKLET']);
  expect(names({ irq: ['usb'] })).toEqual(['usb']);
  expect(names({ softirq: ['TASKLET,RCU'] })).toEqual(['TASKLET']);
  expect(names({ irq: ['sound'], softirq: ['6'] })).toEqual(['sound', 'TASKLET']);
  expect(names({ slower: '2us' })).toEqual(['sound']);
  expect(names({ faster: '1us' })).toEqual(['usb', 'TASKLET']);
});

/**
 * Thread 7 on CPU 0 sends CPU 1 seven calls of a function, the nth n µs on its way, and each 2 µs long; then CPUs 1 and 2 one
 * reschedule each, at once. CPU 1 has its timer meanwhile.
 */
function messages(): string {
  const lines = ['0us cpu1 sched_switch prev_tid=0 prev_comm=swapper/1 next_tid=8 next_comm=dog'];
  for (let n = 1; n <= 7; n += 1) {
    const at = n * 100;
    lines.push(`${at}us cpu0 tid=7 csd_queue_cpu target_cpu=1 csd=64`);
    lines.push(`${at}us cpu0 tid=7 ipi_send_cpu target_cpu=1 callback=4096`);
    lines.push(`${at + n}us cpu1 vector_entry name=call_function_single vector=251`);
    lines.push(`${at + n}us cpu1 csd_function_entry csd=64 function=0 function_name=flush`);
    lines.push(`${at + n + 2}us cpu1 vector_exit name=call_function_single vector=251`);
  }
  lines.push('750us cpu1 vector_entry name=local_timer vector=236');
  lines.push('755us cpu1 vector_exit name=local_timer vector=236');
  lines.push('800us cpu0 tid=7 ipi_send_cpumask target_cpus=6 callback=0');
  for (const cpu of [1, 2]) {
    lines.push(`${805 + cpu}us cpu${cpu} vector_entry name=reschedule vector=253`);
    lines.push(`${806 + cpu}us cpu${cpu} vector_exit name=reschedule vector=253`);
  }
  return lines.join('\n');
}

test('interrupts among CPUs: how long, who sent them, and what for', () => {
  const raise = (of: Record<string, unknown>) => [of['raise-min'], of['raise-avg'], of['raise-max']];
  const rows = rowsOf(messages());
  expect(rows.map((row) => [row['kind'], row['irq'], row['name'], row['count'], row['total']])).toEqual([
    ['ipi', 251, 'call_function_single', 7, 14_000],
    ['local', 236, 'local_timer', 1, 5_000],
    ['ipi', 253, 'reschedule', 2, 2_000],
  ]);
  expect(rows.map(raise)).toEqual([
    [1_000, 4_000, 7_000],
    [undefined, undefined, undefined],
    [6_000, 6_500, 7_000],
  ]);
  const senders = rowsOf(messages(), { by: 'sender' });
  expect(senders.map((row) => [row['kind'], row['sender-tid'], row['count']])).toEqual([
    ['ipi', 7, 9],
    ['local', undefined, 1],
  ]);
  const called = rowsOf(messages(), { by: 'function' });
  expect(called.map((row) => [row['kind'], row['function'], row['count']])).toEqual([
    ['ipi', 'flush', 7],
    ['local', undefined, 1],
    ['ipi', undefined, 2],
  ]);
  const [first] = rowsOf(messages(), { ipi: ['reschedule'] }, 'log');
  expect(first).toMatchObject({ cpu: 1, tid: 8, comm: 'dog', 'sender-cpu': 0, 'raise-latency': 6_000 });
});

test('without what was sent, what was queued says who wanted it', () => {
  const text = messages().replaceAll(/^.*ipi_send_cpu .*$/gm, '');
  const log = rowsOf(text, { ipi: ['251'] }, 'log');
  expect(log.map((row) => [row['sender-tid'], row['raise-latency']])).toEqual(
    [1, 2, 3, 4, 5, 6, 7].map((n) => [7, n * 1_000]),
  );
});

test('all of one kind: an asterisk', () => {
  const count = (options: Given) => rowsOf(`${interrupts()}\n${messages()}`, options, 'log').length;
  expect([count({ irq: ['*'] }), count({ softirq: ['*'] }), count({ ipi: ['*'] }), count({})]).toEqual([
    23, 23, 10, 56,
  ]);
});

test('equal bins, histogram, heatmap, series and longest', () => {
  const given = { irq: ['eno1'], 'freq-resolution': '11', limit: '2' };
  const bins = rowsOf(interrupts(), given, 'freq');
  expect(bins.map(({ count }) => count)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
  expect([bins[0]!['lower'], bins.at(-1)!['upper']]).toEqual([10, 230]);
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0);
  expect(sum((answer(interrupts(), given, 'dist').answers[0] as Grid).counts)).toBe(23);
  expect(sum((answer(interrupts(), given, 'heatmap').answers[0] as Grid).counts)).toBe(23);
  const { lines } = answer(interrupts(), given, 'series').answers[0] as Series;
  expect(lines.map(({ name }) => name)).toEqual(['irq 28 eno1']);
  expect(rowsOf(interrupts(), given, 'top').map((row) => row['duration'])).toEqual([230, 220]);
});

test('a filter looks at the CPU and the interrupted thread', () => {
  expect(rowsOf(interrupts(), {}, 'log', { tids: [8] })).toEqual([]);
  expect(rowsOf(interrupts(), {}, 'log', { tids: [7] })).toHaveLength(46);
  expect(rowsOf(interrupts(), {}, 'log', { cpus: [1] })).toEqual([]);
});

test('one kind is enough; without either it is refused with what to record', () => {
  expect(rowsOf('1us cpu0 softirq_entry vec=1\n2us cpu0 softirq_exit vec=1')).toHaveLength(1);
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other')).toThrow(
    'no irq_handler_entry and no irq_handler_exit and no softirq_entry and no softirq_exit events',
  );
});

test('batches of any size give the same answer', () => {
  const views = ['log', 'table'];
  const [whole] = runAnalyses(textTrace(interrupts()), [{ analysis, views }]);
  const [pieces] = runAnalyses(textTrace(interrupts(), { batchSize: 1 }), [{ analysis, views }]);
  expect(pieces).toEqual(whole);
});
