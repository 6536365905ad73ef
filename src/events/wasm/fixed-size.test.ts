import { expect, test } from 'vitest';
import type { FieldType, IntegerType, StructType } from '../layout.ts';
import { fixedSizeBytes } from './fixed-size.ts';

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

function sizeOf(
  type: StructType,
  { keeps = [], isRead = true }: { keeps?: FieldType[]; isRead?: boolean } = {},
) {
  return fixedSizeBytes([['payload', type]], (each) => keeps.includes(each), isRead);
}

test('whole bytes of fixed size', () => {
  const wide = { ...byte, sizeBits: 64 };
  expect(
    sizeOf(struct(8, byte, wide, { kind: 'float', sizeBits: 32, alignmentBits: 8, byteOrder: 'le' })),
  ).toBe(13);
  expect(sizeOf(struct(8, list(byte, true), struct(1, { ...byte, alignmentBits: 1 })))).toBe(17);
});

test('lists have rows of their own, unless they are stepped over', () => {
  expect(sizeOf(struct(8, list(byte, false)))).toBeUndefined();
  expect(sizeOf(struct(8, list(byte, false)), { isRead: false })).toBe(16);
});

test('what the data or other fields decide', () => {
  expect(sizeOf(struct(8, { kind: 'string', alignmentBits: 8 }))).toBeUndefined();
  expect(sizeOf(struct(8, { ...byte, isVariableLength: true }))).toBeUndefined();
  expect(sizeOf(struct(8, byte), { keeps: [byte] })).toBeUndefined();
  expect(sizeOf(struct(8, { ...byte, clock: 0 }))).toBeUndefined();
});

test('what does not surely begin and end at bytes', () => {
  expect(sizeOf(struct(8, { ...byte, sizeBits: 5 }))).toBeUndefined();
  expect(sizeOf(struct(1, { ...byte, alignmentBits: 1 }))).toBeUndefined();
  expect(sizeOf(struct(8, { ...byte, alignmentBits: 32 }))).toBeUndefined();
});

test('a record without fields takes no space, but for what a structure is aligned to', () => {
  expect(sizeOf(struct(1))).toBe(0);
  expect(sizeOf(struct(8))).toBeUndefined();
});
