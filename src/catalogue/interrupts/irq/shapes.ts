import {
  describeLatency,
  type LatencyGrouping,
  type LatencyView,
  type LatencyWords,
} from '../../../analysis/index.ts';
import { column, type ShapeDescription } from '../../../results/index.ts';

export const groupings = ['irq', 'handler', 'kind', 'cpu', 'thread', 'sender', 'function'] as const;
export type By = (typeof groupings)[number];

const kind = column(
  'kind',
  'Kind',
  'text',
  '`irq`, the handler of a device; `softirq`, deferred work; `ipi`, sent by another CPU; `local`, the timer of the CPU and what else it has.',
);
const irq = column(
  'irq',
  'Number',
  'irq',
  'The number of the interrupt, or of the soft interrupt; the vector of one that is not a device’s.',
);
const name = column(
  'name',
  'Name',
  'text',
  'The handler as the driver names it (several that share a line with commas between), the soft interrupt, or the vector.',
);
const cpu = column('cpu', 'CPU', 'cpu', 'The CPU that was interrupted.');
const comm = column(
  'comm',
  'Interrupted',
  'process',
  'The thread that ran, and had nothing to do with it; `idle` for none, empty where the trace does not tell.',
);
const tid = column('tid', 'TID', 'tid', 'The thread that was interrupted.');
const senderComm = column(
  'sender-comm',
  'Sent by',
  'process',
  'The thread that ran when another CPU sent it (interrupts among CPUs); empty where the trace does not tell.',
);
const senderTid = column('sender-tid', 'Sender TID', 'tid', 'That thread.');
const called = column(
  'function',
  'Function',
  'text',
  'The first function that it called for another CPU: its name where the trace has it, else its address.',
);

const byGrouping: Readonly<Record<By, LatencyGrouping>> = {
  irq: { noun: 'interrupt', columns: [kind, irq, name], select: 'kind == @kind && irq == @irq' },
  handler: {
    noun: 'handler',
    columns: [kind, irq, name],
    select: 'kind == @kind && irq == @irq && name == @name',
  },
  kind: { noun: 'kind', columns: [kind], select: 'kind == @kind' },
  cpu: { noun: 'CPU', columns: [cpu, kind], select: 'cpu == @cpu && kind == @kind' },
  thread: {
    noun: 'thread that was interrupted',
    columns: [comm, tid, kind],
    select: 'tid == @tid && kind == @kind',
  },
  sender: {
    noun: 'thread that sent them',
    columns: [senderComm, senderTid, kind],
    select: 'sender == @sender-tid && kind == @kind',
  },
  function: {
    noun: 'function that they called',
    columns: [called, kind],
    select: 'function == @function && kind == @kind',
  },
};

export const words: LatencyWords = {
  id: 'irq',
  thing: 'run',
  things: 'runs',
  title: 'Interrupts',
  duration: ['Duration', 'From beginning to end, those that interrupted it included.'],
  begin: 'When the handler, or the soft interrupt, began.',
  // What matters less is further to the right: it is what a narrow terminal leaves out.
  item: [
    kind,
    irq,
    name,
    cpu,
    column(
      'raise-latency',
      'Raised before',
      'duration',
      'How long before it began it was asked for (soft interrupts) or sent (among CPUs).',
    ),
    senderComm,
    called,
    comm,
    tid,
    senderTid,
    column('sender-cpu', 'Sender CPU', 'cpu', 'The CPU that sent it (interrupts among CPUs).'),
    column('end', 'End', 'timestamp', 'When it ended.'),
    column('raised-at', 'Raised at', 'timestamp', 'When it was asked for, or sent.'),
    column(
      'value',
      'Value',
      'integer',
      'What the handler returned: 0 not its interrupt, 1 handled, 2 a thread goes on with it.',
    ),
  ],
  itemSelect: 'cpu == @cpu && begin == @begin',
  before: [],
  after: [
    column(
      'raised',
      'Raised',
      'count',
      'Of soft interrupts and those among CPUs: runs for which it is known when they were asked for.',
      'runs',
    ),
    column('raise-avg', 'Raise avg', 'duration', 'The mean time from being asked for to beginning.'),
    column('raise-max', 'Raise max', 'duration', 'The longest such time.'),
    column('raise-min', 'Raise min', 'duration', 'The shortest such time.'),
    column(
      'raise-stdev',
      'Raise stdev',
      'duration',
      'Its standard deviation (of the sample); empty for a single run.',
    ),
  ],
};

export function describe(by: By, view: LatencyView): ShapeDescription {
  return describeLatency(words, byGrouping[by], view);
}
