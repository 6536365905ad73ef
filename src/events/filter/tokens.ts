/** The words of a filter expression. */
import { nsPerUnit, unitsText } from '../../bytes/time-units.ts';
import { ExpressionError } from './expression.ts';

export type Token =
  | { readonly kind: 'symbol'; readonly at: number; readonly text: string }
  /** A name, or a word beginning with `$`. */
  | { readonly kind: 'word'; readonly at: number; readonly text: string }
  | { readonly kind: 'integer'; readonly at: number; readonly text: string; readonly value: bigint }
  | { readonly kind: 'float'; readonly at: number; readonly text: string; readonly value: number }
  | {
      readonly kind: 'text';
      readonly at: number;
      readonly text: string;
      readonly value: string;
      readonly pattern: string;
    }
  | { readonly kind: 'end'; readonly at: number; readonly text: '' };

const space = /\s+/y;
/** Two-character symbols first. `:` is part of a word: LTTng names contexts `perf:cpu:cycles`. */
const symbol = /&&|\|\||==|!=|<=|>=|=\*|[!<>().[\]]/y;
const word = /\$?[A-Za-z_][A-Za-z0-9_:]*/y;
const number = /[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const anyWord = /[A-Za-z0-9_]+/y;

/** @throws ExpressionError for what is no word of the language */
export function readTokens(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const skipped = match(space, text, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const isAfterDotOrBracket = tokens.at(-1)?.text === '[';
    const token = readToken(text, at, isAfterDotOrBracket);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', at, text: '' });
  return tokens;
}

function readToken(text: string, at: number, isIndex: boolean): Token {
  const character = text[at] as string;
  if (character === '"' || character === "'") return readText(text, at, character);
  const symbolText = match(symbol, text, at);
  if (symbolText !== undefined) return { kind: 'symbol', at, text: symbolText };
  const wordText = match(word, text, at);
  if (wordText !== undefined) return { kind: 'word', at, text: wordText };
  const numberText = match(number, text, at);
  if (numberText !== undefined) return readNumber(text, at, numberText, isIndex);
  throw new ExpressionError(text, at, `"${character}" has no meaning here.`, hintFor(character));
}

function hintFor(character: string): string | undefined {
  if (character === '=') return 'Write == to compare, =* to compare with a glob.';
  if (character === '&' || character === '|') return `Write ${character}${character}.`;
  if (character === '~') return 'Write =* to compare with a glob: name =* "sched_*".';
  return undefined;
}

/** A number with its unit; with a unit it is an integer of nanoseconds. */
function readNumber(expression: string, at: number, digits: string, isIndex: boolean): Token {
  const unit = match(anyWord, expression, at + digits.length) ?? '';
  const text = digits + unit;
  if (/^[+-]?0\d/.test(digits)) {
    throw new ExpressionError(expression, at, `${digits} may be octal or decimal.`, 'Write 0o17 or 17.');
  }
  if (unit === '') {
    if (/^[+-]?\d+[.eE]/.test(digits)) return { kind: 'float', at, text, value: Number(digits) };
    return { kind: 'integer', at, text, value: exactInteger(digits) };
  }
  const nsPer = nsPerUnit.get(unit);
  if (nsPer === undefined || isIndex || /[xXoObB]/.test(digits) || /[eE]/.test(digits)) {
    throw new ExpressionError(expression, at, `${text} is no number.`, `Units are ${unitsText}: 1.5ms.`);
  }
  return { kind: 'integer', at, text, value: scaled(expression, at, digits, nsPer) };
}

function exactInteger(digits: string): bigint {
  if (digits.startsWith('-')) return -BigInt(digits.slice(1));
  return BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
}

/** `1.5` × 10⁶ without rounding. */
function scaled(expression: string, at: number, digits: string, nsPer: bigint): bigint {
  const [whole = '0', fraction = ''] = digits.split('.');
  const total = exactInteger(whole + fraction) * nsPer;
  const divisor = 10n ** BigInt(fraction.length);
  if (total % divisor !== 0n) {
    throw new ExpressionError(expression, at, `${digits} is finer than a nanosecond.`);
  }
  return total / divisor;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['0', '\0'],
]);

/** Text in quotes. As a pattern it keeps its backslashes, so that `"\*"` is a plain asterisk there. */
function readText(expression: string, at: number, quote: string): Token {
  let value = '';
  let pattern = '';
  let i = at + 1;
  for (; i < expression.length && expression[i] !== quote; i++) {
    const character = expression[i] as string;
    if (character !== '\\') {
      value += character;
      pattern += character;
      continue;
    }
    const escaped = expression[++i];
    if (escaped === undefined) break;
    value += escapes.get(escaped) ?? escaped;
    pattern += escapes.get(escaped) ?? `\\${escaped}`;
  }
  if (i >= expression.length) throw new ExpressionError(expression, at, 'This text has no closing quote.');
  return { kind: 'text', at, text: expression.slice(at, i + 1), value, pattern };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
