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

/** Thread 7 asks 23 times; the nth work waits n µs for worker 30, which takes 2 µs. */
function works(): string {
  const lines: string[] = [];
  for (let n = 1; n <= 23; n += 1) {
    const begin = n * 100;
    lines.push(`${begin}us cpu0 tid=7 workqueue_queue_work work=64 function=128 workqueue=events`);
    lines.push(`${begin + n}us cpu1 tid=30 workqueue_execute_start work=64 function=128`);
    lines.push(`${begin + n + 2}us cpu1 tid=30 workqueue_execute_end work=64`);
  }
  return lines.join('\n');
}

test('23 works, each waits a microsecond longer than the one before', () => {
  expect(rowsOf(works())).toMatchObject([
    { function: '0x80', count: 23, total: 46_000, 'waited-avg': 12_000, 'waited-max': 23_000, known: 23 },
  ]);
  expect(rowsOf(works(), { by: 'worker' })).toMatchObject([{ tid: 30, count: 23 }]);
  expect(rowsOf(works(), {}, 'log')[22]).toMatchObject({
    waited: 23_000,
    duration: 2_000,
    workqueue: 'events',
    tid: 30,
    'queuer-tid': 7,
    cpu: 1,
  });
});

test('when a work was asked for may not be recorded; a trace without works is refused', () => {
  const without = works().replaceAll(/^.*queue_work work.*$/gm, '');
  expect(rowsOf(without)).toMatchObject([{ count: 23, known: 0, 'waited-avg': undefined }]);
  expect(() => rowsOf('0us cpu0 other')).toThrow(IncompatibleError);
});
