/** The helpers and functions that a `print fmt` line may call. */
import { knownFunctions } from './functions.ts';
import { type Expression, PrintFormatError, type PrintLabel } from './syntax.ts';
import type { TokenCursor } from './token-cursor.ts';

/** After the opening parenthesis, up to and with the closing one. */
export function parseCall(cursor: TokenCursor, name: string, parse: () => Expression): Expression {
  const value = parseHelper(cursor, name, parse);
  cursor.expect(')');
  return value;
}

function parseHelper(cursor: TokenCursor, name: string, parse: () => Expression): Expression {
  switch (name) {
    case '__get_str':
    case '__get_rel_str':
      return { kind: 'string', field: cursor.expectWord() };
    case '__get_dynamic_array':
    case '__get_rel_dynamic_array':
    case '__get_sockaddr':
    case '__get_rel_sockaddr':
    case '__get_sockaddr_rel':
      return { kind: 'array', field: cursor.expectWord() };
    case '__get_dynamic_array_len':
    case '__get_rel_dynamic_array_len':
      return { kind: 'array-length', field: cursor.expectWord() };
    case '__get_bitmask':
    case '__get_rel_bitmask':
      return { kind: 'bit-mask', field: cursor.expectWord(), isCpuList: false };
    case '__get_cpumask':
    case '__get_rel_cpumask':
      return { kind: 'bit-mask', field: cursor.expectWord(), isCpuList: true };
    case '__print_flags':
    case '__print_flags_u64':
      return parseFlags(cursor, parse);
    case '__print_symbolic':
    case '__print_symbolic_u64': {
      const value = parse();
      cursor.expect(',');
      return { kind: 'symbolic', value, labels: parseLabels(cursor, parse) };
    }
    case '__print_hex':
    case '__print_hex_str': {
      const [bytes, count] = parseArguments(cursor, name, 2, parse) as [Expression, Expression];
      return { kind: 'hex', bytes, count, separator: name === '__print_hex' ? ' ' : '' };
    }
    case '__print_array': {
      const parts = parseArguments(cursor, name, 3, parse) as [Expression, Expression, Expression];
      return { kind: 'list', array: parts[0], count: parts[1], elementSize: parts[2] };
    }
    case '__builtin_expect':
      return parseArguments(cursor, name, 2, parse)[0] as Expression;
    default:
      return parseFunction(cursor, name, parse);
  }
}

function parseFunction(cursor: TokenCursor, name: string, parse: () => Expression): Expression {
  const known = knownFunctions.get(name);
  if (known === undefined) throw new PrintFormatError(`The function ${name} is not known.`);
  return { kind: 'call', name, arguments: parseArguments(cursor, name, known.argumentCount, parse) };
}

function parseArguments(
  cursor: TokenCursor,
  name: string,
  count: number,
  parse: () => Expression,
): readonly Expression[] {
  const found: Expression[] = [];
  if (!cursor.isOperator(')')) {
    do found.push(parse());
    while (cursor.takeOperator(','));
  }
  if (found.length !== count)
    throw new PrintFormatError(`The function ${name} has ${found.length} arguments instead of ${count}.`);
  return found;
}

/** `value, "|", {1, "A"}, {2, "B"}`; the separator may be left out (`NULL` or nothing). */
function parseFlags(cursor: TokenCursor, parse: () => Expression): Expression {
  const value = parse();
  cursor.expect(',');
  let separator = '';
  if (cursor.peek().kind === 'string') separator = cursor.expectText();
  else if (cursor.peek().kind === 'word' || cursor.peek().kind === 'number') cursor.take();
  cursor.expect(',');
  return { kind: 'flags', value, separator, labels: parseLabels(cursor, parse) };
}

/** None, where there are none, is a pair of braces; a comma may follow the last. */
function parseLabels(cursor: TokenCursor, parse: () => Expression): readonly PrintLabel[] {
  const labels: PrintLabel[] = [];
  while (!cursor.isOperator(')')) {
    cursor.expect('{');
    if (cursor.takeOperator('}')) break;
    const value = parse();
    cursor.expect(',');
    labels.push({ value, label: labelOf(parse()) });
    cursor.expect('}');
    if (!cursor.takeOperator(',')) break;
  }
  return labels;
}

/** A string; lists of old kernels end with a null pointer, `{ -1, 0 }` or `{ 0, ((void *)0) }`. */
function labelOf(expression: Expression): string {
  let inner = expression;
  while (inner.kind === 'cast') inner = inner.operand;
  if (inner.kind === 'text') return inner.text;
  if (inner.kind === 'name') return inner.name;
  if (inner.kind === 'number') return String(inner.value);
  throw new PrintFormatError('A label is no string.');
}
