import { expect, test } from 'vitest';
import type { EventClass } from '../events/reader.ts';
import { classLines } from './layout-text.ts';

test('log level and attributes of a class are shown with its layout', () => {
  const eventClass: EventClass = {
    ...{ index: 0, trace: 0, name: 'request', id: 3n, streamClassId: 0n, logLevel: 6 },
    attributes: new Map<string, string | bigint>([
      ['lttng.org,2009/emf-uri', 'http://example.org/model'],
      ['my.ns/weight', 4n],
    ]),
    scopes: new Map(),
    ...{ canonical: undefined, tid: undefined, pid: undefined, cpu: undefined },
  };
  expect([...classLines(eventClass, [])]).toEqual([
    'request (id 3 of stream class 0)',
    '  log level 6',
    '  attribute lttng.org,2009/emf-uri = http://example.org/model',
    '  attribute my.ns/weight = 4',
  ]);
});
