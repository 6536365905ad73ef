import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyResult } from './arbitrary.test-helpers.ts';
import { table } from './build.ts';
import { column, columnKinds } from './columns.ts';
import { fromJson } from './from-json.ts';
import { type JsonObject, readJson } from './json-text.ts';
import * as samples from './samples.test-helpers.ts';
import { schemaFaults } from './schema.test-helpers.ts';
import { toJson } from './to-json.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/result-1.json', import.meta.url), 'utf8'));

const sample = samples.sampleResult(
  [
    samples.sampleTable(),
    samples.sampleTree(),
    samples.sampleHeatmap(),
    samples.sampleCpuSeries(),
    samples.sampleFlameGraph(),
  ],
  [samples.note(samples.discarded, 'kernel/channel0_3', 5)],
);

test('results → JSON → results is the identity', () => {
  expect(fromJson(toJson(sample))).toEqual(sample);
  fc.assert(
    fc.property(anyResult, (result) => {
      expect(fromJson(toJson(result))).toEqual(result);
    }),
  );
});

test('JSON fits the published schema', () => {
  expect(schemaFaults(schema, readJson(toJson(sample)))).toEqual([]);
  fc.assert(
    fc.property(anyResult, (result) => {
      expect(schemaFaults(schema, readJson(toJson(result)))).toEqual([]);
    }),
  );
});

test('health notes have their finished sentence, and its template for sums', () => {
  const [note] = (readJson(toJson(sample)) as unknown as { health: readonly JsonObject[] }).health;
  expect(note).toMatchObject({
    code: 'discarded-events',
    severity: 'loss',
    sentence: '5 events were discarded by the tracer',
    template: '{count} {event was|events were} discarded by the tracer',
  });
});

test('the schema knows every kind of column, and refuses what is not a result', () => {
  expect(schema.$defs.column.properties.kind.enum).toEqual(columnKinds);
  const wrong = toJson(sample)
    .replace('"health": [', '"health": [7, ')
    .replace('"scale": "log"', '"scale": "cubic"');
  expect(schemaFaults(schema, readJson(wrong)).join('\n')).toMatch(/health\[0\].*\n.*answers\[2\]/);
  expect(schemaFaults(schema, readJson('{}')).length).toBe(7);
});

test('integers beyond 2^53 are bare and exact', () => {
  const description = {
    shape: 'table' as const,
    id: 'big',
    title: 'Big',
    meaning: 'Large numbers.',
    columns: [
      column('at', 'At', 'timestamp', 'When.'),
      column('ret', 'Return', 'integer', 'What it returned.'),
    ],
  };
  const rows = [{ at: 1767359100000000001n, ret: -9223372036854775808n }];
  const result = samples.sampleResult([table(description, rows)]);
  expect(toJson(result)).toContain('{"at": 1767359100000000001, "ret": -9223372036854775808}');
  expect(fromJson(toJson(result)).answers).toEqual(result.answers);
});

test('keys that are not known are ignored', () => {
  const text = toJson(sample).replace('"isLowerBound"', '"later": {"x": [1]}, "isLowerBound"');
  expect(fromJson(text)).toEqual(sample);
});

test.each([
  ['', 'a value is expected at character 0, found the end'],
  ['{"schema": "diatrace.result/2"}', '"diatrace.result/1" is expected at schema, found "diatrace.result/2"'],
  ['{"schema": "diatrace.result/1"}', 'an object is expected at analysis, found nothing'],
  ['[1, 2', '"," or "]" is expected at character 5'],
  ['{"a" 1}', '":" is expected at character 5'],
  ['1e999', 'a number that a double can hold'],
  ['['.repeat(100), 'at most 64 levels of nesting'],
  ['"a\nb"', 'text in quotes'],
  ['{} x', 'the end is expected at character 3'],
])('%j says what is wrong', (text, message) => {
  expect(() => fromJson(text)).toThrow(message);
});

test('a wrong cell is named by its path', () => {
  const text = toJson(sample).replace('"count": 3', '"count": "three"');
  expect(() => fromJson(text)).toThrow('a number is expected at answers[0].rows[0].count, found "three"');
  const frames = toJson(sample).replace('"self": 23', '"self": -23');
  expect(() => fromJson(frames)).toThrow(
    'a number that is not negative is expected at answers[4].frames[2].self',
  );
  const parents = toJson(sample).replace('[null, 0, 0]', '[null, 1, 0]');
  expect(() => fromJson(parents)).toThrow('an index below 1 is expected at answers[1].parents[1], found 1');
});
