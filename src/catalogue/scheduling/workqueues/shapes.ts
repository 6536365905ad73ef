/** What the answers of `workqueues` look like. */
import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['function', 'worker', 'all'] as const;
export type By = (typeof groupings)[number];

const name = column(
  'function',
  'Function',
  'text',
  'What the worker calls: its name where the trace has it, else its address.',
);
const comm = column('comm', 'Worker', 'process', 'The last name of the worker.');
const tid = column('tid', 'TID', 'tid', 'The worker.');
const label = column('label', 'Of', 'text', 'All works.');

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  function: { noun: 'function', columns: [name], select: 'function == @function' },
  worker: { noun: 'worker', columns: [comm, tid], select: 'tid == @tid' },
  all: { noun: 'all together', columns: [label] },
};

export const words: LatencyWords = {
  id: 'workqueues',
  thing: 'work',
  things: 'works',
  title: 'Works',
  duration: ['Duration', 'From when the worker began until it was done, its own waits included.'],
  begin: 'When the worker began.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    column('waited', 'Waited', 'duration', 'How long before it was asked for.'),
    name,
    column('workqueue', 'Queue', 'text', 'The queue; empty where the trace does not tell.'),
    comm,
    tid,
    column('queuer-comm', 'Asked by', 'process', 'The thread that ran when it was asked for.'),
    column('queuer-tid', 'Asker TID', 'tid', 'That thread.'),
    column('cpu', 'CPU', 'cpu', 'The CPU on which it was done.'),
    column('queued', 'Asked at', 'timestamp', 'When it was asked for.'),
    column('end', 'End', 'timestamp', 'When it was done.'),
  ],
  itemSelect: 'tid == @tid && begin == @begin',
  before: [
    column('waited-avg', 'Waited avg', 'duration', 'How long they had waited for a worker in the mean.'),
    column('waited-max', 'Waited max', 'duration', 'How long the one had waited that waited longest.'),
  ],
  after: [column('known', 'Known', 'count', 'Of how many it is known how long they had waited.', 'works')],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
