/** Who was on the CPUs, how long, and how busy each CPU was. */
import {
  absentOptions,
  type BeginContext,
  CpuTime,
  choice,
  defineAnalysis,
  type EndContext,
  Groups,
  type OptionValues,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { cpusTable, usageSeries } from './by-cpu.ts';
import { threadsTable } from './by-thread.ts';
import { noteUnknown } from './open-ends.ts';
import { cpusDescription, describeThreads, groupings, seriesDescription } from './shapes.ts';
import { ThreadTime } from './thread-time.ts';

const options = {
  by: choice(groupings, 'thread', 'What `table` has rows for.'),
} as const;
type Options = OptionValues<typeof options>;
export type Context = EndContext<Options>;

export interface State {
  readonly threads: Groups<ThreadTime>;
  readonly cpus: Groups<CpuTime>;
}

const needs = {
  transitions: ['thread-ran', 'thread-migrated'],
  threads: true,
  optional: [
    {
      events: { sched_migrate_task: ['task_tid'] },
      without: 'Migrations are not counted without sched_migrate_task',
    },
  ],
} as const;

export const analysis = defineAnalysis({
  id: 'cpu-usage',
  family: 'cpu',
  title: 'CPU usage',
  question: 'Who uses the CPUs, and how busy is each of them?',
  needs,
  options,
  views: {
    table: { meaning: 'How long each thread (process, name) was on a CPU, and how often.' },
    cpus: { meaning: 'How long each CPU was busy, idle, and not known to be either.' },
    series: { meaning: 'How busy each CPU was over time.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describeThreads(given.by)];
      case 'cpus':
        return [cpusDescription];
      case 'series':
        return [seriesDescription];
    }
  },
  begin: ({ views, rangeBeginNs }: BeginContext<Options>): State => ({
    threads: new Groups(true, () => new ThreadTime()),
    cpus: new Groups(true, () => new CpuTime(rangeBeginNs, views.has('series'), views.has('cpus'))),
  }),
  on: {
    'thread-ran'(state, run, model) {
      const { cpu, tid } = run;
      const ranNs = state.cpus.get(model, cpu).value.add(tid, run.beginNs, run.endNs);
      if (tid === 0 || ranNs === undefined) return;
      const { value: thread } = state.threads.get(model, tid);
      if (run.isRunnable) thread.preemptedCount += 1;
      thread.add(cpu, ranNs);
    },
    'thread-migrated'(state, { tid }, model) {
      state.threads.get(model, tid).value.migrationCount += 1;
    },
  },
  end(state, context) {
    finish(state, context);
    noteUnknown(state, context);
    const countsMigrations = absentOptions(needs, context.classes).length === 0;
    return [...context.views].map((view): Shape => {
      if (view === 'cpus') return cpusTable(state, context);
      if (view === 'series') return usageSeries(state, context);
      return threadsTable(state, context, countsMigrations);
    });
  },
});

/** What CPUs still run, and CPUs of which nothing was told. */
function finish(state: State, context: Context): void {
  const { range, models, cpusOf, accepts } = context;
  if (range === undefined) return;
  for (const model of models) {
    const running = new Map([...model.scheduling.running()].map((run) => [run.cpu, run]));
    for (const cpu of new Set([...cpusOf(model), ...running.keys()])) {
      // Of one thread nothing tells whether a CPU without any run of it is to be listed: it is not.
      const run = running.get(cpu);
      const isAsked = accepts(model, cpu, run?.tid ?? -1);
      if (isAsked || (!context.isFiltered && accepts(model, cpu, -1))) state.cpus.get(model, cpu);
    }
    for (const { model: host, key: cpu, value } of state.cpus.all) {
      if (host !== model) continue;
      const run = running.get(cpu);
      const isAsked = run !== undefined && accepts(model, cpu, run.tid);
      const ranNs = value.finish(range, isAsked ? run : undefined);
      if (ranNs !== undefined && run !== undefined && run.tid > 0)
        state.threads.get(model, run.tid).value.add(cpu, ranNs);
    }
  }
}
