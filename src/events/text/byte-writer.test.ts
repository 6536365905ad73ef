import { expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

function taken(out: ByteWriter): string {
  return new TextDecoder().decode(out.take());
}

test('numbers of every size', () => {
  const out = new ByteWriter();
  for (const value of [0, 9, 10, 4294967295, 4294967296, -1, 2n ** 64n - 1n, -(2n ** 63n)]) {
    out.decimal(value);
    out.ascii(' ');
  }
  out.padded(42, 9);
  expect(taken(out)).toBe(
    '0 9 10 4294967295 4294967296 -1 18446744073709551615 -9223372036854775808 000000042',
  );
});

test('text beyond ASCII, and more of it than fits at first', () => {
  const out = new ByteWriter();
  const text = 'é€😀'.repeat(50_000);
  out.text(text);
  out.bytes(new Uint8Array(100_000).fill(0x61));
  out.byte(0x0a);
  expect(out.length).toBe(50_000 * 9 + 100_001);
  expect(taken(out)).toBe(`${text}${'a'.repeat(100_000)}\n`);
  expect(out.length).toBe(0);
});
