/** Steps over the text of a type without reading it: only braces, strings and comments count. */

const braceOrQuote = /[{}"'/]/g;

/**
 * The offset after the `}` that closes a body, whose text begins at `from`; undefined when there is none, or a string or a comment
 * has no end: then reading the text says what is wrong.
 */
export function endOfBody(text: string, from: number): number | undefined {
  let depth = 1;
  braceOrQuote.lastIndex = from;
  while (braceOrQuote.test(text)) {
    const at = braceOrQuote.lastIndex - 1;
    const code = text.charCodeAt(at);
    if (code === openBrace) {
      depth++;
    } else if (code === closeBrace) {
      depth--;
      if (depth === 0) return at + 1;
    } else {
      const end = code === slash ? endOfComment(text, at) : endOfQuoted(text, code, at + 1);
      if (end === undefined) return undefined;
      braceOrQuote.lastIndex = end;
    }
  }
  return undefined;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const slash = 0x2f;
const star = 0x2a;
const backslash = 0x5c;

function endOfComment(text: string, at: number): number | undefined {
  const next = text.charCodeAt(at + 1);
  if (next !== slash && next !== star) return undefined;
  const end = text.indexOf(next === slash ? '\n' : '*/', at + 2);
  if (end < 0) return undefined;
  return next === slash ? end + 1 : end + 2;
}

function endOfQuoted(text: string, quote: number, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) return at + 1;
  }
  return undefined;
}
