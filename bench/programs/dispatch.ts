/**
 * `dispatch TRACE whole`: the system-call analysis with the kernel model, without drawing its answer.
 * `dispatch TRACE merge`: the same selection decoded and merged, and nothing done with it. The difference is what handlers cost.
 */
import { writeSync } from 'node:fs';
import { analysis } from '../../src/catalogue/syscalls/syscalls/analysis.ts';
import { mergeStreams } from '../../src/events/merge.ts';
import { openTraces } from '../../src/pipeline/open.ts';
import { makePlan } from '../../src/pipeline/plan.ts';
import { runAnalyses } from '../../src/pipeline/run.ts';
import { openNodeInput } from '../../src/platform/node/input.ts';

export async function runProgram([, path, mode]: readonly string[]): Promise<number> {
  if (path === undefined || (mode !== 'whole' && mode !== 'merge'))
    throw new Error('usage: dispatch TRACE whole|merge');
  const set = openTraces([openNodeInput(path)]);
  let rows = 0;
  if (mode === 'whole') {
    runAnalyses(set, [{ analysis: analysis as never }]);
  } else {
    const plan = makePlan(set, [analysis as never], {
      usesThreads: false,
      // As the run does for the table of calls.
      withoutNames: true,
      filter: undefined,
    });
    mergeStreams(
      set.read({ classes: plan.selections, cycles: false, packets: plan.readsPackets }),
      (_, from, to) => {
        rows += to - from;
      },
    );
  }
  set.close();
  writeSync(1, `${JSON.stringify({ rows })}\n`);
  return 0;
}
