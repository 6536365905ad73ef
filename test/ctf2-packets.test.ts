// What packets of CTF 2 have otherwise than those of CTF 1.8 (CTF2-SPEC-2.0 §6.1, §6.3), read in every way.
import { expect, test } from 'vitest';
import { memoryInput, memorySource } from '../src/bytes/source.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { parseJsonMetadata } from '../src/formats/ctf/json/parse-json-metadata.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { eventsOf } from './expected-events.ts';

const unsigned = (length: number, role: string) => ({
  type: 'fixed-length-unsigned-integer',
  length,
  'byte-order': 'little-endian',
  roles: [role],
});

const structure = (members: Readonly<Record<string, object>>) => ({
  type: 'structure',
  'member-classes': Object.entries(members).map(([name, fieldClass]) => ({
    name,
    'field-class': fieldClass,
  })),
});

const timestamp = { type: 'variable-length-unsigned-integer', roles: ['default-clock-timestamp'] };

function metadataOf(packetContext: Readonly<Record<string, object>>): string {
  const fragments = [
    { type: 'preamble', version: 2 },
    { type: 'clock-class', id: 'c', frequency: 1_000_000_000, origin: 'unix-epoch' },
    {
      type: 'data-stream-class',
      'default-clock-class-id': 'c',
      'packet-context-field-class': structure(packetContext),
      'event-record-header-field-class': structure({ time: timestamp }),
    },
    {
      type: 'event-record-class',
      name: 'e',
      'payload-field-class': structure({ a: { ...unsigned(8, ''), roles: undefined } }),
    },
  ];
  return fragments.map((fragment) => `\x1e${JSON.stringify(fragment)}\n`).join('');
}

const ways: readonly OpenTracesOptions[] = [
  { engine: 'interpreter' },
  { engine: 'wasm' },
  { engine: 'wasm', windowSizeBytes: 4096 },
];

/** The cycles of each record's time, as the element walk has them and as the reader has them, in each way. */
function cyclesOf(metadata: string, bytes: readonly number[]): readonly (readonly bigint[])[] {
  const stream = Uint8Array.from(bytes);
  const traceClass = parseJsonMetadata(metadata, 'metadata');
  const walked = [...elements(traceClass, memorySource('stream', stream))].flatMap((line) => {
    const cycles = /^ *\d+ {11}DCV:(\d+)/.exec(line)?.[1];
    return cycles === undefined ? [] : [BigInt(cycles)];
  });
  const files = { metadata: new TextEncoder().encode(metadata), stream };
  return [walked, ...ways.map((options) => readCycles(files, options))];
}

function readCycles(files: Readonly<Record<string, Uint8Array>>, options: OpenTracesOptions): bigint[] {
  const set = openTraces([memoryInput('trace', files)], options);
  try {
    const classes = new Map(set.classes.map(({ index }) => [index, 'all' as const]));
    const found: bigint[] = [];
    for (const stream of set.read({ classes, cycles: true, packets: false })) {
      for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
        for (const event of eventsOf(batch, set.originNs))
          found.push(BigInt(event.text.split(' ')[0] as string));
      }
    }
    expect(set.health().notes.filter(({ kind }) => kind.severity === 'damage')).toEqual([]);
    return found;
  } finally {
    set.close();
  }
}

function expectAll(cycles: readonly (readonly bigint[])[], expected: readonly bigint[]): void {
  for (const found of cycles) expect(found).toEqual(expected);
}

const total = unsigned(8, 'packet-total-length');
const content = unsigned(8, 'packet-content-length');

test('a packet that only says how long its content is has no padding', () => {
  const packet = (first: number) => [40, first, 1, first + 1, 2];
  expectAll(cyclesOf(metadataOf({ content }), [...packet(5), ...packet(7)]), [5n, 6n, 7n, 8n]);
});

test('the clock begins at 0 in each packet', () => {
  // In the second packet 5 is below 9, but 9 is of another packet: no seven bits have passed zero.
  expectAll(cyclesOf(metadataOf({ total }), [24, 9, 1, 24, 5, 1]), [9n, 5n]);
});

test('an integer of variable length updates seven bits of the clock for each of its bytes', () => {
  const begin = unsigned(16, 'default-clock-timestamp');
  // The clock begins at 0x12f0, which ends in 0x70 of seven bits. 0x05 is below: they passed zero. 0x3005 of fourteen bits is above
  // 0x1305; then 0x0001 is below 0x3005.
  const bytes = [11 * 8, 0xf0, 0x12, 0x05, 1, 0x85, 0x60, 2, 0x81, 0x00, 3];
  expectAll(cyclesOf(metadataOf({ total, begin }), bytes), [0x1305n, 0x3005n, 0x4001n]);
});
