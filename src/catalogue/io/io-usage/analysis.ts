/** How many bytes system calls read and write: by process, thread, file and kind of file. */
import {
  type BeginContext,
  choice,
  defineAnalysis,
  type EndContext,
  FileKeys,
  type FileUse,
  type Group,
  Groups,
  type IoCompleted,
  type KernelModel,
  lastProcessKey,
  type OptionValues,
  processOf,
  RateSeries,
} from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import { cellsOf, keyOf, labelOf } from './keys.ts';
import { type By, describeSeries, describeUsage, groupings, type Order, orders } from './shapes.ts';
import { Usage } from './usage.ts';

const options = {
  by: choice(groupings, 'process', 'What rows and lines are of.'),
  order: choice(orders, 'total', 'Which bytes order the rows, and make the lines of `series`.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** The lines of `series`; the rest is summed up in one more. */
const lineCountMax = 8;

interface State {
  readonly by: By;
  readonly order: Order;
  readonly groups: Groups<Usage>;
  readonly files: FileKeys;
  readonly series: RateSeries | undefined;
}

export const analysis = defineAnalysis({
  id: 'io-usage',
  family: 'io',
  title: 'I/O usage',
  question: 'Who reads and writes how many bytes, of which files and sockets?',
  needs: {
    transitions: ['io-completed'],
    threads: true,
    optional: [
      {
        events: { sched_switch: ['prev_tid', 'next_tid', 'next_comm'] },
        without: 'Names of threads are unknown without sched_switch',
      },
      {
        events: { file_descriptor_state: ['fd', 'path'] },
        without: 'Files that were open before the recording have no path without a state dump',
      },
    ],
  },
  options,
  views: {
    table: {
      meaning: 'Bytes read and written, and by how many calls, of each process (thread, file, kind).',
    },
    series: { meaning: 'Bytes per second over time.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describeUsage(given.by, given.order)];
      case 'series':
        return [describeSeries(given.by, given.order)];
    }
  },
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      by: given.by,
      order: given.order,
      groups: new Groups(
        given.by === 'process' || given.by === 'thread' || given.by === 'file',
        () => new Usage(),
      ),
      files: new FileKeys(),
      series: views.has('series') ? new RateSeries() : undefined,
    };
  },
  on: {
    'io-completed'(state, call, model) {
      const { category } = call;
      if (category === 'read' || category === 'read-write') count(state, model, call, 'read', call);
      if (category === 'write') count(state, model, call, 'written', call);
      if (category === 'read-write') {
        const { tid, pid, otherFd, otherPath, otherKind } = call;
        count(state, model, { tid, pid, fd: otherFd, path: otherPath, kind: otherKind }, 'written', call);
      }
    },
  },
  end(state, context) {
    return [...context.views].map((view) => {
      if (view !== 'series') return usageTable(state, context);
      const { originNs, range, names } = context;
      return (state.series ?? new RateSeries()).build(
        describeSeries(state.by, state.order),
        originNs,
        range,
        (index) => labelOf(state.by, state.groups.all[index]!, names),
        lineCountMax,
      );
    });
  },
});

function count(
  { by, order, groups, files, series }: State,
  model: KernelModel,
  use: FileUse,
  direction: 'read' | 'written',
  { sizeBytes, exitNs }: IoCompleted,
): void {
  const { index, value } = groups.get(model, keyOf(by, use, model, files));
  value.add(direction, sizeBytes, use.kind);
  if (order === 'total' || order === direction) series?.add(index, exitNs, sizeBytes);
  if (by !== 'file') return;
  if (use.path !== 0) {
    value.path = use.path;
    value.kind = use.kind;
  }
  const process = processOf(use.tid, use.pid, model);
  if (use.fd >= 0) value.addUser(process >= 0 ? process : use.tid, use.fd);
}

function usageTable({ by, order, groups }: State, { names, range }: Context): Shape {
  const seconds =
    range === undefined || range.endNs === range.beginNs ? undefined : (range.endNs - range.beginNs) / 1e9;
  const builder = new TableBuilder<string>(describeUsage(by, order));
  const total = new Usage();
  for (const { value } of groups.all) total.merge(value);
  const sorted = [...(by === 'process' ? mergeThreads(groups.all) : groups.all)]
    .filter(({ value }) => value.hasCalls(order))
    .sort((a, b) => b.value.bytesBy(order) - a.value.bytesBy(order) || a.index - b.index);
  for (const group of sorted) builder.add({ ...cellsOf(by, group, names), ...group.value.cells(seconds) });
  return builder.setTotals(total.cells(seconds)).build();
}

/** Threads whose process became known later go to it. */
function mergeThreads(groups: readonly Group<Usage>[]): readonly Group<Usage>[] {
  const byHost = new Map<KernelModel, Map<number, Group<Usage>>>();
  for (const group of groups) {
    const { model, key } = group;
    const processes = byHost.get(model) ?? new Map<number, Group<Usage>>();
    byHost.set(model, processes);
    const number = lastProcessKey(key, model);
    const merged = processes.get(number);
    if (merged === undefined) {
      const value = new Usage();
      value.merge(group.value);
      processes.set(number, { ...group, key: number, value });
    } else merged.value.merge(group.value);
  }
  return [...byHost.values()].flatMap((processes) => [...processes.values()]);
}
