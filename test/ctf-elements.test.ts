// The element walk and the reader share no code: here each is held against the other, on small traces of every odd layout, on
// damaged ones and on thousands that are damaged at random, value by value; and on all real traces by counts.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memoryInput, memorySource, type TraceInput } from '../src/bytes/source.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { elements } from '../src/formats/ctf/elements.ts';
import { findTraces } from '../src/formats/ctf/find-traces.ts';
import { metadataText } from '../src/formats/ctf/metadata-packets.ts';
import { readTraceClass } from '../src/formats/ctf/open-trace.ts';
import type { TraceClass } from '../src/formats/ctf/trace-class.ts';
import { parseTsdl } from '../src/formats/ctf/tsdl/parse-tsdl.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases, readExpected } from './corpus.ts';
import { recordsIn, recordsOf, type SpelledRecord } from './event-records.ts';

/** What the reader refuses though its elements can be shown: there are no events in them, or they belong to another trace. */
const refused = new Set(['pass-diff-uuid', 'pass-no-ers-no-dst-id-fl-ints']);

describeCorpus('the element walk and the reader agree', () => {
  const cases = ['ctf-1', 'ctf-2'].flatMap((version) =>
    listCases(`ctf-yactfr/${version}`).map((name) => ({ version, name })),
  );
  // Their CTF 2 metadata has no data stream class, which CTF2-SPEC-2.0 §5 asks for.
  const readable = cases.filter(({ version, name }) => version === 'ctf-1' || !refused.has(name));

  test.each(readable)('value by value: $version/$name', ({ version, name }) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', version, name, 'trace', ...parts);
    const traceClass = readMetadata(path('metadata'));
    const lines = [...elements(traceClass, memorySource('stream', readFileSync(path('stream'))))];
    const isWhole = lines.at(-1)?.endsWith('}') ?? true;
    const read = readTrace(openNodeInput(path()));
    expect(read.records).toEqual(recordsIn(lines));
    expect(read.isWhole).toBe(isWhole && !refused.has(name));
  });

  test.each(readable)('damaged at random: $version/$name', ({ version, name }) => {
    const path = (...parts: string[]) => corpusPath('ctf-yactfr', version, name, 'trace', ...parts);
    const metadata = readFileSync(path('metadata'));
    const traceClass = readMetadata(path('metadata'));
    const stream = readFileSync(path('stream'));
    const random = randomNumbers(name.length);
    for (let count = mutantCountOf(stream); count > 0; count--) {
      const mutant = mutated(stream, random);
      const lines = [...elements(traceClass, memorySource('stream', mutant))];
      const read = readTrace(memoryInput('mutant', { metadata, stream: mutant }));
      if (hasOwnPacketRules(traceClass)) continue;
      const expected = recordsIn(lines);
      // The walk ends at the first damage, the reader goes on with the next packet.
      expect(read.records.slice(0, expected.length), Buffer.from(mutant).toString('hex')).toEqual(expected);
    }
  });

  test.each(listCases('ctf1'))('counts: %s', { timeout: 120_000 }, (name) => {
    const summary = JSON.parse(readExpected(corpusPath('ctf1', name, 'expected', 'summary.json'))) as {
      readonly events_by_name: Readonly<{ [name: string]: number }>;
    };
    const counts = new Map<string, number>();
    const errors: string[] = [];
    for (const trace of findTraces(openNodeInput(corpusPath('ctf1', name, 'trace')))) {
      const folder = corpusPath('ctf1', name, 'trace');
      const metadata = metadataText(readFileSync(`${folder}/${trace.metadata.path}`), 'metadata');
      const traceClass = parseTsdl(metadata.text, 'metadata');
      for (const file of trace.streams) {
        const source = file.open();
        for (const line of elements(traceClass, source)) {
          const eventName = /^ *\d+ +ERI:T\d+:#(.*)$/s.exec(line)?.[1];
          if (eventName !== undefined) counts.set(eventName, (counts.get(eventName) ?? 0) + 1);
          if (/^ *\d+ [A-Z][a-z]/.test(line)) errors.push(`${file.path}: ${line}`);
        }
        source.close();
      }
    }
    expect(errors).toEqual([]);
    expect(Object.fromEntries([...counts].sort())).toEqual(
      Object.fromEntries(Object.entries(summary.events_by_name).sort()),
    );
  });
});

function readMetadata(path: string): TraceClass {
  const bytes = readFileSync(path);
  return readTraceClass(
    { path: 'metadata', sizeBytes: bytes.length, open: () => memorySource('metadata', bytes) },
    'metadata',
  );
}

/** Large streams are few. */
function mutantCountOf(stream: Uint8Array): number {
  return stream.length === 0 ? 0 : Math.min(100, Math.ceil(20_000 / stream.length));
}

/**
 * Where the reader is stricter than the walk, by design: it skips packets whose magic or UUID is wrong, and takes a content size
 * without a packet size as both.
 */
function hasOwnPacketRules(traceClass: TraceClass): boolean {
  const roles = [...traceClass.roles.values()];
  const hasContentSizeAlone = roles.includes('content-size') && !roles.includes('packet-size');
  return roles.includes('magic') || roles.includes('trace-uuid') || hasContentSizeAlone;
}

/** Some bytes changed, and sometimes cut off or said twice. */
function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const mutant = Uint8Array.from(bytes);
  for (let changes = random(3); changes >= 0; changes--) mutant[random(mutant.length)] = random(256);
  const kind = random(4);
  if (kind === 0) return mutant.subarray(0, random(mutant.length) + 1);
  return kind === 1 ? Uint8Array.from([...mutant, ...mutant]) : mutant;
}

/** The same numbers each time, so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** A trace's records; where nothing can be read opening fails with an error, and where bytes could not be read health says so. */
function readTrace(input: TraceInput): { readonly records: SpelledRecord[]; readonly isWhole: boolean } {
  let traces: TraceSet;
  try {
    traces = openTraces([input]);
  } catch (error) {
    if (error instanceof TraceError && error.code === 'no-readable-stream')
      return { records: [], isWhole: false };
    throw error;
  }
  try {
    const records = recordsOf(traces);
    return { records, isWhole: traces.health().notes.every(({ kind }) => kind.severity !== 'damage') };
  } finally {
    traces.close();
  }
}
