/** Pages that the kernel gave out and took back, by who ran then. */
import {
  type BeginContext,
  choice,
  defineAnalysis,
  type EndContext,
  type Group,
  Groups,
  type KernelModel,
  type OptionValues,
  threadName,
} from '../../../analysis/index.ts';
import { type Shape, series, TableBuilder, TimeCounts } from '../../../results/index.ts';
import { type By, balanceDescription, describePages, groupings, seriesDescription } from './shapes.ts';

const options = {
  by: choice(groupings, 'thread', 'What `table` has rows for.'),
  sort: choice(['allocated', 'freed', 'net'], 'allocated', 'The largest of these first.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

class Pages {
  allocated = 0;
  freed = 0;
  allocations = 0;
  frees = 0;
  failed = 0;

  get net(): number {
    return this.allocated - this.freed;
  }

  merge(other: Pages): void {
    this.allocated += other.allocated;
    this.freed += other.freed;
    this.allocations += other.allocations;
    this.frees += other.frees;
    this.failed += other.failed;
  }

  cells() {
    const { allocated, freed, net, allocations, frees, failed } = this;
    return { allocated, freed, net, allocations, frees, failed };
  }
}

interface State {
  readonly by: By;
  readonly groups: Groups<Pages>;
  /** Allocated (row 0) and freed (row 1) over time. */
  readonly times: TimeCounts | undefined;
}

/** The kernel writes the page frame number -1 when it had no page; no memory has as many pages as this. */
const pfnMax = 2 ** 51;
/** Larger blocks than this do not exist (MAX_PAGE_ORDER is 10, or little more): the record is damaged. */
const orderMax = 30;
const timeBinCountMax = 120;

export const analysis = defineAnalysis({
  id: 'page-allocations',
  family: 'memory',
  title: 'Page allocations',
  question: 'Who makes the kernel give out memory pages, and who gives them back?',
  needs: {
    events: { mm_page_alloc: ['order'], mm_page_free: ['order'] },
    threads: true,
    optional: [
      {
        events: { mm_page_alloc: ['pfn'] },
        without: 'Allocations that failed count as pages: this kernel does not record pfn',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Pages that each thread (process, name, size, CPU) allocated and freed.' },
    series: { meaning: 'Pages allocated and freed per second over time.' },
    balance: { meaning: 'How many more pages were allocated than freed, over time.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describePages(given.by)];
      case 'series':
        return [seriesDescription];
      case 'balance':
        return [balanceDescription];
    }
  },
  begin: ({ options: { by }, views }: BeginContext<Options>): State => ({
    by,
    groups: new Groups(by !== 'order', () => new Pages()),
    times: views.has('series') || views.has('balance') ? new TimeCounts(2) : undefined,
  }),
  on: {
    mm_page_alloc(state, event, row, model) {
      const order = event.order[row] as number;
      if (!(order <= orderMax)) return;
      const { value } = state.groups.get(model, keyOf(state.by, order, event.cpu[row], event.tid[row]));
      if ((event.pfn[row] as number) > pfnMax) {
        value.failed += 1;
        return;
      }
      value.allocations += 1;
      value.allocated += 2 ** order;
      addTime(state, event.timeNs[row] as number, 0, 2 ** order);
    },
    mm_page_free(state, event, row, model) {
      const order = event.order[row] as number;
      if (!(order <= orderMax)) return;
      const { value } = state.groups.get(model, keyOf(state.by, order, event.cpu[row], event.tid[row]));
      value.frees += 1;
      value.freed += 2 ** order;
      addTime(state, event.timeNs[row] as number, 1, 2 ** order);
    },
  },
  end: (state, context) =>
    [...context.views].map((view): Shape => {
      if (view === 'series') return ratesOf(state, context);
      return view === 'balance' ? balanceOf(state, context) : pagesTable(state, context);
    }),
});

function keyOf(by: By, order: number, cpu: number | undefined, tid: number | undefined): number {
  if (by === 'order') return order;
  return (by === 'cpu' ? cpu : tid) ?? -1;
}

function addTime({ times }: State, timeNs: number, row: number, pages: number): void {
  // A record without a time is in no part of it.
  if (!Number.isNaN(timeNs)) times?.add(timeNs, row, pages);
}

function pagesTable(state: State, { options: { by, sort } }: Context): Shape {
  const rows = new Map<string, { readonly cells: ReturnType<typeof cellsOf>; readonly pages: Pages }>();
  const total = new Pages();
  for (const group of state.groups.all) {
    const cells = cellsOf(by, group);
    // Processes of two hosts with one number are two; names are the same anywhere.
    const key =
      by === 'name' ? String(cells.comm) : `${by === 'order' ? '' : group.model.host} ${rowKey(by, group)}`;
    const row = rows.get(key) ?? { cells, pages: new Pages() };
    rows.set(key, row);
    row.pages.merge(group.value);
    total.merge(group.value);
  }
  const builder = new TableBuilder<string>(describePages(by));
  for (const { cells, pages } of [...rows.values()].sort((a, b) => b.pages[sort] - a.pages[sort]))
    builder.add({ ...cells, ...pages.cells() });
  return builder.setTotals(total.cells()).build();
}

/** Threads of unknown processes are one row each name. */
function rowKey(by: By, { key, model }: Group<Pages>): string {
  if (by !== 'process') return String(key);
  const pid = processOf(key, model);
  return pid === undefined ? `name ${threadName(key, model)}` : String(pid);
}

function cellsOf(
  by: By,
  { key, model }: Group<Pages>,
): Readonly<Record<string, string | number | undefined>> {
  switch (by) {
    case 'order':
      return { order: key };
    case 'cpu':
      return { cpu: key < 0 ? undefined : key };
    case 'name':
      return { comm: threadName(key, model) };
    case 'process': {
      const pid = processOf(key, model);
      return { comm: threadName(pid ?? key, model), pid };
    }
    case 'thread':
      return { comm: threadName(key, model), tid: key < 0 ? undefined : key, pid: processOf(key, model) };
  }
}

function processOf(tid: number, { tasks }: KernelModel): number | undefined {
  const pid = tasks.pidOf(tid);
  return pid < 0 ? undefined : pid;
}

function ratesOf({ times }: State, { originNs, range }: Context): Shape {
  const { time, counts } = (times ?? new TimeCounts(2)).build(timeBinCountMax, originNs, range);
  const count = Math.max(0, time.edges.length - 1);
  if (count === 0) return series(seriesDescription, time, []);
  const seconds = (time.edges[1]! - time.edges[0]!) / 1e9;
  const lines = ['allocated', 'freed'].map((name, row) => ({
    name,
    values: counts.subarray(row * count, (row + 1) * count).map((pages) => pages / seconds),
  }));
  return series(seriesDescription, time, lines);
}

function balanceOf({ times }: State, { originNs, range }: Context): Shape {
  const { time, counts } = (times ?? new TimeCounts(2)).build(timeBinCountMax, originNs, range);
  const count = Math.max(0, time.edges.length - 1);
  let net = 0;
  const values = Array.from({ length: count }, (_, bin) => {
    net += counts[bin]! - counts[count + bin]!;
    return net;
  });
  return series(balanceDescription, time, count === 0 ? [] : [{ values }]);
}
