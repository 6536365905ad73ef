/**
 * Periods as they are defined on the command line, in the language of lttng-analyses (README, "Period options"):
 *
 *   definition := [NAME ['(' PARENT ')']] ':' begin [':' end]      --period 'io(request) : $evt.$name == "a" : $evt.$name == "b"'
 *   captures   := NAME ':' [list] [':' list]                       --period-captures 'io : fd = $evt.fd : $evt.ret'
 *   list       := [name '='] field (',' [name '='] field)*
 *
 * A period begins with an event that matches `begin` and ends with the next one that matches `end` (`begin` if there is none). One with a
 * parent begins within one of its parent's and ends with it at the latest. Expressions are those of filters; a field may also be of
 * the event that began the period (`$begin.`) or its parent (`$parent.$begin.`).
 *
 * Where lttng-analyses' text and program differ, this follows the text: a comparison with a field that is not there is false, `!=` too.
 */
import type { EventField, FilterExpression } from '../../events/filter/expression.ts';
import { ExpressionError } from '../../events/filter/expression.ts';
import { parseEventField, parseMatch } from '../../events/filter/parse.ts';
import { visitOperands } from '../../events/filter/visit.ts';
import { OptionError } from '../options.ts';

/** A field whose value is kept with a period. */
export interface Capture {
  readonly name: string;
  readonly field: EventField;
}

export interface PeriodDefinition {
  /** Where it stands among all definitions; a parent stands before its children. */
  readonly index: number;
  readonly name: string;
  /** Its parents' names and its own, joined by slashes. */
  readonly path: string;
  readonly parent: PeriodDefinition | undefined;
  /** 0 without a parent. */
  readonly depth: number;
  readonly begin: FilterExpression;
  readonly end: FilterExpression;
  readonly beginCaptures: readonly Capture[];
  readonly endCaptures: readonly Capture[];
}

interface Captures {
  readonly begin: readonly Capture[];
  readonly end: readonly Capture[];
}

const none: Captures = { begin: [], end: [] };
/** More would be a mistake, and what is open is looked through for each of them. */
const definitionCountMax = 64;

/**
 * Reads `--period` and `--period-captures`.
 * @throws ExpressionError for what is no expression, OptionError for names that are not known or known twice
 */
export function readPeriods(
  periods: readonly string[],
  captures: readonly string[],
): readonly PeriodDefinition[] {
  if (periods.length > definitionCountMax)
    throw new OptionError('period', `At most ${definitionCountMax} periods can be defined`);
  const capturesOf = readAllCaptures(captures);
  const definitions: PeriodDefinition[] = [];
  for (const text of periods) definitions.push(readDefinition(text, definitions, capturesOf));
  for (const name of capturesOf.keys()) {
    if (definitions.some((definition) => definition.name === name)) continue;
    throw new OptionError('period-captures', `--period-captures: there is no period named "${name}"`);
  }
  return definitions;
}

const header = /^\s*(?:(?:[A-Za-z_]\w*\/)*([A-Za-z_]\w*)\s*(?:\(\s*([A-Za-z_]\w*)\s*\)\s*)?)?$/;

function readDefinition(
  text: string,
  earlier: readonly PeriodDefinition[],
  capturesOf: ReadonlyMap<string, Captures>,
): PeriodDefinition {
  const [head, begin, end, ...more] = split(text, ':');
  const match = header.exec(head?.text ?? '');
  if (match === null || begin === undefined || more.length > 0) {
    const at = more[0]?.at ?? 0;
    throw new ExpressionError(
      text,
      at,
      'This is no period.',
      'NAME : BEGIN : END, or NAME(PARENT) : BEGIN : END',
      '--period',
    );
  }
  const [, given, parentName] = match;
  const name = given ?? `period${earlier.length === 0 ? '' : ` ${earlier.length + 1}`}`;
  if (earlier.some((definition) => definition.name === name))
    throw new OptionError('period', `--period: there are two periods named "${name}"`);
  const parent = earlier.find((definition) => definition.name === parentName);
  if (parentName !== undefined && parent === undefined) {
    throw new OptionError(
      'period',
      `--period: "${name}" has a parent "${parentName}", which is not defined before it`,
    );
  }
  const { begin: beginCaptures, end: endCaptures } = capturesOf.get(name) ?? none;
  const beginExpression = readPart(text, begin, parseMatch);
  const definition: PeriodDefinition = {
    index: earlier.length,
    name,
    path: parent === undefined ? name : `${parent.path}/${name}`,
    parent,
    depth: parent === undefined ? 0 : parent.depth + 1,
    begin: beginExpression,
    end: end === undefined ? beginExpression : readPart(text, end, parseMatch),
    beginCaptures,
    endCaptures,
  };
  checkParent(definition, text);
  return definition;
}

function checkParent(
  { name, parent, begin, end, beginCaptures, endCaptures }: PeriodDefinition,
  text: string,
): void {
  if (parent !== undefined) return;
  const fields = [...beginCaptures, ...endCaptures].map(({ field }) => field);
  for (const expression of [begin, end]) {
    visitOperands(expression, (operand) => {
      if (operand.kind === 'field' || operand.kind === 'base') fields.push(operand);
    });
  }
  if (!fields.some((field) => field.of === 'parent')) return;
  throw new ExpressionError(
    text,
    Math.max(0, text.indexOf('$parent')),
    `"${name}" has no parent.`,
    `${name}(PARENT) : …, where PARENT is a period defined before it`,
    '--period',
  );
}

function readAllCaptures(texts: readonly string[]): ReadonlyMap<string, Captures> {
  const byName = new Map<string, Captures>();
  for (const text of texts) {
    const [head, begin, end, ...more] = split(text, ':');
    const name = header.exec(head?.text ?? '')?.[1];
    if (name === undefined || begin === undefined || more.length > 0)
      throw new ExpressionError(
        text,
        0,
        'These are no captures.',
        'NAME : a = $evt.a, $evt.b : c = $evt.c',
        '--period-captures',
      );
    if (byName.has(name))
      throw new OptionError('period-captures', `--period-captures: "${name}" is given twice`);
    byName.set(name, {
      begin: readCaptures(text, begin),
      end: end === undefined ? [] : readCaptures(text, end),
    });
  }
  return byName;
}

const captureName = /^\s*([A-Za-z_]\w*)\s*=(?![=*])/;

function readCaptures(text: string, list: Part): readonly Capture[] {
  if (list.text.trim() === '') return [];
  const captures: Capture[] = [];
  for (const part of split(list.text, ',')) {
    const named = captureName.exec(part.text);
    const from = named?.[0].length ?? 0;
    const field = { text: part.text.slice(from), at: list.at + part.at + from };
    const name = named?.[1] ?? field.text.trim();
    if (captures.some((capture) => capture.name === name))
      throw new OptionError('period-captures', `--period-captures: "${name}" is captured twice`);
    captures.push({ name, field: readPart(text, field, parseEventField, '--period-captures') });
  }
  return captures;
}

interface Part {
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

/** The parts between separators that stand outside of quotes. */
function split(text: string, separator: string): readonly Part[] {
  const parts: Part[] = [];
  let begin = 0;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== undefined) {
      if (character === '\\') at++;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === separator) {
      parts.push({ text: text.slice(begin, at), at: begin });
      begin = at + 1;
    }
  }
  return [...parts, { text: text.slice(begin), at: begin }];
}

/** An error is shown in the whole text. */
function readPart<T>(text: string, part: Part, parse: (text: string) => T, option = '--period'): T {
  try {
    return parse(part.text);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(text, part.at + error.position, error.reason, error.hint, option);
  }
}
