/** What the answers of `block-requests` look like. */
import {
  describeLatency,
  durationColumns,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import {
  column,
  describeTable,
  type ShapeDescription,
  type TableDescription,
} from '../../../results/index.ts';

export const groupings = ['device', 'partition', 'operation', 'process', 'thread', 'issuer', 'all'] as const;
export type By = (typeof groupings)[number];

/** The parts of a request's life. */
export const parts = ['device', 'queue', 'total', 'completed'] as const;
export type Part = (typeof parts)[number];

/** Those of which a request's life is made, in their order. */
export const lifeParts = ['queue', 'device', 'completed'] as const satisfies readonly Part[];
export type LifePart = (typeof lifeParts)[number];

const device = column(
  'device',
  'Device',
  'text',
  'The block device: its name as a state dump tells, else the numbers of driver and device (`8:1`).',
);
const partition = column(
  'partition',
  'Partition',
  'text',
  'The partition that was asked, where the trace tells; else the device.',
);
const operation = column(
  'operation',
  'Operation',
  'text',
  '`read`, `write`, `flush` (of the cache of the device), `discard` or `other`.',
);
const comm = column(
  'comm',
  'Name',
  'process',
  'Who wanted it: the last name of the thread that queued or inserted it first; written pages are queued by the kernel.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that wanted it.');
const pid = column('pid', 'PID', 'pid', 'The process of that thread; empty where the trace does not tell.');
const issuer = column(
  'issuer',
  'Issuer',
  'process',
  'The thread that gave the request to the device: often a worker of the kernel.',
);
const issuerTid = column('issuer-tid', 'Issuer TID', 'tid', 'Its thread id.');
const label = column('label', 'Of', 'text', 'All requests.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  device: { noun: 'device', columns: [device], select: 'device == @device' },
  partition: { noun: 'partition', columns: [partition], select: 'partition == @partition' },
  operation: { noun: 'operation', columns: [operation], select: 'operation == @operation' },
  process: { noun: 'process', columns: [comm, pid], select: 'pid == @pid' },
  thread: { noun: 'thread', columns: [comm, tid], more: [pid], select: 'tid == @tid' },
  issuer: { noun: 'issuer', columns: [issuer, issuerTid], select: 'issuer-tid == @issuer-tid' },
  all: { noun: 'all together', columns: [label] },
};

const durations: Readonly<Record<Part, LatencyWords['duration']>> = {
  device: ['In device', 'From being given to the device until it was done.'],
  queue: [
    'Queued',
    'From the first sign of the request (queued, else inserted) until it was given to the device.',
  ],
  total: ['Took', 'From the first sign of the request until it was done.'],
  completed: ['To wake-up', 'From the end of the request until the thread that wanted it was woken.'],
};

const begins: Readonly<Record<Part, string>> = {
  device: 'When it was given to the device.',
  queue: 'When it was first seen: queued, else inserted into the queue of the device.',
  total: 'When it was first seen: queued, else inserted, else given to the device.',
  completed: 'When it was done.',
};

const average = (id: string, title: string, part: Part) =>
  column(id, title, 'duration', `The mean. ${durations[part][1]} Empty where no request tells.`);

/** The columns of a request that say what another column says where durations are of this part. */
const repeated: Readonly<Partial<Record<Part, string>>> = {
  device: 'in-device',
  queue: 'queued',
  completed: 'to-wake-up',
};

export function wordsOf(part: Part): LatencyWords {
  return {
    id: 'block-requests',
    thing: 'request',
    things: 'requests',
    title: `Requests (${durations[part][0].toLowerCase()})`,
    duration: durations[part],
    begin: begins[part],
    item: [
      device,
      operation,
      column('size', 'Size', 'size', 'Bytes that were moved; 0 for a flush.'),
      comm,
      tid,
      column('queued', 'Queued', 'duration', `${durations.queue[1]} Empty where the trace does not tell.`),
      column('in-device', 'In device', 'duration', durations.device[1]),
      column('to-wake-up', 'To wake-up', 'duration', `${durations.completed[1]} Empty where nobody waited.`),
      column('sector', 'Sector', 'integer', 'The first sector, of 512 bytes.'),
      column(
        'flags',
        'Flags',
        'text',
        'What the kernel prints of a request: `WS` is a write that someone waits for.',
      ),
      issuer,
      issuerTid,
      column('merges', 'Merged', 'count', 'How many others became part of it.', 'requests'),
      column(
        'requeues',
        'Requeued',
        'count',
        'How often the device was busy and it had to go back.',
        'times',
      ),
      column('error', 'Error', 'errno', 'The error that the device returned; empty when it succeeded.'),
      partition,
      column('cpu', 'CPU', 'cpu', 'The CPU on which it was completed.'),
      pid,
    ].filter(({ id }) => id !== repeated[part]),
    itemSelect: 'device == @device && sector == @sector && begin == @begin',
    before: [column('size', 'Size', 'size', 'Bytes that were moved.')],
    after: [
      column(
        'rate',
        'Rate',
        'rate',
        'Requests a second, from the first event of the trace to its last.',
        'requests',
      ),
      average('avg-queue', 'Avg queued', 'queue'),
      average('avg-device', 'Avg in device', 'device'),
      average('avg-wake-up', 'Avg to wake-up', 'completed'),
      column('sectors', 'Sectors', 'count', 'Sectors of 512 bytes that were moved.', 'sectors'),
      column('merges', 'Merged', 'count', 'How many others became part of these.', 'requests'),
      column('requeues', 'Requeued', 'count', 'How often one had to go back into the queue.', 'times'),
      column('errors', 'Errors', 'count', 'How many of them failed.', 'requests'),
    ],
  };
}

export function describe(by: By, part: Part, view: LatencyView): ShapeDescription {
  return describeLatency(wordsOf(part), byGrouping[by], view);
}

/** Where the time of requests goes. */
export function describeParts(by: By): TableDescription<string> {
  const { noun, columns } = byGrouping[by];
  return describeTable<string>({
    id: 'parts',
    title: `Parts of requests by ${noun}`,
    meaning: `One row is one part of the requests of a ${noun}; the largest total first.`,
    columns: [
      ...columns,
      column(
        'part',
        'Part',
        'text',
        '`queue` until it is given to the device, `device` until it is done, `completed` until the thread that wanted it is woken.',
      ),
      column('count', 'Count', 'count', 'How many requests have it, as far as the trace tells.', 'requests'),
      column('share', 'Share', 'ratio', 'Of the sum of all three.'),
      ...durationColumns('parts', 'part'),
    ],
  });
}
