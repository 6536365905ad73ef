import { defineAnalysis } from '../analysis/define.ts';
import { textTrace } from '../analysis/testing.ts';
import type { KernelModel } from '../kernel/model.ts';
import type { TransitionName, Transitions } from '../kernel/transitions.ts';
import { runAnalyses } from './run.ts';

/** All transitions of one name that a trace has, copied, with texts instead of their numbers. */
export function told<Name extends TransitionName>(name: Name, text: string, batchSize = 1000) {
  const found: Record<string, unknown>[] = [];
  let last: KernelModel | undefined;
  const analysis = defineAnalysis({
    id: 'told',
    family: 'test',
    title: 'Told',
    question: 'What is told?',
    needs: { transitions: [name as TransitionName], threads: true },
    options: {},
    views: { table: { meaning: 'Nothing.' } },
    describe: () => [],
    begin: ({ models }) => {
      for (const { scheduling } of models) scheduling.keepPast();
    },
    on: Object.fromEntries([
      [
        name,
        (_state: unknown, value: Transitions[Name], model: KernelModel) => {
          last = model;
          const { names } = model;
          const texts: Record<string, unknown> = {};
          for (const field of ['comm', 'name', 'path', 'otherPath', 'rwbs']) {
            const id = (value as unknown as Readonly<Record<string, unknown>>)[field];
            if (typeof id === 'number') texts[field] = names.text(id);
          }
          found.push({ ...value, ...texts });
        },
      ],
    ]),
    end: () => [],
  });
  runAnalyses(textTrace(text, { batchSize }), [{ analysis }]);
  return { found, model: last };
}
