/** Switches, wake-ups and priorities. */
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { BoundFeed, ModelInput, ModelInputs } from './feed.ts';
import {
  boundInput,
  cpuAt,
  input,
  known,
  noCpus,
  noNumbers,
  noText,
  numberAt,
  orUnknown,
  textAt,
  timeAt,
} from './feed.ts';
import type { KernelModel } from './model.ts';

class StateFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #scheduling: KernelModel['scheduling'];
  #timeNs = noNumbers;
  #cpu = noCpus;
  #prevTid: NumberView = noNumbers;
  #prevPrio: NumberView = noNumbers;
  #prevState: NumberView = noNumbers;
  #nextTid: NumberView = noNumbers;
  #nextPrio: NumberView = noNumbers;

  constructor(model: KernelModel) {
    this.#scheduling = model.scheduling;
  }

  refresh(event: AnyView): void {
    const { fields } = event;
    this.#timeNs = event.timeNs;
    this.#cpu = event.cpu;
    this.#prevTid = fields['prev_tid'] as NumberView;
    this.#prevPrio = fields['prev_prio'] as NumberView;
    this.#prevState = fields['prev_state'] as NumberView;
    this.#nextTid = fields['next_tid'] as NumberView;
    this.#nextPrio = fields['next_prio'] as NumberView;
  }

  feed(row: number): number {
    return this.#scheduling.switched(
      this.#cpu[row] as number,
      this.#timeNs[row] as number,
      orUnknown(this.#prevTid[row] as number),
      this.#prevState[row] as number,
      this.#prevPrio[row] as number,
      orUnknown(this.#nextTid[row] as number),
      this.#nextPrio[row] as number,
    );
  }
}

/** One of the three events that wake a thread. */
class WakeFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #scheduling: KernelModel['scheduling'];
  readonly #tasks: KernelModel['tasks'];
  readonly #isWaking: boolean;
  readonly #isNew: boolean;
  #timeNs = noNumbers;
  #cpu = noCpus;
  #tid: NumberView = noNumbers;
  #prio: NumberView = noNumbers;
  #target: NumberView = noNumbers;
  #comm: TextView = noText;

  constructor(model: KernelModel, isWaking: boolean, isNew: boolean) {
    this.#scheduling = model.scheduling;
    this.#tasks = model.tasks;
    this.#isWaking = isWaking;
    this.#isNew = isNew;
  }

  refresh(event: AnyView): void {
    const { fields } = event;
    this.#timeNs = event.timeNs;
    this.#cpu = event.cpu;
    this.#tid = fields['task_tid'] as NumberView;
    this.#prio = fields['prio'] as NumberView;
    this.#target = fields['target_cpu'] as NumberView;
    this.#comm = fields['comm'] as TextView;
  }

  feed(row: number, waker: number): number {
    const tid = orUnknown(this.#tid[row] as number);
    const timeNs = this.#timeNs[row] as number;
    if (tid > 0 && this.#tasks.commOf(tid) === 0) this.#tasks.setComm(tid, this.#comm.idAt(row));
    const cpu = this.#cpu[row] as number;
    const target = orUnknown(this.#target[row] as number);
    const prio = this.#prio[row] as number;
    this.#scheduling.woken(tid, timeNs, waker, cpu, target, this.#isWaking, this.#isNew, prio);
    return 0;
  }
}

function wakeInput(
  name: 'sched_waking' | 'sched_wakeup' | 'sched_wakeup_new',
  isWaking: boolean,
  isNew: boolean,
): ModelInput {
  return boundInput(
    name,
    ['task_tid', 'comm', 'prio', 'target_cpu'],
    (model) => new WakeFeed(model, isWaking, isNew),
  );
}

/** What run queues and times on CPUs are made from. */
export const schedulingInputs: ModelInputs = {
  sched_switch: boundInput(
    'sched_switch',
    ['prev_tid', 'prev_state', 'prev_prio', 'next_tid', 'next_prio'],
    (model) => new StateFeed(model),
  ),
  sched_waking: wakeInput('sched_waking', true, false),
  sched_wakeup: wakeInput('sched_wakeup', false, false),
  sched_wakeup_new: wakeInput('sched_wakeup_new', true, true),
  sched_migrate_task: input(
    'sched_migrate_task',
    ['task_tid', 'comm', 'prio', 'orig_cpu', 'dest_cpu'],
    (model, event, row) => {
      const tid = known(event, 'task_tid', row);
      if (tid > 0 && model.tasks.commOf(tid) === 0) model.tasks.setComm(tid, textAt(event, 'comm', row));
      const [from, to] = [known(event, 'orig_cpu', row), known(event, 'dest_cpu', row)];
      model.scheduling.setPrioOf(tid, numberAt(event, 'prio', row), timeAt(event, row));
      return model.scheduling.migrated(tid, timeAt(event, row), from, to);
    },
  ),
  sched_pi_setprio: input('sched_pi_setprio', ['task_tid', 'newprio'], (model, event, row) => {
    const prio = numberAt(event, 'newprio', row);
    model.scheduling.setPrioOf(known(event, 'task_tid', row), prio, timeAt(event, row));
    return 0;
  }),
  sched_process_fork: input('sched_process_fork', ['child_tid'], (model, event, row) => {
    model.scheduling.begin(known(event, 'child_tid', row));
    return 0;
  }),
};

/** What interrupts are made from. */
export const interruptInputs: ModelInputs = {
  irq_handler_entry: input('irq_handler_entry', ['irq', 'name'], (model, event, row) => {
    const irq = known(event, 'irq', row);
    model.interrupts.irqEntered(cpuAt(event, row), irq, textAt(event, 'name', row), timeAt(event, row));
    return 0;
  }),
  irq_handler_exit: input('irq_handler_exit', ['irq', 'ret'], (model, event, row, tid) => {
    const [irq, ret] = [known(event, 'irq', row), numberAt(event, 'ret', row)];
    return model.interrupts.irqExited(cpuAt(event, row), irq, ret, tid, timeAt(event, row));
  }),
};

/** What soft interrupts are made from. */
export const softirqInputs: ModelInputs = {
  softirq_raise: input('softirq_raise', ['vec'], (model, event, row) => {
    model.interrupts.softirqRaised(cpuAt(event, row), known(event, 'vec', row), timeAt(event, row));
    return 0;
  }),
  softirq_entry: input('softirq_entry', ['vec'], (model, event, row) => {
    model.interrupts.softirqEntered(cpuAt(event, row), known(event, 'vec', row), timeAt(event, row));
    return 0;
  }),
  softirq_exit: input('softirq_exit', ['vec'], (model, event, row, tid) =>
    model.interrupts.softirqExited(cpuAt(event, row), known(event, 'vec', row), tid, timeAt(event, row)),
  ),
};
