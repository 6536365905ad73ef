/** `diatrace cat`: events as text. */
import type { Command } from 'commander';
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
import { parseCount } from '../numbers.ts';

export interface CatOptions extends InputOptions, TimeOptions, ScopeOptions {
  readonly style: string;
  readonly json?: boolean;
  readonly names?: string;
  readonly fields?: string;
  /** False with `--no-delta`. */
  readonly delta: boolean;
  readonly limit?: number;
}

const examples = `
Examples:
  diatrace cat --limit 20 TRACE                        the first events
  diatrace cat --begin +1.5s --end +1.6s TRACE         a tenth of a second of it
  diatrace cat --event 'sched_*' --cpu 0 TRACE         some events of one CPU
  diatrace cat --filter 'ret < 0' TRACE                events by the values of their fields
  diatrace cat --style babeltrace --clock-gmt TRACE    as babeltrace2 prints them
  diatrace cat --json TRACE | jq -c .fields           one JSON object a line`;

export function defineCat(command: Command, context: CliContext): void {
  command
    .description('events as text, in the order of time')
    .usage('[OPTIONS] [TRACE…]')
    .argument('[trace...]', 'folders or files, merged on one timeline; ./perf.data, else ./trace.dat')
    .option('--style <STYLE>', 'own, babeltrace, perf, trace-cmd or json-lines', 'own')
    .option('--json', 'one JSON object a line (--style json-lines)')
    .option('--limit <N>', 'stop after so many events', parseCount);
  addScopeOptions(command);
  addTimeOptions(command)
    .optionsGroup('Times:')
    .option('--clock-cycles', 'print clock values as recorded')
    .option('--no-delta', 'leave out the time since the event before')
    .optionsGroup('As in babeltrace2:')
    .option('--names <LIST>', 'names to print: payload, context, scope, header, all, none')
    .option('--fields <LIST>', 'facts to print: trace, trace:hostname, trace:domain, loglevel, emf, …, all');
  addInputOptions(command);
  command.addHelpText('after', examples).action(async (paths: string[], options: CatOptions) => {
    const { runCat } = await import('../run-cat.ts');
    context.exitCode = await runCat(context, namedTraces(paths), options);
  });
}
