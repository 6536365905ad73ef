/** How long system calls on files take: by what they do, by call, process, thread and file. */
import {
  type BeginContext,
  choice,
  count,
  defineAnalysis,
  type EndContext,
  FileKeys,
  isError,
  Latencies,
  lastProcessKey,
  latencyOptions,
  latencyViews,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { type Call, callCells, copyCall } from './calls.ts';
import { categories, cellsOf, type Extra, keyOf, labelOf, mergeExtra } from './keys.ts';
import { noteOpenEnds } from './open-ends.ts';
import { type By, describe, groupings, words } from './shapes.ts';

const options = {
  ...latencyOptions(groupings, 'category', words),
  category: choice(['any', ...categories], 'any', 'Only calls that do this to a file.'),
  'min-size': count(0, 'Only calls that moved at least so many bytes.'),
  'max-size': count(0, 'Only calls that moved at most so many bytes, 0 for any number.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly category: Options['category'];
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly files: FileKeys;
  readonly latencies: Latencies<Call, Extra>;
}

export const analysis = defineAnalysis({
  id: 'io-latency',
  family: 'io',
  title: 'I/O latency',
  question:
    'How long do system calls that open, read, write and sync files and sockets take, and on which files?',
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
      meaning: 'Count, bytes and durations by what calls do (by call, process, thread, file).',
    },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    const isPerHost = given.by === 'process' || given.by === 'thread' || given.by === 'file';
    const makeExtra = (): Extra => ({
      sizeBytes: 0,
      errorCount: 0,
      category: undefined,
      path: 0,
      kind: 'unknown',
    });
    return {
      by: given.by,
      category: given.category,
      minBytes: given['min-size'],
      maxBytes: given['max-size'] === 0 ? Number.POSITIVE_INFINITY : given['max-size'],
      files: new FileKeys(),
      latencies: new Latencies(given, views, isPerHost, makeExtra),
    };
  },
  on: {
    'io-completed'(state, call, model) {
      const durationNs = call.exitNs - call.enterNs;
      if (!state.latencies.accepts(durationNs)) return;
      if (state.category !== 'any' && call.category !== state.category) return;
      if (call.sizeBytes < state.minBytes || call.sizeBytes > state.maxBytes) return;
      const key = keyOf(state.by, call, model, state.files);
      const { extra } = state.latencies.add(model, key, durationNs, call.exitNs, call, copyCall);
      const { totalExtra } = state.latencies;
      const errorCount = isError(call.ret) ? 1 : 0;
      extra.category ??= call.category;
      if (call.path !== 0) {
        extra.path = call.path;
        extra.kind = call.kind;
      }
      extra.sizeBytes += call.sizeBytes;
      extra.errorCount += errorCount;
      totalExtra.sizeBytes += call.sizeBytes;
      totalExtra.errorCount += errorCount;
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view as Parameters<typeof describe>[1]));
  },
});

function answer({ by, latencies }: State, context: Context, view: Parameters<typeof describe>[1]): Shape {
  const { originNs, range, names } = context;
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    ...(by === 'process' ? { lastKeyOf: ({ key, model }) => lastProcessKey(key, model) } : {}),
    mergeExtra,
    cellsOf: (group) => cellsOf(by, group, names),
    labelOf: (group) => labelOf(by, group, names),
    rowOf: (call) => callCells(call, names),
    measuresOf: ({ extra }) => ({ size: extra.sizeBytes, errors: extra.errorCount }),
  });
}
