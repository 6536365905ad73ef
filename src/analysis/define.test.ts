import { expect, test } from 'vitest';
import { runAnalyses } from '../pipeline/run.ts';
import { describeTable, table } from '../results/index.ts';
import { defineAnalysis } from './define.ts';
import { textTrace } from './testing.ts';

const description = describeTable({ id: 'table', title: 'T', meaning: 'M.', columns: [] });
const common = {
  family: 'test',
  title: 'Test',
  question: 'Is it typed?',
  options: {},
  views: { table: { meaning: 'Nothing.' } },
  describe: () => [description],
} as const;

test('declared fields compile, others do not', () => {
  const seen: unknown[] = [];
  const analysis = defineAnalysis({
    ...common,
    id: 'typed',
    needs: {
      events: { sched_switch: ['next_tid', 'next_comm'] },
      optional: [{ events: { sched_waking: ['task_tid'] }, without: 'Wakers are unknown' }],
      transitions: ['syscall-completed'],
    },
    begin: () => ({ count: 0 }),
    on: {
      sched_switch(state, event, row) {
        state.count += 1;
        seen.push([event.next_comm.at(row), event.next_tid[row], event.timeNs[row]]);
        // @ts-expect-error prev_tid was not declared
        void event.prev_tid;
        // @ts-expect-error threads were not declared
        void event.tid;
      },
      'syscall-completed'(_state, call, model) {
        seen.push([model.names.text(call.name), call.exitNs - call.enterNs]);
      },
    },
    end: (state) => {
      seen.push(state.count);
      return [table(description, [])];
    },
  });
  runAnalyses(
    textTrace(`
      0us cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=cat
      1us cpu0 syscall_enter name=read
      3us cpu0 syscall_exit name=read ret=0
    `),
    [{ analysis }],
  );
  expect(seen).toEqual([['cat', 7, 0], ['read', 2000], 1]);
});

test('a field that the vocabulary does not have does not compile', () => {
  defineAnalysis({
    ...common,
    id: 'wrong',
    // @ts-expect-error sched_switch has no such field
    needs: { events: { sched_switch: ['nowhere'] } },
    begin: () => undefined,
    on: {},
    end: () => [],
  });
});
