/** How long threads wait for locks of the kernel that others hold. */
import {
  type BeginContext,
  defineAnalysis,
  type EndContext,
  Latencies,
  type LatencyView,
  lastProcessKey,
  latencyOptions,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { noteOpenEnds } from './open-ends.ts';
import { type By, describe, groupings, words } from './shapes.ts';
import { cellsOf, keyOf, labelOf, type Wait, WaitSums, waitCells } from './waits.ts';

const options = {
  ...latencyOptions(groupings, 'kind', words),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly latencies: Latencies<Wait, WaitSums>;
}

export const analysis = defineAnalysis({
  id: 'kernel-locks',
  family: 'locks',
  title: 'Locks of the kernel',
  question: 'Which locks of the kernel do threads wait for, for how long, and which threads are these?',
  needs: { transitions: ['lock-contended'], threads: true },
  options,
  views: {
    table: { meaning: 'Count and lengths of the waits by kind of lock (lock, process, thread).' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    const isPerHost = given.by !== 'kind' && given.by !== 'all';
    return {
      by: given.by,
      latencies: new Latencies(given, views, isPerHost, () => new WaitSums()),
    };
  },
  on: {
    'lock-contended'(state, wait, model) {
      const durationNs = wait.endNs - wait.beginNs;
      if (!state.latencies.accepts(durationNs)) return;
      const { latencies } = state;
      const key = keyOf(state.by, wait, model);
      const { extra } = latencies.add(model, key, durationNs, wait.endNs, wait, (kept) => ({
        ...kept,
        model,
        durationNs,
      }));
      extra.add(wait);
      latencies.totalExtra.add(wait);
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view as LatencyView));
  },
});

function answer({ by, latencies }: State, { originNs, range }: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    ...(by === 'process' ? { lastKeyOf: ({ key, model }) => lastProcessKey(key, model) } : {}),
    mergeExtra: (sum, other) => sum.merge(other),
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (wait) => waitCells(wait, originNs),
    measuresOf: ({ extra }) => extra.cells(),
  });
}
