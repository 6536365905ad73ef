import { expect, test } from 'vitest';
import type { FieldType, Scope, StructType } from '../events/layout.ts';
import { type ClassMeaning, describeClass, type TracerIdentity } from './describe.ts';
import { type CanonicalName, vocabulary } from './events.ts';
import { otherEndOfCall } from './lttng.ts';

const integer: FieldType = {
  kind: 'integer',
  sizeBits: 32,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: true,
  displayBase: 10,
  isText: false,
};
const text: FieldType = { kind: 'string', alignmentBits: 8 };
const lttng: TracerIdentity = { tracer: 'lttng-modules 2.8.0', domain: 'kernel', architecture: 'x86_64' };
const perf: TracerIdentity = { tracer: 'perf 6.1', domain: 'kernel', architecture: 'x86_64' };

function struct(fields: Readonly<Record<string, FieldType>>): StructType {
  return {
    kind: 'struct',
    alignmentBits: 8,
    members: Object.entries(fields).map(([name, type]) => ({ name, type })),
  };
}

function describe(
  trace: TracerIdentity,
  name: string,
  payload: Readonly<Record<string, FieldType>>,
  context: Readonly<Record<string, FieldType>> = {},
): ClassMeaning {
  const scopes = new Map<Scope, StructType>([
    ['common-context', struct(context)],
    ['payload', struct(payload)],
  ]);
  return describeClass({ name, scopes }, trace);
}

/** `name=open`, or `ret:payload.ret`. */
function fieldsOf({ canonical }: ClassMeaning): string[] {
  if (canonical === undefined) return [];
  return Object.keys(vocabulary[canonical.name as CanonicalName]).flatMap((name) => {
    const source = canonical.fields.get(name);
    if (source === undefined) return [];
    if (source.kind === 'constant') return [`${name}=${source.value}`];
    return [`${name}:${source.field.scope}.${source.field.path.join('.')}`];
  });
}

test.each([
  ['syscall_entry_open', 'syscall_enter', ['name=open']],
  ['compat_syscall_entry_open', 'syscall_enter', ['name=open']],
  ['sys_open', 'syscall_enter', ['name=open']],
  ['compat_sys_open', 'syscall_enter', ['name=open']],
  ['syscall_exit_open', 'syscall_exit', ['name=open', 'ret:payload.ret']],
  ['exit_syscall', 'syscall_exit', ['ret:payload.ret']],
  ['syscall_entry_unknown', 'syscall_enter', ['nr:payload.id']],
  ['compat_syscall_entry_unknown', 'syscall_enter', ['name=unknown']],
  ['syscall_exit_unknown', 'syscall_exit', ['ret:payload.ret']],
])('LTTng: %s is a %s', (name, canonical, fields) => {
  // sethostname and others have arguments called name.
  const meaning = describe(lttng, name, { id: integer, ret: integer, name: text, nr: integer });
  expect(meaning.canonical?.name).toBe(canonical);
  expect(fieldsOf(meaning)).toEqual(fields);
});

test.each([
  ['raw_syscalls:sys_enter', ['nr:payload.id']],
  ['raw_syscalls:sys_exit', ['nr:payload.id', 'ret:payload.ret']],
  ['syscalls:sys_enter_openat', ['nr:payload.__syscall_nr', 'name=openat']],
  [
    'sched:sched_switch',
    ['prev_tid:payload.prev_pid', 'next_comm:payload.next_comm', 'next_tid:payload.next_pid'],
  ],
  ['sched:sched_waking', ['task_tid:payload.pid', 'target_cpu:payload.target_cpu']],
])('perf: %s', (name, fields) => {
  const meaning = describe(perf, name, {
    perf_tid: integer,
    perf_pid: integer,
    perf_cpu: integer,
    id: integer,
    __syscall_nr: integer,
    ret: integer,
    prev_pid: integer,
    next_comm: text,
    next_pid: integer,
    pid: integer,
    target_cpu: integer,
  });
  expect(fieldsOf(meaning)).toEqual(fields);
  expect(meaning.tid).toMatchObject({ field: { path: ['perf_tid'] } });
  expect(meaning.pid).toMatchObject({ field: { path: ['perf_pid'] } });
  expect(meaning.cpu).toMatchObject({ field: { path: ['perf_cpu'] } });
});

test.each([
  [perf, 'irq_vectors:local_timer_exit', 'local_timer'],
  [perf, 'irq_vectors:x86_platform_ipi_exit', 'x86_platform_ipi'],
  [lttng, 'x86_irq_vectors_call_function_exit', 'call_function'],
  [lttng, 'x86_irq_vectors_ipi_exit', 'x86_platform_ipi'],
])('vectors of x86: $1', (tracer, name, vector) => {
  const meaning = describe(tracer, name, { vector: integer });
  expect(meaning.canonical?.name).toBe('vector_exit');
  expect(fieldsOf(meaning)).toEqual(['vector:payload.vector', `name=${vector}`]);
});

test('a thread in the payload is not the one that caused the event, one in the context is', () => {
  expect(describe(lttng, 'sched_waking', { tid: integer }).tid).toBeUndefined();
  const meaning = describe(
    lttng,
    'sched_waking',
    { tid: integer },
    { vtid: integer, tid: integer, vpid: integer },
  );
  expect(fieldsOf(meaning)).toEqual(['task_tid:payload.tid']);
  expect(meaning.tid).toMatchObject({ field: { scope: 'common-context', path: ['tid'] } });
  expect(meaning.pid).toMatchObject({ field: { scope: 'common-context', path: ['vpid'] } });
});

test('events of user space keep their own names', () => {
  const meaning = describe({ ...lttng, domain: 'ust' }, 'sched_switch', {}, { vtid: integer });
  expect(meaning.canonical).toBeUndefined();
  expect(meaning.tid).toMatchObject({ field: { path: ['vtid'] } });
});

test('names that CTF reserves have an underscore in front', () => {
  expect(fieldsOf(describe(perf, 'raw_syscalls:sys_enter', { _id: integer }))).toEqual(['nr:payload._id']);
});

test('a field of another type is not taken', () => {
  expect(
    fieldsOf(describe(lttng, 'sched_process_exit', { comm: integer, tid: text, prio: integer })),
  ).toEqual(['prio:payload.prio']);
});

test('arguments of calls on files are known by name, whatever the tracer', () => {
  const openat = { dfd: integer, filename: text, flags: integer, mode: integer };
  expect(fieldsOf(describe(lttng, 'syscall_entry_openat', openat))).toEqual([
    'name=openat',
    'path:payload.filename',
    'flags:payload.flags',
  ]);
  // perf has the address of a path, which is no text.
  const perfOpenat = { ...openat, filename: integer, __syscall_nr: integer };
  expect(fieldsOf(describe(perf, 'syscalls:sys_enter_openat', perfOpenat))).toEqual([
    'nr:payload.__syscall_nr',
    'name=openat',
    'flags:payload.flags',
  ]);
  // Calls that are not on files have arguments that are called the same.
  expect(fieldsOf(describe(lttng, 'syscall_entry_ioctl', { fd: integer, cmd: integer }))).toEqual([
    'name=ioctl',
  ]);
});

test('arguments by number are elements of one array', () => {
  const args: FieldType = {
    kind: 'array',
    alignmentBits: 8,
    element: integer,
    length: { kind: 'fixed', count: 6 },
    isText: false,
  };
  const { canonical } = describe(perf, 'raw_syscalls:sys_enter', { id: integer, args });
  expect(canonical?.fields.get('arg2')).toMatchObject({ field: { path: ['args'] }, element: 2 });
  expect(canonical?.fields.get('fd')).toBeUndefined();
});

test("priorities are the kernel's: LTTng writes 100 less, in wake-ups since 2.7.1", () => {
  const plusOf = (tracer: string, event: string, field: string) => {
    const source = describe({ ...lttng, tracer }, event, { [field]: integer }).canonical?.fields.get(field);
    return source?.kind === 'field' ? source.plus : 'none';
  };
  expect(plusOf('lttng-modules 2.8.0', 'sched_switch', 'next_prio')).toBe(100);
  expect(plusOf('lttng-modules 2.5.0', 'sched_switch', 'next_prio')).toBe(100);
  expect(plusOf('lttng-modules 2.8.0', 'sched_wakeup', 'prio')).toBe(100);
  expect(plusOf('lttng-modules 2.7.0', 'sched_wakeup', 'prio')).toBeUndefined();
  expect(plusOf('perf 6.1', 'sched:sched_switch', 'next_prio')).toBeUndefined();
});

test('flags of a request are bits in LTTng and text in perf', () => {
  expect(fieldsOf(describe(lttng, 'block_rq_issue', { dev: integer, rwbs: integer, tid: integer }))).toEqual([
    'dev:payload.dev',
    'rwbs_bits:payload.rwbs',
    'task_tid:payload.tid',
  ]);
  expect(fieldsOf(describe(perf, 'block:block_rq_issue', { dev: integer, rwbs: text }))).toEqual([
    'dev:payload.dev',
    'rwbs:payload.rwbs',
  ]);
});

test.each(['mm_page_alloc', 'kmem_mm_page_alloc', 'net_if_receive_skb', 'irq_softirq_entry'])(
  'LTTng: %s is known',
  (name) => {
    expect(describe(lttng, name, {}).canonical?.name).toBe(
      name.replace('kmem_', '').replace('net_if', 'netif').replace('irq_', ''),
    );
  },
);

test('a call of LTTng has two ends', () => {
  expect(otherEndOfCall('syscall_entry_openat')).toBe('syscall_exit_openat');
  expect(otherEndOfCall('compat_syscall_exit_openat')).toBe('compat_syscall_entry_openat');
  expect(otherEndOfCall('sys_open')).toBeUndefined();
});
