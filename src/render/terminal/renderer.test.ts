import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textWidth } from '../../print/text-width.ts';
import { anyResult } from '../../results/arbitrary.test-helpers.ts';
import { describeTable, grid, series, table } from '../../results/build.ts';
import { column } from '../../results/columns.ts';
import { flameGraph } from '../../results/flame-graph.ts';
import type { AnalysisResult } from '../../results/result.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import { renderTerminal } from './renderer.ts';

const unicode = { times: 'utc', unicode: true } as const;
const head = [
  'System calls',
  'Which system calls are slow?',
  'traces/web-server, 2026-01-02 13:05:00.000 – 13:05:00.600 UTC (600 ms)',
];

function linesOf(text: string): readonly string[] {
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

/** The lines below the head and the title of the first answer. */
function drawn(...parameters: Parameters<typeof renderTerminal>): readonly string[] {
  const lines = linesOf(renderTerminal(...parameters));
  return lines.slice(lines.indexOf('') + 2);
}

test('a table has one unit for each column, in the line below the titles', () => {
  expect(linesOf(renderTerminal(samples.sampleResult([samples.sampleTable()]), unicode))).toEqual([
    ...head,
    '',
    'System calls by total time',
    'Call    Count  Share   Average       Max          Slowest at',
    '                   %        µs        µs',
    'openat      3   75.0     1.500     2.500  13:05:00.000000001',
    'futex       1   25.0  1000.000  1000.000  13:05:00.000000002',
    '─'.repeat(60),
    'Total       4  100.0   251.125  1000.000',
  ]);
});

test('a limit says what it hides, and keeps the totals', () => {
  const lines = drawn(samples.sampleResult([samples.sampleTable()]), { ...unicode, limit: 1 });
  expect(lines[2]).toMatch(/^openat /);
  expect(lines[4]).toMatch(/^Total +4 /);
  expect(lines.at(-1)).toBe('… and 1 more row (--limit 0 for all)');
});

test('rows with a parent are indented', () => {
  expect(drawn(samples.sampleResult([samples.sampleTree()]))).toEqual([
    'Process    TID  Calls',
    'postgres           12',
    '  writer  1001      5',
    '  reader  1002      7',
  ]);
});

test('columns without room are left out and named; a path keeps its end', () => {
  const description = describeTable({
    id: 'wide',
    title: 'Wide',
    meaning: 'One row.',
    columns: [
      column('path', 'Path', 'path', 'A path.'),
      ...['One', 'Two', 'Three', 'Four', 'Five'].map((title) => column(title, title, 'count', 'A number.')),
    ],
  });
  const big = 12_345_678_901_234;
  const row = {
    path: '/usr/lib/x86_64-linux-gnu/libc.so.6',
    One: big,
    Two: big,
    Three: big,
    Four: big,
    Five: big,
  };
  expect(drawn(samples.sampleResult([table(description, [row])]), { width: 60, unicode: true })).toEqual([
    'Path                     One             Two           Three',
    '…u/libc.so.6  12345678901234  12345678901234  12345678901234',
    '… no room for Four, Five: use a wider terminal, --csv or',
    '--json',
  ]);
});

test('a histogram has a bar and the cumulated part for each bin', () => {
  expect(drawn(samples.sampleResult([samples.sampleHistogram()]), { ...unicode, width: 60 })).toEqual([
    'Duration        calls  cum. %',
    `500 ns –  1 µs      1     10.0 ${'█'.repeat(5)}▊`,
    `  1 µs –  2 µs      4     50.0 ${'█'.repeat(23)}▎`,
    '  2 µs –  5 µs      0     50.0',
    `  5 µs – 10 µs      5    100.0 ${'█'.repeat(29)}`,
  ]);
});

test('a heatmap has time across, latency up, sums above and on the right, and the scale below', () => {
  expect(drawn(samples.sampleResult([samples.sampleHeatmap()]), unicode)).toEqual([
    'Duration │██████▁▁▁▁▁▁▁▁▁▁▁▁            ▁▁▁▁▁▁ 111',
    '    5 µs │            ······            ······   2',
    '    2 µs │      ▒▒▒▒▒▒                           9',
    '    1 µs │██████                               100',
    '          ┴───────────┴───────────┴───────────',
    '          0           +200 ms     +400 ms',
    '          Time: 100 ms a cell, from 13:05:00.000',
    '          calls in a cell:  ·· 1  ▒▒ 10  ██ 100',
  ]);
});

test('in colours, a heatmap has a background for each cell that counts, none for the others', () => {
  const options = { ...unicode, width: 80 };
  const result = samples.sampleResult([samples.sampleHeatmap()]);
  const row = (color: '256' | 'truecolor') => drawn(result, { ...options, color }).at(2);
  const bar = '\x1b[2m│\x1b[0m';
  expect(row('truecolor')).toMatch(/^ {4}2 µs /);
  expect(row('truecolor')).toContain(`${bar}      \x1b[48;2;`);
  expect(row('256')).toMatch(/\x1b\[48;5;\d+m {6}\x1b\[0m {24}/);
});

test('a series of one line is a chart', () => {
  const lines = drawn(samples.sampleResult([samples.sampleSeries()]), unicode);
  expect(lines[0]).toBe(`           8 │${' '.repeat(42)}██████`);
  expect(lines[7]).toBe(`           0 │${'█'.repeat(48)}`);
  expect(lines.slice(8)).toEqual([
    '              ┴───────────┴───────────┴───────────┴───────────',
    '              0           +200 ms     +400 ms     +600 ms',
    '              Time: 100 ms a cell, from 13:05:00.000; calls',
  ]);
});

test('a series of several lines is a row of bars each, on one scale', () => {
  expect(drawn(samples.sampleResult([samples.sampleCpuSeries()]), unicode).slice(0, 3)).toEqual([
    '                                max',
    'cpu 0 │██████▄▄▄▄▄▄      ▂▂▂▂▂▂ 8',
    'cpu 1 │      ▁▁▁▁▁▁████████████ 8',
  ]);
});

test('a flame graph has callers above what they called, as wide as their part', () => {
  expect(drawn(samples.sampleResult([samples.sampleFlameGraph()]), { ...unicode, width: 60 })).toEqual([
    `│all 100 %${'─'.repeat(50)}`,
    `│main 100 %${'─'.repeat(49)}`,
    `│first 76.7 %${'─'.repeat(33)}│second 20 %`,
    `│loop 76.7 %${'─'.repeat(34)}│loop 20 %──`,
  ]);
});

test('frames that are narrower than a column are counted; of a place in a file the address is kept', () => {
  const { description } = samples.sampleFlameGraph();
  const frames = [
    { name: 'main', parent: undefined, self: 0 },
    { name: 'libsomething.so.6+0x2724a', parent: 0, self: 20 },
    { name: 'rare', parent: 0, self: 0.1 },
    { name: 'a-long-name-of-a-function', parent: 0, self: 80 },
    { name: 'rarer', parent: 2, self: 0.01 },
  ];
  const graph = flameGraph(description, frames);
  expect(drawn(samples.sampleResult([graph]), { ...unicode, width: 60 }).slice(2)).toEqual([
    `│….6+0x2724a│a-long-name-of-a-function 79.9 %${'─'.repeat(15)}`,
    '… 2 of 5 frames are narrower than a column: use a wider',
    'terminal, --svg or --json',
  ]);
});

test('what was lost stands above the answer: how much, where, and what to do', () => {
  const health = [
    samples.note(
      { ...samples.discarded, code: 'odd', severity: 'note', sentence: 'A clock is odd', advice: '' },
      'ust',
      1,
    ),
    samples.note(samples.discarded, 'kernel/channel0_3', 1200),
    samples.note(samples.discarded, 'kernel/channel0_5', 4),
  ];
  expect(linesOf(renderTerminal(samples.sampleResult([], health), unicode)).slice(3)).toEqual([
    '! 1,204 events were discarded by the tracer (in 2 places, first in',
    '  kernel/channel0_3, packet at byte 8192).',
    '  Record with larger buffers: lttng enable-channel --subbuf-size 4M.',
    '  Counts and sums below are lower bounds.',
    'i A clock is odd (in ust, packet at byte 8192).',
  ]);
});

test('what is good to know has no advice, and goes on in a second line where it is narrow', () => {
  const note = samples.note({ ...samples.discarded, code: 'odd', severity: 'note' }, 'kernel/channel0_3', 1);
  const linesAt = (width: number) =>
    linesOf(renderTerminal(samples.sampleResult([], [note]), { ...unicode, width })).slice(3);
  expect(linesAt(100)).toEqual([
    'i 1 event was discarded by the tracer (in kernel/channel0_3, packet at byte 8192).',
  ]);
  expect(linesAt(60)).toEqual([
    'i 1 event was discarded by the tracer (in kernel/channel0_3,',
    '  packet at byte 8192).',
  ]);
});

test('where there are many notes each has one line, without its place', () => {
  const notes = ['a', 'b', 'c', 'd', 'e', 'f'].map((code) =>
    samples.note({ ...samples.discarded, code, severity: 'note' }, 'kernel/channel0_3', 1),
  );
  expect(linesOf(renderTerminal(samples.sampleResult([], notes), unicode)).slice(3)).toEqual(
    Array.from({ length: 6 }, () => 'i 1 event was discarded by the tracer.'),
  );
});

test('a long path keeps its end, and the span stays', () => {
  const traces = ['/home/someone/traces/of/a/very/busy/web-server'];
  const result = { ...samples.sampleResult([]), traces };
  expect(linesOf(renderTerminal(result, unicode))[2]).toBe(
    '…/of/a/very/busy/web-server, 2026-01-02 13:05:00.000 – 13:05:00.600 UTC (600 ms)',
  );
});

test('more than six lines of health are counted', () => {
  const health = ['a', 'b', 'c', 'd', 'e'].map((code) =>
    samples.note({ ...samples.discarded, code }, 'x', 1),
  );
  const lines = linesOf(renderTerminal(samples.sampleResult([], health), unicode)).slice(3);
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('  … and 3 more kinds of notes (--json has all)');
});

test('answers without anything in them say so', () => {
  const empty = [
    table(samples.callTable, []),
    grid(samples.histogramDescription, { edges: [] }, undefined, []),
    grid(samples.heatmapDescription, { edges: [] }, { edges: [] }, []),
    series(samples.seriesDescription, { edges: [] }, []),
    flameGraph(samples.sampleFlameGraph().description, []),
  ];
  const text = renderTerminal(samples.sampleResult(empty));
  expect(text.match(/\(nothing found\)/g)).toHaveLength(5);
});

test('times of a clock that is not of the day print as seconds', () => {
  const result = samples.sampleResult([samples.sampleTable()]);
  const boot = {
    ...result,
    timeRange: { beginNs: 1_500_000_000n, endNs: 2_500_000_000n, isWallClock: false },
  };
  expect(renderTerminal(boot, unicode)).toContain('traces/web-server, 1.500 – 2.500 s (1 s)');
});

test('escape sequences, line feeds and writing directions of names do not reach the terminal', () => {
  const hostile = [{ call: '\x1b]0;owned\x07\u009b2J\nfake\u202egnp.exe' }];
  const text = renderTerminal(samples.sampleResult([table(samples.callTable, hostile)]), {
    ...unicode,
    width: 120,
  });
  expect(text).toContain('\\x1b]0;owned\\x07\\x9b2J\\nfake\\u202egnp.exe');
});

test('wide characters do not shift the columns', () => {
  const names = ['日本', 'read', 'e\u0301'];
  const rows = names.map((call) => ({ call, count: 7 }));
  const lines = drawn(samples.sampleResult([table(samples.callTable, rows)]), unicode).slice(-3);
  expect(lines.map((line) => textWidth(line.slice(0, line.indexOf('7'))))).toEqual([10, 10, 10]);
});

const options = fc.record({
  width: fc.integer({ min: 1, max: 200 }),
  unicode: fc.boolean(),
  limit: fc.integer({ min: 0, max: 5 }),
  times: fc.constantFrom('local' as const, 'utc' as const, 'seconds' as const, 'ns' as const),
});

const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Lines for another program are as long as they are, and in its characters. */
function withoutLines(result: AnalysisResult): AnalysisResult {
  return { ...result, answers: result.answers.filter(({ shape }) => shape !== 'lines') };
}

test('no line is longer than the terminal is wide, and plain text has no control characters at all', () => {
  fc.assert(
    fc.property(anyResult, options, (any, drawing) => {
      expect(renderTerminal(any, { ...drawing, color: 'plain' })).not.toMatch(control);
      const result = withoutLines(any);
      const text = renderTerminal(result, { ...drawing, color: 'plain' });
      expect(text).not.toMatch(control);
      if (!drawing.unicode) expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
      for (const line of linesOf(text))
        expect(textWidth(line)).toBeLessThanOrEqual(Math.max(60, drawing.width));
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
    }),
    { numRuns: 500 },
  );
});

test('without its escape sequences coloured text is as wide as plain text, and ends each line without a colour', () => {
  const color = fc.constantFrom('256' as const, 'truecolor' as const);
  fc.assert(
    fc.property(anyResult.map(withoutLines), options, color, (result, drawing, depth) => {
      const plain = linesOf(renderTerminal(result, { ...drawing, color: 'plain' }));
      const colored = linesOf(renderTerminal(result, { ...drawing, color: depth }));
      expect(colored.length).toBe(plain.length);
      for (const [index, line] of colored.entries()) {
        const bare = line.replace(/\x1b\[[0-9;]*m/g, '');
        expect(bare).not.toMatch(/\x1b/);
        expect(textWidth(bare.trimEnd())).toBeLessThanOrEqual(textWidth(plain[index]!));
        expect(line.lastIndexOf('\x1b[0m')).toBe(line.lastIndexOf('\x1b'));
      }
    }),
  );
});

test('what the result before had too is not said again: intervals differ in their span', () => {
  const health = [samples.note(samples.discarded, 'kernel/channel0_3', 1200)];
  const first = samples.sampleResult([samples.sampleTable()], health);
  const endNs = samples.originNs + 1_200_000_000n;
  const next = { ...first, timeRange: { beginNs: first.timeRange.endNs, endNs, isWallClock: true } };
  const lines = linesOf(renderTerminal(next, { ...unicode, before: first }));
  expect(lines.slice(0, 3)).toEqual([
    '2026-01-02 13:05:00.600 – 13:05:01.200 UTC (600 ms)',
    '',
    'System calls by total time',
  ]);
  const more = { ...next, health: [samples.note(samples.discarded, 'kernel/channel0_3', 1300)] };
  expect(renderTerminal(more, { ...unicode, before: first })).toContain('! 1,300 events were discarded');
  const other = { ...first, analysis: { ...first.analysis, id: 'events', title: 'Events' } };
  expect(linesOf(renderTerminal(other, { ...unicode, before: first }))[0]).toBe('Events');
});

test('lines for another program alone have nothing around them, beside another answer they stand below their title', () => {
  const alone = renderTerminal(samples.sampleResult([samples.sampleLines()]), unicode);
  expect(alone).toBe('main;read 3\nmain;\\x1b[2J 4\n');
  const both = renderTerminal(samples.sampleResult([samples.sampleTable(), samples.sampleLines()]), unicode);
  expect(both).toContain('\nFolded\nmain;read 3\n');
});
