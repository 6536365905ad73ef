import { describe, expect, test } from 'vitest';
import type { FrameList } from '../events/frames.ts';
import type { ByteOrder } from '../events/layout.ts';
import { type PageWriter, testPage, testPageSizeBytes } from './page.test-helpers.ts';
import { usualPageLayout } from './page-layout.ts';
import { appendFrames } from './ring-buffer-frames.ts';
import { RingBufferPage } from './ring-buffer-page.ts';

interface Walked {
  /** `record at + size @time`. */
  readonly records: readonly string[];
  readonly fault: string | undefined;
  readonly missed: number;
}

const machines: readonly (readonly [ByteOrder, 4 | 8])[] = [
  ['le', 8],
  ['be', 8],
  ['le', 4],
  ['be', 4],
];

function walk(bytes: Uint8Array, [byteOrder, longSizeBytes]: readonly [ByteOrder, 4 | 8], at = 0): Walked {
  const layout = usualPageLayout(longSizeBytes, testPageSizeBytes);
  const page = new RingBufferPage(layout, byteOrder);
  const dataAt = at + layout.dataOffsetBytes;
  page.begin(bytes, at, testPageSizeBytes);
  const records: string[] = [];
  while (page.next()) {
    expect(records.length).toBeLessThan(testPageSizeBytes / 4);
    const time = page.timestamp + BigInt(page.elapsed);
    records.push(`${page.recordAt - dataAt}+${page.recordEnd - page.recordAt} @${time}`);
  }
  expect(page.next()).toBe(false);
  const { fault, missed } = page;
  const place = (fault?.atBytes ?? 0) - dataAt;
  return { records, fault: fault && `${fault.kind} ${place}: ${fault.detail}`, missed };
}

describe.each(machines)('%s, long of %i bytes', (...machine) => {
  const [byteOrder, longSizeBytes] = machine;
  const page = (fill: (writer: PageWriter) => void, more: { timestamp?: bigint; commit?: number } = {}) =>
    testPage({ byteOrder, longSizeBytes, ...more }, fill);

  test('records say their length in their type or in the next word', () => {
    const bytes = page((data) => {
      data.record(0, 1, 1).record(5, 2, 28);
      // 10 bytes of record: its length counts itself, the next record begins at a multiple of 4.
      data.word(0, 7).number(14, 4).text('0123456789ab').record(1, 3);
    });
    expect(walk(bytes, machine)).toEqual({
      records: ['4+4 @1000', '12+112 @1005', '132+10 @1012', '148+8 @1013'],
      fault: undefined,
      missed: 0,
    });
  });

  test('time goes on by deltas, extends and padding', () => {
    const bytes = page((data) => {
      data.record(10, 1);
      data.word(30, 5).number(3, 4);
      data.record(1, 1);
      data.word(29, 100).number(12, 4).number(0, 4).number(0, 4);
      data.record(2, 1);
    });
    const extend = 5 + 3 * 2 ** 27;
    expect(walk(bytes, machine).records).toEqual([
      '4+8 @1010',
      `24+8 @${1011 + extend}`,
      `52+8 @${1113 + extend}`,
    ]);
  });

  test('absolute times take their upper five bits from the time so far', () => {
    const timestamp = 0xf801234567890000n;
    const stamp = (data: PageWriter, time: bigint) => {
      const bits = time & (2n ** 59n - 1n);
      return data.word(31, Number(bits & 0x7ffffffn)).number(bits >> 27n, 4);
    };
    const bytes = page(
      (data) => {
        stamp(data, timestamp + 1_000_000_007n).record(3, 1);
        stamp(data, timestamp + 5_000_000_000_000n).record(0, 1);
      },
      { timestamp },
    );
    expect(walk(bytes, machine).records).toEqual([
      `12+8 @${timestamp + 1_000_000_010n}`,
      `32+8 @${timestamp + 5_000_000_000_000n}`,
    ]);
    const beforeWrap = 0x0fffffffffffff00n;
    const wrapped = page((data) => stamp(data, beforeWrap + 0x200n).record(0, 1), { timestamp: beforeWrap });
    expect(walk(wrapped, machine).records).toEqual([`12+8 @${beforeWrap + 0x200n}`]);
  });

  test('an absolute time below 2^59 may lie before the page', () => {
    const bytes = page((data) => data.word(31, 900).number(0, 4).record(0, 1));
    expect(walk(bytes, machine).records).toEqual(['12+8 @900']);
  });

  test('events were missed: how many stands behind the records', () => {
    const size = 12;
    const missed = (flags: number, count: bigint) =>
      walk(
        page((data) => data.record(0, 1).number(count, longSizeBytes), { commit: size + flags }),
        machine,
      );
    expect(missed(0, 77n)).toEqual({ records: ['4+8 @1000'], fault: undefined, missed: 0 });
    expect(missed(2 ** 31, 77n).missed).toBe(-1);
    expect(missed(2 ** 31 + 2 ** 30, 77n).missed).toBe(77);
  });

  test('events were missed, but there is no room for how many', () => {
    const room = testPageSizeBytes - 8 - longSizeBytes;
    const bytes = page((data) => data.word(0, 0).number(room - 4, 4), { commit: room + 2 ** 31 + 2 ** 30 });
    expect(walk(bytes, machine)).toMatchObject({ missed: -1, fault: undefined });
  });

  test('an empty page', () => {
    expect(
      walk(
        page(() => {}),
        machine,
      ),
    ).toEqual({ records: [], fault: undefined, missed: 0 });
  });

  test('a page at an odd place', () => {
    const bytes = new Uint8Array(3 + testPageSizeBytes);
    bytes.set(
      page((data) => data.record(4, 1)),
      3,
    );
    expect(walk(bytes.subarray(1), machine, 2).records).toEqual(['4+8 @1004']);
  });

  test.each<[string, string, (data: PageWriter) => void, { commit?: number }]>([
    ['a size beyond the page', 'commit', () => {}, { commit: testPageSizeBytes }],
    [
      'a record beyond the records',
      'record 12: A record needs 8 more bytes, but 4 are left',
      (data) => data.record(0, 1),
      { commit: 20 },
    ],
    ['half a word', 'record 12: A record needs 4 more bytes, but 2 are left', () => {}, { commit: 14 }],
    [
      'no length',
      'record 12: A record says that it is 0 bytes long',
      (data) => data.word(0, 1).number(0, 4),
      {},
    ],
    [
      'a length without itself',
      'record 12: A record says that it is 3 bytes long',
      (data) => data.word(0, 1).number(3, 4),
      {},
    ],
    [
      'a very large length',
      'record 12: A record needs 4294967295 more bytes',
      (data) => data.word(0, 1).number(0xffffffff, 4),
      {},
    ],
    [
      'a length in no word',
      'record 12: A record needs 4 more bytes, but 0 are left',
      (data) => data.word(0, 1),
      {},
    ],
    [
      'padding without length',
      'record 12: A record says that it is 0 bytes long',
      (data) => data.word(29, 1).number(0, 4),
      {},
    ],
    [
      'padding without end',
      'record 12: Padding up to the end of the page',
      (data) => data.word(29, 0).number(4, 4),
      {},
    ],
    ['a time extend that is cut', 'record 12: A record needs 4 more bytes', (data) => data.word(30, 1), {}],
  ])('%s ends the page with a fault', (title, fault, fill, more) => {
    const bytes = page((data) => {
      data.record(0, 1);
      if (title === 'a record beyond the records') data.record(0, 1);
      else fill(data);
    }, more);
    const walked = walk(bytes, machine);
    expect(walked.fault?.startsWith(fault), walked.fault).toBe(true);
    expect(walked.records).toEqual(title === 'a size beyond the page' ? [] : ['4+8 @1000']);
  });

  test('of a page that the file cuts, the records that are there are read', () => {
    const bytes = page((data) => data.record(0, 1).record(1, 1));
    const dataAt = 8 + longSizeBytes;
    for (let size = 0; size < dataAt + 24; size++) {
      const { records, fault } = walk(bytes.subarray(0, size), machine);
      expect(records.length).toBe(size >= dataAt + 12 ? 1 : 0);
      expect(fault).toMatch(/^cut /);
    }
    expect(walk(bytes.subarray(0, dataAt + 24), machine).fault).toBeUndefined();
  });

  test('no changed byte makes it read outside of the page or without end', () => {
    const bytes = page((data) => {
      data.record(1, 1, 3).word(30, 5).number(3, 4).word(0, 7).number(12, 4).number(0, 8);
      data.word(29, 1).number(8, 4).number(0, 4).record(1, 1);
    });
    for (let at = 0; at < bytes.length; at++) {
      for (let value = 0; value < 256; value += 5) {
        for (const record of walk(bytes.with(at, value), machine).records) {
          const [begin, size] = record.split(' ')[0]!.split('+').map(Number);
          expect(begin! + size! + 8 + longSizeBytes).toBeLessThanOrEqual(testPageSizeBytes);
        }
      }
    }
  });
});

function makeFrames(capacity: number): FrameList {
  return {
    capacity,
    count: 0,
    classId: new Uint32Array(capacity),
    timeNs: new Float64Array(capacity),
    cycles: new BigUint64Array(capacity),
    cpu: new Int32Array(capacity),
    contextAt: new Uint32Array(capacity),
    contextEnd: new Uint32Array(capacity),
    bodyAt: new Uint32Array(capacity),
    bodyEnd: new Uint32Array(capacity),
    release() {},
  };
}

test.each(['le', 'be'] as const)('records become frames, as many as there is room for (%s)', (byteOrder) => {
  const bytes = testPage({ byteOrder, longSizeBytes: 8 }, (data) => {
    data.record(1, 300).record(2, 301, 3).record(4, 0xfffe);
  });
  const page = new RingBufferPage(usualPageLayout(8, testPageSizeBytes), byteOrder);
  page.begin(bytes, 0, testPageSizeBytes);
  const records = {
    cpu: 3,
    byteOrder,
    typeOffsetBytes: 0,
    typeSizeBytes: 2,
    nsPerUnit: 1,
    keepsCycles: true,
  } as const;
  const frames = makeFrames(2);
  expect(appendFrames(page, bytes, frames, 50, records)).toEqual({ isEnd: false, short: 0 });
  expect(frames.count).toBe(2);
  expect([...frames.classId]).toEqual([300, 301]);
  expect([...frames.timeNs]).toEqual([51, 53]);
  expect([...frames.cycles]).toEqual([1001n, 1003n]);
  expect([...frames.cpu]).toEqual([3, 3]);
  expect([...frames.bodyAt]).toEqual([20, 32]);
  expect([...frames.bodyEnd]).toEqual([28, 44]);
  expect([frames.contextAt, frames.contextEnd]).toEqual([frames.bodyAt, frames.bodyAt]);
  frames.count = 0;
  const halfUnits = { ...records, nsPerUnit: 0.5, keepsCycles: false };
  expect(appendFrames(page, bytes, frames, 50, halfUnits)).toEqual({ isEnd: true, short: 0 });
  expect([frames.count, frames.classId[0], frames.timeNs[0]]).toEqual([1, 0xfffe, 53.5]);
});

test('a record without room for its type is no frame, but counted', () => {
  const bytes = testPage({ byteOrder: 'le', longSizeBytes: 8 }, (data) => {
    data.word(0, 0).number(5, 4).number(1, 4).record(0, 9);
  });
  const page = new RingBufferPage(usualPageLayout(8, testPageSizeBytes), 'le');
  page.begin(bytes, 0, testPageSizeBytes);
  const frames = makeFrames(4);
  const records = {
    cpu: 0,
    byteOrder: 'le',
    typeOffsetBytes: 0,
    typeSizeBytes: 2,
    nsPerUnit: 1,
    keepsCycles: false,
  } as const;
  expect(appendFrames(page, bytes, frames, 0, records)).toEqual({ isEnd: true, short: 1 });
  expect([frames.count, frames.classId[0]]).toEqual([1, 9]);
});
