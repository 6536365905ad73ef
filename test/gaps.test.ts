// Where batches say that records of their stream are missing: the same in every way of reading, and where they are indeed.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { memoryFile, type TraceInput } from '../src/bytes/source.ts';
import { columnAt, type EventBatch } from '../src/events/batch.ts';
import { type OpenTracesOptions, openTraces } from '../src/pipeline/open.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import { corpusPath, describeCorpus } from './corpus.ts';

const ways: readonly OpenTracesOptions[] = [
  { engine: 'interpreter' },
  { engine: 'wasm' },
  { engine: 'interpreter', windowSizeBytes: 4096 },
  { engine: 'wasm', windowSizeBytes: 4096 },
];

/** By stream, how many of its records are before each gap; without what comes behind the last record. */
function gapsOf(
  input: TraceInput,
  options: OpenTracesOptions = {},
  onRecord: (batch: EventBatch, position: number) => void = () => undefined,
): Readonly<Record<string, readonly number[]>> {
  const set = openTraces([input], options);
  try {
    const found: Record<string, number[]> = {};
    for (const stream of set.read({ classes: { get: () => 'all' }, cycles: false, packets: false })) {
      const gaps = new Set<number>();
      let count = 0;
      for (let batch = stream.next(); batch !== undefined; batch = stream.next()) {
        for (const gap of batch.gaps) gaps.add(count + gap);
        for (let position = 0; position < batch.count; position++) onRecord(batch, position);
        count += batch.count;
      }
      gaps.delete(count);
      if (gaps.size > 0) found[stream.name] = [...gaps];
    }
    return found;
  } finally {
    set.close();
  }
}

function requireSame(open: () => TraceInput): Readonly<Record<string, readonly number[]>> {
  const [first, ...others] = ways.map((way) => gapsOf(open(), way));
  for (const other of others) expect(other).toEqual(first);
  return first!;
}

function countOf(input: TraceInput): number {
  let count = 0;
  gapsOf(input, {}, () => {
    count += 1;
  });
  return count;
}

const ftrace = (file: string) => readFileSync(corpusPath('ftrace', file));
const ctf = (name: string) => openNodeInput(corpusPath('ctf1', name, 'trace'));

describeCorpus('gaps', () => {
  test('packets that are missing', () => {
    expect(requireSame(() => ctf('packet-seq-num-2-lost-before-last'))).toEqual({ test_stream_0: [2] });
    expect(requireSame(() => ctf('packet-seq-num-no-lost'))).toEqual({});
  });

  test('discarded events: one program counted its events, and the count goes on where none was lost', () => {
    const jumps: number[] = [];
    let [count, last] = [0, -1];
    const note = (batch: EventBatch, position: number) => {
      const payload = batch.classes.get(batch.classIndex[position]!)!.scopes.get('payload');
      const column = columnAt(payload, ['intfield']);
      if (column?.kind !== 'number') throw new Error('there is no intfield');
      const value = column.values[batch.row[position]!]!;
      if (value !== last + 1) jumps.push(count);
      last = value;
      count += 1;
    };
    const found = gapsOf(ctf('hello-lost'), {}, note);
    expect([count, jumps.length]).toEqual([32300, 561]);
    expect(found).toEqual({ channel1_2: jumps });
    expect(requireSame(() => ctf('hello-lost'))).toEqual(found);
  });

  test('pages of the ring buffer before which some were overwritten, and those that cannot be read', () => {
    const bytes = new Uint8Array(gunzipSync(ftrace('own-threads-v6/trace.dat.gz')));
    const view = new DataView(bytes.buffer);
    /** The second CPU's second page. */
    const at = 7462912 + 4096;
    const open = () => memoryFile('trace.dat', bytes);
    expect(requireSame(open)).toEqual({});
    const times: number[] = [];
    gapsOf(open(), {}, ({ stream, timeNs }, position) => {
      if (stream.cpu === 1) times.push(timeNs[position]!);
    });
    view.setUint32(at + 8, (view.getUint32(at + 8, true) | 0x80000000) >>> 0, true);
    const found = requireSame(open);
    expect(Object.keys(found)).toEqual(['trace.dat:dtc_thr/cpu1']);
    const [[gap, ...others]] = Object.values(found) as [number[]];
    expect(others).toEqual([]);
    // The page's time is that of its first record.
    const set = openTraces([open()]);
    expect(set.originNs + BigInt(times[gap!]!)).toBe(view.getBigUint64(at, true));
    set.close();
    // A record is too long: the rest of its page is gone, and the gap is before the next page.
    view.setUint32(at + 8, view.getUint32(at + 8, true) & 0x7fffffff, true);
    view.setUint32(at + 16, 0, true);
    view.setUint32(at + 20, 100_000, true);
    expect(requireSame(open)).toEqual(found);
  });

  test('compressed pages that cannot be read', () => {
    const bytes = new Uint8Array(ftrace('own-threads-v7-zstd/trace.dat'));
    const open = () => memoryFile('trace.dat', bytes);
    const whole = countOf(open());
    expect(requireSame(open)).toEqual({});
    // Within one of the nine chunks that the second CPU has.
    new DataView(bytes.buffer).setUint32(0x11e000, 0xa5a5a5a5);
    const [[gap, ...others]] = Object.values(requireSame(open)) as [number[]];
    expect(others).toEqual([]);
    expect(gap).toBeGreaterThan(whole / 9);
    expect(gap).toBeLessThan(countOf(open()));
  });
});
