import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decompressZstd } from './zstd.ts';
import { decompressZstdFrame } from './zstd-frame.ts';

const plain = new TextEncoder().encode('sched_switch '.repeat(1000));
const packed = new Uint8Array(zstdCompressSync(plain));

for (const [name, decompress] of [
  ['decompressZstdFrame', decompressZstdFrame],
  ['decompressZstd', decompressZstd],
] as const) {
  test(`${name} gives back what was compressed`, () => {
    expect(new Uint8Array(decompress(packed, plain.length))).toEqual(plain);
    expect(decompress(packed, plain.length + 100).length).toBe(plain.length);
  });

  test(`${name} gives no more than it is asked for`, () => {
    expect(() => decompress(packed, plain.length - 1)).toThrow();
    expect(() => decompress(packed, 0)).toThrow();
  });

  test(`${name} says when the bytes are none`, () => {
    expect(() => decompress(plain, 100)).toThrow();
  });
}
