/** The labels that a `print fmt` line gives to fields: what a number means is written nowhere else in a `format` file. */
import { memberCountMax } from '../../bytes/limits.ts';
import type { EnumerationRange } from '../../events/layout.ts';
import { enumeratorOf } from './compile-number.ts';
import { constantExpression } from './constant-expression.ts';
import { parsePrintFormat } from './parse-print-format.ts';
import type { Expression, PrintLabel } from './syntax.ts';

export interface FieldLabels {
  /** Of values, `__print_symbolic`. */
  readonly values: ReadonlyMap<string, readonly EnumerationRange[]>;
  /** Of bits, `__print_flags`: `first` and `last` are numbers of bits, as in `IntegerType.flags`. */
  readonly flags: ReadonlyMap<string, readonly EnumerationRange[]>;
}

/**
 * Labels by field. A field that is not printed as it is (shifted, masked with something) has none; the first printing counts. Labels
 * whose value the format does not say are left out.
 */
export function labelsOf(format: {
  readonly printFormat: string;
  readonly longSizeBytes: number;
}): FieldLabels {
  const values = new Map<string, readonly EnumerationRange[]>();
  const flags = new Map<string, readonly EnumerationRange[]>();
  const parsed = parsePrintFormat(format.printFormat, format.longSizeBytes);
  if (parsed.kind === 'failed') return { values, flags };
  for (const piece of parsed.pieces) {
    if (piece.kind === 'conversion') collect(piece.value, values, flags);
  }
  return { values, flags };
}

type Found = Map<string, readonly EnumerationRange[]>;

/** Looks into choices: `REC->flags ? __print_flags(REC->flags, …) : "none"`. Recursion ends with the tree's height. */
function collect(expression: Expression, values: Found, flags: Found): void {
  if (expression.kind === 'choice') {
    collect(expression.whenTrue, values, flags);
    collect(expression.whenFalse, values, flags);
  }
  if (expression.kind !== 'symbolic' && expression.kind !== 'flags') return;
  const field = plainField(expression.value);
  const found = expression.kind === 'flags' ? flags : values;
  if (field === undefined || found.has(field)) return;
  const ranges = expression.labels
    .slice(0, memberCountMax)
    .flatMap(expression.kind === 'flags' ? bitRange : valueRange);
  if (ranges.length > 0) found.set(field, ranges);
}

function plainField(expression: Expression): string | undefined {
  let inner = expression;
  while (inner.kind === 'cast') inner = inner.operand;
  return inner.kind === 'field' ? inner.name : undefined;
}

function valueOf({ value }: PrintLabel): bigint | undefined {
  return value.kind === 'name' ? enumeratorOf(value.name) : constantExpression(value);
}

function valueRange(label: PrintLabel): readonly EnumerationRange[] {
  const value = valueOf(label);
  return value === undefined ? [] : [{ label: label.label, first: value, last: value }];
}

/** Labels of one bit or of neighbouring ones; others have no place among flags. */
function bitRange(label: PrintLabel): readonly EnumerationRange[] {
  const value = valueOf(label);
  if (value === undefined || value <= 0n) return [];
  let first = 0n;
  while (((value >> first) & 1n) === 0n) first++;
  const bits = value >> first;
  if ((bits & (bits + 1n)) !== 0n) return [];
  const last = first + BigInt(bits.toString(2).length) - 1n;
  return [{ label: label.label, first, last }];
}
