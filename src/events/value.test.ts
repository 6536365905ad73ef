import { expect, test } from 'vitest';
import { makeColumn, type StructColumn } from './columns.ts';
import type { FieldType, VariantType } from './layout.ts';
import { appendValue, integer, list, struct, text } from './testing.ts';
import { structAt, valueAt } from './value.ts';

const selector = integer();
const variant: VariantType = {
  kind: 'variant',
  selector: { scope: 'payload', path: ['tag'], type: selector },
  options: [
    { name: 'words', type: text, ranges: [{ first: 0n, last: 0n }] },
    { name: 'numbers', type: list(integer({ isSigned: true })), ranges: [{ first: 1n, last: 1n }] },
  ],
};

test('every kind of column gives its rows back as plain values', () => {
  const type = struct({
    small: integer({ sizeBits: 7, isSigned: true }),
    large: integer({ sizeBits: 64 }),
    name: text,
    matrix: list(list(integer())),
    tag: selector,
    choice: variant,
  });
  const rows = [
    {
      small: -3,
      large: 2n ** 64n - 1n,
      name: 'één',
      matrix: [[1, 2], [], [3]],
      tag: 0,
      choice: { option: 'words', value: 'x' },
    },
    { small: 4, large: 0n, name: '', matrix: [], tag: 1, choice: { option: 'numbers', value: [-1, 7] } },
    { small: 5, large: 1n, name: 'z', matrix: [[9]], tag: 1, choice: { option: 'numbers', value: [] } },
  ];
  const column = makeColumn(type);
  for (const row of rows) appendValue(column, row);
  expect(rows.map((_, row) => valueAt(column, row))).toEqual(rows);
});

test('members with names of Object.prototype are members like others', () => {
  const members: [string, FieldType][] = [
    ['__proto__', integer()],
    ['toString', integer()],
  ];
  const column = makeColumn({
    kind: 'struct',
    alignmentBits: 8,
    members: members.map(([name, type]) => ({ name, type })),
  }) as StructColumn;
  for (const member of column.members) appendValue(member, 5);
  column.count = 1;
  const value = structAt(column, 0);
  expect(Object.keys(value)).toEqual(['__proto__', 'toString']);
  expect(Object.values(value)).toEqual([5, 5]);
});

test('bytes that are not UTF-8 become U+FFFD', () => {
  const column = makeColumn(text);
  appendValue(column, [0x61, 0xff, 0x62]);
  expect(valueAt(column, 0)).toBe('a\ufffdb');
});
