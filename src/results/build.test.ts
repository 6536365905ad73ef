import { expect, test } from 'vitest';
import { grid, series, TableBuilder, table } from './build.ts';
import { analysisResult, healthSentence, lowerBoundReason } from './result.ts';
import * as samples from './samples.test-helpers.ts';
import { selectCells, selectRow } from './select.ts';

test('rows become columns, what is not known or not finite is undefined', () => {
  const built = table(samples.callTable, [{ call: 'read', average: Number.NaN, max: 5n }]);
  expect(built.cells).toEqual([['read'], [undefined], [undefined], [undefined], [5], [undefined]]);
});

test('a parent comes before its rows', () => {
  const builder = new TableBuilder(samples.callTable);
  expect(() => builder.add({ call: 'read' }, 0)).toThrow('not before it');
  expect(samples.sampleTree().parents).toEqual([undefined, 0, 0]);
});

test('counts must fit the bins', () => {
  expect(() => grid(samples.histogramDescription, { edges: [0, 1] }, undefined, [1, 2])).toThrow(
    '2 counts for 1 bins',
  );
});

test('values of a series that are not finite are unknown', () => {
  const built = series(samples.seriesDescription, { edges: [0, 1, 2] }, [{ values: [Number.NaN, 3] }]);
  expect(built.lines).toEqual([{ name: undefined, values: [undefined, 3] }]);
});

test('a row and a range of cells have the expressions that pick them', () => {
  const built = table(samples.callTable, [{ call: 'a"b' }, {}]);
  expect(selectRow(built, 0)).toBe('syscalls{name == "a\\"b"}');
  expect(selectRow(built, 1)).toBeUndefined();
  expect(selectCells(samples.sampleHistogram(), [1, 2])).toBe(
    'syscalls{duration >= 1000ns && duration < 5000ns}',
  );
  expect(selectCells(samples.sampleHeatmap(), [1, 1], [0, 0])).toBe(
    'syscalls{time >= 1767359100100000000ns && time < 1767359100200000000ns && duration >= 1000ns && duration < 2000ns}',
  );
});

test('what was lost makes the counts lower bounds, and says so once for each kind', () => {
  const health = [samples.note(samples.discarded, 'a', 1000), samples.note(samples.discarded, 'b', 204)];
  expect(lowerBoundReason(health)).toBe('1,204 events were discarded by the tracer');
  expect(
    lowerBoundReason([samples.note({ ...samples.discarded, severity: 'note' }, 'a', 1)]),
  ).toBeUndefined();
  const result = analysisResult({ ...samples.sampleResult([]), health });
  expect(result.isLowerBound).toBe(true);
});

test('a health sentence has the words that fit its number', () => {
  const sentence = '{count} {packet is|packets are} missing';
  expect(healthSentence(sentence, 1)).toBe('1 packet is missing');
  expect(healthSentence(sentence, 1200)).toBe('1,200 packets are missing');
});
