import { expect, test } from 'vitest';
import { readFields, readNames, TextOptionError } from './options.ts';

test('lists are read as babeltrace2 reads them', () => {
  expect([...readNames('args, ctx')]).toEqual(['payload', 'context']);
  expect([...readNames('all')]).toEqual(['payload', 'context', 'scope', 'header']);
  expect([...readNames('none')]).toEqual([]);
  expect([...readNames('none,scope')]).toEqual(['scope']);
  expect([...readFields('trace:vpid,loglevel')]).toEqual(['trace:vpid', 'loglevel']);
  expect(readFields('all').size).toBe(8);
});

test('what is not known is refused', () => {
  expect(() => readNames('payloads')).toThrow('--names does not know "payloads".');
  expect(() => readFields('hostname')).toThrow(TextOptionError);
  expect(() => readNames('all,none')).toThrow(TextOptionError);
});
