// Every kind of CTF 2 field, and two at a time, in bytes of any value: the element walk and the reader, which share no code, with both
// engines of the reader, value by value.
import { expect, test } from 'vitest';
import { memoryInput, memorySource } from '../src/bytes/source.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { parseJsonMetadata } from '../src/formats/ctf/json/parse-json-metadata.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { recordsIn, recordsOf, type SpelledRecord } from './event-records.ts';
import { members } from './fuzz/json-pieces.ts';
import { randomFrom } from './fuzz/random.ts';

function metadataOf(list: string): string {
  const payload = `"payload-field-class":{"type":"structure","member-classes":[${list}]}`;
  const fragments = [
    '{"type":"preamble","version":2}',
    '{"type":"data-stream-class"}',
    `{"type":"event-record-class","name":"e",${payload}}`,
  ];
  return fragments.map((fragment) => `\x1e${fragment}\n`).join('');
}

function named(list: string, tag: string): string {
  return list.replace(/"_([a-z])"/g, `"$1${tag}"`);
}

/** What can be described at all; the others are refused. */
const readable = members.filter((list) => {
  try {
    parseJsonMetadata(metadataOf(named(list, '')), 'metadata');
    return true;
  } catch (error) {
    if (error instanceof TraceError) return false;
    throw error;
  }
});

const streamBytes = 300;

/** Bytes of which many are small and many have bit 7 set, so that lengths are short and numbers long. */
function someBytes(seed: number): Uint8Array {
  const random = randomFrom(seed, 0);
  return Uint8Array.from({ length: streamBytes }, () => {
    const byte = random.below(256);
    return random.oneIn(3) ? byte & 7 : random.oneIn(8) ? 255 : byte;
  });
}

function readRecords(metadata: string, stream: Uint8Array, engine: 'interpreter' | 'wasm'): SpelledRecord[] {
  const files = { metadata: new TextEncoder().encode(metadata), stream };
  const set = openTraces([memoryInput('trace', files)], { engine });
  try {
    return recordsOf(set);
  } finally {
    set.close();
  }
}

function compare(list: string, seed: number): void {
  const metadata = metadataOf(list);
  const stream = someBytes(seed);
  const lines = [...elements(parseJsonMetadata(metadata, 'metadata'), memorySource('stream', stream))];
  // CTF2-SPEC-2.0 §4.2.2: a record has one bit or more.
  if (/takes no space/.test(lines.at(-1) ?? '')) return;
  const expected = recordsIn(lines);
  for (const engine of ['interpreter', 'wasm'] as const) {
    const found = readRecords(metadata, stream, engine);
    expect(found, `${engine}, seed ${seed}, the walk ends with ${lines.at(-1)}`).toEqual(expected);
  }
}

test('most kinds can be described', () => {
  expect(readable.length).toBeGreaterThan(35);
});

test.each(readable.map((list) => named(list, '')))('%s', (list) => {
  for (let seed = 1; seed <= 5; seed++) compare(list, seed);
});

test('two kinds, one behind the other', { timeout: 60_000 }, () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = randomFrom(20260301, seed);
    compare(`${named(random.pick(readable), '1')},${named(random.pick(readable), '2')}`, seed);
  }
});
