/** What the answers of `cpu-idle` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, describeTable, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['state', 'cpu', 'both', 'all'] as const;
export type By = (typeof groupings)[number];

const state = column(
  'state',
  'State',
  'integer',
  'How deeply the CPU sleeps, as the driver counts: 0 is the lightest; empty where the trace does not tell.',
);
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU that sleeps.');
const label = column('label', 'Of', 'text', 'All sleeps.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  state: { noun: 'state', columns: [state], select: 'state == @state' },
  cpu: { noun: 'CPU', columns: [cpu], select: 'cpu == @cpu' },
  both: { noun: 'CPU and state', columns: [cpu, state], select: 'cpu == @cpu && state == @state' },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'cpu-idle',
  thing: 'sleep',
  things: 'sleeps',
  title: 'Sleep of CPUs',
  duration: ['Duration', 'From falling asleep until it was woken.'],
  begin: 'When the CPU fell asleep.',
  item: [state, cpu, column('end', 'End', 'timestamp', 'When it was awake again.')],
  itemSelect: 'cpu == @cpu && begin == @begin',
  before: [
    column(
      'part',
      'Of time',
      'ratio',
      'The part of the time of the CPU (of all CPUs) that it was asleep so; sleeps that began before or had not ended count as far as they are in it.',
    ),
    column('asleep', 'Asleep', 'duration', 'How long that is.'),
  ],
  after: [],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}

export const cpusDescription = describeTable({
  id: 'cpus',
  title: 'Sleep by CPU',
  meaning: 'One row is a CPU; asleep, awake and unknown together are the whole time.',
  columns: [
    column('cpu', 'CPU', 'cpu', 'The CPU.'),
    column('part', 'Of time', 'ratio', 'The part of the time that it is known to have slept.'),
    column('asleep', 'Asleep', 'duration', 'How long it slept.'),
    column('awake', 'Awake', 'duration', 'How long it was awake.'),
    column('unknown', 'Unknown', 'duration', 'How long it is not known whether it slept.'),
    column('sleeps', 'Sleeps', 'count', 'How often it was woken.', 'sleeps'),
    column('rate', 'Woken', 'rate', 'How often a second it was woken.', 'sleeps'),
  ],
  select: 'cpu-idle{cpu == @cpu}',
});
