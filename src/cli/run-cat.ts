/** Runs `diatrace cat`. */
import { fstatSync } from 'node:fs';
import { nearestWord } from '../bytes/edit-distance.ts';
import { readFields, readNames } from '../events/text/options.ts';
import type { ClockForm, TextOptions, TextStyle } from '../events/text/style.ts';
import { writeEvents } from '../pipeline/cat.ts';
import { styles } from '../text/index.generated.ts';
import type { CatOptions } from './commands/cat.ts';
import { type CliContext, exitCodeFor, openCommandConsole } from './context.ts';
import { UsageError } from './failure.ts';
import { sayHealth } from './health-text.ts';
import { whyNone } from './nothing.ts';
import { openTimeProgress } from './progress.ts';
import { readScope, resolveScope, type TypedScope } from './scope.ts';
import { openForShortRun } from './short-run.ts';

export async function runCat(
  context: CliContext,
  paths: readonly string[],
  options: CatOptions,
): Promise<number> {
  const style = await styleOf(options.json === true ? 'json-lines' : options.style);
  const textOptions = textOptionsOf(options);
  const typed = readScope(options);
  const run = isOfFirstEvents(options, typed) ? 'first-events' : undefined;
  const { set, close } = await openForShortRun(run, paths, options);
  try {
    const scope = resolveScope(typed, set, options);
    const console = openCommandConsole(context, options);
    const progress = openTimeProgress(isFileOutput(options), set);
    const countMax = options.limit === undefined || options.limit === 0 ? {} : { countMax: options.limit };
    const write = (bytes: Uint8Array) => console.out.write(bytes);
    const request = { style, options: textOptions, scope, ...countMax };
    const count = writeEvents(set, request, { write, progress: progress.at });
    progress.clear();
    console.out.close();
    if (count === 0) console.say(`diatrace: no event was printed: ${whyNone(set, scope, options)}`);
    sayHealth(set.health().notes, paths, console.say);
    return exitCodeFor(set, options);
  } finally {
    close();
  }
}

const fewEvents = 1000;

/** Whether few events are read, not only printed. */
function isOfFirstEvents({ limit = 0 }: CatOptions, { begin, rest }: TypedScope): boolean {
  return limit > 0 && limit <= fewEvents && begin === undefined && Object.keys(rest).length === 0;
}

/** Between events and a bar on one terminal only the events are wanted; a pager has the terminal too. */
function isFileOutput(options: CatOptions): boolean {
  if (options.output !== undefined && options.output !== '-') return true;
  const stdout = 1;
  return fstatSync(stdout).isFile();
}

async function styleOf(id: string): Promise<TextStyle> {
  const all: readonly { readonly id: string; readonly load: () => Promise<TextStyle> }[] = styles;
  const entry = all.find((candidate) => candidate.id === id);
  if (entry !== undefined) return entry.load();
  const ids = all.map((candidate) => candidate.id);
  const nearest = nearestWord(id, ids);
  throw new UsageError(
    `--style: there is no style "${id}"`,
    nearest === undefined ? `these are known: ${ids.join(', ')}` : `did you mean ${nearest}?`,
  );
}

function textOptionsOf(options: CatOptions): TextOptions {
  const clock: ClockForm =
    options.clockCycles === true ? 'cycles' : options.clockSeconds === true ? 'seconds' : 'time';
  return {
    names: options.names === undefined ? undefined : readNames(options.names),
    fields: options.fields === undefined ? undefined : readFields(options.fields),
    clock,
    gmt: options.clockGmt === true,
    date: options.clockDate === true,
    delta: options.delta,
  };
}
