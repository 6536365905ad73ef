/** Requests to block devices: how many, how large, and how long each part of their life takes. */
import {
  type BeginContext,
  type BlockCompleted,
  type BlockWoken,
  choice,
  defineAnalysis,
  duration,
  durationCells,
  type EndContext,
  type KernelModel,
  Latencies,
  type LatencyAnswers,
  type LatencyView,
  lastProcessKey,
  latencyOptions,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import { cellsOf, keyOf, labelOf } from './keys.ts';
import { noteOpenEnds } from './open-ends.ts';
import { type KeptRequest, partOf, RequestSums, requestCells } from './requests.ts';
import {
  type By,
  describe,
  describeParts,
  groupings,
  lifeParts,
  type Part,
  parts,
  wordsOf,
} from './shapes.ts';

const options = {
  ...latencyOptions(groupings, 'device', wordsOf('device'), '10ms'),
  part: choice(
    parts,
    'device',
    'Which part of a request durations are of: in the `device`, in the `queue` before, both (`total`), or from its end to the wake-up of who waited (`completed`).',
  ),
  operation: choice(
    ['any', 'read', 'write', 'flush', 'discard', 'other'],
    'any',
    'Only requests that do this.',
  ),
  slower: duration('Only requests whose part took at least this long, such as 10ms.'),
  faster: duration('Only requests whose part took at most this long.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly part: Part;
  readonly operation: Options['operation'];
  readonly latencies: Latencies<KeptRequest, RequestSums>;
  /** By host and CPU, the request that was counted there last: a wake-up that follows belongs to it. */
  readonly last: Map<KernelModel, (Counted | undefined)[]>;
}

interface Counted {
  readonly completeNs: number;
  readonly sector: number;
  readonly sums: RequestSums;
  readonly kept: KeptRequest | undefined;
}

export const analysis = defineAnalysis({
  id: 'block-requests',
  family: 'io',
  title: 'Block requests',
  question:
    'How many requests do block devices get, how large are they, and how long do they take in the queue and in the device?',
  needs: {
    transitions: ['block-completed', 'block-woken'],
    threads: true,
    optional: [
      {
        events: { block_rq_insert: ['dev', 'sector'] },
        without:
          'How long requests were queued is known only of those with block_rq_insert (or block_bio_queue)',
      },
      {
        events: { sched_waking: ['task_tid'] },
        without: 'When those who waited for a request were woken is unknown without sched_waking',
      },
      {
        events: { sched_switch: ['prev_tid', 'next_tid', 'next_comm'] },
        without:
          'Who wanted a request is known only where the events say it themselves, without sched_switch',
      },
      {
        events: { block_device_state: ['dev', 'name'] },
        without: 'Devices have numbers (8:1) instead of names (sda1) without a state dump',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count, bytes, rate and durations by device (partition, operation, process, thread).' },
    parts: {
      meaning:
        'How much of the time goes to the queue, to the device, and to waking who waited, of each row of `table`.',
    },
    ...latencyViews(wordsOf('device')),
  },
  describe: (given: Options, view) => [
    view === 'parts' ? describeParts(given.by) : describe(given.by, given.part, view),
  ],
  begin({ options: given, views }: BeginContext<Options>): State {
    const isPerHost = given.by !== 'operation' && given.by !== 'all';
    return {
      by: given.by,
      part: given.part,
      operation: given.operation,
      latencies: new Latencies(given, views, isPerHost, () => new RequestSums()),
      last: new Map(),
    };
  },
  on: {
    'block-completed'(state, request, model) {
      if (state.part === 'completed') return;
      const { durationNs, endNs } = partOf(state.part, request);
      const counted = countRequest(state, request, model, durationNs, endNs, Number.NaN);
      if (counted !== undefined) remember(state, model, request.cpu, counted);
    },
    'block-woken'(state, request, model) {
      const wakeNs = request.wokenNs - request.completeNs;
      if (state.part !== 'completed') {
        const last = state.last.get(model)?.[request.cpu];
        // Another one, if the request itself is not asked for.
        if (last?.completeNs !== request.completeNs || last.sector !== request.sector) return;
        last.sums.addWoken(wakeNs);
        state.latencies.totalExtra.addWoken(wakeNs);
        if (last.kept !== undefined) last.kept.later.wokenNs = request.wokenNs;
        return;
      }
      const counted = countRequest(state, request, model, wakeNs, request.wokenNs, request.wokenNs);
      if (counted === undefined) return;
      counted.sums.addWoken(wakeNs);
      state.latencies.totalExtra.addWoken(wakeNs);
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) =>
      view === 'parts' ? partsTable(state, context) : answer(state, context, view as LatencyView),
    );
  },
});

/** Counts a request whose part is known and asked for. */
function countRequest(
  state: State,
  request: BlockCompleted | BlockWoken,
  model: KernelModel,
  durationNs: number,
  endNs: number,
  wokenNs: number,
): Counted | undefined {
  // Without a beginning there is no number: no comparison holds.
  if (!state.latencies.accepts(durationNs)) return undefined;
  if (state.operation !== 'any' && request.operation !== state.operation) return undefined;
  const key = keyOf(state.by, request, model);
  let kept: KeptRequest | undefined;
  const { extra } = state.latencies.add(model, key, durationNs, endNs, request, () => {
    kept = { ...request, model, durationNs, endNs, later: { wokenNs } };
    return kept;
  });
  extra.add(request);
  state.latencies.totalExtra.add(request);
  return { completeNs: request.completeNs, sector: request.sector, sums: extra, kept };
}

function remember(state: State, model: KernelModel, cpu: number, counted: Counted): void {
  if (cpu < 0) return;
  let last = state.last.get(model);
  if (last === undefined) {
    last = [];
    state.last.set(model, last);
  }
  last[cpu] = counted;
}

function answersOf(by: By, context: Context): LatencyAnswers<KeptRequest, RequestSums> {
  const { originNs, range, names } = context;
  const seconds =
    range === undefined || range.endNs === range.beginNs ? undefined : (range.endNs - range.beginNs) / 1e9;
  return {
    originNs,
    range,
    ...(by === 'process' ? { lastKeyOf: ({ key, model }) => lastProcessKey(key, model) } : {}),
    mergeExtra: (sum, other) => sum.merge(other),
    cellsOf: (group) => cellsOf(by, group, names),
    labelOf: (group) => labelOf(by, group, names),
    rowOf: (request) => requestCells(request, names),
    measuresOf: ({ extra }) => extra.cells(seconds),
  };
}

function answer({ by, part, latencies }: State, context: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, part, view), answersOf(by, context));
}

function partsTable({ by, latencies }: State, context: Context): Shape {
  const builder = new TableBuilder<string>(describeParts(by));
  const groups = latencies
    .groupsAtEnd(answersOf(by, context))
    .map((group) => ({ group, sumNs: sumOf(group.value.extra) }));
  for (const { group, sumNs } of groups.sort((a, b) => b.sumNs - a.sumNs || a.group.index - b.group.index)) {
    const cells = cellsOf(by, group, context.names);
    for (const part of lifeParts) {
      const durations = group.value.extra.parts[part];
      if (durations.count === 0) continue;
      const share = sumNs > 0 ? durations.sum / sumNs : undefined;
      builder.add({ ...cells, part, count: durations.count, share, ...durationCells(durations) });
    }
  }
  return builder.build();
}

function sumOf({ parts: { queue, device, completed } }: RequestSums): number {
  return queue.sum + device.sum + completed.sum;
}
