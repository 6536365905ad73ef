import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textTrace } from '../analysis/testing.ts';
import { analysis as syscalls } from '../catalogue/syscalls/syscalls/analysis.ts';
import type { CanonicalMeaning, EventClass, FieldSource } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { runAnalyses } from './run.ts';

/** With a class for each call, as LTTng has them. */
function withCallsAsClasses(set: TraceSet): TraceSet {
  return { ...set, classes: set.classes.map((each) => ({ ...each, canonical: meaningOf(each) })) };
}

function meaningOf({ name, scopes, canonical }: EventClass): CanonicalMeaning | undefined {
  const [, end, call] = /^syscall_(entry|exit)_(\w+)$/.exec(name) ?? [];
  if (call === undefined) return canonical;
  const constant = { kind: 'constant', value: call } as const;
  if (end === 'entry') return { name: 'syscall_enter', fields: new Map([['name', constant]]) };
  const type = scopes.get('payload')!.members[0]!.type;
  const ret = { kind: 'field', field: { scope: 'payload', path: ['ret'] }, type } as const;
  return {
    name: 'syscall_exit',
    fields: new Map<string, FieldSource>(Object.entries({ name: constant, ret })),
  };
}

type Step = readonly [cpu: number, what: 'enter' | 'exit' | 'call' | 'switch' | 'fork', choice: number];

/** What a kernel with six threads on three CPUs would record but for some of it: those at even places in `lost` without a word. */
function recordingOf(steps: readonly Step[], lost: ReadonlySet<number>): string {
  const calls = ['read', 'write', 'clone', 'exit'];
  const running = [0, 0, 0];
  const open = new Map<number, string>();
  const lines: string[] = [];
  const record = (cpu: number, text: string) => lines.push(`${lines.length * 10}ns cpu${cpu} ${text}`);
  for (const [cpu, what, choice] of steps) {
    const tid = running[cpu]!;
    const call = open.get(tid);
    const named = calls[choice % calls.length]!;
    if (what === 'switch') {
      const ready = [1, 2, 3, 4, 5, 6].filter((each) => !running.includes(each));
      const next = choice === 0 ? 0 : ready[choice % ready.length]!;
      record(cpu, `sched_switch prev_tid=${tid} prev_comm=t${tid} next_tid=${next} next_comm=t${next}`);
      running[cpu] = next;
    } else if (what === 'fork') {
      record(
        cpu,
        `sched_process_fork parent_tid=${tid} parent_comm=t parent_pid=1 child_tid=${7 + choice} child_pid=1 child_comm=t`,
      );
    } else if (tid > 0 && call !== undefined) {
      record(cpu, `syscall_exit_${call} ret=${choice - 2}`);
      open.delete(tid);
    } else if (tid > 0) {
      record(cpu, `syscall_entry_${named} x=1`);
      if (what === 'call') record(cpu, `syscall_exit_${named} ret=${choice - 2}`);
      else open.set(tid, named);
    }
  }
  return lines
    .map((line, index) => (lost.has(index) ? line.replace(/(?<=cpu\d) .*/, ' lost') : line))
    .filter((_, index) => !lost.has(index) || index % 2 === 1)
    .join('\n');
}

const steps = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 2 }),
    fc.constantFrom('enter', 'exit', 'call', 'call', 'call', 'switch', 'fork' as const),
    fc.integer({ min: 0, max: 5 }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 120 },
);

/** Of a thread that no switch has told. */
const beforeAll = `
  0ns cpu0 syscall_entry_read x=1
  0ns cpu0 syscall_exit_read ret=1
  0ns cpu0 sched_switch prev_tid=9 prev_comm=t9 next_tid=0 next_comm=t0`;

test('calls told before the merge are those told in time order, and leave the model as these do', () => {
  const lost = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 5 });
  const batchSize = fc.constantFrom(1, 2, 7, 1000);
  const options = fc.constantFrom({}, { by: 'return' }, { slower: '15ns' });
  const views = ['table', 'dist', 'heatmap', 'series'];
  fc.assert(
    fc.property(steps, lost, batchSize, options, (made, missing, size, given) => {
      const text = `${beforeAll}\n${recordingOf(made, new Set(missing))}`;
      const set = () => withCallsAsClasses(textTrace(text, { batchSize: size }));
      const [alone] = runAnalyses(set(), [{ analysis: syscalls, options: given, views }]);
      const [ordered] = runAnalyses(set(), [
        { analysis: syscalls, options: given, views: [...views, 'log'] },
      ]);
      expect(alone!.answers).toEqual(ordered!.answers.slice(0, views.length));
      expect(alone!.health).toEqual(ordered!.health);
    }),
  );
});
