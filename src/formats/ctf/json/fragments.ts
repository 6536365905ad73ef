/**
 * The JSON text sequence that CTF 2's metadata is (CTF2-SPEC-2.0 §5, RFC 7464): each text is a fragment, an object.
 *
 *   ␞{ … }⏎ ␞{ … }⏎ …        ␞ is U+001E, which JSON can only have in escaped form; a missing line feed does no harm
 */
import { nestingDepthMax } from '../../../bytes/limits.ts';
import { TraceError } from '../../../bytes/trace-error.ts';
import { JsonError, type JsonValue, readJson } from '../../../results/json-text.ts';

/** The text of one fragment, not read yet. */
export interface FragmentText {
  /** From 1, as they are counted in messages. */
  readonly number: number;
  /** Where its JSON begins in the whole text. */
  readonly at: number;
  readonly json: string;
}

const separator = '\x1e';

/** @throws TraceError `metadata-syntax` for text that is not behind a separator */
export function splitFragments(text: string, file: string): FragmentText[] {
  const first = text.indexOf(separator);
  const before = first < 0 ? text : text.slice(0, first);
  if (before.trim() !== '') failBeforeSeparator(text, before, file);
  const fragments: FragmentText[] = [];
  for (let at = first; at >= 0; ) {
    const next = text.indexOf(separator, at + 1);
    const json = text.slice(at + 1, next < 0 ? text.length : next);
    // RFC 7464 §2.1: separators with nothing between them are one.
    if (/\S/.test(json)) fragments.push({ number: fragments.length + 1, at: at + 1, json });
    at = next;
  }
  return fragments;
}

function failBeforeSeparator(text: string, before: string, file: string): never {
  const at = before.search(/\S/);
  throw new TraceError({
    code: 'metadata-syntax',
    file,
    place: placeOf(text, at),
    message: `Expected the record separator U+001E before each fragment, found ${JSON.stringify(before.slice(at, at + 12))}.`,
    hint: 'Some drafts of CTF 2 were written without it: record again with a tracer that writes the final CTF 2.',
  });
}

/**
 * The value of a fragment; integers are exact.
 * @throws TraceError `metadata-syntax` or `metadata-nesting` at the line and column of the mistake
 */
export function parseFragment(fragment: FragmentText, text: string, file: string): JsonValue {
  const { json, at, number } = fragment;
  if (!mayHaveLargeIntegers.test(json)) {
    try {
      return JSON.parse(json) as JsonValue;
    } catch (error) {
      // Read again below, for the place.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  try {
    return readJson(json, jsonDepthMax);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const character = /at character ([0-9]+)/.exec(error.message)?.[1];
    const isDeep = error.message.includes('levels of nesting');
    throw new TraceError({
      code: isDeep ? 'metadata-nesting' : 'metadata-syntax',
      file,
      place: placeOf(text, at + Number(character ?? 0)),
      chain: [`fragment ${number}`],
      message: error.message.replace(/ at character [0-9]+/, ''),
      ...(isDeep ? {} : { hint: 'The metadata may have been cut off while it was being written.' }),
    });
  }
}

/** A type within another stands up to four levels deeper: `member-classes`, its element, `field-class`, the type. */
const jsonDepthMax = 4 * (nestingDepthMax + 2);

/** The engine's own parser is several times faster, and exact for integers of up to 15 digits. */
const mayHaveLargeIntegers = /[0-9]{16}/;

/** Line and column of an offset, from 1. */
export function placeOf(text: string, at: number): { unit: 'line'; line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', lineStart)) {
    line++;
    lineStart = end + 1;
  }
  return { unit: 'line', line, column: at - lineStart + 1 };
}
