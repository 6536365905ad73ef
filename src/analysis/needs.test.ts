import { expect, test } from 'vitest';
import { missing } from './needs.ts';
import { textTrace } from './testing.ts';

const { classes } = textTrace('1us cpu0 sched_waking task_tid=7');

test('what a trace lacks comes with the commands that record it, that of its tracer first', () => {
  const needs = { events: { sched_switch: ['next_tid'] }, transitions: ['syscall-completed'] } as const;
  const perf = 'perf record -a -e sched:sched_switch -e raw_syscalls:sys_enter -e raw_syscalls:sys_exit';
  const lttng = 'lttng enable-event -k --syscall --all && lttng enable-event -k sched_switch';
  const hintFor = (...tracers: (string | undefined)[]) => missing(needs, classes, tracers)?.hint;
  expect(missing(needs, classes)?.sentence).toBe(
    'The trace has no sched_switch and no syscall_enter and no syscall_exit events',
  );
  expect(hintFor()).toBe(`record them with: ${perf}, or: ${lttng}`);
  expect(hintFor('perf 6.1')).toBe(`record them with: ${perf}, or: ${lttng}`);
  expect(hintFor('lttng-modules 2.8.0')).toBe(`record them with: ${lttng}, or: ${perf}`);
  expect(hintFor(undefined, 'lttng-ust 2.3')).toBe(`record them with: ${lttng}, or: ${perf}`);
  const traceCmd = perf.replace('perf record -a', 'trace-cmd record');
  expect(hintFor('trace-cmd 3.1.6')).toBe(`record them with: ${traceCmd}, or: ${perf}, or: ${lttng}`);
});

test('what only one tracer records has one command', () => {
  const needs = { events: { process_state: [] } } as const;
  expect(missing(needs, classes, ['perf 6.1'])?.hint).toBe(
    'record it with: lttng enable-event -k lttng_statedump_process_state',
  );
  const locks = { transitions: ['lock-contended'] } as const;
  expect(missing(locks, classes, ['lttng-modules 2.13.0'])?.hint).toBe(
    'record them with: perf record -a -e lock:contention_begin -e lock:contention_end',
  );
});
