import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineAnalysis } from '../analysis/define.ts';
import { textTrace } from '../analysis/testing.ts';
import type { EventBatch } from '../events/batch.ts';
import type { EventStream } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { KernelModel } from '../kernel/model.ts';
import { runAnalyses } from './run.ts';

const cpuCount = 3;

/** The records of all CPUs in one stream, as perf.data has them: the last digit of a time says which CPU recorded it. */
function withAllCpusInOne(set: TraceSet): TraceSet {
  const read: TraceSet['read'] = (selection) =>
    set.read(selection).map((stream): EventStream => {
      const next = (): EventBatch | undefined => {
        const batch = stream.next();
        for (const columns of batch?.classes.values() ?? [])
          for (let row = 0; row < columns.count; row++)
            columns.cpu[row] = (columns.timeNs[row] as number) % 10;
        return batch && { ...batch, stream: { ...batch.stream, cpu: undefined } as EventStream };
      };
      return { ...stream, cpu: undefined, next };
    });
  return { ...set, read };
}

const anyStep = fc.record({
  what: fc.constantFrom(
    ...(['switch', 'switch', 'switch', 'switch', 'waking', 'wakeup', 'both', 'both'] as const),
    ...(['waking', 'both', 'new', 'fork', 'loss', 'gap'] as const),
  ),
  cpu: fc.constantFrom(0, 0, 1, 2),
  tid: fc.constantFrom(7, 7, 8, 8, 9, 7 + 64, 0),
  prio: fc.constantFrom(120, 120, 120, 98),
  state: fc.constantFrom(0, 1, 1, 1, 16),
  /** What is unusual: a name, a process, a thread that its CPU was not known to run. */
  oddity: fc.constantFrom(...new Array<'none'>(12).fill('none'), 'name', 'process', 'thread', 'long name'),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** One of each, so that an analysis finds what it needs. */
const complete = (['switch', 'waking', 'wakeup'] as const).map(
  (what): Step => ({ what, cpu: 0, tid: 7, prio: 120, state: 1, oddity: 'none' }),
);

/** What a kernel with a few threads on three CPUs would record, with the thread and process of each record. */
function recordingOf(steps: readonly Step[]): string {
  const running = new Array<number>(cpuCount).fill(0);
  const lines: string[] = [];
  for (const { what, cpu, tid, prio, state, oddity } of steps) {
    const current = oddity === 'thread' ? 9 : running[cpu]!;
    const pid = oddity === 'process' ? 50 : current === 0 ? 0 : 5;
    const record = (text: string) =>
      lines.push(`${lines.length * 10 + cpu}ns cpu0 tid=${current} pid=${pid} ${text}`);
    const name = oddity === 'name' ? 'renamed' : oddity === 'long name' ? 'n'.repeat(20) : `thread-${tid}`;
    const woken = `task_tid=${tid} comm=${name} prio=${prio} target_cpu=${cpu}`;
    if (what === 'switch') {
      const prev = `prev_comm=thread-${current} prev_tid=${current} prev_prio=120 prev_state=${state}`;
      record(`sched_switch ${prev} next_comm=${name} next_tid=${tid} next_prio=${prio}`);
      running[cpu] = tid;
    }
    if (what === 'waking' || what === 'both') record(`sched_waking ${woken}`);
    if (what === 'wakeup' || what === 'both') record(`sched_wakeup ${woken}`);
    if (what === 'new') record(`sched_wakeup_new ${woken}`);
    if (what === 'fork') record('sched_process_fork parent_tid=7 child_tid=8');
    if (what === 'loss') record('events_lost');
    if (what === 'gap') lines.push(`${lines.length * 10 + cpu}ns cpu0 lost`);
  }
  return lines.join('\n');
}

/** Keeps all that it is told, and what is known at the end. */
const witness = defineAnalysis({
  id: 'witness',
  family: 'tests',
  title: 'Witness',
  question: 'What does the model tell?',
  needs: { transitions: ['run-queue-left', 'thread-ran'], threads: true },
  options: {},
  views: { table: { meaning: 'Nothing.' } },
  describe: () => [],
  begin: () => undefined,
  on: {
    'run-queue-left': (_state, left, model) => void told.push({ ...left, ...present(model, left.cpu) }),
    'thread-ran': (_state, ran, model) => void told.push({ ...ran, ...present(model, ran.cpu) }),
  },
  end: (_state, { models: [model] }) => {
    told.push(stateOf(model!));
    return [];
  },
});
const told: unknown[] = [];

/** What a handler may ask for: it is that of the moment. */
function present({ cpus, tasks }: KernelModel, cpu: number) {
  return { current: cpus.current(cpu), comms: [7, 8, 9].map((tid) => tasks.commOf(tid)) };
}

function stateOf({ cpus, scheduling, tasks, names }: KernelModel) {
  const slots = Array.from({ length: tasks.count }, (_, slot) => slot);
  return {
    threads: slots.map((slot) => ({
      ...{ tid: tasks.tid(slot), pid: tasks.pid(slot), comm: names.text(tasks.comm(slot)) },
      prios: scheduling.priorities(slot),
    })),
    ...{ running: [...scheduling.running()], waiting: [...scheduling.waiting()] },
    ...{ current: [0, 1, 2].map((cpu) => cpus.current(cpu)), impliedSwitches: cpus.impliedSwitchCount },
    ...{ implied: scheduling.impliedCount, noWake: scheduling.noWakeCount },
    ...{ acrossGap: scheduling.acrossGapCount, stayed: [0, 1, 2].map((cpu) => cpus.stayed(cpu, 500)) },
    ...{ unseenRuns: scheduling.unseenRunCount, negative: scheduling.negativeWaitCount },
  };
}

/** All that is told, in runs, or record by record: so it is where CPUs are chosen. */
function toldOf(text: string, batchSize: number, isByRecord: boolean): readonly unknown[] {
  told.length = 0;
  const set = withAllCpusInOne(textTrace(text, { batchSize }));
  runAnalyses(set, [{ analysis: witness as never }], isByRecord ? { cpus: [0, 1, 2] } : {});
  return [...told];
}

test('what is told in runs is what is told record by record, and the model is left the same', () => {
  const steps = fc.array(anyStep, { minLength: 20, maxLength: 150, size: 'max' });
  fc.assert(
    fc.property(steps, fc.constantFrom(5, 40, 1000), (made, batchSize) => {
      const text = recordingOf([...complete, ...made]);
      expect(toldOf(text, batchSize, false)).toEqual(toldOf(text, batchSize, true));
    }),
  );
});
