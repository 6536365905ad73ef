/** What a host's model forgets where records of a stream are missing: what depended on them is unknown, not what it was before. */
import { blockInputs } from './block-feed.ts';
import { blockWakeInputs } from './block-wake-feed.ts';
import type { ModelInputs } from './feed.ts';
import type { KernelModel } from './model.ts';
import { frequencyInputs, idleInputs } from './power-feed.ts';
import { interruptInputs, softirqInputs } from './scheduling-feed.ts';
import { threadInputs } from './thread-feed.ts';
import { hrtimerInputs, timerInputs } from './timer-feed.ts';
import { vectorInputs } from './vector-feed.ts';
import { workqueueInputs } from './workqueue-feed.ts';

/** A stream of which records are missing. */
export interface LossyStream {
  readonly index: number;
  /** -1 not known, or several. */
  readonly cpu: number;
  /** Of the events that it records the canonical ones. */
  readonly events: ReadonlySet<string>;
}

/** What a part of the model cannot know behind a loss of one of its events. What threads do by themselves is in `gaps.ts`. */
const forgetting: readonly {
  readonly inputs: ModelInputs;
  readonly forget: (model: KernelModel, cpu: number) => void;
}[] = [
  { inputs: threadInputs, forget: ({ cpus }, cpu) => cpus.forget(cpu) },
  { inputs: interruptInputs, forget: ({ interrupts }, cpu) => interrupts.forgetIrqs(cpu) },
  { inputs: softirqInputs, forget: ({ interrupts }, cpu) => interrupts.forgetSoftirqs(cpu) },
  { inputs: vectorInputs, forget: ({ vectors }, cpu) => vectors.forget(cpu) },
  { inputs: blockInputs, forget: ({ block }) => block.forget() },
  { inputs: blockWakeInputs, forget: ({ blockWakes }, cpu) => blockWakes.forget(cpu) },
  { inputs: timerInputs, forget: ({ timers }, cpu) => timers.forget('timer', cpu) },
  { inputs: hrtimerInputs, forget: ({ timers }, cpu) => timers.forget('hrtimer', cpu) },
  { inputs: workqueueInputs, forget: ({ workqueues }) => workqueues.forget() },
  { inputs: idleInputs, forget: ({ power }, cpu) => power.forgetIdle(cpu) },
  { inputs: frequencyInputs, forget: ({ power }) => power.forgetFrequencies() },
];

/**
 * Records of a stream are missing from now on.
 * @param lastNs when the last one before was recorded
 * @returns which transitions there are
 */
export function recordsLost(model: KernelModel, stream: LossyStream, lastNs: number): number {
  const transitions = stream.events.has('sched_switch') ? model.scheduling.lost(stream.cpu, lastNs) : 0;
  model.gaps.begin(stream.index, stream.events);
  forget(model, stream);
  return transitions;
}

/** It has records again: what other streams recorded meanwhile is no more to be believed than what came before. */
export function recordsResumed(model: KernelModel, stream: LossyStream, timeNs: number): void {
  forget(model, stream);
  model.gaps.end(stream.index, stream.events, timeNs);
  if (stream.events.has('sched_switch')) model.scheduling.resumed(stream.cpu, timeNs);
}

function forget(model: KernelModel, { cpu, events }: LossyStream): void {
  for (const part of forgetting)
    if (Object.keys(part.inputs).some((event) => events.has(event))) part.forget(model, cpu);
}
