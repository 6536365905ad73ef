/** What the answers of `io-usage` look like. */
import {
  column,
  describeTable,
  type ResultColumn,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['process', 'thread', 'file', 'kind', 'all'] as const;
export type By = (typeof groupings)[number];

export const orders = ['total', 'read', 'written'] as const;
export type Order = (typeof orders)[number];

const comm = column(
  'comm',
  'Name',
  'process',
  'The last name that the thread had, as far as the trace tells.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that read and wrote.');
const pid = column('pid', 'PID', 'pid', 'The process of the thread; empty where the trace does not tell.');
const path = column(
  'path',
  'File',
  'path',
  'Its path as the program gave it, or what a state dump says; empty where the trace does not tell.',
);
const kind = column(
  'kind',
  'Kind',
  'text',
  'What the descriptor is: `file`, `socket`, `pipe`, `other`, or `unknown` where it was opened before the recording.',
);
const fd = column('fd', 'FD', 'fd', 'The descriptor, of a file without a path of its own.');
const users = column(
  'users',
  'Used by',
  'text',
  'The processes that read or wrote it, with their descriptors: the first eight of them.',
);
const label = column('label', 'Of', 'text', 'Everything.');

interface Grouping {
  readonly noun: string;
  readonly columns: readonly ResultColumn<string>[];
  readonly more: readonly ResultColumn<string>[];
  readonly select?: string;
}
const byGrouping: Readonly<Record<By, Grouping>> = {
  process: { noun: 'process', columns: [comm, pid], more: [], select: 'pid == @pid' },
  thread: { noun: 'thread', columns: [comm, tid], more: [pid], select: 'tid == @tid' },
  file: { noun: 'file', columns: [path, comm, fd], more: [kind, pid, users], select: 'path == @path' },
  kind: { noun: 'kind', columns: [kind], more: [], select: 'kind == @kind' },
  all: { noun: 'all together', columns: [label], more: [] },
};

const size = (id: string, title: string, meaning: string) => column(id, title, 'size', meaning);

/** By the kinds of files that have a column of their own. */
const measures = [
  size('read', 'Read', 'Bytes that calls have read.'),
  size('written', 'Written', 'Bytes that calls have written.'),
  column('reads', 'Reads', 'count', 'Calls that read, also those that got nothing.', 'calls'),
  column('writes', 'Writes', 'count', 'Calls that wrote, also those that failed.', 'calls'),
  size('read-files', 'From files', 'Of the bytes read, those of files.'),
  size('read-sockets', 'From sockets', 'Of the bytes read, those of sockets.'),
  size(
    'read-others',
    'From others',
    'Of the bytes read, those of pipes, and of what the trace does not tell.',
  ),
  size('written-files', 'To files', 'Of the bytes written, those to files.'),
  size('written-sockets', 'To sockets', 'Of the bytes written, those to sockets.'),
  size(
    'written-others',
    'To others',
    'Of the bytes written, those to pipes, and to what the trace does not tell.',
  ),
  column(
    'read-rate',
    'Read/s',
    'throughput',
    'Bytes read a second, from the first event of the trace to its last.',
  ),
  column(
    'written-rate',
    'Written/s',
    'throughput',
    'Bytes written a second, from the first event of the trace to its last.',
  ),
] as const;

/** What a file or a kind is needs no columns by kind. */
const withoutKinds = measures.filter(({ id }) => !/-(files|sockets|others)$/.test(id));

const first: Readonly<Record<Order, string>> = {
  total: 'what was read and written most first',
  read: 'what was read most first',
  written: 'what was written most first',
};

export function describeUsage(by: By, order: Order): TableDescription<string> {
  const { noun, columns, more, select } = byGrouping[by];
  const isOfOneKind = by === 'file' || by === 'kind';
  return describeTable<string>({
    id: 'table',
    title: `Bytes read and written by ${noun}`,
    meaning: `One row is a ${noun}; ${first[order]}.`,
    columns: [...columns, ...(isOfOneKind ? withoutKinds : measures), ...more],
    ...(select === undefined ? {} : { select: `io-latency{${select}}` }),
  });
}

export function describeSeries(by: By, order: Order): SeriesDescription {
  const what = order === 'total' ? 'read and written' : order;
  return {
    shape: 'series',
    id: 'series',
    title: `Bytes ${what} per second by ${byGrouping[by].noun}`,
    meaning: `One value is what calls that ended in that part of the time have ${what}, a second; the first and the last part may be cut.`,
    x: { ...column('time', 'Time', 'timestamp', 'When the calls ended.'), scale: 'linear' },
    value: column('rate', 'Rate', 'throughput', 'Bytes a second.'),
    name: column('name', 'Line', 'text', 'The busiest ones; all others are one line.'),
  };
}
