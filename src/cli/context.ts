/** What every command is given, and what the commands that read traces have in common. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { TraceInput } from '../bytes/source.ts';
import { TraceError } from '../bytes/trace-error.ts';
import type { TraceSet } from '../events/trace-set.ts';
import type { ClockOffset } from '../pipeline/open.ts';
import type { ColorDepth } from '../results/renderer.ts';
import { type Console, openConsole } from './console.ts';
import { exitCodes, UsageError } from './failure.ts';
import { checkReadable } from './nothing.ts';
import { parseTime, type TimeZone } from './times.ts';

export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Set by the command that ran. */
  exitCode: number;
}

/** Options of all commands that read traces. */
export interface InputOptions {
  readonly inputFormat?: string;
  readonly clockOffset?: readonly string[];
  readonly strict?: boolean;
  readonly output?: string;
  readonly color?: ColorDepth;
}

/** Options that say how times print. */
export interface TimeOptions {
  readonly clockGmt?: boolean;
  readonly clockDate?: boolean;
  readonly clockSeconds?: boolean;
  readonly clockCycles?: boolean;
}

/** Adds what all commands that read traces understand. */
export function addInputOptions(command: Command): Command {
  return command
    .optionsGroup('Input:')
    .option('-i, --input-format <ID>', 'read as this format, whatever it looks like')
    .addOption(
      new Option(
        '--clock-offset <[OF=]TIME>',
        'add to the times of all traces, or of one trace or clock (repeatable)',
      )
        .argParser(collect)
        .default(undefined),
    )
    .optionsGroup('Output:')
    .option('-o, --output <FILE>', 'write there instead of to stdout (-)')
    .option('--strict', 'exit with 3 when the trace is incomplete (lost events, damaged packets)')
    .optionsGroup('Options:');
}

/** Options that restrict what is answered. */
export interface ScopeOptions {
  readonly begin?: string;
  readonly end?: string;
  readonly timerange?: string;
  /** `where-known`: not where packets have no times. */
  readonly streamIntersection?: boolean | 'where-known';
  readonly cpu?: readonly string[];
  readonly tid?: readonly string[];
  readonly pid?: readonly string[];
  readonly comm?: readonly string[];
  readonly event?: readonly string[];
  readonly filter?: readonly string[];
}

/** Adds what restricts the events that are answered about. */
export function addScopeOptions(command: Command): Command {
  const repeatable = (flags: string, description: string) =>
    new Option(flags, description).argParser(collect).default(undefined);
  return command
    .optionsGroup('Which events:')
    .option(
      '--begin <TIME>',
      'from this time on: seconds, a date, 1500ms, or +1.5s (ns us ms s m h) after the beginning',
    )
    .option('--end <TIME>', 'up to this time')
    .option('--timerange <BEGIN,END>', 'both at once')
    .option('--stream-intersection', 'only the time in which all streams of a trace were recorded')
    .addOption(repeatable('--cpu <LIST>', 'of these CPUs: 0,2,4-7'))
    .addOption(repeatable('--tid <LIST>', 'of these threads'))
    .addOption(repeatable('--pid <LIST>', 'of these processes'))
    .addOption(repeatable('--comm <NAME>', 'of threads with this name: nginx'))
    .addOption(repeatable('--event <GLOB>', "with such a name: 'sched_*'"))
    .addOption(
      repeatable('--filter <EXPR>', "by their fields: 'ret < 0 && fd == 3', '$evt.$name =* \"sched_*\"'"),
    )
    .optionsGroup('Options:');
}

/** Adds how times print, under the names that users of babeltrace2 know. */
export function addTimeOptions(command: Command): Command {
  return command
    .optionsGroup('Times:')
    .option('--clock-gmt', 'print and read dates in UTC, not in the local time zone')
    .option('--clock-date', 'print times with their date')
    .option('--clock-seconds', 'print times as seconds since the clock began')
    .optionsGroup('Options:');
}

export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

export function zoneOf(options: TimeOptions): TimeZone {
  return options.clockGmt === true ? 'utc' : 'local';
}

/** How results print times. */
export function printedTimes(options: TimeOptions): 'local' | 'utc' | 'seconds' | 'ns' {
  if (options.clockSeconds === true) return 'seconds';
  return options.clockGmt === true ? 'utc' : 'local';
}

/**
 * Opens what the user named.
 * @param onListed told how many bytes all files have, before any is looked at
 * @throws TraceError with what to do about it, UsageError
 */
export async function openTraceSet(
  paths: readonly string[],
  options: InputOptions,
  needsOneTimeline = true,
  onListed?: (sizeBytes: number) => void,
): Promise<TraceSet> {
  const { openNodeInput } = await import('../platform/node/input.ts');
  const { openTraces } = await import('../pipeline/open.ts');
  const inputs = paths.map((path) => {
    if (path === '-') throw new UsageError('a trace cannot be read from stdin', 'name its folder or file');
    return openNodeInput(path);
  });
  const twice = inputs.find(
    ({ location }, index) => inputs.findIndex((one) => one.location === location) < index,
  );
  if (twice !== undefined)
    throw new UsageError(
      `${twice.name} is named twice`,
      'name each trace once: its events would count twice',
    );
  onListed?.(inputs.reduce((sum, { files }) => files.reduce((more, file) => more + file.sizeBytes, sum), 0));
  try {
    const set = openTraces(inputs, {
      ...(options.inputFormat === undefined ? {} : { inputFormat: options.inputFormat }),
      clockOffsets: (options.clockOffset ?? []).map(parseClockOffset),
      needsOneTimeline,
    });
    checkReadable(set, paths);
    return set;
  } catch (error) {
    throw await withFolderHint(error, inputs);
  }
}

/** A file inside of a trace is a common slip: its folder is what should have been named. */
async function withFolderHint(error: unknown, inputs: readonly TraceInput[]): Promise<unknown> {
  if (!(error instanceof TraceError) || (error.code !== 'not-a-trace' && error.code !== 'empty-trace'))
    return error;
  const input = inputs.find((candidate) => candidate.name === error.file);
  if (input === undefined || input.kind !== 'file') return error;
  const { existsSync } = await import('node:fs');
  const { dirname, join } = await import('node:path');
  const folder = dirname(input.location);
  if (!existsSync(join(folder, 'metadata'))) return error;
  return new TraceError({
    code: error.code,
    file: error.file,
    place: error.place,
    chain: error.chain,
    message: error.reason,
    hint: `this file is a part of a CTF trace: name its folder, ${dirname(input.name)}`,
  });
}

function parseClockOffset(text: string): ClockOffset {
  const split = text.lastIndexOf('=');
  const time = parseTime(text.slice(split + 1), '--clock-offset', 'utc');
  if (time.kind !== 'since-epoch') {
    throw new UsageError(
      `--clock-offset: "${text}" is not an offset`,
      'write seconds or a number with its unit: -1.5s',
    );
  }
  return split < 0 ? { offsetNs: time.ns } : { of: text.slice(0, split), offsetNs: time.ns };
}

export function openCommandConsole(context: CliContext, options: InputOptions): Console {
  return openConsole(context.environment, options.output ?? '-');
}

/** The exit code for an answer from these traces. */
export function exitCodeFor(set: TraceSet, options: InputOptions): number {
  return options.strict === true && set.health().isIncomplete ? exitCodes.incomplete : exitCodes.ok;
}
