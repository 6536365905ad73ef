/** `diatrace info`: what a trace is. */
import type { Command } from 'commander';
import {
  addInputOptions,
  addTimeOptions,
  type CliContext,
  type InputOptions,
  type TimeOptions,
} from '../context.ts';
import { namedTraces } from '../default-trace.ts';
import { parseCount } from '../numbers.ts';

interface InfoOptions extends InputOptions, TimeOptions {
  readonly quick?: boolean;
  readonly streams?: boolean;
  readonly json?: boolean;
  readonly limit: number;
}

const examples = `
Examples:
  diatrace info TRACE                 host, kernel, clocks, span, event counts, what was lost
  diatrace info --quick TRACE         from packet headers alone: at once, also for gigabytes
  diatrace info --streams TRACE       one line a stream: events, lost events, packets, size
  diatrace info --json TRACE | jq .events`;

export function defineInfo(command: Command, context: CliContext): void {
  command
    .description('what this trace is: host, kernel, clocks, span, event counts, health')
    .usage('[OPTIONS] [TRACE…]')
    .argument('[trace...]', 'folders or files; ./perf.data, else ./trace.dat')
    .option('--quick', 'read packet headers alone, count no events')
    .option('--streams', 'list the streams')
    .option('--json', 'as JSON; traces without a common timeline are one object each')
    .option('--limit <N>', 'event names to list, 0 for all', parseCount, 10);
  addTimeOptions(addInputOptions(command));
  command.addHelpText('after', examples).action(async (paths: string[], options: InfoOptions) => {
    const { runInfo } = await import('../run-info.ts');
    context.exitCode = await runInfo(context, namedTraces(paths), options);
  });
}
