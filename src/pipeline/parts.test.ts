import { expect, test } from 'vitest';
import { defineAnalysis, OptionError } from '../analysis/index.ts';
import { textTrace } from '../analysis/testing.ts';
import { analysis as events } from '../catalogue/events/events/analysis.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type AnalysisResult, column, describeTable, type Table, table } from '../results/index.ts';
import { type AnalysisScope, type RunParts, runInParts } from './run.ts';

const description = describeTable({
  id: 'table',
  title: 'Switches',
  meaning: 'One row is one number.',
  columns: [
    column('count', 'Count', 'count', 'How many switches.', 'switches'),
    column('tid', 'TID', 'tid', 'What CPU 0 runs.'),
  ],
});

/** How many switches there were, and who runs on CPU 0 then: of the interval, and from all that came before. */
const switches = defineAnalysis({
  id: 'switches',
  family: 'test',
  title: 'Switches',
  question: 'How many?',
  needs: { events: { sched_switch: ['next_tid'] }, threads: true },
  options: {},
  views: { table: { meaning: 'One number.' } },
  describe: () => [description],
  begin: ({ rangeBeginNs }) => ({ count: 0, rangeBeginNs }),
  on: {
    sched_switch(state) {
      state.count += 1;
    },
  },
  end: (state, { range, models }) => {
    expect(range?.beginNs).toBe(state.rangeBeginNs);
    return [table(description, [{ count: state.count, tid: models[0]?.cpus.current(0) }])];
  },
});

const trace = `
  0us   cpu0 sched_switch prev_tid=0 prev_comm=swapper next_tid=7 next_comm=cat
  10us  cpu1 sched_switch prev_tid=0 prev_comm=swapper next_tid=8 next_comm=dog
  99us  cpu1 sched_switch prev_tid=8 prev_comm=dog next_tid=0 next_comm=swapper
  100us cpu0 sched_switch prev_tid=7 prev_comm=cat next_tid=9 next_comm=cow
  350us cpu0 sched_switch prev_tid=9 prev_comm=cow next_tid=0 next_comm=swapper
`;

function parts(set: TraceSet, options: Omit<RunParts, 'onResults'>, scope: AnalysisScope = {}) {
  const all: AnalysisResult[] = [];
  runInParts(set, [{ analysis: switches }], scope, {
    ...options,
    onResults: (results) => all.push(...results),
  });
  return all;
}

/** From when to when in microseconds, and the row. */
function summary({ timeRange, answers }: AnalysisResult) {
  const us = (ns: bigint | undefined) => Number((ns ?? 0n) - 1_000_000_000n) / 1000;
  const { cells } = answers[0] as Table;
  return [us(timeRange.beginNs), us(timeRange.endNs), ...cells.map((column) => column[0])];
}

test('one answer for each interval, empty ones too; the model goes on', () => {
  expect(parts(textTrace(trace), { refreshNs: 100_000 }).map(summary)).toEqual([
    [0, 100, 3, 7],
    [100, 200, 1, 9],
    [200, 300, 0, 9],
    [300, 350, 1, 0],
  ]);
});

test('intervals of a part of the time, whatever the sizes of batches', () => {
  const scope = { beginNs: 1_000_050_000n, endNs: 1_000_250_000n };
  for (const batchSize of [1, 2, 100]) {
    const set = textTrace(trace, { batchSize });
    expect(parts(set, { refreshNs: 50_000 }, scope).map(summary)).toEqual([
      [50, 100, 1, 7],
      [100, 150, 1, 9],
      [150, 200, 0, 9],
      [200, 250, 0, 9],
    ]);
  }
});

test('a record at the very end is in the last interval', () => {
  expect(parts(textTrace(trace), { refreshNs: 350_000 }).map(summary)).toEqual([
    [0, 350, 4, 9],
    [350, 350, 1, 0],
  ]);
});

test('too many intervals are refused', () => {
  expect(() => parts(textTrace(trace), { refreshNs: 1 })).toThrow(OptionError);
  expect(() => parts(textTrace(trace), { refreshNs: 0 })).toThrow('longer than 0');
});

/** Two traces as one set, each of a host of its own; the second has other events. */
function twoHosts(second: string): TraceSet {
  const sets = [textTrace(trace), textTrace(second)];
  const [a, b] = sets as [TraceSet, TraceSet];
  const shift = a.classes.length;
  const classes = [
    ...a.classes,
    ...b.classes.map((found) => ({ ...found, index: found.index + shift, trace: 1 })),
  ];
  return {
    ...a,
    traces: [
      { ...a.traces[0]!, hostName: 'left', name: 'l' },
      { ...b.traces[0]!, hostName: 'right', name: 'r', index: 1 },
    ],
    classes,
    read: (selection) => [
      ...a.read(selection),
      ...b
        .read({ ...selection, classes: { get: (index) => selection.classes.get(index + shift) } })
        .map((stream, index) => {
          const own = { ...stream, index: 10 + index, trace: 1 };
          return Object.assign(own, {
            next() {
              const batch = stream.next();
              if (batch === undefined) return undefined;
              const moved = new Map(
                [...batch.classes].map(([key, value]) => [
                  key + shift,
                  { ...value, eventClass: classes[key + shift]! },
                ]),
              );
              const classIndex = batch.classIndex.map((value) => value + shift);
              return { ...batch, stream: own, classes: moved, classIndex };
            },
          });
        }),
    ],
  };
}

test('each host and all of them', () => {
  const other = '20us cpu0 sched_switch prev_tid=0 prev_comm=swapper next_tid=5 next_comm=fox';
  const results = parts(twoHosts(other), { perHost: true, refreshNs: 200_000 });
  expect(results.map(({ host, traces }) => [host, traces])).toEqual([
    ['left', ['l']],
    ['right', ['r']],
    [undefined, ['l', 'r']],
    ['left', ['l']],
    ['right', ['r']],
    [undefined, ['l', 'r']],
  ]);
  expect(results.map(summary).map(([, , count, tid]) => [count, tid])).toEqual([
    [4, 9],
    [1, 5],
    [5, 9],
    [1, 0],
    [0, 5],
    [1, 0],
  ]);
});

test('where one host alone has the events there is one answer', () => {
  const results = parts(twoHosts('20us cpu0 event'), { perHost: true });
  expect(results.map(({ host }) => host)).toEqual([undefined]);
});

test('streams of a host are named by its own trace', () => {
  const other = '20us cpu0 sched_switch prev_tid=0 prev_comm=swapper next_tid=5 next_comm=fox';
  const all: AnalysisResult[] = [];
  runInParts(
    twoHosts(other),
    [{ analysis: events, options: { by: 'stream' } }],
    {},
    {
      perHost: true,
      onResults: (results) => all.push(...results),
    },
  );
  const streams = all.map(({ answers }) => (answers[0] as Table).cells[0]);
  expect(streams).toEqual([['l #0', 'l #1'], ['r #10'], ['l #0', 'l #1', 'r #10']]);
});
