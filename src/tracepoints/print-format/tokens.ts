/** The tokens of a `print fmt` line: C's, without what the kernel's macros never leave in it. */
import { PrintFormatError } from './syntax.ts';

export type TokenKind = 'word' | 'number' | 'string' | 'character' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A string's and a character's escapes are resolved. */
  readonly text: string;
}

/** A line longer than this is not parsed: the kernel's longest known has 24 kB (`xfs` flags). */
export const printFormatLengthMax = 1 << 20;

const pattern =
  /\s+|(?<word>[A-Za-z_$][\w$]*)|(?<number>\d[\w]*)|(?<string>"(?:[^"\\]|\\[\s\S])*")|(?<character>'(?:[^'\\]|\\.[0-7]{0,2})')|(?<operator>->|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^~!<>?:,.;=()[\]{}])/y;

/** @throws PrintFormatError at what is no token */
export function tokensOf(text: string): readonly Token[] {
  if (text.length > printFormatLengthMax) {
    throw new PrintFormatError(
      `The format has ${text.length} characters, more than ${printFormatLengthMax}.`,
    );
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined)
      throw new PrintFormatError(`Character ${at} (${JSON.stringify(text[at])}) begins no token.`);
    at = pattern.lastIndex;
    const { word, number, string, character, operator } = groups;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unescaped(string.slice(1, -1)) });
    else if (character !== undefined)
      tokens.push({ kind: 'character', text: unescaped(character.slice(1, -1)) });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

const escapes: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', '0': '\0' };

/** Escapes of C strings; what is none stands for itself. */
export function unescaped(text: string): string {
  return text.replace(/\\([\s\S])/g, (_, letter: string) => escapes[letter] ?? letter);
}
