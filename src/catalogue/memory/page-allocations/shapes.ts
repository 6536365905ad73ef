/** What the answers of `page-allocations` look like. */
import {
  column,
  describeTable,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['thread', 'process', 'name', 'order', 'cpu'] as const;
export type By = (typeof groupings)[number];

const comm = column(
  'comm',
  'Name',
  'process',
  'The last name of the thread that ran; `idle` for an interrupt of an idle CPU.',
);
const tid = column('tid', 'TID', 'tid', 'The thread.');
const pid = column('pid', 'PID', 'pid', 'Its process; empty where the trace does not tell.');
const order = column('order', 'Order', 'integer', 'The size: 2 to the power of this many pages at once.');
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU on which it happened.');

const keyColumns = {
  thread: [comm, tid],
  process: [comm, pid],
  name: [comm],
  order: [order],
  cpu: [cpu],
} as const;

// The most telling ones first: a narrow terminal leaves out what is at the end.
const measures = [
  column('allocated', 'Allocated', 'count', 'How many pages were given out.', 'pages'),
  column('freed', 'Freed', 'count', 'How many pages were given back, whoever had asked for them.', 'pages'),
  column('net', 'Net', 'integer', 'Allocated minus freed.', 'pages'),
  column('allocations', 'Allocations', 'count', 'How often pages were asked for and given out.', 'times'),
  column('frees', 'Frees', 'count', 'How often pages were given back.', 'times'),
  column('failed', 'Failed', 'count', 'How often pages were asked for and there were none.', 'times'),
] as const;

const nouns: Readonly<Record<By, string>> = {
  thread: 'thread',
  process: 'process',
  name: 'name',
  order: 'size',
  cpu: 'CPU',
};

const selects: Readonly<Record<By, string>> = {
  thread: 'page-allocations{tid == @tid}',
  process: 'page-allocations{pid == @pid}',
  name: 'page-allocations{comm == @comm}',
  order: 'page-allocations{order == @order}',
  cpu: 'page-allocations{cpu == @cpu}',
};

export function describePages(by: By): TableDescription<string> {
  const columns: readonly ResultColumn<string>[] = [
    ...keyColumns[by],
    ...measures,
    ...(by === 'thread' ? [pid] : []),
  ];
  return describeTable<string>({
    id: 'table',
    title: `Pages by ${nouns[by]}`,
    meaning: `One row is ${by === 'name' ? 'all threads of a name' : `a ${nouns[by]}`}; the order is what --sort says.`,
    columns,
    select: selects[by],
  });
}

const time = { ...column('time', 'Time', 'timestamp', 'When.'), scale: 'linear' } as const;

export const seriesDescription: SeriesDescription = {
  shape: 'series',
  id: 'series',
  title: 'Pages per second',
  meaning:
    'One value is the rate of pages given out, or given back, in that part of the time; the first and the last part may be cut.',
  x: time,
  value: column('rate', 'Rate', 'rate', 'Pages a second.', 'pages'),
  name: column('name', 'Line', 'text', 'Allocated or freed.'),
};

export const balanceDescription: SeriesDescription = {
  shape: 'series',
  id: 'balance',
  title: 'Pages allocated and not freed',
  meaning:
    'One value is how many more pages were allocated than freed from the beginning to the end of that part.',
  x: time,
  value: column('net', 'Net', 'integer', 'Allocated minus freed since the beginning.', 'pages'),
};
