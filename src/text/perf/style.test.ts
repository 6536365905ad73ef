import { expect, test } from 'vitest';
import type { EventBatch } from '../../events/batch.ts';
import {
  type HandMadeRecord,
  integer,
  list,
  makeBatch,
  makeTraceAbout,
  struct,
  text,
} from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { defaultTextOptions } from '../../events/text/style.ts';
import { style } from './style.ts';

const id = integer({ isSigned: true });
const misc = integer({ sizeBits: 16 });
const address = integer({ sizeBits: 64, displayBase: 16 });
const count = integer({ sizeBits: 64 });
const tid = { kind: 'field', field: { scope: 'specific-context', path: ['tid'] }, type: id } as const;
const sample = { misc, ip: address, pid: id, tid: id, period: count };

const kernelText = {
  printFormat: '"comm=%s pid=%d", REC->comm, REC->pid',
  longSizeBytes: 8,
  symbolAt: () => undefined,
  stringAt: () => undefined,
  commandLine: (thread: number) => (thread === 77 ? 'saved' : undefined),
};

const classes = [
  { name: 'PERF_RECORD_COMM', scopes: { payload: struct({ misc, pid: id, tid: id, comm: text }) } },
  { name: 'PERF_RECORD_FORK', scopes: { payload: struct({ misc, pid: id, ppid: id, tid: id, ptid: id }) } },
  {
    name: 'PERF_RECORD_MMAP',
    scopes: {
      payload: struct({
        misc,
        pid: id,
        tid: id,
        addr: address,
        len: address,
        pgoff: address,
        filename: text,
      }),
    },
  },
  { name: 'cycles:u', tid, scopes: { 'specific-context': struct(sample) } },
  { name: 'chain', tid, scopes: { 'specific-context': struct({ ...sample, callchain: list(address) }) } },
  {
    name: 'sched:wake',
    tid,
    kernelText,
    scopes: {
      'specific-context': struct({ ...sample, cpu: id }),
      payload: struct({ comm: list(integer({ sizeBits: 8, isText: true }), true), pid: id }),
    },
  },
  {
    name: 'fixed',
    tid,
    attributes: new Map([['sample_period', 4000n]]),
    scopes: { 'specific-context': struct({ tid: id }) },
  },
];

const user = 2;
const kernel = 1;

function printed(records: readonly HandMadeRecord[]): string[] {
  const batch: EventBatch = makeBatch({ classes, records });
  const clock = { offsetSeconds: 1000n, offsetCycles: 0n };
  const traces = [makeTraceAbout({ clocks: [clock as never] })];
  const eventClasses = [...batch.classes.values()].map((one) => one.eventClass);
  const writer = style.begin({
    traces,
    classes: eventClasses,
    originNs: 1_012_999_999_999n,
    options: defaultTextOptions,
  });
  const out = new ByteWriter();
  for (let position = 0; position < batch.count; position++) writer.write(batch, position, out);
  return new TextDecoder().decode(out.take()).split('\n').slice(0, -1);
}

const taken = { misc: user, ip: 0x1010n, pid: 5, tid: 6, period: 12n };
const comm = (pid: number, thread: number, name: string): HandMadeRecord => ({
  name: 'PERF_RECORD_COMM',
  fields: { payload: { misc: 0, pid, tid: thread, comm: name } },
});
const mmap = (mode: number, pid: number, addr: bigint, filename: string): HandMadeRecord => ({
  name: 'PERF_RECORD_MMAP',
  fields: { payload: { misc: mode, pid, tid: pid, addr, len: 0x1000n, pgoff: 0x200n, filename } },
});

test('samples, with the names of threads and files that the records before them say', () => {
  expect(
    printed([
      { name: 'cycles:u', timeNs: 1, fields: { 'specific-context': taken } },
      comm(5, 5, 'main'),
      { name: 'PERF_RECORD_FORK', fields: { payload: { misc: 0, pid: 5, ppid: 5, tid: 6, ptid: 5 } } },
      mmap(user, 5, 0x1000n, '/bin/main'),
      { name: 'cycles:u', timeNs: 2, fields: { 'specific-context': taken } },
      comm(5, 6, 'worker'),
      { name: 'cycles:u', timeNs: 1_000_000_001, fields: { 'specific-context': { ...taken, misc: kernel } } },
      { name: 'cycles:u', fields: { 'specific-context': { ...taken, tid: 0 } } },
    ]),
  ).toEqual([
    '              :6     6    13.000000000:         12   cycles:u:              1010 [unknown] ([unknown])',
    '            main     6    13.000000001:         12   cycles:u:              1010 [unknown] (/bin/main)',
    '          worker     6    14.000000000:         12   cycles:u:              1010 [unknown] ([unknown])',
    '         swapper     0         12   cycles:u:              1010 [unknown] (/bin/main)',
  ]);
});

test('call chains: whose an address is, and where in a file', () => {
  const callchain = [-128n, 0xffffffffa0000010n, 0xffffffff81000000n, -512n, 0x1010n, 0x9000n].map((one) =>
    BigInt.asUintN(64, one),
  );
  expect(
    printed([
      mmap(user, 5, 0x1000n, '/bin/main'),
      mmap(kernel, -1, 0xffffffff81000000n, '[kernel.kallsyms]_text'),
      mmap(kernel, -1, 0xffffffffa0000000n, '/lib/modules/6.1/kernel/net/foo-bar.ko.xz'),
      { name: 'chain', timeNs: 1, cpu: 3, fields: { 'specific-context': { ...taken, callchain } } },
    ]),
  ).toEqual([
    ':6     6 [003]    13.000000000:         12      chain: ',
    '\tffffffffa0000010 [unknown] ([foo_bar])',
    '\tffffffff81000000 [unknown] ([kernel.kallsyms])',
    '\t             210 [unknown] (/bin/main)',
    '\t            9000 [unknown] ([unknown])',
    '',
  ]);
});

test('tracepoints have their text, without period and address; a fixed period is the event’s', () => {
  const context = { ...taken, tid: 77, cpu: 1 };
  expect(
    printed([
      {
        name: 'sched:wake',
        timeNs: 1,
        cpu: 1,
        fields: { 'specific-context': context, payload: { comm: 'bash', pid: 9 } },
      },
      { name: 'fixed', timeNs: 1, fields: { 'specific-context': { tid: 4 } } },
    ]),
  ).toEqual([
    '           saved    77 [001]    13.000000000: sched:wake: comm=bash pid=9',
    '              :4     4    13.000000000:       4000      fixed: ',
  ]);
});
