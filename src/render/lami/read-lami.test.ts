import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonError, type JsonValue, writeJson } from '../../results/json-text.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import type { Table } from '../../results/shapes.ts';
import { metadataObject, tableClasses } from './metadata.ts';
import { LamiError, noMetadata, readLamiMetadata, readLamiResults } from './read-lami.ts';
import { renderer } from './renderer.ts';

const range = {
  class: 'time-range',
  begin: { class: 'timestamp', value: 1457113582794565804n },
  end: { class: 'timestamp', value: 1457113583227228162n },
};

function tableOf(data: readonly JsonValue[], columns: readonly object[] = []): Table {
  const metadata = writeJson({
    title: 'T',
    'table-classes': {
      t: { title: 'Rows', 'column-descriptions': columns as readonly JsonValue[] as JsonValue },
    },
  });
  const results = writeJson({ results: [{ 'time-range': range, class: 't', data }] });
  return readLamiResults(results, readLamiMetadata(metadata), ['trace']).answers[0] as Table;
}

function read(data: readonly JsonValue[], columns: readonly object[] = []) {
  const { description, cells } = tableOf(data, columns);
  return description.columns.map(({ id, kind }, at) => [id, kind, cells[at]] as const);
}

test('what we write comes back, with every digit', () => {
  const result = samples.sampleResult([samples.sampleTable(), samples.sampleHistogram()]);
  const descriptions = result.answers.map(({ description }) => description);
  const identity = { title: 'Calls', description: 'Which?', tags: [], version: '1.2.3' };
  const metadata = readLamiMetadata(writeJson(metadataObject(identity, descriptions)));
  const back = readLamiResults(
    [...renderer.render(result, { classes: tableClasses(descriptions) })].join(''),
    metadata,
    ['trace'],
  );
  const { cells, description } = samples.sampleTable();
  const [calls] = back.answers as readonly Table[];
  expect(calls?.cells).toEqual(cells);
  expect(calls?.description.columns.map(({ title }) => title)).toEqual(
    description.columns.map(({ title }) => title),
  );
  expect(back.timeRange.beginNs).toBe(result.timeRange.beginNs);
  expect(back.answers.map(({ description }) => description.id)).toEqual(['top', 'top-total', 'dist']);
});

test('objects with parts become columns, unless no row has the part', () => {
  const data: readonly JsonValue[] = [
    [{ class: 'process', name: 'a', tid: 3 }, { class: 'irq', nr: 9, hard: false }, range],
    [null, { class: 'irq', nr: 10 }, { class: 'unknown' }],
  ];
  const columns = [
    { title: 'Waker', class: 'process' },
    { title: 'IRQ', class: 'irq' },
    { title: 'When', class: 'time-range' },
  ];
  expect(read(data, columns)).toEqual([
    ['waker', 'process', ['a', undefined]],
    ['waker-tid', 'tid', [3, undefined]],
    ['irq', 'irq', [9, 10]],
    ['irq-type', 'text', ['soft', 'hard']],
    ['when-begin', 'timestamp', [1457113582794565804n, undefined]],
    ['when-end', 'timestamp', [1457113583227228162n, undefined]],
  ]);
});

test('bounds are columns where they say more than the value, and infinite ones are unknown', () => {
  const data: readonly JsonValue[] = [
    [
      { class: 'number', value: 2, low: 1, high: '+inf' },
      { class: 'duration', value: 5, low: 5, high: 5 },
    ],
    [{ class: 'number', low: 3, high: 4 }, { class: 'unknown' }],
  ];
  const columns = [
    { title: 'Calls', class: 'number', unit: 'calls' },
    { title: 'Took', class: 'duration' },
  ];
  expect(read(data, columns)).toEqual([
    ['calls', 'count', [2, undefined]],
    ['took', 'duration', [5, undefined]],
    ['calls-at-least', 'count', [1, 3]],
    ['calls-at-most', 'count', [undefined, 4]],
  ]);
});

test('without metadata columns follow from the cells, plain values too; other classes are shown as they are', () => {
  const data: readonly JsonValue[] = [
    [7, 'x', { class: 'bitrate', value: 80 }, { class: 'heatmap', bins: 2 }, 1.5],
  ];
  const results = writeJson({ results: [{ 'time-range': range, class: 'per-thing', data }] });
  const { description, cells } = readLamiResults(results, noMetadata, []).answers[0] as Table;
  expect(description).toMatchObject({ id: 'per-thing', title: 'per-thing' });
  expect(description.columns.map(({ kind }) => kind)).toEqual([
    'integer',
    'text',
    'throughput',
    'text',
    'number',
  ]);
  expect(cells.map(([cell]) => cell)).toEqual([7, 'x', 10, '{"class": "heatmap", "bins": 2}', 1.5]);
});

test('a class may be inherited, and tables of one class have names of their own', () => {
  const metadata = readLamiMetadata(
    writeJson({
      'table-classes': { a: { title: 'All', 'column-descriptions': [{ title: 'N', class: 'number' }] } },
    }),
  );
  const table = (tableClass: JsonValue) => ({ 'time-range': range, class: tableClass, data: [[1]] });
  const results = writeJson({
    results: [table({ inherit: 'a', title: 'Some' }), table('a'), table({ title: 'Own' })],
  });
  const { answers } = readLamiResults(results, metadata, []);
  expect(answers.map(({ description }) => [description.id, description.title])).toEqual([
    ['a', 'Some'],
    ['a-2', 'All'],
    ['own', 'Own'],
  ]);
});

test('an error object is an error, and what is wrong is named by its place', () => {
  const error = writeJson({ 'error-message': 'no such trace', 'error-code': 7 });
  expect(() => readLamiResults(error, noMetadata, [])).toThrow(LamiError);
  expect(() => readLamiMetadata(error)).toThrow('no such trace (7)');
  expect(() => tableOf([[{ class: 'cpu', id: 'x' }]])).toThrow(
    'an integer is expected at results[0].data[0][0].id',
  );
  expect(() => readLamiResults('{"results": 3}', noMetadata, [])).toThrow('an array is expected at results');
});

test('any JSON is a result, or an error that says where', () => {
  const cell = fc.oneof(
    fc.jsonValue(),
    fc.record({
      class: fc.constantFrom(
        'number',
        'duration',
        'process',
        'irq',
        'time-range',
        'cpu',
        'bool',
        'string',
        'x',
      ),
      value: fc.jsonValue(),
      name: fc.jsonValue(),
      low: fc.jsonValue(),
    }),
  );
  const results = fc.record({
    results: fc.array(
      fc.record({
        'time-range': fc.oneof(fc.constant(range), fc.jsonValue()),
        class: fc.oneof(fc.constant('t'), fc.jsonValue()),
        data: fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  });
  fc.assert(
    fc.property(fc.oneof(results, fc.jsonValue()), fc.jsonValue(), (value, metadata) => {
      try {
        readLamiResults(JSON.stringify(value, exact), noMetadata, []);
        readLamiMetadata(JSON.stringify(metadata));
      } catch (error) {
        expect(error instanceof JsonError || error instanceof LamiError, String(error)).toBe(true);
      }
    }),
  );
});

function exact(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
