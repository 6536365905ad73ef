import { expect, test } from 'vitest';
import { layersOf } from './intervals.ts';

test('spans that overlap are read in as few layers as they need', () => {
  const spans = [
    { beginNs: 0, endNs: 10 },
    { beginNs: 5, endNs: 15 },
    { beginNs: 10, endNs: 20 },
    { beginNs: 12, endNs: 13 },
    { beginNs: 15, endNs: 16 },
  ];
  expect(layersOf(spans)).toEqual([[0, 2], [1, 4], [3]]);
});
