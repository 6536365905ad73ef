import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBatch } from './batch.ts';
import { mergeStreams } from './merge.ts';
import type { EventStream } from './reader.ts';

/** A stream of bare times, delivered `batchSize` at a time. */
function streamOf(index: number, times: readonly number[], batchSize: number): EventStream {
  let at = 0;
  const stream: EventStream = {
    index,
    trace: 0,
    name: `channel0_${index}`,
    classId: 0n,
    instanceId: undefined,
    cpu: index,
    hasTime: true,
    lastNs: Number.NaN,
    next() {
      if (at >= times.length) return undefined;
      const part = times.slice(at, at + batchSize);
      at += part.length;
      return { stream, count: part.length, timeNs: Float64Array.from(part) } as unknown as EventBatch;
    },
  };
  return stream;
}

function merged(lists: readonly (readonly number[])[], batchSize: number): [number, number][] {
  const order: [number, number][] = [];
  mergeStreams(
    lists.map((times, index) => streamOf(index, times, batchSize)),
    (batch, from, to) => {
      for (let at = from; at < to; at++) order.push([batch.timeNs[at] as number, batch.stream.index]);
      return true;
    },
  );
  return order;
}

test('events come in the order of time, then of stream', () => {
  expect(
    merged(
      [
        [1, 3, 3],
        [2, 3],
        [0, 9],
      ],
      2,
    ),
  ).toEqual([
    [0, 2],
    [1, 0],
    [2, 1],
    [3, 0],
    [3, 0],
    [3, 1],
    [9, 2],
  ]);
});

test('events without time come first', () => {
  expect(merged([[1], [Number.NaN, Number.NaN]], 1).map(([, stream]) => stream)).toEqual([1, 1, 0]);
});

test('no stream, and streams without events, end at once', () => {
  expect(merged([], 1)).toEqual([]);
  expect(merged([[], []], 1)).toEqual([]);
});

test('merging equals sorting, for any number of streams and any size of batches', () => {
  const sorted = fc.array(fc.integer({ min: 0, max: 50 })).map((times) => times.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(sorted, { maxLength: 50 }), fc.integer({ min: 1, max: 5 }), (lists, batchSize) => {
      const expected = lists
        .flatMap((times, stream) => times.map((time): [number, number] => [time, stream]))
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(merged(lists, batchSize)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a consumer that returns false ends the reading', () => {
  let runs = 0;
  mergeStreams([streamOf(0, [1, 5], 2), streamOf(1, [2, 3], 2)], () => {
    runs++;
    return false;
  });
  expect(runs).toBe(1);
});

test('where times go back the order does not depend on where batches end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 50 })), { maxLength: 40 }),
      fc.integer({ min: 1, max: 40 }),
      (lists, batchSize) => {
        expect(merged(lists, batchSize)).toEqual(merged(lists, 1000));
      },
    ),
    { numRuns: 500 },
  );
});
