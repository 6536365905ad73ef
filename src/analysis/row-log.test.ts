import { expect, test } from 'vitest';
import { RowLog } from './row-log.ts';

test('what was added comes back, also where a field is a number only sometimes', () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({
    index,
    half: index / 2,
    name: `n${index % 7}`,
    sometimes: index % 3000 === 2999 ? undefined : index,
    late: index > 5000 ? { index } : Number.NaN,
  }));
  const log = new RowLog<(typeof items)[number]>();
  for (const item of items) log.add({ ...item });
  expect([...log.rows()].length).toBe(items.length);
  expect(Array.from(log.rows(), (item) => ({ ...item }))).toEqual(items);
});

test('without any there is none', () => {
  expect([...new RowLog().rows()]).toEqual([]);
});
