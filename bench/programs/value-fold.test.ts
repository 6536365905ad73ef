import { expect, test } from 'vitest';
import { makeColumn, type TextColumn } from '../../src/events/columns.ts';
import { textHash, viewOf } from './value-fold.ts';

function textColumn(bytes: Uint8Array, start: number, length: number): TextColumn {
  const column = makeColumn({ kind: 'string', alignmentBits: 8 }) as TextColumn;
  column.bytes = bytes;
  column.starts = Uint32Array.of(start);
  column.lengths = Uint32Array.of(length);
  column.count = 1;
  return column;
}

function hashOf(text: string, before: number, after: number): number {
  const bytes = new Uint8Array(before + text.length + after).fill(0x7a);
  bytes.set(new TextEncoder().encode(text), before);
  return textHash(textColumn(bytes, before, text.length), viewOf(bytes), 0);
}

test('a text has one hash wherever it lies, and whatever follows it', () => {
  for (let length = 0; length <= 40; length++) {
    const text = 'abcdefghij'.repeat(4).slice(0, length);
    const [first, ...others] = [
      [0, 0],
      [3, 0],
      [0, 40],
      [5, 9],
    ].map(([before, after]) => hashOf(text, before as number, after as number));
    for (const other of others) expect(other).toBe(first);
  }
});

test('each flipped bit of a text changes its hash', () => {
  for (const text of ['a', 'lttng-consumerd', 'sixteen bytes ..', 'longer than sixteen bytes']) {
    const hash = hashOf(text, 0, 20);
    for (let index = 0; index < text.length; index++) {
      const flipped = String.fromCharCode(text.charCodeAt(index) ^ 1);
      expect(hashOf(text.slice(0, index) + flipped + text.slice(index + 1), 0, 20)).not.toBe(hash);
    }
  }
});
