/** Runs `diatrace report`. */
import { type Analysis, defaultView } from '../analysis/define.ts';
import { runAnalyses } from '../pipeline/run.ts';
import { renderers } from '../render/index.generated.ts';
import type { Renderer, RenderOptions } from '../results/renderer.ts';
import { checkView, givenOptions } from './analysis-options.ts';
import type { ReportOptions } from './commands/report.ts';
import type { Console } from './console.ts';
import { type CliContext, exitCodeFor, openCommandConsole, openTraceSet, printedTimes } from './context.ts';
import { UsageError } from './failure.ts';
import { whyEmpty } from './nothing.ts';
import { parseWords } from './numbers.ts';
import { openTimeProgress } from './progress.ts';
import { readScope, resolveScope } from './scope.ts';

const rowCountDefault = 20;

export async function runReport(
  context: CliContext,
  analysis: Analysis,
  paths: readonly string[],
  options: ReportOptions,
): Promise<number> {
  const renderer = rendererFor(options);
  const typed = readScope(options);
  const given = givenOptions(analysis, options);
  const views = viewsOf(analysis, options.as);
  const set = await openTraceSet(paths, options);
  try {
    const scope = resolveScope(typed, set, options);
    const progress = openTimeProgress(true, set);
    const [result] = runAnalyses(set, [{ analysis, options: given, views }], scope, (_count, timeNs) =>
      progress.at(timeNs),
    );
    progress.clear();
    if (result === undefined) throw new Error('a request has a result');
    const console = openCommandConsole(context, options);
    for (const piece of renderer.render(result, renderOptions(console, options))) console.out.write(piece);
    console.out.close();
    const why = whyEmpty(set, scope, options, result);
    if (why !== undefined) console.say(`diatrace: ${why}`);
    return exitCodeFor(set, options);
  } finally {
    set.close();
  }
}

/** The words after `--as`; said before a trace is read, which may take a while. @throws UsageError */
function viewsOf(analysis: Analysis, given: string | undefined): readonly string[] {
  if (given === undefined) return [defaultView(analysis)];
  const views = parseWords([given]);
  for (const view of views) checkView(analysis, view);
  return views.length === 0 ? [defaultView(analysis)] : views;
}

/** What draws the answer. @throws UsageError */
export function rendererFor(options: ReportOptions): Renderer {
  if (options.json === true && options.csv === true)
    throw new UsageError('--json and --csv are two outputs', 'give one of them');
  const id = options.json === true ? 'json' : options.csv === true ? 'csv' : 'terminal';
  const all: readonly Renderer[] = renderers;
  const renderer = all.find((candidate) => candidate.id === id);
  if (renderer === undefined) throw new Error(`the renderer ${id} is part of diatrace`);
  return renderer;
}

/** Rows beyond the limit are left out for people alone: a program gets all of them. */
export function renderOptions(console: Console, options: ReportOptions): RenderOptions {
  const { width, color, unicode } = console;
  // An analysis may have a --limit of its own; what it means for rows that are shown is the same.
  const limit = options.limit === undefined ? rowCountDefault : Number(options.limit);
  return { width, color, unicode, times: printedTimes(options), limit };
}
