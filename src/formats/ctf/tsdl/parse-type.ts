/** Type specifiers, declarators and declarations of TSDL (CTF 1.8.3 C.2.2). */
import { memberCountMax } from '../../../bytes/limits.ts';
import { isReservedWord, type Lexer, token } from './lexer.ts';
import {
  checkDepth,
  expect,
  isPunctuator,
  isWord,
  parseAttributes,
  parseExpression,
  parseStrings,
  take,
  unexpected,
} from './parse-expression.ts';
import type {
  AttributeSpecifier,
  Declaration,
  Declarator,
  Enumerator,
  EnumSpecifier,
  Expression,
  StructSpecifier,
  TypeSpecifier,
  VariantSpecifier,
} from './syntax.ts';

const cTypeWords: ReadonlySet<string> = new Set(
  'void char short int long float double signed unsigned _Bool _Complex _Imaginary'.split(' '),
);

interface Specifiers {
  readonly type: TypeSpecifier;
  readonly isTypedef: boolean;
}

/** A declaration inside a structure, a variant, a block or at the top, up to and with its `;`. */
export function parseDeclaration(lexer: Lexer, depth: number, where: 'body' | 'scope'): Declaration {
  if (isWord(lexer, 'typealias')) return parseTypealias(lexer, depth);
  const at = lexer.start;
  const { type, isTypedef } = parseSpecifiers(lexer, depth);
  if (isPunctuator(lexer, ';') && isCompoundWithName(type) && !isTypedef) {
    lexer.next();
    return { kind: 'type', at, type };
  }
  if (!isTypedef && where === 'scope') unexpected(lexer, '";" or "typedef" in the declaration');
  const declarators: Declarator[] = [];
  do {
    declarators.push(parseDeclarator(lexer, depth, true));
    checkCount(lexer, declarators.length, 'declarators');
  } while (take(lexer, ','));
  expect(
    lexer,
    ';',
    `after ${declarators.at(-1)!.name === '' ? 'the declarator' : `"${declarators.at(-1)!.name}"`}`,
  );
  return { kind: isTypedef ? 'typedef' : 'fields', at, type, declarators };
}

function isCompoundWithName(type: TypeSpecifier): boolean {
  return (
    (type.kind === 'struct' || type.kind === 'variant' || type.kind === 'enum') &&
    type.name !== undefined &&
    type.body !== undefined
  );
}

function parseTypealias(lexer: Lexer, depth: number): Declaration {
  const at = lexer.start;
  lexer.next();
  const { type } = parseSpecifiers(lexer, depth);
  const declarator = parseDeclarator(lexer, depth, false);
  expect(lexer, ':=', 'after the type of the typealias');
  const name = parseAliasName(lexer);
  expect(lexer, ';', `after "${name}"`);
  return { kind: 'typealias', at, type, declarator, name };
}

/** `uint8_t`, `unsigned long`, `const char *`, `struct page *`: one space between words and before each `*`. */
function parseAliasName(lexer: Lexer): string {
  const words: string[] = [];
  while (lexer.kind === token.name || isPunctuator(lexer, '*')) {
    if (lexer.text !== 'const') words.push(lexer.text);
    lexer.next();
    checkCount(lexer, words.length, 'words');
  }
  if (words.length === 0) unexpected(lexer, 'the new name of the type after ":="');
  return words.join(' ');
}

/** A type as a field, an enumeration's base or the right side of `:=` names it; `typedef` may stand anywhere among its words. */
export function parseSpecifiers(lexer: Lexer, depth: number): Specifiers {
  checkDepth(lexer, depth);
  const at = lexer.start;
  const words: string[] = [];
  let type: TypeSpecifier | undefined;
  let isTypedef = false;
  let isConst = false;
  for (; lexer.kind === token.name; ) {
    const word = lexer.text;
    if (word === 'const') {
      isConst = true;
      lexer.next();
    } else if (word === 'typedef') {
      isTypedef = true;
      lexer.next();
    } else if (type === undefined && cTypeWords.has(word)) {
      words.push(word);
      lexer.next();
      checkCount(lexer, words.length, 'words');
    } else if (type === undefined && words.length === 0) {
      type = parseOneSpecifier(lexer, depth, isConst);
    } else {
      break;
    }
  }
  if (type === undefined && words.length > 0) type = { kind: 'named', at, name: words.join(' '), isConst };
  return { type: type ?? unexpected(lexer, 'a type'), isTypedef };
}

function parseOneSpecifier(lexer: Lexer, depth: number, isConst: boolean): TypeSpecifier {
  const at = lexer.start;
  const word = lexer.text;
  lexer.next();
  switch (word) {
    case 'struct':
      return parseStruct(lexer, at, depth);
    case 'variant':
      return parseVariant(lexer, at, depth);
    case 'enum':
      return parseEnum(lexer, at, depth);
    case 'integer':
      return parseLeaf(lexer, at, 'integer', word);
    case 'floating_point':
      return parseLeaf(lexer, at, 'float', word);
    case 'string':
      return isPunctuator(lexer, '{')
        ? parseLeaf(lexer, at, 'string', word)
        : { kind: 'string', at, attributes: [] };
    default:
      if (isReservedWord(word)) {
        lexer.source.fail({ code: 'metadata-syntax', at, message: `Expected a type, found "${word}".` });
      }
      return { kind: 'named', at, name: word, isConst };
  }
}

function parseLeaf(lexer: Lexer, at: number, kind: AttributeSpecifier['kind'], word: string): TypeSpecifier {
  const { text, leaves } = lexer.source;
  const end = text.indexOf('}', at) + 1;
  const written = text.slice(at, end);
  if (leaves.has(written)) {
    lexer.skipTo(end);
    return { kind, at, attributes: [], written };
  }
  const attributes = parseAttributes(lexer, word);
  // In a text or a comment a brace is no end.
  return /["'/]/.test(written) ? { kind, at, attributes } : { kind, at, attributes, written };
}

/** The name after `struct`, `variant`, `enum`. */
function parseTag(lexer: Lexer): string | undefined {
  if (lexer.kind !== token.name || isReservedWord(lexer.text)) return undefined;
  const name = lexer.text;
  lexer.next();
  return name;
}

function parseStruct(lexer: Lexer, at: number, depth: number): StructSpecifier {
  const name = parseTag(lexer);
  const body = parseBody(lexer, depth);
  if (name === undefined && body === undefined) unexpected(lexer, 'a name or "{" after "struct"');
  let alignment: Expression | undefined;
  if (isWord(lexer, 'align')) {
    const mark = lexer.mark();
    lexer.next();
    if (take(lexer, '(')) {
      alignment = parseExpression(lexer);
      expect(lexer, ')', 'after the alignment');
    } else {
      lexer.reset(mark);
    }
  }
  return { kind: 'struct', at, name, body, alignment };
}

function parseVariant(lexer: Lexer, at: number, depth: number): VariantSpecifier {
  const name = parseTag(lexer);
  let tag: Expression | undefined;
  if (take(lexer, '<')) {
    tag = parseExpression(lexer);
    expect(lexer, '>', 'after the tag of the variant');
  }
  const body = parseBody(lexer, depth);
  if (name === undefined && body === undefined) unexpected(lexer, '"{" after "variant"');
  return { kind: 'variant', at, name, tag, body };
}

function parseBody(lexer: Lexer, depth: number): Declaration[] | undefined {
  if (!take(lexer, '{')) return undefined;
  checkDepth(lexer, depth + 1);
  const declarations: Declaration[] = [];
  while (!take(lexer, '}')) {
    if (lexer.kind !== token.name) unexpected(lexer, 'a field or "}"');
    declarations.push(parseDeclaration(lexer, depth + 1, 'body'));
    checkCount(lexer, declarations.length, 'members');
  }
  return declarations;
}

function parseEnum(lexer: Lexer, at: number, depth: number): EnumSpecifier {
  const name = parseTag(lexer);
  const base = take(lexer, ':') ? parseSpecifiers(lexer, depth + 1).type : undefined;
  if (!isPunctuator(lexer, '{')) {
    if (name === undefined || base !== undefined) unexpected(lexer, '"{" with the labels of the enumeration');
    return { kind: 'enum', at, name, base, body: undefined };
  }
  lexer.next();
  const body: Enumerator[] = [];
  while (!isPunctuator(lexer, '}')) {
    body.push(parseEnumerator(lexer));
    checkCount(lexer, body.length, 'labels');
    if (!take(lexer, ',')) break;
  }
  if (body.length === 0) unexpected(lexer, 'at least one label in the enumeration');
  expect(lexer, '}', 'or "," after a label of the enumeration');
  return { kind: 'enum', at, name, base, body };
}

function parseEnumerator(lexer: Lexer): Enumerator {
  const at = lexer.start;
  let label: string;
  if (lexer.kind === token.name) {
    label = lexer.text;
    lexer.next();
  } else if (lexer.kind === token.string) {
    label = parseStrings(lexer);
  } else {
    unexpected(lexer, 'a label of the enumeration');
  }
  if (!take(lexer, '=')) return { at, label, first: undefined, last: undefined };
  const first = parseExpression(lexer);
  return { at, label, first, last: take(lexer, '...') ? parseExpression(lexer) : first };
}

function parseDeclarator(lexer: Lexer, depth: number, needsName: boolean): Declarator {
  checkDepth(lexer, depth);
  const at = lexer.start;
  let pointers = 0;
  while (isPunctuator(lexer, '*') || (pointers > 0 && isWord(lexer, 'const'))) {
    if (lexer.text === '*') pointers++;
    lexer.next();
  }
  let name = '';
  let lengths: Expression[] = [];
  if (take(lexer, '(')) {
    const inner = parseDeclarator(lexer, depth + 1, needsName);
    expect(lexer, ')', 'after the declarator in parentheses');
    name = inner.name;
    pointers += inner.pointers;
    lengths = [...inner.lengths];
    if (inner.pointers > 0 && isPunctuator(lexer, '[')) {
      lexer.source.fail({
        code: 'metadata-unsupported',
        at,
        message: 'A pointer to an array has no layout in CTF.',
      });
    }
  } else if (lexer.kind === token.name) {
    name = parseDeclaredName(lexer);
  } else if (needsName && !isPunctuator(lexer, ':')) {
    unexpected(lexer, 'the name of a field');
  }
  while (take(lexer, '[')) {
    lengths.push(parseExpression(lexer));
    expect(lexer, ']', 'after the length');
    checkDepth(lexer, lengths.length);
  }
  const bits = take(lexer, ':') ? parseExpression(lexer) : undefined;
  return { at, name, pointers, lengths, bits };
}

/**
 * CTF 1.8 reserves its keywords, also as names of fields (§4.2.1). After a complete type a keyword can only be a name,
 * so one that a producer used nevertheless is read, with a warning.
 */
function parseDeclaredName(lexer: Lexer): string {
  const name = lexer.text;
  if (isReservedWord(name)) lexer.source.warn(lexer.start, `The name "${name}" is a reserved word of TSDL.`);
  lexer.next();
  return name;
}

function checkCount(lexer: Lexer, count: number, what: string): void {
  if (count <= memberCountMax) return;
  lexer.source.fail({
    code: 'metadata-limit',
    at: lexer.start,
    message: `There are more than ${memberCountMax} ${what} in one place.`,
  });
}
