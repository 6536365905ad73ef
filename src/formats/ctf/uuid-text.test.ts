import { expect, test } from 'vitest';
import { uuidText } from './uuid-text.ts';

test('sixteen bytes become a UUID, zeros included', () => {
  const bytes = [
    0xff, 0x2a, 0x64, 0x22, 0xd0, 0x01, 0x9b, 0xf0, 0x4a, 0x80, 0x11, 0x00, 0x0c, 0xfe, 0x5d, 0x07, 0xa1,
  ];
  expect(uuidText(bytes, 1)).toBe('2a6422d0-019b-f04a-8011-000cfe5d07a1');
});

test('bytes may be signed', () => {
  expect(uuidText(new Int8Array(16).fill(-1), 0)).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
});
