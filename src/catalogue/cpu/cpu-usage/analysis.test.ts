import { expect, test } from 'vitest';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Series, Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const at = (us: number, cpu: number, from: string, to: string, state = 1) => {
  const [prev, next] = [from.split(':'), to.split(':')];
  return `${us}us cpu${cpu} sched_switch prev_tid=${prev[1]} prev_comm=${prev[0]} prev_state=${state} prev_prio=120 next_tid=${next[1]} next_comm=${next[0]} next_prio=120`;
};
const idle = 'swapper:0';

/**
 *     us      0     10    20    30    40    50    60    70    80    90    100
 *     cpu 0   ├ cat ┼ idle ┼──── cat ────┼ dog ┼─────────── idle ───────────┤
 *     cpu 1   ├──────── idle ────┼────────────── dog … ┼── cat ─────────────┤
 *
 * cat runs 10 + 20 µs on CPU 0 and the last 40 on CPU 1: 70 of 100. dog 30 on CPU 1 and 10 on CPU 0.
 */
const text = `
  0us cpu0 event
  ${at(10, 0, 'cat:7', idle)}
  ${at(20, 0, idle, 'cat:7')}
  ${at(30, 1, idle, 'dog:8')}
  ${at(40, 0, 'cat:7', 'dog:8', 0)}
  ${at(50, 0, 'dog:8', idle)}
  55us cpu0 sched_migrate_task comm=cat task_tid=7 prio=110 orig_cpu=0 dest_cpu=1
  ${at(60, 1, 'dog:8', 'cat:7')}
  100us cpu0 event
`;

function answer(view: string, options: Record<string, string> = {}, scope: AnalysisScope = {}, trace = text) {
  return runAnalyses(textTrace(trace), [{ analysis, options, views: [view] }], scope)[0]!;
}

function rowsOf(
  view: string,
  options: Record<string, string> = {},
  scope: AnalysisScope = {},
  trace = text,
): Record<string, unknown>[] {
  const table = answer(view, options, scope, trace).answers[0] as Table;
  return Array.from({ length: table.rowCount }, (_, row) =>
    Object.fromEntries(table.description.columns.map(({ id }, index) => [id, table.cells[index]![row]])),
  );
}

test('threads: 70 % and 40 %', () => {
  expect(rowsOf('table')).toEqual([
    {
      comm: 'cat',
      tid: 7,
      pid: undefined,
      usage: 0.7,
      busy: 70_000,
      runs: 3,
      avg: 70_000 / 3,
      max: 40_000,
      preempted: 1,
      migrations: 1,
      cpus: 2,
      prios: '120, 110, 120',
    },
    expect.objectContaining({ comm: 'dog', tid: 8, usage: 0.4, busy: 40_000, runs: 2, migrations: 0 }),
  ]);
});

test('CPUs: busy, idle and unknown are the whole time', () => {
  expect(rowsOf('cpus')).toMatchObject([
    { cpu: 0, usage: 0.4, busy: 40_000, idle: 60_000, unknown: 0, runs: 3, threads: 2 },
    { cpu: 1, usage: 0.7, busy: 70_000, idle: 30_000, unknown: 0, runs: 2, threads: 2 },
  ]);
  const table = answer('cpus').answers[0] as Table;
  expect(table.totals?.slice(1, 5)).toEqual([0.55, 110_000, 90_000, 0]);
});

test('a part of the time: runs are cut where it begins and ends', () => {
  const scope = { beginNs: 1_000_025_000n, endNs: 1_000_065_000n };
  expect(rowsOf('table', {}, scope).map((row) => [row['tid'], row['busy'], row['runs']])).toEqual([
    [8, 40_000, 2],
    [7, 20_000, 2],
  ]);
  expect(rowsOf('cpus', {}, scope)).toMatchObject([
    { cpu: 0, busy: 25_000, idle: 15_000, unknown: 0 },
    { cpu: 1, busy: 35_000, idle: 5_000, unknown: 0 },
  ]);
});

test('of chosen threads and CPUs', () => {
  expect(rowsOf('table', {}, { tids: [7] }).map((row) => [row['tid'], row['busy']])).toEqual([[7, 70_000]]);
  expect(rowsOf('table', {}, { cpus: [1] }).map((row) => [row['tid'], row['busy']])).toEqual([
    [7, 40_000],
    [8, 30_000],
  ]);
  expect(rowsOf('cpus', {}, { comms: ['cat'] })).toMatchObject([
    { cpu: 0, busy: 30_000, idle: undefined, unknown: undefined },
    { cpu: 1, busy: 40_000, idle: undefined, unknown: undefined },
  ]);
});

test('processes and names', () => {
  const unknown = rowsOf('table', { by: 'process' }, {}, text.replaceAll('dog', 'cat'));
  expect(unknown.map((row) => [row['comm'], row['busy'], row['runs']])).toEqual([['cat', 110_000, 5]]);
  // Both are threads of 7.
  const known = text.replace(/sched_switch prev_tid=([78])/g, 'tid=$1 pid=7 sched_switch prev_tid=$1');
  const [process, ...others] = rowsOf('table', { by: 'process' }, {}, known);
  expect(process).toMatchObject({ comm: 'cat', pid: 7, usage: 1.1, busy: 110_000, max: 40_000, cpus: 2 });
  expect(others).toEqual([]);
  expect(rowsOf('table', { by: 'name' }).map((row) => [row['comm'], row['busy']])).toEqual([
    ['cat', 70_000],
    ['dog', 40_000],
  ]);
});

test('what a CPU ran is unknown before its first switch if that does not tell, and where a switch is missing', () => {
  const gaps = `
    0us cpu0 event
    ${at(10, 0, 'cat:7', idle)}
    ${at(50, 0, 'dog:8', 'cat:7')}
    100us cpu1 event
  `;
  expect(rowsOf('cpus', {}, {}, gaps)).toMatchObject([
    { cpu: 0, busy: 60_000, idle: 0, unknown: 40_000 },
    { cpu: 1, busy: 0, idle: 0, unknown: 100_000 },
  ]);
  expect(rowsOf('table', {}, {}, gaps)).toMatchObject([
    { tid: 7, busy: 60_000, runs: 2, avg: 30_000 },
    { tid: 8, busy: 0, runs: 1, avg: undefined },
  ]);
  expect(answer('cpus', {}, {}, gaps).health.map(({ kind, count }) => [kind.code, count])).toEqual([
    ['optional-events-absent', 1],
    ['cpu-time-unknown', 2],
  ]);
});

test('a thread that moves before the first switch of its new CPU has not run on both', () => {
  const trace = `
    0us cpu0 event
    ${at(40, 0, 'perf:7', idle, 2)}
    ${at(60, 1, 'perf:7', idle)}
    100us cpu0 event
  `;
  expect(rowsOf('table', {}, {}, trace)).toMatchObject([{ tid: 7, usage: 0.6, busy: 60_000 }]);
  expect(rowsOf('cpus', {}, {}, trace)).toMatchObject([
    { cpu: 0, busy: 40_000, idle: 60_000, unknown: 0 },
    { cpu: 1, busy: 20_000, idle: 40_000, unknown: 40_000 },
  ]);
});

test('an idle CPU is known to be idle until the thread that runs next was woken', () => {
  const lost = `
    0us cpu0 tid=7 sched_switch prev_tid=7 prev_comm=cat prev_state=1 next_tid=0 next_comm=swapper/0
    60us cpu1 tid=8 sched_waking comm=cat task_tid=7 target_cpu=0
    70us cpu0 tid=7 sched_waking comm=dog task_tid=8 target_cpu=1
    100us cpu0 tid=7 sched_switch prev_tid=7 prev_comm=cat prev_state=1 next_tid=0 next_comm=swapper/0
  `;
  expect(rowsOf('cpus', {}, {}, lost)[0]).toMatchObject({ busy: 30_000, idle: 60_000, unknown: 10_000 });
});

test('usage over time', () => {
  const series = answer('series').answers[0] as Series;
  expect(series.lines.map(({ name }) => name)).toEqual(['CPU 0', 'CPU 1']);
  const widthNs = series.x.edges[1]! - series.x.edges[0]!;
  const sums = series.lines.map(({ values }) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0) * widthNs, 0),
  );
  expect(sums.map(Math.round)).toEqual([40_000, 70_000]);
  const bin = (us: number) => Math.floor((us * 1000 - series.x.edges[0]!) / widthNs);
  expect([5, 15, 25, 45, 55].map((us) => series.lines[0]!.values[bin(us)])).toEqual([1, 0, 1, 1, 0]);
});

test('without switches there is no answer', () => {
  expect(() => answer('table', {}, {}, '0us cpu0 event')).toThrow('no sched_switch');
});
