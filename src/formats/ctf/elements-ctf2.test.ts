import { expect, test } from 'vitest';
import { memorySource } from '../../bytes/source.ts';
import type { FieldType, IntegerType, VariantType } from '../../events/layout.ts';
import {
  fixedArray,
  integer,
  payloadLines,
  sequence,
  struct,
  type TraceParts,
  trace,
} from './elements.test-helpers.ts';
import { elements } from './elements.ts';
import type { TraceClass } from './trace-class.ts';

/** As `trace`, of CTF 2. */
function trace2(parts: TraceParts): TraceClass {
  return { ...trace(parts), version: '2.0' };
}

const variable = (more: Partial<IntegerType> = {}) =>
  integer(64, 'le', { isVariableLength: true, alignmentBits: 8, ...more });

test('reads integers of variable length, the lowest seven bits first', () => {
  const payload = struct({ bit: integer(1), a: variable(), b: variable({ isSigned: true }), c: integer(8) });
  // The numbers of CTF2-SPEC-2.0, examples 98 and 99: 1,876,916 and -220,236.
  const bytes = [1, 0xb4, 0xc7, 0x72, 0xb4, 0xc7, 0x72, 9];
  expect(payloadLines(payload, bytes)).toEqual([
    '0 FLUI:bit:1',
    '8 VLUI:a:1876916',
    '32 VLSI:b:-220236',
    '56 FLUI:c:9',
  ]);
});

test('reads integers of variable length up to 64 bits, and none beyond', () => {
  const ff = Array.from({ length: 9 }, () => 0xff);
  const zeros = Array.from({ length: 9 }, () => 0x80);
  const valueOf = (isSigned: boolean, bytes: readonly number[]) =>
    payloadLines(struct({ a: variable({ isSigned }) }), bytes)[0];
  expect(valueOf(false, [...ff, 1])).toBe('0 VLUI:a:18446744073709551615');
  expect(valueOf(false, [...zeros, 0])).toBe('0 VLUI:a:0');
  expect(valueOf(true, [...zeros, 0x7f])).toBe('0 VLSI:a:-9223372036854775808');
  expect(valueOf(true, [...ff, 0])).toBe('0 VLSI:a:9223372036854775807');
  expect(valueOf(true, [...ff, 0x7f])).toBe('0 VLSI:a:-1');
  const last = (isSigned: boolean, bytes: readonly number[]) =>
    [
      ...elements(
        trace2({ payloads: [struct({ a: variable({ isSigned }) })] }),
        memorySource('s', Uint8Array.from(bytes)),
      ),
    ].at(-1);
  const oversized = '    72 Oversized variable-length integer.';
  expect(last(false, [...ff, 2])).toBe(oversized);
  expect(last(false, [...ff, 0x80, 0])).toBe(oversized);
  expect(last(true, [...zeros, 1])).toBe(oversized);
  expect(last(true, [...ff, 0x3f])).toBe(oversized);
  expect(last(false, [0x80, 0x80])).toBe(
    '    16 Cannot read 8 bits at this point: reaching end of data source.',
  );
});

test('reads bits in the order that is not natural', () => {
  const reversed = { isBitReversed: true };
  const payload = struct({
    a: integer(3, 'le', reversed),
    b: integer(5, 'le', { ...reversed, isSigned: true }),
    c: integer(16, 'be', reversed),
  });
  // 0b10110_011: of a the bits 1, 1, 0 from the last up; of b 0, 1, 1, 0, 1.
  expect(payloadLines(payload, [0b1011_0011, 0x80, 0x01])).toEqual([
    '0 FLUI:a:6',
    '3 FLSI:b:13',
    '8 FLUI:c:32769',
  ]);
});

test('reads booleans and bit maps', () => {
  const flags = [
    { label: 'RED', first: 0n, last: 2n },
    { label: 'ORANGE', first: 6n, last: 6n },
    { label: 'RED', first: 10n, last: 10n },
    { label: 'BLUE', first: 15n, last: 15n },
  ];
  const payload = struct({ t: integer(8, 'le', { isBoolean: true }), m: integer(16, 'le', { flags }) });
  expect(payloadLines(payload, [2, 0x40, 0x04])).toEqual(['0 FLB:t:true', '8 FLBM:m:1088:ORANGE,RED']);
  expect(payloadLines(payload, [0, 0x30, 0x00])).toEqual(['0 FLB:t:false', '8 FLBM:m:48:']);
});

test('ends texts of UTF-16 and UTF-32 with a code unit of zeros alone', () => {
  const payload = struct({
    a: { kind: 'string', alignmentBits: 8, encoding: 'utf-16le' },
    b: { kind: 'string', alignmentBits: 8, encoding: 'utf-32be' },
  });
  // U+0100 and U+0041 in UTF-16LE have zeros side by side that are no end.
  const bytes = [0x00, 0x01, 0x41, 0x00, 0, 0, 0, 0, 0, 0x41, 0, 0, 0, 0];
  expect(payloadLines(payload, bytes)).toEqual([
    '0 NTS:a {',
    '0 RD:6:$00$01A$00$00$00',
    '48 }',
    '48 NTS:b {',
    '48 RD:8:$00$00$00A$00$00$00$00',
    '112 }',
  ]);
});

test('reads texts and blobs of a number of bytes', () => {
  const length = variable();
  const bytes = integer(8);
  const blob: FieldType = { ...sequence(bytes, length), isBlob: true, mediaType: 'image/png' };
  const payload = struct({ length, blob, fixed: { ...fixedArray(bytes, 2), isBlob: true } });
  expect(payloadLines(payload, [3, 0xde, 0xad, 0x01, 0x20, 0x24])).toEqual([
    '0 VLUI:length:3',
    '8 DLB:blob:image/png {',
    '8 RD:3:dead01',
    '32 }',
    '32 SLB:fixed:application/octet-stream {',
    '32 RD:2:2024',
    '48 }',
  ]);
  const odd = struct({ a: { ...fixedArray(bytes, 3, true), encoding: 'utf-16le' } });
  expect(payloadLines(odd, [0, 0, 0x41])).toEqual(['0 SLS:a {', '0 RD:3:$00$00A', '24 }']);
  expect(
    [...elements(trace2({ payloads: [odd] }), memorySource('s', new Uint8Array([1, 0, 2])))].at(-1),
  ).toBe('    24 A text of 3 bytes ends within a code unit of 2 bytes.');
});

test('reads optional fields, which are there or not', () => {
  const there = integer(8, 'le', { isBoolean: true });
  const opt: VariantType = {
    kind: 'variant',
    selector: { scope: 'payload', path: ['there'], type: there },
    isOptional: true,
    options: [
      { name: '', type: struct({}), ranges: [{ first: 0n, last: 0n }] },
      { name: '', type: integer(16), ranges: [{ first: 1n, last: 255n }] },
    ],
  };
  expect(payloadLines(struct({ there, opt }), [0])).toEqual([
    '0 FLB:there:false',
    '8 OB:opt:disabled {',
    '8 }',
  ]);
  expect(payloadLines(struct({ there, opt }), [2, 5, 0])).toEqual([
    '0 FLB:there:true',
    '8 OB:opt:enabled {',
    '8 FLUI:5',
    '24 }',
  ]);
});

test('updates clocks by seven bits for each byte of an integer of variable length, anew in each packet', () => {
  const total = integer(8);
  const clock = { clock: 0 };
  const begin = integer(16, 'be', clock);
  const parts: TraceParts = {
    clock: 0,
    packetContext: struct({ total, begin }),
    eventHeader: struct({ time: variable(clock) }),
    payloads: [struct({})],
    roles: [
      [total, 'packet-size'],
      [begin, 'begin-time'],
    ],
  };
  // 0x12f0 ends in 0x70 of seven bits: 0x05 is below, so bit 7 counts on; then 0x85 0x01 says fourteen bits.
  const packet = [48, 0x12, 0xf0, 0x05, 0x85, 0x60];
  const lines = [...elements(trace2(parts), memorySource('s', Uint8Array.from([...packet, ...packet])))];
  const cycles = [0x12f0, 0x1305, 0x3005];
  expect(lines.flatMap((line) => /DCV:(\d+)/.exec(line)?.[1] ?? [])).toEqual(
    [...cycles, ...cycles].map(String),
  );
});

test('takes the content of a CTF 2 packet that says no more as the whole packet', () => {
  const content = integer(8);
  const parts: TraceParts = {
    packetContext: struct({ content }),
    payloads: [struct({ a: integer(4) })],
    roles: [[content, 'content-size']],
  };
  const lines = [...elements(trace2(parts), memorySource('s', Uint8Array.from([16, 0x21, 20, 1, 2])))];
  expect(lines.filter((line) => line.includes('FLUI:a'))).toHaveLength(5);
  expect(lines.at(-1)).toBe('    36 Expected packet total length (20) is not a multiple of 8.');
});
