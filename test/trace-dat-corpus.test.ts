// Every trace.dat of the corpus against what trace-cmd reports of it (the corpus says how it was run): counts by event and by CPU, first
// and last time, and of every event its instance, thread, name of the thread, CPU, time, class and every field.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { corpusPath, describeCorpus, listCases, readExpected, readExpectedLines } from './corpus.ts';
import { differences, type FoundEvent, parseReport, readTraceDat } from './trace-dat-records.ts';

interface Summary {
  readonly events: number;
  readonly events_by_name: Readonly<Record<string, number>>;
  readonly events_by_cpu: Readonly<Record<string, number>>;
  readonly first_ts: string | null;
  readonly last_ts: string | null;
}

const timeoutMs = 60_000;
const cases = listCases('ftrace');
const readable = cases.filter((name) => !name.startsWith('malformed-'));

function bytesOf(name: string): Uint8Array {
  const path = corpusPath('ftrace', name, 'trace.dat');
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

function expectedOf(name: string, file: string): string {
  return corpusPath('ftrace', name, 'expected', file);
}

function countBy(events: readonly FoundEvent[], key: (event: FoundEvent) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of events) counts[key(event)] = (counts[key(event)] ?? 0) + 1;
  return counts;
}

const isEarlier = (a: { readonly ns: bigint }, b: { readonly ns: bigint }) =>
  a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0;

/** What is in order: one CPU's events of one instance. */
function bufferOf({ instance, cpu }: { readonly instance: string; readonly cpu: number }): string {
  return `${instance}/${cpu}`;
}

function nsOf(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

describeCorpus('trace.dat files against trace-cmd', () => {
  test('there are cases', () => {
    expect(readable.length).toBeGreaterThan(0);
    expect(cases.length).toBeGreaterThan(readable.length);
  });

  for (const name of readable) {
    for (const engine of ['interpreter', 'wasm'] as const) {
      test(`${name}, ${engine}: counts and every event`, { timeout: timeoutMs }, () => {
        const { events, notes } = readTraceDat(bytesOf(name), { engine });
        expect(notes).toEqual([]);
        const summary: Summary = JSON.parse(readExpected(expectedOf(name, 'summary.json')));
        expect(events.length).toBe(summary.events);
        expect(countBy(events, (event) => event.name.replace(/^.*:/, ''))).toEqual(summary.events_by_name);
        expect(countBy(events, (event) => String(event.cpu))).toEqual(summary.events_by_cpu);
        const sorted = events.toSorted(isEarlier);
        expect(sorted[0]?.ns).toBe(nsOf(summary.first_ts as string));
        expect(sorted.at(-1)?.ns).toBe(nsOf(summary.last_ts as string));

        const reported = parseReport(readExpectedLines(expectedOf(name, 'report-raw.txt')));
        expect(reported.length).toBe(events.length);
        const wrong: string[] = [];
        for (const key of new Set(events.map(bufferOf))) {
          const found = events.filter((event) => bufferOf(event) === key);
          const same = reported.filter((event) => bufferOf(event) === key);
          expect(found.length, key).toBe(same.length);
          for (const [index, event] of found.entries()) {
            for (const difference of differences(same[index] as (typeof same)[number], event))
              wrong.push(`${key} ${event.name} at ${event.ns}: ${difference}`);
          }
        }
        expect(wrong.slice(0, 20)).toEqual([]);
      });
    }
  }

  // What trace-cmd converted from each other.
  for (const [first, ...others] of [
    ['own-threads-v6', 'own-threads-v7-zstd'],
    ['trappy-arm32', 'trappy-arm32-v7-none', 'trappy-arm32-v7-zlib', 'trappy-arm32-v7-zstd'],
  ] as const) {
    for (const other of others) {
      test(`${other} has the events of ${first}`, { timeout: timeoutMs }, () => {
        const shown = ({ instance, cpu, ns, name, fields, commonFields }: FoundEvent) => ({
          ...{ instance, cpu, ns, name, fields, commonFields },
        });
        expect(readTraceDat(bytesOf(other)).events.map(shown)).toEqual(
          readTraceDat(bytesOf(first)).events.map(shown),
        );
      });
    }
  }
});
