/** Where programs spend their time, or whatever else was sampled: by name, object and function, and by who called whom. */
import {
  type BeginContext,
  choice,
  count,
  defineAnalysis,
  type EndContext,
  type KernelModel,
  type OptionValues,
  threadName,
} from '../../../analysis/index.ts';
import type { Shape } from '../../../results/index.ts';
import { flameGraphs } from './flame-graph.ts';
import { foldedLines } from './folded.ts';
import { noteSkid } from './notes.ts';
import { EventSamples } from './samples.ts';
import {
  describeTableBy,
  flameGraphDescription,
  foldedDescription,
  groupings,
  treeDescription,
} from './shapes.ts';
import { spotsTable } from './spots.ts';
import { treeTable } from './tree.ts';

const options = {
  by: choice(groupings, 'comm,dso,symbol', 'What `table` has rows for.'),
  'percent-limit': count(1, 'Branches of `tree` below so many percent are left out.'),
} as const;
type Options = OptionValues<typeof options>;
export type Context = EndContext<Options>;

export interface State {
  readonly hasTree: boolean;
  /** By what was counted; events of several hosts with one name are two. */
  readonly events: EventSamples[];
  readonly byModel: Map<KernelModel, Map<string, EventSamples>>;
  inexactCount: number;
}

const treeViews = ['tree', 'flame-graph', 'folded'] as const;

export const analysis = defineAnalysis({
  id: 'profile',
  family: 'cpu',
  title: 'Profile',
  question: 'Which programs and functions were running when samples were taken, and who called them?',
  needs: {
    transitions: ['sample-taken'],
    threads: true,
    optional: [
      {
        events: { sample: ['callchain'] },
        without: 'Nothing is known of callers without call chains (perf record -g)',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Samples by name, object and symbol.' },
    tree: { meaning: 'Callers and what they called, with what each did itself.' },
    'flame-graph': {
      meaning: 'Whole stacks side by side, as wide as their part of the samples; --svg draws it.',
    },
    folded: { meaning: 'Stacks as flamegraph.pl and speedscope read them: `NAME;CALLER;CALLEE PERIOD`.' },
  },
  describe: (given: Options, view) => {
    switch (view) {
      case 'table':
        return [describeTableBy(given.by)];
      case 'tree':
        return [treeDescription];
      case 'flame-graph':
        return [flameGraphDescription];
      case 'folded':
        return [foldedDescription];
    }
  },
  begin: ({ views }: BeginContext<Options>): State => ({
    hasTree: treeViews.some((view) => views.has(view)),
    events: [],
    byModel: new Map(),
    inexactCount: 0,
  }),
  on: {
    'sample-taken'(state, sample, model) {
      if (!sample.isExact) state.inexactCount += 1;
      eventOf(state, model, sample.eventClass.name).add(sample, commOf(sample.tid, model));
    },
  },
  end(state, context) {
    noteSkid(state, context);
    return [...context.views].flatMap((view): Shape | readonly Shape[] => {
      if (view === 'tree') return treeTable(state, context);
      if (view === 'flame-graph') return flameGraphs(state, context);
      if (view === 'folded') return foldedLines(state, context);
      return spotsTable(state, context);
    });
  },
});

function eventOf(state: State, model: KernelModel, name: string): EventSamples {
  let events = state.byModel.get(model);
  if (events === undefined) {
    events = new Map();
    state.byModel.set(model, events);
  }
  let event = events.get(name);
  if (event === undefined) {
    event = new EventSamples(name, model.samples.places, state.hasTree);
    events.set(name, event);
    state.events.push(event);
  }
  return event;
}

/** A number of `names`: the thread's name now, or as perf writes it where it has none, `:1234`. */
function commOf(tid: number, model: KernelModel): number {
  const comm = tid > 0 ? model.tasks.commOf(tid) : 0;
  return comm === 0 ? model.names.idOf(threadName(tid, model) ?? `:${tid}`) : comm;
}
