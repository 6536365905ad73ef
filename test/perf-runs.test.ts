/**
 * Recordings of many rounds, of all sizes and in all kinds of disorder, made of the records of real ones: generated code merges runs of samples
 * from where they are (`run-reading.ts`), JavaScript lists and sorts them. Both have to give the same.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { memoryFile } from '../src/bytes/source.ts';
import { mergeStreams } from '../src/events/merge.ts';
import type { Selection } from '../src/events/selection.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { firstTimeOf } from '../src/pipeline/timeline.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { readDigest, selectionOfAll } from './fuzz/digest.ts';
import { type Random, randomFrom } from './fuzz/random.ts';

const [sample, finishedRound] = [9, 68];

interface Recording {
  readonly bytes: Uint8Array;
  readonly dataAt: number;
  readonly dataEnd: number;
  readonly records: readonly Uint8Array[];
  /** Where samples have their time; and other records, from their end. */
  readonly timeAt: number;
  readonly timeFromEnd: number;
}

function readRecording(name: string): Recording {
  const bytes = new Uint8Array(readFileSync(corpusPath('perf', name, 'perf.data')));
  const view = new DataView(bytes.buffer);
  const dataAt = Number(view.getBigUint64(40, true));
  const dataEnd = dataAt + Number(view.getBigUint64(48, true));
  const records: Uint8Array[] = [];
  for (let at = dataAt; at < dataEnd; ) {
    const sizeBytes = view.getUint16(at + 6, true);
    if (view.getUint32(at, true) < finishedRound) records.push(bytes.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  const sampleType = view.getUint32(Number(view.getBigUint64(24, true)) + 24, true);
  const countOf = (bits: readonly number[]) => bits.filter((bit) => (sampleType & (1 << bit)) !== 0).length;
  // Header, identifier, ip, tid; time, id, stream_id, cpu, identifier.
  return {
    ...{ bytes, dataAt, dataEnd, records },
    ...{ timeAt: 8 + 8 * countOf([16, 0, 1]), timeFromEnd: 8 + 8 * countOf([6, 9, 7, 16]) },
  };
}

/** The same recording with other data: what follows it is moved. */
function withData({ bytes, dataAt, dataEnd }: Recording, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const moved = data.length - (dataEnd - dataAt);
  const whole = new Uint8Array(bytes.length + moved);
  whole.set(bytes.subarray(0, dataAt));
  whole.set(data, dataAt);
  whole.set(bytes.subarray(dataEnd), dataAt + data.length);
  const view = new DataView(whole.buffer);
  view.setBigUint64(48, BigInt(data.length), true);
  let table = dataAt + data.length;
  for (let bits = view.getBigUint64(72, true); bits > 0n; bits &= bits - 1n, table += 16)
    view.setBigUint64(table, view.getBigUint64(table, true) + BigInt(moved), true);
  return whole;
}

/** Rounds of a few records to thousands, of several CPUs, with times that repeat, go back, and are late. */
function makeData(
  { records, timeAt, timeFromEnd }: Recording,
  random: Random,
  sizeBytes: number,
): Uint8Array {
  const data = new Uint8Array(sizeBytes + 0x10000);
  const view = new DataView(data.buffer);
  const [first] = records.filter((each) => typeOf(each) === sample) as [Uint8Array];
  const base = new DataView(first.buffer, first.byteOffset).getBigUint64(timeAt, true);
  const stepNs = random.pick([1, 50, 1000]);
  let roundNs = 0;
  let at = 0;
  while (at < sizeBytes) {
    const countMax = random.pick([3, 40, 3000, 12_000]);
    let endNs = roundNs;
    for (let cpu = random.below(4); cpu >= 0; cpu--) {
      let timeNs = roundNs + random.below(20);
      for (let left = random.below(countMax) + 1; left > 0 && at < sizeBytes; left--) {
        const record = random.pick(records);
        timeNs += random.below(3) * stepNs;
        if (random.oneIn(300)) timeNs -= random.below(10) * stepNs;
        const isLate = random.oneIn(4000);
        const ownNs = isLate ? timeNs - countMax * 4 * stepNs : timeNs;
        data.set(record, at);
        const place = typeOf(record) === sample ? timeAt : record.length - timeFromEnd;
        view.setBigUint64(at + place, base + BigInt(Math.max(0, ownNs)), true);
        at += record.length;
        endNs = Math.max(endNs, timeNs);
      }
    }
    view.setUint32(at, finishedRound, true);
    view.setUint16(at + 6, 8, true);
    at += 8;
    // What follows may overlap with this round, but not with the one before it.
    roundNs = random.oneIn(2) ? endNs : Math.floor((roundNs + endNs) / 2);
  }
  return data.subarray(0, at);
}

function typeOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset).getUint32(0, true);
}

function read(bytes: Uint8Array, options: OpenTracesOptions, restrict: (selection: Selection) => Selection) {
  const set = openTraces([memoryFile('perf.data', bytes)], options);
  try {
    const selection = restrict(selectionOfAll(set));
    return { digest: readDigest(set, selection), isWhole: selection.endNs === undefined };
  } finally {
    set.close();
  }
}

/** @param endNs of the whole */
function selectionsOf(endNs: number): readonly ((selection: Selection) => Selection)[] {
  return [
    (selection) => selection,
    (selection) => ({
      ...selection,
      cycles: false,
      beginNs: Math.floor(endNs / 3),
      endNs: Math.floor(endNs / 2),
    }),
    // Of some classes nothing is read, others are left out.
    (selection) => {
      const { classes } = selection;
      return {
        ...selection,
        classes: {
          get: (index) => (index % 3 === 0 ? classes.get(index) : index % 3 === 1 ? [] : undefined),
        },
      };
    },
  ];
}

function expectSame(found: ReturnType<typeof read>, wanted: ReturnType<typeof read>): void {
  expect(wanted.digest.count).toBeGreaterThan(100);
  if (wanted.isWhole) {
    expect(found).toEqual(wanted);
    return;
  }
  // How much is looked at of what comes, in the file, after the time that is asked for depends on how much is read at a time. Records that are so
  // late that they stand there come last.
  const [its, others] = [found, wanted].map(({ digest }) =>
    digest.streams.flatMap(({ hashes }) => hashes),
  ) as [number[], number[]];
  const count = Math.min(its.length, others.length);
  expect(count).toBeGreaterThan(100);
  expect(its.slice(0, count)).toEqual(others.slice(0, count));
}

/** When the first record is, as it is known before all are read and as reading finds it. */
function readFirst(bytes: Uint8Array, options: OpenTracesOptions) {
  const set = openTraces([memoryFile('perf.data', bytes)], options);
  const first = firstTimeOf(set);
  let found: number | undefined;
  mergeStreams(set.read(selectionOfAll(set)), ({ timeNs }, from, to) => {
    found = timeNs.subarray(from, to).find((time) => !Number.isNaN(time));
    return found === undefined;
  });
  set.close();
  return { first, found };
}

describeCorpus('when the first record is', () => {
  test.each(['own-sched', 'own-syscalls'])('%s', (name) => {
    const recording = readRecording(name);
    for (let seed = 1; seed <= 8; seed++) {
      const random = randomFrom(seed, 1);
      const bytes = withData(recording, makeData(recording, random, 10_000 + random.below(2_000_000)));
      for (const engine of ['interpreter', 'wasm'] as const) {
        const { first, found } = readFirst(bytes, { engine });
        expect(first).toBeDefined();
        expect(first).toBe(found);
      }
    }
  });
});

describeCorpus('runs of samples are merged as lists of them are sorted', () => {
  test.each(['own-sched', 'own-syscalls'])('%s', (name) => {
    const recording = readRecording(name);
    for (let seed = 1; seed <= 3; seed++) {
      const random = randomFrom(seed, 0);
      const bytes = withData(recording, makeData(recording, random, 400_000 + random.below(4_000_000)));
      const { endNs } = read(bytes, { engine: 'interpreter' }, (selection) => selection).digest;
      for (const restrict of selectionsOf(endNs)) {
        const wanted = read(bytes, { engine: 'interpreter' }, restrict);
        for (const options of [{}, { windowSizeBytes: 4096 }] as const)
          expectSame(read(bytes, { engine: 'wasm', ...options }, restrict), wanted);
      }
    }
  });
});
