/** Expressions that no record is needed for, such as labels' values: `(1UL << 3) | 1`. */
import { asBigint, asTruth, combined, complement, constant, type Numeric, negated } from './numeric.ts';
import type { Expression } from './syntax.ts';

/**
 * The value as a signed 64-bit integer; undefined where it depends on a record. Recursion ends with the tree's height.
 * @param unknownName the value of names whose value the format does not say; undefined: there is none then
 */
export function constantExpression(expression: Expression, unknownName?: bigint): bigint | undefined {
  const value = evaluate(expression, unknownName);
  return value && BigInt.asIntN(64, asBigint(value)(0));
}

function evaluate(expression: Expression, unknownName: bigint | undefined): Numeric | undefined {
  const part = (one: Expression) => evaluate(one, unknownName);
  switch (expression.kind) {
    case 'number':
      return constant(expression.value);
    case 'name':
      return unknownName === undefined ? undefined : constant(unknownName);
    case 'cast':
      return part(expression.operand);
    case 'unary':
      return unary(expression.operator, part(expression.operand));
    case 'binary': {
      const [left, right] = [part(expression.left), part(expression.right)];
      return left && right && combined(expression.operator, left, right);
    }
    default:
      return undefined;
  }
}

function unary(operator: string, value: Numeric | undefined): Numeric | undefined {
  if (value === undefined) return undefined;
  if (operator === '-') return constant(asBigint(negated(value))(0));
  if (operator === '~') return constant(asBigint(complement(value))(0));
  if (operator === '!') return constant(asTruth(value)(0) ? 0n : 1n);
  return operator === '+' ? value : undefined;
}
