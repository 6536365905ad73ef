/** A whole `print fmt` line: `"comm=%s pid=%d", REC->comm, REC->pid`. */
import { partsOf } from './conversions.ts';
import { parseExpression } from './parse-expression.ts';
import { type Expression, type ParsedPrintFormat, PrintFormatError, type PrintPiece } from './syntax.ts';
import { TokenCursor } from './token-cursor.ts';

/** Conversions of one format, and so its arguments. */
const argumentCountMax = 4096;

/**
 * @param text what follows `print fmt:`
 * @param longSizeBytes of the traced kernel
 * @param fields names that stand for the arguments where the format has none (events of ftrace itself in old kernels)
 */
export function parsePrintFormat(
  text: string,
  longSizeBytes: number,
  fields: readonly string[] = [],
): ParsedPrintFormat {
  try {
    const cursor = new TokenCursor(text);
    const format = cursor.expectText();
    const values: Expression[] = [];
    while (cursor.takeOperator(',')) {
      if (values.length === argumentCountMax)
        throw new PrintFormatError(`There are more than ${argumentCountMax} arguments.`);
      values.push(parseExpression({ cursor, longSizeBytes }));
    }
    if (cursor.peek().kind !== 'end') cursor.expect(',');
    if (values.length === 0) values.push(...fields.map((name) => ({ kind: 'field', name }) as const));
    return { kind: 'format', pieces: piecesOf(format, values) };
  } catch (error) {
    if (!(error instanceof PrintFormatError)) throw error;
    return { kind: 'failed', reason: error.message };
  }
}

/** Gives each conversion its arguments. Arguments that are left over mean nothing. */
function piecesOf(format: string, values: readonly Expression[]): readonly PrintPiece[] {
  let at = 0;
  const next = (): Expression => {
    const value = values[at++];
    if (value === undefined) throw new PrintFormatError(`Argument ${at} of the format is missing.`);
    return value;
  };
  return partsOf(format).map((part): PrintPiece => {
    if (typeof part === 'string') return { kind: 'literal', text: part };
    const width = part.width === 'argument' ? next() : undefined;
    const precision = part.precision === 'argument' ? next() : undefined;
    return { kind: 'conversion', conversion: part, width, precision, value: next() };
  });
}
