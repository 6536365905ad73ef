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
 * Regular expressions look at one thing each, so that no text makes them go back.
 */
import type { PlainEvent } from './syntax.ts';

const begin = /event\s*\{/y;
/** An event as LTTng begins it. */
const usualBegin =
  /event\s*\{\s*name\s*=\s*"([^"\\]*)"\s*;\s*id\s*=\s*(0|[1-9][0-9]{0,14})\s*;\s*stream_id\s*=\s*(0|[1-9][0-9]{0,14})\s*;/y;
const attribute = /\s*([a-z_][a-z_.]*)\s*=\s*(?:"([^"\\]*)"|(0|[1-9][0-9]{0,14}))\s*;/y;
const fieldsBegin = /\s*fields\s*:=\s*struct\s*\{/y;
const contextBegin = /\s*context\s*:=\s*struct\s*\{/y;
const afterBody = /\s*(?:align\s*\(\s*[0-9]+\s*\)\s*)?;/y;
const end = /\s*\}\s*;/y;
/** Up to a brace, text or comment that must be looked at: members that are written with one pair of braces are stepped over together. */
const plainMembers = /(?:[^{}"'/]*\{[^{}"'/]*\}){0,64}[^{}"'/]*/y;

/**
 * The event whose block begins at `at`; undefined when it is not plain. There may be thousands: nothing is made on the way that the event
 * does not keep.
 */
export function skipEvent(text: string, at: number): PlainEvent | undefined {
  usualBegin.lastIndex = at;
  const usual = usualBegin.exec(text);
  if (usual === null && !beginsAt(begin, text, at)) return undefined;
  let after = usual === null ? begin.lastIndex : usualBegin.lastIndex;
  let attributes: Map<string, string | bigint> | undefined;
  for (;;) {
    attribute.lastIndex = after;
    const match = attribute.exec(text);
    if (match === null) break;
    const [, path, quoted, decimal] = match as unknown as [string, string, string | undefined, string];
    attributes ??= attributesOf(usual);
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
  if (usual === null || attributes !== undefined)
    return plainEvent(attributes ?? new Map(), { hasContext, typesAt, end: end.lastIndex });
  return {
    name: usual[1] as string,
    id: BigInt(usual[2] as string),
    streamId: BigInt(usual[3] as string),
    logLevel: undefined,
    attributes: noOthers,
    hasContext,
    typesAt,
    end: end.lastIndex,
  };
}

/** Whether what an expression describes is at a place; its `lastIndex` is behind it then. */
function beginsAt(expression: RegExp, text: string, at: number): boolean {
  expression.lastIndex = at;
  return expression.test(text);
}

const noOthers: PlainEvent['attributes'] = new Map();

function attributesOf(usual: RegExpExecArray | null): Map<string, string | bigint> {
  if (usual === null) return new Map();
  const [, name, id, streamId] = usual as unknown as [string, string, string, string];
  return new Map<string, string | bigint>([
    ['name', name],
    ['id', BigInt(id)],
    ['stream_id', BigInt(streamId)],
  ]);
}

/** Without attributes that have the wrong type. */
function plainEvent(
  attributes: Map<string, string | bigint>,
  where: Pick<PlainEvent, 'hasContext' | 'typesAt' | 'end'>,
): PlainEvent | undefined {
  const name = attributes.get('name');
  const id = attributes.get('id');
  const streamId = attributes.get('stream_id');
  const logLevel = attributes.get('loglevel');
  if (typeof name !== 'string' || typeof id !== 'bigint') return undefined;
  if (typeof streamId === 'string' || typeof logLevel === 'string') return undefined;
  for (const known of ['name', 'id', 'stream_id', 'loglevel']) attributes.delete(known);
  return { name, id, streamId, logLevel, attributes, ...where };
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
