/** Answers under the names that the programs of lttng-analyses had: `lttng-cputop`, and `lttng-cputop-mi` for the machine. */
import type { Analysis } from '../analysis/define.ts';
import { nearestWord } from '../bytes/edit-distance.ts';
import { entries } from './catalogue.ts';
import type { LamiOptions } from './commands/lami.ts';
import type { ReportOptions } from './commands/report.ts';
import { openConsole, say } from './console.ts';
import type { CliContext } from './context.ts';
import { exitCodes, UsageError } from './failure.ts';
import type { LamiBeside } from './lami-run.ts';
import { readToolOptions, type ToolRequest } from './lami-tool-options.ts';
import { type Tool, type ToolOption, toolNames, tools } from './lami-tools.ts';
import type { ReportBeside } from './run-report.ts';
import { version } from './version.ts';

/** @param args the name of the program, then its arguments */
export async function runTool(context: CliContext, [name = '', ...args]: readonly string[]): Promise<number> {
  const isMachine = name.endsWith('-mi');
  const tool = tools.find((candidate) => candidate.name === name.replace(/-mi$/, ''));
  if (tool === undefined) throw unknownTool(name);
  const entry = entries.find(({ id }) => id === tool.analysis);
  if (entry === undefined) {
    say(
      `${name}: diatrace ${version} has no analysis "${tool.analysis}" yet, which would answer in its place`,
    );
    return exitCodes.failed;
  }
  const request = readToolOptions(tool, isMachine, args);
  if (request.wants === 'help') return print(context, helpOf(tool));
  if (request.wants === 'version') return print(context, `diatrace ${version}, as ${name}\n`);
  const analysis = await entry.load();
  checkOptions(tool, analysis, request);
  const also = await partsOf(tool, request);
  return isMachine
    ? runMachine(context, analysis, request, also)
    : runText(context, tool, analysis, request, also);
}

/** What else answers, with the options that it understands. */
async function partsOf(tool: Tool, { options }: ToolRequest): Promise<readonly LamiBeside[]> {
  const shown = String(options['as']).split(',');
  const parts: LamiBeside[] = [];
  for (const { name, analysis: id, views, given } of tool.also ?? []) {
    const wanted = shown.filter((view) => views.includes(view));
    const analysis = wanted.length === 0 ? undefined : await entries.find((one) => one.id === id)?.load();
    if (analysis === undefined) continue;
    const understood = Object.entries(options).filter(([word]) => isUnderstood(analysis, word));
    // What the name of the program stands for is meant for its first analysis.
    const own = understood.filter(([word]) => word === 'limit' || tool.given?.[word] === undefined);
    parts.push({ name, analysis, options: { ...Object.fromEntries(own), ...given, as: wanted.join(',') } });
  }
  return parts;
}

function unknownTool(name: string): UsageError {
  const nearest = nearestWord(name, toolNames);
  return new UsageError(
    `"${name}" is no program of lttng-analyses`,
    nearest === undefined
      ? `these are: ${tools.map((tool) => tool.name).join(', ')}`
      : `did you mean ${nearest}?`,
  );
}

/** Nothing may be said beside the answer in any phase but the last. */
async function runMachine(
  context: CliContext,
  analysis: Analysis,
  { paths, options }: ToolRequest,
  also: readonly LamiBeside[],
): Promise<number> {
  const { runLami } = await import('./lami-run.ts');
  return runLami(context, analysis, paths, options as LamiOptions, also);
}

async function runText(
  context: CliContext,
  tool: Tool,
  analysis: Analysis,
  { paths, options, remarks }: ToolRequest,
  also: readonly LamiBeside[],
): Promise<number> {
  if (paths.length === 0) throw new UsageError(`${tool.name} needs a trace`, `${tool.name} TRACE`);
  const { runReport } = await import('./run-report.ts');
  for (const remark of remarks) say(remark);
  return runReport(context, analysis, paths, options as ReportOptions, also as readonly ReportBeside[]);
}

/** What all commands understand; the rest are options of the analysis. */
const ofCommands = new Set(
  'begin end timerange refresh period periodCaptures clockGmt cpu tid comm streamIntersection color limit as miVersion metadata testCompatibility outputProgress'.split(
    ' ',
  ),
);

function checkOptions(tool: Tool, analysis: Analysis, { options }: ToolRequest): void {
  for (const name of Object.keys(options)) {
    if (isUnderstood(analysis, name)) continue;
    const word = wordOf(name);
    const [theirs = word] = Object.entries(tool.options).find(([, option]) => isFor(option, name)) ?? [];
    throw new UsageError(
      `${tool.name}: --${theirs} has nothing in its place in diatrace`,
      `diatrace help report ${analysis.id} says what there is`,
    );
  }
}

/** Whether a command, or the analysis, has an option of this name. */
function isUnderstood(analysis: Analysis, name: string): boolean {
  return ofCommands.has(name) || Object.hasOwn(analysis.options, wordOf(name));
}

function wordOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isFor(option: ToolOption, name: string): boolean {
  return 'name' in option && option.name === name;
}

function print(context: CliContext, text: string): number {
  const { out } = openConsole(context.environment);
  out.write(text);
  out.close();
  return exitCodes.ok;
}

function helpOf({ name, analysis, view, options }: Tool): string {
  const theirs = Object.entries(options).map(([flag, option]) => [
    `--${flag}${valueOf(option)}`,
    oursFor(option),
  ]);
  const width = Math.max(...theirs.map(([flag = '']) => flag.length));
  const words = theirs.map(([flag = '', ours = '']) => `  ${flag.padEnd(width)}  ${ours}`.trimEnd());
  return `Usage: ${name} [OPTIONS] TRACE

The program of lttng-analyses of this name, answered by: diatrace report ${analysis} --as ${view} TRACE
Only the time in which all streams were recorded counts, unless --no-intersection is given.

Options, as they are there (US are microseconds, a TIME is a date or nanoseconds), and what diatrace has in their place:
${words.join('\n')}

diatrace help report ${analysis} lists what diatrace itself understands.
`;
}

/** What an option becomes, as it would be typed. */
function oursFor(option: ToolOption): string {
  switch (option.becomes) {
    case 'view':
      return `--as ${option.view}`;
    case 'value':
      return valueWords.get(`${option.name}=${option.value}`) ?? `--${wordOf(option.name)} ${option.value}`;
    case 'old-period':
      return '--period';
    case 'nothing':
      return option.because === undefined ? '' : `nothing: ${option.because}`;
    default:
      return `--${wordOf(option.name)}`;
  }
}

/** Values that no option of ours is typed with. */
const valueWords = new Map([
  ['streamIntersection=no', 'without --stream-intersection'],
  ['color=plain', 'NO_COLOR=1 in the environment'],
]);

function valueOf(option: ToolOption): string {
  switch (option.becomes) {
    case 'option':
      return option.takes === 'nothing' ? '' : ' VALUE';
    case 'duration':
      return ' US';
    case 'time':
      return ' TIME';
    case 'refresh':
      return ' DURATION';
    case 'old-period':
      return ' NAMES';
    case 'nothing':
      return option.takesValue ? ' VALUE' : '';
    default:
      return '';
  }
}
