// `report block-requests` beside the disks' part of lttng-iolatencystats and lttng-iousagetop 0.6.1, on a trace that is made here in the
// form of lttng-modules, since no trace of the corpus has requests to block devices: two disks, one of them asked through a partition, with
// merges, flushes, requests in each other's time, and some of which one end is missing.
//
// What that tool does differently: it counts no flushes (`nr_sector == 0`), and a request is of the thread that issued it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analysis } from '../src/catalogue/io/block-requests/analysis.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { runAnalyses } from '../src/pipeline/run.ts';
import { openNodeInput } from '../src/platform/node/input.ts';
import type { Table } from '../src/results/index.ts';
import { skipUnless } from './corpus.ts';

const fields = {
  sched_switch: [
    's prev_comm',
    'i prev_tid',
    'i prev_prio',
    'l prev_state',
    's next_comm',
    'i next_tid',
    'i next_prio',
  ],
  lttng_statedump_block_device: ['u dev', 's diskname'],
  block_bio_remap: ['u dev', 'l sector', 'u nr_sector', 'u rwbs', 'u old_dev', 'l old_sector'],
  block_bio_backmerge: ['u dev', 'l sector', 'u nr_sector', 'u rwbs', 'i tid', 's comm'],
  block_rq_issue: ['u dev', 'l sector', 'u nr_sector', 'u bytes', 'i tid', 'u rwbs', 's comm'],
  block_rq_complete: ['u dev', 'l sector', 'u nr_sector', 'i errors', 'u rwbs'],
} as const;
type EventName = keyof typeof fields;
interface Event {
  readonly timeNs: bigint;
  readonly name: EventName;
  readonly values: Readonly<Record<string, number | string>>;
}

const types = { s: 'string', i: 'int32', u: 'uint32', l: 'uint64' } as const;

function metadataText(): string {
  const events = Object.entries(fields).map(([name, list], id) => {
    const members = list.map((field) => `${types[field[0] as keyof typeof types]} _${field.slice(2)};`);
    return `event { name = "${name}"; id = ${id}; stream_id = 0; fields := struct { ${members.join(' ')} }; };`;
  });
  return `/* CTF 1.8 */
typealias integer { size = 32; align = 8; signed = true; } := int32;
typealias integer { size = 32; align = 8; signed = false; } := uint32;
typealias integer { size = 64; align = 8; signed = false; } := uint64;
trace {
  major = 1; minor = 8; byte_order = le;
  packet.header := struct { uint32 magic; uint32 stream_id; };
};
env {
  hostname = "host"; domain = "kernel"; sysname = "Linux"; tracer_name = "lttng-modules";
  tracer_major = 2; tracer_minor = 8; tracer_patchlevel = 0;
};
clock { name = "monotonic"; freq = 1000000000; offset = 1500000000000000000; };
typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := clock64;
stream {
  id = 0;
  packet.context := struct {
    clock64 timestamp_begin; clock64 timestamp_end; uint64 content_size; uint64 packet_size;
    uint64 events_discarded; uint32 cpu_id;
  };
  event.header := struct { uint32 id; clock64 timestamp; };
};
${events.join('\n')}
`;
}

function integer(value: number | bigint, sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  if (sizeBytes === 8) bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  else bytes.writeUInt32LE(Number(value) >>> 0);
  return bytes;
}

function recordBytes({ timeNs, name, values }: Event): Buffer {
  const payload = fields[name].map((field) => {
    const value = values[field.slice(2)] ?? 0;
    if (field.startsWith('s')) return Buffer.from(`${value}\0`);
    return integer(Number(value), field.startsWith('l') ? 8 : 4);
  });
  return Buffer.concat([integer(Object.keys(fields).indexOf(name), 4), integer(timeNs, 8), ...payload]);
}

/** One packet of one CPU. */
function streamBytes(events: readonly Event[]): Buffer {
  const records = Buffer.concat(events.map(recordBytes));
  const headerBytes = 8 + 5 * 8 + 4;
  const sizeBits = (headerBytes + records.length) * 8;
  const words = [events[0]!.timeNs, events.at(-1)!.timeNs, sizeBits, sizeBits, 0];
  return Buffer.concat([
    integer(0xc1fc1fc1, 4),
    integer(0, 4),
    ...words.map((word) => integer(word, 8)),
    integer(0, 4),
    records,
  ]);
}

const sda = 8 * 2 ** 20;
const sda1 = sda + 1;
const sdb = sda + 16;
const [write, read, flush] = [1, 4, 1024];

/** Events in the order of time; what is drawn is the same in each run. */
function makeEvents(): readonly Event[] {
  let state = 23;
  const draw = (count: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * count);
  };
  const events: Event[] = [];
  const add = (timeNs: number, name: EventName, values: Event['values']) =>
    events.push({ timeNs: BigInt(timeNs), name, values });
  add(1, 'lttng_statedump_block_device', { dev: sda1, diskname: 'sda1' });
  add(2, 'lttng_statedump_block_device', { dev: sdb, diskname: 'sdb' });
  for (let tid = 101; tid <= 105; tid += 1) {
    const next = { next_comm: `task${tid}`, next_tid: tid, next_prio: 20 };
    add(tid, 'sched_switch', { prev_comm: 'swapper/0', prev_tid: 0, prev_prio: 20, ...next });
  }
  for (let index = 0; index < 300; index += 1) {
    const timeNs = 1000 + index * 10_000 + draw(5000);
    const tid = 101 + draw(5);
    const comm = `task${tid}`;
    const rwbs = draw(3) === 0 ? read : write;
    const dev = draw(4) === 0 ? sdb : sda;
    const sector = 2048 + index * 1000;
    let count = 8 + draw(100);
    if (dev === sda) {
      const old = { old_dev: sda1, old_sector: sector - 2048 };
      add(timeNs, 'block_bio_remap', { dev, sector, nr_sector: count, rwbs, ...old });
      if (draw(4) === 0) {
        const more = { dev, sector: sector + count, nr_sector: 8, rwbs };
        add(timeNs + 10, 'block_bio_remap', { ...more, old_dev: sda1, old_sector: sector + count - 2048 });
        add(timeNs + 20, 'block_bio_backmerge', { ...more, tid, comm });
        count += 8;
      }
    }
    const request = { dev, sector, nr_sector: count, rwbs };
    // Some are there already when the recording begins, some are still there when it ends.
    if (index > 2) add(timeNs + 100, 'block_rq_issue', { ...request, bytes: count * 512, tid, comm });
    if (index < 296) add(timeNs + 1000 + draw(60_000), 'block_rq_complete', { ...request, errors: 0 });
    if (draw(20) === 0) {
      const nothing = { dev, sector: 0, nr_sector: 0, rwbs: flush };
      add(timeNs + 200, 'block_rq_issue', { ...nothing, bytes: 0, tid, comm });
      add(timeNs + 900, 'block_rq_complete', { ...nothing, errors: 0 });
    }
  }
  return events.sort((a, b) => Number(a.timeNs - b.timeNs));
}

interface LamiCell {
  readonly value?: number;
  readonly name?: string;
  readonly tid?: number;
}
type LamiRows = readonly (readonly LamiCell[])[];

function lttngAnalyses(tool: string, path: string): ReadonlyMap<string, LamiRows> {
  const ran = spawnSync(tool, [path], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  const { results } = JSON.parse(ran.stdout) as {
    results: readonly { readonly class: string | { readonly title: string }; readonly data: LamiRows }[];
  };
  return new Map(
    results.map(({ class: name, data }) => [typeof name === 'string' ? name : name.title, data]),
  );
}

function ours(path: string, options: Readonly<Record<string, string>>) {
  const set = openTraces([openNodeInput(path)]);
  try {
    const [result] = runAnalyses(set, [{ analysis, options, views: ['table'] }], {
      streamIntersection: true,
    });
    const { rowCount, description, cells } = result!.answers[0] as Table;
    return Array.from({ length: rowCount }, (_, row) =>
      Object.fromEntries(description.columns.map(({ id }, at) => [id, cells[at]![row]])),
    );
  } finally {
    set.close();
  }
}

test('requests by partition and thread', { timeout: 60_000 }, (context) => {
  const isThere = spawnSync('lttng-iolatencystats-mi', ['--mi-version']).status === 0;
  skipUnless(context, isThere, 'lttng-analyses is not installed');
  const path = mkdtempSync(join(tmpdir(), 'diatrace-block-'));
  context.onTestFinished(() => rmSync(path, { recursive: true }));
  mkdirSync(join(path, 'kernel'));
  writeFileSync(join(path, 'kernel', 'metadata'), metadataText());
  writeFileSync(join(path, 'kernel', 'channel0_0'), streamBytes(makeEvents()));

  const moving = ['read', 'write'] as const;
  const statistics = lttngAnalyses('lttng-iolatencystats-mi', path).get('disk-latency-stats')!;
  expect(statistics.map(([disk]) => disk!.name).sort()).toEqual(['sda1', 'sdb']);
  // Reads and writes together, as there: flushes are the only requests of other kinds.
  const all = ours(path, { by: 'partition' });
  const flushes = ours(path, { by: 'partition', operation: 'flush' });
  for (const [disk, count, min, , max] of statistics) {
    const row = all.find(({ partition }) => partition === disk!.name)!;
    const parts = moving.flatMap((operation) =>
      ours(path, { by: 'partition', operation }).filter(({ partition }) => partition === disk!.name),
    );
    expect(parts.reduce((sum, part) => sum + Number(part['count']), 0)).toBe(count!.value);
    expect(Math.min(...parts.map((part) => Number(part['min'])))).toBe(min!.value);
    expect(Math.max(...parts.map((part) => Number(part['max'])))).toBe(max!.value);
    const total = parts.reduce((sum, part) => sum + Number(part['total']), 0);
    expect(total / count!.value!).toBeCloseTo(statistics.find(([one]) => one === disk)![3]!.value!, 6);
    expect(Number(row['count'])).toBeGreaterThanOrEqual(count!.value!);
  }
  expect(flushes.length).toBeGreaterThan(0);

  const usage = lttngAnalyses('lttng-iousagetop-mi', path);
  for (const [operation, word] of [
    ['read', 'read'],
    ['write', 'written'],
  ] as const) {
    const theirs = usage.get(`Per-process top block I/O operations [${word}]`)!;
    const rows = ours(path, { by: 'issuer', operation });
    expect(new Map(rows.map((row) => [row['issuer-tid'], row['size']]))).toEqual(
      new Map(theirs.map(([process, size]) => [process!.tid, size!.value])),
    );
  }
  const sectors = new Map(all.map((row) => [row['partition'], row['sectors']]));
  for (const [disk, count] of usage.get('per-disk-top-sector')!)
    expect(sectors.get(disk!.name)).toBe(count!.value);
});
