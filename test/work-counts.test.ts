/** How much work an answer takes, counted: what is fast stays fast on whatever machine. Times are the bench's. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index.generated.ts';
import { mergeStreams, readInStreamOrder } from '../src/events/merge.ts';
import { defaultTextOptions } from '../src/events/text/style.ts';
import type { TraceSet } from '../src/events/trace-set.ts';
import { readLttngIndex } from '../src/formats/ctf/lttng-index.ts';
import { writeEvents } from '../src/pipeline/cat.ts';
import { readInfo } from '../src/pipeline/info.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { style } from '../src/text/own/style.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { allocatedBytes, compiledModules, countingInput, countingSet } from './counting.ts';
import { selectionOfAll } from './fuzz/digest.ts';

/** LTTng's kernel events on eight CPUs: a stream each, of four to six packets of a quarter of a megabyte. */
const trace = corpusPath('ctf1', 'many-threads', 'trace');
const eventCount = 240_644;
/** Header 32 bytes, context 52. */
const headSizeBytes = 84;
/** What is read to see the first head of a file, whose size is not known yet. */
const firstHeadSizeBytes = 512;
const windowSizeBytes = 64 * 1024;

function openCounting(options: OpenTracesOptions = {}, leaves?: (path: string) => boolean) {
  const counting = countingInput(openNodeInput(trace), leaves);
  const set = openTraces([counting.input], options);
  const streams = counting.input.files.filter(({ path }) => /^kernel\/channel0_\d$/.test(path));
  const streamBytes = () => streams.reduce((sum, { path }) => sum + counting.countOf(path).bytes, 0);
  const streamReads = () => streams.reduce((sum, { path }) => sum + counting.countOf(path).reads, 0);
  return { ...counting, set, streams, streamBytes, streamReads };
}

/** A stream's packets, from LTTng's index. */
function packetsOf(path: string, sizeBytes: number) {
  const index = readFileSync(`${trace}/${path.replace(/([^/]*)$/, 'index/$1.idx')}`);
  const entries = readLttngIndex(index, sizeBytes);
  if (typeof entries === 'string') throw new Error(entries);
  return entries;
}

describeCorpus('bytes', () => {
  test('to open is to read one head of each stream', () => {
    const { set, streams, streamBytes, streamReads } = openCounting();
    expect(streams).toHaveLength(8);
    expect(streamReads()).toBe(8);
    expect(streamBytes()).toBe(8 * firstHeadSizeBytes);
    set.close();
  });

  test('info --quick reads the head of each packet, and nothing else', () => {
    const { set, streamBytes, streamReads, reset } = openCounting();
    reset();
    const { packetCount } = readInfo(set, true);
    expect(packetCount).toBe(40);
    expect(streamReads()).toBe(packetCount);
    expect(streamBytes()).toBeLessThanOrEqual((packetCount - 8) * headSizeBytes + 8 * firstHeadSizeBytes);
    set.close();
  });

  test('info reads each byte about once', () => {
    const { set, streams, streamBytes, reset } = openCounting({ windowSizeBytes });
    reset();
    expect(readInfo(set, false).eventCount).toBe(eventCount);
    const sizeBytes = streams.reduce((sum, file) => sum + file.sizeBytes, 0);
    // A window begins with the record that the one before cut, at a multiple of 4096: that much is read twice.
    expect(streamBytes()).toBeLessThan(sizeBytes * (1 + 4096 / windowSizeBytes) + 40 * firstHeadSizeBytes);
    set.close();
  });

  test.each([
    ['with an index', undefined],
    ['without one', (path: string) => path.endsWith('.idx')],
  ] as const)('--begin and --end read the packets between them, %s', (_, leaves) => {
    const { set, streams, countOf, reset } = openCounting({ windowSizeBytes }, leaves);
    const clock = set.traces[0]!.clocks[0]!;
    const packets = streams.map(({ path, sizeBytes }) => packetsOf(path, sizeBytes));
    const middle = packets[0]![2]!;
    const offset = clock.offsetSeconds * 1_000_000_000n + clock.offsetCycles;
    const [begin, end] = [middle.beginCycles + 1000n, middle.beginCycles + 2_000_000n];
    reset();
    let size = 0;
    const scope = { beginNs: begin + offset, endNs: end + offset };
    const write = (bytes: Uint8Array) => (size += bytes.length);
    const count = writeEvents(set, { style, options: defaultTextOptions, scope }, { write });
    expect(count).toBeGreaterThan(100);
    expect(size).toBeGreaterThan(1000);
    for (const [index, { path, sizeBytes }] of streams.entries()) {
      const overlapping = packets[index]!.filter(
        (packet) => packet.beginCycles <= end && packet.endCycles >= begin,
      );
      // Within a packet everything before the range is read, and of what is after it the rest of a window.
      const wanted = overlapping.reduce((sum, packet) => sum + packet.packetBits / 8, 0);
      const heads = packets[index]!.length * headSizeBytes + firstHeadSizeBytes;
      const { bytes } = countOf(path);
      expect(bytes).toBeLessThanOrEqual(wanted * (1 + 4096 / windowSizeBytes) + windowSizeBytes + heads);
      expect(bytes).toBeLessThan(sizeBytes / 2);
      if (index === 0) expect(bytes).toBeLessThan(4 * windowSizeBytes);
    }
    set.close();
  });
});

const syscalls = await catalogue.find(({ id }) => id === 'syscalls')!.load();

describeCorpus('records and fields', () => {
  test('info decodes each record once, and no field', () => {
    const { set } = openCounting();
    const counting = countingSet(set);
    expect(readInfo(counting.set, false).eventCount).toBe(eventCount);
    expect(counting.delivered).toEqual({ records: eventCount, columns: 0 });
    set.close();
  });

  test('an analysis has only those records delivered that it or the model needs', () => {
    const { set } = openCounting();
    const named = new Map(readInfo(set, false).events!.map(({ name, count }) => [name, count]));
    const followed = /^(syscall_.*|sched_switch|sched_process_fork|lttng_statedump_process_state)$/;
    // Who calls is not asked in the table of calls: processes and their names are not followed.
    const unnamed = /^(syscall_.*|sched_switch|sched_process_fork)$/;
    for (const [view, isWanted] of [
      ['log', followed],
      ['table', unnamed],
    ] as const) {
      const counting = countingSet(set);
      const [result] = runAnalyses(counting.set, [{ analysis: syscalls, views: [view] }]);
      expect(result).toBeDefined();
      const wanted = [...named].filter(([name]) => isWanted.test(name));
      const wantedCount = wanted.reduce((sum, [, count]) => sum + count, 0);
      expect(wantedCount).toBeLessThan(eventCount * 0.81);
      // The first record of each stream says when the trace begins, whatever it is.
      expect(counting.delivered.records).toBe(wantedCount + 8);
    }
    set.close();
  });

  test('a limit keeps cat from decoding what it does not print', () => {
    const { set, streamBytes, reset } = openCounting();
    const counting = countingSet(set);
    reset();
    const request = { style, options: defaultTextOptions, scope: {}, countMax: 100 };
    expect(writeEvents(counting.set, request, { write: () => {} })).toBe(100);
    expect(counting.delivered.records).toBeLessThan(8 * 2000);
    expect(streamBytes()).toBeLessThan(8 * (windowSizeBytes + firstHeadSizeBytes) + 1);
    set.close();
  });
});

function readEverything(set: TraceSet, isGlobal: boolean): void {
  const streams = set.read({ ...selectionOfAll(set), packets: false });
  const read = isGlobal ? mergeStreams : readInStreamOrder;
  read(streams, () => true);
}

describeCorpus('objects', () => {
  // What is made once a reading (decoders, columns, code for 181 classes) is in these: 10 bytes an event are 2.4 MB. One object for each
  // event, and be it empty, would add 16 to 28.
  test.each([
    ['read per stream', 46, (set: TraceSet) => readEverything(set, false)],
    ['read in time order', 46, (set: TraceSet) => readEverything(set, true)],
    [
      'analysed with the kernel model',
      76,
      (set: TraceSet) => void runAnalyses(set, [{ analysis: syscalls }]),
    ],
  ])('no event becomes objects: %s', (_, bytesMax, run) => {
    const { set } = openCounting({ engine: 'wasm' });
    run(set);
    expect(allocatedBytes(() => run(set)) / eventCount).toBeLessThan(bytesMax);
    set.close();
  });
});

describeCorpus('code', () => {
  test('streams share a module for each class that the loop cannot step over, and fields that are alike one', () => {
    const { set } = openCounting({ engine: 'wasm' });
    expect(readInfo(set, false).events).toHaveLength(181);
    // Twelve classes, or both ends of a call, have texts or lists, and seven times a batch has fields unlike all before. One more module has
    // the loop over records, and an empty one shows that modules may be made.
    expect(compiledModules(() => readEverything(set, true))).toBe(21);
    set.close();
  });

  test('a small trace is read without any', () => {
    const set = openTraces([openNodeInput(corpusPath('ctf1', 'succeed1', 'trace'))]);
    expect(compiledModules(() => readInfo(set, false))).toBe(0);
    set.close();
  });
});
