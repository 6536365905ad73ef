/**
 * What the events of perf mean: the kernel's tracepoints as `subsystem:event`, and records that perf has of its own. `perf data convert
 * --to-ctf` writes perf's fields (`perf_tid`, `perf_cpu`, …) in front of the tracepoint's (perf's data-convert-bt.c).
 */
import type { NamedMeaning, TracerNames } from './describe.ts';
import type { CanonicalName } from './events.ts';
import { functionName } from './function-names.ts';
import { argumentNames } from './syscall-arguments.ts';
import { vectorEvents } from './vector-names.ts';

const task = { task_tid: ['pid'] };

const mapping: NamedMeaning = {
  event: 'memory_mapped',
  fields: { task_pid: ['pid'], length: ['len'], page_offset: ['pgoff'] },
};

/** All six arguments of a call, as one list. */
const rawArguments = Object.fromEntries(
  [0, 1, 2, 3, 4, 5].map((index) => [`arg${index}`, [`args[${index}]`]]),
);

/** By the name of a class, all but those of one system call. */
export const perfEvents: Readonly<Record<string, NamedMeaning>> = {
  'raw_syscalls:sys_enter': {
    event: 'syscall_enter',
    fields: { nr: ['id'], name: [], ...argumentNames('syscall_enter', ''), ...rawArguments },
  },
  'raw_syscalls:sys_exit': {
    event: 'syscall_exit',
    fields: { nr: ['id'], name: [], ...argumentNames('syscall_exit', '') },
  },
  'sched:sched_switch': {
    event: 'sched_switch',
    fields: { prev_tid: ['prev_pid'], next_tid: ['next_pid'] },
  },
  'sched:sched_waking': { event: 'sched_waking', fields: task },
  'sched:sched_wakeup': { event: 'sched_wakeup', fields: task },
  'sched:sched_wakeup_new': { event: 'sched_wakeup_new', fields: task },
  'sched:sched_migrate_task': { event: 'sched_migrate_task', fields: task },
  // Both of its ids are threads'.
  'sched:sched_process_fork': {
    event: 'sched_process_fork',
    fields: { parent_tid: ['parent_pid'], parent_pid: [], child_tid: ['child_pid'], child_pid: [] },
  },
  'sched:sched_process_exec': { event: 'sched_process_exec', fields: { ...task, old_tid: ['old_pid'] } },
  'sched:sched_process_exit': { event: 'sched_process_exit', fields: task },
  'sched:sched_process_free': { event: 'sched_process_free', fields: task },
  'task:task_rename': { event: 'task_rename', fields: task },
  'irq:irq_handler_entry': { event: 'irq_handler_entry' },
  'irq:irq_handler_exit': { event: 'irq_handler_exit' },
  'irq:softirq_raise': { event: 'softirq_raise' },
  'irq:softirq_entry': { event: 'softirq_entry' },
  'irq:softirq_exit': { event: 'softirq_exit' },
  ...vectorEvents('irq_vectors:'),
  'ipi:ipi_entry': { event: 'vector_entry', fields: { vector: [], name: [] } },
  'ipi:ipi_exit': { event: 'vector_exit', fields: { vector: [], name: [] } },
  'ipi:ipi_raise': { event: 'ipi_raise' },
  'ipi:ipi_send_cpu': { event: 'ipi_send_cpu', fields: { target_cpu: ['cpu'] } },
  'ipi:ipi_send_cpumask': { event: 'ipi_send_cpumask', fields: { target_cpus: ['cpumask'] } },
  'csd:csd_queue_cpu': { event: 'csd_queue_cpu', fields: { target_cpu: ['cpu'] } },
  'csd:csd_function_entry': {
    event: 'csd_function_entry',
    fields: { function: ['func'], function_name: [] },
  },
  'sched:sched_pi_setprio': { event: 'sched_pi_setprio', fields: task },
  ...sameNames('block', [
    'block_bio_queue',
    'block_getrq',
    'block_bio_backmerge',
    'block_bio_frontmerge',
    'block_rq_merge',
    'block_bio_remap',
    'block_rq_insert',
    'block_rq_issue',
    'block_rq_requeue',
  ]),
  'block:block_rq_complete': { event: 'block_rq_complete', fields: { error: ['error', 'errors'] } },
  ...sameNames('lock', ['contention_begin', 'contention_end']),
  ...sameNames('timer', [
    'timer_start',
    'timer_cancel',
    'timer_expire_entry',
    'timer_expire_exit',
    'hrtimer_start',
    'hrtimer_cancel',
    'hrtimer_expire_entry',
    'hrtimer_expire_exit',
  ]),
  ...sameNames('workqueue', [
    'workqueue_queue_work',
    'workqueue_activate_work',
    'workqueue_execute_start',
    'workqueue_execute_end',
  ]),
  ...sameNames('power', ['cpu_idle', 'cpu_frequency']),
  ...sameNames('net', ['net_dev_queue', 'net_dev_xmit', 'netif_rx', 'netif_receive_skb']),
  ...sameNames('kmem', ['mm_page_alloc', 'mm_page_free']),
  ...sameNames('vmscan', ['mm_vmscan_wakeup_kswapd']),
  // perf's own records of threads, in every perf.data file: they count where no tracepoint says the same (`meaningsOf`).
  PERF_RECORD_COMM: {
    event: 'task_rename',
    fields: { task_tid: ['tid'], oldcomm: [], newcomm: ['comm'] },
  },
  PERF_RECORD_FORK: {
    event: 'sched_process_fork',
    fields: { parent_tid: ['ptid'], parent_pid: ['ppid'], child_tid: ['tid'], child_pid: ['pid'] },
  },
  PERF_RECORD_MMAP: mapping,
  PERF_RECORD_MMAP2: mapping,
  PERF_RECORD_LOST: { event: 'events_lost' },
  PERF_RECORD_KSYMBOL: { event: 'kernel_symbol', fields: { length: ['len'] } },
  PERF_RECORD_EXIT: { event: 'sched_process_exit', fields: { task_tid: ['tid'] } },
};

function sameNames(system: string, events: readonly CanonicalName[]): Record<string, NamedMeaning> {
  return Object.fromEntries(events.map((event) => [`${system}:${event}`, { event, fields: functionName }]));
}

/** A function: the built program evaluates this module, whose table is long, when a trace of perf is read. */
export function perfNames(): TracerNames {
  return names;
}

const names: TracerNames = {
  meaningOf(name) {
    if (Object.hasOwn(perfEvents, name)) return perfEvents[name];
    const match = /^syscalls:sys_(enter|exit)_(.+)$/.exec(name);
    if (match === null) return undefined;
    const event = match[1] === 'enter' ? 'syscall_enter' : 'syscall_exit';
    const call = match[2]!;
    return {
      event,
      constants: { name: call },
      get fields() {
        return { nr: ['__syscall_nr', 'nr'], name: [], ...argumentNames(event, call) };
      },
    };
  },
  scopes: ['payload'],
  tid: ['perf_tid', 'common_pid'],
  pid: ['perf_pid'],
  cpu: ['perf_cpu'],
};
