/** Waits that have not ended: they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const stillWaiting: HealthKind = {
  code: 'futex-waits-unfinished',
  severity: 'note',
  sentence: 'Waits for a futex that had not ended when the trace did: {count}',
  effect: 'they are in no count and no duration',
  advice:
    'threads that have nothing to do wait like this; record longer if one of them is the one you look for',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { futexes, names, tasks } of context.models) {
    const waiting = [...futexes.waiting()].filter(({ beginNs }) => !Number.isNaN(beginNs));
    const [first] = waiting.sort((a, b) => a.beginNs - b.beginNs);
    if (first === undefined) continue;
    const who = `${names.text(tasks.comm(first.slot))} (${tasks.tid(first.slot)})`;
    const seconds = ((context.range?.endNs ?? first.beginNs) - first.beginNs) / 1e9;
    context.note(stillWaiting, who, `it had waited for ${seconds.toFixed(6)} s`, waiting.length);
  }
}
