// `report cpu-usage` beside `perf sched timehist -s` on the same recording of a known workload: runs and time on CPUs of its threads,
// to the digits that perf prints. perf is asked where it is installed.
//
// What perf does differently: the last run of a thread that has ended by its switch counts for the thread -1, and a run that had
// begun before the first switch of its CPU is left out. Of neighbours only the switches from and to the workload are recorded.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/cpu/cpu-usage/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { skipUnless } from './corpus.ts';
import { root } from './run-cli.ts';

const recording = join(root, 'test', 'recordings', 'perf', 'perf.data');

interface Runs {
  readonly count: number;
  readonly milliseconds: number;
}

/** By thread: `ping[22074/22053]   22053   31   0.617 …`. */
function readTimehist(text: string): ReadonlyMap<number, Runs & { readonly comm: string }> {
  const rows = [...text.matchAll(/^ *(\S+?)\[(-?\d+)(?:\/\d+)?\] +-?\d+ +(\d+) +([\d.]+) /gm)];
  return new Map(
    rows.map(([, comm, tid, count, milliseconds]) => [
      Number(tid),
      { comm: comm!, count: Number(count), milliseconds: Number(milliseconds) },
    ]),
  );
}

function askPerf(): string | undefined {
  try {
    return execFileSync('perf', ['sched', 'timehist', '-s', '-i', recording], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

function ours(): ReadonlyMap<number, Runs & { readonly comm: string }> {
  const set = openTraces([openNodeInput(recording)]);
  try {
    const table = runAnalyses(set, [{ analysis }])[0]!.answers[0] as Table;
    const cells = (id: string) =>
      table.cells[table.description.columns.findIndex((column) => column.id === id)]!;
    const [comms, tids, runs, busy] = ['comm', 'tid', 'runs', 'busy'].map(cells);
    return new Map(
      Array.from({ length: table.rowCount }, (_, row) => [
        Number(tids![row]),
        { comm: String(comms![row]), count: Number(runs![row]), milliseconds: Number(busy![row]) / 1e6 },
      ]),
    );
  } finally {
    set.close();
  }
}

function microseconds({ milliseconds }: Runs): number {
  return Math.floor(milliseconds * 1000 + 1e-6);
}

/** The first thread of the workload: it ran before the first switch. */
const firstThread = 22053;
const endedBySwitch = ['ping', 'pong', 'left', 'right'];

test('runs and times of the threads of a known workload', (context) => {
  const text = askPerf();
  skipUnless(context, text !== undefined, 'perf is not installed');
  const expected = readTimehist(text!);
  const found = ours();
  let sameCount = 0;
  for (const [tid, runs] of expected) {
    if (runs.comm !== 'known-workload' || tid === firstThread) continue;
    expect(found.get(tid)?.count, `thread ${tid}`).toBe(runs.count);
    // perf cuts what it does not print.
    expect(microseconds(found.get(tid)!), `thread ${tid}`).toBe(microseconds(runs));
    sameCount += 1;
  }
  expect(sameCount).toBe(19);
  expect(found.get(firstThread)?.count).toBe(expected.get(firstThread)?.count);

  const sum = (all: readonly Runs[], of: keyof Runs) => all.reduce((total, runs) => total + runs[of], 0);
  const named = (all: ReadonlyMap<number, Runs & { readonly comm: string }>) =>
    [...all.values()].filter(({ comm }) => endedBySwitch.includes(comm));
  const theirs = [...named(expected), expected.get(-1)!];
  expect(named(found).length).toBe(4);
  expect(sum(named(found), 'count')).toBe(sum(theirs, 'count'));
  expect(sum(named(found), 'milliseconds')).toBeCloseTo(sum(theirs, 'milliseconds'), 2);
});

test('19 threads ran once each, and four ran in turns', () => {
  const found = [...ours().values()];
  expect(found.filter(({ comm, count }) => comm === 'known-workload' && count === 1).length).toBe(19);
  const turns = found.filter(({ comm }) => endedBySwitch.includes(comm));
  expect(turns.map(({ comm, count }) => [comm, count]).sort()).toEqual([
    ['left', 35],
    ['ping', 32],
    ['pong', 31],
    ['right', 34],
  ]);
});
