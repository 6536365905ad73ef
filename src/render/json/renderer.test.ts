import { expect, test } from 'vitest';
import { fromJson } from '../../results/from-json.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import { renderer } from './renderer.ts';

test('the pieces are one JSON text that begins with its schema', () => {
  const result = samples.sampleResult([samples.sampleTable()]);
  const text = [...renderer.render(result)].join('');
  expect(text).toMatch(/^\{"schema": "diatrace\.result\/1",\n/);
  expect(fromJson(text)).toEqual(result);
});

test('control characters, also those that JSON permits, are escaped', () => {
  const result = samples.sampleResult([]);
  const text = [...renderer.render({ ...result, traces: ['\x1b[2J\u009b2J\u007f'] })].join('');
  expect(text).toContain('"traces": ["\\u001b[2J\\u009b2J\\u007f"]');
});
