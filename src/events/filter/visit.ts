import type { BaseField, FilterExpression, Operand } from './expression.ts';

/** Calls `visit` for each operand, from left to right. */
export function visitOperands(expression: FilterExpression, visit: (operand: Operand) => void): void {
  const rest: FilterExpression[] = [expression];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.kind === 'compare') {
      visit(node.left);
      visit(node.right);
    } else if (node.kind === 'not') rest.push(node.term);
    else for (const term of node.terms.toReversed()) rest.push(term);
  }
}

/** The columns every event has that an expression names with `$`. */
export function baseFieldsOf(expression: FilterExpression): ReadonlySet<BaseField> {
  const found = new Set<BaseField>();
  visitOperands(expression, (operand) => {
    if (operand.kind === 'base') found.add(operand.base);
  });
  return found;
}
