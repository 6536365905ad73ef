import { expect, test } from 'vitest';
import { SquareSum } from './square-sum.ts';

function around(values: readonly number[]): number {
  const squares = new SquareSum();
  for (const value of values) squares.add(value);
  return squares.around(
    values.length,
    values.reduce((sum, value) => sum + value, 0),
  );
}

test('squared differences from the average are exact for whole numbers', () => {
  expect(around([2, 4, 4, 4, 5, 5, 7, 9])).toBe(32);
  expect(around([-3, 3])).toBe(18);
  expect(around([1e15 + 1, 1e15 + 2, 1e15 + 3])).toBe(2);
  expect(around(Array.from({ length: 2000 }, (_, index) => 1e11 + (index % 2)))).toBe(500);
  expect(around(Array.from({ length: 4000 }, (_, index) => 2 ** 26 - (index % 2)))).toBe(1000);
});

test('numbers with fractions are as near as doubles are', () => {
  expect(around([0.1, 0.2, 0.3])).toBeCloseTo(0.02, 12);
  expect(around([1e6 + 0.25, 1e6 + 0.75])).toBeCloseTo(0.125, 3);
});

test('sums in any order and in parts are one sum', () => {
  const values = Array.from({ length: 500 }, (_, index) => (index * 7919 * 104729) % 2 ** 40);
  const sum = values.reduce((total, value) => total + value, 0);
  const [first, second] = [new SquareSum(), new SquareSum()];
  for (const [index, value] of values.toReversed().entries()) (index % 3 === 0 ? first : second).add(value);
  first.merge(second);
  expect(first.around(500, sum)).toBe(around(values));
});
