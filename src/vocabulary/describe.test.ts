import { expect, test } from 'vitest';
import type { FieldType, Scope, StructType } from '../events/layout.ts';
import { type ClassMeaning, describeClass, type TracerIdentity } from './describe.ts';

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
  return [...(canonical?.fields ?? [])].map(([name, source]) =>
    source.kind === 'constant'
      ? `${name}=${source.value}`
      : `${name}:${source.field.scope}.${source.field.path.join('.')}`,
  );
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
