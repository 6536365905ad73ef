/** What the kernel's workers do for others, how long it waits for them, and how long it takes. */
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
import { type By, describe, groupings, words } from './shapes.ts';
import { cellsOf, keyOf, labelOf, type Work, WorkSums, workCells } from './works.ts';

const options = {
  ...latencyOptions(groupings, 'function', words),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly latencies: Latencies<Work, WorkSums>;
}

export const analysis = defineAnalysis({
  id: 'workqueues',
  family: 'scheduling',
  title: 'Work of the kernel’s workers',
  question:
    'What do workers of the kernel do for others, how long does it wait for them, and how long does it take?',
  needs: {
    transitions: ['work-completed'],
    threads: true,
    optional: [
      {
        events: { workqueue_queue_work: ['work'] },
        without: 'How long works waited is unknown without workqueue_queue_work',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count, waits and durations of works by function (worker).' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      by: given.by,
      latencies: new Latencies(given, views, given.by === 'worker', () => new WorkSums()),
    };
  },
  on: {
    'work-completed'(state, work, model) {
      const durationNs = work.endNs - work.startNs;
      if (!state.latencies.accepts(durationNs)) return;
      const { latencies } = state;
      const key = keyOf(state.by, work, model);
      const { extra } = latencies.add(model, key, durationNs, work.endNs, work, (kept) => ({
        ...kept,
        model,
        durationNs,
      }));
      extra.add(work, model);
      latencies.totalExtra.add(work, model);
    },
  },
  end: (state, context) => [...context.views].map((view) => answer(state, context, view as LatencyView)),
});

function answer({ by, latencies }: State, { originNs, range }: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    // Keys are functions and threads, which do not change.
    mergeExtra: () => undefined,
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (work) => workCells(work, originNs),
    measuresOf: ({ extra }) => extra.cells(),
  });
}
