/** How often and how long interrupts take a CPU: those of devices, soft ones, those of other CPUs, and those of its own timer. */
import {
  type BeginContext,
  defineAnalysis,
  type EndContext,
  Latencies,
  type LatencyView,
  latencyOptions,
  latencyViews,
  type OptionValues,
  orAbsent,
  texts,
  threadName,
} from '../../../analysis/index.ts';
import { Distribution, type Shape } from '../../../results/index.ts';
import { Chosen } from './chosen.ts';
import { noteOpenEnds } from './open-ends.ts';
import {
  cellsOf,
  functionOf,
  hardRun,
  keyOf,
  labelOf,
  nameOf,
  type Run,
  type RunSums,
  softRun,
  vectorRun,
} from './runs.ts';
import { type By, describe, groupings, words } from './shapes.ts';

const options = {
  ...latencyOptions(groupings, 'irq', words, '100us'),
  irq: texts('IRQ', 'Only these interrupts of devices: numbers or names of handlers.'),
  softirq: texts('SOFTIRQ', 'Only these soft interrupts: numbers or names.'),
  ipi: texts('VECTOR', 'Only these interrupts of other CPUs and of the own timer: vectors or names.'),
} as const;
type Options = OptionValues<typeof options>;
type Context = EndContext<Options>;

interface State {
  readonly by: By;
  readonly chosen: Chosen;
  readonly latencies: Latencies<Run, RunSums>;
}

export const analysis = defineAnalysis({
  id: 'irq',
  family: 'interrupts',
  title: 'Interrupts',
  question: 'Which interrupts take CPUs away, how often, for how long, and from whom?',
  needs: {
    anyTransition: ['irq-completed', 'softirq-completed', 'vector-completed'],
    threads: true,
    optional: [
      {
        events: { irq_handler_entry: ['irq', 'name'], irq_handler_exit: ['irq', 'ret'] },
        without: 'Interrupts of devices are not counted without irq_handler_entry and irq_handler_exit',
      },
      {
        events: { softirq_entry: ['vec'], softirq_exit: ['vec'] },
        without: 'Soft interrupts are not counted without softirq_entry and softirq_exit',
      },
      {
        events: { softirq_raise: ['vec'] },
        without: 'When soft interrupts were asked for is unknown without softirq_raise',
      },
      {
        events: { vector_entry: [], vector_exit: [] },
        without: 'Interrupts among CPUs are not counted without vector_entry and vector_exit',
      },
      {
        events: { ipi_send_cpu: ['target_cpu'], csd_function_entry: ['function'] },
        without:
          'Who sent an interrupt among CPUs, and what for, is unknown without ipi_send_cpu and csd_function_entry',
      },
    ],
  },
  options,
  views: {
    table: { meaning: 'Count and durations of each interrupt (handler, kind, CPU, interrupted thread).' },
    ...latencyViews(words),
  },
  describe: (given: Options, view) => [describe(given.by, view)],
  begin({ options: given, views }: BeginContext<Options>): State {
    return {
      by: given.by,
      chosen: new Chosen(given.irq, given.softirq, given.ipi),
      // Two hosts' interrupts with one number have nothing in common.
      latencies: new Latencies(given, views, given.by !== 'kind', () => ({
        raises: new Distribution(),
        names: [],
        irq: -1,
      })),
    };
  },
  on: {
    'irq-completed'(state, irq, model) {
      if (state.chosen.hasHard(irq.irq, irq.name, model)) addRun(state, hardRun(irq, model));
    },
    'softirq-completed'(state, softirq, model) {
      if (state.chosen.hasSoft(softirq.vec)) addRun(state, softRun(softirq, model));
    },
    'vector-completed'(state, vector, model) {
      if (state.chosen.hasVector(vector, model)) addRun(state, vectorRun(vector, model));
    },
  },
  end(state, context) {
    if (context.isWhole) noteOpenEnds(context);
    return [...context.views].map((view) => answer(state, context, view as LatencyView));
  },
});

function addRun(state: State, run: Run): void {
  const { latencies } = state;
  if (!state.latencies.accepts(run.durationNs)) return;
  const { extra } = latencies.add(run.model, keyOf(state.by, run), run.durationNs, run.endNs, run, () => run);
  if (!extra.names.includes(run.name)) {
    extra.names.push(run.name);
    extra.irq = run.irq;
  }
  if (Number.isNaN(run.raiseNs)) return;
  extra.raises.add(run.enterNs - run.raiseNs);
  latencies.totalExtra.raises.add(run.enterNs - run.raiseNs);
}

function answer({ by, latencies }: State, { originNs, range }: Context, view: LatencyView): Shape {
  return latencies.answer(view, describe(by, view), {
    originNs,
    range,
    // Keys are numbers of interrupts, CPUs and threads, which do not change.
    mergeExtra: () => undefined,
    cellsOf: (group) => cellsOf(by, group),
    labelOf: (group) => labelOf(by, group),
    rowOf: (run) => runCells(run, originNs),
    measuresOf: ({ extra: { raises } }) => ({
      raised: raises.count,
      'raise-avg': raises.average,
      'raise-max': raises.max,
      'raise-min': raises.min,
      'raise-stdev': raises.stdev,
    }),
  });
}

function runCells(run: Run, originNs: bigint) {
  return {
    kind: run.kind,
    irq: orAbsent(run.irq),
    name: nameOf(run.kind, run.irq, [run.name], run.model),
    cpu: run.cpu,
    'raise-latency': run.enterNs - run.raiseNs,
    'sender-comm': threadName(run.senderTid, run.model),
    'sender-tid': run.senderTid > 0 ? run.senderTid : undefined,
    'sender-cpu': orAbsent(run.senderCpu),
    function: functionOf(run),
    comm: threadName(run.tid, run.model),
    tid: run.tid > 0 ? run.tid : undefined,
    end: originNs + BigInt(run.exitNs),
    'raised-at': Number.isNaN(run.raiseNs) ? undefined : originNs + BigInt(run.raiseNs),
    value: run.ret,
  };
}
