/** Counts and rates of every event, whatever the tracer. */
import {
  type BaseColumns,
  choice,
  count,
  defineAnalysis,
  type EndContext,
  type KernelModel,
  type OptionValues,
  RateSeries,
  type ThreadColumns,
} from '../../../analysis/index.ts';
import { table } from '../../../results/index.ts';
import { describeEvents, totalDescription } from './shapes.ts';

const options = {
  by: choice(
    ['event', 'stream', 'process', 'thread', 'cpu'],
    'event',
    'What is counted: events of a name, of a stream (one buffer of the tracer), or caused by a process, thread or CPU.',
  ),
  limit: count(10, 'How many rows `top` has.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

/** What has been counted under one key. */
interface Counted {
  readonly key: Key;
  count: number;
  /** Of two with as many the one that was met first goes first. */
  firstNs: number;
}
/** What a row is about; which parts there are depends on `by`. */
interface Key {
  readonly event?: string;
  readonly trace?: number;
  readonly stream?: number;
  readonly cpu?: number;
  readonly tid?: number;
  readonly pid?: number;
  readonly model?: KernelModel;
}

interface State {
  readonly by: Options['by'];
  /** Dense numbers of keys: what the series counts under. */
  readonly counted: Counted[];
  readonly byName: Map<string, number>;
  /** Of `byName`, by class: most records are counted by their class's number alone. */
  readonly byClass: number[];
  readonly byNumber: Map<KernelModel, Map<number, number>>;
  readonly streamsSeen: Set<number>;
  readonly classesSeen: Set<number>;
  readonly series: RateSeries | undefined;
  total: number;
}

export const analysis = defineAnalysis({
  id: 'events',
  family: 'events',
  title: 'Events',
  question: 'Which events does the trace have, how many, how often, and who caused them?',
  needs: { every: ['*'], threads: true },
  options,
  views: {
    table: {
      meaning: 'Every name (stream, process, …) with its count, share and rate, the most frequent first.',
    },
    top: { meaning: 'The most frequent ones only.' },
    count: { meaning: 'How many events there are in all.' },
    series: { meaning: 'Events per second over time, the most frequent ones as lines of their own.' },
  },
  describe: (given: Options, view) => [view === 'count' ? totalDescription : describeEvents(given.by, view)],
  begin(context): State {
    return {
      by: context.options.by,
      counted: [],
      byName: new Map(),
      byClass: [],
      byNumber: new Map(),
      streamsSeen: new Set(),
      classesSeen: new Set(),
      series: context.views.has('series') ? new RateSeries() : undefined,
      total: 0,
    };
  },
  on: {
    every(state, event, row, model) {
      const number = numberOf(state, event, row, model);
      add(state, event.eventClass, event.stream, number, 1, event.timeNs[row] as number);
      state.series?.add(number, event.timeNs[row] as number);
    },
  },
  counted: {
    isEnough: ({ by }: Options, views) => by === 'event' && !views.has('series'),
    on: (state, eventClass, stream, count, firstNs) =>
      add(state, eventClass, stream, byClass(state, eventClass), count, firstNs),
  },
  end(state, context) {
    return [...context.views].map((view) => {
      if (view === 'series') return seriesOf(state, context);
      if (view === 'count') return totalOf(state, context);
      return tableOf(state, context, view);
    });
  },
});

/** Records of one class and stream. */
function add(
  state: State,
  eventClass: BaseColumns['eventClass'],
  stream: number,
  number: number,
  amount: number,
  firstNs: number,
): void {
  const counted = state.counted[number] as Counted;
  counted.count += amount;
  // Records without a time come before all others.
  if (!(counted.firstNs <= firstNs))
    counted.firstNs = Number.isNaN(firstNs) ? Number.NEGATIVE_INFINITY : firstNs;
  state.streamsSeen.add(stream);
  state.classesSeen.add(eventClass.index);
  state.total += amount;
}

/** The number of the key that a record counts under. */
function numberOf(state: State, event: BaseColumns & ThreadColumns, row: number, model: KernelModel): number {
  switch (state.by) {
    case 'event':
      return byClass(state, event.eventClass);
    case 'stream':
      return byNumber(state, model, event.stream, { stream: event.stream, trace: event.eventClass.trace });
    case 'cpu':
      return byNumber(state, model, event.cpu[row] as number, { cpu: event.cpu[row] as number });
    case 'thread': {
      const tid = event.tid[row] as number;
      // Each CPU has an idle thread of its own, all with the number 0.
      return byNumber(state, model, tid, { tid, model });
    }
    case 'process': {
      const pid = event.pid[row] as number;
      const tid = event.tid[row] as number;
      // A thread whose process is unknown stands for itself, below all process numbers.
      return byNumber(state, model, pid >= 0 ? pid : -2 - tid, pid >= 0 ? { pid, model } : { tid, model });
    }
  }
}

function byClass(state: State, { index, name }: BaseColumns['eventClass']): number {
  const known = state.byClass[index];
  if (known !== undefined) return known;
  const number = byName(state, name);
  state.byClass[index] = number;
  return number;
}

function byName(state: State, event: string): number {
  const number = state.byName.get(event);
  if (number !== undefined) return number;
  state.byName.set(event, state.counted.length);
  return state.counted.push({ key: { event }, count: 0, firstNs: Number.NaN }) - 1;
}

function byNumber(state: State, model: KernelModel, id: number, key: Key): number {
  let numbers = state.byNumber.get(model);
  if (numbers === undefined) {
    numbers = new Map();
    state.byNumber.set(model, numbers);
  }
  const number = numbers.get(id);
  if (number !== undefined) return number;
  numbers.set(id, state.counted.length);
  return state.counted.push({ key, count: 0, firstNs: Number.NaN }) - 1;
}

function tableOf(state: State, context: Context, view: string) {
  const seconds = secondsOf(context);
  const sorted = [...state.counted].sort((a, b) => b.count - a.count || a.firstNs - b.firstNs);
  const shown = view === 'top' && context.options.limit > 0 ? sorted.slice(0, context.options.limit) : sorted;
  const measures = (amount: number) => ({
    count: amount,
    share: state.total === 0 ? undefined : amount / state.total,
    rate: seconds === undefined ? undefined : amount / seconds,
  });
  return table(
    describeEvents(state.by, view === 'top' ? 'top' : 'table'),
    shown.map(({ key, count: amount }) => ({ ...cellsOf(key, context), ...measures(amount) })),
    measures(state.total),
  );
}

/** What a row says of its key; the columns of the other kinds of keys are not in the table. */
function cellsOf(key: Key, context: Context) {
  const { model } = key;
  const tid = key.tid ?? key.pid;
  const trace = context.traces.find(({ index }) => index === key.trace);
  const comm = model === undefined || tid === undefined ? 0 : model.tasks.commOf(tid);
  return {
    event: key.event,
    stream: key.stream === undefined ? undefined : `${trace!.name} #${key.stream}`,
    comm: tid === 0 && comm !== 0 ? 'swapper' : comm === 0 ? undefined : context.names.text(comm),
    pid: known(key.pid ?? (model === undefined || tid === undefined ? undefined : model.tasks.pidOf(tid))),
    tid: known(key.tid),
    cpu: known(key.cpu),
  };
}

function known(id: number | undefined): number | undefined {
  return id === undefined || id < 0 ? undefined : id;
}

function seriesOf(state: State, context: Context) {
  const label = (number: number): string => {
    const cells = cellsOf(state.counted[number]!.key, context);
    const id = cells.tid ?? cells.pid;
    if (cells.event !== undefined || cells.stream !== undefined) return cells.event ?? cells.stream ?? '';
    if (state.by === 'cpu') return cells.cpu === undefined ? 'unknown' : `CPU ${cells.cpu}`;
    return id === undefined ? 'unknown' : `${cells.comm ?? '?'} (${id})`;
  };
  const description = describeEvents(state.by, 'series');
  if (description.shape !== 'series') throw new Error('The view series has a series.');
  const { originNs, range } = context;
  return (state.series ?? new RateSeries()).build(description, originNs, range, label, lineCountMax);
}

function totalOf(state: State, context: Context) {
  const seconds = secondsOf(context);
  return table(totalDescription, [
    {
      count: state.total,
      names: state.classesSeen.size,
      streams: state.streamsSeen.size,
      duration: seconds === undefined ? undefined : seconds * 1e9,
      rate: seconds === undefined ? undefined : state.total / seconds,
    },
  ]);
}

/** The length of what is answered; undefined without clock, or when all events have one time. */
function secondsOf({ range }: Context): number | undefined {
  return range === undefined || range.endNs === range.beginNs
    ? undefined
    : (range.endNs - range.beginNs) / 1e9;
}
