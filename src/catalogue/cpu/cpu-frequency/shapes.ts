/** What the answers of `cpu-frequency` look like. */
import { column, describeTable, type SeriesDescription } from '../../../results/index.ts';

export const groupings = ['frequency', 'both'] as const;
export type By = (typeof groupings)[number];

const cpu = column('cpu', 'CPU', 'cpu', 'The CPU.');
const frequency = column('frequency', 'Frequency', 'number', 'How fast it ran.', 'MHz');

export function describeFrequencies(by: By) {
  return describeTable<string>({
    id: 'table',
    title: by === 'both' ? 'Time at frequencies by CPU' : 'Time at frequencies',
    meaning:
      by === 'both'
        ? 'One row is a frequency of a CPU; the highest of each first.'
        : 'One row is a frequency; the highest first.',
    columns: [
      ...(by === 'both' ? [cpu] : []),
      frequency,
      column(
        'part',
        'Of time',
        'ratio',
        'The part of the time of the CPU (of all CPUs) that it was so fast.',
      ),
      column('time', 'Time', 'duration', 'How long that is.'),
      column('count', 'Count', 'count', 'How often it was changed to this frequency.', 'changes'),
      ...(by === 'both' ? [] : [column('cpus', 'CPUs', 'count', 'How many CPUs were so fast.', 'CPUs')]),
    ],
    select:
      by === 'both'
        ? 'cpu-frequency{cpu == @cpu && frequency == @frequency}'
        : 'cpu-frequency{frequency == @frequency}',
  });
}

export const cpusDescription = describeTable({
  id: 'cpus',
  title: 'Frequencies by CPU',
  meaning: 'One row is a CPU.',
  columns: [
    cpu,
    column('avg', 'Mean', 'number', 'The mean frequency of the time in which it is known.', 'MHz'),
    column('min', 'Lowest', 'number', 'The lowest frequency.', 'MHz'),
    column('max', 'Highest', 'number', 'The highest frequency.', 'MHz'),
    column('changes', 'Changes', 'count', 'How often it changed.', 'changes'),
    column('known', 'Known', 'duration', 'How long the frequency is known.'),
    column('unknown', 'Unknown', 'duration', 'How long it is not.'),
  ],
  select: 'cpu-frequency{cpu == @cpu}',
});

export const logDescription = describeTable({
  id: 'log',
  title: 'All changes',
  meaning: 'One row is a change of one CPU, in the order of time.',
  columns: [
    column('time', 'Time', 'timestamp', 'When it changed.'),
    cpu,
    frequency,
    column('before', 'Before', 'number', 'How fast it ran before; empty where that is not known.', 'MHz'),
    column('after', 'After', 'duration', 'How long it had run so fast.'),
  ],
  select: 'cpu-frequency{cpu == @cpu && time == @time}',
});

export const seriesDescription: SeriesDescription = {
  shape: 'series',
  id: 'series',
  title: 'Frequencies of CPUs over time',
  meaning: 'One value is the mean frequency of a CPU in that part of the time; none where it is not known.',
  x: { ...column('time', 'Time', 'timestamp', 'When.'), scale: 'linear' },
  value: column('frequency', 'Frequency', 'number', 'The mean frequency.', 'MHz'),
  name: column('cpu', 'CPU', 'text', 'The CPU.'),
};
