// What fuzzing found, each as the smallest trace that shows it.
import { describe, expect, test } from 'vitest';
import { memoryInput } from '../src/bytes/source.ts';
import { traceErrorOf } from '../src/bytes/testing.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { recordsOf, type SpelledRecord } from './event-records.ts';
import { readDigest } from './fuzz/digest.ts';

const head = `/* CTF 1.8 */
typealias integer { size = 8; align = 8; } := u8;
typealias integer { size = 1; align = 1; } := bit;
trace { major = 1; minor = 8; byte_order = le; };
`;

function traceOf(
  metadata: string,
  stream: readonly number[] | Uint8Array,
  options: OpenTracesOptions = {},
): TraceSet {
  const files = { metadata: new TextEncoder().encode(head + metadata), stream: Uint8Array.from(stream) };
  return openTraces([memoryInput('trace', files)], options);
}

function littleEndian(value: bigint): number[] {
  return Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

function recordsIn(metadata: string, stream: readonly number[] | Uint8Array): SpelledRecord[] {
  const set = traceOf(metadata, stream);
  try {
    return recordsOf(set);
  } finally {
    set.close();
  }
}

/** Far more than it takes, far less than work that grows with the square would take. */
const soonMs = 2000;

/** Of this process: what else the machine does is no matter. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

test('several bit fields without a name have a column each', () => {
  const metadata =
    'stream { }; event { name = e; fields := struct { bit a : 1; bit : 1; bit b : 1; bit : 1; bit c[4]; }; };';
  expect(recordsIn(metadata, [0b1111_0110])).toEqual([['e', '0', '1', '1', '0', '1', '1', '1', '1']]);
});

test('a structure of 60000 members is read in proportion to its size', () => {
  const members = Array.from({ length: 60_000 }, (_, index) => `bit m${index};`).join('');
  const metadata = `stream { }; event { name = e; fields := struct { ${members} }; };`;
  const startedMs = usedMs();
  const [record] = recordsIn(metadata, new Uint8Array(7500).fill(255));
  expect(record).toHaveLength(60_001);
  expect(usedMs() - startedMs).toBeLessThan(soonMs);
});

test('named types that double are refused before they take much', () => {
  const doubles = Array.from(
    { length: 30 },
    (_, index) => `typealias struct { t${index} a; t${index} b; } := t${index + 1};`,
  );
  const metadata = `typealias struct { u8 x; } := t0;\n${doubles.join('\n')}\nstream { };`;
  const startedMs = usedMs();
  const error = traceErrorOf(() => traceOf(metadata, [0]));
  expect(error).toMatchObject({
    code: 'metadata-limit',
    file: 'trace/metadata',
    place: { unit: 'line' },
  });
  expect(usedMs() - startedMs).toBeLessThan(soonMs);
});

test('small packets of elements without size are read in proportion to the file', () => {
  const metadata =
    'stream { packet.context := struct { u8 packet_size; }; }; event { name = e; fields := struct { bit b; struct { } a[1000]; }; };';
  const startedMs = usedMs();
  const set = traceOf(metadata, new Uint8Array(20_000).fill(16));
  let count = 0;
  for (const stream of set.read({ classes: new Map([[0, []]]), cycles: false, packets: false })) {
    for (let batch = stream.next(); batch !== undefined; batch = stream.next()) count += batch.count;
  }
  // Each packet is two bytes: its size, and eight records of which the budget allows one.
  expect(count).toBe(10_000);
  expect(set.health().total('damaged-packet')).toBe(10_000);
  expect(usedMs() - startedMs).toBeLessThan(soonMs);
});

describe('both decoders read the same', () => {
  const clock = 'clock { name = c; freq = 1; };';
  const time = (sizeBits: number) =>
    `typealias integer { size = ${sizeBits}; align = 8; map = clock.c.value; } := t${sizeBits};`;

  test.each([
    [
      'elements without size use up the budget of their packet, not that of their record',
      'stream { }; event { name = e; fields := struct { u8 n; struct { } a[n][n]; }; };',
      new Uint8Array(200).fill(30),
    ],
    [
      'clock values that are more than half of their range apart',
      `${clock}${time(64)}stream { event.header := struct { t64 timestamp; }; }; event { name = e; };`,
      [0, 1, 0, 0, 0, 0, 0, 0, ...new Array(24).fill(255)],
    ],
    [
      'times of a slow clock that 64 bits of nanoseconds do not hold',
      `${clock}${time(64)}stream { event.header := struct { t64 timestamp; }; }; event { name = e; };`,
      // 2^64 ns are 18446744073 s and a rest: the low 64 bits of the second time are small.
      [0, 1, 0, 0, 0, 0, 0, 0, ...littleEndian(18_446_744_073n + 256n + 4n)],
    ],
    [
      'times that are their packet’s, which is far from the others',
      `clock { name = c; freq = 1000000000; };${time(64)}
       stream { packet.context := struct { t64 timestamp_begin; u8 packet_size; }; };
       event { name = e; fields := struct { u8 x; }; };`,
      [...littleEndian(5n), 80, 1, ...littleEndian(1n << 56n), 80, 2],
    ],
    [
      'a clock that is read in the payload too',
      `${clock}${time(8)}stream { event.header := struct { t8 timestamp; }; }; event { name = e; fields := struct { t8 x; }; };`,
      [1, 2, 3, 5, 5, 9],
    ],
    [
      'unnamed bit fields',
      'stream { }; event { name = e; fields := struct { bit a : 1; bit : 1; bit b : 1; bit : 1; bit c[4]; }; };',
      [0b1111_0110, 0b0101_0101],
    ],
  ])('%s', (_, metadata, stream) => {
    const [interpreted, generated] = (['interpreter', 'wasm'] as const).map((engine) => {
      const set = traceOf(metadata, stream, { engine });
      try {
        return readDigest(set);
      } finally {
        set.close();
      }
    });
    expect(interpreted?.count).toBeGreaterThan(0);
    expect(generated).toEqual(interpreted);
  });
});
