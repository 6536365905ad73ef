import { expect, test } from 'vitest';
import type { ClassBatch } from '../events/batch.ts';
import { grown, makeColumn } from '../events/columns.ts';
import type { IntegerType } from '../events/layout.ts';
import type { FieldSource } from '../events/reader.ts';
import { Names } from '../kernel/names.ts';
import type { TextView } from '../vocabulary/view.ts';
import { fieldReader, SyscallNumberText } from './columns-of-class.ts';

function typeOf(sizeBits: number, isSigned: boolean): IntegerType {
  return {
    kind: 'integer',
    sizeBits,
    alignmentBits: 8,
    byteOrder: 'le',
    isSigned,
    displayBase: 10,
    isText: false,
  };
}

/** A batch of one field `ret`, and where it is. */
function recorded(type: IntegerType, values: readonly bigint[], as: 'natural' | 'number' = 'natural') {
  const column = makeColumn(type, as);
  if (column.kind !== 'bigint' && column.kind !== 'number') throw new Error('not an integer');
  column.values = grown(column.values, values.length) as never;
  values.forEach((value, row) => {
    column.values[row] = column.kind === 'bigint' ? value : (Number(value) as never);
  });
  column.count = values.length;
  const struct = { kind: 'struct', count: values.length, names: ['ret'], members: [column] } as const;
  const batch = { count: values.length, scopes: new Map([['payload', struct]]) } as unknown as ClassBatch;
  const source: FieldSource = { kind: 'field', field: { scope: 'payload', path: ['ret'] }, type };
  return { batch, source };
}

const names = new Names();

test.each([
  [
    '64 bits without a sign',
    typeOf(64, false),
    [0n, 2n ** 64n - 12n, 0x7f00_0000_1000n],
    [0, -12, 0x7f00_0000_1000],
  ],
  ['64 bits with a sign', typeOf(64, true), [-1n, 2n ** 40n, -4095n], [-1, 2 ** 40, -4095]],
  ['32 bits without a sign', typeOf(32, false), [0n, 2n ** 32n - 2n], [0, -2]],
  ['32 bits with a sign', typeOf(32, true), [5n, -2n], [5, -2]],
  ['16 bits without a sign', typeOf(16, false), [5n, 65535n], [5, 65535]],
] as const)('a return value of %s is negative where the kernel meant it', (_, type, values, expected) => {
  const { batch, source } = recorded(type, values);
  const view = fieldReader(source, 'signed', names).refresh(batch) as Float64Array;
  expect(Array.from(view.subarray(0, values.length))).toEqual([...expected]);
});

test('other integers keep the sign that they were recorded with', () => {
  const { batch, source } = recorded(typeOf(32, false), [2n ** 32n - 2n]);
  expect(fieldReader(source, 'integer', names).refresh(batch) as Uint32Array).toHaveProperty(
    '0',
    2 ** 32 - 2,
  );
});

test('a field that a class lacks is no number, or no text', () => {
  const { batch } = recorded(typeOf(32, true), [1n, 2n]);
  expect(Array.from(fieldReader(undefined, 'integer', names).refresh(batch) as Float64Array)).toEqual([
    NaN,
    NaN,
  ]);
  const text = fieldReader(undefined, 'text', names).refresh(batch) as TextView;
  expect([text.at(0), text.idAt(0)]).toEqual(['', 0]);
});

test('names of calls follow from numbers; a negative number has none', () => {
  const { batch, source } = recorded(typeOf(64, true), [0n, 257n, -1n, 5000n], 'number');
  const text = new SyscallNumberText(fieldReader(source, 'signed', names), 'x86_64', names);
  text.refresh(batch);
  expect([0, 1, 2, 3].map((row) => text.at(row))).toEqual(['read', 'openat', '', 'syscall_5000']);
});

test('an address keeps its low 52 bits exactly', () => {
  const { batch, source } = recorded(typeOf(64, false), [0xffff_8880_1234_5678n, 0xffff_8880_1234_5679n]);
  const view = fieldReader(source, 'address', names).refresh(batch) as Float64Array;
  expect([view[0], view[1]]).toEqual([0xf_8880_1234_5678, 0xf_8880_1234_5679]);
});

test('a number that a tracer counts from another one is shifted', () => {
  const { batch, source } = recorded(typeOf(32, true), [20n, -100n]);
  const view = fieldReader({ ...source, plus: 100 } as FieldSource, 'integer', names).refresh(
    batch,
  ) as Float64Array;
  expect([view[0], view[1]]).toEqual([120, 0]);
});

test.each(['natural', 'number'] as const)('an element of an array, where the record has it (%s)', (as) => {
  const element = makeColumn(typeOf(64, false), as);
  if (element.kind !== 'bigint' && element.kind !== 'number') throw new Error('not an integer');
  element.values = grown(element.values, 4) as never;
  [3n, 2n ** 63n, 5n].forEach((value, row) => {
    element.values[row] = element.kind === 'bigint' ? value : (Number(value) as never);
  });
  element.count = 3;
  const type = typeOf(64, false);
  // The first record has two elements, the second one.
  const list = { kind: 'list', type, count: 2, starts: Uint32Array.of(0, 2, 3), element } as const;
  const struct = { kind: 'struct', count: 2, names: ['args'], members: [list] } as const;
  const batch = { count: 2, scopes: new Map([['payload', struct]]) } as unknown as ClassBatch;
  const field = { scope: 'payload', path: ['args'] } as const;
  const elementAt = (index: number) => {
    const source: FieldSource = { kind: 'field', field, type, element: index };
    return Array.from((fieldReader(source, 'signed', names).refresh(batch) as Float64Array).subarray(0, 2));
  };
  expect(elementAt(0)).toEqual([3, 5]);
  expect(elementAt(1)).toEqual([as === 'natural' ? -(2 ** 63) : 2 ** 63, Number.NaN]);
});
