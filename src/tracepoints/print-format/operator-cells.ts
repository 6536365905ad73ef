/** Operations while they are parsed: which operand an operator gets may change with the operators that follow. */
import { type BinaryOperator, type Expression, PrintFormatError, type UnaryOperator } from './syntax.ts';

/** Smaller binds closer. `?` takes whatever is before it. */
const priorities: ReadonlyMap<string, number> = new Map([
  ['*', 6],
  ['/', 6],
  ['%', 6],
  ['+', 7],
  ['-', 7],
  ['<<', 8],
  ['>>', 8],
  ['<', 9],
  ['>', 9],
  ['<=', 9],
  ['>=', 9],
  ['==', 10],
  ['!=', 10],
  ['&', 11],
  ['^', 12],
  ['|', 13],
  ['&&', 14],
  ['||', 15],
  ['?', 16],
]);
/** Of an operator that has an operand on the right only. */
const unaryPriorities: ReadonlyMap<string, number> = new Map([
  ['~', 4],
  ['!', 4],
]);

type CellContent =
  | { readonly kind: 'leaf'; readonly expression: Expression }
  | { readonly kind: 'unary'; readonly operator: string; readonly right: Cell }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Cell; readonly right: Cell }
  | { readonly kind: 'choice'; readonly condition: Cell; readonly whenTrue: Cell; readonly whenFalse: Cell };

/** A place in the tree, whose content is replaced as parsing goes on. */
export interface Cell {
  content: CellContent;
  /** What a following operator's priority is compared with: an operator of a higher one takes all of the cell as its left side. */
  priority: number;
  /** An element of an array, not in parentheses: all operators that follow belong to it. */
  takesAll: boolean;
}

/** Undefined: no operator that can stand between operands. */
export function priorityOf(operator: string): number | undefined {
  return priorities.get(operator);
}

export function leafCell(expression: Expression): Cell {
  return { content: { kind: 'leaf', expression }, priority: 0, takesAll: false };
}

export function unaryCell(operator: string, right: Cell): Cell {
  return { content: { kind: 'unary', operator, right }, priority: 0, takesAll: false };
}

export function choiceCell(cell: Cell, condition: Cell, whenTrue: Cell, whenFalse: Cell): void {
  cell.content = { kind: 'choice', condition, whenTrue, whenFalse };
  cell.priority = 0;
}

/**
 * Makes the cell an operation between what it was and `right`. Where that is an operation in parentheses whose operator binds less
 * close, the two change places.
 * @returns the cell that following operators which bind closer belong to
 */
export function joined(cell: Cell, operator: string, right: Cell): Cell {
  const priority = priorities.get(operator) as number;
  const left = { ...cell };
  const outer = outerPriority(right.content);
  if (outer === undefined || priority >= outer) {
    cell.content = { kind: 'binary', operator, left, right };
    cell.priority = priority;
    return right;
  }
  const { content } = right;
  const inner: Cell = {
    content: { kind: 'binary', operator, left, right: firstOperand(content) },
    priority,
    takesAll: false,
  };
  cell.content = withFirstOperand(content, inner);
  cell.priority = right.priority;
  return inner;
}

function outerPriority(content: CellContent): number | undefined {
  switch (content.kind) {
    case 'leaf':
      return undefined;
    case 'unary':
      return unaryPriorities.get(content.operator) ?? priorities.get(content.operator);
    case 'binary':
      return priorities.get(content.operator);
    case 'choice':
      return priorities.get('?');
  }
}

/** Of an operator without one it is nothing, which counts as 0. */
function firstOperand(content: CellContent): Cell {
  const nothing = leafCell({ kind: 'number', value: 0n });
  if (content.kind === 'choice') return content.condition;
  return content.kind === 'binary' ? content.left : nothing;
}

function withFirstOperand(content: CellContent, first: Cell): CellContent {
  if (content.kind === 'choice') return { ...content, condition: first };
  if (content.kind === 'leaf') throw new Error('a leaf has no operands');
  return { kind: 'binary', operator: content.operator, left: first, right: content.right };
}

/** @throws PrintFormatError when it has more levels than `levelsMax` */
export function expressionOf({ content }: Cell, levelsMax: number): Expression {
  if (levelsMax === 0) throw new PrintFormatError('An expression has too many levels.');
  const part = (cell: Cell): Expression => expressionOf(cell, levelsMax - 1);
  switch (content.kind) {
    case 'leaf':
      return content.expression;
    case 'unary':
      return { kind: 'unary', operator: content.operator as UnaryOperator, operand: part(content.right) };
    case 'binary':
      return {
        kind: 'binary',
        operator: content.operator as BinaryOperator,
        left: part(content.left),
        right: part(content.right),
      };
    case 'choice':
      return {
        kind: 'choice',
        condition: part(content.condition),
        whenTrue: part(content.whenTrue),
        whenFalse: part(content.whenFalse),
      };
  }
}
