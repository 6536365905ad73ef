/**
 * The canonical kernel events and their fields, as data.
 *
 * Events are named as the kernel's tracepoints are, without the subsystem; fields as LTTng and the kernel name them, where
 * a thread id is always a `tid`, though ftrace and perf write `pid`. The thread that an event is about, where it is not the
 * one that caused it, is its `task_tid`: `tid` and `pid` are the causing thread's, which every event has. A new event is a new entry here, and, if a tracer names
 * it or a field of it differently, a line in that tracer's file. A `prio` is the kernel's: 0 to 99 real time, 100 to 139 by
 * niceness.
 */

/**
 * - `integer`: a number; beyond 2^53 it loses its low digits
 * - `signed`: the same, but negative where a tracer recorded it without a sign (return values)
 * - `address`: the low 52 bits of a pointer: enough to tell two apart, and exact as a number
 * - `exact`: 64-bit integers without a loss, none, one or a list of them a record: addresses that are looked up
 * - `text`: bytes up to a NUL
 */
export type FieldKind = 'integer' | 'signed' | 'address' | 'exact' | 'text';

/** What a request to a block device has; `rwbs` is text in ftrace and perf (`WS`), `rwbs_bits` LTTng's flags. */
const request = {
  dev: 'integer',
  sector: 'integer',
  nr_sector: 'integer',
  rwbs: 'text',
  rwbs_bits: 'integer',
} as const;
/** The thread that caused it, as the event itself tells. */
const requester = { task_tid: 'integer', comm: 'text' } as const;
const packet = { name: 'text', len: 'integer' } as const;
const wakeup = { comm: 'text', task_tid: 'integer', prio: 'integer', target_cpu: 'integer' } as const;

export const vocabulary = {
  /**
   * A thread enters the kernel. `nr` is the number in its architecture's table. The others are arguments of calls on files
   * (`syscall-arguments.ts` says which argument of which call), and `arg0` to `arg5` all of them where a tracer has only numbers.
   */
  syscall_enter: {
    nr: 'integer',
    name: 'text',
    fd: 'signed',
    other_fd: 'signed',
    path: 'text',
    size: 'integer',
    flags: 'integer',
    arg0: 'signed',
    arg1: 'signed',
    arg2: 'signed',
    arg3: 'signed',
    arg4: 'signed',
    arg5: 'signed',
  },
  /**
   * And leaves it: `ret` from -4095 to -1 is an error. Some tracers do not say which call it was. `fd0` and `fd1` are the two
   * ends that `pipe` and `socketpair` made.
   */
  syscall_exit: { nr: 'integer', name: 'text', ret: 'signed', fd0: 'signed', fd1: 'signed' },
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
  /** A thread lends its priority to another, or takes it back. */
  sched_pi_setprio: { comm: 'text', task_tid: 'integer', oldprio: 'integer', newprio: 'integer' },
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
  process_state: {
    task_tid: 'integer',
    task_pid: 'integer',
    ppid: 'integer',
    comm: 'text',
    file_table: 'address',
  },
  /** A file that was open then, of a process, or (LTTng 2.12 and later) of all that share a table of files. */
  file_descriptor_state: {
    task_pid: 'integer',
    file_table: 'address',
    fd: 'signed',
    path: 'text',
    flags: 'integer',
  },
  /** The name of a block device. */
  block_device_state: { dev: 'integer', name: 'text' },
  /** Whose interrupt a line is. */
  interrupt_state: { irq: 'integer', name: 'text' },
  irq_handler_entry: { irq: 'integer', name: 'text' },
  irq_handler_exit: { irq: 'integer', ret: 'signed' },
  softirq_raise: { vec: 'integer' },
  softirq_entry: { vec: 'integer' },
  softirq_exit: { vec: 'integer' },
  /**
   * A CPU is interrupted by another one, or by what it has of its own (its timer); `name` says by what, or `reason`, the address of a text of the
   * kernel's. `vector` is the number where the architecture has such.
   */
  vector_entry: { vector: 'integer', name: 'text', reason: 'address' },
  vector_exit: { vector: 'integer', name: 'text', reason: 'address' },
  /** A CPU interrupts another one; `callback` 0: so that it looks whether to switch to another thread. */
  ipi_send_cpu: { target_cpu: 'integer', callback: 'address' },
  /** A CPU interrupts those whose bits are set. */
  ipi_send_cpumask: { target_cpus: 'exact', callback: 'address' },
  ipi_raise: { target_cpus: 'exact', reason: 'address' },
  /** A CPU wants a function called by another one, … */
  csd_queue_cpu: { target_cpu: 'integer', csd: 'address' },
  /** … which calls it. */
  csd_function_entry: { csd: 'address', function: 'address', function_name: 'text' },
  /** Someone wants something of a device. */
  block_bio_queue: { ...request, ...requester },
  /** It gets a request of its own, … */
  block_getrq: { ...request, ...requester },
  /** … or is added to the end or the beginning of one that waits, */
  block_bio_backmerge: request,
  block_bio_frontmerge: request,
  /** Two requests become one; the fields are those of the one that is gone. */
  block_rq_merge: { ...request, bytes: 'integer' },
  /** A part of a device is a part of a larger one. */
  block_bio_remap: { ...request, old_dev: 'integer', old_sector: 'integer' },
  block_rq_insert: { ...request, ...requester, bytes: 'integer' },
  block_rq_issue: { ...request, ...requester, bytes: 'integer' },
  block_rq_requeue: request,
  block_rq_complete: { ...request, error: 'signed' },
  /** A thread finds a lock of the kernel taken, and spins or sleeps; `flags` say which kind of lock. */
  contention_begin: { lock_addr: 'address', flags: 'integer' },
  /** And has it, if `ret` is 0. */
  contention_end: { lock_addr: 'address', ret: 'signed' },
  /**
   * A timer is set: the wheel's, which counts ticks, and the high-resolution one, of which nanoseconds of its own clock are kept as addresses are:
   * the low 52 bits, exact. `function_name` where a tracer has a text.
   */
  timer_start: {
    timer: 'address',
    function: 'address',
    function_name: 'text',
    expires: 'address',
    now: 'address',
  },
  timer_cancel: { timer: 'address' },
  /** The kernel calls its function, … */
  timer_expire_entry: { timer: 'address', function: 'address', function_name: 'text', now: 'address' },
  /** … which has returned. */
  timer_expire_exit: { timer: 'address' },
  hrtimer_start: {
    hrtimer: 'address',
    function: 'address',
    function_name: 'text',
    expires: 'address',
    softexpires: 'address',
  },
  hrtimer_cancel: { hrtimer: 'address' },
  hrtimer_expire_entry: { hrtimer: 'address', function: 'address', function_name: 'text', now: 'address' },
  hrtimer_expire_exit: { hrtimer: 'address' },
  /** Someone wants something done by a worker of the kernel; it may have to wait until others are done (`workqueue_activate_work`). */
  workqueue_queue_work: {
    work: 'address',
    function: 'address',
    function_name: 'text',
    workqueue: 'text',
    req_cpu: 'integer',
  },
  workqueue_activate_work: { work: 'address' },
  workqueue_execute_start: { work: 'address', function: 'address', function_name: 'text' },
  workqueue_execute_end: { work: 'address' },
  /** A CPU goes to sleep, `state` says how deep; or is awake again, when it is -1 (4294967295). */
  cpu_idle: { state: 'integer', cpu_id: 'integer' },
  /** A CPU runs at another frequency from now on, in kHz. */
  cpu_frequency: { state: 'integer', cpu_id: 'integer' },
  /** A packet is given to a network interface; `rc` 0 is success. */
  net_dev_queue: packet,
  net_dev_xmit: { ...packet, rc: 'signed' },
  netif_rx: packet,
  netif_receive_skb: packet,
  /** Two to the power of `order` pages. */
  mm_page_alloc: { pfn: 'integer', order: 'integer' },
  mm_page_free: { pfn: 'integer', order: 'integer' },
  mm_vmscan_wakeup_kswapd: { nid: 'signed', order: 'integer' },
  writeback_pages_written: { pages: 'integer' },
  /**
   * Where a thread was when an event had been counted so often (`period`). The entries of `callchain`, callees first, are addresses and
   * marks of whose the next ones are; `misc` says whose `ip` is (kernel/cpu-modes.ts).
   */
  sample: { ip: 'exact', callchain: 'exact', period: 'integer', misc: 'integer' },
  /** A part of a file, or memory without one, becomes part of a process, or with `misc` of the kernel. */
  memory_mapped: {
    task_pid: 'integer',
    addr: 'exact',
    length: 'exact',
    page_offset: 'exact',
    filename: 'text',
    misc: 'integer',
  },
  /** Events of this CPU were lost before it, for want of room. */
  events_lost: { lost: 'integer' },
  /** Code that the kernel made while it ran; bit 0 of `flags`: and that is gone. */
  kernel_symbol: { addr: 'exact', length: 'integer', flags: 'integer', name: 'text' },
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

/** Canonical events with some of their fields. */
export type EventNeeds = { readonly [Name in CanonicalName]?: readonly CanonicalField<Name>[] };
