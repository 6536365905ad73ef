// trace.dat files that are cut or wrong: what comes before the damage is read and the rest is noted with its place; where nothing can be
// read, the file is refused with place and reason.
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { traceErrorOf } from '../src/bytes/testing.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import { corpusPath, describeCorpus } from './corpus.ts';
import { type FoundEvent, readTraceDat } from './trace-dat-records.ts';
import { toBigEndian } from './trace-dat-rewrite.ts';

const timeoutMs = 60_000;

function bytesOf(name: string): Uint8Array {
  const path = corpusPath('ftrace', name, 'trace.dat');
  return new Uint8Array(existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`)));
}

/** What is the same in a file and in what is left of it. */
function keyOf({ ns, name, tid, fields }: FoundEvent): string {
  const shown = Object.entries(fields).map(([field, value]) => `${field}=${String(value)}`);
  return `${ns} ${name} ${tid} ${shown.join(' ')}`;
}

interface Cut {
  readonly count: number;
  readonly codes: readonly string[];
}

/** Reads the file up to a byte; every event that is read is one of the whole file. */
function readCut(bytes: Uint8Array, sizeBytes: number, known: ReadonlySet<string>): Cut | TraceError {
  try {
    const { events, notes } = readTraceDat(bytes.subarray(0, sizeBytes));
    for (const event of events) expect(known.has(keyOf(event)), keyOf(event)).toBe(true);
    for (const note of notes) expect(note.first).toMatch(/byte \d+|section|CPU/);
    return { count: events.length, codes: notes.map(({ kind }) => kind.code) };
  } catch (error) {
    if (error instanceof TraceError) return error;
    throw error;
  }
}

describeCorpus('trace.dat files that are cut', () => {
  for (const name of [
    'trappy-arm32',
    'trappy-arm32-v7-none',
    'trappy-arm32-v7-zlib',
    'trappy-arm32-v7-zstd',
  ]) {
    test(`${name}: anywhere`, { timeout: timeoutMs }, () => {
      const bytes = bytesOf(name);
      const { events } = readTraceDat(bytes);
      const known = new Set(events.map(keyOf));
      let isRefused = true;
      let before = 0;
      const steps = 25;
      // Most of the file is its head: cuts are closer to each other where the pages are.
      const cuts = [0.2, 0.9].flatMap((from) =>
        Array.from({ length: steps }, (_, index) =>
          Math.floor((bytes.length - 1) * (from + ((1 - from) * index) / (steps - 1))),
        ),
      );
      for (const at of cuts.sort((a, b) => a - b)) {
        const cut = readCut(bytes, at, known);
        if (cut instanceof TraceError) {
          expect(isRefused, `${at}: ${cut.message}`).toBe(true);
          expect(cut.message).toMatch(/byte \d+/);
          continue;
        }
        isRefused = false;
        expect(cut.count).toBeGreaterThanOrEqual(before);
        before = cut.count;
        if (cut.count < events.length) expect(cut.codes.length, `${at}`).toBeGreaterThan(0);
      }
      expect(before).toBeGreaterThan(events.length * 0.9);
    });
  }

  test('in the head it is refused, with the place', () => {
    const error = traceErrorOf(() => readTraceDat(bytesOf('malformed-truncated-headers')));
    expect(error.code).toBe('truncated');
    expect(error.place).toEqual({ unit: 'byte', offset: 468322 });
    expect(error.message).toContain('Expected 2004831 bytes of kallsyms, found 731678');
  });

  test('before the options of its buffers, these are found nevertheless', () => {
    const whole = bytesOf('own-threads-v7-zstd');
    const { events, notes } = readTraceDat(whole.subarray(0, 1180000));
    expect(events.length).toBe(3629);
    expect(notes.map(({ kind, where }) => `${kind.code} ${where}`)).toEqual([
      'damaged-options trace.dat',
      'missing-option trace.dat',
      'truncated-data trace.dat:byte 1142034/cpu1',
    ]);
    const plain = bytesOf('trappy-arm32-v7-none');
    const cut = readTraceDat(plain.subarray(0, 2527300));
    expect(cut.events.map(({ cpu }) => cpu)).toEqual(readTraceDat(plain).events.map(({ cpu }) => cpu));
  });
});

/** A changed copy. */
function changed(bytes: Uint8Array, change: (view: DataView) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer));
  return copy;
}

/** Where the first CPU's first page of own-threads-v6 begins. */
const firstPageAt = 7458816;
const secondPagesAt = 7462912;
const pageSizeBytes = 4096;

describeCorpus('trace.dat files that are wrong', () => {
  test('the magic', () => {
    const error = traceErrorOf(() =>
      readTraceDat(
        changed(bytesOf('own-threads-v6'), (view) => view.setUint8(2, 0x45)),
        { inputFormat: 'trace-dat' },
      ),
    );
    expect(error.place).toEqual({ unit: 'byte', offset: 0 });
    expect(error.message).toContain('17 08 44 "tracing"');
  });

  test.each([
    ['the version', 10, 0x35, 'The file\'s version is "5", 6 and 7 are read'],
    ['the byte order', 12, 7, 'Expected a byte order of 0 (little) or 1 (big endian), found 7'],
    ['the page size', 15, 0x21, 'Expected a page size that is a power of two'],
  ])('%s', (_, at, value, message) => {
    const bytes = changed(bytesOf('own-threads-v6'), (view) => view.setUint8(at as number, value as number));
    expect(traceErrorOf(() => readTraceDat(bytes)).message).toContain(message);
  });

  test('a compression that is not known', () => {
    const bytes = changed(bytesOf('own-threads-v7-zstd'), (view) => view.setUint8(18, 'q'.charCodeAt(0)));
    const error = traceErrorOf(() => readTraceDat(bytes));
    expect(error.code).toBe('unsupported-compression');
    expect(error.message).toContain('"qstd"');
  });

  test('a page that says it is larger than it is', () => {
    const bytes = changed(bytesOf('own-threads-v6'), (view) => view.setUint32(secondPagesAt + 8, 5000, true));
    const { events, notes } = readTraceDat(bytes);
    expect(events.length).toBeGreaterThan(7500);
    expect(notes.map(({ kind, first }) => [kind.code, first])).toEqual([
      ['damaged-page', `byte ${secondPagesAt + 8}`],
    ]);
  });

  test('a record that goes beyond its page', () => {
    const at = secondPagesAt + pageSizeBytes + 16;
    const bytes = changed(bytesOf('own-threads-v6'), (view) => {
      view.setUint32(at, 0, true);
      view.setUint32(at + 4, 100_000, true);
    });
    const { events, notes } = readTraceDat(bytes);
    expect(events.length).toBeGreaterThan(7500);
    expect(notes.map(({ kind, first }) => [kind.code, first])).toEqual([['damaged-page', `byte ${at}`]]);
  });

  test('a page whose time is far from all others', () => {
    const bytes = changed(bytesOf('own-threads-v6'), (view) =>
      view.setBigUint64(secondPagesAt + pageSizeBytes, 1n << 62n, true),
    );
    const { events, notes } = readTraceDat(bytes);
    expect(events.length).toBeGreaterThan(7500);
    expect(notes.map(({ kind }) => kind.code)).toEqual(['time-out-of-range']);
  });

  test('an event of a type that is not described', () => {
    const bytes = changed(bytesOf('own-threads-v6'), (view) =>
      view.setUint16(firstPageAt + 20, 60_000, true),
    );
    const { events, notes } = readTraceDat(bytes);
    expect(events.length).toBe(7670);
    expect(notes.map(({ kind, first }) => [kind.code, first])).toEqual([
      ['unknown-event-class', `byte ${firstPageAt + 20}`],
    ]);
  });

  test('events that were overwritten', () => {
    const counted = changed(bytesOf('own-threads-v6'), (view) => {
      const size = view.getUint32(firstPageAt + 8, true);
      view.setUint32(firstPageAt + 8, (size | 0xc0000000) >>> 0, true);
      view.setBigUint64(firstPageAt + 16 + size, 41n, true);
      const other = view.getUint32(secondPagesAt + 8, true);
      view.setUint32(secondPagesAt + 8, (other | 0x80000000) >>> 0, true);
    });
    const { events, notes } = readTraceDat(counted);
    expect(events.length).toBe(7671);
    expect(notes.map(({ kind, where, count }) => [kind.code, where, count])).toEqual([
      ['missed-events', 'trace.dat:dtc_thr/cpu0', 41],
      ['uncounted-gap', 'trace.dat:dtc_thr/cpu1', 1],
    ]);
  });

  /** The second CPU's first of nine chunks, of ten pages each: its size, and its size decompressed. */
  const chunkAt = 0x118000 + 4;
  test.each([
    ['less than it is', 4, 4096, 'damaged-chunk', 7000],
    ['more than it is', 4, 40960 * 2, 'damaged-chunk', 7000],
    ['too much to be read', 4, 0xfff00000, 'damaged-chunk', 23],
    ['nothing', 4, 0, 'damaged-chunk', 23],
    ['no bytes in the file', 0, 0, 'damaged-chunk', 23],
    ['more bytes than the file has', 0, 0x7fffffff, 'truncated-data', 23],
  ] as const)('a chunk that says it is %s', (_, at, value, code, countMax) => {
    const bytes = changed(bytesOf('own-threads-v7-zstd'), (view) =>
      view.setUint32(chunkAt + at, value, true),
    );
    const { events, notes } = readTraceDat(bytes);
    // Those of the other CPU, and of the other chunks where these are found.
    expect(events.length).toBeGreaterThanOrEqual(Math.min(23, countMax));
    expect(events.length).toBeLessThanOrEqual(countMax);
    expect(events.length > 6000).toBe(countMax > 6000);
    expect(notes.map(({ kind, where, count }) => `${kind.code} ${where} ${count}`)).toEqual([
      `${code} trace.dat:dtc_thr/cpu1 1`,
    ]);
  });

  test('a chunk in the midst', () => {
    const bytes = changed(bytesOf('own-threads-v7-zstd'), (view) => view.setUint32(0x11e000, 0xa5a5a5a5));
    const { events, notes } = readTraceDat(bytes, { windowSizeBytes: 4096 });
    expect(events.length).toBeGreaterThan(6000);
    expect(events.length).toBeLessThan(7671);
    expect(events.at(-1)?.ns).toBe(1643403145279n);
    expect(notes.map(({ kind, count }) => [kind.code, count])).toEqual([['damaged-chunk', 1]]);
    expect(readTraceDat(bytes).events.length).toBe(events.length);
  });

  test('options that lead back to themselves', () => {
    const bytes = changed(bytesOf('own-threads-v7-zstd'), (view) =>
      view.setBigUint64(1201718, 1141101n, true),
    );
    const { events, notes } = readTraceDat(bytes);
    expect(events.length).toBe(7671);
    expect(notes.map(({ kind }) => kind.code)).toContain('damaged-options');
  });
});

describeCorpus('trace.dat files of big-endian machines', () => {
  for (const name of ['own-threads-v6', 'trappy-arm32', 'trappy-raw']) {
    test(`${name}: rewritten, it has the same events`, { timeout: timeoutMs }, () => {
      const bytes = bytesOf(name);
      const little = readTraceDat(bytes);
      const big = readTraceDat(toBigEndian(bytes));
      expect(big.notes).toEqual([]);
      expect(big.events.map(keyOf)).toEqual(little.events.map(keyOf));
      expect(big.events.length).toBeGreaterThan(0);
    });
  }
});
