import { expect, test } from 'vitest';
import { colorDepthOf } from './console.ts';
import { drawBar } from './progress.ts';

test.each([
  [{ TERM: 'xterm-256color' }, true, '256'],
  [{ TERM: 'xterm-256color' }, false, 'plain'],
  [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, true, 'truecolor'],
  [{ TERM: 'xterm-direct' }, true, 'truecolor'],
  [{ TERM: 'dumb', COLORTERM: 'truecolor' }, true, 'plain'],
  [{ TERM: 'linux' }, true, 'plain'],
  [{ TERM: 'xterm', NO_COLOR: '1' }, true, 'plain'],
  [{ TERM: 'xterm', NO_COLOR: '' }, true, '256'],
  [{ FORCE_COLOR: '1' }, false, '256'],
  [{ FORCE_COLOR: '3' }, false, 'truecolor'],
  [{ FORCE_COLOR: '0', TERM: 'xterm' }, true, 'plain'],
  [{ FORCE_COLOR: '3', NO_COLOR: '1' }, true, 'plain'],
] as const)('%j on a terminal: %s gives %s', (environment, isTerminal, expected) => {
  expect(colorDepthOf(environment, isTerminal)).toBe(expected);
});

test('a bar shows how far it is', () => {
  expect(drawBar(0)).toBe(`reading [${'.'.repeat(30)}]   0 %`);
  expect(drawBar(0.5)).toBe(`reading [${'#'.repeat(15)}${'.'.repeat(15)}]  50 %`);
  expect(drawBar(7)).toBe(`reading [${'#'.repeat(30)}] 100 %`);
  expect(drawBar(Number.NaN)).toBe(drawBar(0));
});
