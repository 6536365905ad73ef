import { expect, test } from 'vitest';
import { compileFilter } from '../events/filter/compile.ts';
import { parseFilter } from '../events/filter/parse.ts';
import type { ArrayType, FieldType, StringType, TextEncoding, VariantType } from '../events/layout.ts';
import {
  enumeration,
  integer,
  list,
  makeBatch,
  makeEventClass,
  makeTraceAbout,
  struct,
  text,
} from '../events/testing.ts';
import { ByteWriter } from '../events/text/byte-writer.ts';
import { defaultTextOptions, type TextStyle } from '../events/text/style.ts';
import { style as babeltrace } from './babeltrace/style.ts';
import { style as jsonLines } from './json-lines/style.ts';
import { style as own } from './own/style.ts';

/** What CTF 2 adds, in each style: the form of babeltrace2 2.1.1 was read off its own output. */

const byte = integer({ sizeBits: 8 });
const blob: ArrayType = { ...list(byte), isBlob: true };
const boolean = integer({ sizeBits: 8, isBoolean: true });

function optional(type: FieldType): VariantType {
  return {
    kind: 'variant',
    selector: { scope: 'payload', path: ['there'], type: boolean },
    options: [
      { name: 'absent', type: struct({}), ranges: [{ first: 0n, last: 0n }] },
      { name: 'present', type, ranges: [{ first: 1n, last: 255n }] },
    ],
    isOptional: true,
  };
}

const encoded = (encoding: TextEncoding): StringType => ({ ...text, encoding });
const { labels: flags } = enumeration({ meow: [1, 3], mix: [2, 7], salut: [9, 10] });
const map = integer({ sizeBits: 16, flags: [...(flags ?? []), { label: 'salut', first: 12n, last: 12n }] });

const payload = struct({
  there: boolean,
  first: optional(byte),
  map,
  wide: integer({ sizeBits: 64, flags: [{ label: 'top', first: 63n, last: 63n }] }),
  leb: integer({ sizeBits: 64, isSigned: true, isVariableLength: true }),
  data: blob,
  big: encoded('utf-16be'),
  little: encoded('utf-32le'),
  inner: optional(struct({ deep: optional(text) })),
  list: list(optional(byte)),
});

const batch = makeBatch({
  classes: [{ name: 'kinds', scopes: { payload } }],
  records: [
    {
      name: 'kinds',
      fields: {
        payload: {
          ...{
            there: true,
            first: 7,
            map: 0xe9ab,
            wide: 1n << 63n,
            leb: -5n,
            data: new Uint8Array([0, 0xff]),
          },
          ...{ big: 'é\ud800', little: '🎵"', inner: { deep: 'x' }, list: [1, undefined] },
        },
      },
    },
    {
      name: 'kinds',
      fields: {
        payload: {
          ...{ there: false, map: 1, wide: 0n, leb: 5n, data: new Uint8Array(), big: '', little: '' },
          list: [],
        },
      },
    },
    {
      name: 'kinds',
      fields: {
        payload: {
          ...{
            there: true,
            map: 0x1000,
            wide: 1n,
            leb: 0n,
            data: new Uint8Array([1]),
            big: 'b',
            little: 'c',
          },
          ...{ inner: {}, list: [] },
        },
      },
    },
  ],
});

function printed(style: TextStyle): string[] {
  const writer = style.begin({ traces: [makeTraceAbout()], originNs: 0n, options: defaultTextOptions });
  const out = new ByteWriter();
  for (let position = 0; position < batch.count; position++) writer.write(batch, position, out);
  return new TextDecoder('utf-8', { fatal: true }).decode(out.take()).split('\n').slice(0, -1);
}

test('the own style', () => {
  expect(printed(own)).toEqual([
    'kinds there=true first=7 map=meow|mix|0xe901 wide=top leb=-5 data=x"00ff" big="é\ufffd" little="🎵\\"" inner={deep="x"} list=[1,none]',
    'kinds there=false map=0x1 wide=0x0 leb=5 data=x"" big="" little="" list=[]',
    'kinds there=true map=salut wide=0x1 leb=0 data=x"01" big="b" little="c" inner={} list=[]',
  ]);
});

test('JSON lines', () => {
  expect(printed(jsonLines).map((line) => /"fields":(.*)}$/.exec(line)?.[1])).toEqual([
    '{"there":true,"first":7,"map":{"value":59819,"labels":["meow","mix"]},"wide":{"value":9223372036854775808,"labels":["top"]},"leb":-5,"data":{"hex":"00ff"},"big":"é\ufffd","little":"🎵\\"","inner":{"deep":"x"},"list":[1,null]}',
    '{"there":false,"map":{"value":1,"labels":[]},"wide":{"value":0,"labels":[]},"leb":5,"data":{"hex":""},"big":"","little":"","list":[]}',
    '{"there":true,"map":{"value":4096,"labels":["salut"]},"wide":{"value":1,"labels":[]},"leb":0,"data":{"hex":"01"},"big":"b","little":"c","inner":{},"list":[]}',
  ]);
});

test('the style of babeltrace2 2.1', () => {
  expect(printed(babeltrace)).toEqual([
    'kinds: { there = true, first = { 7 }, map = 0xE9AB { "meow", "mix" }, wide = 0x8000000000000000 { "top" }, leb = -5, data = { 00 ff }, big = "é\ufffd", little = "🎵\\"", inner = { { deep = { "x" } } }, list = [ [0] = { 1 }, [1] = <none> ] }',
    'kinds: { there = false, first = <none>, map = 0x1, wide = 0x0, leb = 5, data = { }, big = "", little = "", inner = <none>, list = [ ] }',
    'kinds: { there = true, first = <none>, map = 0x1000 { "salut" }, wide = 0x1, leb = 0, data = { 01 }, big = "b", little = "c", inner = { { deep = <none> } }, list = [ ] }',
  ]);
});

test.each([
  ['there == 1', [0, 2]],
  ['there != 1', [1]],
  ['there == "true"', [0, 2]],
  ['there == "false"', [1]],
  ['there == first', []],
  ['first == 7', [0]],
  ['first != 7', []],
  ['first < leb', []],
  ['first > leb', [0]],
  ['map == "mix"', [0]],
  ['map != "mix"', [1, 2]],
  ['map =* "s*"', [2]],
  ['map == "never"', []],
  ['map & 1', 'error'],
  ['wide == "top"', [0]],
  ['wide > 0', [0, 2]],
  ['leb == -5', [0]],
  ['big == "b"', [2]],
  ['big =* "é*"', [0]],
  ['little == "c"', [2]],
  ['big < little', [0, 2]],
  ['data == "x"', []],
  ['inner.deep == "x"', [0]],
  ['list[0] == 1', [0]],
  ['list[1] == 1', []],
] as const)('filter %s', (source, wanted) => {
  const eventClass = makeEventClass(0, { name: 'kinds', scopes: { payload } });
  const rows = () => {
    const test = compileFilter(parseFilter(source), eventClass, { originNs: 0n });
    const ofClass = batch.classes.get(0);
    if (test === 'always false' || ofClass === undefined) return [];
    return [0, 1, 2].filter((row) => test(ofClass, row, undefined, 0));
  };
  if (wanted === 'error') expect(rows).toThrow();
  else expect(rows()).toEqual(wanted);
});
