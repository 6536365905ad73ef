/**
 * The declaration of one field in a `format` file: what stands between `field:` and its first semicolon.
 *
 *   unsigned long ip          char comm[16]            const char *const * argv      void (*func)(void *)
 *   __data_loc char[] name    __rel_loc u8[] bytes     __data_loc cpumask_t mask
 *
 * Kernels built by clang may leave `__attribute__((btf_type_tag("user")))` in it, which says nothing about the bytes.
 */

/** A declaration taken apart. */
export interface FieldDeclaration {
  readonly name: string;
  /** As declared, without the name and attributes: `unsigned short`, `char[16]`, `__data_loc char[]`. */
  readonly declaredType: string;
  /** Without location, qualifiers and brackets: `unsigned short`, `char`. */
  readonly baseType: string;
  readonly isPointer: boolean;
  /** Whether the bytes stand elsewhere in the record. */
  readonly located: 'scope' | 'word-end' | undefined;
  /** What stands in the brackets: `16`, `TASK_COMM_LEN`, nothing; undefined without brackets. */
  readonly length: string | undefined;
}

const attribute = '__attribute__';
const locations = [
  ['__data_loc ', 'scope'],
  ['__rel_loc ', 'word-end'],
] as const;
const qualifiers = new Set(['const', 'volatile', 'enum', '__user', '__rcu', '__iomem', '__percpu']);

/** @returns undefined when there is no name in it */
export function parseFieldDeclaration(text: string): FieldDeclaration | undefined {
  const clean = withoutAttributes(text).trim();
  if (clean.includes('(')) return functionPointer(clean);
  const end = endOfName(clean);
  const named = nameBefore(clean, end);
  if (named.name === '' || named.at === 0) return undefined;
  return describe(clean.slice(0, named.at), named.name, clean.slice(end));
}

function describe(before: string, name: string, behind: string): FieldDeclaration {
  const type = before.trim();
  const [mark, located] = locations.find(([start]) => type.startsWith(start)) ?? ['', undefined];
  let rest = type.slice(mark.length);
  let brackets = behind;
  const bracket = rest.indexOf('[');
  if (bracket >= 0) {
    brackets = rest.slice(bracket) + behind;
    rest = rest.slice(0, bracket);
  }
  const words = rest.replaceAll('*', ' ').split(/\s+/);
  return {
    name,
    declaredType: type + behind,
    baseType: words.filter((word) => word !== '' && !qualifiers.has(word)).join(' '),
    isPointer: rest.includes('*'),
    located,
    length: brackets === '' ? undefined : withinBrackets(brackets),
  };
}

/** `[16]` → `16`; `[2][4]` → `2*4`, for whoever multiplies. */
function withinBrackets(brackets: string): string {
  return brackets
    .split('[')
    .slice(1)
    .map((part) => part.replace(']', '').trim())
    .join('*');
}

/** Before the brackets behind the name; brackets before it are the type's. */
function endOfName(text: string): number {
  let end = text.length;
  while (end > 0 && text[end - 1] === ']') {
    const start = text.lastIndexOf('[', end - 1);
    if (start < 0) break;
    end = start;
  }
  return end;
}

/** The word that ends at `end`. */
function nameBefore(text: string, end: number): { readonly name: string; readonly at: number } {
  let last = end;
  while (last > 0 && isSpace(text.charCodeAt(last - 1))) last--;
  let at = last;
  while (at > 0) {
    const code = text.charCodeAt(at - 1);
    if (isSpace(code) || code === 0x2a /* * */ || code === 0x5d /* ] */ || code === 0x5b /* [ */) break;
    at--;
  }
  return { name: text.slice(at, last), at };
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** `void (*func)(void *)`. */
function functionPointer(text: string): FieldDeclaration | undefined {
  const star = text.indexOf('(*');
  const end = text.indexOf(')', star);
  if (star < 0 || end < 0) return undefined;
  const name = text.slice(star + 2, end).trim();
  if (name === '') return undefined;
  const declaredType = `${text.slice(0, star + 2)}${text.slice(end)}`;
  return {
    name,
    declaredType,
    baseType: declaredType,
    isPointer: true,
    located: undefined,
    length: undefined,
  };
}

function withoutAttributes(text: string): string {
  if (!text.includes(attribute)) return text;
  let kept = '';
  let at = 0;
  for (let start = text.indexOf(attribute); start >= 0; start = text.indexOf(attribute, at)) {
    kept += text.slice(at, start);
    at = endOfParentheses(text, start + attribute.length);
  }
  return (kept + text.slice(at)).replace(/\s+/g, ' ');
}

/** Behind the parenthesis that closes the first one from `at` on; `at` itself where no parenthesis follows. */
function endOfParentheses(text: string, at: number): number {
  let depth = 0;
  for (let index = at; index < text.length; index++) {
    const letter = text[index];
    if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return index + 1;
    else if (depth === 0 && letter !== ' ') return index;
  }
  return text.length;
}
