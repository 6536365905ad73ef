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
  return Array.from({ length: list.readyCount }, (_, position) => {
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

test('records are put in order up to a limit, equal ones as they came; the others wait', () => {
  fc.assert(
    fc.property(keys, keys, fc.constantFrom(0, 2, 5, 9, Number.POSITIVE_INFINITY), (all, more, limit) => {
      const list = listOf(all);
      let wanted = all.map((key, index) => [key, key, index * 8, index, index] as const);
      const takeReady = () => {
        const ready = wanted.filter(([key]) => key <= limit);
        wanted = wanted.filter(([key]) => key > limit);
        return ready.sort((a, b) => (a[0] === b[0] ? a[2] - b[2] : a[0] - b[0]));
      };
      list.sort(limit);
      expect(inOrder(list)).toEqual(takeReady());
      list.drop();
      expect(list.count).toBe(wanted.length);
      for (const [place, key] of more.entries()) {
        const index = all.length + place;
        list.push(key, key, index * 8, index, index);
        wanted.push([key, key, index * 8, index, index]);
      }
      list.sort(limit);
      expect(inOrder(list)).toEqual(takeReady());
      list.drop();
      expect([...list.at.subarray(0, list.count)]).toEqual(wanted.map(([, , at]) => at));
    }),
  );
});

test('a time that is not the place in the order is kept beside it', () => {
  const list = new RecordList();
  list.push(5, 5, 0, 0, 0);
  list.push(5, 3, 8, 0, 0);
  list.push(Number.NEGATIVE_INFINITY, Number.NaN, 16, 0, 0);
  list.sort();
  expect(inOrder(list).map(([, time]) => time)).toEqual([Number.NaN, 5, 3]);
});

test('there is room for as many as come', () => {
  const list = listOf(Array.from({ length: 5000 }, (_, index) => 5000 - index));
  list.sort();
  expect(list.key[list.indexAt(0)]).toBe(1);
  expect(list.at[list.indexAt(4999)]).toBe(0);
});
