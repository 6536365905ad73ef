// One workload, recorded by perf and by ftrace at once, and perf's recording converted to CTF (test/recordings): the same analyses
// give the same answers on all three, for the time that they share.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis as events } from '../src/catalogue/events/events/analysis.ts';
import { analysis as syscalls } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { mergeStreams } from '../src/events/merge.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { type AnalysisRequest, type AnalysisScope, runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';

const recordings = ['perf-ctf', 'perf/perf.data', 'ftrace/trace.dat'];

/** The threads of known-workload.c; other tasks of the machine are in the recordings only where they met these. */
const workload = ['known-workload', 'ping', 'pong', 'left', 'right'];

function open(name: string): TraceSet {
  return openTraces([openNodeInput(join(import.meta.dirname, 'recordings', name))]);
}

function withSet<T>(name: string, use: (set: TraceSet) => T): T {
  const set = open(name);
  try {
    return use(set);
  } finally {
    set.close();
  }
}

type TableRow = Readonly<Record<string, unknown>>;

/** The rows of an analysis's first answer, by column id. */
function rowsOf(name: string, request: AnalysisRequest, scope: AnalysisScope): readonly TableRow[] {
  return withSet(name, (set) => {
    const [result] = runAnalyses(set, [request], scope);
    const { description, cells, rowCount } = result!.answers[0] as Table;
    return Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(description.columns.map(({ id }, column) => [id, cells[column]![row]])),
    );
  });
}

/** From the first to the last event of the workload's own, since the kernel's boot. */
function spanOf(name: string): { readonly beginNs: bigint; readonly endNs: bigint } {
  return withSet(name, (set) => {
    const classes = set.classes.filter(({ canonical }) => canonical?.name.startsWith('syscall_') === true);
    const streams = set.read({
      classes: new Map(classes.map(({ index }) => [index, []])),
      cycles: false,
      packets: false,
    });
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    mergeStreams(streams, (batch, from, to) => {
      first = Math.min(first, batch.timeNs[from]!);
      last = Math.max(last, batch.timeNs[to - 1]!);
    });
    return { beginNs: set.originNs + BigInt(first), endNs: set.originNs + BigInt(last) };
  });
}

/** Each tracer reads the clock itself, one after the other: a window of both begins and ends where the workload does nothing. */
const clockDifferenceNs = 50_000n;

/** The time of the workload. perf.data says how its clock relates to the date, the others count from the boot. */
function scopeOf(name: string, tids?: readonly number[]): AnalysisScope {
  const { beginNs, endNs } = spanOf(name);
  return {
    beginNs: beginNs - clockDifferenceNs,
    endNs: endNs + clockDifferenceNs,
    ...(tids === undefined ? {} : { tids }),
  };
}

/** The threads that have the names of the workload's. From when on a thread's name is known differs from tracer to tracer: its id does not. */
function workloadTids(): readonly number[] {
  const rows = rowsOf(
    'perf-ctf',
    { analysis: syscalls, views: ['log'], options: { limit: '0' } },
    { ...scopeOf('perf-ctf'), comms: workload },
  );
  return [...new Set(rows.map((row) => Number(row['tid'])))];
}

test('report syscalls counts the same calls, whatever recorded them', () => {
  const tids = workloadTids();
  const countsOf = (name: string) =>
    rowsOf(name, { analysis: syscalls, options: { by: 'return' } }, scopeOf(name, tids))
      .map((row) => `${row['name']} ${row['return']} ${row['count']}`)
      .sort();
  const [first, ...others] = recordings.map(countsOf);
  expect(first).toContain('fsync success 23');
  expect(first).toContain('openat ENOENT 37');
  expect(first!.length).toBeGreaterThan(20);
  for (const other of others) expect(other).toEqual(first);
});

test('calls begin, last and return the same, within what it takes to read the clock twice', () => {
  const tids = workloadTids();
  const callsOf = (name: string) => {
    const calls = rowsOf(
      name,
      { analysis: syscalls, views: ['log'], options: { limit: '0' } },
      scopeOf(name, tids),
    );
    // The order in which calls of several CPUs end may differ by as little as the clocks do: by thread it does not.
    return calls
      .map((row, index) => ({ row, index }))
      .sort((a, b) => Number(a.row['tid']) - Number(b.row['tid']) || a.index - b.index)
      .map(({ row }) => row);
  };
  const [first, ...others] = recordings.map(callsOf);
  expect(first!.length).toBeGreaterThan(450);
  for (const other of others) {
    expect(other.map(({ name, tid, value }) => [name, tid, value])).toEqual(
      first!.map(({ name, tid, value }) => [name, tid, value]),
    );
    // When a thread's name is known, and when a new one is, differs from tracer to tracer: what it is called in the end does not.
    expect(lastNames(other)).toEqual(lastNames(first!));
    for (const from of [beginsOf, durationsOf]) {
      const [one, two] = [from(first!), from(other)];
      const greatest = Math.max(...one.map((ns, index) => Math.abs(ns - two[index]!)));
      expect(greatest).toBeLessThan(Number(clockDifferenceNs));
    }
  }
});

/** The name of each thread with its last call. */
function lastNames(calls: readonly TableRow[]): ReadonlyMap<number, unknown> {
  return new Map(calls.map((row) => [Number(row['tid']), row['comm']]));
}

/** After the first of them: one clock counts from 1970, the others from the boot. */
function beginsOf(calls: readonly TableRow[]): readonly number[] {
  const begins = calls.map((row) => row['begin'] as bigint);
  return begins.map((ns) => Number(ns - begins[0]!));
}

function durationsOf(calls: readonly TableRow[]): readonly number[] {
  return calls.map((row) => Number(row['duration']));
}

test('report events counts the same events under the same names', () => {
  const namesOf = ['raw_syscalls:', 'sched:'];
  const countsOf = (name: string) =>
    rowsOf(name, { analysis: events }, scopeOf(name))
      .map((row) => `${row['event']} ${row['count']}`)
      .filter((text) => namesOf.some((system) => text.startsWith(system)))
      .sort();
  const [first, ...others] = recordings.map(countsOf);
  expect(first!.length).toBeGreaterThan(6);
  for (const other of others) expect(other).toEqual(first);
});
