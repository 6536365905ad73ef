/** What the answers of `profile` look like. */
import {
  column,
  describeTable,
  type FlameGraphDescription,
  type LinesDescription,
} from '../../../results/index.ts';

export const groupings = ['comm,dso,symbol', 'comm,dso', 'comm', 'dso', 'symbol', 'dso,symbol'] as const;
export type By = (typeof groupings)[number];

const keys = {
  comm: column('comm', 'Name', 'process', 'The name of the thread when the sample was taken.'),
  dso: column(
    'dso',
    'Object',
    'path',
    'The program, library or kernel module that the code is in; `[kernel.kallsyms]` is the kernel.',
  ),
  symbol: column(
    'symbol',
    'Symbol',
    'text',
    'The function, where the recording names it; else the file and the address in it.',
  ),
} as const;
type Key = keyof typeof keys;

export function keysOf(by: By): readonly Key[] {
  return by.split(',') as Key[];
}

const share = column('share', 'Share', 'ratio', 'Of the periods of all samples of this event.');
const samples = column('samples', 'Samples', 'count', 'How many samples.', 'samples');
const period = column(
  'period',
  'Period',
  'number',
  'The sum of their periods: how many events they stand for, of a clock nanoseconds.',
);
const frame = column(
  'frame',
  'Function',
  'text',
  'The function, or the file and the address in it. At the top a name of threads.',
);
const event = column('event', 'Event', 'event', 'What was counted.');

export function describeTableBy(by: By) {
  const columns = keysOf(by).map((key) => keys[key]);
  const select = keysOf(by)
    .map((key) => `${key} == @${key}`)
    .join(' && ');
  return describeTable<string>({
    id: 'table',
    title: `Samples by ${keysOf(by).map(titleOf).join(', ')}`,
    meaning: `One row is all samples of one ${keysOf(by).map(titleOf).join(', ')}.`,
    columns: [...columns, share, samples, period, event],
    select: `profile{${select}}`,
  });
}

function titleOf(key: Key): string {
  return keys[key].title.toLowerCase();
}

export const treeDescription = describeTable({
  id: 'tree',
  title: 'Call tree',
  meaning: 'One row is a function below the one that called it; at the top are names of threads.',
  // The function is last: it gets all the room that is left.
  columns: [
    column(
      'total',
      'Total',
      'ratio',
      'Of the periods of all samples of the event: in it or in what it called.',
    ),
    column('self', 'Self', 'ratio', 'The same, in the function itself.'),
    samples,
    column(
      'frame',
      'Function',
      'text',
      'The function, or the file and the address in it. At the top a name, where several events were sampled below an event.',
    ),
  ],
});

export const flameGraphDescription: FlameGraphDescription = {
  shape: 'flame-graph',
  id: 'flame-graph',
  title: 'Flame graph',
  meaning:
    'One frame is a function below the one that called it, as wide as the periods of its samples; at the top are names of threads.',
  frame,
  value: period,
};

export const foldedDescription: LinesDescription = {
  shape: 'lines',
  id: 'folded',
  title: 'Folded stacks',
  meaning: 'One line is a stack, callers first, and the sum of the periods of its samples.',
};
