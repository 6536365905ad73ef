import { expect, test } from 'vitest';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import type { Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const fixture = `
  0us   cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
  10us  cpu0 read.begin
  20us  cpu0 read.begin
  30us  cpu1 read.begin
  40us  cpu0 sched_switch prev_tid=7 prev_comm=cat next_tid=0 next_comm=swapper/0
  100us cpu1 tid=9 pid=8 write.begin
`;

function rows(by: string, view = 'table'): unknown[] {
  const [result] = runAnalyses(textTrace(fixture), [{ analysis, options: { by, limit: 1 }, views: [view] }]);
  const { cells, rowCount } = result!.answers[0] as Table;
  return Array.from({ length: rowCount }, (_, row) => cells.map((column) => column[row]));
}

test('counts by name, with shares and rates over the whole span', () => {
  expect(rows('event')).toEqual([
    ['read.begin', 3, 3 / 6, 30_000],
    ['sched_switch', 2, 2 / 6, 20_000],
    ['write.begin', 1, 1 / 6, 10_000],
  ]);
});

test('top has the first ones only', () => {
  expect(rows('event', 'top')).toEqual([['read.begin', 3, 3 / 6, 30_000]]);
});

test('threads follow from switches, or are recorded, or are unknown', () => {
  expect(rows('thread').map((row) => (row as unknown[]).slice(0, 4))).toEqual([
    ['cat', 7, undefined, 3],
    ['swapper', 0, 0, 1],
    [undefined, undefined, undefined, 1],
    [undefined, 9, 8, 1],
  ]);
});

test('counts by CPU and by stream', () => {
  expect(rows('cpu').map((row) => (row as unknown[]).slice(0, 2))).toEqual([
    [0, 4],
    [1, 2],
  ]);
  expect(rows('stream').map((row) => (row as unknown[]).slice(0, 2))).toEqual([
    ['by-hand #0', 4],
    ['by-hand #1', 2],
  ]);
});

test('without a clock there are counts and no rates', () => {
  const [result] = runAnalyses(textTrace('- cpu0 a\n- cpu0 a'), [
    { analysis, views: ['table', 'series', 'count'] },
  ]);
  const [table, series] = result!.answers;
  expect((table as Table).cells).toEqual([['a'], [2], [1], [undefined]]);
  expect(series).toMatchObject({ lines: [] });
  expect(result!.timeRange.beginNs).toBeUndefined();
});

test('the series has one line for each name', () => {
  const [result] = runAnalyses(textTrace(fixture), [{ analysis, views: ['series'] }]);
  const series = result!.answers[0];
  if (series?.shape !== 'series') throw new Error('not a series');
  expect(series.lines.map(({ name }) => name)).toEqual(['read.begin', 'sched_switch', 'write.begin']);
  const widthSeconds = (series.x.edges[1]! - series.x.edges[0]!) / 1e9;
  const sum = series.lines[0]!.values.reduce<number>(
    (total, value) => total + (value ?? 0) * widthSeconds,
    0,
  );
  expect(sum).toBeCloseTo(3);
});

test('counted by batch or one by one, the answer is the same', () => {
  const ties = 'bdca'
    .split('')
    .flatMap((name, at) => [
      `${30 + at}us cpu${at % 2} ${name}`,
      `${20 + at}us cpu${1 - (at % 2)} tid=${at} ${name}`,
    ]);
  const text = `- cpu1 z\n${ties.sort().join('\n')}\n${fixture}`;
  const tableOf = (views: readonly string[]) => {
    const set = textTrace(text, { batchSize: 3 });
    return runAnalyses(set, [{ analysis, options: { by: 'event' }, views }])[0]!.answers[0];
  };
  expect(tableOf(['table'])).toEqual(tableOf(['table', 'series']));
  expect(tableOf(['count'])).toEqual(tableOf(['count', 'series']));
});
