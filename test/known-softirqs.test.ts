// Soft interrupts of known-packets.c, one for each of its 30 packets, beside `perf kwork report` and `perf kwork latency` on the same file.
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/interrupts/irq/analysis.ts';
import { skipUnless } from './corpus.ts';
import { msOf, perfText, rowsIn } from './known-recordings.ts';

const recording = 'perf-softirqs';
const absent = 'perf with kwork is not installed';

/** `(s)NET_RX:3 | 0001 | 0.027 ms | 30 | 0.010 ms | …` as words. */
function kwork(command: string): readonly string[] | undefined {
  const line = perfText(recording, 'kwork', command)
    ?.split('\n')
    .find((text) => text.includes('(s)NET_RX:3'));
  return line?.split('|').map((word) => word.trim().replace(/ ms$/, ''));
}

test('30 packets, 30 times NET_RX, raised once each', () => {
  const rows = rowsIn(recording, analysis);
  expect(rows.map(({ kind, name, irq, count, raised }) => [kind, name, irq, count, raised])).toEqual([
    ['softirq', 'NET_RX', 3, 30, 30],
  ]);
});

test('perf kwork says the same', (context) => {
  const report = kwork('report');
  skipUnless(context, report !== undefined, absent);
  const [row] = rowsIn(recording, analysis);
  expect([msOf(row!['total']), String(row!['count']), msOf(row!['max'])]).toEqual(report!.slice(2, 5));
  const latency = kwork('latency');
  expect([msOf(row!['raise-avg']), String(row!['count']), msOf(row!['raise-max'])]).toEqual(
    latency!.slice(2, 5),
  );
});
