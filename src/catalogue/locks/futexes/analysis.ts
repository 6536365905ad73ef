/** Which threads wait for which others, by futex. */
import {
  type BeginContext,
  defineAnalysis,
  type EndContext,
  Latencies,
  type LatencyView,
  latencyOptions,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { noteOpenEnds } from './open-ends.ts';
import { type By, describe, groupings, words } from './shapes.ts';
import { cellsOf, keyOf, labelOf, type Wait, WaitSums, waitCells } from './waits.ts';

const options = {
  ...latencyOptions(groupings, 'pair', words),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly latencies: Latencies<Wait, WaitSums>;
}

export const analysis = defineAnalysis({
  id: 'futexes',
  family: 'locks',
  title: 'Locks of programs',
  question:
    'Which threads wait for which others at locks, conditions and joins of programs, and for how long?',
  needs: {
    transitions: ['futex-waited'],
    threads: true,
    optional: [
      { events: { sched_waking: ['task_tid'] }, without: 'Who woke whom is not known without sched_waking' },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count and lengths of the waits by waiter and waker (thread, waker, futex).' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      by: given.by,
      latencies: new Latencies(given, views, given.by !== 'all', () => new WaitSums()),
    };
  },
  on: {
    'futex-waited'(state, wait, model) {
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
    mergeExtra: (sum, other) => sum.merge(other),
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (wait) => waitCells(wait, originNs),
    measuresOf: ({ extra }) => extra.cells(),
  });
}
