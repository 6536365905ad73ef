/** How fast CPUs run, and how often that changes. */
import {
  type BeginContext,
  choice,
  defineAnalysis,
  type EndContext,
  Groups,
  type KernelModel,
  type OptionValues,
} from '../../../analysis/index.ts';
import { type Shape, table } from '../../../results/index.ts';
import { cpusTable, frequencySeries, frequencyTable } from './answers.ts';
import { CpuSpeed } from './cpu-speed.ts';
import { noteUnknown } from './open-ends.ts';
import {
  cpusDescription,
  describeFrequencies,
  groupings,
  logDescription,
  seriesDescription,
} from './shapes.ts';

const options = {
  by: choice(groupings, 'frequency', 'What `table` has rows for.'),
} as const;
type Options = OptionValues<typeof options>;
export type Context = EndContext<Options>;

/** One change. */
export interface Change {
  readonly timeNs: number;
  readonly cpu: number;
  /** NaN unknown. */
  readonly beginNs: number;
  /** -1 unknown. */
  readonly fromKHz: number;
  readonly toKHz: number;
}

export interface State {
  readonly cpus: Groups<CpuSpeed>;
  readonly log: Change[] | undefined;
}

export const analysis = defineAnalysis({
  id: 'cpu-frequency',
  family: 'cpu',
  title: 'Frequencies of CPUs',
  question: 'How fast do CPUs run, for how long, and how often does that change?',
  needs: { transitions: ['frequency-changed'] },
  options,
  views: {
    table: {
      meaning: 'How long CPUs were at each frequency, and how often they came to it (both: of each CPU).',
    },
    cpus: { meaning: 'The mean, lowest and highest frequency of each CPU, and how often it changed.' },
    series: { meaning: 'The mean frequency of each CPU over time.' },
    log: { meaning: 'Every change, in the order of time.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describeFrequencies(given.by)];
      case 'cpus':
        return [cpusDescription];
      case 'series':
        return [seriesDescription];
      case 'log':
        return [logDescription];
    }
  },
  begin: ({ views, rangeBeginNs }: BeginContext<Options>): State => ({
    cpus: new Groups(true, () => new CpuSpeed(rangeBeginNs, views.has('series'))),
    log: views.has('log') ? [] : undefined,
  }),
  on: {
    'frequency-changed'(state, { cpu, fromKHz, toKHz, beginNs, endNs: timeNs }, model) {
      const { value } = state.cpus.get(model, cpu);
      if (fromKHz >= 0) value.ran(fromKHz, beginNs, timeNs);
      value.changed(toKHz);
      state.log?.push({ timeNs, cpu, beginNs, fromKHz, toKHz });
    },
  },
  end(state, context) {
    finish(state, context);
    noteUnknown(state, context);
    return [...context.views].map((view): Shape => {
      if (view === 'cpus') return cpusTable(state, context);
      if (view === 'series') return frequencySeries(state, context);
      return view === 'log' ? logTable(state, context) : frequencyTable(state, context);
    });
  },
});

/** The frequencies that CPUs have when the time is over, and CPUs of which none was told. */
function finish({ cpus }: State, { range, models, cpusOf, accepts }: Context): void {
  if (range === undefined) return;
  for (const model of models) {
    const seen = cpus.all.filter((group) => group.model === model).map(({ key }) => key);
    for (const cpu of new Set([...cpusOf(model), ...seen])) {
      if (accepts(model, cpu, -1) || seen.includes(cpu)) finishCpu(cpus, model, cpu, range);
    }
  }
}

function finishCpu(
  cpus: State['cpus'],
  model: KernelModel,
  cpu: number,
  range: NonNullable<Context['range']>,
): void {
  const { value } = cpus.get(model, cpu);
  const now = model.power.frequencyOf(cpu);
  if (now !== undefined) value.ran(now.value, now.sinceNs, range.endNs);
  value.finish(range);
}

function logTable({ log = [] }: State, { originNs }: Context): Shape {
  return table(
    logDescription,
    log.map(({ timeNs, cpu, beginNs, fromKHz, toKHz }) => ({
      time: Number.isNaN(timeNs) ? undefined : originNs + BigInt(Math.round(timeNs)),
      cpu,
      frequency: toKHz / 1000,
      before: fromKHz < 0 ? undefined : fromKHz / 1000,
      after: timeNs - beginNs,
    })),
  );
}
