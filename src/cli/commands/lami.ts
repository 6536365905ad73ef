/** `diatrace lami`: the machine interface that lttng-analyses and Trace Compass speak, LAMI 1.0. */
import type { Command } from 'commander';
import type { Analysis } from '../../analysis/define.ts';
import {
  addAnalysisOptions,
  addOwnAnalysisOption,
  addPeriodOptions,
  analysisIn,
  hasOption,
} from '../analysis-options.ts';
import { entryOf } from '../catalogue.ts';
import {
  addInputOptions,
  addScopeOptions,
  type CliContext,
  type InputOptions,
  type ScopeOptions,
} from '../context.ts';

export interface LamiOptions extends InputOptions, ScopeOptions {
  readonly miVersion?: boolean;
  readonly metadata?: boolean;
  readonly testCompatibility?: boolean;
  readonly outputProgress?: boolean;
  readonly refresh?: string;
  readonly limit?: string;
  readonly as?: string;
  /** Options of the analysis, by the name that commander gives them. */
  readonly [name: string]: unknown;
}

const help = `
Phases, each a run of its own:
  --mi-version                        prints 1.0
  --metadata                          the tables and columns, without opening a trace
  --test-compatibility TRACE          nothing and exit code 0, else an object with the reason
  [--begin NS] [--end NS] [--limit N|unlimited] [--output-progress] TRACE

Times are nanoseconds since the clock's epoch. What goes wrong is an error object on stdout, and the exit code is not 0.

Examples:
  diatrace lami syscalls --metadata
  diatrace lami syscalls --output-progress TRACE
  diatrace lami syscalls --as top --limit 100 --begin 1433154061250000000 TRACE

Trace Compass: Manage External Analyses, Add, command: diatrace lami syscalls`;

/** @param args the whole command line: the analysis that it names says which options there are */
export async function defineLami(
  command: Command,
  context: CliContext,
  args: readonly string[],
): Promise<void> {
  const id = analysisIn(args, 'lami');
  const analysis = id === undefined ? undefined : await entryOf(id).load();
  command
    .description('the machine interface of lttng-analyses (LAMI 1.0), for Trace Compass and scripts')
    .usage(`${analysis?.id ?? 'ID'} [OPTIONS] TRACE…`)
    .argument('<id>', 'an analysis that diatrace list shows')
    .argument('[trace...]', 'folders or files')
    .addHelpText('after', help);
  if (analysis !== undefined) addAnalysisOptions(command, analysis);
  addOwnAnalysisOption(command);
  command
    .optionsGroup('Phases:')
    .option('--mi-version', 'print the version of LAMI')
    .option('--metadata', 'print what the tables and columns are')
    .option('--test-compatibility', 'only say whether the analysis can answer about the trace')
    .option('--output-progress', 'print lines with the progress before the result')
    .option(
      '--refresh <DURATION>',
      'tables for each interval this long, such as 1s; a bare number is seconds',
    )
    .optionsGroup('Output:')
    .option('--as <VIEWS>', viewsMeaning(analysis));
  addPeriodOptions(command, analysis);
  if (!hasOption(analysis, 'limit')) command.option('--limit <N>', 'rows of each table, or unlimited');
  addInputOptions(command);
  addScopeOptions(command);
  command.action(async (named: string, paths: string[], options: LamiOptions) => {
    const chosen = analysis ?? (await entryOf(named).load());
    const { runLami } = await import('../lami-run.ts');
    context.exitCode = await runLami(context, chosen, paths, options);
  });
}

function viewsMeaning(analysis: Analysis | undefined): string {
  const ids = Object.keys(analysis?.views ?? {});
  const list = ids.length === 0 ? '' : `: ${ids.join(', ')}`;
  return `views of the analysis, separated by commas${list} ; all; default: all but log, each, heatmap, freq`;
}
