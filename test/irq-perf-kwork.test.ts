// `report irq` beside `perf kwork report` and `perf kwork latency` on the same recording: for each interrupt and CPU how often it ran, how
// long in all, the longest run with its times, and the time from being raised to beginning.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/interrupts/irq/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { skipUnless } from './corpus.ts';
import { rowsOf } from './lttng-analyses.ts';

const file = join(import.meta.dirname, 'recordings', 'perf', 'perf.data');

/** `(s)RCU:9 | 0001 | 0.244 ms | 22 | 0.038 ms | 11539.728085 s | 11539.728123 s` as words. */
function kwork(command: 'report' | 'latency'): string[][] {
  const { stdout } = spawnSync('perf', ['kwork', command, '-i', file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  return stdout
    .split('\n')
    .filter((line) => / \| \d{4} +\| /.test(line) && !/^ +\(w\)/.test(line))
    .map((line) => line.split('|').map((word) => word.trim()));
}

const hasKwork = spawnSync('perf', ['kwork', 'report', '-i', file]).status === 0;

/** Every run, with the name and CPU as perf writes them. */
function ourRuns() {
  const set = openTraces([openNodeInput(file)]);
  try {
    const [result] = runAnalyses(set, [{ analysis, views: ['log'] }]);
    return rowsOf(result!.answers[0]!).map((row) => ({
      key: `${row['kind'] === 'softirq' ? '(s)' : ''}${row['name']}:${row['irq']} ${String(row['cpu']).padStart(4, '0')}`,
      durationNs: row['duration'] as number,
      raiseNs: row['raise-latency'] as number | undefined,
    }));
  } finally {
    set.close();
  }
}

const msOf = (ns: number) => `${(ns / 1e6).toFixed(3)} ms`;

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

test('runs: counts, totals and the longest of each CPU', (context) => {
  skipUnless(context, hasKwork, 'perf with kwork is not installed');
  const theirs = kwork('report').map(([name, cpu, total, count, max]) => [
    `${name} ${cpu}`,
    count,
    total,
    max,
  ]);
  const runs = ourRuns();
  const ours = [...new Set(runs.map(({ key }) => key))].map((key) => {
    const durations = runs.filter((run) => run.key === key).map(({ durationNs }) => durationNs);
    return [key, String(durations.length), msOf(sumOf(durations)), msOf(Math.max(...durations))];
  });
  expect(theirs.length).toBeGreaterThan(5);
  expect(ours.sort()).toEqual(theirs.sort());
});

test('from being raised to beginning', (context) => {
  skipUnless(context, hasKwork, 'perf with kwork is not installed');
  const theirs = kwork('latency').map(([name, cpu, average, count, max]) => [
    `${name} ${cpu}`,
    count,
    average,
    max,
  ]);
  const raised = ourRuns().flatMap(({ key, raiseNs }) => (raiseNs === undefined ? [] : [{ key, raiseNs }]));
  const ours = [...new Set(raised.map(({ key }) => key))].map((key) => {
    const delays = raised.filter((run) => run.key === key).map(({ raiseNs }) => raiseNs);
    return [key, String(delays.length), msOf(sumOf(delays) / delays.length), msOf(Math.max(...delays))];
  });
  expect(theirs.length).toBeGreaterThan(0);
  expect(ours.sort()).toEqual(theirs.sort());
});
