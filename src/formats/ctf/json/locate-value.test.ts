import { expect, test } from 'vitest';
import { locateValue } from './locate-value.ts';

const json = ' {"a": 1, "b\\u0063": [ {"d": "}]\\"", "a": 2}, [], {"a": {"x": null}} ], "e": {"a": true}}';

function found(...keys: (string | number)[]): string {
  return json.slice(locateValue(json, keys), locateValue(json, keys) + 5);
}

test('finds values by names and indexes', () => {
  expect(found()).toBe('{"a":');
  expect(found('a')).toBe('1, "b');
  expect(found('bc', 0, 'd')).toBe('"}]\\"');
  expect(found('bc', 0, 'a')).toBe('2}, [');
  expect(found('bc', 1)).toBe('[], {');
  expect(found('bc', 2, 'a', 'x')).toBe('null}');
  expect(found('e', 'a')).toBe('true}');
});

test('gives the last value on the way where the way does not go on', () => {
  expect(found('f')).toBe('{"a":');
  expect(found('a', 'x')).toBe('1, "b');
  expect(found('bc', 3)).toBe('[ {"d');
  expect(found('bc', 'a')).toBe('[ {"d');
  expect(found('bc', 1, 0)).toBe('[], {');
  expect(found('e', 0)).toBe('{"a":');
});

test('takes the last of several properties of one name', () => {
  const twice = '{"a": {"b": 1}, "a": {"c": 2}}';
  expect(twice.slice(locateValue(twice, ['a', 'c']))).toBe('2}}');
  expect(twice.slice(locateValue(twice, ['a', 'b']))).toBe('{"c": 2}}');
});
