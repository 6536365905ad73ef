/** Calls that had not ended when the trace did: they have no duration and are in no table, so they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const unfinished: HealthKind = {
  code: 'unfinished-io-calls',
  severity: 'note',
  sentence: 'Calls on files that had not ended when the trace did: {count}',
  effect: 'they are in no count and no duration',
  advice:
    'reads that wait for someone to send something are normal; record longer if another is the one you look for',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { files, names, tasks } of context.models) {
    let openCount = 0;
    let oldest: { name: number; slot: number; enterNs: number } | undefined;
    for (const call of files.unfinished()) {
      openCount += 1;
      if (oldest === undefined || call.enterNs < oldest.enterNs) oldest = call;
    }
    if (oldest === undefined) continue;
    const seconds = ((context.range?.endNs ?? oldest.enterNs) - oldest.enterNs) / 1e9;
    const which = `${names.text(oldest.name)} of thread ${tasks.tid(oldest.slot)}`;
    context.note(unfinished, which, `the oldest one is open for the last ${seconds.toFixed(6)} s`, openCount);
  }
}
