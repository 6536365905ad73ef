/** A whole TSDL text: blocks and declarations (CTF 1.8.3 C.2.3). */
import { eventClassCountMax } from '../../../bytes/limits.ts';
import { Lexer, token } from './lexer.ts';
import { expect, isPunctuator, isWord, parseAttributePath, parseExpression, take, unexpected } from './parse-expression.ts';
import { parseDeclaration, parseSpecifiers } from './parse-type.ts';
import { endOfBody } from './skip-body.ts';
import type { Source } from './source.ts';
import { type Block, type BlockName, blockNames, type Declaration, type Definition, type MetadataSyntax, type Skipped, type TypeSpecifier } from './syntax.ts';

/**
 * @param isLazy types of events are only stepped over, and parsed when they are asked for: a kernel trace describes a thousand
 *   events, of which it has a few hundred
 * @throws TraceError `metadata-syntax`, `metadata-integer-range`, `metadata-nesting` or `metadata-limit`, with its line
 */
export function parseMetadata(source: Source, isLazy = false): MetadataSyntax {
  const lexer = new Lexer(source);
  const declarations: Declaration[] = [];
  const blocks: Block[] = [];
  while (lexer.kind !== token.end) {
    if (take(lexer, ';')) continue;
    if (lexer.kind !== token.name)
      unexpected(lexer, 'a block ("trace", "stream", "event", …) or a declaration');
    const block = parseBlock(lexer, isLazy);
    if (block === undefined) declarations.push(parseDeclaration(lexer, 0, 'scope'));
    else blocks.push(block);
    if (blocks.length > eventClassCountMax || declarations.length > eventClassCountMax) {
      const message = `The metadata has more than ${eventClassCountMax} blocks or declarations.`;
      source.fail({ code: 'metadata-limit', at: lexer.start, message });
    }
  }
  return { declarations, blocks };
}

function parseBlock(lexer: Lexer, isLazy: boolean): Block | undefined {
  const name = blockNames.find((each) => each === lexer.text);
  if (name === undefined) return undefined;
  const at = lexer.start;
  lexer.next();
  expect(lexer, '{', `after "${name}"`);
  const entries: Block['entries'][number][] = [];
  while (!take(lexer, '}')) entries.push(parseEntry(lexer, name, isLazy && name === 'event'));
  expect(lexer, ';', `after the "}" of the ${name} block`);
  return { kind: 'block', at, name, entries };
}

function parseEntry(lexer: Lexer, block: BlockName, isLazy: boolean): Block['entries'][number] {
  if (lexer.kind !== token.name && lexer.kind !== token.string) {
    unexpected(lexer, `an attribute, a declaration or "}" in the ${block} block`);
  }
  if (isDeclarationHere(lexer)) return parseDeclaration(lexer, 1, 'scope');
  const at = lexer.start;
  const path = parseAttributePath(lexer);
  if (take(lexer, ':=')) {
    const later = isLazy ? laterDefinition(lexer, at, path) : undefined;
    if (later !== undefined) return later;
    const { type } = parseSpecifiers(lexer, 1);
    expect(lexer, ';', `after the type of "${path}"`);
    return { kind: 'definition', at, path, type };
  }
  expect(lexer, '=', `or ":=" after "${path}"`);
  const value = parseExpression(lexer);
  expect(lexer, ';', `after the value of "${path}"`);
  return { kind: 'assignment', at, path, value };
}

/** `struct { … }` without a name, stepped over; undefined, and nothing read, when something else stands here. */
function laterDefinition(lexer: Lexer, at: number, path: string): Definition | undefined {
  const mark = lexer.mark();
  const from = lexer.start;
  if (isWord(lexer, 'struct')) {
    lexer.next();
    const end = isPunctuator(lexer, '{') ? endOfBody(lexer.source.text, lexer.start + 1) : undefined;
    if (end !== undefined) {
      lexer.skipTo(end);
      const skipped = { from, to: end };
      if (isWord(lexer, 'align')) {
        while (lexer.kind !== token.end && !isPunctuator(lexer, ';') && !isPunctuator(lexer, '}')) lexer.next();
      }
      if (take(lexer, ';')) return new LaterDefinition(lexer.source, at, path, skipped);
    }
  }
  lexer.reset(mark);
  return undefined;
}

/** A definition whose type is parsed when it is first asked for, which may fail then. */
class LaterDefinition implements Definition {
  readonly kind = 'definition';
  readonly at: number;
  readonly path: string;
  readonly skipped: Skipped;
  readonly #source: Source;
  #type: TypeSpecifier | undefined;

  constructor(source: Source, at: number, path: string, skipped: Skipped) {
    this.#source = source;
    this.at = at;
    this.path = path;
    this.skipped = skipped;
  }

  /** @throws TraceError as `parseMetadata` does */
  get type(): TypeSpecifier {
    if (this.#type === undefined) {
      const lexer = new Lexer(this.#source, this.skipped.from);
      const { type } = parseSpecifiers(lexer, 1);
      expect(lexer, ';', `after the type of "${this.path}"`);
      this.#type = type;
    }
    return this.#type;
  }
}

/** Attributes may bear the names of keywords (`event.header`, `string = 3` in an environment): what follows tells. */
function isDeclarationHere(lexer: Lexer): boolean {
  if (lexer.kind === token.string) return false;
  if (isWord(lexer, 'typealias') || isWord(lexer, 'typedef')) return true;
  const mark = lexer.mark();
  lexer.next();
  const isAttribute = lexer.kind === token.punctuator && ['=', ':=', '.', '->'].includes(lexer.text);
  const isDeclaration =
    lexer.kind === token.name || (lexer.kind === token.punctuator && '{:<'.includes(lexer.text));
  lexer.reset(mark);
  return isDeclaration && !isAttribute;
}
