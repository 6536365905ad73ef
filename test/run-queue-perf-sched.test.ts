// `report run-queue` beside `perf sched latency -p` on the same files, by thread.
//
// perf counts the same waits: from a wake-up, or from losing the CPU, until the switch. It goes by sched_wakeup even where sched_waking was recorded,
// which is some microseconds earlier, and it keeps what a switch that was not recorded makes uncertain. So counts are compared of threads
// without such a switch, and the longest waits to perf's last digit where they do not begin with a wake-up, or where only sched_wakeup was
// recorded.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analysis } from '../src/catalogue/scheduling/run-queue/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, requireCorpus, skipUnless } from './corpus.ts';
import { rowsOf } from './lttng-analyses.ts';

interface Latency {
  readonly count: number;
  readonly maxMs: string;
}

const hasPerf = spawnSync('perf', ['--version']).status === 0;

function perfLatencies(file: string): ReadonlyMap<number, Latency> {
  const { stdout } = spawnSync('perf', ['sched', 'latency', '-p', '-i', file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const lines = stdout.matchAll(/:(\d+) *\| +[\d.]+ ms \| +(\d+) \| avg: +[\d.]+ ms \| max: +([\d.]+) ms/g);
  return new Map(
    [...lines].map(([, tid, count, max]) => [Number(tid), { count: Number(count), maxMs: max! }]),
  );
}

interface Longest extends Latency {
  readonly why: string;
}

function ourLatencies(file: string): ReadonlyMap<number, Longest> {
  const set = openTraces([openNodeInput(file)]);
  try {
    const [result] = runAnalyses(set, [{ analysis, views: ['log'] }]);
    const found = new Map<number, { count: number; max: number; why: string }>();
    for (const row of rowsOf(result!.answers[0]!)) {
      const tid = row['tid'] as number;
      const known = found.get(tid) ?? { count: 0, max: -1, why: '' };
      known.count += 1;
      if ((row['duration'] as number) > known.max) {
        known.max = row['duration'] as number;
        known.why = row['why'] as string;
      }
      found.set(tid, known);
    }
    return new Map(
      [...found].map(([tid, { count, max, why }]) => [tid, { count, why, maxMs: (max / 1e6).toFixed(3) }]),
    );
  } finally {
    set.close();
  }
}

describe('waits for a CPU beside perf sched latency', () => {
  test('a known workload, with sched_waking', (context) => {
    skipUnless(context, hasPerf, 'perf is not installed');
    const file = join(import.meta.dirname, 'recordings', 'perf', 'perf.data');
    const [ours, theirs] = [ourLatencies(file), perfLatencies(file)];
    const counts = (latencies: ReadonlyMap<number, Latency>) =>
      // 21903 lost switches; 17182 is perf itself, which perf counts once with no wait.
      [...latencies]
        .filter(([tid]) => tid !== 21903 && tid !== 17182)
        .map(([tid, { count }]) => `${tid}: ${count}`);
    expect(counts(ours).sort()).toEqual(counts(theirs).sort());
    const exact = [...ours].filter(([tid, { why }]) => why !== 'woken' && tid !== 21903);
    expect(exact.length).toBeGreaterThan(20);
    for (const [tid, { maxMs }] of exact) expect(maxMs, `${tid}`).toBe(theirs.get(tid)!.maxMs);
    for (const [tid, { maxMs }] of ours)
      expect(Number(maxMs), `${tid}`).toBeGreaterThanOrEqual(
        tid === 21903 ? 0 : Number(theirs.get(tid)!.maxMs),
      );
  });

  test('worker threads, with sched_wakeup alone', (context) => {
    requireCorpus(context);
    skipUnless(context, hasPerf, 'perf is not installed');
    const file = corpusPath('perf', 'own-sched', 'perf.data');
    const [ours, theirs] = [ourLatencies(file), perfLatencies(file)];
    for (const tid of [4240, 6446, 6448, 6449, 6450, 6451])
      expect(ours.get(tid)!.maxMs, `${tid}`).toBe(theirs.get(tid)!.maxMs);
  });

  test('the recording as perf wrote it, as CTF, and that of ftrace: the same waits', () => {
    const recording = (...path: string[]) => join(import.meta.dirname, 'recordings', ...path);
    const perf = ourLatencies(recording('perf', 'perf.data'));
    expect(ourLatencies(recording('perf-ctf'))).toEqual(perf);
    const ftrace = ourLatencies(recording('ftrace', 'trace.dat'));
    // ftrace began a little earlier and ended later: the program's own threads are in both.
    for (const [tid, { count }] of perf)
      if (tid > 22053) expect(ftrace.get(tid)!.count, `${tid}`).toBe(count);
  });
});
