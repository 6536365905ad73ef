import { expect, test } from 'vitest';
import { UsageError } from './failure.ts';
import { parseDuration, parseTime, parseTimeRange, resolveTime } from './times.ts';

test.each([
  ['1433154061.25', { kind: 'since-epoch', ns: 1433154061250000000n }],
  ['-0.5', { kind: 'since-epoch', ns: -500000000n }],
  ['1433154061.123456789', { kind: 'since-epoch', ns: 1433154061123456789n }],
  ['1500ms', { kind: 'since-epoch', ns: 1500000000n }],
  ['1433154061250000001ns', { kind: 'since-epoch', ns: 1433154061250000001n }],
  ['2015-06-01 10:21:01.25', { kind: 'since-epoch', ns: 1433154061250000000n }],
  ['2015-06-01T10:21:01.000000007Z', { kind: 'since-epoch', ns: 1433154061000000007n }],
  ['2015-06-01', { kind: 'since-epoch', ns: 1433116800000000000n }],
  ['10:21:01', { kind: 'of-day', ns: 37261000000000n }],
  ['1h', { kind: 'since-epoch', ns: 3600000000000n }],
  ['+1h', { kind: 'after-begin', ns: 3600000000000n }],
  ['+1.5m', { kind: 'after-begin', ns: 90000000000n }],
  ['+1.5s', { kind: 'after-begin', ns: 1500000000n }],
])('%s is a time', (text, expected) => {
  expect(parseTime(text, '--begin', 'utc')).toEqual(expected);
});

test.each(['', 'yesterday', '2015-02-30', '25:00:00', '2015-06-01 10:61', '+5', '1d'])(
  '%j is no time',
  (text) => {
    expect(() => parseTime(text, '--begin', 'utc')).toThrow(UsageError);
  },
);

test('a duration has its unit', () => {
  expect(parseDuration('1.5ms', '--slower')).toBe(1500000n);
  expect(parseDuration('10 us', '--slower')).toBe(10000n);
  expect(parseDuration('2m', '--slower')).toBe(parseDuration('2min', '--slower'));
  expect(() => parseDuration('10', '--slower')).toThrow(/not a duration/);
});

test('a range is two times', () => {
  expect(parseTimeRange('[1,2.5]', '--timerange', 'utc')).toEqual([
    { kind: 'since-epoch', ns: 1000000000n },
    { kind: 'since-epoch', ns: 2500000000n },
  ]);
  expect(() => parseTimeRange('1', '--timerange', 'utc')).toThrow(UsageError);
});

test('times are resolved against the beginning of the trace', () => {
  const originNs = 1433154061250000000n;
  expect(resolveTime({ kind: 'since-epoch', ns: 7n }, originNs, 'utc')).toBe(7n);
  expect(resolveTime({ kind: 'after-begin', ns: 5n }, originNs, 'utc')).toBe(originNs + 5n);
  expect(resolveTime(parseTime('10:21:02', '--begin', 'utc'), originNs, 'utc')).toBe(originNs + 750000000n);
});
