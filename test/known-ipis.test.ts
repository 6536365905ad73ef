// Interrupts of known-ipis.c, which has another CPU call a function 23 times and wakes a thread there 29 times; bpftrace counted the same events of
// the same threads meanwhile (counts.txt).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis as events } from '../src/catalogue/events/events/analysis.ts';
import { analysis as irq } from '../src/catalogue/interrupts/irq/analysis.ts';
import { rowsIn } from './known-recordings.ts';

const recording = 'perf-ipis';
const [functions, wakeups] = [23, 29];

/** What bpftrace counted, by event. */
function counted(): Readonly<Record<string, number>> {
  const text = readFileSync(join(import.meta.dirname, 'recordings', recording, 'counts.txt'), 'utf8');
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([event, count]) => [event!, Number(count)]),
  );
}

test('every event that bpftrace counted is there', () => {
  const rows = rowsIn(recording, events, { options: { limit: '0' } });
  const tracepoints = rows.filter(({ event }) => String(event).includes(':'));
  expect(Object.fromEntries(tracepoints.map(({ event, count }) => [event, count]))).toEqual(counted());
});

test('23 functions called and 29 threads woken on another CPU', () => {
  const rows = rowsIn(recording, irq);
  const counts = counted();
  expect(Object.fromEntries(rows.map(({ kind, name, count }) => [`${kind} ${name}`, count]))).toEqual({
    'ipi call_function_single': counts['irq_vectors:call_function_single_entry'],
    'ipi reschedule': counts['irq_vectors:reschedule_entry'],
  });
  expect(counts['irq_vectors:call_function_single_entry']).toBe(functions);
});

test('who sent them, from which CPU, and how long they were on their way', () => {
  const log = rowsIn(recording, irq, { view: 'log', options: { limit: '0' } });
  const sent = log.filter((row) => row['sender-comm'] === 'known-ipis' || row['sender-comm'] === 'sender');
  expect(sent.map(({ name }) => name)).toEqual([
    ...Array.from({ length: functions }, () => 'call_function_single'),
    ...Array.from({ length: wakeups }, () => 'reschedule'),
  ]);
  for (const row of sent) {
    expect([row['sender-cpu'], row['cpu']]).toEqual([0, 1]);
    expect(Number(row['raise-latency'])).toBeGreaterThan(0);
    expect(Number(row['raise-latency'])).toBeLessThan(1e6);
  }
  // All that the machine sent beside them is of nobody who was recorded.
  expect(log.length - sent.length).toBe(counted()['irq_vectors:reschedule_entry']! - wakeups);
});

test('one function, called 23 times', () => {
  const rows = rowsIn(recording, irq, { options: { by: 'function' } });
  const [called, ...others] = rows.filter((row) => row['function'] !== undefined);
  expect(called).toMatchObject({ kind: 'ipi', count: functions, raised: functions });
  expect(others).toEqual([]);
});
