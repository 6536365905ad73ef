// `report syscalls` on what perf recorded, beside the summary that `perf trace -s -i perf.data` prints: calls, errors and durations of
// every thread, to the digits that perf prints.
//
// An exit whose entry was not recorded (a new thread's return from clone, the execve that the recording begins with) is a call of
// no duration to perf, and none to diatrace, which says how many there were. perf names `newfstatat` and its like as we do.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { corpusPath, describeCorpus, skipUnless } from './corpus.ts';

interface Statistics {
  readonly calls: number;
  readonly errors: number;
  /** In µs, as perf prints them. */
  readonly total: string;
  readonly min: string;
  readonly avg: string;
  readonly max: string;
}

/** By `tid name`. */
type Summary = Map<string, Statistics>;

const callsOfNoDuration = new Set(['clone', 'clone3', 'execve', 'fork', 'vfork']);

function readSummary(text: string): Summary {
  const found: Summary = new Map();
  let tid = '';
  for (const line of text.split('\n')) {
    const thread = /^ .+ \((\d+)\), \d+ events/.exec(line);
    if (thread !== null) tid = thread[1]!;
    const call = /^ {3}(\w+) +(\d+) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +[\d.]+%$/.exec(line);
    if (call === null) continue;
    const [, name, calls, errors, total, min, avg, max] = call;
    found.set(`${tid} ${name}`, {
      ...{ calls: Number(calls), errors: Number(errors) },
      ...{ total: total!, min: min!, avg: avg!, max: max! },
    });
  }
  return found;
}

function milliseconds(ns: unknown): string {
  return (Number(ns) / 1e6).toFixed(3);
}

function readReport(trace: string): Summary {
  const set = openTraces([openNodeInput(trace)]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options: { by: 'thread' } }]);
    const { description, cells, rowCount, parents } = result!.answers[0] as Table;
    const at = (id: string, row: number) =>
      cells[description.columns.findIndex((column) => column.id === id)]![row];
    const found: Summary = new Map();
    for (let row = 0; row < rowCount; row++) {
      const parent = parents?.[row];
      if (parent === undefined) continue;
      found.set(`${at('tid', parent)} ${at('name', row)}`, {
        ...{ calls: Number(at('count', row)), errors: Number(at('errors', row)) },
        ...{ total: milliseconds(at('total', row)), min: milliseconds(at('min', row)) },
        ...{ avg: milliseconds(at('avg', row)), max: milliseconds(at('max', row)) },
      });
    }
    return found;
  } finally {
    set.close();
  }
}

/** The least and the mean are of one call more where perf counts an exit without its entry. */
function expectSame(ours: Summary, perfs: Summary): void {
  for (const [key, { calls, errors, total, min, avg, max }] of perfs) {
    const own = ours.get(key);
    const isLonelyExit = callsOfNoDuration.has(key.split(' ')[1]!) && min === '0.000';
    if (isLonelyExit) {
      expect([key, own?.calls ?? 0]).toEqual([key, calls - 1]);
      if (own !== undefined) expect([key, own.total, own.max]).toEqual([key, total, max]);
      continue;
    }
    expect([key, own]).toEqual([key, { calls, errors, total, min, avg, max }]);
  }
  expect([...ours.keys()].filter((key) => !perfs.has(key))).toEqual([]);
}

test('the calls of the known workload, beside perf trace', (context) => {
  const trace = join(import.meta.dirname, 'recordings', 'perf', 'perf.data');
  const text = perfTrace(trace);
  skipUnless(context, text !== undefined, 'perf is not installed');
  const perfs = readSummary(text ?? '');
  expect(perfs.size).toBeGreaterThan(60);
  expectSame(readReport(trace), perfs);
});

/** Undefined where perf is not installed or refuses. */
function perfTrace(trace: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'diatrace-perf-trace-'));
  const summary = join(folder, 'summary');
  try {
    execFileSync('perf', ['trace', '-s', '-f', '-i', trace, '-o', summary], { stdio: 'ignore' });
    return readFileSync(summary, 'utf8');
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeCorpus('own-syscalls', () => {
  test('equals the summary of perf trace', () => {
    const expected = readFileSync(
      corpusPath('perf', 'own-syscalls', 'expected', 'trace-summary.txt'),
      'utf8',
    );
    const perfs = readSummary(expected);
    expect(perfs.size).toBeGreaterThan(60);
    expectSame(readReport(corpusPath('perf', 'own-syscalls', 'perf.data')), perfs);
  });
});
