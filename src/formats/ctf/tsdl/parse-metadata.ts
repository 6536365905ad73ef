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
  const events: (Block | PlainEvent)[] = [];
  while (lexer.kind !== token.end) {
    if (take(lexer, ';')) continue;
    if (lexer.kind !== token.name)
      unexpected(lexer, 'a block ("trace", "stream", "event", …) or a declaration');
    if (isLazy && stepOverEvents(lexer, events)) continue;
    const block = parseBlock(lexer);
    if (block === undefined) declarations.push(parseDeclaration(lexer, 0, 'scope'));
    else (block.name === 'event' ? events : blocks).push(block);
    if (Math.max(declarations.length, blocks.length, events.length) > eventClassCountMax) failOfCount(lexer);
  }
  return { declarations, blocks, events };
}

function failOfCount({ source, start }: Lexer): never {
  const message = `The metadata has more than ${eventClassCountMax} blocks or declarations.`;
  return source.fail({ code: 'metadata-limit', at: start, message });
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

/**
 * The block of an event that was stepped over.
 * @throws TraceError as `parseMetadata` does
 */
export function parseBlockOf(event: PlainEvent, source: Source): Block {
  const block = parseBlock(new Lexer(source, event.at));
  if (block === undefined) throw new Error('what was stepped over is a block');
  return block;
}

/** Adds the events that begin here, one behind the other, as far as they can be stepped over. False where none can. */
function stepOverEvents(lexer: Lexer, events: (Block | PlainEvent)[]): boolean {
  if (!isWord(lexer, 'event')) return false;
  const { text } = lexer.source;
  let at = lexer.start;
  for (let event = skipEvent(text, at); event !== undefined; event = skipEvent(text, at)) {
    events.push(event);
    at = event.end;
    if (events.length > eventClassCountMax) failOfCount(lexer);
  }
  if (at === lexer.start) return false;
  lexer.skipTo(at);
  return true;
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
