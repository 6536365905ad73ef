import { PrintFormatError } from './syntax.ts';
import { type Token, tokensOf } from './tokens.ts';

/** Steps through tokens. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  /** The token `ahead` of the next one; the end goes on for ever. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  take(): Token {
    const token = this.peek();
    this.#at += 1;
    return token;
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === text;
  }

  /** Takes the operator if it is next. */
  takeOperator(text: string): boolean {
    const isNext = this.isOperator(text);
    if (isNext) this.#at += 1;
    return isNext;
  }

  /** @throws PrintFormatError if something else is next */
  expect(text: string): void {
    if (!this.takeOperator(text)) throw new PrintFormatError(`Wanted "${text}", found ${this.#found()}.`);
  }

  /** @throws PrintFormatError if no word is next */
  expectWord(): string {
    if (this.peek().kind !== 'word') throw new PrintFormatError(`Wanted a name, found ${this.#found()}.`);
    return this.take().text;
  }

  /** Strings that follow each other are one. @throws PrintFormatError if none is next */
  expectText(): string {
    if (this.peek().kind !== 'string') throw new PrintFormatError(`Wanted a string, found ${this.#found()}.`);
    let text = '';
    while (this.peek().kind === 'string') text += this.take().text;
    return text;
  }

  /** @throws PrintFormatError always */
  unexpected(): never {
    throw new PrintFormatError(`Found ${this.#found()} where a value should be.`);
  }

  #found(): string {
    const { kind, text } = this.peek();
    return kind === 'end' ? 'the end' : JSON.stringify(text.slice(0, 40));
  }
}
