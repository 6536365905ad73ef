/** `diatrace report`: one answer. Its options are those of the analysis that is named. */
import type { Command } from 'commander';
import type { Analysis } from '../../analysis/define.ts';
import {
  addAnalysisOptions,
  addOwnAnalysisOption,
  addPeriodOptions,
  analysisIn,
  hasOption,
  neededOption,
} from '../analysis-options.ts';
import { entries, entryOf } from '../catalogue.ts';
import {
  addInputOptions,
  addScopeOptions,
  addTimeOptions,
  type CliContext,
  type InputOptions,
  type ScopeOptions,
  type TimeOptions,
} from '../context.ts';
import { namedTraces } from '../default-trace.ts';
import { UsageError } from '../failure.ts';
import { parseCount } from '../numbers.ts';
import { addLamiOptions, defineLamiReport, namesLami } from './lami-report.ts';

export interface ReportOptions extends InputOptions, ScopeOptions, TimeOptions {
  readonly as?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly svg?: boolean;
  readonly limit?: number | string;
  readonly refresh?: string;
  /** Options of the analysis, by the name that commander gives them. */
  readonly [name: string]: unknown;
}

/** @param args the whole command line: the analysis that it names says which options there are */
export async function defineReport(
  command: Command,
  context: CliContext,
  args: readonly string[],
): Promise<void> {
  if (namesLami(args)) {
    defineLamiReport(command, context);
    return;
  }
  command.description('one answer, such as report syscalls TRACE');
  const id = analysisIn(args, 'report');
  const analysis = id === undefined ? undefined : await entryOf(id).load();
  if (analysis === undefined) {
    command
      .argument('<id>', 'an analysis that diatrace list shows')
      .argument('[trace...]', 'folders or files; ./perf.data, else ./trace.dat');
    command.usage('ID [OPTIONS] [TRACE…]').addHelpText('after', generalHelp);
  } else {
    command.usage(`${analysis.id} [OPTIONS] [TRACE…]`).description(analysis.question);
    command
      .argument('<id>', `which analysis: ${analysis.id}`)
      .argument('[trace...]', 'folders or files; ./perf.data, else ./trace.dat');
    addAnalysisOptions(command, analysis);
    command.addHelpText('after', () => analysisHelp(analysis));
  }
  addOwnAnalysisOption(command);
  const views = analysis === undefined ? 'table' : Object.keys(analysis.views).join(', ');
  command
    .optionsGroup('Output:')
    .option('--as <VIEW>', `how to see it: ${views}`)
    .option('--json', 'as JSON; several answers (--refresh, --period, several hosts) are one a line')
    .option('--csv', 'as comma-separated values')
    .option('--svg', 'as a picture for a page or a wiki, such as -o flame.svg')
    .option('--refresh <DURATION>', 'an answer for each interval this long, such as 1s, instead of one');
  addPeriodOptions(command, analysis);
  if (!hasOption(analysis, 'limit'))
    command.option('--limit <N>', 'rows to show of each table, 0 for all (default 20)', parseCount);
  addInputOptions(command);
  addScopeOptions(command);
  addTimeOptions(command);
  if (analysis === undefined) addLamiOptions(command);
  command.action(async (named: string, paths: string[], options: ReportOptions) => {
    const chosen = analysis ?? (await entryOf(named).load());
    if (named !== chosen.id)
      throw new UsageError(
        `"${named}" stands where the analysis is named`,
        `diatrace report ${chosen.id} [OPTIONS] [TRACE…]`,
      );
    const needed = neededOption(chosen);
    if (needed !== undefined && options[needed] === undefined)
      throw new UsageError(
        `${chosen.id} answers what --${needed} asks, and none was given`,
        `diatrace explain ${chosen.id} has examples`,
      );
    const { runReport } = await import('../run-report.ts');
    context.exitCode = await runReport(context, chosen, namedTraces(paths), options);
  });
}

function generalHelp(): string {
  const width = Math.max(0, ...entries.map(({ id }) => id.length));
  const lines = entries.map(({ id, question }) => `  ${id.padEnd(width)}  ${question}`);
  return `
Analyses:
${lines.join('\n')}

diatrace help report ID lists the options and views of one.

Examples:
  diatrace report syscalls TRACE                    which system calls take the most time
  diatrace report syscalls --as heatmap TRACE       when they were slow
  diatrace report syscalls --begin +1s --end +2s --comm nginx TRACE
  diatrace report profile --as flame-graph --svg -o flame.svg TRACE
  diatrace report events --json TRACE | jq .
  diatrace report --lami lttng-cputop-mi TRACE      results of another program that speaks LAMI`;
}

function analysisHelp(analysis: Analysis): string {
  const views = Object.entries(analysis.views);
  const width = Math.max(...views.map(([view]) => view.length));
  const lines = views.map(([view, { meaning }]) => `  --as ${view.padEnd(width)}  ${meaning}`);
  const [, second] = views;
  const needed = neededOption(analysis);
  const command = `diatrace report ${analysis.id}${needed === undefined ? '' : ` --${needed} '…'`}`;
  const examples = [`${command} TRACE`];
  if (second !== undefined) examples.push(`${command} --as ${second[0]} TRACE`);
  examples.push(`${command} --begin +1s --end +2s --json TRACE`, `diatrace explain ${analysis.id}`);
  return `
Views:
${lines.join('\n')}

Examples:
${examples.map((example) => `  ${example}`).join('\n')}`;
}
