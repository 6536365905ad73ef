/**
 * Expressions of a `print fmt` line. Depth is limited: parsing and all that is done with the tree recurse at most so deep.
 *
 * Trees are shaped as libtraceevent shapes them (event-parse.c, `process_op`), which is C's shape in nearly all formats. It differs in
 * that operators of one precedence associate to the right, that an operand on the right may lose its parentheses to an operator that
 * binds closer, that what follows `a ? b : c` applies to all of it, and that an array's element on the right takes all that follows:
 *
 *   C           a - b + 1     a & (b | c)     a ? b : c + 1     a * b[0] + c
 *   here        a - (b + 1)   (a & b) | c     (a ? b : c) + 1   a * (b[0] + c)
 *
 * Text that claims to be what trace-cmd or perf prints has to follow them in this.
 */
import {
  type Cell,
  choiceCell,
  expressionOf,
  joined,
  leafCell,
  priorityOf,
  unaryCell,
} from './operator-cells.ts';
import { parseCall } from './parse-call.ts';
import { type Expression, PrintFormatError } from './syntax.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Nested calls of the parser, about five a parenthesis, and levels of a tree: a chain `a | b | c` has one a link. */
export const expressionDepthMax = 300;

const unaryOperators: ReadonlySet<string> = new Set(['!', '~', '-', '+', '&', '*']);
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
}

/** A whole expression, up to what can't go on with it. */
export function parseExpression(context: ExpressionContext, depth = 0): Expression {
  return expressionOf(parseCells(context, depth), expressionDepthMax);
}

function parseCells(context: ExpressionContext, depth: number): Cell {
  const cell = parseOperand(context, depth + 1);
  while (nextOperator(context.cursor) !== undefined) parseOperation(context, cell, depth + 1);
  return cell;
}

function nextOperator(cursor: TokenCursor): string | undefined {
  const { kind, text } = cursor.peek();
  return kind === 'operator' && priorityOf(text) !== undefined ? text : undefined;
}

function checkDepth(depth: number): void {
  if (depth > expressionDepthMax)
    throw new PrintFormatError(`An expression has more than ${expressionDepthMax} levels.`);
}

/** What is next is an operator: the cell becomes an operation with the former cell on its left. */
function parseOperation(context: ExpressionContext, cell: Cell, depth: number): void {
  checkDepth(depth);
  const { cursor } = context;
  const operator = cursor.take().text;
  let inner = cell;
  let takesAll = false;
  if (operator === '?') parseChoice(context, cell, depth);
  else {
    const right = parseOperand(context, depth + 1);
    takesAll = right.takesAll;
    inner = joined(cell, operator, right);
  }
  const next = nextOperator(cursor);
  if (next === undefined) return;
  const isOuter = !takesAll && (priorityOf(next) as number) > cell.priority;
  parseOperation(context, isOuter ? cell : inner, depth + 1);
}

/** After `?`. `a ?: b` is `a ? a : b`. */
function parseChoice(context: ExpressionContext, cell: Cell, depth: number): void {
  const { cursor } = context;
  const condition = { ...cell };
  const whenTrue = cursor.isOperator(':') ? condition : parseCells(context, depth + 1);
  cursor.expect(':');
  choiceCell(cell, condition, whenTrue, parseOperand(context, depth + 1));
}

/** A value with what stands before it; parentheses hold a whole expression. */
function parseOperand(context: ExpressionContext, depth: number): Cell {
  checkDepth(depth);
  const { cursor } = context;
  const token = cursor.peek();
  if (token.kind === 'operator' && unaryOperators.has(token.text)) {
    cursor.take();
    const operand = parseOperand(context, depth + 1);
    if (operand.takesAll && nextOperator(cursor) !== undefined) parseOperation(context, operand, depth + 1);
    return unaryCell(token.text, operand);
  }
  const type = cursor.isOperator('(') ? takeCast(cursor) : undefined;
  if (type !== undefined) {
    const operand = parseOperand(context, depth + 1);
    const cast = leafCell({ kind: 'cast', type, operand: expressionOf(operand, expressionDepthMax) });
    return { ...cast, takesAll: operand.takesAll };
  }
  return parsePostfix(context, depth + 1);
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

function parsePostfix(context: ExpressionContext, depth: number): Cell {
  const { cursor } = context;
  let value = parsePrimary(context, depth + 1);
  if (cursor.takeOperator('[')) {
    const index = parseExpression(context, depth + 1);
    cursor.expect(']');
    const array = expressionOf(value, expressionDepthMax);
    value = { ...leafCell({ kind: 'element', array, index }), takesAll: true };
  }
  if (cursor.isOperator('.') || cursor.isOperator('->'))
    throw new PrintFormatError('A member of something that is not the record is asked for.');
  return value;
}

function parsePrimary(context: ExpressionContext, depth: number): Cell {
  const { cursor } = context;
  const token = cursor.peek();
  switch (token.kind) {
    case 'number':
      return leafCell({ kind: 'number', value: numberOf(cursor.take().text) });
    case 'character':
      return leafCell({ kind: 'number', value: BigInt(cursor.take().text.codePointAt(0) ?? 0) });
    case 'string':
      return leafCell({ kind: 'text', text: cursor.expectText() });
    case 'word':
      return leafCell(parseWord(context, depth));
    default:
      if (!cursor.takeOperator('(')) return cursor.unexpected();
      return parseParenthesis(context, depth);
  }
}

/** After `(`. `(REC)` is the record. */
function parseParenthesis(context: ExpressionContext, depth: number): Cell {
  const { cursor } = context;
  if (cursor.isOperator('{')) throw new PrintFormatError('A statement in an expression is not understood.');
  if (cursor.peek().text === 'REC' && cursor.isOperator(')', 1)) {
    cursor.take();
    cursor.take();
    return leafCell(parseField(cursor));
  }
  const value = parseCells(context, depth + 1);
  cursor.expect(')');
  value.takesAll = false;
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
  return parseCall(cursor, name, () => parseExpression(context, depth + 1));
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
