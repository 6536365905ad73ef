import { expect, test } from 'vitest';
import { tableRows } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { runAnalyses } from '../../../pipeline/run.ts';
import type { Table } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

function rowsOf(text: string, options: Record<string, string> = {}, view = 'table') {
  const [result] = runAnalyses(textTrace(text), [{ analysis, options, views: [view] }]);
  const table = result!.answers[0] as Table;
  return tableRows(table);
}

/** 23 timers that thread 7 sets for 10 µs later; the nth is n µs late and its function runs 2 µs. */
function timers(): string {
  const lines: string[] = [];
  for (let n = 1; n <= 23; n += 1) {
    const begin = n * 100;
    const due = begin * 1000 + 10_000;
    lines.push(`${begin}us cpu0 tid=7 hrtimer_start hrtimer=64 expires=${due} softexpires=${due}`);
    lines.push(`${begin + 10 + n}us cpu0 tid=0 hrtimer_cancel hrtimer=64`);
    lines.push(
      `${begin + 10 + n}us cpu0 tid=0 hrtimer_expire_entry hrtimer=64 function=128 now=${due + n * 1000}`,
    );
    lines.push(`${begin + 12 + n}us cpu0 tid=0 hrtimer_expire_exit hrtimer=64`);
  }
  return lines.join('\n');
}

test('23 timers, each a microsecond later than the one before', () => {
  expect(rowsOf(timers())).toMatchObject([
    {
      function: '0x80',
      kind: 'hrtimer',
      count: 23,
      total: 46_000,
      'late-avg': 12_000,
      'late-max': 23_000,
      'late-min': 1_000,
      known: 23,
    },
  ]);
  expect(rowsOf(timers(), { by: 'starter' })).toMatchObject([{ 'starter-tid': 7, count: 23 }]);
  expect(rowsOf(timers(), { later: '21us' }, 'log').map((row) => row['late'])).toEqual([21e3, 22e3, 23e3]);
  // The origin is a second; the first was due at 110 µs.
  expect(rowsOf(timers(), {}, 'log')[0]!['expected']).toBe(1_000_110_000n);
});

test('without hrtimer_start it is not known how late they are; without expiries there is no answer', () => {
  const without = timers().replaceAll(/^.*hrtimer_start.*$/gm, '');
  expect(rowsOf(without)).toMatchObject([{ count: 23, known: 0, 'late-avg': undefined }]);
  expect(() => rowsOf('0us cpu0 other')).toThrow(IncompatibleError);
});
