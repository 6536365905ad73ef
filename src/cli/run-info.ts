/** Runs `diatrace info`. */
import type { Analysis } from '../analysis/define.ts';
import { absentOptions, missing } from '../analysis/needs.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { EventClass } from '../events/reader.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { readInfo, type TraceSetInfo } from '../pipeline/info.ts';
import type { Terminal } from '../render/terminal/terminal.ts';
import { writeJson } from '../results/json-text.ts';
import { neededOption } from './analysis-options.ts';
import { entries } from './catalogue.ts';
import { type Console, say } from './console.ts';
import {
  type CliContext,
  exitCodeFor,
  type InputOptions,
  openCommandConsole,
  openTraceSet,
  printedTimes,
  type TimeOptions,
} from './context.ts';
import { describeFailure } from './failure.ts';
import { infoJson } from './info-json.ts';
import {
  describeContent,
  describeHealth,
  describeNext,
  describeTraces,
  type Suggestion,
} from './info-text.ts';
import { openProgress } from './progress.ts';

export interface InfoOptions extends InputOptions, TimeOptions {
  readonly quick?: boolean;
  readonly streams?: boolean;
  readonly json?: boolean;
  readonly limit: number;
}

export async function runInfo(
  context: CliContext,
  paths: readonly string[],
  options: InfoOptions,
): Promise<number> {
  const { groups, why } = await openGroups(paths, options);
  try {
    const progress = openProgress(true);
    const infos = groups.map(({ set }) =>
      readInfo(set, options.quick === true, eventProgress(set, progress.update)),
    );
    progress.clear();
    const console = openCommandConsole(context, options);
    for (const [index, group] of groups.entries()) {
      const info = infos[index] as TraceSetInfo;
      if (options.json === true) {
        console.out.write(`${writeJson(infoJson(info))}\n`);
        continue;
      }
      if (index > 0) console.out.write('\n');
      await writeText(console, group.set, info, group.paths, options);
    }
    console.out.close();
    if (why !== undefined) say(why);
    return Math.max(...groups.map(({ set }) => exitCodeFor(set, options)));
  } finally {
    for (const { set } of groups) set.close();
  }
}

/** Traces that are described together. */
interface Group {
  readonly paths: readonly string[];
  readonly set: TraceSet;
}

/**
 * All of them together, where they have one timeline. Else each alone: together they would have one span and one list of events that no
 * other command could give.
 */
async function openGroups(
  paths: readonly string[],
  options: InfoOptions,
): Promise<{ readonly groups: readonly Group[]; readonly why?: string | undefined }> {
  try {
    return { groups: [{ paths, set: await openTraceSet(paths, options) }] };
  } catch (error) {
    if (!(error instanceof TraceError) || error.code !== 'clocks-differ') throw error;
    // Who corrects clocks wants one timeline, and has to know what is still apart.
    if (options.clockOffset !== undefined) throw error;
    const groups: Group[] = [];
    for (const path of paths) groups.push({ paths: [path], set: await openTraceSet([path], options, false) });
    // Within a single one it is seen from the clocks that are listed.
    return { groups, why: paths.length > 1 ? describeFailure(error, false).text : undefined };
  }
}

/** How far the reading is, guessed from the size: about 40 bytes an event. */
function eventProgress(set: TraceSet, update: (doneRatio: number) => void): (events: number) => void {
  const sizeBytes = set.traces.reduce((sum, trace) => sum + trace.sizeBytes, 0);
  const eventSizeBytes = 40;
  return (events) => update(Math.min(0.99, (events * eventSizeBytes) / Math.max(1, sizeBytes)));
}

async function writeText(
  console: Console,
  set: TraceSet,
  info: TraceSetInfo,
  paths: readonly string[],
  options: InfoOptions,
): Promise<void> {
  const terminal: Terminal = {
    width: console.width,
    color: console.color,
    unicode: console.unicode,
    rowCountMax: options.limit === 0 ? Number.POSITIVE_INFINITY : options.limit,
    times: printedTimes(options),
    hasDates: true,
  };
  const lines = function* () {
    yield* describeTraces(info, paths, terminal);
    yield* describeHealth(info.health, terminal);
    yield* describeContent(info, options.streams === true, terminal);
  };
  for (const line of lines()) console.out.write(`${line}\n`);
  for (const line of describeNext(await nextCommands(set, info, paths), terminal))
    console.out.write(`${line}\n`);
}

/** Analyses that are named. */
const suggestedCountMax = 5;
/** What most questions begin with. */
const likeliest: readonly string[] = ['syscalls', 'run-queue', 'profile'];

/** The likeliest of the analyses that this trace has the events for. */
async function nextCommands(
  set: TraceSet,
  info: TraceSetInfo,
  paths: readonly string[],
): Promise<readonly Suggestion[]> {
  const trace = paths.map(quote).join(' ');
  if (info.eventCount === undefined)
    return [{ command: `diatrace info ${trace}`, why: 'count the events too' }];
  if (info.eventCount === 0)
    return [{ command: `diatrace inspect ${trace}`, why: 'its packets, to see why nothing is in it' }];
  const occurring = new Set(info.events?.map(({ name }) => name));
  const classes = set.classes.filter((eventClass) => occurring.has(eventClass.name));
  const possible: { readonly analysis: Analysis; readonly rank: number }[] = [];
  for (const { load } of entries) {
    const analysis = await load();
    if (missing(analysis.needs, classes) === undefined)
      possible.push({ analysis, rank: rankOf(analysis, classes) });
  }
  possible.sort((a, b) => a.rank - b.rank);
  const suggestions = possible.slice(0, suggestedCountMax).map(({ analysis }) => ({
    // What asks for more than a trace is explained by its page.
    command:
      neededOption(analysis) === undefined
        ? `diatrace report ${analysis.id} ${trace}`
        : `diatrace explain ${analysis.id}`,
    why: analysis.question,
    title: analysis.title,
  }));
  return [
    ...suggestions,
    { command: `diatrace cat --limit 20 ${trace}`, why: 'The events themselves.', title: 'The events' },
    { command: 'diatrace explain', why: 'What to run for which problem.', title: 'By problem' },
    { command: 'diatrace list', why: 'What else can be asked.', title: 'All analyses' },
  ];
}

/** Smaller is likelier: analyses whose needs are all met are before those that would say less, and those of any events come last. */
function rankOf({ id, needs }: Analysis, classes: readonly EventClass[]): number {
  const place = likeliest.indexOf(id);
  if (place >= 0) return place;
  if (needs.events === undefined && needs.transitions === undefined && needs.oneOf === undefined) {
    if (needs.anyTransition === undefined) return likeliest.length + 2;
  }
  return likeliest.length + (absentOptions(needs, classes).length === 0 ? 0 : 1);
}

/** As a shell reads it. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
