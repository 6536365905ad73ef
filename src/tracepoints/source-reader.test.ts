import { expect, test } from 'vitest';
import { type ByteSource, memorySource } from '../bytes/source.ts';
import { traceErrorOf } from '../bytes/testing.ts';
import { SourceReader } from './source-reader.ts';

const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 0x61, 0x62, 0, 0x63]);

test.each([
  ['le', 0x0201, 0x06050403, 0x0807060504030201n],
  ['be', 0x0102, 0x03040506, 0x0102030405060708n],
] as const)('numbers in byte order %s', (byteOrder, u16, u32, u64) => {
  const reader = new SourceReader(memorySource('file', bytes), 0);
  reader.byteOrder = byteOrder;
  expect([reader.u16('a'), reader.u32('b'), reader.offsetBytes]).toEqual([u16, u32, 6]);
  const again = new SourceReader(memorySource('file', bytes), 0);
  again.byteOrder = byteOrder;
  expect(again.u64('c')).toBe(u64);
  expect(again.u8('d')).toBe(9);
  expect([again.nulText(10, 'e'), again.text(1, 'f'), again.remainingBytes]).toEqual(['ab', 'c', 0]);
});

test('nothing is read beyond the part or the file, and what was not read is not stepped over', () => {
  const reader = new SourceReader(memorySource('file', bytes), 9, 2);
  expect(reader.endBytes).toBe(11);
  const messageOf = (run: () => unknown) => traceErrorOf(run).message;
  expect(messageOf(() => reader.u32('a count'))).toBe('Expected 4 bytes of a count, found 2. (file, byte 9)');
  expect(messageOf(() => reader.bytes(2n ** 63n, 'text'))).toContain(
    'Expected 9223372036854775808 bytes of text',
  );
  expect(messageOf(() => reader.skip(3, 'padding'))).toContain('Expected 3 bytes of padding, found 2.');
  expect(messageOf(() => reader.nulText(9, 'a name'))).toBe(
    'Expected a name that ends with a NUL within 2 bytes, found none. (file, byte 9)',
  );
  expect(reader.text(2, 'text')).toBe('ab');
  expect(messageOf(() => reader.u8('more'))).toBe('Expected 1 byte of more, found 0. (file, byte 11)');
  expect(new SourceReader(memorySource('file', bytes), 99, 5).remainingBytes).toBe(0);
});

test('small things are read together, large ones at once, and both are the same bytes', () => {
  const large = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7);
  const memory = memorySource('file', large);
  const sizes: number[] = [];
  const source: ByteSource = {
    ...memory,
    read(offsetBytes, target) {
      sizes.push(target.length);
      return memory.read(offsetBytes, target);
    },
  };
  const reader = new SourceReader(source, 0);
  for (let at = 0; at < 1000; at++) expect(reader.u8('byte')).toBe(large[at]);
  expect(reader.bytes(100_000, 'large')).toEqual(large.slice(1000, 101_000));
  expect(reader.bytes(10, 'small')).toEqual(large.slice(101_000, 101_010));
  reader.skip(100_000, 'skipped');
  expect(reader.bytes(10, 'small')).toEqual(large.slice(201_010, 201_020));
  expect(sizes).toEqual([65_536, 100_000, 65_536, 65_536]);
});

test('a file that has become shorter is cut', () => {
  const source: ByteSource = { name: 'file', sizeBytes: 100, read: () => 0, close() {} };
  expect(traceErrorOf(() => new SourceReader(source, 0).u8('byte')).code).toBe('truncated');
  const large: ByteSource = { name: 'file', sizeBytes: 100_000, read: () => 5, close() {} };
  expect(traceErrorOf(() => new SourceReader(large, 0).bytes(90_000, 'bytes')).message).toContain('found 5');
});
