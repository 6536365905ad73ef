/**
 * What the model tells analyses beyond single events, as one table: the events that each transition needs, what feeds it, and
 * which records complete it. A new subsystem adds its file, its feed and an entry here.
 */
import type { CanonicalName, EventNeeds } from '../vocabulary/events.ts';
import { type BlockCompleted, blockCompleted } from './block.ts';
import { blockInputs } from './block-feed.ts';
import { blockWakeInputs } from './block-wake-feed.ts';
import { type BlockWoken, blockWoken } from './block-wakes.ts';
import type { ModelInputs } from './feed.ts';
import { fileInputs } from './file-feed.ts';
import { type IoCompleted, ioCompleted } from './files.ts';
import { futexInputs } from './futex-feed.ts';
import { type FutexWaited, futexWaited } from './futexes.ts';
import { type IrqCompleted, irqCompleted, type SoftirqCompleted, softirqCompleted } from './interrupts.ts';
import { lockInputs } from './lock-feed.ts';
import { type LockContended, lockContended } from './locks.ts';
import type { KernelModel } from './model.ts';
import { type FrequencyChanged, frequencyChanged, type IdleLeft, idleLeft } from './power.ts';
import { frequencyInputs, idleInputs } from './power-feed.ts';
import { sampleInputs } from './sample-feed.ts';
import { type SampleTaken, sampleTaken } from './samples.ts';
import { interruptInputs, schedulingInputs, softirqInputs } from './scheduling-feed.ts';
import {
  type RunQueueLeft,
  runQueueLeft,
  type ThreadMigrated,
  type ThreadRan,
  threadMigrated,
  threadRan,
} from './scheduling-transitions.ts';
import { syscallInputs } from './syscall-feed.ts';
import { type SyscallCompleted, syscallCompleted } from './syscalls.ts';
import { hrtimerInputs, timerInputs } from './timer-feed.ts';
import { hrtimerExpired, type TimerExpired, timerExpired } from './timers.ts';
import { vectorInputs } from './vector-feed.ts';
import { type VectorCompleted, vectorCompleted } from './vectors.ts';
import { workqueueInputs } from './workqueue-feed.ts';
import { type WorkCompleted, workCompleted } from './workqueues.ts';

/** What handlers of a transition get. Each is one object that is used again: copy what is kept. */
export interface Transitions {
  readonly 'syscall-completed': SyscallCompleted;
  readonly 'run-queue-left': RunQueueLeft;
  readonly 'thread-ran': ThreadRan;
  readonly 'thread-migrated': ThreadMigrated;
  readonly 'irq-completed': IrqCompleted;
  readonly 'softirq-completed': SoftirqCompleted;
  readonly 'vector-completed': VectorCompleted;
  readonly 'block-completed': BlockCompleted;
  readonly 'block-woken': BlockWoken;
  readonly 'io-completed': IoCompleted;
  readonly 'lock-contended': LockContended;
  readonly 'sample-taken': SampleTaken;
  readonly 'futex-waited': FutexWaited;
  readonly 'timer-expired': TimerExpired;
  readonly 'hrtimer-expired': TimerExpired;
  readonly 'work-completed': WorkCompleted;
  readonly 'idle-left': IdleLeft;
  readonly 'frequency-changed': FrequencyChanged;
}
export type TransitionName = keyof Transitions;

/** What every transition has: filters by CPU and thread look at these, not at the record that completed it. */
export interface AnyTransition {
  readonly tid: number;
  readonly cpu: number;
}

export interface TransitionSource<Name extends TransitionName = TransitionName> {
  /** Of what `feed` returns. */
  readonly bit: number;
  readonly needs: EventNeeds;
  /** Alternatives: one of them must be there, all that are there are read. */
  readonly oneOf?: readonly EventNeeds[];
  /** Whether it cannot be told without knowing which thread an event is of. */
  readonly needsThreads: boolean;
  readonly inputs: ModelInputs;
  readonly endedBy: readonly CanonicalName[];
  /** Whether also any record that names its own thread may tell it. */
  readonly isImpliedByThreads?: boolean;
  readonly of: (model: KernelModel) => Transitions[Name];
  /** Whether each architecture has its own events for it: among others that would do it is not asked for. */
  readonly isOfArchitecture?: boolean;
  /** Told once a model that somebody wants it, where it is not told otherwise. */
  readonly want?: (model: KernelModel) => void;
}

export const transitionSources: { readonly [Name in TransitionName]: TransitionSource<Name> } = {
  'syscall-completed': {
    bit: syscallCompleted,
    needs: { syscall_enter: ['name'], syscall_exit: ['ret'] },
    needsThreads: true,
    inputs: syscallInputs,
    endedBy: ['syscall_exit'],
    of: (model) => model.syscalls.completed,
  },
  'run-queue-left': {
    bit: runQueueLeft,
    needs: { sched_switch: ['prev_tid', 'prev_state', 'next_tid'] },
    oneOf: [{ sched_waking: ['task_tid'] }, { sched_wakeup: ['task_tid'] }],
    needsThreads: true,
    inputs: schedulingInputs,
    endedBy: ['sched_switch'],
    isImpliedByThreads: true,
    of: (model) => model.scheduling.left,
  },
  'thread-ran': {
    bit: threadRan,
    needs: { sched_switch: ['prev_tid', 'next_tid'] },
    needsThreads: true,
    inputs: schedulingInputs,
    endedBy: ['sched_switch', 'events_lost'],
    isImpliedByThreads: true,
    of: (model) => model.scheduling.ran,
    want: (model) => {
      model.scheduling.tellsRuns = true;
    },
  },
  // Nothing is demanded: who counts migrations can do without them, and says so among its optional needs.
  'thread-migrated': {
    bit: threadMigrated,
    needs: {},
    needsThreads: true,
    inputs: schedulingInputs,
    endedBy: ['sched_migrate_task'],
    of: (model) => model.scheduling.moved,
  },
  'irq-completed': {
    bit: irqCompleted,
    needs: { irq_handler_entry: ['irq'], irq_handler_exit: ['irq'] },
    needsThreads: false,
    inputs: interruptInputs,
    endedBy: ['irq_handler_exit'],
    of: (model) => model.interrupts.irq,
  },
  'softirq-completed': {
    bit: softirqCompleted,
    needs: { softirq_entry: ['vec'], softirq_exit: ['vec'] },
    needsThreads: false,
    inputs: softirqInputs,
    endedBy: ['softirq_exit'],
    of: (model) => model.interrupts.softirq,
  },
  'vector-completed': {
    bit: vectorCompleted,
    needs: { vector_entry: [], vector_exit: [] },
    needsThreads: false,
    isOfArchitecture: true,
    inputs: vectorInputs,
    endedBy: ['vector_exit'],
    of: (model) => model.vectors.completed,
  },
  'block-completed': {
    bit: blockCompleted,
    needs: { block_rq_issue: ['dev', 'sector'], block_rq_complete: ['dev', 'sector'] },
    needsThreads: false,
    inputs: blockInputs,
    endedBy: ['block_rq_complete'],
    of: (model) => model.block.completed,
  },
  // Only beside `block-completed`, and where wake-ups are recorded: nothing is demanded.
  'block-woken': {
    bit: blockWoken,
    needs: {},
    needsThreads: false,
    inputs: blockWakeInputs,
    endedBy: ['sched_waking', 'sched_wakeup'],
    of: (model) => model.blockWakes.woken,
  },
  'io-completed': {
    bit: ioCompleted,
    needs: { syscall_enter: ['name'], syscall_exit: ['ret'] },
    needsThreads: true,
    inputs: fileInputs,
    endedBy: ['syscall_exit'],
    of: (model) => model.files.completed,
  },
  'lock-contended': {
    bit: lockContended,
    needs: { contention_begin: ['lock_addr', 'flags'], contention_end: ['lock_addr'] },
    needsThreads: true,
    inputs: lockInputs,
    endedBy: ['contention_end'],
    of: (model) => model.locks.contended,
  },
  'sample-taken': {
    bit: sampleTaken,
    needs: { sample: ['ip'] },
    needsThreads: true,
    inputs: sampleInputs,
    endedBy: ['sample'],
    of: (model) => model.samples.taken,
  },
  'futex-waited': {
    bit: futexWaited,
    needs: { syscall_enter: ['name', 'arg0', 'arg1'], syscall_exit: ['ret'] },
    needsThreads: true,
    inputs: futexInputs,
    endedBy: ['syscall_exit'],
    of: (model) => model.futexes.waited,
  },
  'timer-expired': {
    bit: timerExpired,
    needs: { timer_expire_entry: ['timer'], timer_expire_exit: ['timer'] },
    needsThreads: false,
    inputs: timerInputs,
    endedBy: ['timer_expire_exit'],
    of: (model) => model.timers.expired,
  },
  'hrtimer-expired': {
    bit: hrtimerExpired,
    needs: { hrtimer_expire_entry: ['hrtimer'], hrtimer_expire_exit: ['hrtimer'] },
    needsThreads: false,
    inputs: hrtimerInputs,
    endedBy: ['hrtimer_expire_exit'],
    of: (model) => model.timers.expired,
  },
  'work-completed': {
    bit: workCompleted,
    needs: { workqueue_execute_start: ['work'], workqueue_execute_end: ['work'] },
    needsThreads: false,
    inputs: workqueueInputs,
    endedBy: ['workqueue_execute_end'],
    of: (model) => model.workqueues.completed,
  },
  'idle-left': {
    bit: idleLeft,
    needs: { cpu_idle: ['state', 'cpu_id'] },
    needsThreads: false,
    inputs: idleInputs,
    endedBy: ['cpu_idle'],
    of: (model) => model.power.left,
  },
  'frequency-changed': {
    bit: frequencyChanged,
    needs: { cpu_frequency: ['state', 'cpu_id'] },
    needsThreads: false,
    inputs: frequencyInputs,
    endedBy: ['cpu_frequency'],
    of: (model) => model.power.changed,
  },
};

/** Whether a word is the name of a transition. */
export function isTransitionName(word: string): word is TransitionName {
  return Object.hasOwn(transitionSources, word);
}
