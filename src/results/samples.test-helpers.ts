/** Results with numbers that a person can check, for the tests of all renderers. */

import { describeTable, grid, series, TableBuilder, table } from './build.ts';
import { column } from './columns.ts';
import { flameGraph } from './flame-graph.ts';
import type { HealthKind, HealthNote } from './health.ts';
import { type AnalysisResult, analysisResult } from './result.ts';
import type {
  AxisDescription,
  FlameGraphDescription,
  GridDescription,
  Lines,
  SeriesDescription,
  Shape,
} from './shapes.ts';

/** 2026-01-02 13:05:00 UTC. */
export const originNs = 1_767_359_100_000_000_000n;

const timeAxis: AxisDescription = {
  ...column('time', 'Time', 'timestamp', 'When the call began.'),
  scale: 'linear',
};
const durationAxis: AxisDescription = {
  ...column('duration', 'Duration', 'duration', 'From entry to exit.'),
  scale: 'log',
};
const calls = column('count', 'Calls', 'count', 'How many calls.', 'calls');

export const callTable = describeTable({
  id: 'top',
  title: 'System calls by total time',
  meaning: 'One row is one system call.',
  select: 'syscalls{name == @call}',
  columns: [
    column('call', 'Call', 'syscall', 'The name of the call.'),
    column('count', 'Count', 'count', 'How often it was called.'),
    column('share', 'Share', 'ratio', 'The part of all calls.'),
    column('average', 'Average', 'duration', 'The mean duration.'),
    column('max', 'Max', 'duration', 'The longest duration.'),
    column('slowest', 'Slowest at', 'timestamp', 'When the longest one began.'),
  ],
});

export const histogramDescription: GridDescription = {
  shape: 'grid',
  id: 'dist',
  title: 'Latency of system calls',
  meaning: 'How many calls took how long.',
  select: 'syscalls{duration >= @x.begin && duration < @x.end}',
  x: durationAxis,
  value: calls,
};

export const heatmapDescription: GridDescription = {
  shape: 'grid',
  id: 'heatmap',
  title: 'Latency of system calls over time',
  meaning: 'How many calls of a duration began in a span of time.',
  select: 'syscalls{time >= @x.begin && time < @x.end && duration >= @y.begin && duration < @y.end}',
  x: timeAxis,
  y: durationAxis,
  value: calls,
};

export const seriesDescription: SeriesDescription = {
  shape: 'series',
  id: 'series',
  title: 'System calls over time',
  meaning: 'How many calls began in a span of time.',
  x: timeAxis,
  value: calls,
};

/** 4 calls: 25 % are futex. */
export function sampleTable() {
  return table(
    callTable,
    [
      { call: 'openat', count: 3, share: 0.75, average: 1500, max: 2500, slowest: originNs + 1n },
      { call: 'futex', count: 1, share: 0.25, average: 1_000_000, max: 1_000_000, slowest: originNs + 2n },
    ],
    { count: 4, share: 1, average: 251_125, max: 1_000_000 },
  );
}

/** 1 + 4 + 0 + 5 = 10 calls. */
export function sampleHistogram() {
  return grid(histogramDescription, { edges: [500, 1000, 2000, 5000, 10_000] }, undefined, [1, 4, 0, 5]);
}

/** 6 × 3 bins; 111 calls in all, 100 of them in one cell. */
export function sampleHeatmap() {
  const x = { edges: [0, 1, 2, 3, 4, 5, 6].map((step) => step * 1e8), originNs };
  const counts = [100, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1];
  return grid(heatmapDescription, x, { edges: [1000, 2000, 5000, 10_000] }, counts);
}

/** 1 to 8 calls in each of eight bins. */
export function sampleSeries() {
  const x = { edges: Array.from({ length: 9 }, (_, step) => step * 1e8), originNs };
  return series(seriesDescription, x, [{ values: [1, 2, 3, 4, 5, 6, 7, 8] }]);
}

/** Two CPUs, one of which is unknown at first. */
export function sampleCpuSeries() {
  const description = {
    ...seriesDescription,
    id: 'cpus',
    name: column('cpu', 'CPU', 'cpu', 'The processor.'),
  };
  const x = { edges: [0, 1e8, 2e8, 3e8, 4e8], originNs };
  return series(description, x, [
    { name: 0, values: [8, 4, 0, 2] },
    { name: 1, values: [undefined, 1, 8, 8] },
  ]);
}

/** A process with two threads. */
export function sampleTree() {
  const description = describeTable({
    id: 'tree',
    title: 'Calls by process and thread',
    meaning: 'One row is a process or one of its threads.',
    columns: [
      column('who', 'Process', 'process', 'Its name.'),
      column('tid', 'TID', 'tid', 'Its id.'),
      calls,
    ],
  });
  const builder = new TableBuilder(description);
  const process = builder.add({ who: 'postgres', count: 12 });
  builder.add({ who: 'writer', tid: 1001, count: 5 }, process);
  builder.add({ who: 'reader', tid: 1002, count: 7 }, process);
  return builder.build();
}

/** 30 in all: 23 in `loop` through `first`, 6 through `second`, 1 that is `main`'s own. */
export function sampleFlameGraph() {
  const description: FlameGraphDescription = {
    shape: 'flame-graph',
    id: 'flame-graph',
    title: 'Flame graph',
    meaning: 'One frame is a function below the one that called it.',
    frame: column('frame', 'Function', 'text', 'Its name.'),
    value: column('period', 'Period', 'number', 'The sum of the periods.', 'ms'),
  };
  return flameGraph(description, [
    { name: 'main', parent: undefined, self: 1 },
    { name: 'first', parent: 0, self: 0 },
    { name: 'loop', parent: 1, self: 23 },
    { name: 'second', parent: 0, self: 0 },
    { name: 'loop', parent: 3, self: 6 },
  ]);
}

export const discarded: HealthKind = {
  code: 'discarded-events',
  severity: 'loss',
  sentence: '{count} {event was|events were} discarded by the tracer',
  effect: 'Counts are lower bounds.',
  advice: 'Record with larger buffers: lttng enable-channel --subbuf-size 4M.',
};

export function note(kind: HealthKind, where: string, count: number): HealthNote {
  return { kind, where, count, occurrences: 1, first: 'packet at byte 8192', detail: 'Found 3, wanted 2.' };
}

/** A result around some answers. */
export function sampleResult(answers: readonly Shape[], health: readonly HealthNote[] = []): AnalysisResult {
  return analysisResult({
    analysis: { id: 'syscalls', title: 'System calls', question: 'Which system calls are slow?' },
    traces: ['traces/web-server'],
    timeRange: { beginNs: originNs, endNs: originNs + 600_000_000n, isWallClock: true },
    health,
    answers,
  });
}

export function sampleLines(): Lines {
  const description = {
    shape: 'lines',
    id: 'folded',
    title: 'Folded',
    meaning: 'One line a stack.',
  } as const;
  return { shape: 'lines', description, lines: ['main;read 3', 'main;\x1b[2J 4'] };
}
