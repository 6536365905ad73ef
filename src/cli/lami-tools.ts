/**
 * The programs of lttng-analyses, as data: which analysis and views answer under their names, and what becomes of their options. Each
 * has a second name that ends in `-mi` and speaks LAMI.
 */

/** What an option of theirs becomes. */
export type ToolOption =
  /** The same thing under one of our names; `texts` may be given several times. */
  | { readonly becomes: 'option'; readonly name: string; readonly takes: 'text' | 'texts' | 'nothing' }
  /** A number of microseconds that is a duration here. */
  | { readonly becomes: 'duration'; readonly name: string }
  /** A time: a date, or bare nanoseconds. */
  | { readonly becomes: 'time'; readonly name: string }
  /** The length of intervals: a bare number is seconds. */
  | { readonly becomes: 'refresh'; readonly name: 'refresh' }
  /** One view more. */
  | { readonly becomes: 'view'; readonly view: string }
  /** A value of one of our options. */
  | { readonly becomes: 'value'; readonly name: string; readonly value: string }
  /** A part of a definition as it was written before there was a language for it. */
  | { readonly becomes: 'old-period'; readonly part: OldPeriodPart }
  /** Nothing, for the reason that is said, if there is one. */
  | { readonly becomes: 'nothing'; readonly takesValue: boolean; readonly because?: string };

/** Names of events, and fields by which an end belongs to a beginning. */
export type OldPeriodPart = 'begin' | 'end' | 'begin-key' | 'end-key' | 'key-value';

/** By the word after `--`. */
export type ToolOptions = Readonly<Record<string, ToolOption>>;

/** Another analysis of which the same program has tables. */
export interface ToolPart {
  /** What LAMI's names of its tables begin with. */
  readonly name: string;
  readonly analysis: string;
  /** Of the views that are shown, those that it shows too. */
  readonly views: readonly string[];
  readonly given: Readonly<Record<string, string>>;
}

export interface Tool {
  readonly name: string;
  /** The analysis of the catalogue that answers. */
  readonly analysis: string;
  /** Views shown without a further option. */
  readonly view: string;
  /** Views shown beside it. */
  readonly besides?: readonly string[];
  /** Options of ours that the name alone stands for. */
  readonly given?: Readonly<Record<string, string>>;
  readonly options: ToolOptions;
  /** What else answers, as far as the trace has what it needs. */
  readonly also?: readonly ToolPart[];
}

const option = (name: string, takes: 'text' | 'texts' | 'nothing' = 'text'): ToolOption => ({
  becomes: 'option',
  name,
  takes,
});
const view = (name: string): ToolOption => ({ becomes: 'view', view: name });
const ignored = (takesValue: boolean, because?: string): ToolOption =>
  because === undefined ? { becomes: 'nothing', takesValue } : { becomes: 'nothing', takesValue, because };

/** Options of all of them. */
const common: ToolOptions = {
  begin: { becomes: 'time', name: 'begin' },
  end: { becomes: 'time', name: 'end' },
  timerange: { becomes: 'time', name: 'timerange' },
  refresh: { becomes: 'refresh', name: 'refresh' },
  period: option('period', 'texts'),
  'period-captures': option('periodCaptures', 'texts'),
  'period-begin': { becomes: 'old-period', part: 'begin' },
  'period-end': { becomes: 'old-period', part: 'end' },
  'period-begin-key': { becomes: 'old-period', part: 'begin-key' },
  'period-end-key': { becomes: 'old-period', part: 'end-key' },
  'period-key-value': { becomes: 'old-period', part: 'key-value' },
  gmt: option('clockGmt', 'nothing'),
  cpu: option('cpu', 'texts'),
  // They look only at the time in which all streams were recorded, unless they are told not to.
  'no-intersection': { becomes: 'value', name: 'streamIntersection', value: 'no' },
  'no-color': { becomes: 'value', name: 'color', value: 'plain' },
  'no-progress': ignored(false),
  'progress-use-size': ignored(false),
  // What was lost is always said.
  'skip-validation': ignored(false),
  debug: ignored(false),
};
const processFilter: ToolOptions = { procname: option('comm', 'texts'), tid: option('tid', 'texts') };
const durations: ToolOptions = {
  min: { becomes: 'duration', name: 'slower' },
  max: { becomes: 'duration', name: 'faster' },
};
const ownBins = 'each distribution has bins of its own; --as dist of the analysis has the same for all';
const distribution: ToolOptions = {
  freq: view('freq'),
  'freq-resolution': option('freqResolution'),
  'freq-uniform': ignored(false, ownBins),
  'freq-series': ignored(false, ownBins),
};
const log: ToolOptions = { log: view('log') };
const top: ToolOptions = { top: view('top'), limit: option('limit') };
const statistics: ToolOptions = { stats: view('table') };

const io: ToolOptions = {
  ...common,
  ...durations,
  ...distribution,
  ...log,
  // Of each category.
  top: view('each'),
  limit: option('limit'),
  ...statistics,
  usage: ignored(false, 'lttng-iousagetop has the usage'),
  minsize: option('minSize'),
  maxsize: option('maxSize'),
};
const usage: ToolOptions = {
  ...common,
  limit: option('limit'),
  usage: ignored(false),
  log: ignored(false, 'lttng-iolog has the log'),
  top: ignored(false, 'lttng-iolatencytop has the longest calls'),
  stats: ignored(false, 'lttng-iolatencystats has the statistics'),
  freq: ignored(false, 'lttng-iolatencyfreq has the frequencies'),
};
const interrupts: ToolOptions = {
  ...common,
  ...durations,
  ...distribution,
  ...log,
  ...statistics,
  irq: option('irq', 'texts'),
  softirq: option('softirq', 'texts'),
};
const scheduling: ToolOptions = {
  ...common,
  ...processFilter,
  ...durations,
  ...distribution,
  ...log,
  ...top,
  ...statistics,
  total: { becomes: 'value', name: 'by', value: 'all' },
  'per-tid': { becomes: 'value', name: 'by', value: 'thread' },
  'per-prio': { becomes: 'value', name: 'by', value: 'prio' },
};
const periods: ToolOptions = {
  ...common,
  ...distribution,
  ...log,
  ...top,
  ...statistics,
  'min-duration': { becomes: 'duration', name: 'minDuration' },
  'max-duration': { becomes: 'duration', name: 'maxDuration' },
  'aggregate-by': option('aggregateBy'),
  select: option('select'),
  'group-by': option('groupBy'),
  'order-by': option('orderBy'),
};
const topOnly: ToolOptions = { ...common, ...processFilter, ...top, top: view('table') };
/** Of their tables; ours have all. */
const tenRows = { limit: '10' };
/** Of their logs, statistics and frequencies there is no limit. */
const allRows = { limit: '0' };
/** There, threads wait that were woken; ours that were preempted wait as well. */
const fromWakeup = { from: 'wakeup' };
const allFromWakeup = { ...allRows, ...fromWakeup };

/** Their partitions have statistics and frequencies; only system calls are listed one by one. */
const disks: readonly ToolPart[] = [
  { name: 'disk', analysis: 'block-requests', views: ['table', 'freq'], given: { by: 'partition' } },
];

const tool = (
  name: string,
  analysis: string,
  shown: string,
  options: ToolOptions,
  given: Readonly<Record<string, string>> = {},
): Tool => ({ name: `lttng-${name}`, analysis, view: shown, options, given });

/** All of them, by their first name. */
export const tools: readonly Tool[] = [
  { ...tool('cputop', 'cpu-usage', 'table', topOnly, tenRows), besides: ['cpus'] },
  tool('memtop', 'page-allocations', 'table', topOnly, tenRows),
  {
    ...tool('iousagetop', 'io-usage', 'table', usage, { ...tenRows, by: 'thread' }),
    also: [
      { name: 'file', analysis: 'io-usage', views: ['table'], given: { by: 'file' } },
      { name: 'block-thread', analysis: 'block-requests', views: ['table'], given: { by: 'thread' } },
      { name: 'block-device', analysis: 'block-requests', views: ['table'], given: { by: 'partition' } },
      { name: 'interface', analysis: 'network-usage', views: ['table'], given: {} },
    ],
  },
  { ...tool('iolatencystats', 'io-latency', 'table', io, allRows), also: disks },
  { ...tool('iolatencyfreq', 'io-latency', 'freq', io), also: disks },
  // The longest ones of every category, as they list them.
  { ...tool('iolatencytop', 'io-latency', 'each', io), also: disks },
  { ...tool('iolog', 'io-latency', 'log', io, allRows), also: disks },
  tool('irqstats', 'irq', 'table', interrupts, allRows),
  tool('irqfreq', 'irq', 'freq', interrupts, allRows),
  tool('irqlog', 'irq', 'log', interrupts, allRows),
  tool('schedstats', 'run-queue', 'table', scheduling, allFromWakeup),
  tool('schedfreq', 'run-queue', 'freq', scheduling, allFromWakeup),
  tool('schedtop', 'run-queue', 'top', scheduling, fromWakeup),
  tool('schedlog', 'run-queue', 'log', scheduling, allFromWakeup),
  tool('syscallstats', 'syscalls', 'table', { ...common, ...processFilter }, { ...allRows, by: 'thread' }),
  tool('periodstats', 'periods', 'table', periods, allRows),
  tool('periodfreq', 'periods', 'freq', periods, allRows),
  tool('periodtop', 'periods', 'top', periods),
  tool('periodlog', 'periods', 'log', periods, allRows),
];

/** The names of the programs, the machine's ones too. */
export const toolNames: readonly string[] = tools.flatMap(({ name }) => [name, `${name}-mi`]);
