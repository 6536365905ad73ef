/** The commands, their help and what is understood when none is named. What a command does is loaded when it runs. */
import { Command, CommanderError } from 'commander';
import { nearestWord } from '../bytes/edit-distance.ts';
import { openConsole, say } from './console.ts';
import type { CliContext } from './context.ts';
import { describeFailure, exitCodes, UsageError } from './failure.ts';
import { version } from './version.ts';

const usageText = `
A TRACE is a folder or a file; several are merged on one timeline.
diatrace TRACE says what it is and what to run next.

Examples:
  diatrace info lttng-traces/my-session       what this trace is
  diatrace report syscalls TRACE              which system calls are slow, and how often
  diatrace explain                            what to run when something is slow
  diatrace explain syscalls                   how to read an answer
  diatrace cat --limit 20 TRACE               the events themselves

diatrace help COMMAND says more: diatrace help report syscalls`;

type Define = (command: Command, context: CliContext, args: readonly string[]) => void | Promise<void>;

/** In the order of the help. What defines one is loaded when it is named, or when all are shown. */
const commands: readonly { readonly name: string; readonly group: string; define(): Promise<Define> }[] = [
  {
    name: 'info',
    group: 'Look at a trace:',
    define: async () => (await import('./commands/info.ts')).defineInfo,
  },
  {
    name: 'cat',
    group: 'Look at a trace:',
    define: async () => (await import('./commands/cat.ts')).defineCat,
  },
  {
    name: 'list',
    group: 'Get answers:',
    define: async () => (await import('./commands/list.ts')).defineList,
  },
  {
    name: 'explain',
    group: 'Get answers:',
    define: async () => (await import('./commands/explain.ts')).defineExplain,
  },
  {
    name: 'report',
    group: 'Get answers:',
    define: async () => (await import('./commands/report.ts')).defineReport,
  },
  {
    name: 'lami',
    group: 'Get answers:',
    define: async () => (await import('./commands/lami.ts')).defineLami,
  },
  {
    name: 'inspect',
    group: 'Debug traces:',
    define: async () => (await import('./commands/inspect.ts')).defineInspect,
  },
];
const names = commands.map(({ name }) => name);

/** What `bin/lttng-tool` puts before the name that it was started under. */
const toolWord = 'lttngtool';

/** Runs one command line, says what went wrong, and returns the exit code. */
export async function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    return await runCli(args, environment);
  } catch (error) {
    const failure = describeFailure(error, (environment['DIATRACE_DEBUG'] ?? '') !== '');
    if (failure.text !== undefined) say(failure.text);
    return failure.exitCode;
  }
}

/**
 * Runs one command line.
 * @param args without the program's name
 * @returns the exit code
 * @throws TraceError, UsageError, ExpressionError, OutputClosed
 */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const context: CliContext = { environment, exitCode: exitCodes.ok };
  if (args[0] === toolWord) {
    const { runTool } = await import('./lami-tool.ts');
    return runTool(context, args.slice(1));
  }
  if (args.some((arg) => arg.startsWith('--analysis'))) {
    const { addOwnAnalyses } = await import('./catalogue.ts');
    await addOwnAnalyses(args);
  }
  const program = await makeProgram(context, args);
  const understood = await understand(args);
  try {
    await program.parseAsync(understood, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const command = program.commands.find((one) => one.name() === understood[0]);
    if (error.exitCode !== 0) throw await usageErrorOf(error, command, understood);
  }
  return context.exitCode;
}

async function makeProgram(context: CliContext, args: readonly string[]): Promise<Command> {
  const program = new Command('diatrace');
  prepare(program, context);
  program
    .description('Why was it slow? Answers from the traces of Linux tracers.')
    .usage('COMMAND [OPTIONS] TRACE…')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .addHelpText('after', usageText);
  for (const { name, group, define } of named(args)) {
    const command = new Command(name);
    prepare(command, context);
    command.helpOption('-h, --help', 'print this');
    program.commandsGroup(group).addCommand(command);
    const defineCommand = await define();
    await defineCommand(command, context, args);
  }
  return program;
}

/** The command that a line begins with; all of them where it begins with something else. */
function named([first]: readonly string[]): typeof commands {
  const found = commands.filter(({ name }) => name === first);
  return found.length === 0 ? commands : found;
}

/** Errors are thrown and printed in one place; help is data, and goes to stdout. */
function prepare(command: Command, context: CliContext): void {
  command.exitOverride();
  command.showSuggestionAfterError(false);
  command.configureOutput({
    writeOut: (text) => {
      const { out } = openConsole(context.environment);
      out.write(text);
      out.close();
    },
    writeErr: () => {},
    outputError: () => {},
    getOutHelpWidth: () => Math.min(100, openConsole(context.environment).width),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  });
}

/** `help X` is `X --help`; without a command, traces are described by `info`. */
async function understand(args: readonly string[]): Promise<readonly string[]> {
  const [first, ...rest] = args;
  if (first === undefined) return ['--help'];
  if (first === 'help') return helpFor(rest);
  const operand = args.find((arg) => !arg.startsWith('-'));
  if (operand === undefined || names.includes(operand)) return args;
  const { existsSync } = await import('node:fs');
  if (!existsSync(operand)) await rejectMistypedCommand(operand);
  return ['info', ...args];
}

function helpFor(words: readonly string[]): readonly string[] {
  const [command] = words;
  if (command === undefined || names.includes(command)) return [...words, '--help'];
  const nearest = nearestWord(command, names);
  throw new UsageError(
    `there is no command "${command}"`,
    nearest === undefined ? `these are there: ${names.join(', ')}` : `did you mean diatrace help ${nearest}?`,
  );
}

/** What looks like a path is left to whoever opens it: it knows the neighbours of a mistyped one. */
async function rejectMistypedCommand(word: string): Promise<void> {
  if (word.includes('/') || word.includes('.')) return;
  const { entries } = await import('./catalogue.ts');
  const ids = entries.map(({ id }) => id);
  const nearest = nearestWord(word, [...names, ...ids]);
  if (nearest === undefined) return;
  throw new UsageError(
    `there is no command "${word}" and no such trace`,
    `did you mean diatrace ${ids.includes(nearest) ? 'report ' : ''}${nearest}?`,
  );
}

/** commander's message (`error: unknown option '--x'`) in our form. */
async function usageErrorOf(
  error: CommanderError,
  command: Command | undefined,
  args: readonly string[],
): Promise<UsageError> {
  const sentence = error.message.replace(/^error: /, '').replace(/\.$/, '');
  if (command === undefined) return new UsageError(sentence, 'diatrace --help says what there is');
  // The only argument without which a command does nothing is an analysis.
  if (error.code === 'commander.missingArgument')
    return new UsageError(sentence, 'diatrace list shows the analyses');
  const { analysisIn } = await import('./analysis-options.ts');
  const { entryOf } = await import('./catalogue.ts');
  const id = analysisIn(args, command.name());
  const help = `diatrace help ${command.name()}${id === undefined ? '' : ` ${id}`} says what there is`;
  const word = error.code === 'commander.unknownOption' ? /'--([\w-]+)/.exec(sentence)?.[1] : undefined;
  if (word === undefined) return new UsageError(sentence, help);
  // The programs of lttng-analyses have options where an analysis has views.
  const views = id === undefined ? {} : (await entryOf(id).load()).views;
  if (Object.hasOwn(views, word)) return new UsageError(sentence, `did you mean --as ${word}?`);
  const words = command.options.flatMap(({ long }) => long?.slice('--'.length) ?? []);
  const nearest = nearestWord(word, words);
  return new UsageError(sentence, nearest === undefined ? help : `did you mean --${nearest}?`);
}
