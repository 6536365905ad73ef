/** Who and what occurs in a trace at all: asked when an answer is empty, to say what there is instead of what was asked for. */
import { defineAnalysis } from '../analysis/define.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { Names } from '../kernel/names.ts';
import { runAnalyses } from './run.ts';

/** How many events there are of each; what is unknown of an event is left out. */
export interface Census {
  readonly events: ReadonlyMap<string, number>;
  readonly cpus: ReadonlyMap<number, number>;
  readonly tids: ReadonlyMap<number, number>;
  readonly pids: ReadonlyMap<number, number>;
  /** Names of threads, each name that a thread had. */
  readonly comms: ReadonlyMap<string, number>;
}

/** Reads the whole trace once more. */
export function takeCensus(set: TraceSet): Census {
  const events = new Map<string, number>();
  const cpus = new Map<number, number>();
  const tids = new Map<number, number>();
  const pids = new Map<number, number>();
  const comms = new Map<number, number>();
  let names: Names | undefined;
  const census = defineAnalysis({
    id: 'census',
    family: 'events',
    title: 'Census',
    question: 'Who and what occurs?',
    needs: { every: ['*'], threads: true },
    options: {},
    views: { table: { meaning: 'Nothing: it is counted beside.' } },
    describe: () => [],
    begin: (context) => {
      names = context.names;
    },
    on: {
      every(_state, event, row, model: KernelModel) {
        const tid = event.tid[row] as number;
        countOne(events, event.eventClass.name);
        countKnown(cpus, event.cpu[row] as number, 0);
        countKnown(tids, tid, 0);
        countKnown(pids, event.pid[row] as number, 0);
        countKnown(comms, model.tasks.commOf(tid), 1);
      },
    },
    end: () => [],
  });
  runAnalyses(set, [{ analysis: census }]);
  const texts = [...comms].map(([id, count]) => [names?.text(id) ?? '', count] as const);
  return { events, cpus, tids, pids, comms: new Map(texts) };
}

function countOne<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** @param least below it a value stands for "unknown" */
function countKnown(counts: Map<number, number>, value: number, least: number): void {
  if (value >= least) countOne(counts, value);
}
