/** How late the kernel's timers expire, and how long their functions run. */
import {
  type BeginContext,
  defineAnalysis,
  duration,
  type EndContext,
  type KernelModel,
  Latencies,
  type LatencyView,
  latencyOptions,
  latencyViews,
  type OptionValues,
  type TimerExpired,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { noteOpenEnds } from './open-ends.ts';
import { cellsOf, functionText, keyOf, labelOf, type Run, RunSums, runCells } from './runs.ts';
import { type By, describe, groupings, words } from './shapes.ts';

const options = {
  ...latencyOptions(groupings, 'function', words, '100us'),
  later: duration('Only timers that were at least this late, such as 1ms.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly laterNs: number | undefined;
  readonly latencies: Latencies<Run, RunSums>;
}

export const analysis = defineAnalysis({
  id: 'timers',
  family: 'interrupts',
  title: 'Timers of the kernel',
  question: 'Which timers of the kernel expire, how late, and how long do their functions run?',
  needs: {
    anyTransition: ['hrtimer-expired', 'timer-expired'],
    threads: true,
    optional: [
      {
        events: { hrtimer_start: ['hrtimer', 'expires'] },
        without: 'How late high-resolution timers are is unknown without hrtimer_start',
      },
      {
        events: { timer_start: ['timer', 'expires'] },
        without: 'How late timers of the wheel are is unknown without timer_start',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count, lateness and durations by function (kind, CPU, thread that set them).' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      by: given.by,
      laterNs: given.later,
      latencies: new Latencies(
        given,
        views,
        given.by === 'cpu' || given.by === 'starter',
        () => new RunSums(),
      ),
    };
  },
  on: {
    'hrtimer-expired': addRun,
    'timer-expired': addRun,
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view as LatencyView));
  },
});

function addRun(state: State, run: TimerExpired, model: KernelModel): void {
  const durationNs = run.exitNs - run.enterNs;
  if (!state.latencies.accepts(durationNs)) return;
  if (state.laterNs !== undefined && !(run.lateNs >= state.laterNs)) return;
  const { latencies } = state;
  const key = keyOf(state.by, run, model);
  const { extra } = latencies.add(model, key, durationNs, run.exitNs, run, (kept) => ({
    ...kept,
    model,
    durationNs,
    endNs: kept.exitNs,
  }));
  if (extra.kind === undefined) extra.label = functionText(run, model);
  extra.add(run);
  latencies.totalExtra.add(run);
}

function answer({ by, latencies }: State, { originNs, range }: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    // Keys are functions, CPUs and threads, which do not change.
    mergeExtra: () => undefined,
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (run) => runCells(run, originNs),
    measuresOf: ({ extra }) => extra.cells(),
  });
}
