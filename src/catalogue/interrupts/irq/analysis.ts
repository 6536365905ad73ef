/** How often and how long devices' interrupts and soft interrupts take a CPU. */
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
  LinearFrequencies,
  Longest,
  type OptionValues,
  RateSeries,
  texts,
} from '../../../analysis/index.ts';
import {
  Distribution,
  LatencyHeatmap,
  LogHistogram,
  type Shape,
  TableBuilder,
  table,
} from '../../../results/index.ts';
import { Chosen } from './chosen.ts';
import { noteOpenEnds } from './open-ends.ts';
import { cellsOf, hardRun, keyOf, kindOf, labelOf, nameOf, type Run, softRun, threadName } from './runs.ts';
import {
  type By,
  describeFrequencies,
  describeSeries,
  describeStatistics,
  distributionDescription,
  groupings,
  heatmapDescription,
  logDescription,
  topDescription,
} from './shapes.ts';

const options = {
  by: choice(groupings, 'irq', 'What `table`, `freq` and `series` have rows for.'),
  irq: texts('IRQ', 'Only these interrupts of devices: numbers or names of handlers.'),
  softirq: texts('SOFTIRQ', 'Only these soft interrupts: numbers or names.'),
  slower: duration('Only runs that took at least this long, such as 100us.'),
  faster: duration('Only runs that took at most this long.'),
  limit: count(10, 'How many runs `top` lists, 0 for all.'),
  'freq-resolution': count(20, 'How many bins `freq` has.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

/** Runs that share a key. */
interface Runs {
  readonly durations: Distribution;
  readonly raises: Distribution;
  readonly frequencies: LinearFrequencies | undefined;
  readonly names: number[];
}

interface State {
  readonly by: By;
  readonly chosen: Chosen;
  readonly slowerNs: number;
  readonly fasterNs: number;
  readonly groups: Groups<Runs>;
  readonly longest: Longest<Run> | undefined;
  readonly log: Run[] | undefined;
  readonly histogram: LogHistogram | undefined;
  readonly heatmap: LatencyHeatmap | undefined;
  readonly series: RateSeries | undefined;
}

export const analysis = defineAnalysis({
  id: 'irq',
  family: 'interrupts',
  title: 'Interrupts',
  question: 'Which interrupts and soft interrupts take CPUs away, how often, for how long, and from whom?',
  needs: {
    anyTransition: ['irq-completed', 'softirq-completed'],
    threads: true,
    optional: [
      {
        events: { irq_handler_entry: ['irq', 'name'], irq_handler_exit: ['irq', 'ret'] },
        without: 'Interrupts of devices are not counted without irq_handler_entry and irq_handler_exit',
      },
      {
        events: { softirq_entry: ['vec'], softirq_exit: ['vec'] },
        without: 'Soft interrupts are not counted without softirq_entry and softirq_exit',
      },
      {
        events: { softirq_raise: ['vec'] },
        without: 'When soft interrupts were asked for is unknown without softirq_raise',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count and durations of each interrupt (handler, kind, CPU, interrupted thread).' },
    top: { meaning: 'The longest runs, each with its time, CPU and interrupted thread.' },
    log: { meaning: 'Every run, in the order in which they ended.' },
    dist: { meaning: 'How many runs took how long: a histogram.' },
    freq: {
      meaning:
        'The same in equal bins from the shortest to the longest run, by interrupt or whatever `--by` says.',
    },
    series: { meaning: 'Runs per second over time.' },
    heatmap: { meaning: 'How long runs took, over time.' },
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
      case 'series':
        return [describeSeries(given.by)];
      case 'heatmap':
        return [heatmapDescription];
    }
  },
  begin({ options: given, views }: BeginContext<Options>): State {
    const makeRuns = (): Runs => ({
      durations: new Distribution(),
      raises: new Distribution(),
      frequencies: views.has('freq') ? new LinearFrequencies() : undefined,
      names: [],
    });
    return {
      by: given.by,
      chosen: new Chosen(given.irq, given.softirq),
      slowerNs: given.slower ?? Number.NEGATIVE_INFINITY,
      fasterNs: given.faster ?? Number.POSITIVE_INFINITY,
      // Two hosts' interrupts with one number have nothing in common.
      groups: new Groups(given.by !== 'kind', makeRuns),
      longest: views.has('top')
        ? new Longest<Run>(
            given.limit,
            ({ exitNs, enterNs }) => exitNs - enterNs,
            ({ exitNs }) => exitNs,
          )
        : undefined,
      log: views.has('log') ? [] : undefined,
      histogram: views.has('dist') ? new LogHistogram() : undefined,
      heatmap: views.has('heatmap') ? new LatencyHeatmap() : undefined,
      series: views.has('series') ? new RateSeries() : undefined,
    };
  },
  on: {
    'irq-completed'(state, irq, model) {
      if (state.chosen.hasHard(irq.irq, irq.name, model)) addRun(state, hardRun(irq, model));
    },
    'softirq-completed'(state, softirq, model) {
      if (state.chosen.hasSoft(softirq.vec)) addRun(state, softRun(softirq, model));
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view));
  },
});

function addRun(state: State, run: Run): void {
  const durationNs = run.exitNs - run.enterNs;
  if (durationNs < state.slowerNs || durationNs > state.fasterNs) return;
  const group = state.groups.get(run.model, keyOf(state.by, run));
  const { value: runs } = group;
  runs.durations.add(durationNs);
  if (!Number.isNaN(run.raiseNs)) runs.raises.add(run.enterNs - run.raiseNs);
  runs.frequencies?.add(durationNs);
  if (!run.isSoft && !runs.names.includes(run.name)) runs.names.push(run.name);
  state.longest?.add(run);
  state.log?.push(run);
  state.histogram?.add(durationNs);
  state.heatmap?.add(run.exitNs, durationNs);
  state.series?.add(group.index, run.exitNs);
}

function answer(state: State, context: Context, view: string): Shape {
  const { originNs, range } = context;
  switch (view) {
    case 'top':
      return table(
        topDescription,
        (state.longest?.sorted() ?? []).map((run) => runRow(run, context)),
      );
    case 'log':
      return table(
        logDescription,
        (state.log ?? []).map((run) => runRow(run, context)),
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
        (index) => labelOf(state.by, state.groups.all[index]!),
        lineCountMax,
      );
    case 'freq':
      return frequenciesTable(state, context);
    default:
      return statisticsTable(state);
  }
}

function runRow(run: Run, { originNs }: Context) {
  const at = (timeNs: number) => (Number.isNaN(timeNs) ? undefined : originNs + BigInt(timeNs));
  return {
    begin: at(run.enterNs),
    duration: run.exitNs - run.enterNs,
    kind: kindOf(run.isSoft),
    irq: run.irq,
    name: nameOf(run.isSoft, run.irq, [run.name], run.model),
    cpu: run.cpu,
    'raise-latency': run.enterNs - run.raiseNs,
    comm: threadName(run.tid, run.model),
    tid: run.tid > 0 ? run.tid : undefined,
    end: at(run.exitNs),
    'raised-at': at(run.raiseNs),
    value: run.ret,
  };
}

function byTotal(a: Group<Runs>, b: Group<Runs>): number {
  return b.value.durations.sum - a.value.durations.sum || a.index - b.index;
}

function measures(durations: Distribution, raises: Distribution) {
  return {
    count: durations.count,
    ...durationCells(durations),
    raised: raises.count,
    'raise-avg': raises.average,
    'raise-max': raises.max,
    'raise-min': raises.min,
    'raise-stdev': raises.stdev,
  };
}

function statisticsTable(state: State): Shape {
  const builder = new TableBuilder<string>(describeStatistics(state.by));
  const durations = new Distribution();
  const raises = new Distribution();
  for (const group of [...state.groups.all].sort(byTotal)) {
    const { value: runs } = group;
    builder.add({ ...cellsOf(state.by, group), ...measures(runs.durations, runs.raises) });
    durations.merge(runs.durations);
    raises.merge(runs.raises);
  }
  return builder.setTotals(measures(durations, raises)).build();
}

function frequenciesTable(state: State, { options: given }: Context): Shape {
  const builder = new TableBuilder<string>(describeFrequencies(state.by));
  for (const group of [...state.groups.all].sort(byTotal)) {
    const cells = cellsOf(state.by, group);
    for (const bin of group.value.frequencies?.bins(given['freq-resolution']) ?? [])
      builder.add({ ...cells, ...bin });
  }
  return builder.build();
}
