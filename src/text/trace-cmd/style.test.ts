import { expect, test } from 'vitest';
import type { FieldStruct } from '../../events/columns.ts';
import type { StructType } from '../../events/layout.ts';
import { integer, list, makeBatch, makeTraceAbout, struct } from '../../events/testing.ts';
import { ByteWriter } from '../../events/text/byte-writer.ts';
import { defaultTextOptions } from '../../events/text/style.ts';
import { style } from './style.ts';

const id = integer({ isSigned: true });
const u64 = integer({ sizeBits: 64 });
const comm = list(integer({ sizeBits: 8, isText: true }), true);
const functions: readonly (readonly [bigint, string])[] = [
  [0x1000n, 'outer'],
  [0x2000n, 'inner'],
];

interface Made {
  readonly name: string;
  readonly payload: StructType;
  readonly printFormat?: string;
  readonly records: readonly FieldStruct[];
}

/** Lines behind the number of CPUs; records are of thread 7 on CPU 2. */
function printed(made: readonly Made[], stream = 'trace.dat:cpu2', instances?: string): string[] {
  const batch = makeBatch({
    stream: { name: stream },
    classes: made.map(({ name, payload, printFormat = '""' }) => ({
      name,
      tid: { kind: 'field', field: { scope: 'common-context', path: ['common_pid'] }, type: id },
      kernelText: {
        printFormat,
        longSizeBytes: 8,
        symbolAt: (address: bigint) => {
          const found = functions.find(([start]) => address >= start && address < start + 0x100n);
          return found && { name: found[1], offset: address - found[0] };
        },
        stringAt: () => undefined,
        commandLine: (tid: number) => (tid === 8 ? 'saved' : undefined),
      },
      scopes: { 'common-context': struct({ common_pid: id }), payload },
    })),
    records: made.flatMap(({ name, records }) =>
      records.map((payload) => ({
        name,
        timeNs: 5,
        cpu: 2,
        fields: { 'common-context': { common_pid: Number(payload['common_pid'] ?? 7) }, payload },
      })),
    ),
  });
  const environment = new Map<string, string | bigint>([['cpu_count', 4n]]);
  if (instances !== undefined) environment.set('instances', instances);
  const traces = [makeTraceAbout({ environment })];
  const writer = style.begin({ traces, originNs: 12_000_000_000n, options: defaultTextOptions });
  const out = new ByteWriter();
  for (let position = 0; position < batch.count; position++) writer.write(batch, position, out);
  writer.end?.(out);
  const [head, ...lines] = new TextDecoder().decode(out.take()).split('\n').slice(0, -1);
  expect(head).toBe('cpus=4');
  return lines;
}

/** The text of each record, without what stands before it in all lines. */
function texts(one: Made): string[] {
  return printed([one]).map((line) => line.replace(/^.{44}: \w+: +/, ''));
}

test('a line, and the line end of a text', () => {
  const payload = struct({ v: id });
  expect(
    printed([
      {
        name: 'system:event',
        payload,
        printFormat: '"v=%d\\n", REC->v',
        records: [{ v: 1 }, { v: 2, common_pid: 0 }],
      },
      {
        name: 'system:an_event_with_a_very_long_name',
        payload,
        printFormat: '"%d", REC->v',
        records: [{ v: 3, common_pid: 8 }],
      },
    ]),
  ).toEqual([
    '           <...>-7     [002]    12.000000005: event:                v=1',
    '          <idle>-0     [002]    12.000000005: event:                v=2',
    '           saved-8     [002]    12.000000005: an_event_with_a_very_long_name: 3',
  ]);
});

test('instances stand before lines, and spaces before those of the main buffer', () => {
  const one = {
    name: 'system:event',
    payload: struct({ v: id }),
    printFormat: '"%d", REC->v',
    records: [{ v: 1 }],
  };
  const line = '           <...>-7     [002]    12.000000005: event:                1';
  expect(printed([one], 'a/trace.dat:foo/cpu2', 'foo,longer')).toEqual([`   foo: ${line}`]);
  expect(printed([one], 'a/trace.dat:cpu2', 'foo,longer')).toEqual([`        ${line}`]);
});

test('threads without a saved name are called as switches call them', () => {
  const payload = struct({
    prev_comm: comm,
    prev_pid: id,
    prev_prio: id,
    prev_state: u64,
    next_comm: comm,
    next_pid: id,
    next_prio: id,
  });
  const values = {
    prev_comm: 'bash',
    prev_pid: 7,
    prev_prio: 120,
    next_comm: 'wl',
    next_pid: 9,
    next_prio: -1,
  };
  expect(
    printed([
      {
        name: 'sched:sched_switch',
        payload,
        records: [
          { ...values, prev_state: 0n },
          { ...values, prev_state: 0x41n, common_pid: 9 },
        ],
      },
    ]),
  ).toEqual([
    '           <...>-7     [002]    12.000000005: sched_switch:         bash:7 [120] R ==> wl:9 [-1]',
    '              wl-9     [002]    12.000000005: sched_switch:         bash:7 [120] S|x ==> wl:9 [-1]',
  ]);
});

test('plugins’ texts', () => {
  const wakeup = struct({ comm, pid: id, prio: id, target_cpu: id });
  expect(
    texts({
      name: 'sched:sched_wakeup',
      payload: wakeup,
      records: [{ comm: 'wl', pid: 9, prio: 120, target_cpu: 1 }],
    }),
  ).toEqual(['wl:9 [120] CPU:001']);
  const timer = struct({ hrtimer: u64, function: u64, expires: u64, softexpires: u64 });
  const started = { hrtimer: 255n, function: 0x1000n, expires: 5n, softexpires: 6n };
  expect(
    texts({ name: 'timer:hrtimer_start', payload: timer, records: [started, { ...started, function: 16n }] }),
  ).toEqual([
    'hrtimer=0xff function=outer/0x0 expires=5 softexpires=6',
    'hrtimer=0xff function=0x00000010 expires=5 softexpires=6',
  ]);
  const allocation = struct({ call_site: u64 });
  const freed = { name: 'kmem:kfree', payload: allocation, printFormat: '"call_site=%lx", REC->call_site' };
  expect(texts({ ...freed, records: [{ call_site: 0x1010n }, { call_site: 1n }] })).toEqual([
    '(outer+0x10) call_site=1010',
    'call_site=1',
  ]);
  const flush = struct({ reason: id, pages: u64 });
  expect(
    texts({ name: 'tlb:tlb_flush', payload: flush, records: [{ reason: 1, pages: 2n ** 64n - 1n }] }),
  ).toEqual(['pages=-1 reason=remote shootdown (1)']);
});

test('futex calls by their operation', () => {
  const payload = struct({ uaddr: u64, op: u64, val: u64, utime: u64, uaddr2: u64, val3: u64 });
  const call = { uaddr: 0x1000n, val: 1n, utime: 2n, uaddr2: 3n, val3: 4n };
  const one = { name: 'syscalls:sys_enter_futex', payload, printFormat: '"op: %lld", REC->op' };
  const records = [0n, 129n, 384n + 9n, 4n, 99n].map((op) => ({ ...call, op }));
  expect(texts({ ...one, records })).toEqual([
    'op=FUTEX_WAIT uaddr=0x00001000 val=0x00000001 utime=0x00000002',
    'op=FUTEX_WAKE|FUTEX_PRIVATE_FLAG uaddr=0x00001000 val=1',
    'op=FUTEX_WAIT_BITSET|FUTEX_PRIVATE_FLAG|FUTEX_CLOCK_REALTIME uaddr=0x00001000 val=0x00000001 utime=0x00000002 val3=0x00000004',
    'op=FUTEX_CMP_REQUEUE uaddr=0x00001000 val=1 val2=2 uaddr2=0x00000003 val3=0x00000004',
    'op: 99',
  ]);
});

test('functions are indented by their callers, stacks have a line an address', () => {
  const payload = struct({ ip: u64, parent_ip: u64 });
  const calls = [
    { ip: 0x1000n, parent_ip: 0x2000n },
    { ip: 0x2000n, parent_ip: 0x1000n },
    { ip: 16n, parent_ip: 0x1000n },
    { ip: 0x1000n, parent_ip: 16n },
  ];
  const lines = printed([{ name: 'ftrace:function', payload, records: calls }]);
  expect(lines.map((line) => line.slice(68))).toEqual(['outer', '   inner', '   0x10', 'outer']);
  const stack = struct({ caller: list(u64) });
  const records = [{ caller: [0x1004n, 16n, 2n ** 64n - 1n, 0x2000n] }];
  expect(printed([{ name: 'ftrace:kernel_stack', payload: stack, records }]).slice(1)).toEqual([
    '=> outer (1004)',
    '=> 10',
  ]);
});

test('the function graph: the next event tells whether a function called others', () => {
  const entry = struct({ func: u64, depth: id });
  const exit = struct({ func: u64, depth: id, calltime: u64, rettime: u64 });
  const entered = (records: readonly FieldStruct[]) => ({
    name: 'ftrace:funcgraph_entry',
    payload: entry,
    records,
  });
  const left = (...ends: readonly bigint[]) => ({
    name: 'ftrace:funcgraph_exit',
    payload: exit,
    records: ends.map((rettime) => ({ func: 0x2000n, depth: 0, calltime: 0n, rettime })),
  });
  const shown = (...made: readonly Made[]) => printed(made).map((line) => line.replace(/^.{44}: /, ''));
  const [outer, inner] = [
    { func: 0x1000n, depth: 0 },
    { func: 0x2000n, depth: 1 },
  ];
  expect(shown(entered([outer, inner]), left(250n, 150_234n, 123_456_789_000n))).toEqual([
    'funcgraph_entry:                   |  outer() {',
    'funcgraph_entry:        0.250 us   |    inner();',
    'funcgraph_exit:       ! 150.234 us |  }',
    'funcgraph_exit:       $ 123456789 us |  }',
  ]);
  expect(shown(entered([{ func: 16n, depth: 0 }]), left(20_000n))).toEqual([
    'funcgraph_entry:                   |  10() {',
    'funcgraph_exit:       + 20.000 us  |  }',
  ]);
  expect(shown(entered([outer]))).toEqual(['funcgraph_entry:                   |  outer() {']);
});

test('without an event the number of CPUs is all that is printed', () => {
  expect(printed([])).toEqual([]);
});
