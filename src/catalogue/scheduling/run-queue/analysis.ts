/** How long threads that could run waited for a CPU, and who ran instead. */
import {
  type BeginContext,
  choice,
  count,
  defineAnalysis,
  duration,
  durationCells,
  type EndContext,
  type Group,
  Groups,
  type KernelModel,
  LinearFrequencies,
  Longest,
  type OptionValues,
  RateSeries,
  type RunQueueLeft,
  type TimeByThread,
} from '../../../analysis/index.ts';
import {
  Distribution,
  LatencyHeatmap,
  LogHistogram,
  type Shape,
  TableBuilder,
  table,
} from '../../../results/index.ts';
import { cellsOf, keyOf, labelOf, nameOf } from './keys.ts';
import { noteOpenEnds } from './open-ends.ts';
import {
  type By,
  describeFrequencies,
  describeSeries,
  describeStatistics,
  distributionDescription,
  groupings,
  heatmapDescription,
  insteadDescription,
  logDescription,
  topDescription,
} from './shapes.ts';

const options = {
  by: choice(groupings, 'thread', 'What `table`, `freq` and `series` have rows for.'),
  from: choice(
    ['runnable', 'wakeup'],
    'runnable',
    'Where a wait begins: as soon as the thread could have run, or at its wake-up (preempted threads then do not count).',
  ),
  slower: duration('Only waits of at least this long, such as 1ms.'),
  faster: duration('Only waits of at most this long.'),
  limit: count(10, 'How many waits `top` lists, 0 for all.'),
  'freq-resolution': count(20, 'How many bins `freq` has.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

/** One wait, copied. */
interface Wait extends Readonly<RunQueueLeft> {
  /** Where it begins, as the option `from` says. */
  readonly fromNs: number;
  readonly model: KernelModel;
}

/** Waits that share a key. */
interface Waits {
  readonly durations: Distribution;
  readonly frequencies: LinearFrequencies | undefined;
  preemptedCount: number;
}

interface State {
  readonly by: By;
  readonly isFromWakeup: boolean;
  readonly slowerNs: number;
  readonly fasterNs: number;
  readonly groups: Groups<Waits>;
  readonly longest: Longest<Wait> | undefined;
  readonly log: Wait[] | undefined;
  readonly histogram: LogHistogram | undefined;
  readonly heatmap: LatencyHeatmap | undefined;
  readonly series: RateSeries | undefined;
  readonly instead: Groups<TimeByThread> | undefined;
}

export const analysis = defineAnalysis({
  id: 'run-queue',
  family: 'scheduling',
  title: 'Run queue',
  question: 'How long do threads that could run wait for a CPU, and who runs instead?',
  needs: {
    transitions: ['run-queue-left'],
    threads: true,
    optional: [
      {
        events: { sched_wakeup_new: ['task_tid'] },
        without: 'How long new threads waited for their first CPU is unknown without sched_wakeup_new',
      },
    ],
  },
  options,
  views: {
    table: {
      meaning: 'Count and lengths of the waits of each thread (process, priority, CPU, waker, reason).',
    },
    top: { meaning: 'The longest waits, each with its time, thread, waker, and who ran before.' },
    log: { meaning: 'Every wait, in the order in which they ended.' },
    dist: { meaning: 'How many waits were how long: a histogram.' },
    freq: {
      meaning:
        'The same in equal bins from the shortest to the longest wait, by thread or whatever `--by` says.',
    },
    instead: { meaning: 'Who ran while a thread waited.' },
    series: { meaning: 'Waits per second over time.' },
    heatmap: { meaning: 'How long waits were, over time.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describeStatistics(given.by)];
      case 'top':
        return [topDescription];
      case 'log':
        return [logDescription];
      case 'dist':
        return [distributionDescription];
      case 'freq':
        return [describeFrequencies(given.by)];
      case 'instead':
        return [insteadDescription];
      case 'series':
        return [describeSeries(given.by)];
      case 'heatmap':
        return [heatmapDescription];
    }
  },
  begin({ options: given, views, models }: BeginContext<Options>): State {
    if (views.has('instead')) for (const { scheduling } of models) scheduling.keepPast();
    const makeWaits = (): Waits => ({
      durations: new Distribution(),
      frequencies: views.has('freq') ? new LinearFrequencies() : undefined,
      preemptedCount: 0,
    });
    const isPerHost = given.by === 'thread' || given.by === 'process' || given.by === 'waker';
    return {
      by: given.by,
      isFromWakeup: given.from === 'wakeup',
      slowerNs: given.slower ?? Number.NEGATIVE_INFINITY,
      fasterNs: given.faster ?? Number.POSITIVE_INFINITY,
      groups: new Groups(isPerHost, makeWaits),
      longest: views.has('top')
        ? new Longest<Wait>(
            given.limit,
            (wait) => wait.switchNs - wait.fromNs,
            ({ switchNs }) => switchNs,
          )
        : undefined,
      log: views.has('log') ? [] : undefined,
      histogram: views.has('dist') ? new LogHistogram() : undefined,
      heatmap: views.has('heatmap') ? new LatencyHeatmap() : undefined,
      series: views.has('series') ? new RateSeries() : undefined,
      instead: views.has('instead') ? new Groups<TimeByThread>(true, () => new Map()) : undefined,
    };
  },
  on: {
    'run-queue-left'(state, left, model) {
      // When it got the CPU is not known: anything up to its first event there.
      if (left.isImplied) return;
      const fromNs = state.isFromWakeup ? left.wakeNs : left.beginNs;
      const waitNs = left.switchNs - fromNs;
      // Without a wake-up there is no number: no comparison holds.
      if (!(waitNs >= state.slowerNs && waitNs <= state.fasterNs)) return;
      const group = state.groups.get(model, keyOf(state.by, left));
      const { value: waits } = group;
      waits.durations.add(waitNs);
      waits.frequencies?.add(waitNs);
      if (left.why === 'preempted') waits.preemptedCount++;
      if (state.longest?.wants(waitNs) === true) state.longest.add({ ...left, fromNs, model });
      state.log?.push({ ...left, fromNs, model });
      state.histogram?.add(waitNs);
      state.heatmap?.add(left.switchNs, waitNs);
      state.series?.add(group.index, left.switchNs);
      if (state.instead === undefined) return;
      const times = state.instead.get(model, left.tid).value;
      model.scheduling.occupancy.divide(left.cpu, fromNs, left.switchNs, times);
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view));
  },
});

function answer(state: State, context: Context, view: string): Shape {
  const { originNs, range } = context;
  switch (view) {
    case 'top':
      return table(
        topDescription,
        (state.longest?.sorted() ?? []).map((wait) => waitRow(wait, context)),
      );
    case 'log':
      return table(
        logDescription,
        (state.log ?? []).map((wait) => waitRow(wait, context)),
      );
    case 'dist':
      return (state.histogram ?? new LogHistogram()).build(distributionDescription);
    case 'heatmap':
      return (state.heatmap ?? new LatencyHeatmap()).build(heatmapDescription, originNs, range);
    case 'series':
      return (state.series ?? new RateSeries()).build(
        describeSeries(state.by),
        originNs,
        range,
        (index) => labelOf(state.by, state.groups.all[index]!, context.names),
        lineCountMax,
      );
    case 'freq':
      return frequenciesTable(state, context);
    case 'instead':
      return insteadTable(state, context);
    default:
      return statisticsTable(state, context);
  }
}

function waitRow(wait: Wait, { names, originNs }: Context) {
  const { model } = wait;
  return {
    begin: originNs + BigInt(wait.fromNs),
    duration: wait.switchNs - wait.fromNs,
    comm: wait.comm === 0 ? undefined : names.text(wait.comm),
    tid: wait.tid,
    pid: orAbsent(wait.pid >= 0 ? wait.pid : model.tasks.pidOf(wait.tid)),
    prio: orAbsent(wait.prio),
    cpu: orAbsent(wait.cpu),
    why: wait.why,
    'waker-comm': nameOf(wait.wakerTid, model),
    'waker-tid': wait.wakerTid > 0 ? wait.wakerTid : undefined,
    'waker-pid': wait.wakerTid > 0 ? orAbsent(model.tasks.pidOf(wait.wakerTid)) : undefined,
    'prev-comm': nameOf(wait.prevTid, model),
    'prev-tid': wait.prevTid > 0 ? wait.prevTid : undefined,
    switch: originNs + BigInt(wait.switchNs),
    'target-cpu': orAbsent(wait.targetCpu),
  };
}

function orAbsent(value: number): number | undefined {
  return value < 0 ? undefined : value;
}

function byTotal(a: Group<Waits>, b: Group<Waits>): number {
  return b.value.durations.sum - a.value.durations.sum || a.index - b.index;
}

function measures({ durations, preemptedCount }: Waits) {
  return { count: durations.count, ...durationCells(durations), preempted: preemptedCount };
}

function statisticsTable(state: State, { names }: Context): Shape {
  const builder = new TableBuilder<string>(describeStatistics(state.by));
  const total: Waits = { durations: new Distribution(), frequencies: undefined, preemptedCount: 0 };
  for (const group of [...state.groups.all].sort(byTotal)) {
    builder.add({ ...cellsOf(state.by, group, names), ...measures(group.value) });
    total.durations.merge(group.value.durations);
    total.preemptedCount += group.value.preemptedCount;
  }
  if (state.by !== 'all') builder.setTotals(measures(total));
  return builder.build();
}

function frequenciesTable(state: State, { names, options: given }: Context): Shape {
  const builder = new TableBuilder<string>(describeFrequencies(state.by));
  for (const group of [...state.groups.all].sort(byTotal)) {
    const cells = cellsOf(state.by, group, names);
    for (const bin of group.value.frequencies?.bins(given['freq-resolution']) ?? [])
      builder.add({ ...cells, ...bin });
  }
  return builder.build();
}

function insteadTable(state: State, { names }: Context): Shape {
  const builder = new TableBuilder(insteadDescription);
  const sumOf = (times: TimeByThread) => [...times.values()].reduce((sum, timeNs) => sum + timeNs, 0);
  const waiters = (state.instead?.all ?? [])
    .map((group) => ({ group, sumNs: sumOf(group.value) }))
    .sort((a, b) => b.sumNs - a.sumNs || a.group.index - b.group.index);
  for (const { group, sumNs } of waiters) {
    const { model, key } = group;
    const cells = { comm: nameOf(key, model), tid: key };
    const parent = builder.add({ ...cells, time: sumNs });
    const others = [...group.value].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    for (const [tid, timeNs] of others) {
      const who = tid < 0 ? 'unknown' : (nameOf(tid, model) ?? names.text(0));
      const instead = { 'instead-comm': who, 'instead-tid': tid > 0 ? tid : undefined };
      builder.add({ ...cells, ...instead, time: timeNs, share: timeNs / sumNs }, parent);
    }
  }
  return builder.build();
}
