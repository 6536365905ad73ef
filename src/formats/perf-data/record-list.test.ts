import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordList } from './record-list.ts';

const keys = fc.array(fc.constantFrom(1, 2, 3, 5, 8, 13, Number.NEGATIVE_INFINITY), { maxLength: 200 });

function listOf(all: readonly number[]): RecordList {
  const list = new RecordList();
  for (const [index, key] of all.entries()) list.push(key, key, index * 8, index, index);
  return list;
}

function inOrder(list: RecordList): readonly (readonly [number, number, number, number, number])[] {
  return Array.from({ length: list.count }, (_, position) => {
    const index = list.indexAt(position);
    const { key, time, at, shape, cpu } = list;
    return [key, time, at, shape, cpu].map((values) => values[index]) as [
      number,
      number,
      number,
      number,
      number,
    ];
  });
}

test('records are put in order, equal ones as they came', () => {
  fc.assert(
    fc.property(keys, fc.nat(250), (all, dropped) => {
      const list = listOf(all);
      list.sort();
      const wanted = all
        .map((key, index) => [key, key, index * 8, index, index] as const)
        .sort((a, b) => (a[0] === b[0] ? a[2] - b[2] : a[0] - b[0]));
      expect(inOrder(list)).toEqual(wanted);
      const limit = 3;
      expect(list.countUpTo(limit)).toBe(wanted.filter(([key]) => key <= limit).length);
      list.drop(Math.min(dropped, all.length));
      expect(inOrder(list)).toEqual(wanted.slice(dropped));
      expect(list.leastAt()).toBe(Math.min(...wanted.slice(dropped).map(([, , at]) => at)));
    }),
  );
});

test('there is room for as many as come', () => {
  const list = listOf(Array.from({ length: 5000 }, (_, index) => 5000 - index));
  list.sort();
  expect(list.key[list.indexAt(0)]).toBe(1);
  expect(list.at[list.indexAt(4999)]).toBe(0);
});
