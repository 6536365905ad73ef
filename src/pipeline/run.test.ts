import { expect, test } from 'vitest';
import { textTrace } from '../analysis/testing.ts';
import { analysis as events } from '../catalogue/events/events/analysis.ts';
import { analysis as syscalls } from '../catalogue/syscalls/syscalls/analysis.ts';
import { parseFilter } from '../events/filter/parse.ts';
import { Health } from '../results/health.ts';
import type { Table } from '../results/index.ts';
import { type AnalysisScope, runAnalyses } from './run.ts';

const fixture = `
  0us  cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
  5us  cpu1 sched_switch prev_tid=0 prev_comm=swapper/1 next_tid=8 next_comm=dog
  6us  cpu0 syscall_enter name=read
  7us  cpu1 syscall_enter name=write
  8us  cpu0 syscall_exit name=read ret=0
  9us  cpu1 syscall_exit name=write ret=-32
  20us cpu1 syscall_enter name=read
`;

function countOf(scope: AnalysisScope, text = fixture): unknown {
  const [result] = runAnalyses(textTrace(text), [{ analysis: events, views: ['count'] }], scope);
  return (result!.answers[0] as Table).cells[0]![0];
}

test('several analyses in one pass answer as each alone', () => {
  const both = runAnalyses(textTrace(fixture), [
    { analysis: events },
    { analysis: syscalls, views: ['log', 'dist'] },
  ]);
  const [first] = runAnalyses(textTrace(fixture), [{ analysis: events }]);
  const [second] = runAnalyses(textTrace(fixture), [{ analysis: syscalls, views: ['log', 'dist'] }]);
  expect(both).toEqual([first, second]);
});

test('a range has both its ends, and is what the answer is about', () => {
  const scope = { beginNs: 1_000_006_000n, endNs: 1_000_008_000n };
  expect(countOf(scope)).toBe(3);
  const [result] = runAnalyses(textTrace(fixture), [{ analysis: events }], scope);
  expect(result!.timeRange).toMatchObject(scope);
});

test('a range beside the trace is empty, not an error', () => {
  expect(countOf({ beginNs: 2_000_000_000n })).toBe(0);
});

test('records without a time are in no range', () => {
  expect(countOf({}, '- cpu0 a\n1us cpu0 a')).toBe(2);
  expect(countOf({ beginNs: 0n }, '- cpu0 a\n1us cpu0 a')).toBe(1);
});

test('CPUs, threads, names and fields restrict together', () => {
  expect(countOf({ cpus: [0] })).toBe(3);
  expect(countOf({ tids: [8] })).toBe(3);
  expect(countOf({ comms: ['dog', 'cat'] })).toBe(5);
  expect(countOf({ comms: ['dog'], filter: parseFilter('ret < 0') })).toBe(1);
  expect(countOf({ filter: parseFilter('$name =* "syscall_*"') })).toBe(5);
});

test('the stream intersection cuts the input: the switch before it is not known', () => {
  // Both streams overlap from 5 to 8 us: cpu0 has told what it runs before, and forgets.
  const [result] = runAnalyses(textTrace(fixture), [{ analysis: syscalls, views: ['log'] }], {
    streamIntersection: true,
  });
  expect((result!.answers[0] as Table).rowCount).toBe(0);
  expect(countOf({ streamIntersection: true })).toBe(4);
  expect(result!.timeRange).toMatchObject({ beginNs: 1_000_005_000n, endNs: 1_000_008_000n });
});

test('losses of the trace make the answer a lower bound', () => {
  const health = new Health();
  const kind = {
    code: 'lost',
    severity: 'loss',
    sentence: '{count} events were lost',
    effect: '',
    advice: '',
  } as const;
  health.add(kind, 'cpu0', 'first', 'detail', 3);
  const [result] = runAnalyses(textTrace(fixture, { health }), [{ analysis: events }]);
  expect(result!.lowerBoundReason).toBe('3 events were lost');
});

test('progress is told', () => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index}ns cpu0 a`);
  const told: number[] = [];
  runAnalyses(textTrace(lines.join('\n')), [{ analysis: events }], {}, (recordCount) =>
    told.push(recordCount),
  );
  expect(told.length).toBe(1);
});

test('of a trace with nothing in it something is said', () => {
  const notesOf = (text: string) => {
    const set = { ...textTrace(text), extents: () => [] };
    return runAnalyses(set, [{ analysis: events }])[0]!.health.map(({ kind }) => kind.code);
  };
  expect(notesOf('')).toEqual(['no-events']);
  // Events without a time are events.
  expect(notesOf('- cpu0 a')).toEqual([]);
});
