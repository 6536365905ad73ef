/** The table of threads, processes or names. */
import { type Group, type KernelModel, threadName } from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import type { Context, State } from './analysis.ts';
import { type By, describeThreads } from './shapes.ts';
import { ThreadTime } from './thread-time.ts';

interface Row {
  readonly cells: Readonly<Record<string, string | number | undefined>>;
  readonly time: ThreadTime;
  readonly order: number;
}

export function threadsTable(state: State, context: Context, countsMigrations: boolean): Shape {
  const { by } = context.options;
  const durationNs = context.range === undefined ? 0 : context.range.endNs - context.range.beginNs;
  const builder = new TableBuilder<string>(describeThreads(by));
  const total = new ThreadTime();
  for (const { cells, time } of rowsOf(state, context, by)) {
    builder.add({ ...cells, ...time.cells(durationNs, countsMigrations) });
    total.merge(time);
  }
  return builder.setTotals(total.cells(durationNs, countsMigrations)).build();
}

function rowsOf(state: State, context: Context, by: By): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const group of state.threads.all) {
    const cells = cellsOf(by, group, context);
    const key = by === 'thread' ? `${group.index}` : JSON.stringify(Object.values(cells));
    // Processes of two hosts with one number are two; names are the same anywhere.
    const hostKey = by === 'process' ? `${group.model.host} ${key}` : key;
    let row = rows.get(hostKey);
    if (row === undefined) {
      row = { cells, time: new ThreadTime(), order: rows.size };
      rows.set(hostKey, row);
    }
    row.time.merge(group.value);
  }
  return [...rows.values()].sort((a, b) => b.time.busyNs - a.time.busyNs || a.order - b.order);
}

function cellsOf(by: By, { key: tid, model }: Group<ThreadTime>, context: Context) {
  const pid = model.tasks.pidOf(tid);
  switch (by) {
    case 'thread':
      return {
        comm: threadName(tid, model),
        tid,
        pid: pid < 0 ? undefined : pid,
        prios: prioritiesOf(tid, model, context),
      };
    case 'process':
      // Threads of unknown processes are one row each name.
      return pid < 0
        ? { comm: threadName(tid, model), pid: undefined }
        : { comm: threadName(pid, model), pid };
    case 'name':
      return { comm: threadName(tid, model) };
  }
}

/** A thread that lends and borrows priorities may change its own a million times. */
const priorityCountMax = 100;

/** What it had when the answer's range began, and what it got in it. */
function prioritiesOf(tid: number, model: KernelModel, { range }: Context): string | undefined {
  if (range === undefined) return undefined;
  const changes = model.scheduling
    .priorities(model.tasks.find(tid))
    .filter(({ timeNs }) => timeNs <= range.endNs);
  const before = changes.findLastIndex(({ timeNs }) => timeNs <= range.beginNs);
  const prios = changes.slice(Math.max(0, before)).map(({ prio }) => prio);
  if (prios.length === 0) return undefined;
  const shown = prios.slice(0, priorityCountMax).join(', ');
  return prios.length > priorityCountMax ? `${shown}, …` : shown;
}
