/** A whole TSDL text: blocks and declarations (CTF 1.8.3 C.2.3). */
import { eventClassCountMax } from '../../../bytes/limits.ts';
import { Lexer, token } from './lexer.ts';
import { expect, isWord, parseAttributePath, parseExpression, take, unexpected } from './parse-expression.ts';
import { parseDeclaration, parseSpecifiers } from './parse-type.ts';
import { skipEvent } from './skip-event.ts';
import type { Source } from './source.ts';
import {
  type Block,
  type BlockName,
  blockNames,
  type Declaration,
  type MetadataSyntax,
  type PlainEvent,
} from './syntax.ts';

/**
 * @param isLazy plain events are only stepped over, and parsed when more than their attributes is asked for: a kernel trace
 *   describes a thousand events, of which it has a few hundred
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
    const block = (isLazy ? stepOverEvent(lexer) : undefined) ?? parseBlock(lexer);
    if (block === undefined) declarations.push(parseDeclaration(lexer, 0, 'scope'));
    else blocks.push(block);
    if (blocks.length > eventClassCountMax || declarations.length > eventClassCountMax) {
      const message = `The metadata has more than ${eventClassCountMax} blocks or declarations.`;
      source.fail({ code: 'metadata-limit', at: lexer.start, message });
    }
  }
  return { declarations, blocks };
}

function parseBlock(lexer: Lexer): Block | undefined {
  const name = blockNames.find((each) => each === lexer.text);
  if (name === undefined) return undefined;
  const at = lexer.start;
  lexer.next();
  expect(lexer, '{', `after "${name}"`);
  const entries = parseEntries(lexer, name);
  expect(lexer, ';', `after the "}" of the ${name} block`);
  return { kind: 'block', at, end: lexer.start, name, entries };
}

/** Up to and with the `}` of the block. */
function parseEntries(lexer: Lexer, block: BlockName): Block['entries'] {
  const entries: Block['entries'][number][] = [];
  while (!take(lexer, '}')) entries.push(parseEntry(lexer, block));
  return entries;
}

/**
 * The types of an event that was stepped over.
 * @throws TraceError as `parseMetadata` does
 */
export function parseTypesOf(event: PlainEvent, source: Source): Block['entries'] {
  return parseEntries(new Lexer(source, event.typesAt), 'event');
}

/** The event block that begins here, if it can be stepped over. */
function stepOverEvent(lexer: Lexer): Block | undefined {
  if (!isWord(lexer, 'event')) return undefined;
  const plain = skipEvent(lexer.source.text, lexer.start);
  if (plain === undefined) return undefined;
  const block = new LaterBlock(lexer.source, lexer.start, plain);
  lexer.skipTo(plain.end);
  return block;
}

/** A block whose entries are parsed when they are first asked for, which may fail then. */
class LaterBlock implements Block {
  readonly kind = 'block';
  readonly name = 'event';
  readonly at: number;
  readonly plain: PlainEvent;
  readonly #source: Source;
  #entries: Block['entries'] | undefined;

  constructor(source: Source, at: number, plain: PlainEvent) {
    this.#source = source;
    this.at = at;
    this.plain = plain;
  }

  get end(): number {
    return this.plain.end;
  }

  /** @throws TraceError as `parseMetadata` does */
  get entries(): Block['entries'] {
    if (this.#entries === undefined) {
      const parsed = parseBlock(new Lexer(this.#source, this.at));
      if (parsed === undefined) throw new Error('what was stepped over is a block');
      this.#entries = parsed.entries;
    }
    return this.#entries;
  }
}

function parseEntry(lexer: Lexer, block: BlockName): Block['entries'][number] {
  if (lexer.kind !== token.name && lexer.kind !== token.string) {
    unexpected(lexer, `an attribute, a declaration or "}" in the ${block} block`);
  }
  if (isDeclarationHere(lexer)) return parseDeclaration(lexer, 1, 'scope');
  const at = lexer.start;
  const path = parseAttributePath(lexer);
  if (take(lexer, ':=')) {
    const { type } = parseSpecifiers(lexer, 1);
    expect(lexer, ';', `after the type of "${path}"`);
    return { kind: 'definition', at, path, type };
  }
  expect(lexer, '=', `or ":=" after "${path}"`);
  const value = parseExpression(lexer);
  expect(lexer, ';', `after the value of "${path}"`);
  return { kind: 'assignment', at, path, value };
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
