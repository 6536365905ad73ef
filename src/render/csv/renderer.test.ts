import { expect, test } from 'vitest';
import { table } from '../../results/build.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import { renderer } from './renderer.ts';

function csv(...answers: Parameters<typeof samples.sampleResult>[0]): readonly string[] {
  return [...renderer.render(samples.sampleResult(answers))].join('').split('\n');
}

test('a table has column ids, then values as they are stored', () => {
  expect(csv(samples.sampleTable())).toEqual([
    'call,count,share,average,max,slowest',
    'openat,3,0.75,1500,2500,1767359100000000001',
    'futex,1,0.25,1000000,1000000,1767359100000000002',
    '',
  ]);
});

test('quotes, commas and line feeds are quoted, escape sequences made visible, unknown cells empty', () => {
  const hostile = table(samples.callTable, [{ call: 'a,"b"\n\x1b[2J' }]);
  expect(csv(hostile).slice(1)).toEqual(['"a,""b""', '\\x1b[2J",,,,,', '']);
});

test('a histogram has a row for each bin, a heatmap for each cell that counts', () => {
  expect(csv(samples.sampleHistogram())).toEqual([
    'duration-begin,duration-end,count',
    '500,1000,1',
    '1000,2000,4',
    '2000,5000,0',
    '5000,10000,5',
    '',
  ]);
  const heatmap = csv(samples.sampleHeatmap());
  expect(heatmap[0]).toBe('time-begin,time-end,duration-begin,duration-end,count');
  expect(heatmap[2]).toBe('1767359100100000000,1767359100200000000,2000,5000,9');
  expect(heatmap).toHaveLength(6);
});

test('a series has a row for each point; several answers have an empty line between them', () => {
  const lines = csv(samples.sampleCpuSeries(), samples.sampleTree());
  expect(lines[0]).toBe('cpu,time-begin,time-end,count');
  expect(lines[5]).toBe('1,1767359100000000000,1767359100100000000,');
  expect(lines.slice(9, 12)).toEqual(['', 'who,tid,count', 'postgres,,12']);
});

test('lines for another program stand as they are, but for what a terminal would obey', () => {
  expect(csv(samples.sampleLines())).toEqual(['main;read 3', 'main;\\x1b[2J 4', '']);
});
