import { expect, test } from 'vitest';
import { type ByteSource, memorySource } from '../../bytes/source.ts';
import type { ByteOrder, VariantType } from '../../events/layout.ts';
import {
  fixedArray,
  integer,
  payloadLines,
  sequence,
  struct,
  type TraceParts,
  text,
  trace,
} from './elements.test-helpers.ts';
import { elements } from './elements.ts';
import { floatOfBits, spellFloat } from './elements-text.ts';

test('counts bits from the least significant one in little endian, from the most significant one in big endian', () => {
  const fields = (order: ByteOrder) =>
    struct({ a: integer(3, order), b: integer(7, order), c: integer(6, order, { isSigned: true }) });
  // 0xb5 0xc3: little endian reads the 16-bit number 0xc3b5 from its low end, big endian 0xb5c3 from its high end.
  expect(payloadLines(fields('le'), [0xb5, 0xc3])).toEqual(['0 FLUI:a:5', '3 FLUI:b:118', '10 FLSI:c:-16']);
  expect(payloadLines(fields('be'), [0xb5, 0xc3])).toEqual(['0 FLUI:a:5', '3 FLUI:b:87', '10 FLSI:c:3']);
});

test('keeps 64-bit integers exact at any bit', () => {
  const unaligned = { alignmentBits: 1 };
  const payload = (order: ByteOrder) =>
    struct({ pad: integer(4, order), big: integer(64, order, unaligned), rest: integer(4, order) });
  const ones = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  expect(payloadLines(payload('le'), [0xe0, ...ones, 0x0f])[1]).toBe('4 FLUI:big:18446744073709551614');
  expect(payloadLines(payload('be'), [0x0f, ...ones, 0xe0])[1]).toBe('4 FLUI:big:18446744073709551614');
});

test.each(['le', 'be'] as const)('refuses another byte order than %s inside a byte', (order) => {
  const other = order === 'le' ? 'be' : 'le';
  const payload = struct({ a: integer(3, order), b: integer(5, other) });
  const lines = [...elements(trace({ payloads: [payload] }), memorySource('s', new Uint8Array([0])))];
  const [from, to] = order === 'le' ? ['little', 'big'] : ['big', 'little'];
  expect(lines.at(-1)).toBe(`     3 Changing byte order within a byte from ${from}-endian to ${to}-endian.`);
});

test('changes byte order between bytes', () => {
  const payload = struct({ a: integer(16, 'le'), b: integer(16, 'be') });
  expect(payloadLines(payload, [1, 0, 0, 1])).toEqual(['0 FLUI:a:1', '16 FLUI:b:1']);
});

test('reads arrays in arrays, and empty ones', () => {
  const payload = struct({ nested: fixedArray(fixedArray(integer(8), 2), 2), none: fixedArray(text, 0) });
  expect(payloadLines(payload, [1, 2, 3, 4])).toEqual([
    '0 SLA:nested {',
    '0 SLA {',
    '0 FLUI:1',
    '8 FLUI:2',
    '16 }',
    '16 SLA {',
    '16 FLUI:3',
    '24 FLUI:4',
    '32 }',
    '32 }',
    '32 SLA:none {',
    '32 }',
  ]);
});

test('takes the length of a sequence from the element of the array around it', () => {
  const length = integer(8);
  const entry = struct({ length, values: sequence(integer(8), length) });
  expect(
    payloadLines(struct({ entries: fixedArray(entry, 2) }), [0, 1, 9]).filter((line) =>
      /FLUI|DLA/.test(line),
    ),
  ).toEqual(['0 FLUI:length:0', '8 DLA:values {', '8 FLUI:length:1', '16 DLA:values {', '16 FLUI:9']);
});

test('aligns an empty sequence to its element', () => {
  const length = integer(8);
  const payload = struct({ length, values: sequence(integer(32, 'le', { alignmentBits: 32 }), length) });
  expect(payloadLines(payload, [0, 0xff, 0xff, 0xff])).toEqual([
    '0 FLUI:length:0',
    '32 DLA:values {',
    '32 }',
  ]);
});

test('shows a text sequence with everything that is in it', () => {
  const length = integer(8);
  const payload = struct({ length, word: sequence(integer(8, 'le', { isText: true }), length, true) });
  expect(payloadLines(payload, [4, 0x61, 0, 0x24, 0x62])).toEqual([
    '0 FLUI:length:4',
    '8 DLS:word {',
    '8 RD:4:a$00$24b',
    '40 }',
  ]);
});

test('chooses a variant by the sign of its selector', () => {
  const selector = integer(8, 'le', { isSigned: true });
  const range = (value: bigint) => [{ first: value, last: value }];
  const variant: VariantType = {
    kind: 'variant',
    selector: { scope: 'payload', path: ['tag'], type: selector },
    options: [
      { name: 'a', type: integer(8), ranges: range(1n) },
      { name: 'b', type: text, ranges: range(-2n) },
    ],
  };
  const lines = payloadLines(struct({ tag: selector, v: variant }), [0xfe, 0x41, 0]);
  expect(lines).toEqual(['0 FLSI:tag:-2', '8 VS:v:-2 {', '8 NTS {', '8 RD:2:A$00', '24 }', '24 }']);
});

test('reads a string across pages, in pieces', () => {
  const bytes = new Uint8Array(3 + 150_000 + 1).fill(0x78);
  bytes[bytes.length - 1] = 0;
  const payload = struct({ head: integer(24), word: text });
  const lines = payloadLines(payload, [...bytes]);
  const pieces = lines.filter((line) => line.includes('RD:'));
  expect(pieces.map((line) => Number(line.split(':')[1]))).toEqual([65536, 65536, 150_001 - 2 * 65536]);
  expect(pieces.map((line) => Number(line.split(' ')[0]))).toEqual([24, 24 + 65536 * 8, 24 + 65536 * 16]);
  expect(pieces.at(-1)?.endsWith('x$00')).toBe(true);
});

test('reads an integer across pages', () => {
  const bytes = new Uint8Array(65536 + 3);
  bytes.set([0x11, 0x22, 0x33, 0x44], 65535);
  const payload = struct({
    pad: fixedArray(integer(8, 'le', { isText: true }), 65535, true),
    value: integer(32, 'be'),
  });
  expect(payloadLines(payload, [...bytes]).at(-1)).toBe(`${65535 * 8} FLUI:value:${0x11223344}`);
});

test('reads each page once and only on demand', () => {
  const inner = memorySource('s', new Uint8Array(200_000).fill(1));
  let reads = 0;
  const source: ByteSource = {
    ...inner,
    read(offsetBytes, target) {
      reads += 1;
      return inner.read(offsetBytes, target);
    },
  };
  const walk = elements(trace({ payloads: [struct({ a: integer(8) })] }), source);
  walk.next();
  expect(reads).toBe(0);
  for (let count = 0; count < 100; count++) walk.next();
  expect(reads).toBe(1);
  while (!walk.next().done);
  expect(reads).toBe(4);
});

test('keeps what was read for its packet and its event record only', () => {
  const length = integer(8);
  const selector = integer(8);
  const range = (value: bigint) => [{ first: value, last: value }];
  const variant: VariantType = {
    kind: 'variant',
    selector: { scope: 'payload', path: ['tag'], type: selector },
    options: [
      { name: 'with', type: struct({ length }), ranges: range(0n) },
      { name: 'without', type: struct({}), ranges: range(1n) },
    ],
  };
  const payload = struct({ tag: selector, head: variant, values: sequence(integer(8), length) });
  const lines = [
    ...elements(trace({ payloads: [payload] }), memorySource('s', new Uint8Array([0, 1, 7, 1]))),
  ];
  expect(lines.filter((line) => line.includes('ER {'))).toHaveLength(2);
  expect(lines.at(-1)).toBe('    32 The length field length is not in this event record.');
});

test('says which class an id does not select', () => {
  const id = integer(8);
  const parts: TraceParts = {
    eventHeader: struct({ id }),
    classIdFields: [id],
    payloads: [struct({}), struct({ a: integer(8) })],
  };
  const lines = [...elements(trace(parts), memorySource('s', new Uint8Array([1, 5, 0, 2])))];
  expect(lines.filter((line) => line.includes('ERI'))).toEqual([
    '     8       ERI:T1:#e1',
    '    24       ERI:T0:#e0',
  ]);
  expect(lines.at(-1)).toBe("    32 Event record type ID 2 doesn't select an existing event record type.");
});

test('ends where records take no space', () => {
  const lines = [...elements(trace({ payloads: [struct({})] }), memorySource('s', new Uint8Array([1])))];
  expect(lines.at(-1)).toBe('     0 An event record takes no space, which CTF 1.8 §6 forbids.');
});

test('ends where a length is beyond everything that can follow', () => {
  const length = integer(64);
  const payload = struct({ length, values: sequence(struct({}), length) });
  const lines = [
    ...elements(trace({ payloads: [payload] }), memorySource('s', new Uint8Array(8).fill(0xff))),
  ];
  expect(lines.at(-1)).toMatch(
    /^ {4}64 Length 18446744073709551615 is not from 0 to \d+, the most that can follow\.$/,
  );
});

test('ends where elements without size multiply', () => {
  const empty = fixedArray(fixedArray(struct({}), 60_000), 60_000);
  let last = '';
  for (const line of elements(trace({ payloads: [struct({ empty })] }), memorySource('s', new Uint8Array(1))))
    last = line;
  expect(last).toMatch(/elements without any size follow each other\.$/);
});

test('checks the sizes of a packet when they are read', () => {
  const total = integer(8);
  const content = integer(8);
  const parts: TraceParts = {
    packetContext: struct({ content, total }),
    payloads: [struct({ a: integer(8) })],
    roles: [
      [total, 'packet-size'],
      [content, 'content-size'],
    ],
  };
  const last = (...bytes: number[]) =>
    [...elements(trace(parts), memorySource('s', new Uint8Array(bytes)))].at(-1);
  expect(last(24, 32, 7, 0)).toBe('    32 }');
  expect(last(24, 12)).toBe('    16 Expected packet total length (12) is not a multiple of 8.');
  expect(last(24, 16)).toBe(
    '    16 Expected packet total length (16) is less than expected packet content length (24).',
  );
  expect(last(0, 8)).toBe(
    '     8 Expected packet content length (0) is less than current position in packet (8).',
  );
  expect(last(24, 40, 7)).toBe('    24 Cannot read 1 bit at this point: reaching end of data source.');
  expect(last(20, 24, 7)).toBe(
    '    16 Cannot read 8 bits at this point: would move beyond the content of the current packet (4 bits remaining).',
  );
});

test('keeps the high bits of a clock, and adds one where the low bits passed zero', () => {
  const clock = { clock: 0 };
  const begin = integer(16, 'be', clock);
  const end = integer(16, 'be');
  const parts: TraceParts = {
    clock: 0,
    packetContext: struct({ begin, end }),
    eventHeader: struct({ time: integer(8, 'be', clock) }),
    payloads: [struct({})],
    roles: [
      [begin, 'begin-time'],
      [end, 'end-time'],
    ],
  };
  const bytes = new Uint8Array([0x12, 0xf0, 0x20, 0x00, 0xf5, 0x03]);
  const lines = [...elements(trace(parts), memorySource('s', bytes))];
  expect(lines.filter((line) => /DCV|PI/.test(line)).map((line) => line.trim())).toEqual([
    `16         DCV:${0x12f0}`,
    `32     PI:E${0x2000}`,
    `40           DCV:${0x12f5}`,
    `48           DCV:${0x1303}`,
  ]);
});

test('goes on with the clock from packet to packet of a stream, and begins anew in another one', () => {
  const instance = integer(8);
  const total = integer(8);
  const parts: TraceParts = {
    packetHeader: struct({ instance, total }),
    eventHeader: struct({ time: integer(8, 'be', { clock: 0 }) }),
    payloads: [struct({})],
    roles: [
      [instance, 'stream-instance-id'],
      [total, 'packet-size'],
    ],
  };
  const bytes = new Uint8Array([1, 24, 9, 1, 24, 3, 2, 24, 1]);
  const lines = [...elements(trace(parts), memorySource('s', bytes))];
  expect(lines.filter((line) => /DCV/.test(line)).map((line) => line.trim().split(/\s+/)[1])).toEqual([
    'DCV:9',
    'DCV:259',
    'DCV:1',
  ]);
});

test('takes what follows the content of a packet without a size as padding, to the end of the file', () => {
  const content = integer(8);
  const parts: TraceParts = {
    packetContext: struct({ content }),
    payloads: [struct({ a: integer(4) })],
    roles: [[content, 'content-size']],
  };
  const lines = [...elements(trace(parts), memorySource('s', new Uint8Array([20, 1, 2, 3, 4])))];
  expect(lines.filter((line) => line.includes('FLUI:a'))).toHaveLength(3);
  expect(lines.slice(-2)).toEqual(['    20   }', '    40 }']);
});

test('spells floats as C does with six digits', () => {
  const spelled = [0, -0, 1, -22.5, 27.18281828, 123456.4, 1234567, 1e-4, 1e-5, 1e100, 0.1, 5e-324].map(
    spellFloat,
  );
  expect(spelled).toEqual(
    '0 -0 1 -22.5 27.1828 123456 1.23457e+06 0.0001 1e-05 1e+100 0.1 4.94066e-324'.split(' '),
  );
  expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(spellFloat)).toEqual([
    'nan',
    'inf',
    '-inf',
  ]);
});

test('makes the same doubles of 32 and 64 bits as the machine does', () => {
  const view = new DataView(new ArrayBuffer(8));
  for (const value of [
    0,
    -0,
    1,
    -1,
    0.1,
    1e300,
    5e-324,
    2.2250738585072014e-308,
    Number.MAX_VALUE,
    Number.NaN,
  ]) {
    view.setFloat64(0, value);
    expect(floatOfBits(view.getBigUint64(0), 64)).toBe(value);
    view.setFloat32(0, value);
    expect(floatOfBits(BigInt(view.getUint32(0)), 32)).toBe(view.getFloat32(0));
  }
});

test('reads floats of 16, 80 and 128 bits', () => {
  expect(floatOfBits(0xc500n, 16)).toBe(-5);
  expect(floatOfBits((0x3fffn << 64n) | (3n << 62n), 80)).toBe(1.5);
  expect(floatOfBits((0x4000n << 112n) | (1n << 111n), 128)).toBe(3);
});
