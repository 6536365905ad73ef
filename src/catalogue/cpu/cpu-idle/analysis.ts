/** How long CPUs sleep, how deeply, and how often they are woken. */
import {
  absentOptions,
  type BeginContext,
  defineAnalysis,
  type EndContext,
  Groups,
  type KernelModel,
  Latencies,
  type LatencyView,
  latencyOptions,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { cpusTable } from './by-cpu.ts';
import { CpuSleep } from './cpu-sleep.ts';
import { noteInferred, noteUnknown } from './open-ends.ts';
import { type By, cpusDescription, describe, groupings, words } from './shapes.ts';
import { cellsOf, keyOf, labelOf, type Sleep, type SleepSums, type Slept, sleepCells } from './sleeps.ts';

const options = {
  ...latencyOptions(groupings, 'state', words, '10ms'),
} as const;
type Options = OptionValues<typeof options>;
export type Context = EndContext<Options>;

export interface Account {
  readonly by: By;
  readonly latencies: Latencies<Sleep, SleepSums>;
  readonly cpus: Groups<CpuSleep>;
}

export interface State {
  /** As CPUs say it, … */
  readonly told: Account;
  /** … and what follows from when their idle threads ran. */
  readonly inferred: Account;
  /** Whether any CPU says it: a trace may know the event and never have it. */
  isTold: boolean;
}

const needs = {
  anyTransition: ['idle-left', 'thread-ran'],
  optional: [
    {
      events: { cpu_idle: ['state', 'cpu_id'] },
      without:
        'How deeply CPUs sleep is unknown without cpu_idle: what counts is when their idle threads ran',
    },
  ],
} as const;

export const analysis = defineAnalysis({
  id: 'cpu-idle',
  family: 'cpu',
  title: 'Sleep of CPUs',
  question: 'How long do CPUs sleep, how deeply, and how often are they woken?',
  needs,
  options,
  views: {
    table: { meaning: 'Count, part of the time and durations of sleeps by state (CPU, both, all).' },
    cpus: { meaning: 'How long each CPU was asleep, awake, and not known to be either.' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [view === 'cpus' ? cpusDescription : describe(given.by, view)],
  begin: (context: BeginContext<Options>): State => ({
    told: makeAccount(context),
    inferred: makeAccount(context),
    isTold: false,
  }),
  on: {
    'idle-left'(state, left, model) {
      state.isTold = true;
      const partNs = state.told.cpus.get(model, left.cpu).value.slept(left.beginNs, left.endNs);
      if (partNs !== undefined) addSleep(state.told, left, partNs, model);
    },
    'thread-ran'({ isTold, inferred }, run, model) {
      if (isTold) return;
      const { value: cpu } = inferred.cpus.get(model, run.cpu);
      const partNs = cpu.ran(run.tid, run.beginNs, run.endNs);
      if (run.tid === 0 && partNs !== undefined) addSleep(inferred, { ...run, state: -1 }, partNs, model);
    },
  },
  end(state, context) {
    const isTold = state.isTold || hasIdleCpus(context);
    const account = isTold ? state.told : state.inferred;
    finish(account, isTold, context);
    if (!isTold && absentOptions(needs, context.classes).length === 0) noteInferred(context);
    noteUnknown(account, context);
    return [...context.views].map((view) =>
      view === 'cpus' ? cpusTable(account, context) : answer(account, context, view as LatencyView),
    );
  },
});

function makeAccount({ options: given, views, rangeBeginNs }: BeginContext<Options>): Account {
  const isPerHost = given.by === 'cpu' || given.by === 'both';
  return {
    by: given.by,
    latencies: new Latencies(given, views, isPerHost, () => ({ partNs: 0 })),
    cpus: new Groups(true, () => new CpuSleep(rangeBeginNs)),
  };
}

/** Whether a CPU is known to sleep, or to be awake, though no sleep has ended. */
function hasIdleCpus({ models, cpusOf }: Context): boolean {
  return models.some((model) => cpusOf(model).some((cpu) => model.power.idleOf(cpu) !== undefined));
}

/** @param partNs how much of it is of the time that is asked for, NaN not known */
function addSleep({ by, latencies }: Account, sleep: Slept, partNs: number, model: KernelModel): void {
  const durationNs = sleep.endNs - sleep.beginNs;
  // What began before all that is known has no length.
  if (!Number.isFinite(durationNs)) {
    addPart(latencies, keyOf(by, sleep), partNs, model);
    return;
  }
  if (!latencies.accepts(durationNs)) return;
  const { extra } = latencies.add(model, keyOf(by, sleep), durationNs, sleep.endNs, sleep, (kept) => ({
    ...kept,
    durationNs,
    model,
  }));
  addTo(extra, latencies, partNs);
}

/** Of a sleep whose length is not known: only where sleeps of any length are asked for. */
function addPart(latencies: Account['latencies'], key: number, partNs: number, model: KernelModel): void {
  if (!(latencies.accepts(Number.POSITIVE_INFINITY) && latencies.accepts(0))) return;
  addTo(latencies.groups.get(model, key).value.extra, latencies, partNs);
}

/** Where time goes back there is no part. */
function addTo(sums: SleepSums, { totalExtra }: Account['latencies'], partNs: number): void {
  if (Number.isNaN(partNs)) return;
  sums.partNs += partNs;
  totalExtra.partNs += partNs;
}

/** What CPUs are at when the time is over, and CPUs of which nothing was told. */
function finish(
  { by, latencies, cpus }: Account,
  isTold: boolean,
  { range, models, cpusOf, accepts }: Context,
): void {
  if (range === undefined) return;
  for (const model of models) {
    const running = new Map([...model.scheduling.running()].map((run) => [run.cpu, run]));
    const seen = cpus.all.filter((group) => group.model === model).map(({ key }) => key);
    for (const cpu of new Set([...cpusOf(model), ...seen])) {
      if (!accepts(model, cpu, 0)) continue;
      const { value } = cpus.get(model, cpu);
      const idle = model.power.idleOf(cpu);
      const partNs = isTold ? value.finish(range, idle) : value.finishRun(range, running.get(cpu));
      if (partNs === undefined) continue;
      addPart(latencies, keyOf(by, { cpu, state: idle?.value ?? -1 }), partNs, model);
    }
  }
}

function answer({ by, latencies, cpus }: Account, { originNs, range }: Context, view: LatencyView): Shape {
  const rangeNs = range === undefined ? 0 : range.endNs - range.beginNs;
  const allNs = rangeNs * cpus.all.length;
  const isOfCpu = by === 'cpu' || by === 'both';
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    // Keys are CPUs and states, which do not change.
    mergeExtra: () => undefined,
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (sleep) => sleepCells(sleep, originNs),
    measuresOf: ({ extra }) => {
      const wholeNs = isOfCpu && extra !== latencies.totalExtra ? rangeNs : allNs;
      return { part: wholeNs > 0 ? extra.partNs / wholeNs : undefined, asleep: extra.partNs };
    },
  });
}
