import { expect, test } from 'vitest';
import type { VariantType } from '../../events/layout.ts';
import { enumeration, integer, list, makeBatch, makeTraceAbout, struct, text } from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { defaultTextOptions, type TextOptions } from '../../events/text/style.ts';
import { style } from './style.ts';

const variant: VariantType = {
  kind: 'variant',
  selector: { scope: 'payload', path: ['tag'], type: integer() },
  options: [{ name: 'only', type: text, ranges: [] }],
};

const batch = makeBatch({
  classes: [
    {
      name: 'all "kinds"',
      tid: { kind: 'field', field: { scope: 'common-context', path: ['tid'] }, type: integer() },
      scopes: {
        payload: struct({
          big: integer({ sizeBits: 64 }),
          mode: enumeration({ LOW: [0, 2], TWO: 2 }),
          none: enumeration({ LOW: 0 }, { sizeBits: 64, isSigned: true }),
          floats: list({ kind: 'float', sizeBits: 64, alignmentBits: 8, byteOrder: 'le' }),
          choice: variant,
          'odd"name': text,
        }),
        'specific-context': struct({}),
        'common-context': struct({ tid: integer() }),
      },
    },
    { name: 'bare' },
  ],
  packetScopes: { 'packet-context': struct({ cpu_id: integer() }) },
  packets: [{ 'packet-context': { cpu_id: 2 } }],
  records: [
    {
      name: 'all "kinds"',
      timeNs: 76_573_142,
      cycles: 2n ** 64n - 1n,
      cpu: 2,
      fields: {
        payload: {
          big: 2n ** 64n - 1n,
          mode: 2,
          none: -5n,
          floats: [0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300],
          choice: { option: 'only', value: 'x' },
          'odd"name': [0x61, 0xff, 0x1b, 0x7f, 0x0a],
        },
        'specific-context': {},
        'common-context': { tid: 589 },
      },
    },
    { name: 'bare' },
  ],
});

function printed(options: Partial<TextOptions> = {}, originNs = 1_561_756_803_923_426_858n): string[] {
  const traces = [makeTraceAbout({ name: 'session/kernel' })];
  const writer = style.begin({ traces, originNs, options: { ...defaultTextOptions, ...options } });
  const out = new ByteWriter();
  for (let position = 0; position < batch.count; position++) writer.write(batch, position, out);
  return new TextDecoder('utf-8', { fatal: true }).decode(out.take()).split('\n').slice(0, -1);
}

const end = '"trace":"session/kernel","stream":"channel_0"';
const fields =
  '{"big":18446744073709551615,"mode":{"value":2,"labels":["LOW","TWO"]},"none":{"value":-5,"labels":[]},' +
  '"floats":[0.1,-0,"NaN","Infinity","-Infinity",1e+300],"choice":{"option":"only","value":"x"},' +
  '"odd\\"name":"a\ufffd\\u001b\\u007f\\n"}';

test('one object a line, without loss', () => {
  const lines = printed();
  expect(lines).toEqual([
    `{"time":1561756804000000000,"name":"all \\"kinds\\"","cpu":2,"tid":589,${end},"fields":${fields},` +
      '"context":{},"streamContext":{"tid":589},"packetContext":{"cpu_id":2}}',
    `{"time":null,"name":"bare",${end},"packetContext":{"cpu_id":2}}`,
  ]);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
});

test('clock values where they are asked for', () => {
  expect(printed({ clock: 'cycles' })[0]).toContain(
    '"time":1561756804000000000,"cycles":18446744073709551615,"name"',
  );
});

test.each([
  [0n, '"time":76573142,'],
  [-76_573_142n, '"time":0,'],
  [-1_000_000_000n, '"time":-923426858,'],
  [923_426_858n, '"time":1000000000,'],
  [999_999_999n, '"time":1076573141,'],
])('exact around the epoch: origin %d', (originNs, expected) => {
  expect(printed({}, originNs)[0]).toContain(expected);
});
