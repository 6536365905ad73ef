import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBatch } from '../events/batch.ts';
import { recordsLost, recordsResumed } from '../kernel/losses.ts';
import { type KernelModel, makeKernelModel } from '../kernel/model.ts';
import type { CallsOfOneName, SyscallCompleted } from '../kernel/syscalls.ts';
import { makeNumberedColumns, NumberedCalls, type NumberedColumns } from './numbered-calls.ts';

const [entryClass, exitClass, otherClass] = [3, 5, 6];

interface Step {
  /** `lost`: records of the CPU are missing there. */
  readonly what: 'enter' | 'exit' | 'call' | 'other' | 'lost';
  readonly tid: number;
  readonly cpu: number;
  /** 9 has a name that is looked up each time, -1 has none. */
  readonly number: number;
}

interface Recorded extends Step {
  readonly classIndex: number;
  readonly row: number;
  readonly timeNs: number;
  readonly ret: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('enter', 'exit', 'call', 'call', 'call', 'other', 'lost'),
  tid: fc.constantFrom(7, 7, 7, 8, 8, 9, 9 + 64, 0, -1),
  cpu: fc.constantFrom(0, 0, 0, 1, 100, -1),
  number: fc.constantFrom(0, 1, 1, 1, 2, 9, -1),
});

/** Records with the rows that they have in the columns of their classes. */
function recordsOf(steps: readonly Step[]): readonly Recorded[] {
  const rows = [0, 0, 0, 0, 0, 0, 0];
  const records: Recorded[] = [];
  const add = (step: Step, classIndex: number) => {
    const row = rows[classIndex]!++;
    records.push({ ...step, classIndex, row, timeNs: records.length * 10, ret: (records.length % 5) - 2 });
  };
  for (const step of steps) {
    if (step.what === 'other' || step.what === 'lost') add(step, otherClass);
    if (step.what === 'enter' || step.what === 'call') add(step, entryClass);
    if (step.what === 'exit' || step.what === 'call') add(step, exitClass);
  }
  return records;
}

const lostEvents = new Set(['syscall_enter', 'syscall_exit', 'sched_switch']);

/** What is neither an entry nor an exit: a switch, or a loss. */
function tellOther(model: KernelModel, { what, cpu, tid, timeNs }: Recorded): void {
  if (what === 'other') model.cpus.switched(cpu, -1, tid, timeNs);
  else {
    const stream = { index: 0, cpu, events: lostEvents };
    recordsLost(model, stream, timeNs);
    recordsResumed(model, stream, timeNs);
  }
}

function batchOf(records: readonly Recorded[]): EventBatch {
  return {
    timeNs: Float64Array.from(records, ({ timeNs }) => timeNs),
    classIndex: Uint32Array.from(records, ({ classIndex }) => classIndex),
    row: Uint32Array.from(records, ({ row }) => row),
  } as EventBatch;
}

type Call = Pick<SyscallCompleted, 'name' | 'enterNs' | 'exitNs' | 'ret'>;

/** In whatever order they were told: by when they ended. */
function inOrder(calls: readonly Call[]): readonly Call[] {
  const alone = calls.map(({ name, enterNs, exitNs, ret }) => ({ name, enterNs, exitNs, ret }));
  return alone.sort((a, b) => a.exitNs - b.exitNs);
}

/** A model, the calls that it tells, and how it is asked for all that the calls changed. */
function makeHost() {
  const model = makeKernelModel('host');
  const ids = new Int32Array(4);
  const nameOf = (number: number): number => {
    const id = number < 0 ? 0 : model.names.idOf(['read', 'write', 'clone'][number] ?? `call-${number}`);
    if (number >= 0 && number < ids.length) ids[number] = id;
    return id;
  };
  const calls: Call[] = [];
  const { syscalls, cpus, tasks } = model;
  return {
    ...{ model, ids, nameOf, calls },
    tell: () => void calls.push({ ...syscalls.completed }),
    tellTogether({ name, count, durationNs, exitNs, ret }: CallsOfOneName) {
      for (let index = 0; index < count; index++) {
        const enterNs = exitNs[index]! - durationNs[index]!;
        calls.push({ name, enterNs, exitNs: exitNs[index]!, ret: ret[index]! });
      }
    },
    state: () => ({
      ...{ running: [0, 1, 100].map((cpu) => cpus.current(cpu)), threads: tasks.count },
      ...{ unfinished: [...syscalls.unfinished()], impliedSwitches: cpus.impliedSwitchCount },
      ...{ lost: syscalls.lostExitCount, withoutEntry: syscalls.exitWithoutEntryCount },
      ...{ ofNewThreads: syscalls.newThreadExitCount, unknown: syscalls.unknownThreadCount },
      acrossGaps: syscalls.acrossGapCount,
    }),
  };
}

function columnsOf(records: readonly Recorded[], ofClass: number, host: ReturnType<typeof makeHost>) {
  const own = records.filter(({ classIndex }) => classIndex === ofClass);
  const idAt = (row: number) => host.nameOf(own[row]!.number);
  const columns: NumberedColumns = makeNumberedColumns({ ids: host.ids, idAt });
  columns.classIndex = ofClass;
  columns.tid = Int32Array.from(own, ({ tid }) => tid);
  columns.cpu = Int32Array.from(own, ({ cpu }) => cpu);
  columns.numbers = Float64Array.from(own, ({ number }) => number);
  columns.returns = Float64Array.from(own, ({ ret }) => ret);
  return columns;
}

/** What the model is told record by record. */
function oneByOne(records: readonly Recorded[]) {
  const host = makeHost();
  const { cpus, syscalls } = host.model;
  for (const record of records) {
    const { classIndex, tid, cpu, number, timeNs, ret } = record;
    if (classIndex === otherClass) {
      tellOther(host.model, record);
      continue;
    }
    if (tid >= 0) cpus.seen(cpu, tid, timeNs);
    if (classIndex === entryClass) syscalls.enter(tid, host.nameOf(number), timeNs);
    else if (syscalls.exit(tid, host.nameOf(number), ret, timeNs, cpu)) host.tell();
  }
  return { calls: host.calls, state: host.state() };
}

function inRuns(records: readonly Recorded[], isTogether: boolean, runSize: number) {
  const host = makeHost();
  const calls = new NumberedCalls(host.model, isTogether ? host.tellTogether : undefined, host.tell);
  calls.take(columnsOf(records, entryClass, host), true);
  calls.take(columnsOf(records, exitClass, host), false);
  const batch = batchOf(records);
  for (let at = 0; at < records.length; ) {
    const next = calls.feed(batch, at, Math.min(records.length, at + runSize));
    if (next > at) at = next;
    else {
      tellOther(host.model, records[at]!);
      at++;
    }
  }
  calls.finish();
  return { calls: host.calls, state: host.state() };
}

test('calls matched in one loop are those of the model, and leave it as records told one by one do', () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 80 }),
      fc.boolean(),
      fc.constantFrom(1, 2, 7, 1000),
      (steps, isTogether, size) => {
        const records = recordsOf(steps);
        const [one, runs] = [oneByOne(records), inRuns(records, isTogether, size)];
        expect(runs.state).toEqual(one.state);
        if (isTogether) expect(inOrder(runs.calls)).toEqual(inOrder(one.calls));
        else expect(runs.calls).toEqual(one.calls);
      },
    ),
  );
});

test('calls told one at a time are told before the model sees what comes later', () => {
  const call = { what: 'call', cpu: 0, number: 1 } as const;
  const records = recordsOf([7, 7, 8, 8].map((tid) => ({ ...call, tid })));
  const host = makeHost();
  const running: number[] = [];
  const { cpus } = host.model;
  const calls = new NumberedCalls(host.model, undefined, () => void running.push(cpus.current(0)));
  calls.take(columnsOf(records, entryClass, host), true);
  calls.take(columnsOf(records, exitClass, host), false);
  expect(calls.feed(batchOf(records), 0, records.length)).toBe(records.length);
  expect(running).toEqual([7, 7, 8, 8]);
});

test('calls told together are told by name, and more than are kept at once in several parts', () => {
  const call = { what: 'call', cpu: 0, tid: 7 } as const;
  const records = recordsOf(
    Array.from({ length: 2500 }, (_, at) => ({ ...call, number: at % 3 === 0 ? 1 : 0 })),
  );
  const host = makeHost();
  const told: [number, number][] = [];
  const tell = (calls: CallsOfOneName) => {
    told.push([calls.name, calls.count]);
    host.tellTogether(calls);
  };
  const calls = new NumberedCalls(host.model, tell, host.tell);
  calls.take(columnsOf(records, entryClass, host), true);
  calls.take(columnsOf(records, exitClass, host), false);
  expect(calls.feed(batchOf(records), 0, records.length)).toBe(records.length);
  calls.finish();
  expect(inOrder(host.calls)).toEqual(inOrder(oneByOne(records).calls));
  expect(told.length).toBe(6);
});

test('one class of entries and one of exits are taken', () => {
  const { model } = makeHost();
  const calls = new NumberedCalls(
    model,
    () => undefined,
    () => undefined,
  );
  const columns = (classIndex: number) => ({
    ...makeNumberedColumns({ ids: new Int32Array(1), idAt: () => 0 }),
    classIndex,
  });
  expect([calls.take(columns(1), true), calls.take(columns(2), false)]).toEqual([true, true]);
  expect([calls.take(columns(3), true), calls.take(columns(4), false)]).toEqual([false, false]);
  expect([calls.take(columns(1), true), calls.take(columns(2), false)]).toEqual([true, true]);
});
