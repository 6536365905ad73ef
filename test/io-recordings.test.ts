// The I/O analyses on recordings of programs that do things a known number of times (test/recordings): 23 times a write of 4096 bytes and
// a sync of them, 31 bytes each way through two pipes; and 30 packets. Beside them what `perf script` prints of the same records.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Analysis } from '../src/analysis/define.ts';
import { analysis as requests } from '../src/catalogue/io/block-requests/analysis.ts';
import { analysis as latency } from '../src/catalogue/io/io-latency/analysis.ts';
import { analysis as usage } from '../src/catalogue/io/io-usage/analysis.ts';
import { analysis as network } from '../src/catalogue/io/network-usage/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { skipUnless } from './corpus.ts';

const recordings = join(import.meta.dirname, 'recordings');
const ofWorkload = ['perf/perf.data', 'ftrace/trace.dat', 'perf-ctf'];

function rowsOf(
  recording: string,
  analysis: Analysis,
  options: Readonly<Record<string, string>> = {},
  view = 'table',
): readonly Readonly<Record<string, unknown>>[] {
  const set = openTraces([openNodeInput(join(recordings, recording))]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options, views: [view] }]);
    const { rowCount, description, cells } = result!.answers[0] as Table;
    return Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(description.columns.map(({ id }, at) => [id, cells[at]![row]])),
    );
  } finally {
    set.close();
  }
}

/** Nanoseconds, an event, and what it says: `[11539725125543n, 'block:block_rq_issue', '254,0 WS 4096 …']`. */
function perfScript(recording: string): readonly (readonly [bigint, string, string])[] | undefined {
  const args = ['script', '--ns', '-F', 'time,event,trace', '-i', join(recordings, recording)];
  const { status, stdout } = spawnSync('perf', args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) return undefined;
  return [...stdout.matchAll(/^\s*(\d+)\.(\d{9}):\s+(\S+):\s(.*)$/gm)].map(
    ([, seconds, nanoseconds, event, text]) => [BigInt(`${seconds}${nanoseconds}`), event!, text!],
  );
}

test.each(ofWorkload)('%s: 23 writes and syncs, 31 bytes each way', (recording) => {
  const rows = rowsOf(recording, latency, { by: 'call' });
  const calls = new Map(rows.map(({ name, count, size, errors }) => [name, { count, size, errors }]));
  expect(calls.get('fsync')).toEqual({ count: 23, size: 0, errors: 0 });
  expect(calls.get('pwrite64')).toEqual({ count: 23, size: 23 * 4096, errors: 0 });
  expect(calls.get('write')).toEqual({ count: 62, size: 62, errors: 0 });
  expect(calls.get('openat')).toMatchObject({ errors: 37 });
  expect(calls.get('pipe2')).toMatchObject({ count: 2 });
  const threads = rowsOf(recording, usage, { by: 'thread' });
  const bytes = new Map(threads.map(({ comm, read, written }) => [comm, [read, written]]));
  expect([bytes.get('ping'), bytes.get('pong')]).toEqual([
    [31, 31],
    [31, 31],
  ]);
  expect(bytes.get('known-workload')?.[1]).toBe(23 * 4096);
  // All that is written to files is what is synced.
  const files = threads.reduce((sum, row) => sum + Number(row['written-files']), 0);
  expect(files).toBe(23 * 4096);
});

test.each(ofWorkload)('%s: every sync writes to the device', (recording) => {
  const log = rowsOf(recording, requests, {}, 'log');
  const data = log.filter(({ flags }) => flags === 'WS');
  expect(data.length).toBe(23);
  for (const row of data)
    expect(row).toMatchObject({ device: '254:0', operation: 'write', size: 4096, comm: 'known-workload' });
  // The metadata of the file system, which has no sync of its own.
  expect(log.length).toBe(50);
  // Each of the syncs waits at least for its own request.
  const syncs = rowsOf(recording, latency, { by: 'call' }).find(({ name }) => name === 'fsync')!;
  const inDevice = data.reduce((sum, row) => sum + Number(row['duration']), 0);
  expect(Number(syncs['total'])).toBeGreaterThan(inDevice);
});

test('perf and ftrace, which recorded at the same time, agree', () => {
  const [perf, ftrace] = ['perf/perf.data', 'ftrace/trace.dat'].map((recording) => {
    const call = rowsOf(recording, latency, { by: 'call' }).find(({ name }) => name === 'fsync')!;
    const [device] = rowsOf(recording, requests);
    return [call, device!];
  });
  for (const at of [0, 1]) {
    expect(perf![at]!['count']).toBe(ftrace![at]!['count']);
    // Each reads the clock itself: about a microsecond apart.
    expect(Math.abs(Number(perf![at]!['avg']) - Number(ftrace![at]!['avg']))).toBeLessThan(1000);
  }
});

test('time in the device, as perf script tells it', (context) => {
  const records = perfScript('perf/perf.data');
  skipUnless(context, records !== undefined, 'perf is not installed');
  const issued = new Map<string, bigint>();
  const durations: number[] = [];
  for (const [timeNs, event, text] of records!) {
    // 254,0 WS 4096 () 173302344 + 8 be,0,4 [known-workload], and of completions [0] at the end.
    const [sector] = /\d+ \+ [1-9]\d*/.exec(text) ?? [];
    if (sector === undefined) continue;
    if (event === 'block:block_rq_issue') issued.set(sector, timeNs);
    const issueNs = issued.get(sector);
    if (event !== 'block:block_rq_complete' || issueNs === undefined) continue;
    durations.push(Number(timeNs - issueNs));
    issued.delete(sector);
  }
  const log = rowsOf('perf/perf.data', requests, {}, 'log');
  expect(log.map(({ duration }) => duration)).toEqual(durations);
});

test('30 packets over lo, and 23,070 bytes through a socket', (context) => {
  const recording = 'perf-packets/perf.data';
  const [lo, ...others] = rowsOf(recording, network);
  expect(others).toEqual([]);
  expect(lo).toMatchObject({
    interface: 'lo',
    'received-packets': 30,
    'sent-packets': 30,
    received: 23 * 1028 + 7 * 38,
    sent: 23 * 1042 + 7 * 52,
    refused: 0,
  });
  const [program] = rowsOf(recording, usage, { by: 'thread' });
  expect(program).toMatchObject({
    comm: 'known-packets',
    'read-sockets': 23_070,
    'written-sockets': 23_070,
    writes: 30,
  });
  const records = perfScript(recording);
  skipUnless(context, records !== undefined, 'perf is not installed');
  const bytesOf = (wanted: string) =>
    records!
      .filter(([, event]) => event === wanted)
      .reduce((sum, [, , text]) => sum + Number(/ len=(\d+)/.exec(text)![1]), 0);
  expect([lo!['sent'], lo!['received']]).toEqual([
    bytesOf('net:net_dev_xmit'),
    bytesOf('net:netif_receive_skb'),
  ]);
});
