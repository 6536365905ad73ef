import { expect, test } from 'vitest';
import { type CpuStatistics, readCpuStatistics } from './cpu-statistics.ts';

test('statistics are of the buffer whose name stands before them', () => {
  const statistics: CpuStatistics[] = [];
  for (const text of [
    'CPU: 0\nentries: 0\noverrun: 5\ncommit overrun: 1\nbytes: 0\ndropped events: 2\nread events: 9\n',
    '\nBuffer: irqs\n\n',
    'CPU: 3\nentries: 0\noverrun: 0\n',
    'oldest event ts: 7.1',
  ])
    readCpuStatistics(text, statistics);
  expect(statistics.filter(({ cpu }) => cpu >= 0)).toEqual([
    { buffer: '', cpu: 0, overrunEvents: 5, commitOverrunEvents: 1, droppedEvents: 2 },
    { buffer: 'irqs', cpu: 3, overrunEvents: 0, commitOverrunEvents: 0, droppedEvents: 0 },
  ]);
});
