import { expect, test } from 'vitest';
import { isEnded, isRunnable } from './task-states.ts';

test.each([
  ['R', 0, true],
  ['R+ as the kernel reports it', 0x100, true],
  ['preempted, raw, kernel 3.10', 0x400, true],
  ['preempted, raw, kernel 4.4', 0x800, true],
  ['preempted, raw, kernel 4.9', 0x1000, true],
  ['S', 1, false],
  ['D', 2, false],
  ['T', 4, false],
  ['Z', 0x20, false],
  ['P', 0x40, false],
  ['I', 0x80, false],
  ['parked, raw', 0x200, false],
  ['I, raw: D and not counted as load', 0x402, false],
  ['killable, raw', 0x102, false],
])('%s', (_, state, expected) => {
  expect(isRunnable(state)).toBe(expected);
});

test('a thread that has ended', () => {
  expect([0, 1, 2, 0x10, 0x20, 0x40, 0x80].map(isEnded)).toEqual([
    false,
    false,
    false,
    true,
    true,
    false,
    false,
  ]);
});
