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

test('what CTF 2 adds: booleans, bytes, encodings, and fields that may be absent', () => {
  const boolean = integer({ sizeBits: 8, isBoolean: true });
  const optional: VariantType = {
    kind: 'variant',
    selector: { scope: 'payload', path: ['there'], type: boolean },
    options: [
      { name: 'none', type: struct({}), ranges: [] },
      { name: 'some', type: integer({ sizeBits: 64, isVariableLength: true }), ranges: [] },
    ],
    isOptional: true,
  };
  const type = struct({
    there: boolean,
    wide: integer({ sizeBits: 64, isBoolean: true }),
    optional,
    optionals: list(optional),
    data: { ...list(integer({ sizeBits: 8 })), isBlob: true },
    utf16: { ...text, encoding: 'utf-16le' },
    utf32: { ...list(integer({ sizeBits: 8, isText: true }), true), encoding: 'utf-32be' },
  });
  const rows = [
    {
      ...{ there: true, wide: true, optional: 2n ** 64n - 1n, optionals: [1n, undefined] },
      ...{ data: new Uint8Array([0, 1]), utf16: '\ufeffé🎵', utf32: 'é🎵' },
    },
    { there: false, wide: false, optionals: [], data: new Uint8Array(0), utf16: '', utf32: '' },
  ];
  const column = makeColumn(type);
  for (const row of rows) appendValue(column, row);
  expect(rows.map((_, row) => valueAt(column, row))).toEqual(rows);
  expect(Object.keys(valueAt(column, 1) as object)).not.toContain('optional');
});

test.each([
  ['utf-16be', [0xd8, 0x00, 0x00, 0x61], '\ufffda'],
  ['utf-16le', [0x61, 0x00, 0x00, 0xdc], 'a\ufffd'],
  ['utf-32le', [0x00, 0xd8, 0x00, 0x00, 0x00, 0x00, 0x11, 0x00], '\ufffd\ufffd'],
  ['utf-32be', [0x00, 0x10, 0xff, 0xff], '\u{10ffff}'],
] as const)('%s that is no text becomes U+FFFD', (encoding, bytes, wanted) => {
  const column = makeColumn({ ...text, encoding });
  appendValue(column, [...bytes]);
  expect(valueAt(column, 0)).toBe(wanted);
});
