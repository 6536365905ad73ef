import { expect, test } from 'vitest';
import { clip, padText, safeText, textWidth, wrapText } from './text-width.ts';

test('what acts on a terminal is shown as an escape', () => {
  expect(safeText('a\x1b[31m\n\t\r\x7f\u0085\u202e\ud800', true)).toBe(
    'a\\x1b[31m\\n\\t\\r\\x7f\\x85\\u202e\\ud800',
  );
  expect(safeText('µs 日 🔥', false)).toBe('\\xb5s \\u65e5 \\u{1f525}');
});

test('wide characters take two columns, combining ones none', () => {
  expect(['abc', '日本', 'e\u0301', '🔥', 'µ…█'].map(textWidth)).toEqual([3, 4, 1, 2, 3]);
});

test('text is cut at the end, a path at the beginning, never through a wide character', () => {
  expect(clip('abcdef', 4, true)).toBe('abc…');
  expect(clip('/usr/lib/a', 5, true, 'begin')).toBe('…ib/a');
  expect(clip('abcdef', 4, false)).toBe('ab..');
  expect(clip('日本語', 4, true)).toBe('日…');
  expect(clip('abc', 3, true)).toBe('abc');
});

test('text is filled by columns and wrapped at spaces', () => {
  expect(padText('日', 4, 'right')).toBe('  日');
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
});
