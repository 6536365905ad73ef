/**
 * What the events of `perf data convert --to-ctf` mean: the kernel's tracepoints as `subsystem:event`, with perf's own
 * fields (`perf_tid`, `perf_cpu`, …) in front of the tracepoint's (perf's data-convert-bt.c).
 */
import type { NamedMeaning, TracerNames } from './describe.ts';

const task = { task_tid: ['pid'] };

const others: Readonly<Record<string, NamedMeaning>> = {
  'raw_syscalls:sys_enter': { event: 'syscall_enter', fields: { nr: ['id'], name: [] } },
  'raw_syscalls:sys_exit': { event: 'syscall_exit', fields: { nr: ['id'], name: [] } },
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
};

const syscallFields = { nr: ['__syscall_nr', 'nr'], name: [] };

export const describePerfClass: TracerNames = {
  meaningOf(name) {
    if (Object.hasOwn(others, name)) return others[name];
    const match = /^syscalls:sys_(enter|exit)_(.+)$/.exec(name);
    if (match === null) return undefined;
    const event = match[1] === 'enter' ? 'syscall_enter' : 'syscall_exit';
    return { event, fields: syscallFields, constants: { name: match[2]! } };
  },
  scopes: ['payload'],
  tid: ['perf_tid', 'common_pid'],
  pid: ['perf_pid'],
  cpu: ['perf_cpu'],
};
