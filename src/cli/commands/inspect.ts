/** `diatrace inspect`: what is inside of a trace, for those who debug traces and tracers. */
import { type Command, Option } from 'commander';
import { addInputOptions, type CliContext, collect, type InputOptions } from '../context.ts';
import { defaultTrace } from '../default-trace.ts';

export interface InspectOptions extends InputOptions {
  readonly metadata?: boolean;
  readonly layouts?: boolean;
  readonly elements?: boolean;
  readonly event?: readonly string[];
  readonly json?: boolean;
}

const examples = `
Examples:
  diatrace inspect TRACE                              its streams: packets, sizes, times, lost events
  diatrace inspect --metadata TRACE                   the metadata as text, also where it is packetised
  diatrace inspect --layouts --event sched_switch TRACE    how the bytes of an event are laid out
  diatrace inspect --elements TRACE                   every element of every data stream with its bit offset`;

export function defineInspect(command: Command, context: CliContext): void {
  command
    .description('metadata, layouts, packets and elements, for those who debug traces')
    .usage('[OPTIONS] [TRACE]')
    .argument('[trace]', 'a folder or file; ./perf.data, else ./trace.dat')
    .option('--metadata', 'the metadata as text')
    .option('--layouts', 'the layout of each event record class')
    .option('--elements', 'every element of the data streams, with its offset in bits')
    .addOption(
      new Option('--event <GLOB>', 'only classes with such a name (--layouts; repeatable)')
        .argParser(collect)
        .default(undefined),
    );
  addInputOptions(command);
  command.addHelpText('after', examples).action(async (path: string | undefined, options: InspectOptions) => {
    const { runInspect } = await import('../run-inspect.ts');
    context.exitCode = await runInspect(context, path ?? defaultTrace(), options);
  });
}
