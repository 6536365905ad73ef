/** `diatrace list`: the analyses, by class of problem. */
import type { Command } from 'commander';
import { addOwnAnalysisOption } from '../analysis-options.ts';
import { type CliContext, openCommandConsole } from '../context.ts';

interface ListOptions {
  readonly json?: boolean;
}

const examples = `
Examples:
  diatrace list                    what can be asked
  diatrace explain syscalls        the page of one of them`;

export function defineList(command: Command, context: CliContext): void {
  command
    .description('the analyses, by class of problem')
    .usage('[OPTIONS]')
    .option('--json', 'as JSON')
    .addHelpText('after', examples);
  addOwnAnalysisOption(command).action(async (options: ListOptions) => {
    const { listAnalyses } = await import('../run-list.ts');
    const console = openCommandConsole(context, {});
    for (const line of await listAnalyses(options.json === true)) console.out.write(`${line}\n`);
    console.out.close();
  });
}
