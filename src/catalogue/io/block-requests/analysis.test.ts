import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import { IncompatibleError } from '../../../analysis/index.ts';
import { textTrace } from '../../../analysis/testing.ts';
import { type AnalysisScope, runAnalyses } from '../../../pipeline/run.ts';
import type { Grid } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

/** 8:1. */
const dev = 8 * 2 ** 20 + 1;
const request = (event: string, sector: number, count = 8, rwbs = 'R') =>
  `${event} dev=${dev} sector=${sector} nr_sector=${count} rwbs=${rwbs}`;

/** Thread 7 reads 23 times 4 KiB: each is queued for n × 10 ns, 1 us in the device, and wakes the thread 100 ns later. */
function reads(): string {
  const lines = [
    '0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat',
    '0us cpu1 sched_switch prev_tid=0 prev_comm=swapper/1 next_tid=9 next_comm=other',
  ];
  for (let n = 1; n <= 23; n += 1) {
    const beginNs = n * 10_000;
    lines.push(
      `${beginNs}ns cpu0 ${request('block_rq_insert', n * 8)}`,
      `${beginNs + n * 10}ns cpu0 ${request('block_rq_issue', n * 8)}`,
      `${beginNs + n * 10 + 1000}ns cpu1 ${request('block_rq_complete', n * 8)} error=0`,
      `${beginNs + n * 10 + 1100}ns cpu1 sched_waking comm=cat task_tid=7 target_cpu=0`,
      `${beginNs + n * 10 + 1200}ns cpu1 softirq_exit vec=4`,
    );
  }
  return lines.join('\n');
}

const { answer, rowsOf } = answersOf(analysis);

test('23 reads', () => {
  const [row, ...others] = rowsOf(reads());
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    device: '8:1',
    count: 23,
    size: 23 * 4096,
    sectors: 23 * 8,
    total: 23_000,
    avg: 1000,
    max: 1000,
    'avg-queue': 120,
    'avg-wake-up': 100,
    errors: 0,
  });
  // From the first event to the last: 231.43 us.
  expect(row!['rate']).toBeCloseTo(23 / 231.43e-6, 3);
});

test('each part of their life', () => {
  const parts = rowsOf(reads(), {}, 'parts');
  expect(parts.map(({ part, count, total, max }) => [part, count, total, max])).toEqual([
    ['queue', 23, 2760, 230],
    ['device', 23, 23_000, 1000],
    ['completed', 23, 2300, 100],
  ]);
  expect(parts.reduce((sum, { share }) => sum + Number(share), 0)).toBeCloseTo(1, 12);
  const durations = (part: string) => {
    const [row] = rowsOf(reads(), { part });
    return [row!['count'], row!['total']];
  };
  expect(durations('queue')).toEqual([23, 2760]);
  expect(durations('total')).toEqual([23, 25_760]);
  expect(durations('completed')).toEqual([23, 2300]);
});

test('a row of the log', () => {
  expect(rowsOf(reads(), { limit: '1', part: 'total' }, 'top')).toMatchObject([
    {
      begin: 1_000_230_000n,
      duration: 1230,
      queued: 230,
      'in-device': 1000,
      'to-wake-up': 100,
      device: '8:1',
      operation: 'read',
      size: 4096,
      sector: 184,
      flags: 'R',
      comm: 'cat',
      tid: 7,
      issuer: 'cat',
      cpu: 1,
    },
  ]);
});

/** A worker (5) issues what 7 wants; a flush, which has no sectors; one that fails; one to a device with a name. */
const mixed = `
  0us  cpu0 block_device_state dev=${dev} name=sda1
  0us  cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
  1us  cpu0 ${request('block_bio_queue', 100, 8, 'WS')}
  2us  cpu0 ${request('block_getrq', 100, 8, 'WS')}
  3us  cpu0 ${request('block_rq_insert', 100, 8, 'WS')}
  4us  cpu0 sched_switch prev_tid=7 prev_comm=cat prev_state=2 next_tid=5 next_comm=kworker
  5us  cpu0 ${request('block_rq_issue', 100, 8, 'WS')}
  9us  cpu0 ${request('block_rq_complete', 100, 8, 'WS')} error=0
  10us cpu0 ${request('block_rq_issue', 0, 0, 'FF')}
  12us cpu0 ${request('block_rq_complete', -1, 0, 'FF')} error=0
  12us cpu0 ${request('block_rq_complete', 0, 0, 'WS')} error=0
  13us cpu0 block_rq_issue dev=3 sector=8 nr_sector=16 rwbs=R
  14us cpu0 block_rq_complete dev=3 sector=8 nr_sector=16 rwbs=R error=-5
  15us cpu0 ${request('block_rq_issue', 500)}
  16us cpu0 ${request('block_rq_complete', 900)} error=0
`;

test('by device, operation, thread and issuer', () => {
  const by = (word: string, id: string) =>
    rowsOf(mixed, { by: word }).map((row) => [
      row[id],
      row['count'],
      row['size'],
      row['total'],
      row['errors'],
    ]);
  expect(by('device', 'device')).toEqual([
    ['sda1', 2, 4096, 6000, 0],
    ['0:3', 1, 8192, 1000, 1],
  ]);
  expect(by('operation', 'operation')).toEqual([
    ['write', 1, 4096, 4000, 0],
    ['flush', 1, 0, 2000, 0],
    ['read', 1, 8192, 1000, 1],
  ]);
  expect(by('thread', 'comm')).toEqual([
    ['cat', 1, 4096, 4000, 0],
    ['kworker', 2, 8192, 3000, 1],
  ]);
  expect(by('issuer', 'issuer')).toEqual([['kworker', 3, 12_288, 7000, 1]]);
});

test('a request grows by what is merged into it, and is of the partition that was asked', () => {
  const disk = 8 * 2 ** 20;
  const merged = `
    0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
    1us cpu0 ${request('block_bio_queue', 100)}
    1us cpu0 block_bio_remap dev=${disk} sector=2148 nr_sector=8 rwbs=R old_dev=${dev} old_sector=100
    2us cpu0 block_rq_insert dev=${disk} sector=2148 nr_sector=8 rwbs=R
    3us cpu0 ${request('block_bio_queue', 108)}
    3us cpu0 block_bio_remap dev=${disk} sector=2156 nr_sector=8 rwbs=R old_dev=${dev} old_sector=108
    4us cpu0 block_bio_backmerge dev=${disk} sector=2156 nr_sector=8 rwbs=R
    6us cpu0 block_rq_issue dev=${disk} sector=2148 nr_sector=16 rwbs=R
    9us cpu0 block_rq_complete dev=${disk} sector=2148 nr_sector=16 rwbs=R error=0
  `;
  expect(rowsOf(merged, {}, 'log')).toMatchObject([
    { device: '8:0', partition: '8:1', size: 8192, queued: 5000, duration: 3000, merges: 1, comm: 'cat' },
  ]);
  expect(rowsOf(merged, { by: 'partition' }).map(({ partition, merges }) => [partition, merges])).toEqual([
    ['8:1', 1],
  ]);
});

test('a device that is busy gives a request back', () => {
  const text = `
    1us cpu0 ${request('block_rq_insert', 8)}
    2us cpu0 ${request('block_rq_issue', 8)}
    3us cpu0 ${request('block_rq_requeue', 8)}
    7us cpu0 ${request('block_rq_issue', 8)}
    9us cpu0 ${request('block_rq_complete', 8)} error=0
  `;
  expect(rowsOf(text, {}, 'log')).toMatchObject([{ queued: 4000, duration: 2000, requeues: 1 }]);
});

test('queued from the first sign, and only where there is one', () => {
  const log = rowsOf(mixed, {}, 'log');
  expect(log.map(({ operation, queued, error }) => [operation, queued, error])).toEqual([
    ['write', 4000, undefined],
    ['flush', undefined, undefined],
    ['read', undefined, 'EIO'],
  ]);
  expect(rowsOf(mixed, { part: 'queue' }, 'log').map(({ begin, duration }) => [begin, duration])).toEqual([
    [1_000_001_000n, 4000],
  ]);
});

test('what has only one end is said', () => {
  expect(answer(mixed).health.map(({ kind, count }) => [kind.code, count])).toEqual(
    expect.arrayContaining([
      ['unfinished-block-requests', 1],
      ['block-completions-without-issue', 1],
    ]),
  );
});

test('a wake-up counts only of the thread that wanted it, before the interrupt is over', () => {
  const wake = (lines: string) => `
    0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
    1us cpu0 ${request('block_rq_issue', 8)}
    3us cpu1 ${request('block_rq_complete', 8)} error=0
    ${lines}
    6us cpu1 softirq_exit vec=4
    7us cpu1 sched_waking comm=cat task_tid=7 target_cpu=0
  `;
  const woken = (lines: string) => rowsOf(wake(lines), {}, 'log')[0]!['to-wake-up'];
  expect(woken('4us cpu1 sched_waking comm=cat task_tid=7 target_cpu=0')).toBe(1000);
  expect(woken('4us cpu1 sched_waking comm=dog task_tid=8 target_cpu=0')).toBeUndefined();
  expect(woken('4us cpu0 sched_waking comm=cat task_tid=7 target_cpu=0')).toBeUndefined();
  expect(woken('')).toBeUndefined();
});

test('limits, equal bins, histogram and heatmap', () => {
  const sum = (counts: readonly (number | undefined)[]) => counts.reduce<number>((a, b) => a + (b ?? 0), 0);
  const options = { part: 'queue', 'freq-resolution': '11' };
  expect(rowsOf(reads(), options, 'freq').map(({ count }) => count)).toEqual([
    2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3,
  ]);
  expect(sum((answer(reads(), {}, 'dist').answers[0] as Grid).counts)).toBe(23);
  expect(sum((answer(reads(), {}, 'heatmap').answers[0] as Grid).counts)).toBe(23);
  const count = (given: Record<string, string>, scope: AnalysisScope = {}) =>
    rowsOf(reads(), given, 'log', scope).length;
  expect(count({ part: 'queue', slower: '210ns', faster: '220ns' })).toBe(2);
  expect(count({ operation: 'write' })).toBe(0);
  expect(count({}, { tids: [7] })).toBe(23);
  expect(count({}, { tids: [9] })).toBe(0);
  expect(count({}, { cpus: [1] })).toBe(23);
});

test('a trace without requests is refused with what to record', () => {
  expect(() => answer('0us cpu0 other')).toThrow(IncompatibleError);
  expect(() => answer('0us cpu0 other')).toThrow('no block_rq_issue and no block_rq_complete events');
});

test('batches of any size give the same answer', () => {
  const views = Object.keys(analysis.views);
  for (const text of [mixed, reads()]) {
    const [whole] = runAnalyses(textTrace(text), [{ analysis, views }]);
    const [pieces] = runAnalyses(textTrace(text, { batchSize: 1 }), [{ analysis, views }]);
    expect(pieces).toEqual(whole);
  }
});
