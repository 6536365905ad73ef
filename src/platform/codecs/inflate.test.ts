import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate, inflatePortably } from './inflate.ts';

const plain = new TextEncoder().encode('sched_switch '.repeat(1000));
const packed = new Uint8Array(deflateSync(plain));

for (const [name, decompress] of [
  ['inflate', inflate],
  ['inflatePortably', inflatePortably],
] as const) {
  test(`${name} gives back what was compressed`, () => {
    expect(new Uint8Array(decompress(packed, plain.length))).toEqual(plain);
    expect(decompress(packed, plain.length + 100).length).toBe(plain.length);
    expect(decompress(new Uint8Array(deflateSync(new Uint8Array(0))), 0).length).toBe(0);
  });

  test(`${name} gives no more than it is asked for`, () => {
    expect(() => decompress(packed, plain.length - 1)).toThrow();
    expect(() => decompress(packed, 0)).toThrow();
  });

  test(`${name} says when the bytes are none`, () => {
    expect(() => decompress(plain, 100)).toThrow();
    expect(() => decompress(packed.subarray(0, 20), plain.length)).toThrow();
  });
}
