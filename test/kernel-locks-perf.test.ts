// `report kernel-locks` on a recording of a program that waits 23 times for one lock, beside `perf lock contention -t` on the same file.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/locks/kernel-locks/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { skipUnless } from './corpus.ts';
import { rowsOf } from './lttng-analyses.ts';

const file = join(import.meta.dirname, 'recordings', 'perf-locks', 'perf.data');

function rowsBy(by: string): Record<string, unknown>[] {
  const set = openTraces([openNodeInput(file)]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options: { by } }]);
    return rowsOf(result!.answers[0]!);
  } finally {
    set.close();
  }
}

test('23 waits for one lock, each a millisecond longer', () => {
  const [row, ...others] = rowsBy('lock');
  expect(others).toEqual([]);
  expect(row).toMatchObject({ kind: 'rwsem', count: 23, spun: 0, failed: 0 });
  // 1 + 2 + … + 23 ms, and for each what it takes to wake up: up to a millisecond and a half.
  const extraMs = (row!['total'] as number) / 1e6 - 276;
  expect(extraMs).toBeGreaterThan(0);
  expect(extraMs / 23).toBeLessThan(1.5);
});

test('perf lock contention says the same', (context) => {
  const { stdout, stderr, status } = spawnSync('perf', ['lock', 'contention', '-t', '-i', file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const text = `${stdout}${stderr}`;
  skipUnless(
    context,
    status === 0 && text.includes('contended'),
    'perf with lock contention is not installed',
  );
  const lines = [...text.matchAll(/^ +(\d+) +([\d.]+) ms +([\d.]+) ms +([\d.]+) ms +(\d+) +(\S+)$/gm)];
  const theirs = lines.map(([, count, total, max, avg, tid, comm]) => [count, total, max, avg, tid, comm]);
  const msOf = (value: unknown) => ((value as number) / 1e6).toFixed(2);
  const ours = rowsBy('thread').map(({ count, total, max, avg, tid, comm }) =>
    [count, msOf(total), msOf(max), msOf(avg), tid, comm].map(String),
  );
  expect(ours).toEqual(theirs);
});
