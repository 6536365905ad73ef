/** `all-analyses TRACE`: every analysis of the catalogue that the trace can answer, in one pass, each drawn for a terminal. */
import { writeSync } from 'node:fs';
import { type Analysis, missing } from '../../src/analysis/index.ts';
import { catalogue } from '../../src/catalogue/index.generated.ts';
import { openTraces } from '../../src/pipeline/open.ts';
import { runAnalyses } from '../../src/pipeline/run.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';
import { renderer } from '../../src/render/terminal/renderer.ts';

/** Without these an analysis has no question to answer. */
const neededOptions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  periods: {
    period: [
      'run : $evt.$name == "sched_switch" && $evt.next_tid != 0 : $evt.$name == "sched_switch" && ' +
        '$evt.prev_tid == $begin.$evt.next_tid',
    ],
  },
};

export async function runProgram([, path]: readonly string[]): Promise<number> {
  if (path === undefined) throw new Error('usage: all-analyses TRACE');
  const set = openTraces([openNodeInput(path)]);
  const analyses: readonly Analysis[] = await Promise.all(catalogue.map(({ load }) => load()));
  const requests = analyses
    .filter(({ needs }) => missing(needs, set.classes) === undefined)
    .map((analysis) => ({ analysis, options: neededOptions[analysis.id] ?? {} }));
  for (const result of runAnalyses(set, requests))
    for (const piece of renderer.render(result, { limit: 20 })) writeSync(1, piece);
  set.close();
  return 0;
}
