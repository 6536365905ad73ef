import { expect, test } from 'vitest';
import type { FieldType, IntegerType, StructType } from '../layout.ts';
import { fixedRuns } from './fixed-size.ts';

const byte: IntegerType = {
  kind: 'integer',
  sizeBits: 8,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: false,
  displayBase: 10,
  isText: false,
};

function struct(alignmentBits: number, ...types: readonly FieldType[]): StructType {
  return {
    kind: 'struct',
    alignmentBits,
    members: types.map((type, index) => ({ name: `f${index}`, type })),
  };
}

function list(element: FieldType, isText: boolean): FieldType {
  return { kind: 'array', alignmentBits: 8, element, length: { kind: 'fixed', count: 16 }, isText };
}

function runsOf(
  type: StructType,
  { keeps = [], isRead = true }: { keeps?: FieldType[]; isRead?: boolean } = {},
) {
  return fixedRuns([['payload', type]], (each) => keeps.includes(each), isRead);
}

test('whole bytes of fixed size', () => {
  const wide = { ...byte, sizeBits: 64 };
  expect(
    runsOf(struct(8, byte, wide, { kind: 'float', sizeBits: 32, alignmentBits: 8, byteOrder: 'le' })),
  ).toEqual([13]);
  expect(runsOf(struct(8, list(byte, true), struct(1, { ...byte, alignmentBits: 1 })))).toEqual([17]);
});

test('lists have rows of their own, unless they are stepped over', () => {
  expect(runsOf(struct(8, list(byte, false)))).toBeUndefined();
  expect(runsOf(struct(8, list(byte, false)), { isRead: false })).toEqual([16]);
});

test('what the data or other fields decide', () => {
  expect(runsOf(struct(8, { kind: 'string', alignmentBits: 8 }))).toBeUndefined();
  expect(runsOf(struct(8, { ...byte, isVariableLength: true }))).toBeUndefined();
  expect(runsOf(struct(8, byte), { keeps: [byte] })).toBeUndefined();
  expect(runsOf(struct(8, { ...byte, clock: 0 }))).toBeUndefined();
});

test('strings lie between bytes of fixed size, unless they are read', () => {
  const text: FieldType = { kind: 'string', alignmentBits: 8 };
  expect(runsOf(struct(8, byte, byte, text, byte, text, text), { isRead: false })).toEqual([2, 1, 0, 0]);
  expect(runsOf(struct(1, text), { isRead: false })).toEqual([0, 0]);
  expect(runsOf(struct(8, { ...text, encoding: 'utf-16le' }), { isRead: false })).toBeUndefined();
  expect(runsOf(struct(8, text))).toBeUndefined();
});

test('what does not surely begin and end at bytes', () => {
  expect(runsOf(struct(8, { ...byte, sizeBits: 5 }))).toBeUndefined();
  expect(runsOf(struct(1, { ...byte, alignmentBits: 1 }))).toBeUndefined();
  expect(runsOf(struct(8, { ...byte, alignmentBits: 32 }))).toBeUndefined();
});

test('a record without fields takes no space, but for what a structure is aligned to', () => {
  expect(runsOf(struct(1))).toEqual([0]);
  expect(runsOf(struct(8))).toBeUndefined();
});
