/**
 * The canonical kernel events and their fields, as data.
 *
 * Events are named as the kernel's tracepoints are, without the subsystem; fields as LTTng and the kernel name them, where
 * a thread id is always a `tid`, though ftrace and perf write `pid`. The thread that an event is about, where it is not the
 * one that caused it, is its `task_tid`: `tid` and `pid` are the causing thread's, which every event has. A new event is a new entry here, and, if a tracer names
 * it or a field of it differently, a line in that tracer's file.
 */

/**
 * - `integer`: a number; beyond 2^53 it loses its low digits
 * - `signed`: the same, but negative where a tracer recorded it without a sign (return values)
 * - `text`: bytes up to a NUL
 */
export type FieldKind = 'integer' | 'signed' | 'text';

const wakeup = { comm: 'text', task_tid: 'integer', prio: 'integer', target_cpu: 'integer' } as const;

export const vocabulary = {
  /** A thread enters the kernel. `nr` is the number in its architecture's table. */
  syscall_enter: { nr: 'integer', name: 'text' },
  /** And leaves it: `ret` from -4095 to -1 is an error. Some tracers do not say which call it was. */
  syscall_exit: { nr: 'integer', name: 'text', ret: 'signed' },
  sched_switch: {
    prev_comm: 'text',
    prev_tid: 'integer',
    prev_prio: 'integer',
    prev_state: 'integer',
    next_comm: 'text',
    next_tid: 'integer',
    next_prio: 'integer',
  },
  sched_waking: wakeup,
  sched_wakeup: wakeup,
  sched_wakeup_new: wakeup,
  sched_migrate_task: {
    comm: 'text',
    task_tid: 'integer',
    prio: 'integer',
    orig_cpu: 'integer',
    dest_cpu: 'integer',
  },
  sched_process_fork: {
    parent_comm: 'text',
    parent_tid: 'integer',
    parent_pid: 'integer',
    child_comm: 'text',
    child_tid: 'integer',
    child_pid: 'integer',
  },
  sched_process_exec: { filename: 'text', task_tid: 'integer', old_tid: 'integer' },
  sched_process_exit: { comm: 'text', task_tid: 'integer', prio: 'integer' },
  sched_process_free: { comm: 'text', task_tid: 'integer', prio: 'integer' },
  task_rename: { task_tid: 'integer', oldcomm: 'text', newcomm: 'text' },
  /** A thread that was there when the recording began (LTTng's statedump). */
  process_state: { task_tid: 'integer', task_pid: 'integer', ppid: 'integer', comm: 'text' },
  irq_handler_entry: { irq: 'integer', name: 'text' },
  irq_handler_exit: { irq: 'integer', ret: 'signed' },
  softirq_raise: { vec: 'integer' },
  softirq_entry: { vec: 'integer' },
  softirq_exit: { vec: 'integer' },
} as const satisfies Record<string, Readonly<Record<string, FieldKind>>>;

type Vocabulary = typeof vocabulary;
/** The name of a canonical event. */
export type CanonicalName = keyof Vocabulary;
/** The name of a field of a canonical event. */
export type CanonicalField<Name extends CanonicalName> = keyof Vocabulary[Name] & string;
/** What kind a field is. */
export type KindOf<Name extends CanonicalName, Field extends CanonicalField<Name>> = Vocabulary[Name][Field];

/** Whether text names a canonical event. */
export function isCanonicalName(text: string): text is CanonicalName {
  return Object.hasOwn(vocabulary, text);
}

/** The kind of a field of a canonical event. */
export function fieldKind(name: CanonicalName, field: string): FieldKind {
  return (vocabulary[name] as Readonly<Record<string, FieldKind>>)[field]!;
}
