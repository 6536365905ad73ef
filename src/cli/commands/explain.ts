/** `diatrace explain`: the page of one analysis, or which analysis to ask. */
import type { Command } from 'commander';
import { addOwnAnalysisOption } from '../analysis-options.ts';
import { type CliContext, openCommandConsole } from '../context.ts';

const examples = `
Examples:
  diatrace explain                 what to run when something is slow
  diatrace explain syscalls        its question, the events it needs, how to read it, what it cannot tell
  diatrace list                    what else there is`;

export function defineExplain(command: Command, context: CliContext): void {
  command
    .description('what to run when …; with ID how to read that answer')
    .usage('[ID]')
    .argument('[id]', 'an analysis that diatrace list shows')
    .addHelpText('after', examples);
  addOwnAnalysisOption(command).action(async (id: string | undefined) => {
    const { explain } = await import('../run-explain.ts');
    const console = openCommandConsole(context, {});
    for (const line of await explain(id, console)) console.out.write(`${line}\n`);
    console.out.close();
  });
}
