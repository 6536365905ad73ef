import { expect, test } from 'vitest';
import { Names } from './names.ts';
import { Vectors } from './vectors.ts';

function make() {
  const names = new Names();
  return { vectors: new Vectors(names), idOf: (name: string) => names.idOf(name) };
}

test('an interrupt that the kernel names in words is taken for the one that was sent in the same words', () => {
  const { vectors, idOf } = make();
  const [reschedule, call, timer] = [
    'Rescheduling interrupts',
    'Function call interrupts',
    'Timer broadcast interrupts',
  ].map(idOf);
  vectors.raised(2, reschedule!, 0, 7, 100);
  vectors.raised(2, call!, 1, 8, 110);
  vectors.raised(2, timer!, 3, 9, 120);
  const told: unknown[] = [];
  for (const name of [call, reschedule, timer] as number[]) {
    vectors.entered(2, name, -1, 200);
    vectors.exited(2, name, 0, 205);
    const { sendNs, senderCpu, senderTid, isLocal } = vectors.completed;
    told.push([sendNs, senderCpu, senderTid, isLocal]);
  }
  expect(told).toEqual([
    [110, 1, 8, false],
    [100, 0, 7, false],
    [Number.NaN, -1, -1, false],
  ]);
});

test('an exit without its entry, and an entry without its exit, are counted', () => {
  const { vectors, idOf } = make();
  const name = idOf('local_timer');
  expect(vectors.exited(0, name, -1, 1)).toBe(0);
  vectors.entered(0, name, 236, 2);
  vectors.entered(0, name, 236, 3);
  expect(vectors.exited(0, name, -1, 4)).not.toBe(0);
  expect(vectors.completed).toMatchObject({ isLocal: true, enterNs: 3, exitNs: 4 });
  expect([vectors.exitWithoutEntryCount, vectors.lostExitCount]).toEqual([1, 1]);
});
