/** Waits of which only one end is in the trace: they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const stillWaiting: HealthKind = {
  code: 'lock-waits-unfinished',
  severity: 'note',
  sentence: 'Waits for a lock that had not ended when the trace did: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record longer if one of them is the one you look for',
};

const withoutBegin: HealthKind = {
  code: 'lock-ends-without-begin',
  severity: 'note',
  sentence: 'Waits for a lock that ended without a recorded beginning: {count}',
  effect: 'they are in no count and no duration',
  advice: 'waits that were open when recording began are normal; more of them mean lost events',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, locks, names, tasks } of context.models) {
    // Since when is not known of those whose beginning has no time.
    const waiting = [...locks.waiting()].filter(({ beginNs }) => !Number.isNaN(beginNs));
    const [first] = waiting.sort((a, b) => a.beginNs - b.beginNs);
    if (first !== undefined) {
      const who = `${names.text(tasks.comm(first.slot))} (${tasks.tid(first.slot)})`;
      const seconds = ((context.range?.endNs ?? first.beginNs) - first.beginNs) / 1e9;
      context.note(stillWaiting, who, `it had waited for ${seconds.toFixed(6)} s`, waiting.length);
    }
    if (locks.endWithoutBeginCount > 0)
      context.note(withoutBegin, host, 'an end came first', locks.endWithoutBeginCount);
  }
}
