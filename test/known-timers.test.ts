// Timers of known-timers.c: 23 sleeps, the nth of n half milliseconds, each a timer of one thread.
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/interrupts/timers/analysis.ts';
import { rowsIn } from './known-recordings.ts';

test('23 sleeps are 23 timers, each as late as its clock says', () => {
  const log = rowsIn('perf-timers', analysis, { view: 'log' });
  const ours = log.filter((row) => row['starter-comm'] === 'known-timers');
  expect(ours).toHaveLength(23);
  // perf records no symbols of the kernel: hrtimer_wakeup is an address.
  expect(new Set(ours.map((row) => row['function'])).size).toBe(1);
  ours.forEach((row, at) => {
    const [late, begin, set] = [Number(row['late']), row['begin'] as bigint, row['set'] as bigint];
    expect(late).toBeGreaterThanOrEqual(0);
    // From the setting to the run it is the sleep and the lateness, and some microseconds before and after the clock was read.
    const restNs = Number(begin - set) - (at + 1) * 500_000 - late;
    expect(Math.abs(restNs)).toBeLessThan(200_000);
  });
});
