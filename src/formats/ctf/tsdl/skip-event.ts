/**
 * Steps over an event's block, reading only its attributes, where it is written as tracers write it:
 *
 *   event {
 *       name = "sched_switch"; id = 0; stream_id = 0; loglevel = 13;       text without escapes, decimal integers
 *       context := struct { … };                                           stepped over: only braces, strings and comments count
 *       fields := struct { … } align(8);
 *   };
 *
 * Anything else is for the parser, which also says what is wrong: a comment between attributes, a type declared in the block.
 * No text makes the regular expressions go back: what they repeat and what follows have no character in common.
 */
import type { PlainEvent } from './syntax.ts';

const begin = /[\t-\r ]*event\s*\{/y;
const attribute = /\s*([a-z_][a-z_.]*)\s*=\s*(?:"([^"\\]*)"|(0|[1-9][0-9]{0,14}))\s*;/y;
const fieldsBegin = /\s*fields\s*:=\s*struct\s*\{/y;
const contextBegin = /\s*context\s*:=\s*struct\s*\{/y;
const afterBody = /\s*(?:align\s*\(\s*[0-9]+\s*\)\s*)?;/y;
const end = /\s*\}\s*;/y;
/** Up to a brace, text or comment that must be looked at: members that are written with one pair of braces are stepped over together. */
const plainMembers = /(?:[^{}"'/]*\{[^{}"'/]*\}){0,64}[^{}"'/]*/y;
/** All of an event as LTTng writes nearly all: its attributes, name, id, stream and level; members as above, and nothing else. */
const usualEvent =
  /[\t-\r ]*(event\s*\{\s*name\s*=\s*"([^"\\]*)"\s*;\s*id\s*=\s*(0|[1-9][0-9]{0,14})\s*;\s*stream_id\s*=\s*(0|[1-9][0-9]{0,14})\s*;(?:\s*loglevel\s*=\s*(0|[1-9][0-9]{0,14})\s*;)?)\s*fields\s*:=\s*struct\s*\{(?:[^{}"'/]*\{[^{}"'/]*\}){0,64}[^{}"'/]*\}\s*;\s*\}\s*;/y;

type UsualParts = [all: string, head: string, name: string, id: string, streamId: string, logLevel?: string];

/**
 * The event whose block is the first thing from `from` on; undefined when it is not plain. There may be thousands: nothing is made on
 * the way that the event does not keep.
 */
export function skipEvent(text: string, from: number): PlainEvent | undefined {
  usualEvent.lastIndex = from;
  const usual = usualEvent.exec(text);
  if (usual === null) return skipUnusual(text, from);
  const [, head, name, id, streamId, logLevel] = usual as unknown as UsualParts;
  const at = text.indexOf('event', from);
  return {
    kind: 'plain-event',
    at,
    name,
    id: BigInt(id),
    streamId: BigInt(streamId),
    logLevel: logLevel === undefined ? undefined : Number(logLevel),
    attributes: noOthers,
    hasContext: false,
    typesAt: at + head.length,
    end: usualEvent.lastIndex,
  };
}

/** One with other attributes, a context of its own, or members that are not so plain. */
function skipUnusual(text: string, from: number): PlainEvent | undefined {
  if (!beginsAt(begin, text, from)) return undefined;
  const at = text.indexOf('event', from);
  const attributes = new Map<string, string | bigint>();
  let after = begin.lastIndex;
  for (;;) {
    attribute.lastIndex = after;
    const match = attribute.exec(text);
    if (match === null) break;
    const [, path, quoted, decimal] = match as unknown as [string, string, string | undefined, string];
    if (attributes.has(path)) return undefined;
    attributes.set(path, quoted ?? BigInt(decimal));
    after = attribute.lastIndex;
  }
  const typesAt = after;
  let hasFields = false;
  let hasContext = false;
  for (;;) {
    const isFields = beginsAt(fieldsBegin, text, after);
    if (!isFields && !beginsAt(contextBegin, text, after)) break;
    if (isFields ? hasFields : hasContext) return undefined;
    if (isFields) hasFields = true;
    else hasContext = true;
    const body = endOfBody(text, (isFields ? fieldsBegin : contextBegin).lastIndex);
    if (body === undefined || !beginsAt(afterBody, text, body)) return undefined;
    after = afterBody.lastIndex;
  }
  if (!beginsAt(end, text, after)) return undefined;
  return plainEvent(attributes, { at, hasContext, typesAt, end: end.lastIndex });
}

/** Whether what an expression describes is at a place; its `lastIndex` is behind it then. */
function beginsAt(expression: RegExp, text: string, at: number): boolean {
  expression.lastIndex = at;
  return expression.test(text);
}

const noOthers: PlainEvent['attributes'] = new Map();

/** Without attributes that have the wrong type. */
function plainEvent(
  attributes: Map<string, string | bigint>,
  where: Pick<PlainEvent, 'at' | 'hasContext' | 'typesAt' | 'end'>,
): PlainEvent | undefined {
  const name = attributes.get('name');
  const id = attributes.get('id');
  const streamId = attributes.get('stream_id');
  const logLevel = attributes.get('loglevel');
  if (typeof name !== 'string' || typeof id !== 'bigint') return undefined;
  if (typeof streamId === 'string' || typeof logLevel === 'string') return undefined;
  for (const known of ['name', 'id', 'stream_id', 'loglevel']) attributes.delete(known);
  const level = logLevel === undefined ? undefined : Number(logLevel);
  return { kind: 'plain-event', name, id, streamId, logLevel: level, attributes, ...where };
}

/** The offset after the `}` that closes a body; undefined when there is none, or a string or a comment has no end. */
function endOfBody(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at: number | undefined = from; at !== undefined; ) {
    plainMembers.lastIndex = at;
    plainMembers.test(text);
    at = plainMembers.lastIndex;
    if (at >= text.length) return undefined;
    const code = text.charCodeAt(at);
    if (code === openBrace) {
      depth++;
      at++;
    } else if (code === closeBrace) {
      depth--;
      at++;
      if (depth === 0) return at;
    } else {
      at = code === slash ? endOfComment(text, at) : endOfQuoted(text, code, at + 1);
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
  const close = text.indexOf(next === slash ? '\n' : '*/', at + 2);
  if (close < 0) return undefined;
  return next === slash ? close + 1 : close + 2;
}

function endOfQuoted(text: string, quote: number, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === backslash) at++;
    else if (code === quote) return at + 1;
  }
  return undefined;
}
