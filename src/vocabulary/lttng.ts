/**
 * What LTTng's kernel events mean.
 *
 * Since 2.6 there are two classes for each call, `syscall_entry_open` and `syscall_exit_open`, and `compat_syscall_…` for 32-bit
 * programs. Before, `sys_open` and `compat_sys_open` and one `exit_syscall` for all. Calls that it does not know are
 * `syscall_entry_unknown` (`sys_unknown`) with the number in `id`; of the exits only `ret` can be trusted there, since
 * after `rt_sigreturn` the number is -1.
 */
import type { NamedMeaning, TracerNames } from './describe.ts';

const enterPrefixes = ['syscall_entry_', 'compat_syscall_entry_', 'sys_', 'compat_sys_'];
const exitPrefixes = ['syscall_exit_', 'compat_syscall_exit_'];

const task = { task_tid: ['tid'] };

const others: Readonly<Record<string, NamedMeaning>> = {
  exit_syscall: { event: 'syscall_exit', fields: { nr: [], name: [] } },
  sched_switch: { event: 'sched_switch' },
  sched_waking: { event: 'sched_waking', fields: task },
  sched_wakeup: { event: 'sched_wakeup', fields: task },
  sched_wakeup_new: { event: 'sched_wakeup_new', fields: task },
  sched_migrate_task: { event: 'sched_migrate_task', fields: task },
  sched_process_fork: { event: 'sched_process_fork' },
  sched_process_exec: { event: 'sched_process_exec', fields: task },
  sched_process_exit: { event: 'sched_process_exit', fields: task },
  sched_process_free: { event: 'sched_process_free', fields: task },
  task_rename: { event: 'task_rename', fields: task },
  lttng_statedump_process_state: {
    event: 'process_state',
    fields: { ...task, task_pid: ['pid'], comm: ['name'] },
  },
  irq_handler_entry: { event: 'irq_handler_entry' },
  irq_handler_exit: { event: 'irq_handler_exit' },
  irq_softirq_raise: { event: 'softirq_raise' },
  irq_softirq_entry: { event: 'softirq_entry' },
  irq_softirq_exit: { event: 'softirq_exit' },
  softirq_raise: { event: 'softirq_raise' },
  softirq_entry: { event: 'softirq_entry' },
  softirq_exit: { event: 'softirq_exit' },
};

export const describeLttngClass: TracerNames = {
  meaningOf(name) {
    if (Object.hasOwn(others, name)) return others[name];
    if (!name.includes('sys')) return undefined;
    const enter = enterPrefixes.find((prefix) => name.startsWith(prefix));
    if (enter !== undefined) {
      const call = name.slice(enter.length);
      // The number is one of the 32-bit table, which a trace does not name.
      if (call === 'unknown' && enter.startsWith('compat')) {
        return { event: 'syscall_enter', constants: { name: call }, fields: { nr: [] } };
      }
      return syscallMeaning('syscall_enter', call);
    }
    const exit = exitPrefixes.find((prefix) => name.startsWith(prefix));
    return exit === undefined ? undefined : syscallMeaning('syscall_exit', name.slice(exit.length));
  },
  scopes: ['common-context', 'specific-context'],
  // The kernel's own ids first: those with a `v` are what a container sees.
  tid: ['tid', 'vtid'],
  pid: ['pid', 'vpid'],
  cpu: [],
};

function syscallMeaning(event: 'syscall_enter' | 'syscall_exit', call: string): NamedMeaning {
  const isUnknown = call === 'unknown';
  // A call's own arguments may be called `nr` or `name` (sethostname): they are not what we mean.
  const fields = { nr: isUnknown && event === 'syscall_enter' ? ['id'] : [], name: [] };
  return isUnknown ? { event, fields } : { event, fields, constants: { name: call } };
}
