/** What the answers of `timers` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['function', 'kind', 'cpu', 'starter', 'all'] as const;
export type By = (typeof groupings)[number];

const name = column(
  'function',
  'Function',
  'text',
  'What the kernel calls when the timer expires: its name where the trace has it, else its address.',
);
const kind = column(
  'kind',
  'Kind',
  'text',
  '`hrtimer`, of high resolution, or `timer`, which is counted in ticks.',
);
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU on which it expired.');
const starterComm = column('starter-comm', 'Set by', 'process', 'The thread that ran when it was set.');
const starterTid = column('starter-tid', 'TID', 'tid', 'That thread.');
const label = column('label', 'Of', 'text', 'All timers.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  function: { noun: 'function', columns: [name, kind], select: 'function == @function' },
  kind: { noun: 'kind', columns: [kind], select: 'kind == @kind' },
  cpu: { noun: 'CPU', columns: [cpu], select: 'cpu == @cpu' },
  starter: {
    noun: 'thread that set them',
    columns: [starterComm, starterTid],
    select: 'starter == @starter-tid',
  },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'timers',
  thing: 'run',
  things: 'runs',
  title: 'Timers',
  duration: ['Duration', 'How long its function ran, with all that interrupted it.'],
  begin: 'When its function began.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    column('late', 'Late', 'duration', 'How long after the time for which it was set.'),
    name,
    kind,
    cpu,
    starterComm,
    starterTid,
    column('expected', 'Expected', 'timestamp', 'For when it was set, by the clock of the trace.'),
    column('set', 'Set', 'timestamp', 'When it was set.'),
    column('comm', 'Interrupted', 'process', 'The thread that ran on the CPU.'),
    column('tid', 'Interrupted TID', 'tid', 'The thread that ran on the CPU.'),
    column('end', 'End', 'timestamp', 'When its function had ended.'),
  ],
  itemSelect: 'cpu == @cpu && begin == @begin',
  before: [
    column('late-avg', 'Late avg', 'duration', 'How late they were in the mean.'),
    column('late-max', 'Late max', 'duration', 'How late the latest was.'),
  ],
  after: [
    column('late-min', 'Late min', 'duration', 'How late the earliest was; negative before its time.'),
    column('known', 'Known', 'count', 'Of how many it is known how late they were.', 'runs'),
  ],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
