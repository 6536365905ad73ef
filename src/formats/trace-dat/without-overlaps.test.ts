import { expect, test } from 'vitest';
import type { TraceBuffer } from './trace-file.ts';
import { withoutOverlaps } from './without-overlaps.ts';

function bufferOf(name: string, ...regions: (readonly [number, number])[]): TraceBuffer {
  return {
    ...{ name, clockName: 'local', pageSizeBytes: 4096, isCompressed: false },
    cpus: regions.map(([offsetBytes, sizeBytes], cpu) => ({ cpu, offsetBytes, sizeBytes })),
  };
}

test('bytes belong to the first who claims them', () => {
  const notes: string[] = [];
  const buffers = [
    bufferOf('a', [4096, 8192], [12288, 4096], [0, 0]),
    bufferOf('b', [8192, 4096], [16384, Infinity], [20480, 1]),
  ];
  const kept = withoutOverlaps(buffers, (_, first) => notes.push(first));
  expect(kept.map(({ cpus }) => cpus.map(({ cpu }) => cpu))).toEqual([[0, 1, 2], [1]]);
  expect(notes).toEqual(['byte 8192', 'byte 20480']);
  expect(withoutOverlaps([bufferOf('a', [0, 4], [4, 4])], () => expect.unreachable())).toHaveLength(1);
});
