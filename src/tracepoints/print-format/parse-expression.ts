/** Expressions of a `print fmt` line. Depth is limited: parsing and all that is done with the tree recurse at most so deep. */
import { parseCall } from './parse-call.ts';
import { type BinaryOperator, type Expression, PrintFormatError, type UnaryOperator } from './syntax.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Nested calls of the parser, about five a parenthesis, and levels of a tree: a chain `a | b | c` has one a link. */
export const expressionDepthMax = 300;

/** C's, from the loosest. */
const precedences: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const precedenceOf = new Map<string, number>(
  precedences.flatMap((operators, index) => operators.map((operator) => [operator, index] as const)),
);

const unaryOperators: ReadonlySet<string> = new Set<UnaryOperator>(['!', '~', '-', '+', '&', '*']);
const castWords =
  /^(?:const|volatile|unsigned|signed|char|short|int|long|void|bool|_Bool|struct|union|enum|[us](?:8|16|32|64)|__[usbl]e?(?:8|16|32|64)|\w+_t)$/;
const sizes: { readonly [type: string]: number } = {
  char: 1,
  bool: 1,
  short: 2,
  int: 4,
  'long long': 8,
};

/** What parsing needs to know beside the text. */
export interface ExpressionContext {
  readonly cursor: TokenCursor;
  readonly longSizeBytes: number;
  /** Levels of the tree that was parsed last. */
  height: number;
}

/** `a ? b : c` and all that binds closer. */
export function parseExpression(context: ExpressionContext, depth = 0): Expression {
  checkDepth(depth);
  const condition = parseBinary(context, 0, depth + 1);
  const { cursor } = context;
  if (!cursor.takeOperator('?')) return condition;
  let { height } = context;
  const then = cursor.isOperator(':') ? condition : parseExpression(context, depth + 1);
  cursor.expect(':');
  height = Math.max(height, context.height);
  const otherwise = parseExpression(context, depth + 1);
  raise(context, height);
  return { kind: 'choice', condition, then, otherwise };
}

/** The tree that was parsed last and one of this height have become parts of a new one. */
function raise(context: ExpressionContext, height = 0): void {
  context.height = Math.max(context.height, height) + 1;
  checkDepth(context.height);
}

function checkDepth(depth: number): void {
  if (depth > expressionDepthMax)
    throw new PrintFormatError(`An expression has more than ${expressionDepthMax} levels.`);
}

/** By precedence climbing: operators of `least` and closer ones. */
function parseBinary(context: ExpressionContext, least: number, depth: number): Expression {
  checkDepth(depth);
  const { cursor } = context;
  let left = parseUnary(context, depth + 1);
  for (;;) {
    const token = cursor.peek();
    const precedence = token.kind === 'operator' ? precedenceOf.get(token.text) : undefined;
    if (precedence === undefined || precedence < least) return left;
    cursor.take();
    const { height } = context;
    const right = parseBinary(context, precedence + 1, depth + 1);
    raise(context, height);
    left = { kind: 'binary', operator: token.text as BinaryOperator, left, right };
  }
}

function parseUnary(context: ExpressionContext, depth: number): Expression {
  checkDepth(depth);
  const { cursor } = context;
  const token = cursor.peek();
  if (token.kind === 'operator' && unaryOperators.has(token.text)) {
    cursor.take();
    const operand = parseUnary(context, depth + 1);
    raise(context);
    return { kind: 'unary', operator: token.text as UnaryOperator, operand };
  }
  const type = cursor.isOperator('(') ? takeCast(cursor) : undefined;
  if (type === undefined) return parsePostfix(context, depth + 1);
  const operand = parseUnary(context, depth + 1);
  raise(context);
  return { kind: 'cast', type, operand };
}

/** `(unsigned long)` before a value; nothing is taken where the parenthesis holds something else. */
function takeCast(cursor: TokenCursor): string | undefined {
  const words: string[] = [];
  let ahead = 1;
  while (cursor.peek(ahead).kind === 'word') words.push(cursor.peek(ahead++).text);
  if (words.length === 0 || words[0] === 'REC') return undefined;
  let stars = 0;
  while (cursor.isOperator('*', ahead)) {
    stars++;
    ahead++;
  }
  if (!cursor.isOperator(')', ahead)) return undefined;
  // `(name) + 1` is no cast, `(int) + 1` and `(name) x` are.
  const isType = stars > 0 || words.every((word, index) => index > 0 || castWords.test(word));
  const next = cursor.peek(ahead + 1);
  const isBeforeValue = next.kind !== 'end' && (next.kind !== 'operator' || next.text === '(' || isType);
  if (!isBeforeValue || (next.kind === 'operator' && /^[),\]}:?]$/.test(next.text))) return undefined;
  for (let taken = 0; taken <= ahead; taken++) cursor.take();
  return [...words, ...(stars > 0 ? ['*'.repeat(stars)] : [])].join(' ');
}

function parsePostfix(context: ExpressionContext, depth: number): Expression {
  const { cursor } = context;
  let value = parsePrimary(context, depth + 1);
  while (cursor.takeOperator('[')) {
    const { height } = context;
    const index = parseExpression(context, depth + 1);
    cursor.expect(']');
    raise(context, height);
    value = { kind: 'element', array: value, index };
  }
  if (cursor.isOperator('.') || cursor.isOperator('->'))
    throw new PrintFormatError('A member of something that is not the record is asked for.');
  return value;
}

function parsePrimary(context: ExpressionContext, depth: number): Expression {
  const { cursor } = context;
  const token = cursor.peek();
  context.height = 0;
  switch (token.kind) {
    case 'number':
      return { kind: 'number', value: numberOf(cursor.take().text) };
    case 'character':
      return { kind: 'number', value: BigInt(cursor.take().text.codePointAt(0) ?? 0) };
    case 'string':
      return { kind: 'text', text: cursor.expectText() };
    case 'word':
      return parseWord(context, depth);
    default:
      if (!cursor.takeOperator('(')) return cursor.unexpected();
      return parseParenthesis(context, depth);
  }
}

/** After `(`. `(REC)` is the record. */
function parseParenthesis(context: ExpressionContext, depth: number): Expression {
  const { cursor } = context;
  if (cursor.isOperator('{')) throw new PrintFormatError('A statement in an expression is not understood.');
  if (cursor.peek().text === 'REC' && cursor.isOperator(')', 1)) {
    cursor.take();
    cursor.take();
    return parseField(cursor);
  }
  const value = parseExpression(context, depth + 1);
  cursor.expect(')');
  return value;
}

function parseField(cursor: TokenCursor): Expression {
  cursor.expect('->');
  return { kind: 'field', name: cursor.expectWord() };
}

function parseWord(context: ExpressionContext, depth: number): Expression {
  const { cursor } = context;
  const name = cursor.take().text;
  if (name === 'REC') return parseField(cursor);
  if (!cursor.takeOperator('(')) return { kind: 'name', name };
  if (name === 'sizeof') return parseSizeOf(context);
  let height = 0;
  const call = parseCall(cursor, name, () => {
    const value = parseExpression(context, depth + 1);
    height = Math.max(height, context.height);
    return value;
  });
  raise(context, height);
  return call;
}

/** After `sizeof(`. */
function parseSizeOf({ cursor, longSizeBytes }: ExpressionContext): Expression {
  if (cursor.peek().text === 'REC') {
    cursor.take();
    const field = parseField(cursor);
    cursor.expect(')');
    if (field.kind !== 'field') throw new Error('parseField gives fields');
    return { kind: 'size-of-field', field: field.name };
  }
  const words: string[] = [];
  while (cursor.peek().kind === 'word') words.push(cursor.take().text);
  const isPointer = cursor.takeOperator('*');
  cursor.expect(')');
  const size = isPointer ? longSizeBytes : sizeOfType(words, longSizeBytes);
  if (size === undefined) throw new PrintFormatError(`The size of ${words.join(' ')} is not known.`);
  return { kind: 'number', value: BigInt(size) };
}

function sizeOfType(words: readonly string[], longSizeBytes: number): number | undefined {
  const fixed = /^_*(?:[usbl]e?|u?int)(8|16|32|64)(?:_t)?$/.exec(words.at(-1) ?? '');
  if (fixed !== null) return Number(fixed[1]) / 8;
  const plain = words.filter((word) => word !== 'unsigned' && word !== 'signed' && word !== 'const');
  if (plain.length > 1 && plain.at(-1) === 'int') plain.pop();
  const type = plain.length === 0 ? 'int' : plain.join(' ');
  return type === 'long' || type === 'size_t' ? longSizeBytes : sizes[type];
}

/** `10`, `0x1f`, `017`, with `U` and `L`. Of more than 64 bits the lower ones. */
function numberOf(text: string): bigint {
  const digits = text.replace(/[uUlL]+$/, '');
  const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(?:\d+|0[xX][\da-fA-F]+|0o[0-7]+|0b[01]+)$/.test(octal))
    throw new PrintFormatError(`"${text.slice(0, 40)}" is no number.`);
  return BigInt.asUintN(64, BigInt(octal));
}
