// Every perf.data file of the corpus against what perf reads in it (the corpus says which version): records by type, samples by event, and of
// every sample what `perf script` prints as numbers. Text and names of threads are compared in test/cat-perf.test.ts.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { format } from '../src/formats/perf-data/format.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus, listCases } from './corpus.ts';
import {
  type PerfSample,
  printedAddresses,
  readPerfRecords,
  readPerfSamples,
  samplesIn,
} from './perf-samples.ts';
import { parseScript, readScript } from './perf-script-lines.ts';

const malformed = 'quipper-piped.corrupted.zero_size_sample-3.2';
const cases = listCases('perf').filter((name) => name !== malformed);

interface Summary {
  readonly record_counts: Readonly<Record<string, number>>;
  readonly sample_counts_by_event: Readonly<Record<string, number>>;
}

function summaryOf(name: string): Summary {
  return JSON.parse(readFileSync(corpusPath('perf', name, 'expected', 'summary.json'), 'utf8'));
}

const pathOf = (name: string) => corpusPath('perf', name, 'perf.data');

function recordCounts(name: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { lines } of format.inspection?.elements(openNodeInput(pathOf(name))) ?? []) {
    for (const line of lines) {
      const type = /PERF_RECORD_(\w+)/.exec(line)?.[1] ?? '';
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  return counts;
}

/**
 * In these pipes `perf report --stats` counts before it has read the names of events, and makes them up from attributes; its other
 * commands, as diatrace, take the names that the pipe has.
 */
const otherNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'quipper-piped.header_feautres_group_desc-6.8': {
    'cycles:uH': 'cycles:u',
    'instructions:uH': 'instructions:u',
  },
};

describeCorpus('perf.data against perf', () => {
  test('there are cases', () => {
    expect(cases.length).toBe(27);
  });

  for (const name of cases) {
    const { record_counts: records, sample_counts_by_event: samples } = summaryOf(name);
    // Of three compressed files `perf report --stats` printed nothing: their lines are compared below.
    if (Object.keys(records).length > 0) {
      test(`${name}: records by type and samples by event`, () => {
        const { TOTAL: total, ...expected } = records;
        const counts = recordCounts(name);
        expect(Object.fromEntries(counts)).toMatchObject(expected);
        const inPerf = [...counts].filter(([type]) => type in expected);
        expect(inPerf.reduce((sum, [, count]) => sum + count, 0)).toBe(total);
        const names = otherNames[name] ?? {};
        const bySample = new Map<string, number>();
        for (const { event } of readPerfSamples(pathOf(name)))
          bySample.set(event, (bySample.get(event) ?? 0) + 1);
        const renamed = Object.entries(samples).map(
          ([event, count]) => [names[event] ?? event, count] as const,
        );
        expect(Object.fromEntries(bySample)).toEqual(Object.fromEntries(renamed));
      });
    }

    test(`${name}: every sample`, () => compareSamples(name));
  }

  test(`${malformed}: ends with its place`, () => {
    const set = openTraces([openNodeInput(pathOf(malformed))]);
    expect(readPerfRecords(set).length).toBe(568);
    const notes = set.health().notes.map(({ kind, first, detail }) => ({ code: kind.code, first, detail }));
    expect(notes).toEqual([
      {
        code: 'unreadable-data',
        first: 'record at byte 49104',
        detail: 'a record of type 9 says that it is 0 bytes, where its header alone takes 8',
      },
    ]);
    set.close();
  });
});

/** perf script prints no more of a call chain (`--max-stack`). */
const printedDepthMax = 127;

/** Their call chains were unwound from copies of the stack by perf: what was recorded is another thing. */
const unwound = ['own-cpu-dwarf-zstd'];

function compareSamples(name: string): void {
  const expected = parseScript(readScript(corpusPath('perf', name, 'expected')));
  const set = openTraces([openNodeInput(pathOf(name))]);
  const records = readPerfRecords(set);
  set.close();
  const samples = samplesIn(records);
  const printed = printedAddresses(records);
  expect(samples.length).toBe(expected.length);
  for (const [index, line] of expected.entries()) {
    const { callchain: whole, ...sample } = samples[index] as PerfSample;
    const { callchain: printedChain, ...numbers } = line;
    // Without a recorded period it is the attribute's.
    const period = sample.period ?? attributePeriod(name);
    expect({ ...pick({ ...sample, period }, Object.keys(numbers)), index }).toEqual({ ...numbers, index });
    if (printedChain === undefined || unwound.includes(name)) continue;
    const callchain = whole.slice(0, printedDepthMax);
    expect(callchain.length).toBe(printedChain.length);
    for (const [depth, address] of printedChain.entries())
      expect(printed(callchain[depth] as bigint)).toContain(address);
  }
}

function attributePeriod(name: string): bigint {
  const text = readFileSync(corpusPath('perf', name, 'expected', 'evlist.txt'), 'utf8');
  return BigInt(/sample_freq }: (\d+)/.exec(text)?.[1] ?? '1');
}

/** Only what the line says. */
function pick(from: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
