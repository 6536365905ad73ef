import { expect, test } from 'vitest';
import type { ArrayType, IntegerType } from '../events/layout.ts';
import type { EventClass } from '../events/reader.ts';
import { classLines } from './layout-text.ts';

test('log level and attributes of a class are shown with its layout', () => {
  const eventClass: EventClass = {
    ...{ index: 0, trace: 0, name: 'request', id: 3n, streamClassId: 0n, logLevel: 6 },
    attributes: new Map<string, string | bigint>([
      ['lttng.org,2009/emf-uri', 'http://example.org/model'],
      ['my.ns/weight', 4n],
    ]),
    scopes: new Map(),
    ...{ canonical: undefined, tid: undefined, pid: undefined, cpu: undefined },
  };
  expect([...classLines(eventClass, [])]).toEqual([
    'request (id 3 of stream class 0)',
    '  log level 6',
    '  attribute lttng.org,2009/emf-uri = http://example.org/model',
    '  attribute my.ns/weight = 4',
  ]);
});

test('where a field begins and where its bytes lie, if the metadata says so', () => {
  const byte: IntegerType = {
    ...{ kind: 'integer', sizeBits: 8, alignmentBits: 8, byteOrder: 'le', isSigned: false },
    ...{ displayBase: 10, isText: false },
  };
  const word = { ...byte, sizeBits: 32 };
  const located = (from: 'scope' | 'word-end', kind: Partial<ArrayType>): ArrayType => ({
    ...{ kind: 'array', alignmentBits: 8, element: byte, length: { kind: 'located', word, from } },
    isText: false,
    ...kind,
  });
  const members = [
    { name: 'flags', type: byte, offsetBits: 16 },
    { name: 'bit', type: { ...byte, sizeBits: 1, alignmentBits: 1 }, offsetBits: 27 },
    { name: 'filename', type: located('scope', { isText: true }), offsetBits: 64 },
    { name: 'mask', type: located('word-end', {}) },
  ];
  const eventClass: EventClass = {
    ...{ index: 0, trace: 0, name: 'open', id: 3n, streamClassId: 0n, logLevel: undefined },
    scopes: new Map([['payload', { kind: 'struct', alignmentBits: 8, members }]]),
    ...{ canonical: undefined, tid: undefined, pid: undefined, cpu: undefined },
  };
  expect([...classLines(eventClass, [])].slice(2)).toEqual([
    '    flags @2: uint8 le, aligned to 8',
    '    bit @27 bits: uint1 le, aligned to 1',
    "    filename @8: text of bytes, at the offset from the record's beginning and of the size that a word says (uint32 le, aligned to 8)",
    "    mask: array: uint8 le, aligned to 8, at the offset from the word's end and of the size that a word says (uint32 le, aligned to 8)",
  ]);
});
