import { expect, test } from 'vitest';
import type { EventBatch } from './batch.ts';
import { makeLateStream } from './late-stream.ts';

const about = {
  ...{ index: 0, trace: 0, name: 'a', classId: 0n, instanceId: undefined, cpu: 3, hasTime: true },
};

function makeCounted() {
  const calls: string[] = [];
  const stream = makeLateStream(about, (self) => {
    calls.push(`begin ${self.cpu}`);
    return {
      lastNs: 5,
      next: () => void calls.push('next') as unknown as EventBatch | undefined,
      close: () => void calls.push('close'),
    };
  });
  return { calls, stream };
}

test('nothing is opened before the first batch is asked for, and once', () => {
  const { calls, stream } = makeCounted();
  expect([stream.lastNs, calls]).toEqual([Number.NaN, []]);
  stream.next();
  stream.next();
  expect([stream.lastNs, stream.name, calls]).toEqual([5, 'a', ['begin 3', 'next', 'next']]);
});

test('a closed stream has ended, also where nothing was read', () => {
  const { calls, stream } = makeCounted();
  stream.close();
  expect([stream.next(), calls]).toEqual([undefined, []]);
  const other = makeCounted();
  other.stream.next();
  other.stream.close();
  expect([other.stream.next(), other.calls]).toEqual([undefined, ['begin 3', 'next', 'close']]);
});
