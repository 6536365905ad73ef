// Text from generated code against the same style writing one record at a time, byte for byte, on every trace of the
// corpus, with options that change lines.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryInput } from '../src/bytes/source.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import type { Engine } from '../src/events/engine.ts';
import { readFields, readNames } from '../src/events/text/options.ts';
import { defaultTextOptions, type TextOptions, type TextStyle } from '../src/events/text/style.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { writeEvents } from '../src/pipeline/cat.ts';
import { openTraces } from '../src/pipeline/open.ts';
import type { AnalysisScope } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { style } from '../src/text/babeltrace/style.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';

const timeoutMs = 180_000;

/** The style as it is, with a count of records that are written one at a time. */
function counting(of: TextStyle): { readonly style: TextStyle; readonly singles: () => number } {
  let count = 0;
  const counted: TextStyle = {
    ...of,
    begin: (context) => {
      const writer = of.begin(context);
      const write = writer.write.bind(writer);
      writer.write = (...parts) => {
        count += 1;
        write(...parts);
      };
      return writer;
    },
  };
  return { style: counted, singles: () => count };
}

/** The style with code for every class from the beginning. */
function atOnce(of: TextStyle): TextStyle {
  return { ...of, begin: (context) => of.begin({ ...context, generatedCountMin: 0 }) };
}

/** The style without what writes runs. */
function oneByOne(of: TextStyle): TextStyle {
  return {
    ...of,
    begin: (context) => {
      const writer = of.begin(context);
      return { write: (batch, position, out) => writer.write(batch, position, out) };
    },
  };
}

function open(path: string, engine: Engine): TraceSet | undefined {
  try {
    return openTraces([openNodeInput(path)], { needsOneTimeline: false, engine });
  } catch (error) {
    if (error instanceof TraceError) return undefined;
    throw error;
  }
}

interface Printed {
  readonly text: Buffer;
  readonly count: number;
}

function print(set: TraceSet, of: TextStyle, options: TextOptions, scope: AnalysisScope = {}): Printed {
  const pieces: Buffer[] = [];
  const write = (bytes: Uint8Array) => pieces.push(Buffer.from(bytes));
  const count = writeEvents(set, { style: of, options, scope }, { write });
  return { text: Buffer.concat(pieces), count };
}

/** Where two texts differ, as lines: a whole trace's worth is of no use. */
function expectSame(found: Buffer, expected: Buffer): void {
  if (found.equals(expected)) return;
  const lines = found.toString('latin1').split('\n');
  const wanted = expected.toString('latin1').split('\n');
  const first = wanted.findIndex((line, index) => line !== lines[index]);
  expect(lines.slice(first, first + 3)).toEqual(wanted.slice(first, first + 3));
  expect(found.length).toBe(expected.length);
}

const variations: readonly TextOptions[] = [
  { ...defaultTextOptions, gmt: true },
  { ...defaultTextOptions, names: readNames('all'), fields: readFields('all'), gmt: true, date: true },
  { ...defaultTextOptions, names: readNames('none'), clock: 'seconds', delta: false },
  { ...defaultTextOptions, clock: 'cycles' },
];

function traces(): readonly (readonly [name: string, path: string])[] {
  const goldens = join(import.meta.dirname, '..', 'src', 'text', 'babeltrace', 'goldens', 'trace');
  const cases = ['ctf1', 'sync', 'ctf-yactfr/ctf-1', 'ctf2', 'ctf-yactfr/ctf-2'].flatMap((parent) =>
    listCases(parent).map((name) => [`${parent}/${name}`, corpusPath(parent, name, 'trace')] as const),
  );
  return [['goldens', goldens] as const, ...cases].filter(([, path]) => existsSync(path));
}

describeCorpus('generated text', () => {
  test.for(traces())('%s', { timeout: timeoutMs }, ([, path]) => {
    const set = open(path, 'wasm');
    if (set === undefined) return;
    try {
      for (const options of variations) {
        expectSame(print(set, atOnce(style), options).text, print(set, oneByOne(style), options).text);
      }
    } finally {
      set.close();
    }
  });

  test('several inputs in turns, in small windows', { timeout: timeoutMs }, () => {
    const inputs = ['2packets', 'context-switches-ust', 'lttng-tracefile-rotation', 'hello-lost'];
    const set = openTraces(
      inputs.map((name) => openNodeInput(corpusPath('ctf1', name, 'trace'))),
      { needsOneTimeline: false, engine: 'wasm', windowSizeBytes: 4096 },
    );
    const [options] = variations as readonly [TextOptions];
    const found = print(set, atOnce(style), options);
    const expected = print(set, oneByOne(style), options);
    set.close();
    expect(found.count).toBeGreaterThan(1000);
    expectSame(found.text, expected.text);
  });

  test('a filter, a time range and CPUs choose the same records', { timeout: timeoutMs }, () => {
    const set = open(corpusPath('ctf1', 'many-threads', 'trace'), 'wasm') as TraceSet;
    const scope: AnalysisScope = { cpus: [1, 3], beginNs: set.originNs + 100_000_000n };
    const [options] = variations as readonly [TextOptions];
    const found = print(set, atOnce(style), options, scope);
    const expected = print(set, oneByOne(style), options, scope);
    set.close();
    expect(found.count).toBeGreaterThan(1000);
    expect(found.count).toBe(expected.count);
    expectSame(found.text, expected.text);
  });

  test('a kernel trace has hardly a record that is written by itself', { timeout: timeoutMs }, () => {
    const set = open(corpusPath('ctf1', 'many-threads', 'trace'), 'wasm') as TraceSet;
    const counted = counting(style);
    const { count } = print(set, counted.style, defaultTextOptions);
    set.close();
    expect(count).toBe(240_644);
    // The first has no record before it; rare classes are not worth their code.
    expect(counted.singles()).toBeLessThan(count / 100);
  });
});

test('a line that is longer than the output for generated text', () => {
  const metadata = `/* CTF 1.8 */
    typealias integer { size = 8; } := u8;
    typealias integer { size = 32; } := u32;
    trace { major = 1; minor = 8; byte_order = le; };
    clock { name = c; };
    typealias integer { size = 32; map = clock.c.value; } := time;
    stream { event.header := struct { time timestamp; }; };
    event { name = long; fields := struct { u32 n; u8 list[n]; string s; }; };`;
  const record = (time: number, count: number, letters: number) => [
    ...[time, 0, 0, 0, count & 255, count >> 8, 0, 0],
    ...Array.from({ length: count }, (_, index) => index & 255),
    ...new Array<number>(letters).fill(0x22),
    0,
  ];
  const stream = [
    [1, 3, 4],
    [2, 60_000, 10],
    [3, 0, 300_000],
    [4, 5, 6],
  ].flatMap(([time, count, letters]) => record(time as number, count as number, letters as number));
  const files = { metadata: new TextEncoder().encode(metadata), stream: Uint8Array.from(stream) };
  const set = openTraces([memoryInput('trace', files)], { engine: 'wasm' });
  const counted = counting(atOnce(style));
  const found = print(set, counted.style, defaultTextOptions);
  const expected = print(set, oneByOne(style), defaultTextOptions);
  set.close();
  expect(found.count).toBe(4);
  expect(counted.singles()).toBe(1);
  expect(found.text.length).toBeGreaterThan(1_400_000);
  expectSame(found.text, expected.text);
});
