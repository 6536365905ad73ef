/** Expressions and assignments of TSDL (CTF 1.8.3 C.2.1), and the small steps that all parsing is made of. */
import { nestingDepthMax } from '../../../bytes/limits.ts';
import { type Lexer, token } from './lexer.ts';
import type { Assignment, Expression } from './syntax.ts';

/** @throws TraceError `metadata-syntax` naming what was expected here and what was found */
export function unexpected(lexer: Lexer, expected: string, hint?: string): never {
  lexer.source.fail({
    code: 'metadata-syntax',
    at: lexer.start,
    message: `Expected ${expected}, found ${lexer.shown()}.`,
    hint,
  });
}

export function isPunctuator(lexer: Lexer, text: string): boolean {
  return lexer.kind === token.punctuator && lexer.text === text;
}

export function isWord(lexer: Lexer, text: string): boolean {
  return lexer.kind === token.name && lexer.text === text;
}

/** Steps over the punctuator if it is here. */
export function take(lexer: Lexer, text: string): boolean {
  if (!isPunctuator(lexer, text)) return false;
  lexer.next();
  return true;
}

/** Steps over the punctuator, which must be here. */
export function expect(lexer: Lexer, text: string, where: string): void {
  if (!take(lexer, text)) unexpected(lexer, `"${text}" ${where}`);
}

/** Deeper text is refused, so that no metadata decides how deep the calls go. */
export function checkDepth(lexer: Lexer, depth: number): void {
  if (depth <= nestingDepthMax) return;
  lexer.source.fail({
    code: 'metadata-nesting',
    at: lexer.start,
    message: `Types or expressions are nested deeper than ${nestingDepthMax} levels.`,
  });
}

/** `12`, `-0x10`, `"text" "more"`, `a.b.c`, `(…)`. */
export function parseExpression(lexer: Lexer, depth = 0): Expression {
  checkDepth(lexer, depth);
  const at = lexer.start;
  if (isPunctuator(lexer, '-') || isPunctuator(lexer, '+')) {
    const isNegative = lexer.text === '-';
    lexer.next();
    const operand = parseExpression(lexer, depth + 1);
    if (operand.kind !== 'integer') {
      lexer.source.fail({ code: 'metadata-syntax', at, message: 'Expected an integer after the sign.' });
    }
    return isNegative ? negated(lexer, at, operand.value) : operand;
  }
  if (take(lexer, '(')) {
    const inner = parseExpression(lexer, depth + 1);
    expect(lexer, ')', 'after the expression in parentheses');
    return inner;
  }
  return parsePrimary(lexer);
}

function parsePrimary(lexer: Lexer): Expression {
  const at = lexer.start;
  switch (lexer.kind) {
    case token.integer: {
      const value = lexer.integerValue();
      lexer.next();
      return { kind: 'integer', at, value };
    }
    case token.character: {
      const value = BigInt(lexer.stringValue().codePointAt(0) ?? 0);
      lexer.next();
      return { kind: 'integer', at, value };
    }
    case token.string:
      return { kind: 'string', at, value: parseStrings(lexer) };
    case token.name:
      return { kind: 'path', at, names: parsePath(lexer) };
    default:
      return unexpected(lexer, 'an integer, a string or a name');
  }
}

function negated(lexer: Lexer, at: number, value: bigint): Expression {
  if (value > 2n ** 63n) {
    lexer.source.fail({
      code: 'metadata-integer-range',
      at,
      message: `Integer -${value} is smaller than 64 bits hold (at least ${-(2n ** 63n)}).`,
    });
  }
  return { kind: 'integer', at, value: -value };
}

/** Strings that follow each other are one. */
export function parseStrings(lexer: Lexer): string {
  let value = lexer.stringValue();
  lexer.next();
  while (lexer.kind === token.string) {
    value += lexer.stringValue();
    lexer.next();
  }
  return value;
}

function parsePath(lexer: Lexer): string[] {
  const names = [lexer.text];
  lexer.next();
  while (isPunctuator(lexer, '.') || isPunctuator(lexer, '->')) {
    lexer.next();
    if (lexer.kind !== token.name) unexpected(lexer, 'a name after "."');
    names.push(lexer.text);
    lexer.next();
  }
  return names;
}

/** The name to the left of `=` or `:=`, with its dots. */
export function parseAttributePath(lexer: Lexer): string {
  if (lexer.kind === token.string) return parseStrings(lexer);
  if (lexer.kind !== token.name) unexpected(lexer, 'the name of an attribute or "}"');
  return parsePath(lexer).join('.');
}

/** `{ size = 8; … }` of an integer, a floating point number or a string. */
export function parseAttributes(lexer: Lexer, of: string): Assignment[] {
  expect(lexer, '{', `after "${of}"`);
  const attributes: Assignment[] = [];
  while (!take(lexer, '}')) {
    const at = lexer.start;
    const path = parseAttributePath(lexer);
    expect(lexer, '=', `after "${path}"`);
    const value = parseExpression(lexer);
    expect(lexer, ';', `after the value of "${path}"`);
    attributes.push({ kind: 'assignment', at, path, value });
  }
  return attributes;
}
