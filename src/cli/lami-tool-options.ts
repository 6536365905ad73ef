/** The command line of a program of lttng-analyses, read as that program reads it, in our words. */
import { nearestWord } from '../bytes/edit-distance.ts';
import { UsageError } from './failure.ts';
import type { OldPeriodPart, Tool, ToolOption, ToolOptions } from './lami-tools.ts';

/** What a command line of theirs asks for. */
export interface ToolRequest {
  readonly paths: readonly string[];
  /** Our options, by the names that the command line's parser gives them. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[]>>;
  /** What was given and has no effect, with the reason: one sentence each. */
  readonly remarks: readonly string[];
  readonly wants: 'answer' | 'help' | 'version';
}

/** What only the machine interface has, as it is in `diatrace lami`. */
const machineOptions: ToolOptions = {
  'mi-version': { becomes: 'option', name: 'miVersion', takes: 'nothing' },
  metadata: { becomes: 'option', name: 'metadata', takes: 'nothing' },
  'test-compatibility': { becomes: 'option', name: 'testCompatibility', takes: 'nothing' },
  'output-progress': { becomes: 'option', name: 'outputProgress', takes: 'nothing' },
};

/** @throws UsageError */
export function readToolOptions(tool: Tool, isMachine: boolean, args: readonly string[]): ToolRequest {
  const known = isMachine ? { ...tool.options, ...machineOptions } : tool.options;
  const reader = new Reader(tool, known, args);
  return reader.read();
}

class Reader {
  readonly #tool: Tool;
  readonly #known: ToolOptions;
  readonly #args: readonly string[];
  #next = 0;
  readonly #options: Record<string, string | boolean | readonly string[]>;
  readonly #views: Set<string>;
  readonly #paths: string[] = [];
  readonly #remarks: string[] = [];
  readonly #oldPeriod = new Map<OldPeriodPart, string>();
  #wants: ToolRequest['wants'] = 'answer';

  constructor(tool: Tool, known: ToolOptions, args: readonly string[]) {
    this.#tool = tool;
    this.#known = known;
    this.#args = args;
    this.#options = { ...tool.given, streamIntersection: 'where-known' };
    this.#views = new Set([tool.view, ...(tool.besides ?? [])]);
  }

  read(): ToolRequest {
    while (this.#next < this.#args.length) this.#readWord(this.#args[this.#next++] as string);
    const oldPeriod = periodOf(this.#oldPeriod);
    if (oldPeriod !== undefined) this.#options['period'] = [oldPeriod];
    if (this.#options['streamIntersection'] === 'no') delete this.#options['streamIntersection'];
    return {
      paths: this.#paths,
      options: { ...this.#options, as: [...this.#views].join(',') },
      remarks: this.#remarks,
      wants: this.#wants,
    };
  }

  #readWord(word: string): void {
    if (word === '-h' || word === '--help') this.#wants = 'help';
    else if (word === '-V' || word === '--version') this.#wants = 'version';
    else if (word === '--') this.#readRest();
    else if (word.startsWith('--')) this.#readOption(word);
    else if (word.startsWith('-r')) this.#readRefresh(word.slice(2));
    else if (word.startsWith('-') && word !== '-') throw this.#unknown(word);
    else this.#paths.push(word);
  }

  /** After `--` nothing is an option. */
  #readRest(): void {
    this.#paths.push(...this.#args.slice(this.#next));
    this.#next = this.#args.length;
  }

  /** `-r 1s`, `-r1s`. */
  #readRefresh(joined: string): void {
    this.#readOption(joined === '' ? '--refresh' : `--refresh=${joined}`);
  }

  #readOption(word: string): void {
    const [flag = '', ...joined] = word.slice(2).split('=');
    const name = this.#fullName(flag);
    if (name === undefined) throw this.#unknown(`--${flag}`);
    const value = () => (joined.length > 0 ? joined.join('=') : this.#value(`--${name}`));
    this.#apply(name, this.#known[name] as ToolOption, value);
  }

  /** They understand the beginning of a word where only one goes on like that. */
  #fullName(flag: string): string | undefined {
    if (Object.hasOwn(this.#known, flag)) return flag;
    const [only, ...others] = Object.keys(this.#known).filter((name) => name.startsWith(flag));
    return others.length === 0 ? only : undefined;
  }

  #value(flag: string): string {
    const value = this.#args[this.#next++];
    if (value === undefined) throw new UsageError(`${flag} needs a value`, `${this.#tool.name} --help`);
    return value;
  }

  #apply(flag: string, option: ToolOption, value: () => string): void {
    const options = this.#options;
    switch (option.becomes) {
      case 'option': {
        if (option.takes === 'nothing') options[option.name] = true;
        else if (option.takes === 'text') options[option.name] = value();
        else
          options[option.name] = [
            ...((options[option.name] as readonly string[] | undefined) ?? []),
            value(),
          ];
        break;
      }
      case 'duration':
        options[option.name] = `${microseconds(flag, value())}us`;
        break;
      case 'time':
        options[option.name] = times(value());
        break;
      case 'old-period':
        this.#oldPeriod.set(option.part, value());
        break;
      case 'refresh':
        options[option.name] = value().replace(/^(\d+(?:\.\d+)?)$/, '$1s');
        break;
      case 'view':
        this.#views.add(option.view);
        break;
      case 'value':
        options[option.name] = option.value;
        break;
      case 'nothing':
        if (option.takesValue) value();
        if (option.because !== undefined)
          this.#remarks.push(`${this.#tool.name}: --${flag} has no effect: ${option.because}`);
    }
  }

  #unknown(flag: string): UsageError {
    const name = nearestWord(flag.replace(/^-+/, ''), Object.keys(this.#known));
    return new UsageError(
      `${this.#tool.name} has no option ${flag} here`,
      name === undefined ? `${this.#tool.name} --help says what there is` : `did you mean --${name}?`,
    );
  }
}

/**
 * `--period-begin E --period-begin-key a,b …` as a definition. The keys are the CPU unless they are given; values fix the first ones.
 * Undefined without an event that begins it.
 */
function periodOf(parts: ReadonlyMap<OldPeriodPart, string>): string | undefined {
  const begin = parts.get('begin');
  if (begin === undefined) return undefined;
  const list = (part: OldPeriodPart) => parts.get(part)?.split(',');
  const keys = list('begin-key') ?? ['cpu_id'];
  const endKeys = list('end-key') ?? keys;
  const values = (list('key-value') ?? []).slice(0, keys.length);
  const isNumber = (value: string) => /^-?\d+(?:\.\d+)?$/.test(value);
  const fixed = values.map(
    (value, index) => `$evt.${keys[index]} == ${isNumber(value) ? value : JSON.stringify(value)}`,
  );
  const matched = keys.flatMap((key, index) =>
    endKeys[index] === undefined ? [] : [`$evt.${endKeys[index]} == $begin.$evt.${key}`],
  );
  const named = (event: string) => `$evt.$name == ${JSON.stringify(event)}`;
  const end = [named(parts.get('end') ?? begin), ...matched];
  return `: ${[named(begin), ...fixed].join(' && ')} : ${end.join(' && ')}`;
}

function microseconds(flag: string, text: string): string {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new UsageError(`--${flag}: "${text}" is not a number of microseconds`, `--${flag} 1500`);
  // Not 1e+21: durations are written in digits.
  return value.toFixed(3).replace(/\.?0+$/, '');
}

/** Bare numbers are nanoseconds since the epoch, in a range too. */
function times(text: string): string {
  return text
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((time) => (/^\s*\d+\s*$/.test(time) ? `${time.trim()}ns` : time.trim().replace(/[Tt]/, ' ')))
    .join(',');
}
