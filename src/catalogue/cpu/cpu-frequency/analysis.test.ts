import { expect, test } from 'vitest';
import { answersOf } from '../../../../test/answers.ts';
import type { Series } from '../../../results/index.ts';
import { analysis } from './analysis.ts';

const { answer, rowsOf } = answersOf(analysis);

/**
 *     us      0    10   20   30   40   50   60   70   80   90   100
 *     cpu 0   ├─ ? ┤─────── 1000 MHz ───┤─ 3000 ──┤──── 1000 ─────┤      70 µs at 1000, 20 at 3000, 10 unknown
 *     cpu 1   ├──── ? ────────┤────────── 2000 ───────────────────┤      70 at 2000, 30 unknown
 */
const text = `
  0us cpu0 event
  10us cpu0 cpu_frequency state=1000000 cpu_id=0
  30us cpu0 cpu_frequency state=2000000 cpu_id=1
  50us cpu0 cpu_frequency state=3000000 cpu_id=0
  70us cpu1 cpu_frequency state=1000000 cpu_id=0
  100us cpu1 event
`;

test('how long at which frequency', () => {
  expect(rowsOf(text)).toEqual([
    { frequency: 3000, part: 0.1, time: 20_000, count: 1, cpus: 1 },
    { frequency: 2000, part: 0.35, time: 70_000, count: 1, cpus: 1 },
    { frequency: 1000, part: 0.35, time: 70_000, count: 2, cpus: 1 },
  ]);
  expect(rowsOf(text, { by: 'both' })).toEqual([
    { cpu: 0, frequency: 3000, part: 0.2, time: 20_000, count: 1 },
    { cpu: 0, frequency: 1000, part: 0.7, time: 70_000, count: 2 },
    { cpu: 1, frequency: 2000, part: 0.7, time: 70_000, count: 1 },
  ]);
});

test('by CPU: 70 µs of 1000 and 20 of 3000 are a mean of 1444 MHz', () => {
  expect(rowsOf(text, {}, 'cpus')).toEqual([
    {
      cpu: 0,
      avg: expect.closeTo(1444.444, 3),
      min: 1000,
      max: 3000,
      changes: 3,
      known: 90_000,
      unknown: 10_000,
    },
    { cpu: 1, avg: 2000, min: 2000, max: 2000, changes: 1, known: 70_000, unknown: 30_000 },
  ]);
  expect(answer(text).health.map(({ kind, count }) => [kind.code, count])).toEqual([
    ['cpu-frequency-unknown', 2],
  ]);
});

test('every change', () => {
  expect(rowsOf(text, {}, 'log').map((row) => Object.values(row))).toEqual([
    [1_000_010_000n, 0, 1000, undefined, undefined],
    [1_000_030_000n, 1, 2000, undefined, undefined],
    [1_000_050_000n, 0, 3000, 1000, 40_000],
    [1_000_070_000n, 0, 1000, 3000, 20_000],
  ]);
});

test('a part of the time, in which nothing changes', () => {
  const scope = { beginNs: 1_000_055_000n, endNs: 1_000_065_000n };
  expect(rowsOf(text, {}, 'cpus', scope)).toMatchObject([
    { cpu: 0, avg: 3000, changes: 0, known: 10_000, unknown: 0 },
    { cpu: 1, avg: 2000, changes: 0, known: 10_000, unknown: 0 },
  ]);
});

test('over time', () => {
  const { lines, x } = answer(text, {}, 'series').answers[0] as Series;
  const bin = (us: number) => Math.floor((us * 1000 - x.edges[0]!) / (x.edges[1]! - x.edges[0]!));
  const at = (line: number) => [5, 20, 45, 55, 90].map((us) => lines[line]!.values[bin(us)]);
  expect(at(0)).toEqual([undefined, 1000, 1000, 3000, 1000]);
  expect(at(1)).toEqual([undefined, undefined, 2000, 2000, 2000]);
});

test('without changes there is no answer', () => {
  expect(() => answer('0us cpu0 event')).toThrow('no cpu_frequency');
});
