import { expect, test } from 'vitest';
import { noOptions, type TraceOptions } from './options.ts';
import { clockInUse, makeTraceClock } from './trace-clock.ts';

function clockOf(name: string, options: Partial<TraceOptions> = {}, addedNs = 0n) {
  return makeTraceClock(name, { ...noOptions(), ...options }, 'vm', () => addedNs);
}

test('the clock in use is the one in brackets', () => {
  expect(clockInUse('local global [mono] boot\n')).toBe('mono');
  expect(clockInUse('[local] global')).toBe('local');
  expect(clockInUse('tai')).toBe('tai');
  expect(clockInUse('')).toBe('local');
  expect(clockInUse(undefined)).toBe('local');
});

test('clocks that the kernel reads in the same way have one origin', () => {
  const originOf = (name: string) => clockOf(name).clock.origin;
  expect(originOf('local')).toBe('sched_clock of vm');
  expect(originOf('global')).toBe(originOf('perf'));
  expect(
    new Set(['local', 'mono', 'mono_raw', 'boot', 'tai', 'uptime', 'counter', 'x86-tsc'].map(originOf)).size,
  ).toBe(8);
});

test('uptime is counted in hundredths of a second since Linux 3.16', () => {
  const converter = clockOf('uptime', { uname: 'Linux vm 6.1.0 x86_64' }).converter(0n, 0);
  converter.rebase(1_177_684n);
  expect(converter.ns(0)).toBe(11_776_840_000_000);
  expect(converter.ns(3)).toBe(11_776_870_000_000);
  const old = clockOf('uptime', { uname: 'Linux vm 3.10.40 armv7l' });
  expect(old.toNs(1_177_684n, 0)).toBe(1_177_684n);
});

test('what is not time is said to be none', () => {
  const hasUnit = (name: string) => clockOf(name).hasUnit;
  expect(['local', 'mono', 'tai', 'uptime'].map(hasUnit)).toEqual([true, true, true, true]);
  expect(['counter', 'x86-tsc', 'ppc-tb'].map(hasUnit)).toEqual([false, false, false]);
  const tscToNs = { multiplier: 5n, shift: 1n, offsetNs: 0n };
  expect(clockOf('x86-tsc', { tscToNs }).hasUnit).toBe(true);
  // A counter counts events, whatever a cycle is.
  expect(clockOf('counter', { tscToNs }).hasUnit).toBe(false);
});

test('what the user adds to a clock is added to its times', () => {
  const clock = clockOf('mono', { offsetNs: -5n }, 3_000_000_001n);
  expect(clock.toNs(10n, 0)).toBe(3_000_000_006n);
  const converter = clock.converter(1_000_000_000n, 0);
  converter.rebase(10n);
  expect(converter.ns(1)).toBe(2_000_000_007);
  expect(clock.clock.offsetSeconds * 1_000_000_000n + clock.clock.offsetCycles).toBe(2_999_999_996n);
});
