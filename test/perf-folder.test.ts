// A recording of perf with a thread for each CPU is a folder: every sample of it as perf prints them (test/recordings/README.md says which perf).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { format } from '../src/formats/perf-data/format.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { printedAddresses, readPerfRecords, samplesIn } from './perf-samples.ts';
import { parseScript } from './perf-script-lines.ts';

const folder = join(import.meta.dirname, 'recordings', 'perf-folder');

function read() {
  const set = openTraces([openNodeInput(join(folder, 'perf.data'))]);
  const records = readPerfRecords(set);
  const notes = set.health().notes;
  set.close();
  return { records, notes, title: set.traces[0]?.formatTitle };
}

test('every sample', () => {
  const { records, notes, title } = read();
  expect(notes).toEqual([]);
  expect(title).toBe('perf.data 2, folder');
  const printed = printedAddresses(records);
  const samples = samplesIn(records).sort((a, b) => Number((a.timeNs ?? 0n) - (b.timeNs ?? 0n)));
  const expected = parseScript(readFileSync(join(folder, 'script.txt'), 'utf8'));
  expect(samples.map(({ event, tid, timeNs, period }) => ({ event, tid, timeNs, period }))).toEqual(
    expected.map(({ event, tid, timeNs, period }) => ({ event, tid, timeNs, period })),
  );
  for (const [index, { callchain }] of expected.entries()) {
    const found = samples[index]?.callchain ?? [];
    expect(found.length).toBe(callchain?.length);
    for (const [depth, address] of (callchain ?? []).entries())
      expect(printed(found[depth] as bigint)).toContain(address);
  }
});

test('records by type', () => {
  const counts = new Map<string, number>();
  for (const { lines } of format.inspection?.elements(openNodeInput(join(folder, 'perf.data'))) ?? []) {
    for (const line of lines) {
      const type = /PERF_RECORD_(\w+)/.exec(line)?.[1] ?? '';
      counts.set(type, (counts.get(type) ?? 0) + 1);
    }
  }
  const stats = readFileSync(join(folder, 'stats.txt'), 'utf8').split('cpu-clock stats')[0] ?? '';
  const expected = [...stats.matchAll(/^ *(\w+) events: +(\d+)/gm)].map(([, type, count]) => [
    type,
    Number(count),
  ]);
  expect(expected.length).toBe(13);
  expect(Object.fromEntries(counts)).toMatchObject(Object.fromEntries(expected.slice(1)));
});
