import { expect, test } from 'vitest';
import { formatG } from './c-float.ts';

// Expected texts by printf '%g' of glibc 2.36.
test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [100000, '100000'],
  [999999, '999999'],
  [999999.5, '1e+06'],
  [1000000, '1e+06'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [0.000123456789, '0.000123457'],
  [123456.5, '123456'],
  [123457.5, '123458'],
  [100000.5, '100000'],
  [2.5, '2.5'],
  [0.5000005, '0.5'],
  [1e100, '1e+100'],
  [5e-324, '4.94066e-324'],
  [1.7976931348623157e308, '1.79769e+308'],
  [9999995, '1e+07'],
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
])('%d is %s', (value, expected) => {
  expect(formatG(value)).toBe(expected);
});
