import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate } from './inflate.ts';

const plain = new TextEncoder().encode('sched_switch '.repeat(1000));
const packed = new Uint8Array(deflateSync(plain));

test('gives back what was compressed', () => {
  expect(inflate(packed, plain.length)).toEqual(plain);
  expect(inflate(packed, plain.length + 100).length).toBe(plain.length);
  expect(inflate(new Uint8Array(deflateSync(new Uint8Array(0))), 0).length).toBe(0);
});

test('gives no more than it is asked for', () => {
  expect(() => inflate(packed, plain.length - 1)).toThrow();
  expect(() => inflate(packed, 0)).toThrow();
});

test('says when the bytes are none', () => {
  expect(() => inflate(plain, 100)).toThrow();
  expect(() => inflate(packed.subarray(0, 20), plain.length)).toThrow();
});
