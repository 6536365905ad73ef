// However a trace.dat is read, whole or in pieces, from a time on or up to one, by whichever engine: the same events.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Selection } from '../src/events/selection.ts';
import { format } from '../src/formats/trace-dat/format.ts';
import { readInfo } from '../src/pipeline/info.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { randomFrom } from './fuzz/random.ts';
import { fileInput, readTraceDat } from './trace-dat-records.ts';

function bytesOf(name: string): Uint8Array {
  const path = corpusPath('ftrace', name, 'trace.dat');
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

/** Times of the events that are handed out for a selected time, by stream. */
function timesOf(bytes: Uint8Array, range: Pick<Selection, 'beginNs' | 'endNs'>, windowSizeBytes?: number) {
  const traces = openTraces([fileInput('trace.dat', bytes)], { windowSizeBytes });
  try {
    const selection = { classes: { get: () => [] }, cycles: true, packets: false, ...range };
    return traces.read(selection).map((stream) => {
      const times: number[] = [];
      const cycles: bigint[] = [];
      for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
        times.push(...batch.timeNs.subarray(0, batch.count));
        cycles.push(...(batch.cycles?.subarray(0, batch.count) ?? []));
      }
      expect(cycles).toEqual(times.map((ns) => traces.originNs + BigInt(ns)));
      return times;
    });
  } finally {
    traces.close();
  }
}

describeCorpus('reading a trace.dat', () => {
  for (const name of ['own-threads-v7-zstd', 'trappy-arm32']) {
    test(`${name}: in windows of any size`, () => {
      const bytes = bytesOf(name);
      const plain = (options: Parameters<typeof readTraceDat>[1]) =>
        readTraceDat(bytes, options).events.map(({ kernelText: _, ...event }) => event);
      const whole = plain({});
      for (const engine of ['interpreter', 'wasm'] as const) {
        for (const windowSizeBytes of [4096, 8192, 1 << 20])
          expect(plain({ engine, windowSizeBytes })).toEqual(whole);
      }
    });

    test(`${name}: within a time, no event of it is left out, and not all others are read`, () => {
      const bytes = bytesOf(name);
      const all = timesOf(bytes, {});
      const sorted = all.flat().sort((a, b) => a - b);
      const [beginNs, endNs] = [0.4, 0.5].map(
        (part) => sorted[Math.floor(sorted.length * part)] as number,
      ) as [number, number];
      for (const windowSizeBytes of [4096, 1 << 20]) {
        const some = timesOf(bytes, { beginNs, endNs }, windowSizeBytes);
        const isWithin = (ns: number) => ns >= beginNs && ns <= endNs;
        expect(some.map((times) => times.filter(isWithin))).toEqual(
          all.map((times) => times.filter(isWithin)),
        );
      }
      expect(timesOf(bytes, { beginNs, endNs }).flat().length).toBeLessThan(sorted.length);
    });
  }

  test('a first few events, and then all', () => {
    const traces = openTraces([fileInput('trace.dat', bytesOf('own-threads-v6'))]);
    const read = (recordCountMax?: number) => {
      const selection = { classes: { get: () => [] }, cycles: false, packets: false };
      const limit = recordCountMax === undefined ? {} : { recordCountMax };
      return traces.read({ ...selection, ...limit }).map((stream) => stream.next()?.count);
    };
    expect(read(5)).toEqual([5, 5]);
    expect(read()).toEqual([23, 7648]);
    traces.close();
  });
});

/** What `count` gives, and the same as reading finds it; with what was noted. */
function countBothWays(bytes: Uint8Array, engine: 'interpreter' | 'wasm') {
  const traces = openTraces([fileInput('trace.dat', bytes)], { engine });
  const { count, ...uncounted } = traces;
  try {
    expect(count).toBeDefined();
    const counted = readInfo(traces, false);
    return { counted, read: readInfo(uncounted, false) };
  } finally {
    traces.close();
  }
}

describeCorpus('counting the events of a trace.dat', () => {
  test.each(['own-threads-v6', 'own-threads-v7-zstd', 'trappy-arm32', 'trappy-arm32-v7-zlib', 'trappy-raw'])(
    '%s',
    (name) => {
      const bytes = bytesOf(name);
      const damaged = Uint8Array.from(bytes);
      const random = randomFrom(7, 0);
      // Behind what describes the events.
      for (let left = 40; left > 0; left--)
        damaged[damaged.length - 1 - random.below(damaged.length >> 1)]! ^= 1 << random.below(8);
      for (const engine of ['interpreter', 'wasm'] as const) {
        for (const each of [bytes, damaged]) {
          const { counted, read } = countBothWays(each, engine);
          expect(counted).toEqual(read);
        }
      }
    },
  );
});

describeCorpus('inspecting a trace.dat', () => {
  const input = () => fileInput('trace.dat', bytesOf('own-threads-v7-zstd'));

  test('it is recognised by its magic', () => {
    expect(format.sniff(input())).toEqual({
      confidence: 'magic',
      reason: 'it begins with 17 08 44 "tracing"',
    });
    expect(format.sniff(fileInput('trace.dat', new Uint8Array(3))).confidence).toBe('no');
    expect(format.sniff({ ...input(), kind: 'folder' }).confidence).toBe('no');
  });

  test('its head is text', () => {
    const [{ text } = { text: '' }] = [...(format.inspection?.metadata(input()) ?? [])];
    const lines = text.split('\n');
    expect(lines).toContain('trace.dat version 7, little endian');
    expect(lines).toContain(
      'page: 4096 bytes; timestamp at 0, commit at 8 (8 bytes), data at 16 (4080 bytes)',
    );
    expect(lines).toContain('UNAME: Linux vm 6.18.44-fc-v595 x86_64');
    expect(lines).toContain('buffer dtc_thr: clock local, pages of 4096 bytes, compressed');
    expect(lines).toContain('2323 event formats:');
  });

  test('its pages are packets, whose records are elements', () => {
    const packets = [...(format.inspection?.packets(input()) ?? [])];
    expect(packets.length).toBe(86);
    expect(packets[0]).toMatchObject({ file: 'trace.dat:dtc_thr/cpu0', cpu: 0, index: 0, offsetBytes: 0 });
    expect(packets.at(-1)?.endCycles).toBe(1643403145279n);
    const lines = [...(format.inspection?.elements(input()) ?? [])].flatMap((file) => [...file.lines]);
    expect(lines.filter((line) => line.startsWith('  record')).length).toBe(7671);
    expect(lines[1]).toMatch(/^ {2}record at 20: \d+ bytes, \+0, \w+:\w+$/);
  });

  test('extents are those of the events', () => {
    const traces = openTraces([input()]);
    expect(
      traces.extents().map(({ name, packets, beginNs, endNs }) => [name, packets, beginNs, endNs]),
    ).toEqual([
      ['trace.dat:dtc_thr/cpu0', 1, 1643195852335n, 1643196023239n],
      ['trace.dat:dtc_thr/cpu1', 85, 1643195584572n, 1643403145279n],
    ]);
    traces.close();
  });
});
