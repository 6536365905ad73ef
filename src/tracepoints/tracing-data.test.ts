import { expect, test } from 'vitest';
import { memorySource } from '../bytes/source.ts';
import { traceErrorOf } from '../bytes/testing.ts';
import { SourceReader } from './source-reader.ts';
import {
  formatText,
  headerPageText,
  type TracingDataParts,
  tracingDataBytes,
} from './tracing-data.test-helpers.ts';
import { type ReadTracingData, readInitialFormat, readTracingData } from './tracing-data.ts';
import { TracingDataBuilder } from './tracing-data-builder.ts';

const everything: TracingDataParts = {
  ftrace: [formatText('function', 1), formatText('print', 5)],
  systems: {
    sched: [formatText('sched_switch', 300), formatText('sched_waking', 301)],
    irq: [formatText('irq_handler_entry', 90)],
  },
  kallsyms: 'ffffffff81000000 T _text\nffffffff81000040 t start\n',
  printkFormats: '0xffffffff8281972f : "thaw_processes"\n0xffffffff8281a569 : "say \\"hi\\"\\n"\n',
  commandLines: '12 kworker/0:1\n4711 a b c\n',
};

function read(bytes: Uint8Array, sizeBytes?: number): ReadTracingData {
  return readTracingData(memorySource('perf.data', bytes), 0, sizeBytes);
}

test.each([
  ['le', '0.6', 8],
  ['be', '0.6', 4],
  ['le', '0.5', 4],
  ['be', '6', 8],
] as const)('everything is read: %s, version %s, long of %i bytes', (byteOrder, version, longSizeBytes) => {
  const bytes = tracingDataBytes({
    ...everything,
    byteOrder,
    version,
    headerPage: headerPageText(longSizeBytes),
  });
  const { data, endBytes, notes } = read(bytes);
  expect(notes).toEqual([]);
  expect(endBytes).toBe(bytes.length);
  expect(data).toMatchObject({ version, byteOrder, longSizeBytes, pageSizeBytes: 4096 });
  expect(data.pageLayout).toEqual({
    timestampOffsetBytes: 0,
    commitOffsetBytes: 8,
    commitSizeBytes: longSizeBytes,
    dataOffsetBytes: 8 + longSizeBytes,
    dataSizeBytes: 4088 - longSizeBytes,
  });
  expect([...data.formats].map(([id, { system, name }]) => `${id} ${system}:${name}`)).toEqual([
    '1 ftrace:function',
    '5 ftrace:print',
    '300 sched:sched_switch',
    '301 sched:sched_waking',
    '90 irq:irq_handler_entry',
  ]);
  expect(data.symbols.find(0xffffffff81000010n)).toEqual({ name: '_text', offset: 16n, module: undefined });
  expect(data.printkFormats.get(0xffffffff8281a569n)).toBe('say "hi"\n');
  const commandLines =
    version === '0.5'
      ? []
      : [
          [12, 'kworker/0:1'],
          [4711, 'a b c'],
        ];
  expect([...data.commandLines]).toEqual(commandLines);
});

test('a part in the middle of a file ends where the file says', () => {
  const part = tracingDataBytes(everything);
  const bytes = new Uint8Array(part.length + 200);
  bytes.set(part, 100);
  const source = memorySource('perf.data', bytes);
  expect(readTracingData(source, 100, part.length)).toMatchObject({ endBytes: 100 + part.length, notes: [] });
  expect(readTracingData(source, 100, undefined)).toMatchObject({ endBytes: 100 + part.length, notes: [] });
});

test('cut anywhere, what was read before stays and the cut is noted', () => {
  const bytes = tracingDataBytes(everything);
  const whole = read(bytes).data;
  let formatCount = 0;
  for (let size = 0; size < bytes.length; size++) {
    const source = memorySource('perf.data', bytes.subarray(0, size));
    if (size < 20) {
      expect(traceErrorOf(() => readTracingData(source, 0, undefined)).file).toBe('perf.data');
      continue;
    }
    const { data, notes } = readTracingData(source, 0, undefined);
    expect(notes.map(({ kind }) => kind)).toEqual(['cut']);
    expect(data.formats.size).toBeGreaterThanOrEqual(formatCount);
    formatCount = data.formats.size;
    expect(read(bytes, size).notes).toEqual(notes);
  }
  expect(formatCount).toBe(whole.formats.size);
});

test('the note of a cut says where and what', () => {
  const bytes = tracingDataBytes(everything);
  const at = new TextDecoder('latin1').decode(bytes).indexOf('ffffffff81000000 T _text');
  expect(read(bytes, at + 10).notes).toEqual([
    { kind: 'cut', offsetBytes: at, detail: 'Expected 50 bytes of kallsyms, found 10.' },
  ]);
});

test('what does not begin as tracing data does is an error with its place', () => {
  const bytes = tracingDataBytes(everything);
  const change = (at: number, value: number) => bytes.with(at, value);
  const messageOf = (changed: Uint8Array) => traceErrorOf(() => read(changed)).message;
  expect(messageOf(new Uint8Array(0))).toBe(
    'Expected tracing data, which begins with 17 08 44 "tracing". (perf.data, byte 0)',
  );
  expect(messageOf(change(9, 0))).toBe(
    'Expected tracing data, which begins with 17 08 44 "tracing". (perf.data, byte 0)',
  );
  expect(messageOf(change(14, 2))).toBe(
    'Expected a byte order of 0 (little) or 1 (big endian), found 2. (perf.data, byte 15)',
  );
  expect(messageOf(change(15, 5))).toBe('Expected a long size of 4 or 8, found 5. (perf.data, byte 16)');
  expect(messageOf(change(19, 0xff))).toContain('Expected a page size of 64 to 1073741824, found 42');
  expect(messageOf(bytes.map((byte, at) => (at >= 10 && at < 30 ? 0x30 : byte)))).toBe(
    'Expected version that ends with a NUL within 16 bytes, found none. (perf.data, byte 10)',
  );
});

test('a format that is broken is left out and noted, the others are read', () => {
  const { data, notes } = read(
    tracingDataBytes({
      systems: {
        a: ['name: x\n', formatText('fine', 7)],
        b: [formatText('other', 7), formatText('last', 8)],
        c: [],
      },
    }),
  );
  expect([...data.formats.values()].map(({ name }) => name)).toEqual(['fine', 'last']);
  expect(notes.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual([
    'format: Expected a line "ID:" with a number. (format 1 of system a)',
    'format: a:fine and b:other have the same id 7: the first is taken.',
  ]);
});

test('a format that is there twice is no cause for a note', () => {
  const { data, notes } = read(
    tracingDataBytes({ systems: { a: [formatText('x', 7), formatText('x', 7)] } }),
  );
  expect([data.formats.size, notes]).toEqual([1, []]);
});

test('a page that is not described has the usual layout', () => {
  const { data, notes } = read(tracingDataBytes({ ...everything, headerPage: '' }));
  expect(data.pageLayout).toMatchObject({ commitSizeBytes: 8, dataOffsetBytes: 16, dataSizeBytes: 4080 });
  expect(notes.map(({ kind }) => kind)).toEqual(['part']);
  expect(data.formats.size).toBe(5);
});

test.each([
  ['formats of system ftrace', 0],
  ['event systems', 4],
])('a count of %s beyond what remains is not believed', (what, offset) => {
  const bytes = tracingDataBytes({});
  // Behind header_event come the counts of ftrace's formats and of systems.
  const at = new TextDecoder('latin1').decode(bytes).indexOf('entry header\n') + 13 + offset;
  const { notes } = read(bytes.slice().fill(0xff, at, at + 4));
  expect(notes.map(({ kind }) => kind)).toEqual(['cut']);
  expect(notes[0]?.detail).toBe(`Expected 4294967295 ${what}, found ${bytes.length - at - 4} bytes.`);
});

test('parts can be read one by one, each from bytes of its own', () => {
  const head = tracingDataBytes({}).slice(0, 20);
  const reader = new SourceReader(memorySource('trace.dat', head), 0);
  const builder = new TracingDataBuilder(readInitialFormat(reader), 'trace.dat');
  const text = `11 one\n`;
  const section = Uint8Array.of(text.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(text));
  builder.readCommandLines(new SourceReader(memorySource('command lines', section), 0));
  expect([...builder.build().commandLines]).toEqual([[11, 'one']]);
});

test('no flipped byte stops reading with anything but an error of the file', () => {
  const bytes = tracingDataBytes(everything);
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 0x7f, 0xff, bytes[at]! ^ 1]) {
      const source = memorySource('perf.data', bytes.with(at, value));
      try {
        for (const format of readTracingData(source, 0, undefined).data.formats.values()) void format.payload;
      } catch (error) {
        expect(error).toMatchObject({ name: 'TraceError' });
      }
    }
  }
});
