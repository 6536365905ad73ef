import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EventBatch } from '../../events/batch.ts';
import type { FloatType, VariantType } from '../../events/layout.ts';
import {
  enumeration,
  type HandMadeRecord,
  integer,
  list,
  makeBatch,
  makeTraceAbout,
  struct,
  text,
} from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { readFields, readNames } from '../../events/text/options.ts';
import { defaultTextOptions, type TextOptions } from '../../events/text/style.ts';
import { style } from './style.ts';

const byte = integer({ sizeBits: 8 });
const float: FloatType = { kind: 'float', sizeBits: 64, alignmentBits: 8, byteOrder: 'le' };

const ints = struct({
  h8: integer({ sizeBits: 8, displayBase: 16, isSigned: true }),
  h32: integer({ sizeBits: 32, displayBase: 16 }),
  h12: integer({ sizeBits: 12, displayBase: 16, isSigned: true }),
  h64: integer({ sizeBits: 64, displayBase: 16, isSigned: true }),
  o8: integer({ sizeBits: 8, displayBase: 8, isSigned: true }),
  o32: integer({ sizeBits: 32, displayBase: 8 }),
  o64: integer({ sizeBits: 64, displayBase: 8, isSigned: true }),
  b8: integer({ sizeBits: 8, displayBase: 2, isSigned: true }),
  b5: integer({ sizeBits: 5, displayBase: 2 }),
  u64: integer({ sizeBits: 64 }),
  s64: integer({ sizeBits: 64, isSigned: true }),
  hidden: integer({ clock: 0 }),
});

const choice: VariantType = {
  kind: 'variant',
  selector: { scope: 'payload', path: ['tag'], type: byte },
  options: [
    { name: 'x', type: byte, ranges: [{ first: 0n, last: 0n }] },
    { name: 'y', type: struct({ deep: list(byte) }), ranges: [{ first: 1n, last: 1n }] },
  ],
};

const others = struct({
  e0: integer({
    sizeBits: 8,
    labels: [
      { label: 'LOW', first: 0n, last: 3n },
      { label: 'TWO', first: 2n, last: 2n },
      { label: 'qu"ote', first: 9n, last: 9n },
      { label: 'LOW', first: 40n, last: 40n },
    ],
  }),
  e1: enumeration({ LOW: [0, 3], TWO: 2 }, { sizeBits: 8 }),
  e2: enumeration({ NEG: [-5, -1] }, { sizeBits: 8, isSigned: true }),
  f32: { ...float, sizeBits: 32 },
  f64: list(float),
  s: text,
  n: byte,
  list: list(struct({ a: byte, t: text })),
  nothing: struct({}),
  tag: enumeration({ x: 0, y: 1 }, { sizeBits: 8 }),
  v: choice,
  chars: list(integer({ sizeBits: 8, isText: true }), true),
});

const escapedBytes = [...new TextEncoder().encode('a\\b\'c"d?e\u0007\b\u001b\f\n\r\t\v\u0001\u007fé'), 0xff];
const shared = { 'common-context': { shared: 7 } };

const records: readonly HandMadeRecord[] = [
  {
    name: 'ints',
    timeNs: 1,
    cycles: 1n,
    fields: {
      ...shared,
      'specific-context': { own: 8 },
      payload: {
        h8: -2,
        h32: 0xdeadbeef,
        h12: -2,
        h64: -1n,
        o8: -1,
        o32: 8,
        o64: -8n,
        b8: -128,
        b5: 0b10110,
        u64: 2n ** 64n - 1n,
        s64: -(2n ** 63n),
        hidden: 5,
      },
    },
  },
  {
    name: 'others',
    timeNs: 1500,
    cycles: 1500n,
    fields: {
      ...shared,
      payload: {
        e0: 2,
        e1: 7,
        e2: -3,
        f32: Math.fround(0.1),
        f64: [0, -0, 1e6, 123456789, 1e-5, 100000.5, Number.POSITIVE_INFINITY, 1.5, -2.5e-310],
        s: escapedBytes,
        n: 2,
        list: [
          { a: 1, t: 'x' },
          { a: 2, t: '' },
        ],
        nothing: {},
        tag: 1,
        v: { option: 'y', value: { deep: [5, 6] } },
        chars: 'ab',
      },
    },
  },
  { name: 'bare', timeNs: 2000, cycles: 2000n, fields: shared },
  {
    name: 'others',
    timeNs: 2147483648,
    cycles: 2147483648n,
    fields: {
      ...shared,
      payload: {
        e0: 9,
        e1: 40,
        e2: 5,
        f32: 16777216,
        f64: [Number.NEGATIVE_INFINITY, 0.0001, 0.00001234565, 999999.5, 12345.65, 1e300, 3, 2.5, 1e22],
        s: '',
        n: 0,
        list: [],
        nothing: {},
        tag: 0,
        v: { option: 'x', value: 42 },
        chars: '',
      },
    },
  },
];

const context = { 'common-context': struct({ shared: byte }) };
const batch = makeBatch({
  classes: [
    {
      name: 'ints',
      logLevel: 6,
      emfUri: 'http://example.com/x',
      scopes: { ...context, 'specific-context': struct({ own: byte }), payload: ints },
    },
    { name: 'others', scopes: { ...context, payload: others } },
    { name: 'bare', scopes: context },
  ],
  records,
});

const trace = makeTraceAbout({
  name: 'trace',
  environment: new Map<string, string | bigint>([
    ['hostname', 'h"ost'],
    ['domain', 'kernel'],
    ['procname', 'p r'],
    ['vpid', 12n],
  ]),
});

/** Bytes as one character each: what is printed need not be UTF-8. */
function printed(
  of: EventBatch,
  options: Partial<TextOptions>,
  about = trace,
  originNs = 10_000_000_000n,
): string {
  const writer = style.begin({ traces: [about], originNs, options: { ...defaultTextOptions, ...options } });
  const out = new ByteWriter();
  for (let position = 0; position < of.count; position++) writer.write(of, position, out);
  return Buffer.from(out.take()).toString('latin1');
}

function golden(name: string): string {
  return readFileSync(join(import.meta.dirname, 'goldens', name), 'latin1');
}

const all = { names: readNames('all'), fields: readFields('all') };

test.each<[string, Partial<TextOptions>]>([
  ['all.txt', { ...all, gmt: true, date: true }],
  ['default.txt', { gmt: true }],
  ['cycles.txt', { names: readNames('none'), fields: readFields('all'), clock: 'cycles' }],
  [
    'seconds.txt',
    {
      names: readNames('scope,header'),
      fields: readFields('trace,loglevel'),
      clock: 'seconds',
      delta: false,
    },
  ],
])('prints %s as babeltrace2 does', (name, options) => {
  expect(printed(batch, options)).toBe(golden(name));
});

test('local time follows the zone', () => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'America/St_Johns';
  try {
    expect(printed(batch, { date: true })).toBe(golden('local.txt'));
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('a packet context is shown without the fields that lay packets out, and left out when it has no others', () => {
  const layout = { timestamp_begin: integer({ sizeBits: 64 }), content_size: integer({ sizeBits: 64 }) };
  const classes = [{ name: 'e', scopes: { payload: struct({ a: integer() }) } }];
  const record = { name: 'e', timeNs: 0, fields: { payload: { a: 1 } } };
  const withCpu = makeBatch({
    classes,
    records: [record, { ...record, packet: 1 }],
    packetScopes: { 'packet-context': struct({ ...layout, cpu_id: integer() }) },
    packets: [
      { 'packet-context': { timestamp_begin: 0n, content_size: 8n, cpu_id: 2 } },
      { 'packet-context': { timestamp_begin: 0n, content_size: 8n, cpu_id: 3 } },
    ],
  });
  const options = { gmt: true, delta: false };
  expect(printed(withCpu, options, makeTraceAbout(), 0n)).toBe(
    '[00:00:00.000000000] e: { cpu_id = 2 }, { a = 1 }\n[00:00:00.000000000] e: { cpu_id = 3 }, { a = 1 }\n',
  );
  const without = makeBatch({
    classes,
    records: [record],
    packetScopes: { 'packet-context': struct(layout) },
    packets: [{ 'packet-context': { timestamp_begin: 0n, content_size: 8n } }],
  });
  expect(printed(without, options, makeTraceAbout(), 0n)).toBe('[00:00:00.000000000] e: { a = 1 }\n');
});

test('a record without time begins with its name, or with its trace', () => {
  const batch = makeBatch({
    classes: [{ name: '', scopes: { payload: struct({ s: text }) } }],
    records: [{ name: '', fields: { payload: { s: 'x' } } }],
  });
  expect(printed(batch, {}, makeTraceAbout())).toBe('<unknown>: { s = "x" }\n');
  expect(printed(batch, all, makeTraceAbout({ name: 't/sub' }))).toBe(
    'trace = sub, name = <unknown>, event.fields = { s = "x" }\n',
  );
});

test('times before the epoch are printed in seconds', () => {
  const batch = makeBatch({
    classes: [{ name: 'e' }],
    records: [0, 1_500_000_000, 2_000_000_000].map((timeNs) => ({ name: 'e', timeNs })),
  });
  expect(printed(batch, { gmt: true, delta: false }, makeTraceAbout(), -2_000_000_000n)).toBe(
    '[-2.000000000] e: \n[-0.500000000] e: \n[00:00:00.000000000] e: \n',
  );
});
