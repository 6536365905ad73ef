/** `diatrace report --lami`: results of another program, drawn as ours are. */
import type { Command } from 'commander';
import { addTimeOptions, type CliContext } from '../context.ts';
import { parseCount } from '../numbers.ts';
import type { ReportOptions } from './report.ts';

export interface LamiReportOptions extends ReportOptions {
  readonly lami: string;
  readonly lamiMetadata?: string;
}

/** Whether a command line asks for it. */
export function namesLami(args: readonly string[]): boolean {
  return args.some((arg) => arg === '--lami' || arg.startsWith('--lami='));
}

const lamiMeaning = 'a file with its results, or the program itself';
const metadataMeaning = 'what it says with --metadata: titles and units';

/** For the help of `report` without an analysis: a command line that has them is defined below. */
export function addLamiOptions(command: Command): void {
  command
    .optionsGroup('Results of another program, instead of ID:')
    .option('--lami <FILE|COMMAND>', lamiMeaning)
    .option('--lami-metadata <FILE>', metadataMeaning);
}

const help = `
Examples:
  diatrace report --lami lttng-cputop-mi TRACE
  diatrace report --lami 'diatrace lami syscalls --as top' TRACE
  diatrace report --lami results.json --lami-metadata metadata.json`;

export function defineLamiReport(command: Command, context: CliContext): void {
  command
    .description('results of another program that speaks LAMI 1.0')
    .usage('--lami FILE|COMMAND [OPTIONS] [TRACE…]')
    .argument('[trace...]', 'what the command is run with')
    .requiredOption('--lami <FILE|COMMAND>', lamiMeaning)
    .option('--lami-metadata <FILE>', metadataMeaning)
    .optionsGroup('Which events:')
    .option('--begin <TIME>', 'from this time on: seconds, a date, or a number with its unit')
    .option('--end <TIME>', 'up to this time')
    .optionsGroup('Output:')
    .option('--json', 'as JSON')
    .option('--csv', 'as comma-separated values')
    .option('--limit <N>', 'rows to show of each table, 0 for all (default 20)', parseCount)
    .option('-o, --output <FILE>', 'write there instead of to stdout (-)');
  addTimeOptions(command);
  command.addHelpText('after', help).action(async (paths: string[], options: LamiReportOptions) => {
    const { reportLami } = await import('../lami-consume.ts');
    context.exitCode = await reportLami(context, paths, options);
  });
}
