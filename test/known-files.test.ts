// `report io-latency` on the known workload beside `perf trace -s` on the same file: calls on files, to the digits that perf prints.
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/io/io-latency/analysis.ts';
import { skipUnless } from './corpus.ts';
import { msOf, perfText, rowsIn } from './known-recordings.ts';

test('23 writes, 23 syncs, 37 files that are not there', (context) => {
  const text = perfText('perf', 'trace', '-s');
  skipUnless(context, text !== undefined, 'perf is not installed');
  const [, program] = text!.split(/^(?= known-workload \()/m);
  const [main] = program!.split(/^ (?:ping|pong|left|right|known-workload) \((?!22053)/m);
  const ours = new Map(
    rowsIn('perf', analysis, { options: { by: 'call' }, scope: { tids: [22053] } }).map((row) => [
      row['name'],
      [row['count'], row['errors'], ...['total', 'min', 'avg', 'max'].map((id) => msOf(row[id]))].map(String),
    ]),
  );
  for (const [name, count, errors] of [
    ['pwrite64', '23', '0'],
    ['fsync', '23', '0'],
    ['openat', '40', '37'],
  ] as const) {
    const theirs = new RegExp(
      `^ +${name} +(\\d+) +(\\d+) +([\\d.]+) +([\\d.]+) +([\\d.]+) +([\\d.]+)`,
      'm',
    ).exec(main!);
    expect(theirs!.slice(1, 3), name).toEqual([count, errors]);
    expect(ours.get(name), name).toEqual(theirs!.slice(1));
  }
});
