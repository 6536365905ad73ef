// `report io-latency` against iolog, iolatencystats, iolatencytop and iolatencyfreq of lttng-analyses 0.6.1: each of its calls with
// its duration, size, descriptor and path, and the statistics of its four categories.
//
// What that tool does, and is followed here: it reads the range in which all streams overlap. What it does differently:
// - Its calls are those of `theirCalls`. It names splice, sendfile64, accept and accept4 but counts none of them: what they do is
//   begun for `READ_SYSCALLS`, `WRITE_SYSCALLS` and `OPEN_SYSCALLS` alone (linuxautomaton/io.py). Pipes and pairs of sockets, which
//   open two descriptors each, and copies that close on exec are not known to it.
// - A descriptor that it has not seen being opened has the path `unknown`, or none at all; it does not take up those of pipe,
//   socketpair, accept and fcntl(F_DUPFD_CLOEXEC); a call that failed to open has no path; an empty path stays empty.
// - A process is named by the last name that it had, also before.
// - It lists one more than its limit says: `count > limit` (cli/io.py).
//
// `report io-usage` and `report network-usage` against iousagetop. What it does differently:
// - It knows the kind of what was opened in the trace alone: what a state dump names, and what accept made, are `unknown` to it.
// - Files without a name are one for each name of a process; ours are one for each process and descriptor.
// None of the three traces has requests to block devices.
import { expect, test } from 'vitest';
import { analysis as latency } from '../src/catalogue/io/io-latency/analysis.ts';
import { analysis as usage } from '../src/catalogue/io/io-usage/analysis.ts';
import { analysis as network } from '../src/catalogue/io/network-usage/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { readJson } from '../src/results/json-text.ts';
import { corpusPath, describeCorpus, readExpected } from './corpus.ts';

const theirCalls = new Set(
  (
    'open openat socket fcntl dup dup2 dup3 close sync sync_file_range fsync fdatasync ' +
    'read recvmsg recvfrom readv pread pread64 preadv write sendmsg sendto writev pwrite pwrite64 pwritev'
  ).split(' '),
);

type Cells = Readonly<Record<string, unknown>>;
interface LamiCell {
  readonly value?: number | bigint;
  readonly name?: string;
  readonly tid?: number;
  readonly fd?: number;
  readonly path?: string;
  readonly begin?: { readonly value: bigint };
}
interface LamiTable {
  readonly class: string | { readonly title: string };
  readonly data: readonly (readonly (LamiCell | null)[])[];
}

function lamiOf(trace: string, tool: string): readonly LamiTable[] {
  const text = readExpected(corpusPath('analyses', trace, `${tool}.json`));
  return (readJson(text) as unknown as { results: readonly LamiTable[] }).results;
}

/** The rows of the table with this word in brackets at the end of its title; none where it was left out, as it is when empty. */
function lamiRows(trace: string, tool: string, subtitle: string): LamiTable['data'] {
  const isIt = ({ class: name }: LamiTable) =>
    typeof name !== 'string' && name.title.endsWith(`[${subtitle}]`);
  return lamiOf(trace, tool).find(isIt)?.data ?? [];
}

function rowsOf(table: Table): readonly Cells[] {
  return Array.from({ length: table.rowCount }, (_, row) =>
    Object.fromEntries(table.description.columns.map(({ id }, at) => [id, table.cells[at]![row]])),
  );
}

/** Tables of an analysis over the time in which all streams overlap. */
function ours(
  trace: string,
  analysis: typeof latency,
  options: Readonly<Record<string, string>>,
  ...views: readonly string[]
): readonly (readonly Cells[])[] {
  const set = openTraces([openNodeInput(corpusPath('ctf1', trace, 'trace'))]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options, views }], { streamIntersection: true });
    return result!.answers.map((answer) => rowsOf(answer as Table));
  } finally {
    set.close();
  }
}

const keyOf = (begin: unknown, name: unknown, tid: unknown) => `${begin} ${name} ${tid}`;

/** Whether a path of ours is what is to be expected beside theirs. */
function isPath(found: unknown, { path, kind, fd }: Cells, theirs: LamiCell | null): boolean {
  if (theirs === null) return fd === undefined;
  if (theirs.path === undefined || theirs.path === 'unknown')
    return path === undefined || ['pipe', 'socket', 'other'].includes(String(kind));
  return theirs.path === '' ? found === undefined : found === theirs.path;
}

const traces = ['many-threads', 'bug446190'];

describeCorpus('calls on files against lttng-analyses', () => {
  for (const trace of traces) {
    test(`${trace}: every call`, { timeout: 60_000 }, () => {
      const [all] = ours(trace, latency, {}, 'log');
      const calls = all!.filter(({ name }) => theirCalls.has(String(name)));
      const [{ data }] = lamiOf(trace, 'iolog') as readonly [LamiTable];
      expect(calls.length).toBe(data.length);
      const found = new Map(calls.map((call) => [keyOf(call['begin'], call['name'], call['tid']), call]));
      const lastNames = new Map(calls.map(({ tid, comm }) => [tid, comm]));
      let pathCount = 0;
      for (const [range, , duration, name, size, process, path, fd] of data) {
        const call = found.get(keyOf(range!.begin!.value, name!.name, process!.tid))!;
        expect(call, keyOf(range!.begin!.value, name!.name, process!.tid)).toBeDefined();
        expect([call['duration'], call['size'], call['fd']]).toEqual([duration!.value, size?.value, fd?.fd]);
        expect(isPath(call['path'], call, path!), `${path?.path} ${call['path']}`).toBe(true);
        if (call['path'] !== undefined && call['path'] === path?.path) pathCount += 1;
        expect(lastNames.get(call['tid'])).toBe(process!.name);
      }
      // Most of the paths are known to both.
      expect(pathCount).toBeGreaterThan(data.length / 2);
    });

    test(`${trace}: statistics`, { timeout: 60_000 }, () => {
      const [table, log] = ours(trace, latency, {}, 'table', 'log');
      for (const row of table!)
        expectStatistics(
          row,
          log!.filter(({ category }) => category === row['category']),
        );
      const [{ data }] = lamiOf(trace, 'iolatencystats') as readonly [LamiTable];
      expect(data.map(([category]) => category!.value)).toEqual(['Open', 'Read', 'Write', 'Sync']);
      for (const [category, count, min, avg, max, stdev] of data) {
        const word = String(category!.value).toLowerCase();
        const calls = log!.filter(
          (call) => call['category'] === word && theirCalls.has(String(call['name'])),
        );
        const values = [count, min, avg, max, stdev].map((cell) => Number(cell!.value));
        expectStatistics(
          { count: values[0], min: values[1], avg: values[2], max: values[3], stdev: values[4] },
          calls,
        );
      }
    });

    test(`${trace}: the longest of each category, and equal bins`, { timeout: 60_000 }, () => {
      const [each, freq, log] = ours(trace, latency, { limit: '11' }, 'each', 'freq', 'log');
      for (const word of ['open', 'read', 'write', 'sync']) {
        const top = lamiRows(trace, 'iolatencytop', word).map(([, , duration]) => Number(duration!.value));
        const isTheirs = ({ category, name }: Cells) => category === word && theirCalls.has(String(name));
        const longest = log!
          .filter(isTheirs)
          .map(({ duration }) => Number(duration))
          .sort((a, b) => b - a);
        expect(top).toEqual(longest.slice(0, 11));
        const others = log!.filter(
          ({ category, name }) => category === word && !theirCalls.has(String(name)),
        );
        if (others.length > 0) continue;
        const ofEach = each!.filter(({ category }) => category === word);
        expect(ofEach.map(({ duration }) => duration)).toEqual(top);
        const bins = freq!.filter(({ category }) => category === word);
        const theirs = lamiRows(trace, 'iolatencyfreq', word);
        expect(bins.map(({ count }) => count)).toEqual(theirs.map(([, , count]) => count!.value));
        for (const [at, [lower, upper]] of theirs.entries()) {
          expect(Number(bins[at]!['lower'])).toBeCloseTo(Number(lower!.value), 3);
          expect(Number(bins[at]!['upper'])).toBeCloseTo(Number(upper!.value), 3);
        }
      }
    });
  }

  test('flipping-endianness: no system calls, so no answer instead of zeros', () => {
    expect(() => ours('flipping-endianness', latency, {}, 'table')).toThrow(/has no syscall_enter/);
    const [{ data }] = lamiOf('flipping-endianness', 'iolatencystats') as readonly [LamiTable];
    expect(data.map(([, count]) => count!.value)).toEqual([0, 0, 0, 0]);
  });
});

const directions = ['read', 'written'] as const;

/** Bytes that calls move which lttng-analyses does not count, by thread. */
function bytesBeside(log: readonly Cells[]): ReadonlyMap<unknown, number> {
  const bytes = new Map<unknown, number>();
  for (const { name, tid, size } of log) {
    if (!theirCalls.has(String(name))) bytes.set(tid, (bytes.get(tid) ?? 0) + Number(size ?? 0));
  }
  return bytes;
}

describeCorpus('bytes against lttng-analyses', () => {
  for (const trace of traces) {
    test(`${trace}: by thread`, { timeout: 60_000 }, () => {
      const [log] = ours(trace, latency, {}, 'log');
      const beside = bytesBeside(log!);
      for (const direction of directions) {
        const [rows] = ours(trace, usage, { by: 'thread', order: direction }, 'table');
        const isOwn = new Map(rows!.map((row) => [row['tid'], row]));
        const theirs = lamiRows(trace, 'iousagetop', direction).filter(
          ([process]) => process!.tid !== undefined,
        );
        expect(theirs.length).toBe(10);
        for (const [process, size, disk, net] of theirs) {
          const row = isOwn.get(process!.tid)!;
          expect(Number(row[direction]) - (beside.get(process!.tid) ?? 0), `${process!.tid}`).toBe(
            size!.value,
          );
          expect(Number(row[`${direction}-files`])).toBeGreaterThanOrEqual(Number(disk!.value));
          expect(Number(row[`${direction}-sockets`])).toBeGreaterThanOrEqual(Number(net!.value));
        }
        const sizes = rows!.map((row) => Number(row[direction]) - (beside.get(row['tid']) ?? 0));
        expect(theirs.map(([, size]) => size!.value)).toEqual(sizes.sort((a, b) => b - a).slice(0, 10));
      }
    });

    test(`${trace}: by file`, { timeout: 60_000 }, () => {
      const [log] = ours(trace, latency, {}, 'log');
      const [processes] = ours(trace, usage, {}, 'table');
      for (const direction of directions) {
        const [rows] = ours(trace, usage, { by: 'file', order: direction }, 'table');
        const byPath = new Map(rows!.map((row) => [row['path'], row]));
        const theirs = lamiFiles(trace, direction);
        expect(theirs.length).toBe(10);
        for (const { path, comm, size } of theirs) {
          if (comm === undefined || path.includes('['))
            expect(byPath.get(path)?.[direction], path).toBe(size);
          else expect(unnamedBytes(log!, direction, path, comm, processes!), `${path} (${comm})`).toBe(size);
        }
      }
    });
  }

  test('bug446190: by network interface', { timeout: 60_000 }, () => {
    const [rows] = ours('bug446190', network, {}, 'table');
    expect(rows).toMatchObject([{ interface: 'eth0', 'received-packets': 326, 'sent-packets': 16 }]);
    const bytes = (word: string) => lamiRows('bug446190', 'iousagetop', word).map(([, size]) => size!.value);
    expect([rows![0]!['received']]).toEqual(bytes('received'));
    expect([rows![0]!['sent']]).toEqual(bytes('sent'));
  });
});

interface TheirFile {
  readonly path: string;
  /** Of files without a name: whose they are. */
  readonly comm: string | undefined;
  readonly size: unknown;
}

function lamiFiles(trace: string, direction: string): readonly TheirFile[] {
  const isIt = ({ class: name }: LamiTable) =>
    typeof name !== 'string' && name.title === `Per-file top I/O operations [${direction}]`;
  const { data } = lamiOf(trace, 'iousagetop').find(isIt)!;
  return data.map(([path, size]) => {
    const [, name, comm] = /^((?:unknown|socket|pipe|anon_inode)\S*) \((.*)\)$/.exec(path!.path!) ?? [];
    return { path: name ?? path!.path!, comm, size: size!.value };
  });
}

/** The bytes that processes of this name moved through sockets that they made, or (`unknown`) through anything else without a name. */
function unnamedBytes(
  log: readonly Cells[],
  direction: (typeof directions)[number],
  path: string,
  comm: string,
  processes: readonly Cells[],
): number {
  const category = direction === 'read' ? 'read' : 'write';
  // As the last call says, not what the process is called after that.
  const names = new Map(processes.map((process) => [process['pid'], process['comm']]));
  for (const call of log) if (call['tid'] === call['pid']) names.set(call['pid'], call['comm']);
  const made = new Set<string>();
  let bytes = 0;
  for (const call of log) {
    const descriptor = `${call['pid']} ${call['fd']}`;
    if (call['category'] === 'open') {
      if (call['name'] === 'socket') made.add(descriptor);
      else made.delete(descriptor);
    }
    if (call['category'] !== category || !theirCalls.has(String(call['name']))) continue;
    const isNamed = call['path'] !== undefined && call['path'] !== 'socket' && call['path'] !== 'pipe';
    const kind = call['path'] === 'socket' && made.has(descriptor) ? 'socket' : 'unknown';
    if (isNamed || kind !== path || names.get(call['pid']) !== comm) continue;
    bytes += Number(call['size'] ?? 0);
  }
  return bytes;
}

function expectStatistics(row: Cells, calls: readonly Cells[]): void {
  const durations = calls.map(({ duration }) => Number(duration));
  const count = durations.length;
  expect(row['count']).toBe(count);
  // Theirs are 0 where there is nothing.
  if (count === 0) return;
  const mean = durations.reduce((sum, value) => sum + value, 0) / count;
  const squares = durations.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  expect([row['min'], row['max']]).toEqual([Math.min(...durations), Math.max(...durations)]);
  expect(Number(row['avg']) / mean).toBeCloseTo(1, 9);
  if (count > 1) expect(Number(row['stdev']) / Math.sqrt(squares / (count - 1))).toBeCloseTo(1, 9);
}
