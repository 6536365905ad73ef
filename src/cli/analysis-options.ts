/** What the commands that answer have in common: the analysis that the command line names, and its options. */
import { type Command, Option } from 'commander';
import type { Analysis } from '../analysis/define.ts';
import type { GivenOption, GivenOptions, OptionSpec } from '../analysis/options.ts';
import { nearestWord } from '../bytes/edit-distance.ts';
import { entries, entryOf } from './catalogue.ts';
import { collect } from './context.ts';
import { UsageError } from './failure.ts';

/** The first word after a command such as `report` that is the id of an analysis. */
export function analysisIn(args: readonly string[], command: string): string | undefined {
  const words = args[0] === 'help' ? args.slice(1) : args;
  if (words.find((word) => !word.startsWith('-')) !== command) return undefined;
  const after = words.slice(words.indexOf(command) + 1);
  const known = after.find((word) => entries.some(({ id }) => id === word));
  const [first] = after;
  // A mistyped id is said at once: options that only the meant analysis has would be unknown too.
  return known ?? (first === undefined || first.startsWith('-') ? undefined : entryOf(first).id);
}

/** Adds `--analysis FILE`, which has its effect before commands are defined (`addOwnAnalyses`). */
export function addOwnAnalysisOption(command: Command): Command {
  return command.addOption(
    new Option('--analysis <FILE>', 'know an analysis of your own too (repeatable)')
      .argParser(collect)
      .default(undefined),
  );
}

/** Adds the options of an analysis. */
export function addAnalysisOptions(command: Command, analysis: Analysis): void {
  command.optionsGroup(`Of ${analysis.id}:`);
  for (const [name, spec] of Object.entries(analysis.options)) command.addOption(optionOf(name, spec));
}

/** Values stay text: the analysis's own reader checks them, for every way in which they may be given. */
function optionOf(name: string, spec: OptionSpec): Option {
  switch (spec.kind) {
    case 'flag':
      return new Option(`--${name}`, spec.meaning);
    case 'choice':
      return new Option(
        `--${name} <WORD>`,
        `${spec.meaning} (${spec.values.join(', ')}; default ${spec.default})`,
      );
    case 'count':
      return new Option(`--${name} <N>`, `${spec.meaning} (default ${spec.default})`);
    case 'duration':
      return new Option(`--${name} <DURATION>`, spec.meaning);
    case 'text':
      return new Option(`--${name} <${spec.placeholder}>`, spec.meaning);
    case 'texts':
      return new Option(`--${name} <${spec.placeholder}>`, `${spec.meaning} (repeatable)`)
        .argParser(collect)
        .default(undefined);
  }
}

/** Adds `--period` and what belongs to it, where they are no options of the analysis. */
export function addPeriodOptions(command: Command, analysis: Analysis | undefined): void {
  if (hasOption(analysis, 'period')) return;
  const several = (flags: string, meaning: string) =>
    command.addOption(new Option(flags, `${meaning} (repeatable)`).argParser(collect).default(undefined));
  several(
    '--period <NAME : BEGIN : END>',
    'an answer for each period, defined as in report periods, instead of one',
  );
  several('--period-captures <NAME : FIELDS : FIELDS>', 'fields that its expressions keep');
}

export function hasOption(analysis: Analysis | undefined, name: string): boolean {
  return analysis !== undefined && Object.hasOwn(analysis.options, name);
}

/** The option without which an analysis has nothing to answer, if there is one. */
export function neededOption(analysis: Analysis): string | undefined {
  return Object.entries(analysis.options).find(([, spec]) => spec.kind === 'texts' && spec.isNeeded)?.[0];
}

/** @throws UsageError when the analysis has no such view */
export function checkView(analysis: Analysis, view: string): void {
  if (Object.hasOwn(analysis.views, view)) return;
  const views = Object.keys(analysis.views);
  const nearest = nearestWord(view, views);
  throw new UsageError(
    `--as: ${analysis.id} has no view "${view}"`,
    nearest === undefined
      ? `it has ${views.join(', ')}`
      : `did you mean ${nearest}? It has ${views.join(', ')}`,
  );
}

/** commander's camelCase names of an analysis's options, back as they are typed. */
export function givenOptions(analysis: Analysis, options: Readonly<Record<string, unknown>>): GivenOptions {
  const given: Record<string, GivenOption> = {};
  for (const name of Object.keys(analysis.options)) {
    const value = options[name.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase())];
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value)) given[name] = value;
  }
  return given;
}
