/** Waits of which something is not known: they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const stillWaiting: HealthKind = {
  code: 'threads-still-waiting',
  severity: 'note',
  sentence: 'Threads that still waited for a CPU when the trace ended: {count}',
  effect: 'their last wait is in no count',
  advice: 'record longer if one of them is the one you look for',
};

const withoutWake: HealthKind = {
  code: 'switches-without-wake-up',
  severity: 'note',
  sentence: 'Threads that got a CPU after they had slept, without a recorded wake-up: {count}',
  effect: 'how long they waited for it is not known: these waits are in no count',
  advice: 'record sched_waking (and sched_wakeup_new) on all CPUs; else events were lost',
};

const unseenRuns: HealthKind = {
  code: 'unseen-runs',
  severity: 'note',
  sentence: 'Threads that were woken twice without a recorded run between: {count}',
  effect: 'the first wait is in no count: when it ended is not known',
  advice: 'record all CPUs and threads (perf record -a); else events were lost',
};

const acrossGaps: HealthKind = {
  code: 'waits-across-gaps',
  severity: 'note',
  sentence: 'Waits for a CPU that may be two, as events were lost meanwhile: {count}',
  effect: 'they are in no count',
  advice: 'record with larger buffers, or fewer events',
};

const impliedSwitches: HealthKind = {
  code: 'implied-switches',
  severity: 'note',
  sentence: 'Switches that were not recorded, though an event shows that another thread ran: {count}',
  effect: 'waits that ended there are in no count: when they ended is not known',
  advice: 'some kernels and virtual machines do not record switches from idle; else events were lost',
};

const negativeWaits: HealthKind = {
  code: 'negative-waits',
  severity: 'time',
  sentence: 'Threads that ran before they were woken: {count}',
  effect: 'their waits count as 0',
  advice: 'the clocks of the CPUs differ: record with a clock that is the same on all (mono)',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, scheduling, names, tasks } of context.models) {
    const waiting = [...scheduling.waiting()];
    const [first] = waiting.sort((a, b) => a.beginNs - b.beginNs);
    if (first !== undefined) {
      const seconds = ((context.range?.endNs ?? first.beginNs) - first.beginNs) / 1e9;
      const who = `${names.text(tasks.comm(first.slot))} (${tasks.tid(first.slot)})`;
      context.note(stillWaiting, who, `it had waited for ${seconds.toFixed(6)} s`, waiting.length);
    }
    if (scheduling.noWakeCount > 0)
      context.note(withoutWake, host, 'they are not counted', scheduling.noWakeCount);
    if (scheduling.unseenRunCount > 0)
      context.note(unseenRuns, host, 'who is woken had slept', scheduling.unseenRunCount);
    if (scheduling.acrossGapCount > 0)
      context.note(acrossGaps, host, 'who waited may have run unseen', scheduling.acrossGapCount);
    if (scheduling.impliedCount > 0)
      context.note(impliedSwitches, host, 'the events name their own thread', scheduling.impliedCount);
    if (scheduling.negativeWaitCount > 0)
      context.note(negativeWaits, host, 'a switch precedes its wake-up', scheduling.negativeWaitCount);
  }
}
