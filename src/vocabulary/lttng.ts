/**
 * What LTTng's kernel events mean.
 *
 * Since 2.6 there are two classes for each call, `syscall_entry_open` and `syscall_exit_open`, and `compat_syscall_…` for 32-bit
 * programs. Before, `sys_open` and `compat_sys_open` and one `exit_syscall` for all. Calls that it does not know are
 * `syscall_entry_unknown` (`sys_unknown`) with the number in `id`; of the exits only `ret` can be trusted there, since
 * after `rt_sigreturn` the number is -1.
 */
import type { NamedMeaning, TracerNames } from './describe.ts';
import { functionName } from './function-names.ts';
import { argumentNames } from './syscall-arguments.ts';
import { vectorEvents } from './vector-names.ts';

const enterPrefixes = ['syscall_entry_', 'compat_syscall_entry_', 'sys_', 'compat_sys_'];
const exitPrefixes = ['syscall_exit_', 'compat_syscall_exit_'];

const task = { task_tid: ['tid'] };
/** LTTng has the flags of a request as bits under the name that they have as text elsewhere. */
const request = { rwbs_bits: ['rwbs'] };
const requester = { ...request, ...task };
const tableAddress = ['file_table_address', 'file_table'];

/** LTTng counts priorities from that of the weakest real-time thread: 20 for the kernel's 120. */
const realTimePrios = 100;
const prio = { plus: { prio: realTimePrios } };

/** By the name of a class, all but system calls. */
export const lttngEvents: Readonly<Record<string, NamedMeaning>> = {
  exit_syscall: { event: 'syscall_exit', fields: { nr: [], name: [], fd0: [], fd1: [] } },
  sched_switch: { event: 'sched_switch', plus: { prev_prio: realTimePrios, next_prio: realTimePrios } },
  sched_waking: { event: 'sched_waking', fields: task, ...prio },
  sched_wakeup: { event: 'sched_wakeup', fields: task, ...prio },
  sched_wakeup_new: { event: 'sched_wakeup_new', fields: task, ...prio },
  sched_migrate_task: { event: 'sched_migrate_task', fields: task, ...prio },
  sched_process_fork: { event: 'sched_process_fork' },
  sched_process_exec: { event: 'sched_process_exec', fields: task },
  sched_process_exit: { event: 'sched_process_exit', fields: task, ...prio },
  sched_process_free: { event: 'sched_process_free', fields: task, ...prio },
  task_rename: { event: 'task_rename', fields: task },
  lttng_statedump_process_state: {
    event: 'process_state',
    fields: { ...task, task_pid: ['pid'], comm: ['name'], file_table: tableAddress },
  },
  lttng_statedump_file_descriptor: {
    event: 'file_descriptor_state',
    fields: { task_pid: ['pid'], path: ['filename'], file_table: tableAddress },
  },
  lttng_statedump_block_device: { event: 'block_device_state', fields: { name: ['diskname'] } },
  lttng_statedump_interrupt: { event: 'interrupt_state', fields: { name: ['action'] } },
  sched_pi_setprio: {
    event: 'sched_pi_setprio',
    fields: task,
    plus: { oldprio: realTimePrios, newprio: realTimePrios },
  },
  irq_handler_entry: { event: 'irq_handler_entry' },
  irq_handler_exit: { event: 'irq_handler_exit' },
  irq_softirq_raise: { event: 'softirq_raise' },
  irq_softirq_entry: { event: 'softirq_entry' },
  irq_softirq_exit: { event: 'softirq_exit' },
  ...vectorEvents('x86_irq_vectors_', (name) => (name === 'x86_platform_ipi' ? 'ipi' : name)),
  softirq_raise: { event: 'softirq_raise' },
  softirq_entry: { event: 'softirq_entry' },
  softirq_exit: { event: 'softirq_exit' },
  block_bio_queue: { event: 'block_bio_queue', fields: requester },
  block_getrq: { event: 'block_getrq', fields: requester },
  block_bio_backmerge: { event: 'block_bio_backmerge', fields: request },
  block_bio_frontmerge: { event: 'block_bio_frontmerge', fields: request },
  block_rq_merge: { event: 'block_rq_merge', fields: request },
  block_bio_remap: { event: 'block_bio_remap', fields: request },
  block_rq_insert: { event: 'block_rq_insert', fields: requester },
  block_rq_issue: { event: 'block_rq_issue', fields: requester },
  block_rq_requeue: { event: 'block_rq_requeue', fields: request },
  block_rq_complete: { event: 'block_rq_complete', fields: { ...request, error: ['error', 'errors'] } },
  timer_start: { event: 'timer_start', fields: functionName },
  timer_cancel: { event: 'timer_cancel' },
  timer_expire_entry: { event: 'timer_expire_entry', fields: functionName },
  timer_expire_exit: { event: 'timer_expire_exit' },
  ...hrtimerEvents('timer_'),
  // Before 2.6.
  ...hrtimerEvents(''),
  workqueue_queue_work: { event: 'workqueue_queue_work', fields: functionName },
  workqueue_activate_work: { event: 'workqueue_activate_work' },
  workqueue_execute_start: { event: 'workqueue_execute_start', fields: functionName },
  workqueue_execute_end: { event: 'workqueue_execute_end' },
  power_cpu_idle: { event: 'cpu_idle' },
  power_cpu_frequency: { event: 'cpu_frequency' },
  cpu_idle: { event: 'cpu_idle' },
  cpu_frequency: { event: 'cpu_frequency' },
  net_dev_queue: { event: 'net_dev_queue' },
  net_dev_xmit: { event: 'net_dev_xmit' },
  netif_rx: { event: 'netif_rx' },
  net_if_rx: { event: 'netif_rx' },
  netif_receive_skb: { event: 'netif_receive_skb' },
  net_if_receive_skb: { event: 'netif_receive_skb' },
  mm_page_alloc: { event: 'mm_page_alloc' },
  kmem_mm_page_alloc: { event: 'mm_page_alloc' },
  mm_page_free: { event: 'mm_page_free' },
  kmem_mm_page_free: { event: 'mm_page_free' },
  mm_vmscan_wakeup_kswapd: { event: 'mm_vmscan_wakeup_kswapd' },
  writeback_pages_written: { event: 'writeback_pages_written' },
};

function hrtimerEvents(prefix: string): Record<string, NamedMeaning> {
  return Object.fromEntries(
    (['hrtimer_start', 'hrtimer_cancel', 'hrtimer_expire_entry', 'hrtimer_expire_exit'] as const).map(
      (event) => [`${prefix}${event}`, { event, fields: functionName }],
    ),
  );
}

export const describeLttngClass: TracerNames = {
  meaningOf(name, _architecture, tracer) {
    if (Object.hasOwn(lttngEvents, name)) {
      const meaning = lttngEvents[name] as NamedMeaning;
      return wakeups.has(name) && countsFromZero(tracer) ? { ...meaning, plus: {} } : meaning;
    }
    if (!name.includes('sys')) return undefined;
    const enter = enterPrefixes.find((prefix) => name.startsWith(prefix));
    if (enter !== undefined) {
      const call = name.slice(enter.length);
      // The number is one of the 32-bit table, which a trace does not name.
      if (call === 'unknown' && enter.startsWith('compat')) {
        return {
          event: 'syscall_enter',
          constants: { name: call },
          fields: { nr: [], ...argumentNames('syscall_enter', call) },
        };
      }
      return new SyscallMeaning('syscall_enter', call);
    }
    const exit = exitPrefixes.find((prefix) => name.startsWith(prefix));
    return exit === undefined ? undefined : new SyscallMeaning('syscall_exit', name.slice(exit.length));
  },
  scopes: ['common-context', 'specific-context'],
  // The kernel's own ids first: those with a `v` are what a container sees.
  tid: ['tid', 'vtid'],
  pid: ['pid', 'vpid'],
  cpu: [],
};

/** The class of a call's other end, `syscall_exit_open` of `syscall_entry_open`: where one of them has records, nearly always so has the other. */
export function otherEndOfCall(name: string): string | undefined {
  const match = /^((?:compat_)?syscall_)(entry|exit)(_.*)$/.exec(name);
  return match === null ? undefined : `${match[1]}${match[2] === 'entry' ? 'exit' : 'entry'}${match[3]}`;
}

const wakeups: ReadonlySet<string> = new Set(['sched_waking', 'sched_wakeup', 'sched_wakeup_new']);

/** Before 2.7.1 lttng-modules wrote the kernel's own priority in wake-ups, though not in switches. */
function countsFromZero(tracer: string | undefined): boolean {
  const match = /^lttng-modules (\d+)\.(\d+)(?:\.(\d+))?/.exec(tracer ?? '');
  if (match === null) return false;
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return major < 2 || (major === 2 && (minor < 7 || (minor === 7 && patch < 1)));
}

/** A trace describes hundreds of calls: the names of a call's fields are made when they are looked at. */
class SyscallMeaning implements NamedMeaning {
  readonly event: 'syscall_enter' | 'syscall_exit';
  readonly constants?: { readonly name: string };
  readonly #call: string;

  constructor(event: 'syscall_enter' | 'syscall_exit', call: string) {
    this.event = event;
    this.#call = call;
    if (call !== 'unknown') this.constants = { name: call };
  }

  /** A call's own arguments may be called `nr` or `name` (sethostname): they are not what we mean. */
  get fields(): NonNullable<NamedMeaning['fields']> {
    const hasNumber = this.constants === undefined && this.event === 'syscall_enter';
    return { nr: hasNumber ? ['id'] : [], name: [], ...argumentNames(this.event, this.#call) };
  }
}
