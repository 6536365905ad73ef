// System calls of known-workload.c beside what bpftrace counted of the same run (counts.txt).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis as ioUsage } from '../src/catalogue/io/io-usage/analysis.ts';
import { analysis as syscalls } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { syscallName } from '../src/vocabulary/syscall-names.ts';
import { rowsIn, sumOf } from './known-recordings.ts';

const recording = 'perf-counts';

/** Lines of counts.txt: what was counted, and numbers. */
function counted(what: string): readonly (readonly number[])[] {
  const text = readFileSync(join(import.meta.dirname, 'recordings', recording, 'counts.txt'), 'utf8');
  const lines = text.split('\n').map((line) => line.split(' '));
  return lines.filter(([first]) => first === what).map(([, ...numbers]) => numbers.map(Number));
}

function nameOf(nr: number): string {
  return syscallName('x86_64', nr);
}

test('every call is counted as often, and fails as often, as bpftrace saw it', () => {
  const theirs = new Map<string, { count: number; errors: number }>();
  for (const [nr, isError, count] of counted('calls')) {
    const call = theirs.get(nameOf(nr!)) ?? { count: 0, errors: 0 };
    theirs.set(nameOf(nr!), { count: call.count + count!, errors: call.errors + isError! * count! });
  }
  const rows = rowsIn(recording, syscalls, { options: { limit: '0' } });
  const ours = rows.map(({ name, count, errors }) => [name, { count, errors }]);
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  expect(theirs.get('fsync')).toEqual({ count: 23, errors: 0 });
  expect(theirs.get('openat')).toEqual({ count: 40, errors: 37 });
  expect(theirs.get('wait4')?.count).toBe(19);
});

test('read and write move as many bytes', () => {
  const rows = rowsIn(recording, ioUsage);
  const bytes = Object.fromEntries(counted('bytes').map(([nr, sum]) => [nameOf(nr!), sum!]));
  // Beside them the loader reads the heads of libraries with pread64, and the workload writes with pwrite64.
  const log = rowsIn(recording, syscalls, { view: 'log', options: { limit: '0' } });
  const sumOfCall = (call: string) =>
    sumOf(log.filter(({ name }) => name === call).map(({ value }) => Number(value)));
  expect({ read: sumOfCall('read'), write: sumOfCall('write') }).toEqual(bytes);
  expect(sumOf(rows.map(({ read }) => Number(read)))).toBe(bytes['read']! + sumOfCall('pread64'));
  expect(sumOf(rows.map(({ written }) => Number(written)))).toBe(bytes['write']! + sumOfCall('pwrite64'));
});
