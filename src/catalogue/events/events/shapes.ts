/** What the answers of `events` look like. */
import {
  column,
  describeTable,
  type SeriesDescription,
  type TableDescription,
} from '../../../results/index.ts';

type By = 'event' | 'stream' | 'process' | 'thread' | 'cpu';

const comm = column(
  'comm',
  'Name',
  'process',
  'The last name that the thread had, as far as the trace tells.',
);
const keyColumns = {
  event: [column('event', 'Event', 'event', 'The name of the event as the tracer wrote it.')],
  stream: [
    column('stream', 'Stream', 'text', 'The trace and the number of the stream, one buffer of the tracer.'),
  ],
  process: [
    comm,
    column('pid', 'PID', 'pid', 'The process whose threads caused the events; empty where it is unknown.'),
  ],
  thread: [
    comm,
    column(
      'tid',
      'TID',
      'tid',
      'The thread that caused the events, or that its CPU ran then; empty where it is unknown.',
    ),
    column('pid', 'PID', 'pid', 'The process of the thread, where the trace tells.'),
  ],
  cpu: [column('cpu', 'CPU', 'cpu', 'The CPU that recorded the events.')],
} as const;

const measures = [
  column('count', 'Count', 'count', 'How many there are.', 'events'),
  column('share', 'Share', 'ratio', 'Their part of all events that were counted.'),
  column(
    'rate',
    'Rate',
    'rate',
    'How many a second, from the first event of the trace to its last, or of the range that was asked for; empty without a clock.',
    'events',
  ),
] as const;

const selects: Readonly<Record<By, string | undefined>> = {
  event: 'events{name == @event}',
  stream: undefined,
  process: 'events{pid == @pid}',
  thread: 'events{tid == @tid}',
  cpu: 'events{cpu == @cpu}',
};

type EventColumn = 'event' | 'stream' | 'comm' | 'pid' | 'tid' | 'cpu' | 'count' | 'share' | 'rate';

/** A table, or the series. */
export function describeEvents(by: By, view: 'table' | 'top'): TableDescription<EventColumn>;
export function describeEvents(by: By, view: string): TableDescription<EventColumn> | SeriesDescription;
export function describeEvents(by: By, view: string): TableDescription<EventColumn> | SeriesDescription {
  if (view === 'series') return describeSeries(by);
  const select = selects[by];
  return describeTable<EventColumn>({
    id: view,
    title: `Events by ${by}`,
    meaning: `One row is ${by === 'event' ? 'a name of events' : `a ${by}`}, the most frequent first.`,
    columns: [...keyColumns[by], ...measures],
    ...(select === undefined ? {} : { select }),
  });
}

function describeSeries(by: By): SeriesDescription {
  return {
    shape: 'series',
    id: 'series',
    title: `Events per second by ${by}`,
    meaning:
      'One value is the rate of events within its part of the time; the first and the last part may be cut.',
    x: { ...column('time', 'Time', 'timestamp', 'When the events were recorded.'), scale: 'linear' },
    value: column('rate', 'Rate', 'rate', 'Events a second.', 'events'),
    name: column(
      by,
      by === 'cpu' ? 'CPU' : `${by[0]!.toUpperCase()}${by.slice(1)}`,
      'text',
      'What caused or names the events.',
    ),
  };
}

export const totalDescription = describeTable({
  id: 'count',
  title: 'All events',
  meaning: 'One row: the sums.',
  columns: [
    column('count', 'Count', 'count', 'How many there are.', 'events'),
    column('names', 'Kinds', 'count', 'How many different events the tracer defined that occurred.', 'kinds'),
    column('streams', 'Streams', 'count', 'How many buffers of the tracer they are in.', 'streams'),
    column('duration', 'Duration', 'duration', 'From the beginning to the end of what is answered.'),
    column('rate', 'Rate', 'rate', 'How many a second.', 'events'),
  ],
});
