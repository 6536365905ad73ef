import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { decompressZstd, ZstdStream } from './zstd.ts';

const plain = new TextEncoder().encode(
  Array.from({ length: 20_000 }, (_, index) => `sched_switch ${index} ${index * 7919}\n`).join(''),
);
const packed = new Uint8Array(zlib.zstdCompressSync(plain));
const checked = new Uint8Array(
  zlib.zstdCompressSync(plain, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }),
);

test.each([1, 7, 1000, 1 << 20])('a stream in pieces of %i bytes', (sizeBytes) => {
  for (const frames of [packed, checked]) {
    const twice = new Uint8Array([...frames, ...frames]);
    const parts: number[] = [];
    const stream = new ZstdStream((bytes) => parts.push(bytes.length));
    const whole: Uint8Array[] = [];
    const keeping = new ZstdStream((bytes) => whole.push(bytes.slice()));
    for (let at = 0; at < twice.length; at += sizeBytes) {
      stream.push(twice.subarray(at, at + sizeBytes), 1 << 24);
      keeping.push(twice.subarray(at, at + sizeBytes), 1 << 24);
    }
    expect(Buffer.concat(whole).equals(Buffer.concat([plain, plain]))).toBe(true);
  }
});

test('frames at once, empty ones and skipped ones among them', () => {
  const empty = new Uint8Array(zlib.zstdCompressSync(new Uint8Array(0)));
  const skipped = Uint8Array.of(0x51, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
  const bytes = new Uint8Array([...empty, ...skipped, ...packed]);
  expect(Buffer.from(decompressZstd(bytes, plain.length)).equals(Buffer.from(plain))).toBe(true);
});

test('no more comes out than is allowed', () => {
  expect(() => decompressZstd(packed, plain.length - 1)).toThrow('more bytes come out than are allowed');
  const zeros = new Uint8Array(zlib.zstdCompressSync(new Uint8Array(1 << 24)));
  expect(() => decompressZstd(zeros, 1 << 20)).toThrow('more bytes come out than are allowed');
});

test('what is no frame, and a frame that asks for too much', () => {
  expect(() => decompressZstd(plain, 1 << 20)).toThrow('a frame begins with');
  const greedy = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff);
  expect(() => decompressZstd(greedy, 1 << 20)).toThrow('a frame asks for a window of');
});

test.each([1, 3, 9, 19, 22])(
  'level %i, of texts, numbers and noise, in frames and flushed pieces',
  (level) => {
    const random = (seed: number) => Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) >>> 0;
    const contents = [
      plain,
      Uint8Array.from({ length: 300_000 }, (_, at) => random(at) & 0xff),
      Uint8Array.from({ length: 300_000 }, (_, at) => random(at >> 3) & (at % 7 === 0 ? 0xff : 3)),
      Uint8Array.from({ length: 2_000_000 }, (_, at) => (at % 4096 < 40 ? random(at) : at >> 9) & 0xff),
      new Uint8Array(1_000_000),
      Uint8Array.of(7),
    ];
    for (const content of contents) {
      const params = { [zlib.constants.ZSTD_c_compressionLevel]: level };
      const frames = new Uint8Array(zlib.zstdCompressSync(content, { params }));
      expect(Buffer.from(decompressZstd(frames, content.length)).equals(Buffer.from(content))).toBe(true);
      // Damage is told, or gives other bytes, but never more than is allowed.
      for (let at = 5; at < frames.length; at += 1 + (frames.length >> 5)) {
        const damaged = frames.slice();
        damaged[at] = (damaged[at] as number) ^ (1 << (at & 7));
        try {
          expect(decompressZstd(damaged, content.length).length).toBeLessThanOrEqual(content.length);
        } catch (error) {
          expect((error as Error).constructor).toBe(Error);
        }
      }
    }
  },
);
