// 17 rounds of known-workload.c: in each `left` wakes `right` and waits for it. Three recordings of one run tell the same.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/locks/futexes/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { rowsOf } from './lttng-analyses.ts';

const recordings = ['perf/perf.data', 'perf-ctf', 'ftrace/trace.dat'];

function waitsIn(recording: string, options: Record<string, string> = {}) {
  const set = openTraces([openNodeInput(join(import.meta.dirname, 'recordings', recording))]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options, views: ['table'] }]);
    const rows = rowsOf(result!.answers[0]!);
    return new Map(rows.map((row) => [`${row['comm']} by ${row['waker-comm']}`, row]));
  } finally {
    set.close();
  }
}

test.each(recordings)(
  '%s: left waits for right, right for left, and main for one of both pairs',
  (recording) => {
    const waits = waitsIn(recording);
    expect([...waits].map(([pair, row]) => [pair, row['count'], row['woken']]).sort()).toEqual([
      ['known-workload by left', 1, 1],
      ['known-workload by ping', 1, 1],
      ['left by right', 17, 17],
      // For the lock while left holds it, and in all rounds but the first until left has it.
      ['right by left', 33, 33],
    ]);
    // 17 times left holds the lock for a millisecond.
    const long = waitsIn(recording, { slower: '900us' }).get('right by left');
    expect(long?.['count']).toBe(17);
  },
);
