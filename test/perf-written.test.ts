// perf.data files written by hand: fields, byte orders and damage that no recording at hand has.
import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { memoryFile, memoryInput } from '../src/bytes/source.ts';
import { traceErrorOf } from '../src/bytes/testing.ts';
import { TraceError } from '../src/bytes/trace-error.ts';
import { openTraces } from '../src/pipeline/open.ts';
import { readPerfRecords } from './perf-samples.ts';
import { Bytes, concat, record, type WrittenAttribute, writeAttribute, writeFile } from './perf-writer.ts';

const [ip, tid, time, addr, read, callchain, id, cpu, period, streamId, raw] = bits(0);
const [branch, regsUser, stackUser, weight, dataSrc, identifier, transaction, regsIntr, physAddr] = bits(11);
const [aux, cgroup, dataPage, codePage, weightStruct] = bits(20);

function bits(
  from: number,
): [number, number, number, number, number, number, number, number, number, number, number] {
  return Array.from({ length: 11 }, (_, index) => 1 << (from + index)) as ReturnType<typeof bits>;
}

const [mmap, comm, exit, sample, mmap2, finishedRound, auxtrace] = [1, 3, 4, 9, 10, 68, 71];

function open(bytes: Uint8Array<ArrayBuffer>, windowSizeBytes?: number) {
  const input = memoryFile('perf.data', bytes);
  const set = openTraces([input], windowSizeBytes === undefined ? {} : { windowSizeBytes });
  const records = readPerfRecords(set);
  const notes = set
    .health()
    .notes.map(({ kind, count, first, detail }) => ({ code: kind.code, count, first, detail }));
  const { originNs, traces } = set;
  set.close();
  return { records, notes, originNs, traces };
}

const orders = [true, false];

test.each(orders)('every field of a sample, little endian: %s', (isLittle) => {
  const attribute: WrittenAttribute = {
    sampleType: [
      ip,
      tid,
      time,
      addr,
      read,
      callchain,
      id,
      cpu,
      period,
      streamId,
      raw,
      branch,
      regsUser,
      stackUser,
    ]
      .concat([
        dataSrc,
        identifier,
        transaction,
        regsIntr,
        physAddr,
        aux,
        cgroup,
        dataPage,
        codePage,
        weightStruct,
      ])
      .reduce((sum, bit) => sum + bit, 0),
    readFormat: 1 | 2 | 4 | 8 | 16,
    branchSampleType: (1 << 17) | (1 << 19),
    regsUser: 0b1011,
    regsIntr: 0b11,
    ids: [7],
  };
  const body = new Bytes(isLittle)
    .u64(7, 0xffffffff81000000n)
    .u32(11, 12)
    .u64(1000, 0xabc, 7, 8)
    .u32(3, 0)
    .u64(400);
  body.u64(2, 50, 60, 100, 7, 1, 200, 8, 0);
  body.u64(3, -512, 0x1000, 0x2000);
  body.u32(4).add([1, 2, 3, 4]);
  body.u64(1, -1, 0x10, 0x20, 1, 99);
  body.u64(2, 5, 6, 7);
  body.u64(8).add([9, 9, 9, 9, 9, 9, 9, 9]).u64(4);
  if (isLittle) body.u32(70).u16(71, 72);
  else body.u16(72, 71).u32(70);
  body.u64(0x5080021, 3, 0, 0x7000, 44, 4096, 8192);
  body.u64(8).add([5, 5, 5, 5, 5, 5, 5, 5]);
  const file = writeFile({ isLittle, attributes: [attribute], records: [record(sample, body, 2)] });
  const { records, notes } = open(file);
  expect(notes).toEqual([]);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ event: 'cpu-clock:HG', clockNs: 1000n, cpu: 3 });
  expect(records[0]?.context).toEqual({
    misc: 2,
    identifier: 7n,
    ip: 0xffffffff81000000n,
    pid: 11,
    tid: 12,
    time: 1000n,
    addr: 0xabcn,
    id: 7n,
    stream_id: 8n,
    cpu: 3,
    period: 400n,
    read: {
      nr: 2n,
      time_enabled: 50n,
      time_running: 60n,
      counters: [
        { value: 100n, id: 7n, lost: 1n },
        { value: 200n, id: 8n, lost: 0n },
      ],
    },
    callchain_size: 3n,
    callchain: [0xffff_ffff_ffff_fe00n, 0x1000n, 0x2000n],
    raw_size: 4,
    raw: Uint8Array.of(1, 2, 3, 4),
    branch_stack_size: 1n,
    branch_hw_index: -1n,
    branch_stack: [{ from: 0x10n, to: 0x20n, flags: 1n }],
    branch_counters: [99n],
    regs_user_abi: 2n,
    regs_user: [5n, 6n, 7n],
    stack_user_size: 8n,
    stack_user: { data: new Uint8Array(8).fill(9), dyn_size: 4n },
    weight: { var1_dw: 70, var2_w: 71, var3_w: 72 },
    data_src: 0x5080021n,
    transaction: 3n,
    regs_intr_abi: 0n,
    phys_addr: 0x7000n,
    cgroup: 44n,
    data_page_size: 4096n,
    code_page_size: 8192n,
    aux_size: 8n,
    aux: new Uint8Array(8).fill(5),
  });
});

test('registers and stack that were not copied, a weight as one number, one counter', () => {
  const attribute = {
    sampleType: time | read | regsUser | stackUser | weight,
    readFormat: 1,
    regsUser: 0b111,
  };
  const body = new Bytes().u64(1000, 5, 6, 0, 0, 77);
  const { records, notes } = open(writeFile({ attributes: [attribute], records: [record(sample, body)] }));
  expect(notes).toEqual([]);
  expect(records[0]?.context).toEqual({
    ...{ misc: 0, time: 1000n, read: { value: 5n, time_enabled: 6n } },
    ...{ regs_user_abi: 0n, stack_user_size: 0n, weight: 77n },
  });
});

const simple: WrittenAttribute = { sampleType: ip | tid | time | cpu };

function simpleSample(timeNs: number | bigint, address = 0x1000, isLittle = true): Uint8Array {
  return record(sample, new Bytes(isLittle).u64(address).u32(1, 1).u64(timeNs).u32(0, 0));
}

function commRecord(timeNs: number, name: string, isLittle = true): Uint8Array {
  return record(comm, new Bytes(isLittle).u32(5, 6).text(name).u32(5, 6).u64(timeNs).u32(1, 0));
}

test.each(orders)('records that are no samples, little endian: %s', (isLittle) => {
  const mapped = new Bytes(isLittle).u32(5, 6).u64(0x400000, 0x1000, 0).u32(8, 1).u64(99, 3).u32(5, 2);
  const file = writeFile({
    isLittle,
    attributes: [simple],
    records: [
      commRecord(0, 'early', isLittle),
      record(mmap2, mapped.text('/bin/true').u32(5, 6).u64(20).u32(1, 0)),
      commRecord(30, 'later', isLittle),
      record(exit, new Bytes(isLittle).u32(5, 1, 6, 1).u64(40).u32(5, 6).u64(40).u32(1, 0)),
    ],
  });
  const { records, notes, originNs } = open(file);
  expect(notes).toEqual([]);
  expect(originNs).toBe(20n);
  expect(records.map(({ event, clockNs }) => [event, clockNs])).toEqual([
    ['PERF_RECORD_COMM', undefined],
    ['PERF_RECORD_MMAP2', 20n],
    ['PERF_RECORD_COMM', 30n],
    ['PERF_RECORD_EXIT', 40n],
  ]);
  expect(records[1]).toMatchObject({
    cpu: 1,
    context: { pid: 5, tid: 6, time: 20n, cpu: 1 },
    payload: { pid: 5, addr: 0x400000n, maj: 8, min: 1, ino: 99n, prot: 5, flags: 2, filename: '/bin/true' },
  });
  expect(records[3]?.payload).toMatchObject({ pid: 5, ppid: 1, tid: 6, ptid: 1, time: 40n });
});

test.each(orders)('the magic of version 1, little endian: %s', (isLittle) => {
  const file = writeFile({
    isLittle,
    magic: 'PERFFILE',
    attributes: [simple],
    records: [simpleSample(5, 1, isLittle)],
  });
  const { records, traces } = open(file);
  expect(records.map(({ clockNs }) => clockNs)).toEqual([5n]);
  expect(traces[0]?.formatTitle).toBe('perf.data 1');
});

const round = record(finishedRound, new Bytes());

test('what comes after a round is older than the round only where it says nothing', () => {
  const records = [
    ...[3, 6, 2, 4].map((timeNs) => simpleSample(timeNs)),
    round,
    ...[7, 9, 5, 8].map((timeNs) => simpleSample(timeNs)),
    round,
    // 4 is older than what was known to be complete, and stays where it came; so does what has no time.
    simpleSample(4),
    simpleSample(0),
    simpleSample(10),
  ];
  for (const windowSizeBytes of [undefined, 4096]) {
    const found = open(writeFile({ attributes: [simple], records }), windowSizeBytes);
    expect(found.records.map(({ clockNs }) => clockNs)).toEqual([
      2n,
      3n,
      4n,
      5n,
      6n,
      4n,
      undefined,
      7n,
      8n,
      9n,
      10n,
    ]);
    expect(found.notes).toMatchObject([
      { code: 'clock-goes-back', count: 1, detail: 'by 2 ns, the first one' },
    ]);
  }
});

test('slices of time where nothing is in order and all is larger than a window', () => {
  const times = Array.from({ length: 60_000 }, (_, index) => 1 + ((index * 7919) % 50_021));
  const one = concat(times.map((timeNs, index) => simpleSample(timeNs, index)));
  const wanted = times
    .map((timeNs, index) => ({ timeNs, index }))
    .sort((a, b) => a.timeNs - b.timeNs || a.index - b.index);
  for (const windowSizeBytes of [4096, 1 << 20]) {
    const { records, notes } = open(writeFile({ attributes: [simple], records: [one] }), windowSizeBytes);
    expect(notes).toEqual([]);
    expect(records.map(({ clockNs }) => Number(clockNs))).toEqual(wanted.map(({ timeNs }) => timeNs));
    expect(records.map(({ context }) => Number(context['ip']))).toEqual(wanted.map(({ index }) => index));
  }
});

test('records of one time in more than a window keep the order of the file', () => {
  const one = concat(
    Array.from({ length: 20_000 }, (_, index) => simpleSample(index < 19_999 ? 9 : 8, index)),
  );
  const { records } = open(writeFile({ attributes: [simple], records: [one] }), 4096);
  expect(records.map(({ context }) => Number(context['ip']))).toEqual([
    19_999,
    ...Array.from({ length: 19_999 }, (_, index) => index),
  ]);
});

function compressed(type: 81 | 83, packed: Uint8Array): Uint8Array {
  if (type === 81) return record(81, new Bytes().add(packed));
  return record(83, new Bytes().u64(packed.length).add(packed).align());
}

test.each([81, 83] as const)('compressed records of type %i, cut anywhere', (type) => {
  const plain = concat([5, 1, 3].map((timeNs) => simpleSample(timeNs)));
  const packed = new Uint8Array(zlib.zstdCompressSync(plain));
  for (let cut = 1; cut < packed.length; cut += 7) {
    const parts = [packed.subarray(0, cut), packed.subarray(cut)].map((part) => compressed(type, part));
    const { records, notes } = open(
      writeFile({ attributes: [simple], records: [commRecord(2, 'x'), ...parts, round] }),
    );
    expect(notes).toEqual([]);
    expect(records.map(({ clockNs }) => clockNs)).toEqual([1n, 2n, 3n, 5n]);
  }
});

test('compressed bytes that are none', () => {
  const { records, notes } = open(
    writeFile({
      attributes: [simple],
      records: [simpleSample(1), compressed(81, new Uint8Array(64).fill(7))],
    }),
  );
  expect(records).toHaveLength(1);
  expect(notes).toMatchObject([{ code: 'damaged-compression', count: 1 }]);
});

test('data that follows a record, larger than a window', () => {
  const head = new Bytes().u64(3_000_000, 0, 0).u32(0, 0, 0, 0);
  const records = [
    simpleSample(2),
    record(auxtrace, head),
    new Uint8Array(3_000_000).fill(9),
    simpleSample(1),
  ];
  for (const windowSizeBytes of [undefined, 4096]) {
    const found = open(writeFile({ attributes: [simple], records }), windowSizeBytes);
    expect(found.records.map(({ clockNs }) => clockNs)).toEqual([1n, 2n]);
    expect(found.notes).toMatchObject([{ code: 'aux-data', count: 1, detail: 'it has 3000000 bytes' }]);
  }
});

test('a folder: header in one file, records in others', () => {
  const dirFormat = new Map([[24, new Bytes().u64(1).all]]);
  const header = writeFile({ attributes: [simple], records: [commRecord(0, 'x')], features: dirFormat });
  const files = {
    data: header,
    'data.0': concat([1, 4].map((at) => simpleSample(at))),
    'data.10': simpleSample(3),
    'data.2': simpleSample(2),
  };
  const set = openTraces([memoryInput('perf.data', files)]);
  expect(set.traces.map(({ formatTitle, files: names }) => [formatTitle, names])).toEqual([
    ['perf.data 2, folder', ['data', 'data.0', 'data.2', 'data.10']],
  ]);
  expect(readPerfRecords(set).map(({ clockNs }) => clockNs)).toEqual([undefined, 1n, 4n, 2n, 3n]);
  set.close();
});

test('a wall clock', () => {
  const data = new Bytes().u32(1, 1).u64(1_700_000_000_000_000_500n, 500).all;
  const attribute = { ...simple, flags: [18, 25] };
  // The clock id lies behind the registers and the size of the stack.
  const file = writeFile({
    attributes: [attribute],
    records: [simpleSample(600)],
    features: new Map([[29, data]]),
  });
  new DataView(file.buffer).setInt32(104 + 92, 1, true);
  const { traces, originNs } = open(file);
  expect(traces[0]?.clocks[0]).toMatchObject({ name: 'monotonic', isAbsolute: true, origin: 'unix-epoch' });
  expect(originNs).toBe(1_700_000_000_000_000_600n);
});

test('a recorder that was killed leaves no sizes: everything is read to the end', () => {
  const file = writeFile({
    attributes: [simple],
    records: [simpleSample(1), simpleSample(2)],
    dataSizeBytes: 0,
  });
  const { records, notes } = open(file);
  expect(records).toHaveLength(2);
  expect(notes.map(({ code }) => code)).toEqual(['unfinished-file']);
});

test('a file that is cut anywhere is read up to there', () => {
  const features = new Map([[3, new Bytes().u32(8).text('host').all]]);
  const whole = writeFile({
    attributes: [simple],
    records: [simpleSample(1), simpleSample(2), simpleSample(3)],
    features,
  });
  const dataAt = 104 + 128;
  const sampleBytes = 40;
  for (let size = 0; size < whole.length; size++) {
    if (size < dataAt) {
      expect(() => open(whole.slice(0, size)), `${size}`).toThrow(TraceError);
      continue;
    }
    const { records, notes } = open(whole.slice(0, size));
    expect(records.length).toBe(Math.min(3, Math.floor((size - dataAt) / sampleBytes)));
    expect(notes.length, `${size}`).toBeGreaterThan(0);
    const isDataCut = size < dataAt + 3 * sampleBytes;
    const cuts = notes.filter(({ code }) => code === 'truncated-data').map(({ count }) => count);
    expect(cuts, `${size}`).toEqual(isDataCut ? [1] : []);
  }
});

test.each([
  [
    'a record without size',
    record(sample, new Bytes()).fill(0, 6),
    'unreadable-data',
    'a record of type 9 says that it is 0 bytes, where its header alone takes 8',
  ],
  [
    'a sample that is too short',
    record(sample, new Bytes().u64(1)),
    'damaged-record',
    'it is shorter than its fields',
  ],
  ['an unknown type', record(40, new Bytes().u64(1)), 'unknown-record', 'its type is 40'],
  [
    'a name without end',
    record(comm, new Bytes().u32(5, 6).u64(-1).u32(5, 6).u64(9).u32(1, 0)),
    'damaged-record',
    "PERF_RECORD_COMM, comm: a string goes on to the end of the record's content",
  ],
  [
    'a time far away',
    simpleSample(1n << 60n),
    'time-out-of-range',
    'its time is 1152921504606847000 ns from the beginning',
  ],
])('%s is left out, and noted with its place', (_, damaged, code, detail) => {
  const records = [simpleSample(1), simpleSample(2), damaged, simpleSample(3)];
  const found = open(writeFile({ attributes: [simple], records }));
  expect(found.notes).toMatchObject([{ code, count: 1, first: `record at byte ${104 + 128 + 80}` }]);
  expect(found.notes[0]?.detail).toContain(detail.slice(0, 40));
  expect(found.records.length).toBe(code === 'unreadable-data' ? 2 : 3);
});

test('a sample of an event that is not described', () => {
  const attribute = (event: number) => ({ sampleType: identifier | time, ids: [event] });
  const records = [7, 8, 9].map((event) => record(sample, new Bytes().u64(event, event)));
  const found = open(writeFile({ attributes: [attribute(7), attribute(9)], records }));
  expect(found.records.map(({ clockNs }) => clockNs)).toEqual([7n, 9n]);
  expect(found.notes).toMatchObject([{ code: 'unknown-event', count: 1 }]);
});

test.each([
  ['perf-magic', (bytes: Uint8Array) => bytes.fill(0, 0, 8)],
  ['perf-header', (bytes: Uint8Array) => bytes.fill(9, 8, 10)],
  ['perf-header', (bytes: Uint8Array) => bytes.fill(0, 16, 18)],
  ['perf-header', (bytes: Uint8Array) => bytes.fill(0x7f, 40, 46)],
  ['perf-section', (bytes: Uint8Array) => bytes.fill(0x7f, 32, 38)],
  ['perf-no-events', (bytes: Uint8Array) => bytes.fill(0, 32, 38)],
])('a header that cannot be: %s', (code, damage) => {
  const file = writeFile({ attributes: [simple], records: [simpleSample(1)] });
  damage(file);
  try {
    openTraces([memoryFile('perf.data', file)], { inputFormat: 'perf-data' });
  } catch (error) {
    expect((error as TraceError).code).toBe(code);
    return;
  }
  throw new Error('it was read');
});

test('a file that ends behind its magic', () => {
  const file = writeFile({ attributes: [simple], records: [simpleSample(1)] }).subarray(0, 8);
  const error = traceErrorOf(() => openTraces([memoryFile('perf.data', file)]));
  expect(error).toMatchObject({
    ...{ code: 'perf-header', place: { unit: 'byte', offset: 8 } },
    reason: 'The file ends after 8 bytes, where its header has 16 at least.',
  });
});

test('a pipe: attributes and features are records', () => {
  const attr = record(64, new Bytes().add(writeAttribute(simple, true)).u64(1));
  const feature = record(80, new Bytes().u64(3).u32(8).text('host'));
  const file = concat([
    new Bytes().add(new TextEncoder().encode('PERFILE2')).u64(16).all,
    ...[
      attr,
      feature,
      record(mmap, new Bytes().u32(1, 1).u64(0, 1, 0).text('x').u32(0, 0).u64(0).u32(0, 0)),
      simpleSample(3),
    ],
  ]);
  const { records, traces, notes } = open(file);
  expect(notes).toEqual([]);
  expect(traces[0]).toMatchObject({ hostName: 'host', formatTitle: 'perf.data 2, pipe' });
  expect(records.map(({ event }) => event)).toEqual(['PERF_RECORD_MMAP', 'cpu-clock:HG']);
});
