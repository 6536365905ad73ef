/** How long threads that could run waited for a CPU, and who ran instead. */
import {
  type BeginContext,
  choice,
  defineAnalysis,
  type EndContext,
  Groups,
  type KernelModel,
  Latencies,
  type LatencyView,
  lastProcessKey,
  latencyOptions,
  latencyViews,
  type OptionValues,
  orAbsent,
  type RunQueueLeft,
  type TimeByThread,
  threadName,
} from '../../../analysis/index.ts';
import { type Shape, TableBuilder } from '../../../results/index.ts';
import { cellsOf, keyOf, labelOf } from './keys.ts';
import { noteOpenEnds } from './open-ends.ts';
import { type By, describe, groupings, insteadDescription, words } from './shapes.ts';

const options = {
  ...latencyOptions(groupings, 'thread', words),
  from: choice(
    ['runnable', 'wakeup'],
    'runnable',
    'Where a wait begins: as soon as the thread could have run, or at its wake-up (preempted threads then do not count).',
  ),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

/** One wait, copied. */
export interface Wait extends Readonly<RunQueueLeft> {
  readonly model: KernelModel;
  /** From where on it counts, as the option `from` says. */
  readonly durationNs: number;
  readonly endNs: number;
}

/** What is summed up beside the durations. */
export interface WaitSums {
  preemptedCount: number;
}

interface State {
  readonly by: By;
  readonly isFromWakeup: boolean;
  readonly latencies: Latencies<Wait, WaitSums>;
  /** By thread that waited, who ran meanwhile. */
  readonly instead: Groups<TimeByThread> | undefined;
}

export const analysis = defineAnalysis({
  id: 'run-queue',
  family: 'scheduling',
  title: 'Run queue',
  question: 'How long do threads that could run wait for a CPU, and who runs instead?',
  needs: {
    transitions: ['run-queue-left'],
    threads: true,
    optional: [
      {
        events: { sched_wakeup_new: ['task_tid'] },
        without: 'How long new threads waited for their first CPU is unknown without sched_wakeup_new',
      },
    ],
  },
  options,
  views: {
    table: {
      meaning: 'Count and lengths of the waits of each thread (process, priority, CPU, waker, reason).',
    },
    instead: { meaning: 'Who ran while a thread waited.' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [view === 'instead' ? insteadDescription : describe(given.by, view)],
  begin({ options: given, views, models }: BeginContext<Options>): State {
    if (views.has('instead')) for (const { scheduling } of models) scheduling.keepPast();
    const isPerHost = given.by === 'thread' || given.by === 'process' || given.by === 'waker';
    return {
      by: given.by,
      isFromWakeup: given.from === 'wakeup',
      latencies: new Latencies(given, views, isPerHost, () => ({ preemptedCount: 0 })),
      instead: views.has('instead') ? new Groups<TimeByThread>(true, () => new Map()) : undefined,
    };
  },
  on: {
    'run-queue-left'(state, left, model) {
      // When it got the CPU is not known: anything up to its first event there.
      if (left.isImplied) return;
      const fromNs = state.isFromWakeup ? left.wakeNs : left.beginNs;
      const waitNs = left.switchNs - fromNs;
      // Without a wake-up there is no number: no comparison holds.
      if (!state.latencies.accepts(waitNs)) return;
      const { latencies } = state;
      const key = keyOf(state.by, left, model);
      const { extra } = latencies.add(model, key, waitNs, left.switchNs, left, waitOf);
      if (left.why === 'preempted') {
        extra.preemptedCount++;
        latencies.totalExtra.preemptedCount++;
      }
      if (state.instead === undefined) return;
      const times = state.instead.get(model, left.tid).value;
      model.scheduling.occupancy.divide(left.cpu, fromNs, left.switchNs, times);
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) =>
      view === 'instead' ? insteadTable(state, context) : answer(state, context, view as LatencyView),
    );
  },
});

/** Apart from its caller, which is called for each wait: few are kept. */
function waitOf(left: RunQueueLeft, model: KernelModel, durationNs: number): Wait {
  return { ...left, model, durationNs, endNs: left.switchNs };
}

function answer({ by, latencies }: State, { originNs, range }: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    ...(by === 'process' ? { lastKeyOf: ({ key, model }) => lastProcessKey(key, model) } : {}),
    mergeExtra: (sum, other) => {
      sum.preemptedCount += other.preemptedCount;
    },
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (wait) => waitCells(wait, originNs),
    measuresOf: ({ extra }) => ({ preempted: extra.preemptedCount }),
  });
}

function waitCells(wait: Wait, originNs: bigint) {
  const { model, wakerTid, prevTid } = wait;
  return {
    comm: wait.comm === 0 ? undefined : model.names.text(wait.comm),
    tid: wait.tid,
    pid: orAbsent(wait.pid >= 0 ? wait.pid : model.tasks.pidOf(wait.tid)),
    prio: orAbsent(wait.prio),
    cpu: orAbsent(wait.cpu),
    why: wait.why,
    'waker-comm': threadName(wakerTid, model),
    'waker-tid': wakerTid > 0 ? wakerTid : undefined,
    'waker-pid': wakerTid > 0 ? orAbsent(model.tasks.pidOf(wakerTid)) : undefined,
    'prev-comm': threadName(prevTid, model),
    'prev-tid': prevTid > 0 ? prevTid : undefined,
    end: originNs + BigInt(wait.switchNs),
    'target-cpu': orAbsent(wait.targetCpu),
  };
}

function insteadTable(state: State, { names }: Context): Shape {
  const builder = new TableBuilder(insteadDescription);
  const sumOf = (times: TimeByThread) => [...times.values()].reduce((sum, timeNs) => sum + timeNs, 0);
  const waiters = (state.instead?.all ?? [])
    .map((group) => ({ group, sumNs: sumOf(group.value) }))
    .sort((a, b) => b.sumNs - a.sumNs || a.group.index - b.group.index);
  for (const { group, sumNs } of waiters) {
    const { model, key } = group;
    const cells = { comm: threadName(key, model), tid: key };
    const parent = builder.add({ ...cells, time: sumNs });
    const others = [...group.value].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    for (const [tid, timeNs] of others) {
      const who = tid < 0 ? 'unknown' : (threadName(tid, model) ?? names.text(0));
      const instead = { 'instead-comm': who, 'instead-tid': tid > 0 ? tid : undefined };
      builder.add({ ...cells, ...instead, time: timeNs, share: timeNs / sumNs }, parent);
    }
  }
  return builder.build();
}
