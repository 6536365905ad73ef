import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { splitSeconds, type TimeForm, TimeWriter, writeDelta } from './time-writer.ts';

const utc: TimeForm = { clock: 'time', gmt: true, date: true };

function written(write: (out: ByteWriter) => void): string {
  const out = new ByteWriter();
  write(out);
  return new TextDecoder().decode(out.take());
}

function timeOf(originNs: bigint, timeNs: number, form = utc): string {
  return written((out) => new TimeWriter(originNs, form).write(timeNs, out));
}

test.each<[bigint, number, string]>([
  [0n, 0, '1970-01-01 00:00:00.000000000'],
  [1_561_756_803_923_426_858n, 0, '2019-06-28 21:20:03.923426858'],
  [1_561_756_803_923_426_858n, 76_573_142, '2019-06-28 21:20:04.000000000'],
  [1_561_756_803_923_426_858n, -923_426_859, '2019-06-28 21:20:02.999999999'],
  [1_000_000_000n, 2 ** 53 - 1, '1970-04-15 06:00:00.254740991'],
  [253_402_300_800_000_000_000n, 0, '010000-01-01 00:00:00.000000000'],
  [-1n, 0, '-0.000000001'],
  [-1_000_000_000n, 0, '-1.000000000'],
  [-1_500_000_000n, 250_000_000, '-1.250000000'],
])('%d + %d is %s', (originNs, timeNs, expected) => {
  expect(timeOf(originNs, timeNs)).toBe(expected);
});

test('without date, and in seconds', () => {
  expect(timeOf(90_061_000_000_002n, 0, { ...utc, date: false })).toBe('01:01:01.000000002');
  expect(timeOf(1_561_756_803_923_426_858n, 0, { ...utc, clock: 'seconds' })).toBe('1561756803.923426858');
});

test('a second that is kept from the event before is replaced by the next', () => {
  const writer = new TimeWriter(0n, { ...utc, date: false });
  const lines = written((out) => {
    for (const timeNs of [999_999_999, 1_000_000_000, 59_000_000_000, 60_000_000_000, 3_600_000_000_000]) {
      writer.write(timeNs, out);
      out.ascii(' ');
    }
  });
  expect(lines).toBe(
    '00:00:00.999999999 00:00:01.000000000 00:00:59.000000000 00:01:00.000000000 01:00:00.000000000 ',
  );
});

test('division does not round up to the next second', () => {
  const timeNs = 9_007_199_000_000_000 - 1;
  expect(splitSeconds(timeNs)).toEqual({ seconds: 9_007_198, nanoseconds: 999_999_999 });
});

test('differences have nine digits below the second', () => {
  expect(written((out) => writeDelta(14_700, out))).toBe('0.000014700');
  expect(written((out) => writeDelta(11_404_514_254, out))).toBe('11.404514254');
});
