import { expect, test } from 'vitest';
import type { EventBatch } from '../../events/batch.ts';
import type { VariantType } from '../../events/layout.ts';
import { enumeration, integer, list, makeBatch, makeTraceAbout, struct, text } from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { defaultTextOptions, type TextOptions } from '../../events/text/style.ts';
import { style } from './style.ts';

function printed(batch: EventBatch, options: Partial<TextOptions> = {}): string[] {
  const all = { ...defaultTextOptions, gmt: true, ...options };
  const writer = style.begin({
    traces: [makeTraceAbout()],
    originNs: 1_561_756_803_923_426_858n,
    options: all,
  });
  const out = new ByteWriter();
  for (let position = 0; position < batch.count; position++) writer.write(batch, position, out);
  return new TextDecoder('utf-8', { fatal: true }).decode(out.take()).split('\n').slice(0, -1);
}

const length = integer();
const variant: VariantType = {
  kind: 'variant',
  selector: { scope: 'payload', path: ['tag'], type: integer() },
  options: [{ name: 'only', type: text, ranges: [] }],
};
const tid = {
  kind: 'field',
  field: { scope: 'common-context', path: ['vtid'] },
  type: integer(),
} as const;

const batch = makeBatch({
  classes: [
    {
      name: 'app:open',
      tid,
      scopes: {
        payload: struct({
          fd: integer({ isSigned: true }),
          flags: integer({ displayBase: 16 }),
          mode: enumeration({ READ: 0, WRITE: [1, 2], TWO: 2 }),
          _list_length: length,
          list: {
            ...list(integer()),
            length: { kind: 'field', field: { scope: 'payload', path: ['_list_length'], type: length } },
          },
          inner: struct({
            a: integer(),
            ratio: { kind: 'float', sizeBits: 32, alignmentBits: 8, byteOrder: 'le' },
          }),
          choice: variant,
        }),
        'common-context': struct({ procname: text, vtid: integer(), vpid: integer() }),
      },
    },
    {
      name: 'bare',
      tid: { ...tid, field: { scope: 'specific-context', path: ['tid'] } },
      scopes: { 'specific-context': struct({ tid: integer() }) },
    },
    { name: 'evil\u001b[2Jname', scopes: { payload: struct({ text }) } },
  ],
  records: [
    {
      name: 'app:open',
      timeNs: 0,
      cpu: 2,
      fields: {
        payload: {
          fd: -100,
          flags: 0x8000,
          mode: 2,
          _list_length: 2,
          list: [1, 2],
          inner: { a: 1, ratio: Math.fround(0.1) },
          choice: { option: 'only', value: 'x "y"' },
        },
        'common-context': { procname: 'lemon', vtid: 589, vpid: 588 },
      },
    },
    { name: 'bare', timeNs: 14_799, cpu: 12, fields: { 'specific-context': { tid: 7 } } },
    {
      name: 'evil\u001b[2Jname',
      timeNs: 14_000,
      fields: { payload: { text: '\u001b]0;pwned\u0007\u202eé\n' } },
    },
    { name: 'bare', cpu: 1, fields: { 'specific-context': { tid: 0 } } },
  ],
});

test('one line an event', () => {
  expect(printed(batch)).toEqual([
    '21:20:03.923426858        +? [2]  lemon/589 app:open fd=-100 flags=0x8000 mode=WRITE|TWO list=[1,2] inner={a=1 ratio=0.1} choice="x \\"y\\"" | vpid=588',
    '21:20:03.923441657   +14.7us [12] tid=7 bare',
    '21:20:03.923440858    -799ns evil\\u001b[2Jname text="\\u001b]0;pwned\\u0007\\u202eé\\n"',
    '[1]  tid=0 bare',
  ]);
});

test('the return value of a system call that failed is named, and the CPU taken from a field', () => {
  const scopes = { payload: struct({ ret: integer({ sizeBits: 64, isSigned: true }), perf_cpu: integer() }) };
  const field = (name: string) =>
    ({ kind: 'field', field: { scope: 'payload', path: [name] }, type: integer() }) as const;
  const exits = makeBatch({
    classes: [
      {
        name: 'exit_open',
        scopes,
        cpu: field('perf_cpu'),
        canonical: { name: 'syscall_exit', fields: new Map([['ret', field('ret')]]) },
      },
    ],
    records: [-2n, 3n, -5000n].map((ret) => ({
      name: 'exit_open',
      fields: { payload: { ret, perf_cpu: 3 } },
    })),
  });
  expect(printed(exits)).toEqual([
    '[3]  exit_open ret=-2 (ENOENT)',
    '[3]  exit_open ret=3',
    '[3]  exit_open ret=-5000',
  ]);
});

test('without the time since the event before, in seconds', () => {
  expect(printed(batch, { delta: false, clock: 'seconds' })[1]).toBe('1561756803.923441657 [12] tid=7 bare');
});

test.each([
  [999, '+999ns'],
  [1000, '+1.0us'],
  [999_999, '+999.9us'],
  [1_000_000, '+1.0ms'],
  [999_999_999, '+999.9ms'],
  [61_000_000_000, '+61.0s'],
])('%d ns since the event before', (deltaNs, expected) => {
  const records = [0, deltaNs].map((timeNs) => ({ name: 'e', timeNs }));
  const line = printed(makeBatch({ classes: [{ name: 'e' }], records }))[1];
  expect(line?.split(' ').filter((word) => word.startsWith('+'))).toEqual([expected]);
});
