// What the options of a trace.dat change, shown on a file of the corpus whose options were rewritten. The times that are expected were
// printed by trace-cmd 3.1.6 for the same rewritten files (trace-cmd report -t -R): of the first, the 4000th and the last event in its order.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTraces } from '../src/pipeline/open.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { fileInput, readTraceDat } from './trace-dat-records.ts';
import { optionsOf, type RawOption, withOptions } from './trace-dat-rewrite.ts';

const ids = {
  date: 1,
  cpuStatistics: 2,
  buffer: 3,
  offset: 7,
  timeShift: 12,
  guest: 13,
  traceId: 11,
  tscToNs: 14,
  btf: 23,
} as const;
const path = corpusPath('ftrace', 'own-threads-v7-zstd', 'trace.dat');
const whole = existsSync(path) ? new Uint8Array(readFileSync(path)) : new Uint8Array(0);
const eventCount = 7671;
const firstNs = 1643195584572n;
const lastNs = 1643403145279n;
const middleNs = (firstNs + lastNs) / 2n;

const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
const longs = (...values: bigint[]) =>
  new Uint8Array(BigUint64Array.from(values.map((value) => BigInt.asUintN(64, value))).buffer);
const text = (value: string) => new TextEncoder().encode(`${value}\0`);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** The option of the buffer, with another clock and name. */
function bufferOption(option: RawOption, clock: string, name: string): RawOption {
  const rest = option.bytes.subarray(8);
  const nameEnd = rest.indexOf(0);
  const clockEnd = rest.indexOf(0, nameEnd + 1);
  const place = option.bytes.subarray(0, 8);
  return { id: ids.buffer, bytes: joined(place, text(name), text(clock), rest.subarray(clockEnd + 1)) };
}

/** The file with its buffer's clock and name, and options beside its own. */
function rewritten(added: readonly RawOption[], clock = 'local', name = ''): Uint8Array {
  const own = optionsOf(whole).map((option) =>
    option.id === ids.buffer ? bufferOption(option, clock, name) : option,
  );
  return withOptions(whole, [...own, ...added]);
}

/** Times of the first, the 4000th and the last event. */
function timesOf(bytes: Uint8Array): readonly bigint[] {
  const { events, notes } = readTraceDat(bytes);
  expect(notes).toEqual([]);
  expect(events.length).toBe(eventCount);
  const sorted = events.map(({ ns }) => ns).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return [sorted[0], sorted[3999], sorted.at(-1)] as bigint[];
}

/** One sample's times and offsets for each of both CPUs, without scaling. */
function timeShift(flags: number, samples: readonly (readonly [bigint[], bigint[]])[]): RawOption {
  const cpus = samples.map(([times, offsets]) =>
    joined(words(times.length), longs(...times), longs(...offsets), longs(...times.map(() => 1n))),
  );
  const fractions = samples.map(([times]) => longs(...times.map(() => 0n)));
  return {
    id: ids.timeShift,
    bytes: joined(longs(77n), words(flags, samples.length), ...cpus, ...fractions),
  };
}

function clockOf(bytes: Uint8Array) {
  const traces = openTraces([fileInput('trace.dat', bytes)], { needsOneTimeline: false });
  try {
    return traces.traces.map((trace) => trace.clocks[0]);
  } finally {
    traces.close();
  }
}

describeCorpus('options of a trace.dat', () => {
  test('rewritten without a change they mean the same', () => {
    expect(timesOf(rewritten([]))).toEqual([firstNs, 1643261889627n, lastNs]);
    expect(clockOf(rewritten([]))[0]).toMatchObject({
      name: 'local',
      isAbsolute: false,
      origin: 'sched_clock of vm',
    });
  });

  test('those that are not known are stepped over, and noted', () => {
    const unknown = { id: 99, bytes: new Uint8Array(5) };
    const btf = { id: ids.btf, bytes: longs(0n) };
    const { events, notes } = readTraceDat(rewritten([unknown, btf, { id: 4000, bytes: new Uint8Array(0) }]));
    expect(events.length).toBe(eventCount);
    expect(notes.map(({ kind, count }) => [kind.code, count])).toEqual([['unknown-option', 2]]);
  });

  test('DATE makes times those of the day', () => {
    const bytes = rewritten([{ id: ids.date, bytes: text('0x5f5e1000000') }]);
    expect(timesOf(bytes)).toEqual([6555243195584572n, 6555243261889627n, 6555243403145279n]);
    expect(clockOf(bytes)[0]).toMatchObject({ isAbsolute: true, origin: 'unix-epoch' });
  });

  test('OFFSET is added, and puts a clock where no other is', () => {
    const bytes = rewritten([{ id: ids.offset, bytes: text('123456789') }]);
    expect(timesOf(bytes)).toEqual([1643319041361n, 1643385346416n, 1643526602068n]);
    expect(clockOf(bytes)[0]).toMatchObject({
      isAbsolute: false,
      origin: 'sched_clock of vm and 123456789 ns',
    });
    const both = rewritten([
      { id: ids.offset, bytes: text('-1000') },
      { id: ids.date, bytes: text('0x10') },
    ]);
    expect(timesOf(both)).toEqual([1643195599572n, 1643261904627n, 1643403160279n]);
  });

  test('TSC2NSEC makes cycles nanoseconds', () => {
    const scale = { id: ids.tscToNs, bytes: joined(words(715827882, 31), longs(0n)) };
    expect(timesOf(rewritten([scale], 'x86-tsc'))).toEqual([547731861013n, 547753962698n, 547801047916n]);
    // Without it a cycle is no time.
    const { notes } = readTraceDat(rewritten([], 'x86-tsc'));
    expect(notes.map(({ kind }) => kind.code)).toEqual(['clock-without-unit']);
  });

  test('TIME_SHIFT puts a guest on the clock of its host', () => {
    const one = timeShift(0, [
      [[firstNs], [5000n]],
      [[firstNs], [-7000n]],
    ]);
    expect(timesOf(rewritten([one]))).toEqual([1643195577572n, 1643261882627n, 1643403138279n]);
    const times = [firstNs, middleNs, lastNs];
    const three = timeShift(0, [
      [times, [5000n, 6000n, 7000n]],
      [times, [-7000n, 1000n, 2000n]],
    ]);
    expect(timesOf(rewritten([three]))).toEqual([1643195577572n, 1643261882627n, 1643403146279n]);
    const between = timeShift(1, [
      [times, [5000n, 6000n, 7000n]],
      [times, [-7000n, 1234567n, -2000n]],
    ]);
    const bytes = rewritten([between]);
    expect(timesOf(bytes)).toEqual([1643195577572n, 1643262675862n, 1643403143280n]);
    expect(clockOf(bytes)[0]?.origin).toBe('sched_clock of trace 000000000000004d');
  });

  test('a host with guests has the clock that its guests are put on', () => {
    const guest = { id: ids.guest, bytes: joined(text('guest'), longs(5n), words(1, 0, 4711)) };
    const bytes = rewritten([guest, { id: ids.traceId, bytes: longs(77n) }]);
    expect(clockOf(bytes)[0]?.origin).toBe('sched_clock of trace 000000000000004d');
  });

  test('buffers of different clocks are traces of their own', () => {
    const [buffer] = optionsOf(whole).filter(({ id }) => id === ids.buffer);
    const empty = bufferOption(buffer as RawOption, 'mono', 'other');
    // Its CPUs have no bytes.
    const other = { ...empty, bytes: joined(empty.bytes.subarray(0, 8 + 6 + 5), words(4096, 0)) };
    const clocks = clockOf(rewritten([other]));
    expect(clocks.map((clock) => clock?.origin)).toEqual(['sched_clock of vm', 'monotonic of vm']);
  });

  test('CPUSTAT says what was lost', () => {
    const statistics =
      'CPU: 1\nentries: 0\noverrun: 12\ncommit overrun: 3\nbytes: 0\ndropped events: 4\nread events: 7648\n';
    const { notes } = readTraceDat(
      rewritten([{ id: ids.cpuStatistics, bytes: text(statistics) }], 'local', 'dtc_thr'),
    );
    expect(notes.map(({ kind, count, first }) => [kind.code, count, first])).toEqual([
      ['overrun', 12, 'CPU 1 of buffer dtc_thr'],
      ['dropped-events', 7, 'CPU 1 of buffer dtc_thr'],
    ]);
  });

  test('content that is too short is noted, and the rest is read', () => {
    const short = [ids.timeShift, ids.guest, ids.tscToNs, ids.traceId, ids.buffer].map((id) => ({
      id,
      bytes: new Uint8Array(3),
    }));
    const { events, notes } = readTraceDat(rewritten([...short, { id: ids.date, bytes: text('soon') }]));
    expect(events.length).toBe(eventCount);
    expect(notes.map(({ kind, count }) => [kind.code, count])).toEqual([['damaged-options', 6]]);
  });
});
