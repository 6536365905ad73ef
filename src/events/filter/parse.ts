/** From the text of a filter to its expression; the grammar is in `expression.ts`. */
import { nestingDepthMax } from '../../bytes/limits.ts';
import type { Scope } from '../layout.ts';
import {
  type BaseField,
  type Comparator,
  type EventField,
  type EventSource,
  ExpressionError,
  type FilterExpression,
  type Operand,
  type Step,
} from './expression.ts';
import { readTokens, type Token } from './tokens.ts';

const scopeWords: ReadonlyMap<string, Scope> = new Map([
  ['$payload', 'payload'],
  ['$ctx', 'specific-context'],
  ['$stream_ctx', 'common-context'],
  ['$header', 'event-header'],
  ['$pkt_ctx', 'packet-context'],
  ['$pkt_header', 'packet-header'],
]);

const baseWords: ReadonlyMap<string, BaseField> = new Map([
  ['$name', 'name'],
  ['$cpu', 'cpu'],
  ['$tid', 'tid'],
  ['$pid', 'pid'],
  ['$time', 'time'],
]);

const comparators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '=*']);

/**
 * Reads a filter: `fd == 3 && $name =* "sys*"`.
 * @throws ExpressionError naming the place and what was expected
 */
export function parseFilter(text: string): FilterExpression {
  return parseWhole(new Parser(text, false));
}

/**
 * Reads an expression of a period, in which fields may be of other events: `prev_tid == $begin.$evt.next_tid`.
 * @throws ExpressionError
 */
export function parseMatch(text: string): FilterExpression {
  return parseWhole(new Parser(text, true));
}

/**
 * Reads one field of an event, which may be another than the one at hand: `$begin.$evt.fd`.
 * @throws ExpressionError
 */
export function parseEventField(text: string): EventField {
  const parser = new Parser(text, true);
  const field = parser.readEventField();
  parser.expectEnd();
  return field;
}

function parseWhole(parser: Parser): FilterExpression {
  const expression = parser.readAny(0);
  parser.expectEnd();
  return expression;
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #hasSources: boolean;
  #next = 0;

  /** @param hasSources whether other events than the one at hand are known */
  constructor(text: string, hasSources: boolean) {
    this.#text = text;
    this.#tokens = readTokens(text);
    this.#hasSources = hasSources;
  }

  readAny(depth: number): FilterExpression {
    return this.#readTerms('any', '||', () => this.#readTerms('all', '&&', () => this.#readNot(depth)));
  }

  expectEnd(): void {
    const token = this.#peek();
    if (token.kind === 'end') return;
    const hint = token.text === ')' ? undefined : 'Join comparisons with && or ||.';
    throw this.#error(token, `"${token.text}" is not expected after a complete comparison.`, hint);
  }

  #readTerms(kind: 'all' | 'any', separator: string, read: () => FilterExpression): FilterExpression {
    const terms = [read()];
    while (this.#take(separator)) terms.push(read());
    return terms.length === 1 ? (terms[0] as FilterExpression) : { kind, terms };
  }

  #readNot(depth: number): FilterExpression {
    const token = this.#peek();
    if (depth > nestingDepthMax) {
      throw this.#error(token, `Expressions nest at most ${nestingDepthMax} levels deep.`);
    }
    if (this.#take('!')) return { kind: 'not', term: this.#readNot(depth + 1) };
    if (!this.#take('(')) return this.#readComparison();
    const inner = this.readAny(depth + 1);
    if (!this.#take(')')) throw this.#error(this.#peek(), '")" is missing.', undefined);
    return inner;
  }

  #readComparison(): FilterExpression {
    const leftAt = this.#peek();
    const left = this.#readOperand();
    const token = this.#peek();
    if (token.kind !== 'symbol' || !comparators.has(token.text)) {
      const found = token.kind === 'end' ? 'The expression ends' : `"${token.text}" stands`;
      throw this.#error(token, `${found} where a comparison is expected.`, 'One of == != < <= > >= =*.');
    }
    this.#next++;
    const rightAt = this.#peek();
    const right = this.#readOperand();
    const comparator = token.text as Comparator;
    if (comparator === '=*' && right.kind !== 'text') {
      throw this.#error(rightAt, '=* needs a glob in quotes on its right.', '$name =* "sched_*"');
    }
    if (isConstant(left) && isConstant(right)) {
      throw this.#error(leftAt, 'This comparison names no field.', 'Text needs quotes, a field has none.');
    }
    return { kind: 'compare', comparator, left, right };
  }

  #readOperand(): Operand {
    const token = this.#peek();
    switch (token.kind) {
      case 'integer':
        this.#next++;
        return { kind: 'integer', value: token.value };
      case 'float':
        this.#next++;
        return { kind: 'float', value: token.value };
      case 'text':
        this.#next++;
        return { kind: 'text', value: token.value, pattern: token.pattern };
      case 'word':
        return this.readEventField();
      default:
        throw this.#error(
          token,
          token.kind === 'end'
            ? 'The expression ends where a field or a value is expected.'
            : `"${token.text}" is no field and no value.`,
        );
    }
  }

  readEventField(): EventField {
    const source = this.#hasSources ? this.#readSource() : undefined;
    if (this.#peek().text === '$evt') this.#readWord('$evt', 'a field', '$evt.$name');
    const field = this.#readField();
    return source === undefined ? field : { ...field, of: source };
  }

  /** `$begin.` or `$parent.$begin.`, if it is there. */
  #readSource(): EventSource | undefined {
    if (this.#peek().text === '$begin') {
      this.#readWord('$begin', 'a field', '$begin.$evt.$name');
      return 'begin';
    }
    if (this.#peek().text !== '$parent') return undefined;
    this.#readWord('$parent', '$begin', '$parent.$begin.$evt.$name');
    if (this.#peek().text !== '$begin')
      throw this.#error(
        this.#peek(),
        'Of a parent only the event that began it is known.',
        '$parent.$begin.',
      );
    this.#readWord('$begin', 'a field', '$parent.$begin.$evt.$name');
    return 'parent';
  }

  #readWord(word: string, followedBy: string, example: string): void {
    this.#next++;
    if (!this.#take('.'))
      throw this.#error(this.#peek(), `${word} is followed by a dot and ${followedBy}.`, example);
  }

  #readField(): EventField {
    const token = this.#peek();
    const base = baseWords.get(token.text);
    if (base !== undefined) {
      this.#next++;
      return { kind: 'base', base };
    }
    const scope = scopeWords.get(token.text);
    if (scope !== undefined) {
      this.#next++;
      if (!this.#take('.'))
        throw this.#error(this.#peek(), `${token.text} is followed by a dot and a field.`);
    }
    return { kind: 'field', scope, path: this.#readPath() };
  }

  #readPath(): readonly Step[] {
    const path: Step[] = [this.#readName()];
    for (;;) {
      if (path.length > nestingDepthMax) {
        throw this.#error(this.#peek(), `A field has at most ${nestingDepthMax} parts.`);
      }
      if (this.#take('.')) path.push(this.#readName());
      else if (this.#take('[')) path.push(this.#readIndex());
      else return path;
    }
  }

  #readName(): string {
    const token = this.#peek();
    if (token.kind !== 'word') throw this.#error(token, 'A field name is expected here.');
    if (token.text.startsWith('$')) {
      throw this.#error(
        token,
        `${token.text} is not known.`,
        'Known are $name $cpu $tid $pid $time and the scopes $payload $ctx $stream_ctx $header $pkt_ctx $pkt_header.',
      );
    }
    this.#next++;
    return token.text;
  }

  #readIndex(): number {
    const token = this.#peek();
    if (token.kind !== 'integer' || token.value < 0n || token.value > 0xffff_ffffn) {
      throw this.#error(token, 'An index is a whole number from 0.');
    }
    this.#next++;
    if (!this.#take(']')) throw this.#error(this.#peek(), '"]" is missing.');
    return Number(token.value);
  }

  #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #take(symbol: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  #error(token: Token, reason: string, hint?: string): ExpressionError {
    return new ExpressionError(this.#text, token.at, reason, hint);
  }
}

function isConstant(operand: Operand): boolean {
  return operand.kind === 'integer' || operand.kind === 'float' || operand.kind === 'text';
}
