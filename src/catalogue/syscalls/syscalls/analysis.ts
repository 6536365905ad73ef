/** Every system call: how often, how long, what it returned, by call, process and thread. */
import {
  type BeginContext,
  type CallsOfOneName,
  choice,
  count,
  defineAnalysis,
  duration,
  type EndContext,
  isError,
  type KernelModel,
  type OptionValues,
  RateSeries,
  RowLog,
  type SyscallCompleted,
} from '../../../analysis/index.ts';
import { LatencyHeatmap, LogHistogram, type Shape, TableBuilder, table } from '../../../results/index.ts';
import { noteOpenCalls, noteOpenEnds } from './open-ends.ts';
import {
  describeSeries,
  describeStatistics,
  distributionDescription,
  heatmapDescription,
  logDescription,
  topDescription,
} from './shapes.ts';
import { type KeptCall, Slowest } from './slowest.ts';
import {
  type CallStatistics,
  errorOf,
  type Group,
  type RowSubject,
  returnText,
  Statistics,
  together,
} from './statistics.ts';

const options = {
  by: choice(
    ['call', 'process', 'thread', 'return'],
    'call',
    'What `table` and `series` have a row for: each call, process, thread, or return value of a call.',
  ),
  slower: duration('Only calls that took at least this long, such as 10ms.'),
  limit: count(10, 'How many calls `top` lists, 0 for all.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

/** What is kept, for the views that are wanted. */
interface State {
  readonly slowerNs: number;
  readonly statistics: Statistics;
  readonly slowest: Slowest | undefined;
  readonly log: RowLog<SyscallCompleted> | undefined;
  readonly histogram: LogHistogram | undefined;
  readonly heatmap: LatencyHeatmap | undefined;
  readonly series: RateSeries | undefined;
}

export const analysis = defineAnalysis({
  id: 'syscalls',
  family: 'syscalls',
  title: 'System calls',
  question: 'Which system calls are made, how long do they take, what do they return, and who makes them?',
  needs: {
    transitions: ['syscall-completed'],
    threads: true,
    optional: [
      {
        events: { sched_switch: ['prev_tid', 'next_tid', 'next_comm'] },
        without: 'Names of threads are unknown without sched_switch',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count, errors, rate and durations of each call (or process, thread, return value).' },
    top: { meaning: 'The slowest calls, each with its time, thread and return value.' },
    log: { meaning: 'Every call, in the order in which they ended.' },
    dist: { meaning: 'How many calls took how long: a histogram.' },
    series: { meaning: 'Calls per second over time.' },
    heatmap: { meaning: 'How long calls took, over time.' },
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
      case 'series':
        return [describeSeries(given.by)];
      case 'heatmap':
        return [heatmapDescription];
    }
  },
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      slowerNs: given.slower ?? Number.NEGATIVE_INFINITY,
      statistics: new Statistics(given.by),
      slowest: views.has('top') ? new Slowest(given.limit) : undefined,
      log: views.has('log') ? new RowLog() : undefined,
      histogram: views.has('dist') ? new LogHistogram() : undefined,
      heatmap: views.has('heatmap') ? new LatencyHeatmap() : undefined,
      series: views.has('series') ? new RateSeries() : undefined,
    };
  },
  on: {
    'syscall-completed'(state, call, model) {
      const durationNs = call.exitNs - call.enterNs;
      // Without a clock there is no number: no comparison holds.
      if (!(durationNs >= state.slowerNs)) return;
      const group = state.statistics.add(call, model);
      state.slowest?.add(call);
      state.log?.add(call);
      state.histogram?.add(durationNs);
      state.heatmap?.add(call.exitNs, durationNs);
      state.series?.add(group, call.exitNs);
    },
  },
  callsAlone: {
    isEnough: ({ by }: Options, views) =>
      (by === 'call' || by === 'return') && !views.has('top') && !views.has('log'),
    on(state, calls, model) {
      state.statistics.addAll(calls, state.slowerNs, model);
      if (state.histogram ?? state.heatmap ?? state.series) addToViews(state, calls, model);
    },
  },
  end(state, context) {
    if (context.reachesEnd) noteOpenCalls(context);
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view));
  },
});

function addToViews(state: State, calls: CallsOfOneName, model: KernelModel): void {
  const { slowerNs, statistics, histogram, heatmap, series } = state;
  for (let row = 0; row < calls.count; row++) {
    const durationNs = calls.durationNs[row] as number;
    if (!(durationNs >= slowerNs)) continue;
    const time = calls.exitNs[row] as number;
    histogram?.add(durationNs);
    heatmap?.add(time, durationNs);
    series?.add(statistics.groupOfCall(calls.name, errorOf(calls.ret[row] as number), model).index, time);
  }
}

function answer(state: State, context: Context, view: string): Shape {
  const { originNs, range } = context;
  switch (view) {
    case 'top':
      return table(
        topDescription,
        (state.slowest?.sorted() ?? []).map((call) => callRow(call, context)),
      );
    case 'log': {
      const builder = new TableBuilder(logDescription, state.log?.count);
      for (const call of state.log?.rows() ?? []) builder.add(callRow(call, context));
      return builder.build();
    }
    case 'dist':
      return (state.histogram ?? new LogHistogram()).build(distributionDescription);
    case 'heatmap':
      return (state.heatmap ?? new LatencyHeatmap()).build(heatmapDescription, originNs, range);
    case 'series':
      return (state.series ?? new RateSeries()).build(
        describeSeries(context.options.by),
        originNs,
        range,
        (index) => labelOf(state.statistics.groups[index]!, context),
        lineCountMax,
      );
    default:
      return statisticsTable(state, context);
  }
}

function callRow(call: KeptCall, { names, originNs }: Context) {
  return {
    begin: originNs + BigInt(call.enterNs),
    duration: call.exitNs - call.enterNs,
    name: names.text(call.name),
    comm: call.comm === 0 ? undefined : names.text(call.comm),
    tid: call.tid,
    pid: call.pid < 0 ? undefined : call.pid,
    cpu: call.cpu < 0 ? undefined : call.cpu,
    value: call.ret,
    return: isError(call.ret) ? returnText(-call.ret) : undefined,
  };
}

function statisticsTable(state: State, context: Context): Shape {
  const { range, names } = context;
  const seconds =
    range === undefined || range.endNs === range.beginNs ? undefined : (range.endNs - range.beginNs) / 1e9;
  const builder = new TableBuilder<string>(describeStatistics(context.options.by));
  const groups = state.statistics.summedUp();
  for (const group of sortedGroups(groups, context)) {
    const subject = subjectOf(group, context);
    const parent = builder.add(group.all.row(subject, seconds));
    for (const [name, calls] of [...group.calls].sort((a, b) => byTotal(a[1], b[1])))
      builder.add(calls.row({ ...subject, name: names.text(name) }, seconds), parent);
  }
  return builder.setTotals(together(groups.map(({ all }) => all)).row({}, seconds)).build();
}

/** The largest total first; return values stay with their call. Calls may come in any order: what is equal goes by name and error. */
function sortedGroups(groups: readonly Group[], { names }: Context): readonly Group[] {
  const byName = (a: Group, b: Group) =>
    a.name === b.name ? 0 : names.text(a.name) < names.text(b.name) ? -1 : 1;
  const isByReturn = groups[0]?.error !== undefined;
  if (!isByReturn) return [...groups].sort((a, b) => byTotal(a.all, b.all) || byName(a, b));
  const totals = new Map<number, number>();
  for (const { name, all } of groups) totals.set(name, (totals.get(name) ?? 0) + all.durations.sum);
  return [...groups].sort(
    (a, b) =>
      totals.get(b.name)! - totals.get(a.name)! ||
      byName(a, b) ||
      b.all.durations.count - a.all.durations.count ||
      (a.error ?? 0) - (b.error ?? 0),
  );
}

function byTotal(a: CallStatistics, b: CallStatistics): number {
  return b.durations.sum - a.durations.sum;
}

function subjectOf(group: Group, { names }: Context): RowSubject {
  const { name, error, model } = group;
  const isOfCall = name !== 0;
  const pid = group.pid >= 0 ? group.pid : group.tid >= 0 ? model.tasks.pidOf(group.tid) : -1;
  const comm = isOfCall ? 0 : commOf(group, model);
  return {
    name: isOfCall ? names.text(name) : undefined,
    return: error === undefined ? undefined : returnText(error),
    comm: comm === 0 ? undefined : names.text(comm),
    tid: group.tid < 0 ? undefined : group.tid,
    pid: pid < 0 ? undefined : pid,
  };
}

/** The last name of the thread, or of the process's first thread; else the name that a call was made under. */
function commOf(group: Group, model: KernelModel): number {
  const id = group.tid >= 0 ? group.tid : group.pid;
  const comm = id < 0 ? 0 : model.tasks.commOf(id);
  return comm === 0 ? group.comm : comm;
}

function labelOf(group: Group, context: Context): string {
  const subject = subjectOf(group, context);
  if (subject.name !== undefined)
    return subject.return === undefined ? subject.name : `${subject.name} ${subject.return}`;
  const id = subject.tid ?? subject.pid;
  return id === undefined ? (subject.comm ?? 'unknown') : `${subject.comm ?? '?'} (${id})`;
}
