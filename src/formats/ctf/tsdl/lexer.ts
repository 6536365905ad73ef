/**
 * TSDL text to tokens (CTF 1.8.3 appendix C.1). One token is current at a time; nothing is made for a token beyond its
 * text, since a kernel trace's metadata has a hundred thousand of them.
 */
import type { Source } from './source.ts';

/** What the current token is. Keywords are names: the grammar reads many of them as labels or attributes too. */
export const token = {
  end: 0,
  name: 1,
  integer: 2,
  string: 3,
  character: 4,
  /** Its text is one of `[ ] ( ) { } . -> * + - < > : ; ... = , :=`. */
  punctuator: 5,
} as const;
export type Token = (typeof token)[keyof typeof token];

const reservedWords: ReadonlySet<string> = new Set(
  (
    'align callsite const char clock double enum env event floating_point float integer int long short signed stream ' +
    'string struct trace typealias typedef unsigned variant void _Bool _Complex _Imaginary'
  ).split(' '),
);

/** One of the words of appendix C.1.2, which names of fields may not be. */
export function isReservedWord(name: string): boolean {
  return reservedWords.has(name);
}

const punctuators = new Map<number, string>([...'[](){}.*+-<>:;=,'].map((p) => [p.charCodeAt(0), p]));

/** A place in the tokens to come back to. */
export interface Mark {
  readonly kind: Token;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Reads tokens one after the other. The first is current at once. */
export class Lexer {
  readonly source: Source;
  kind: Token = token.end;
  /** Offset of the token's first character. */
  start = 0;
  /** A name or a punctuator as written; empty otherwise. */
  text = '';
  #end = 0;

  /** @param from offset in the text where reading begins: not within a token or a comment */
  constructor(source: Source, from = 0) {
    this.source = source;
    this.#end = from;
    this.next();
  }

  mark(): Mark {
    return { kind: this.kind, start: this.start, end: this.#end, text: this.text };
  }

  reset(mark: Mark): void {
    this.kind = mark.kind;
    this.start = mark.start;
    this.#end = mark.end;
    this.text = mark.text;
  }

  /** Goes on with the first token from this offset on. */
  skipTo(offset: number): void {
    this.#end = offset;
    this.next();
  }

  /** The token as written, for messages. */
  shown(): string {
    if (this.kind === token.end) return 'the end of the metadata';
    const written = this.source.text.slice(this.start, this.#end);
    return `"${written.length > 40 ? `${written.slice(0, 40)}…` : written}"`;
  }

  /** Steps to the next token. */
  next(): void {
    const text = this.source.text;
    this.start = skipBlanks(this.source, this.#end);
    this.text = '';
    if (this.start >= text.length) {
      this.kind = token.end;
      this.#end = text.length;
      return;
    }
    const code = text.charCodeAt(this.start);
    if (isDigit(code)) {
      this.kind = token.integer;
      this.#end = this.#endOfWord(this.start);
    } else if (code === 0x22 || code === 0x27) {
      this.#quoted(code, this.start + 1);
    } else if (code === 0x4c && isQuote(text.charCodeAt(this.start + 1))) {
      this.#quoted(text.charCodeAt(this.start + 1), this.start + 2);
    } else if (isNameStart(code)) {
      this.kind = token.name;
      this.#end = this.#endOfWord(this.start);
      this.text = text.slice(this.start, this.#end);
      if (this.text.includes('\\')) this.text = unescaped(this.source, this.start, this.text);
    } else {
      this.#punctuator(code);
    }
  }

  /** The value of the current integer: decimal, octal or hexadecimal, with or without suffix. */
  integerValue(): bigint {
    const small = this.#smallDecimal();
    if (small !== undefined) return BigInt(small);
    const written = this.source.text.slice(this.start, this.#end);
    const match = /^(?:(0[xX])([0-9a-fA-F]+)|(0)([0-7]*)|([1-9][0-9]*))([uUlL]{0,3})$/.exec(written);
    if (match === null) {
      this.source.fail({
        code: 'metadata-syntax',
        at: this.start,
        message: `${this.shown()} is not a decimal, octal or hexadecimal integer.`,
      });
    }
    const [, , hexadecimal, , octal, decimal] = match;
    const value =
      hexadecimal !== undefined
        ? BigInt(`0x${hexadecimal}`)
        : decimal !== undefined
          ? integerOf(decimal)
          : BigInt(`0o${octal || '0'}`);
    if (value > integerMax) {
      this.source.fail({
        code: 'metadata-integer-range',
        at: this.start,
        message: `Integer ${this.shown()} is larger than 64 bits hold (at most ${integerMax}).`,
      });
    }
    return value;
  }

  /** Nearly all integers of metadata are like this: a few digits, the first not 0 (which would be octal). */
  #smallDecimal(): number | undefined {
    const { text } = this.source;
    const isZero = this.#end === this.start + 1 && text.charCodeAt(this.start) === 0x30;
    if (isZero) return 0;
    if (this.#end - this.start > smallDigitsMax || text.charCodeAt(this.start) === 0x30) return undefined;
    let value = 0;
    for (let at = this.start; at < this.#end; at++) {
      const code = text.charCodeAt(at);
      if (!isDigit(code)) return undefined;
      value = value * 10 + code - 0x30;
    }
    return value;
  }

  /** The characters of the current string or character constant, escapes replaced. */
  stringValue(): string {
    const first = this.source.text.charCodeAt(this.start) === 0x4c ? this.start + 2 : this.start + 1;
    const written = this.source.text.slice(first, this.#end - 1);
    return written.includes('\\') ? unescaped(this.source, first, written) : written;
  }

  #endOfWord(from: number): number {
    const text = this.source.text;
    let at = from;
    while (at < text.length && (isNamePart(text.charCodeAt(at)) || isDigit(text.charCodeAt(at)))) at++;
    return at;
  }

  #quoted(quote: number, from: number): void {
    const text = this.source.text;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x5c) {
        at++;
      } else if (code === quote) {
        this.kind = quote === 0x22 ? token.string : token.character;
        this.#end = at + 1;
        return;
      }
    }
    this.source.fail({
      code: 'metadata-syntax',
      at: this.start,
      message: `Expected a closing ${quote === 0x22 ? 'double' : 'single'} quote for the text that begins here, found the end of the metadata.`,
    });
  }

  #punctuator(code: number): void {
    const text = this.source.text;
    const single = punctuators.get(code);
    if (single === undefined) {
      this.source.fail({
        code: 'metadata-syntax',
        at: this.start,
        message: `Expected a token of TSDL, found character U+${code.toString(16).toUpperCase().padStart(4, '0')}.`,
        hint: 'The metadata may be damaged, compressed, or in another language than TSDL.',
      });
    }
    this.kind = token.punctuator;
    this.text = single;
    if (single === '.' && text.startsWith('...', this.start)) this.text = '...';
    else if (single === ':' && text.charCodeAt(this.start + 1) === 0x3d) this.text = ':=';
    else if (single === '-' && text.charCodeAt(this.start + 1) === 0x3e) this.text = '->';
    this.#end = this.start + this.text.length;
  }
}

const integerMax = 2n ** 64n - 1n;
/** So many digits are exact as a number. */
const smallDigitsMax = 15;
/** 20 digits hold 2⁶⁴; the value of more need not be known, and large ones take long to convert. */
const decimalDigitsMax = 20;

function integerOf(decimal: string): bigint {
  return decimal.length > decimalDigitsMax ? integerMax + 1n : BigInt(decimal);
}

function skipBlanks(source: Source, from: number): number {
  const text = source.text;
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) {
      at++;
    } else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) {
        source.fail({
          code: 'metadata-syntax',
          at,
          message: 'Expected "*/" for the comment that begins here, found the end of the metadata.',
        });
      }
      at = end + 2;
    } else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2f) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end + 1;
    } else {
      return at;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27;
}

/** Letters, `_`, `$`, a backslash (a universal character name) and all beyond ASCII. */
function isNameStart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    code === 0x5f ||
    code === 0x24 ||
    code === 0x5c ||
    code >= 0x80
  );
}

const isNamePart = isNameStart;

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Replaces the escape sequences of C.1.5 in `written`, which begins at offset `at`. */
function unescaped(source: Source, at: number, written: string): string {
  return written.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]+)|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]?))/g,
    (whole, octal, hexadecimal, short, long, simple, offset: number) => {
      if (simple !== undefined) {
        if (/['"?\\]/.test(simple)) return simple;
        const character = simpleEscapes[simple];
        if (character !== undefined) return character;
      }
      const value =
        octal !== undefined ? Number.parseInt(octal, 8) : Number.parseInt(hexadecimal ?? short ?? long, 16);
      if (!(value <= 0x10ffff)) {
        source.fail({
          code: 'metadata-syntax',
          at: at + offset,
          message: `Expected an escape sequence of C, found "${whole.slice(0, 12)}".`,
        });
      }
      return String.fromCodePoint(value);
    },
  );
}
