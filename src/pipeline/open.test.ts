import { expect, test } from 'vitest';
import { memoryInput, memorySource } from '../bytes/source.ts';
import { traceErrorOf } from '../bytes/testing.ts';
import type { Clock } from '../events/clock.ts';
import type { Confidence, Format, OpenOptions, TraceReader } from '../events/reader.ts';
import { Health } from '../results/health.ts';
import { openTraces } from './open.ts';

const wall: Clock = {
  name: 'monotonic',
  frequencyHz: 1_000_000_000n,
  offsetSeconds: 0n,
  offsetCycles: 0n,
  precisionCycles: 0n,
  isAbsolute: true,
  origin: 'unix-epoch',
};
const boot: Clock = { ...wall, name: 'boot', isAbsolute: false, origin: 'boot' };

interface Opened {
  readonly options: OpenOptions;
  isClosed: boolean;
}

/** A format whose traces have one stream, no events, and a clock chosen by the input's name. */
function fakeFormat(id: string, confidence: Confidence, opened: Opened[] = []): Format {
  return {
    id,
    title: id.toUpperCase(),
    sniff: () => ({ confidence, reason: `it looks ${confidence} to ${id}.` }),
    open(input, options): TraceReader {
      const record: Opened = { options, isClosed: false };
      opened.push(record);
      const clock = input.name.includes('boot') ? boot : wall;
      return {
        traces: [
          {
            index: options.first.trace,
            name: input.name,
            format: id,
            formatTitle: id,
            uuid: undefined,
            environment: new Map(),
            hostName: undefined,
            tracer: undefined,
            domain: undefined,
            kernelRelease: undefined,
            architecture: undefined,
            byteOrder: 'le',
            clocks: [clock],
            files: [],
            sizeBytes: 0,
          },
        ],
        classes: [],
        streamCount: 2,
        health: new Health(),
        reading: new Health(),
        earliestNs: 5n + (options.clockCorrection?.(clock) ?? 0n),
        extents: () => [],
        read: () => [],
        close: () => {
          record.isClosed = true;
        },
      };
    },
  };
}

const input = (name: string) => memoryInput(name, { data: new Uint8Array(1) });

test('the surest format opens an input', () => {
  const formats = [fakeFormat('a', 'plausible'), fakeFormat('b', 'magic'), fakeFormat('c', 'structure')];
  expect(openTraces([input('x')], { formats }).traces[0]?.format).toBe('b');
  expect(openTraces([input('x')], { formats, inputFormat: 'c' }).traces[0]?.format).toBe('c');
});

test('two equally sure formats are both named', () => {
  const formats = [fakeFormat('a', 'magic'), fakeFormat('b', 'magic'), fakeFormat('c', 'plausible')];
  expect(traceErrorOf(() => openTraces([input('x')], { formats }))).toMatchObject({
    code: 'ambiguous-format',
    reason: 'It may be A (it looks magic to a.) or B (it looks magic to b.)',
    hint: 'say which: --input-format a or --input-format b',
  });
});

test('a packed file is told from others, with what unpacks it', () => {
  const formats = [fakeFormat('a', 'no')];
  const fileOf = (name: string, ...bytes: number[]) => {
    const source = memorySource(name, Uint8Array.from(bytes));
    const files = [{ path: name, sizeBytes: bytes.length, open: () => source }];
    return { name, location: name, kind: 'file' as const, files };
  };
  const hintOf = (name: string, ...bytes: number[]) =>
    traceErrorOf(() => openTraces([fileOf(name, ...bytes)], { formats })).hint;
  expect(hintOf('trace.dat.gz', 0x1f, 0x8b, 8)).toBe('unpack it first, with gunzip --keep');
  expect(hintOf('session.tgz', 0x1f, 0x8b, 8)).toBe('unpack it first, with tar --extract --file');
  expect(hintOf('trace.dat', 0x1f)).toContain('--input-format ID');
});

test('what no format reads is said with each reason', () => {
  const formats = [fakeFormat('a', 'no'), fakeFormat('b', 'no')];
  expect(traceErrorOf(() => openTraces([input('x')], { formats }))).toMatchObject({
    code: 'not-a-trace',
    reason: 'This is not a trace that diatrace reads; A: it looks no to a; B: it looks no to b',
  });
  expect(traceErrorOf(() => openTraces([memoryInput('x', {})], { formats })).code).toBe('empty-folder');
  expect(traceErrorOf(() => openTraces([memoryInput('x', { a: new Uint8Array(0) })], { formats })).code).toBe(
    'empty-trace',
  );
  expect(traceErrorOf(() => openTraces([input('x')], { formats, inputFormat: 'aa' })).hint).toBe(
    'did you mean a?',
  );
});

test('numbers go on from one input to the next', () => {
  const opened: Opened[] = [];
  openTraces([input('x'), input('y'), input('z')], { formats: [fakeFormat('a', 'magic', opened)] });
  expect(opened.map(({ options }) => [options.first.trace, options.first.stream])).toEqual([
    [0, 0],
    [1, 2],
    [2, 4],
  ]);
});

test('clocks of different origins need an offset; what was opened is closed', () => {
  const opened: Opened[] = [];
  const formats = [fakeFormat('a', 'magic', opened)];
  const inputs = [input('x'), input('boot')];
  expect(traceErrorOf(() => openTraces(inputs, { formats })).code).toBe('clocks-differ');
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  expect(openTraces(inputs, { formats, needsOneTimeline: false }).traces).toHaveLength(2);
  expect(openTraces(inputs, { formats, clockOffsets: [{ of: 'boot', offsetNs: -3n }] }).originNs).toBe(2n);
  expect(openTraces(inputs, { formats, clockOffsets: [{ of: 'x', offsetNs: 1n }] }).originNs).toBe(5n);
  // One offset for all moves both alike, and relates nothing.
  expect(traceErrorOf(() => openTraces(inputs, { formats, clockOffsets: [{ offsetNs: 7n }] })).code).toBe(
    'clocks-differ',
  );
  expect(
    traceErrorOf(() => openTraces(inputs, { formats, clockOffsets: [{ of: 'y', offsetNs: 7n }] })).code,
  ).toBe('unknown-clock');
});
