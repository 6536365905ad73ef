/** Options of an analysis: described once, for the command line, for help and for the types of its code. */
import { nearestWord } from '../bytes/edit-distance.ts';
import { nsPerUnit, unitPattern, unitsText } from '../bytes/time-units.ts';

interface Described {
  /** One sentence. */
  readonly meaning: string;
}
export interface ChoiceOption<Value extends string = string> extends Described {
  readonly kind: 'choice';
  readonly values: readonly Value[];
  readonly default: Value;
}
/** An integer from 0 up. */
export interface CountOption extends Described {
  readonly kind: 'count';
  readonly default: number;
}
/** A duration with its unit on the command line, nanoseconds in code; undefined unless given. */
export interface DurationOption extends Described {
  readonly kind: 'duration';
}
export interface FlagOption extends Described {
  readonly kind: 'flag';
}
/** Text as it is written; undefined unless given. */
export interface TextOption extends Described {
  readonly kind: 'text';
  /** What help calls it: `EXPR`. */
  readonly placeholder: string;
}
/** Text that may be given several times; none unless given. */
export interface TextsOption extends Described {
  readonly kind: 'texts';
  readonly placeholder: string;
  /** Without any of them there is nothing to answer. */
  readonly isNeeded?: boolean;
}

export type OptionSpec = ChoiceOption | CountOption | DurationOption | FlagOption | TextOption | TextsOption;
/** By the word after `--`. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionValue<Spec extends OptionSpec> =
  Spec extends ChoiceOption<infer Value>
    ? Value
    : Spec extends CountOption
      ? number
      : Spec extends DurationOption
        ? number | undefined
        : Spec extends TextOption
          ? string | undefined
          : Spec extends TextsOption
            ? readonly string[]
            : boolean;
export type OptionValues<Specs extends OptionSpecs> = {
  readonly [Name in keyof Specs]: OptionValue<Specs[Name]>;
};

export function choice<const Value extends string>(
  values: readonly Value[],
  initial: NoInfer<Value>,
  meaning: string,
): ChoiceOption<Value> {
  return { kind: 'choice', values, default: initial, meaning };
}
export function count(initial: number, meaning: string): CountOption {
  return { kind: 'count', default: initial, meaning };
}
export function duration(meaning: string): DurationOption {
  return { kind: 'duration', meaning };
}
export function flag(meaning: string): FlagOption {
  return { kind: 'flag', meaning };
}
export function text(placeholder: string, meaning: string): TextOption {
  return { kind: 'text', placeholder, meaning };
}
export function texts(placeholder: string, meaning: string): TextsOption {
  return { kind: 'texts', placeholder, meaning };
}

/** The user wrote an option wrongly: exit code 2. */
export class OptionError extends Error {
  readonly code = 'bad-option';
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.name = 'OptionError';
    this.option = option;
  }
}

/** What was given for an option: its text, or a value of its kind. */
export type GivenOption = string | number | boolean | readonly string[] | undefined;
export type GivenOptions = Readonly<Record<string, GivenOption>>;

/**
 * Values for all options.
 * @throws OptionError
 */
export function readOptions(specs: OptionSpecs, given: GivenOptions): Readonly<Record<string, unknown>> {
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !Object.hasOwn(specs, name)) {
      const near = nearestWord(name, Object.keys(specs));
      const hint = near === undefined ? '' : `; did you mean --${near}?`;
      throw new OptionError(name, `This analysis has no option --${name}${hint}`);
    }
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [name, readOption(name, spec, given[name])]),
  );
}

function readOption(name: string, spec: OptionSpec, given: GivenOption): unknown {
  switch (spec.kind) {
    case 'choice':
      if (given === undefined) return spec.default;
      if (spec.values.includes(String(given))) return given;
      throw new OptionError(name, `--${name} is one of ${spec.values.join(', ')}, not "${given}"`);
    case 'count': {
      const value = given === undefined ? spec.default : Number(given);
      if (Number.isSafeInteger(value) && value >= 0 && given !== '') return value;
      throw new OptionError(name, `--${name} is a number such as 10, not "${given}"`);
    }
    case 'duration':
      return typeof given === 'number' || given === undefined ? given : parseDuration(name, String(given));
    case 'flag':
      return given === true || given === 'true' || given === '';
    case 'text':
      return given === undefined ? undefined : String(given);
    case 'texts':
      return given === undefined ? [] : typeof given === 'object' ? given : [String(given)];
  }
}

const durationForm = new RegExp(`^(\\d+(?:\\.\\d+)?)\\s*(${unitPattern})$`);

/**
 * `10ms`, `1.5 s` → nanoseconds; the unit is always written.
 * @throws OptionError
 */
export function parseDuration(name: string, text: string): number {
  const match = durationForm.exec(text.trim());
  if (match === null) {
    throw new OptionError(
      name,
      `--${name} is a duration with its unit, such as 10ms or 1.5s (${unitsText}), not "${text}"`,
    );
  }
  return Number(match[1]) * Number(nsPerUnit.get(match[2]!));
}
