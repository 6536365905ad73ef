// Waits for a CPU, futex waits and CPU time of known-competition.c: 23 times a thread is preempted and 29 times it is woken while another
// one runs, each wait half a millisecond longer than the one before. Beside them perf sched and perf trace on the same file.
import { expect, test } from 'vitest';
import { analysis as cpuUsage } from '../src/catalogue/cpu/cpu-usage/analysis.ts';
import { analysis as futexes } from '../src/catalogue/locks/futexes/analysis.ts';
import { analysis as periods } from '../src/catalogue/periods/periods/analysis.ts';
import { analysis as runQueue } from '../src/catalogue/scheduling/run-queue/analysis.ts';
import { analysis as syscalls } from '../src/catalogue/syscalls/syscalls/analysis.ts';
import { skipUnless } from './corpus.ts';
import { msOf, perfText, rowsIn, sumOf } from './known-recordings.ts';

const recording = 'perf-competition';
const [preemptions, wakes] = [23, 29];
const [victim, hog] = [8567, 8568];
const absent = 'perf is not installed';

const halfMs = 500_000;
/** What a switch takes, and what a timer is late. */
const slackNs = 100_000;

function expectGrowing(durations: readonly number[], count: number): void {
  expect(durations.length).toBe(count);
  for (const [index, duration] of durations.entries()) {
    expect(duration).toBeGreaterThanOrEqual((index + 1) * halfMs);
    expect(duration).toBeLessThan((index + 1) * halfMs + slackNs);
  }
}

const numbersOf = (rows: readonly Readonly<Record<string, unknown>>[], column: string) =>
  rows.map((row) => Number(row[column]));

function waits() {
  return rowsIn(recording, runQueue, { view: 'log', options: { limit: '0' } });
}

test('23 waits after being preempted, and 29 after being woken', () => {
  const ofVictim = waits().filter(({ tid }) => tid === victim);
  const [created, first, ...rest] = ofVictim;
  // The thread begins, and gives way to the hog, which begins too.
  expect([created!['why'], first!['why']]).toEqual(['new', 'preempted']);
  expectGrowing(
    numbersOf(
      rest.filter(({ why }) => why === 'preempted'),
      'duration',
    ),
    preemptions,
  );
  // The hog wakes, then computes.
  const woken = rest.filter(({ why }) => why === 'woken');
  expect(new Set(woken.map((row) => row['waker-tid']))).toEqual(new Set([hog]));
  expectGrowing(numbersOf(woken, 'duration'), wakes);
  expect(ofVictim.length).toBe(2 + preemptions + wakes);
  // Nobody is above the hog: woken by its timer it runs at once.
  const ofHog = waits().filter(({ tid, why }) => tid === hog && why === 'woken');
  expect(ofHog.length).toBe(preemptions + wakes + 1);
  expect(Math.max(...numbersOf(ofHog, 'duration'))).toBeLessThan(slackNs);
});

test('it is the hog that runs instead', () => {
  const rows = rowsIn(recording, runQueue, { view: 'instead' });
  const [row] = rows.filter((each) => each['tid'] === victim && each['instead-tid'] === hog);
  const computed = halfMs * ((preemptions * (preemptions + 1)) / 2 + (wakes * (wakes + 1)) / 2);
  expect(Number(row!['time'])).toBeGreaterThanOrEqual(computed);
  expect(Number(row!['time'])).toBeLessThan(computed + slackNs * (preemptions + wakes));
});

test('perf sched latency: counts, mean and longest waits', (context) => {
  const text = perfText(recording, 'sched', 'latency', '-p');
  skipUnless(context, text !== undefined, absent);
  const lines = text!.matchAll(/:(\d+) *\| +[\d.]+ ms \| +(\d+) \| avg: +([\d.]+) ms \| max: +([\d.]+) ms/g);
  const theirs = [...lines].map(([, tid, count, avg, max]) => [tid, count, avg, max].join(' '));
  const ours = rowsIn(recording, runQueue).map(
    ({ tid, count, avg, max }) => `${tid} ${count} ${msOf(avg)} ${msOf(max)}`,
  );
  expect(theirs.length).toBe(3);
  expect(ours.sort()).toEqual(theirs.sort());
});

test('perf sched timehist: every wait', (context) => {
  const text = perfText(recording, 'sched', 'timehist');
  skipUnless(context, text !== undefined, absent);
  // 16498.104144 [0000]  victim[8567/8565]  wait  delay  run: at the end of a run, what it had waited for that run.
  const lines = [...text!.matchAll(/^ +([\d.]+) \[0000\] +\w+\[(\d+)[\d/]*\] +[\d.]+ +([\d.]+) +([\d.]+)/gm)];
  expect(lines.length).toBeGreaterThan(130);
  // Only after wake-ups: a thread that was preempted has no delay there.
  const theirs = lines
    .filter(([, , , delay]) => delay !== '0.000')
    .map(([, , tid, delay]) => `${tid} ${delay}`);
  // The last run of each ends when the thread does: perf no longer knows whose it was. Digits that perf does not print it cuts off.
  const ours = [victim, hog].flatMap((wanted) =>
    waits()
      .filter(({ why, tid }) => why !== 'preempted' && tid === wanted)
      .slice(0, -1)
      .map(({ duration }) => `${wanted} ${msOf(Math.floor(Number(duration) / 1000) * 1000)}`),
  );
  expect(ours.length).toBe(preemptions + 2 * wakes + 1);
  expect(ours.sort()).toEqual(theirs.sort());
});

test('the hog computes as long as it is told to', () => {
  const rows = rowsIn(recording, cpuUsage);
  const [row] = rows.filter(({ tid }) => tid === hog);
  const computed = halfMs * ((preemptions * (preemptions + 1)) / 2 + (wakes * (wakes + 1)) / 2);
  expect(Number(row!['busy'])).toBeGreaterThanOrEqual(computed);
  expect(Number(row!['busy'])).toBeLessThan(computed + slackNs * (preemptions + wakes));
});

test('29 futex waits, each half a millisecond longer, and 29 that wake', (context) => {
  const log = rowsIn(recording, syscalls, { view: 'log', options: { limit: '0' } });
  const futexes = log.filter(({ name }) => name === 'futex');
  // A wait is the hog's millisecond of sleep, and what the victim waits for the CPU then.
  const durations = numbersOf(
    futexes.filter(({ tid }) => tid === victim),
    'duration',
  );
  expectGrowing(
    durations.map((duration) => duration - 1_000_000),
    wakes,
  );
  const waking = numbersOf(
    futexes.filter(({ tid }) => tid === hog),
    'duration',
  );
  expect(waking.length).toBe(wakes);
  const sleeps = log.filter(({ name, tid }) => name === 'clock_nanosleep' && tid === hog);
  expect(sleeps.length).toBe(preemptions + wakes + 1);

  const text = perfText(recording, 'trace', '-s');
  skipUnless(context, text !== undefined, absent);
  const summary = [...text!.matchAll(/^ +futex +(\d+) +(\d+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)/gm)];
  const statistics = [durations, waking].map((calls) =>
    [
      ...[calls.length, 0, msOf(sumOf(calls)), msOf(Math.min(...calls))],
      ...[msOf(sumOf(calls) / calls.length), msOf(Math.max(...calls))],
    ].map(String),
  );
  expect(summary.map((match) => match.slice(1))).toEqual(statistics);
});

test('the hog is the waker of all 29, and keeps the victim waiting for the CPU after that', () => {
  const log = rowsIn(recording, futexes, { view: 'log', options: { limit: '0' } });
  const whom = log.map((row) => [row['tid'], row['waker-tid'], row['result']]);
  expect(whom).toEqual(Array.from({ length: wakes }, () => [victim, hog, 'woken']));
  expectGrowing(numbersOf(log, 'after-wake'), wakes);
});

test('a period that is defined as a futex wait is one', () => {
  const period = [
    'wait : $evt.$name == "raw_syscalls:sys_enter" && $evt.id == 202 && $evt.$tid == 8567 :' +
      ' $evt.$name == "raw_syscalls:sys_exit" && $evt.$tid == $begin.$evt.$tid',
  ];
  const rows = rowsIn(recording, periods, { view: 'log', options: { period } });
  const log = rowsIn(recording, syscalls, { view: 'log', options: { limit: '0' } });
  const calls = log.filter(({ name, tid }) => name === 'futex' && tid === victim);
  expect(numbersOf(rows, 'duration')).toEqual(numbersOf(calls, 'duration'));
});
