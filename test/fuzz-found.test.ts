// What fuzzing found, each as the smallest trace that shows it.
import { expect, test } from 'vitest';
import { memoryInput } from '../src/bytes/source.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { recordsOf, type SpelledRecord } from './event-records.ts';

const head = `/* CTF 1.8 */
typealias integer { size = 8; align = 8; } := u8;
typealias integer { size = 1; align = 1; } := bit;
trace { major = 1; minor = 8; byte_order = le; };
`;

function traceOf(metadata: string, stream: readonly number[] | Uint8Array): TraceSet {
  const files = { metadata: new TextEncoder().encode(head + metadata), stream: Uint8Array.from(stream) };
  return openTraces([memoryInput('trace', files)]);
}

function recordsIn(metadata: string, stream: readonly number[] | Uint8Array): SpelledRecord[] {
  const set = traceOf(metadata, stream);
  try {
    return recordsOf(set);
  } finally {
    set.close();
  }
}

function errorOf(run: () => unknown): TraceError {
  try {
    run();
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Far more than it takes, far less than work that grows with the square would take. */
const soonMs = 2000;

test('several bit fields without a name have a column each', () => {
  const metadata =
    'stream { }; event { name = e; fields := struct { bit a : 1; bit : 1; bit b : 1; bit : 1; bit c[4]; }; };';
  expect(recordsIn(metadata, [0b1111_0110])).toEqual([['e', '0', '1', '1', '0', '1', '1', '1', '1']]);
});

test('a structure of 60000 members is read in proportion to its size', () => {
  const members = Array.from({ length: 60_000 }, (_, index) => `bit m${index};`).join('');
  const metadata = `stream { }; event { name = e; fields := struct { ${members} }; };`;
  const startedMs = performance.now();
  const [record] = recordsIn(metadata, new Uint8Array(7500).fill(255));
  expect(record).toHaveLength(60_001);
  expect(performance.now() - startedMs).toBeLessThan(soonMs);
});

test('named types that double are refused before they take much', () => {
  const doubles = Array.from(
    { length: 30 },
    (_, index) => `typealias struct { t${index} a; t${index} b; } := t${index + 1};`,
  );
  const metadata = `typealias struct { u8 x; } := t0;\n${doubles.join('\n')}\nstream { };`;
  const startedMs = performance.now();
  const error = errorOf(() => traceOf(metadata, [0]));
  expect(error).toMatchObject({
    code: 'metadata-limit',
    file: 'trace/metadata',
    place: { unit: 'line' },
  });
  expect(performance.now() - startedMs).toBeLessThan(soonMs);
});

test('small packets of elements without size are read in proportion to the file', () => {
  const metadata =
    'stream { packet.context := struct { u8 packet_size; }; }; event { name = e; fields := struct { bit b; struct { } a[1000]; }; };';
  const startedMs = performance.now();
  const set = traceOf(metadata, new Uint8Array(20_000).fill(16));
  let count = 0;
  for (const stream of set.read({ classes: new Map([[0, []]]), cycles: false, packets: false })) {
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) count += batch.count;
  }
  // Each packet is two bytes: its size, and eight records of which the budget allows one.
  expect(count).toBe(10_000);
  expect(set.health().total('damaged-packet')).toBe(10_000);
  expect(performance.now() - startedMs).toBeLessThan(soonMs);
});
