/** What was asked for with `--comm`, `--tid`, `--pid`, `--cpu` or `--event` and does not occur in the trace, and what does. */
import { nearestWord } from '../bytes/edit-distance.ts';
import { compileGlob, textMatchesGlob } from '../events/filter/glob.ts';
import type { TraceSet } from '../events/trace-set.ts';
import { type Census, takeCensus } from '../pipeline/census.ts';
import type { ScopeOptions } from './context.ts';
import { parseNumbers, parseWords } from './numbers.ts';

/** Names and numbers that are listed. */
const listedMax = 6;
/** What the kernel keeps of a thread's name, in bytes. */
const commSizeMax = 15;

/** One sentence for everything that does not occur; where each occurs, but not together, that; undefined if nothing was asked for. */
export function whatIsNotThere(set: TraceSet, options: ScopeOptions): string | undefined {
  const asked = askedFor(options);
  if (asked === '') return undefined;
  const census = takeCensus(set);
  const absent = [
    absentEvents(census, options),
    absentComms(census, options),
    absentNumbers(census.tids, options.tid, '--tid', 'thread'),
    absentNumbers(census.pids, options.pid, '--pid', 'process'),
    absentCpus(census, options),
  ].filter((sentence) => sentence !== undefined);
  if (absent.length > 0) return absent.join('; ');
  return `what ${asked} names is in the trace, but nothing that was asked for matches it`;
}

function askedFor({ event, comm, tid, pid, cpu }: ScopeOptions): string {
  const given = { event, comm, tid, pid, cpu };
  return Object.entries(given)
    .filter(([, texts]) => texts !== undefined)
    .map(([name, texts]) => `--${name} ${texts?.join(',')}`)
    .join(', ');
}

function absentEvents({ events }: Census, { event }: ScopeOptions): string | undefined {
  if (event === undefined) return undefined;
  const patterns = parseWords(event);
  const globs = patterns.map(compileGlob);
  if ([...events.keys()].some((name) => globs.some((glob) => textMatchesGlob(glob, name)))) return undefined;
  return `no event is named ${alternatives(patterns)} (${suggestion(patterns, events)})`;
}

function absentComms({ comms }: Census, { comm }: ScopeOptions): string | undefined {
  if (comm === undefined) return undefined;
  const wanted = parseWords(comm);
  if (wanted.some((name) => comms.has(name))) return undefined;
  if (comms.size === 0) return 'the trace does not tell the names of threads';
  const cut = wanted.map((name) => name.slice(0, commSizeMax)).find((name) => comms.has(name));
  const hint =
    cut === undefined
      ? suggestion(wanted, comms)
      : `the kernel keeps ${commSizeMax} bytes of a name: did you mean ${cut}?`;
  return `no thread is named ${alternatives(wanted)} (${hint})`;
}

function absentNumbers(
  known: ReadonlyMap<number, number>,
  texts: readonly string[] | undefined,
  option: string,
  what: string,
): string | undefined {
  if (texts === undefined) return undefined;
  const wanted = [...parseNumbers(texts, option)];
  if (wanted.some((number) => known.has(number))) return undefined;
  if (known.size === 0) return `the trace does not tell which ${what} caused an event`;
  return `no event is of ${what} ${texts.join(',')} (there is ${mostFrequent(known)})`;
}

function absentCpus({ cpus }: Census, { cpu }: ScopeOptions): string | undefined {
  if (cpu === undefined) return undefined;
  if ([...parseNumbers(cpu, '--cpu')].some((number) => cpus.has(number))) return undefined;
  if (cpus.size === 0) return 'the trace does not tell which CPU recorded an event';
  return `no event is of CPU ${cpu.join(',')} (there ${cpus.size === 1 ? 'is' : 'are'} ${ranges([...cpus.keys()])})`;
}

/** The name that was probably meant, or those of most events. */
function suggestion(wanted: readonly string[], known: ReadonlyMap<string, number>): string {
  if (known.size === 0) return 'there are no events at all';
  const nearest = wanted.map((name) => nearestWord(name, known.keys())).find((name) => name !== undefined);
  return nearest === undefined ? `there is ${mostFrequent(known)}` : `did you mean ${nearest}?`;
}

function mostFrequent(known: ReadonlyMap<string | number, number>): string {
  const listed = [...known].sort((a, b) => b[1] - a[1]).slice(0, listedMax);
  const names = listed.map(([name]) => String(name)).join(', ');
  const rest = known.size - listed.length;
  return rest === 0 ? names : `${names}, and ${rest} more`;
}

function alternatives(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' or ');
}

/** `0-3, 6`. */
function ranges(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
