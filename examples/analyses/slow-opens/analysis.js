// Who waits for files to be opened? An analysis that is not a part of diatrace: copy it anywhere and change it.
//
//   diatrace report slow-opens --analysis analysis.js TRACE
import { count, defineAnalysis, duration, errorName, isError, Longest, threadName } from 'diatrace/analysis';
import { column, Distribution, describeTable, table } from 'diatrace/results';

const who = [
  column('comm', 'Name', 'process', 'The last name of the thread.'),
  column('tid', 'TID', 'tid', 'The thread that opened.'),
];

const byThread = describeTable({
  id: 'table',
  title: 'Opened files by thread',
  meaning: 'One row is a thread; the longest time first.',
  columns: [
    ...who,
    column('count', 'Count', 'count', 'How often it opened a file.', 'calls'),
    column('failed', 'Failed', 'count', 'How often there was none.', 'calls'),
    column('total', 'Total', 'duration', 'How long that took in all.'),
    column('max', 'Max', 'duration', 'The longest one.'),
  ],
  select: 'slow-opens{tid == @tid}',
});

const slowest = describeTable({
  id: 'top',
  title: 'The slowest ones',
  meaning: 'One row is one call, the longest first.',
  columns: [
    column('begin', 'Begin', 'timestamp', 'When the call began.'),
    column('duration', 'Duration', 'duration', 'How long it took.'),
    ...who,
    column('error', 'Error', 'errno', 'Why there was no such file; empty when it was opened.'),
  ],
});

const opens = new Set(['open', 'openat', 'openat2', 'creat']);

export const analysis = defineAnalysis({
  id: 'slow-opens',
  family: 'files',
  title: 'Slow opens',
  question: 'Who waits for files to be opened?',
  needs: { transitions: ['syscall-completed'], threads: true },
  options: {
    slower: duration('Only those that took at least this long, such as 1ms.'),
    limit: count(10, 'How many calls top lists, 0 for all.'),
  },
  views: {
    table: { meaning: 'How often each thread opened a file, and how long that took.' },
    top: { meaning: 'The slowest calls.' },
  },
  describe: (_options, view) => [view === 'top' ? slowest : byThread],
  begin: ({ options }) => ({
    slowerNs: options.slower ?? 0,
    threads: new Map(),
    longest: new Longest(
      options.limit,
      (call) => call.durationNs,
      (call) => call.enterNs,
    ),
  }),
  on: {
    'syscall-completed'(state, call, model) {
      const durationNs = call.exitNs - call.enterNs;
      if (!opens.has(model.names.text(call.name)) || durationNs < state.slowerNs) return;
      const key = `${model.host} ${call.tid}`;
      const thread = state.threads.get(key) ?? {
        tid: call.tid,
        model,
        durations: new Distribution(),
        failed: 0,
      };
      state.threads.set(key, thread);
      thread.durations.add(durationNs);
      if (isError(call.ret)) thread.failed += 1;
      // The object is used again for the next call: what is kept of it is copied.
      const { tid, enterNs, ret } = call;
      if (state.longest.wants(durationNs)) state.longest.add({ tid, enterNs, ret, durationNs, model });
    },
  },
  end: (state, { views, originNs }) =>
    [...views].map((view) => (view === 'top' ? topOf(state, originNs) : tableOf(state))),
});

function tableOf({ threads }) {
  const sorted = [...threads.values()].sort((a, b) => b.durations.sum - a.durations.sum);
  return table(
    byThread,
    sorted.map(({ tid, model, durations, failed }) => ({
      comm: threadName(tid, model),
      tid,
      count: durations.count,
      failed,
      total: durations.sum,
      max: durations.max,
    })),
  );
}

function topOf({ longest }, originNs) {
  return table(
    slowest,
    longest.sorted().map(({ tid, enterNs, ret, durationNs, model }) => ({
      begin: originNs + BigInt(enterNs),
      duration: durationNs,
      comm: threadName(tid, model),
      tid,
      error: isError(ret) ? errorName(-ret) : undefined,
    })),
  );
}
