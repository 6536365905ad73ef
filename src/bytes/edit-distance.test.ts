import { expect, test } from 'vitest';
import { editDistance, nearestWord } from './edit-distance.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['kernel', 'kernel', 0],
  ['kerenl', 'kernel', 1],
  ['trce', 'trace', 1],
  ['tracee', 'trace', 1],
  ['trice', 'trace', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j it takes %i letters', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
  expect(editDistance(to, from)).toBe(distance);
});

test('the nearest word is found only when it is near', () => {
  expect(nearestWord('syscals', ['events', 'syscalls'])).toBe('syscalls');
  expect(nearestWord('Info', ['info', 'inspect'])).toBe('info');
  expect(nearestWord('network', ['events', 'syscalls'])).toBeUndefined();
});
