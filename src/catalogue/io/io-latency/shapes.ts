/** What the answers of `io-latency` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['category', 'call', 'process', 'thread', 'file', 'all'] as const;
export type By = (typeof groupings)[number];

const category = column(
  'category',
  'Category',
  'text',
  'What the call does to a file: `open`, `close`, `read`, `write`, `read-write` (from one file to another) or `sync`.',
);
const name = column('name', 'Call', 'syscall', 'The system call.');
const comm = column(
  'comm',
  'Name',
  'process',
  'The last name that the thread had, as far as the trace tells.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that made the call.');
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
const fd = column('fd', 'FD', 'fd', 'The descriptor; empty for calls without one, and where opening failed.');
const label = column('label', 'Of', 'text', 'All calls on files.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  category: { noun: 'category', columns: [category], select: 'category == @category' },
  call: { noun: 'call', columns: [name], more: [category], select: 'name == @name' },
  process: { noun: 'process', columns: [comm, pid], select: 'pid == @pid' },
  thread: { noun: 'thread', columns: [comm, tid], more: [pid], select: 'tid == @tid' },
  file: { noun: 'file', columns: [path, comm, fd], more: [kind, pid], select: 'path == @path' },
  all: { noun: 'all together', columns: [label] },
};

const size = column(
  'size',
  'Size',
  'size',
  'Bytes that were read or written; empty where the call moves none, or failed.',
);

export const words: LatencyWords = {
  id: 'io-latency',
  thing: 'call',
  things: 'calls',
  title: 'Calls on files',
  duration: ['Duration', 'From entering to leaving the kernel, waiting included.'],
  begin: 'When the thread entered the kernel.',
  item: [
    name,
    path,
    size,
    comm,
    tid,
    fd,
    column('return', 'Error', 'errno', 'The name of the error; empty when it succeeded.'),
    category,
    kind,
    column('requested', 'Requested', 'size', 'Bytes that were asked for; empty where the call does not say.'),
    column('cpu', 'CPU', 'cpu', 'The CPU on which the call ended.'),
    pid,
    column('other-path', 'To', 'path', 'The file that `splice` and `sendfile` write to.'),
    column('other-fd', 'To FD', 'fd', 'Its descriptor, or the one that `dup2` sets.'),
  ],
  itemSelect: 'tid == @tid && begin == @begin',
  before: [column('size', 'Size', 'size', 'Bytes that were read or written by all of them.')],
  after: [column('errors', 'Errors', 'count', 'How many of them failed.', 'calls')],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
