/** What the kernel's workers do for others, how long it waits for them, and how long it takes. */
import {
  type BeginContext,
  choice,
  count,
  defineAnalysis,
  duration,
  type EndContext,
  Latencies,
  type LatencyView,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { type By, describe, groupings } from './shapes.ts';
import { cellsOf, keyOf, labelOf, type Work, WorkSums, workCells } from './works.ts';

const options = {
  by: choice(groupings, 'function', 'What `table`, `each`, `freq` and `series` have rows for.'),
  slower: duration('Only works that took at least this long, such as 1ms.'),
  faster: duration('Only works that took at most this long.'),
  limit: count(10, 'How many works `top` lists, and `each` of each row, 0 for all.'),
  'freq-resolution': count(20, 'How many bins `freq` has.'),
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
    ...latencyViews({ thing: 'work', things: 'works' }),
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
