/** Runs `diatrace info`. */
import { missing } from '../analysis/needs.ts';

import type { TraceSet } from '../events/trace-set.ts';
import { readInfo, type TraceSetInfo } from '../pipeline/info.ts';
import type { Terminal } from '../render/terminal/terminal.ts';
import { writeJson } from '../results/json-text.ts';
import { entries } from './catalogue.ts';
import type { Console } from './console.ts';
import {
  type CliContext,
  exitCodeFor,
  type InputOptions,
  openCommandConsole,
  openTraceSet,
  printedTimes,
  type TimeOptions,
} from './context.ts';
import { infoJson } from './info-json.ts';
import { describeContent, describeHealth, describeNext, describeTraces } from './info-text.ts';
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
  const set = await openTraceSet(paths, options, false);
  try {
    const progress = openProgress(true);
    const info = readInfo(set, options.quick === true, eventProgress(set, progress.update));
    progress.clear();
    const console = openCommandConsole(context, options);
    if (options.json === true) console.out.write(`${writeJson(infoJson(info))}\n`);
    else await writeText(console, set, info, paths, options);
    console.out.close();
    return exitCodeFor(set, options);
  } finally {
    set.close();
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

interface Suggestion {
  readonly command: string;
  readonly why: string;
}

/** The analyses that this trace has the events for. */
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
  const suggestions: Suggestion[] = [];
  for (const { id, question, load } of entries) {
    const analysis = await load();
    if (missing(analysis.needs, classes) === undefined) {
      suggestions.push({ command: `diatrace report ${id} ${trace}`, why: question });
    }
  }
  return [...suggestions, { command: `diatrace cat --limit 20 ${trace}`, why: 'The events themselves.' }];
}

/** As a shell reads it. */
function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
