/**
 * Globs over UTF-8 bytes: `*` any characters, `?` one character, `[a-z]` one of these, `[!a-z]` one of the others, `\\` makes the next one
 * plain. A bracket that is not closed is plain.
 *
 * After a mismatch only the last `*` is tried again one byte further, which is enough: what an earlier `*` could take more,
 * the last one can take as well. So the cost is at most text × pattern, whatever the pattern.
 */

const anyText = -1;
const anyCharacter = -2;
/** And below: a set, the first one here. */
const firstSet = -3;

/** Ranges of code points, both ends included. */
interface CharacterSet {
  readonly isNegated: boolean;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** A compiled glob: bytes, or the marks of `*`, `?` and of sets. */
export interface Glob {
  readonly parts: Int16Array;
  readonly sets: readonly CharacterSet[];
}

export function compileGlob(pattern: string): Glob {
  const parts: number[] = [];
  const sets: CharacterSet[] = [];
  const encoder = new TextEncoder();
  for (let at = 0; at < pattern.length; ) {
    const set = readSet(pattern, at);
    if (set !== undefined) {
      parts.push(firstSet - sets.length);
      sets.push(set.set);
      at = set.end;
      continue;
    }
    const isEscaped = pattern[at] === '\\' && at + 1 < pattern.length;
    if (isEscaped) at++;
    const character = String.fromCodePoint(pattern.codePointAt(at) as number);
    at += character.length;
    if (!isEscaped && character === '*') parts.push(anyText);
    else if (!isEscaped && character === '?') parts.push(anyCharacter);
    else parts.push(...encoder.encode(character));
  }
  return { parts: Int16Array.from(parts), sets };
}

const setForm = /\[(!?)(\]?[^\]]*)\]/y;

/** A set that begins here. As in a shell, a bracket that stands first in it is one of its characters. */
function readSet(
  pattern: string,
  at: number,
): { readonly set: CharacterSet; readonly end: number } | undefined {
  setForm.lastIndex = at;
  const match = setForm.exec(pattern);
  if (match === null || match[2] === '') return undefined;
  const points = Array.from(match[2] as string, (character) => character.codePointAt(0) as number);
  const ranges: (readonly [number, number])[] = [];
  const hyphen = 0x2d;
  for (let index = 0; index < points.length; index++) {
    const first = points[index] as number;
    const last = points[index + 2];
    if (points[index + 1] === hyphen && last !== undefined) {
      ranges.push([first, last]);
      index += 2;
    } else ranges.push([first, first]);
  }
  return { set: { isNegated: match[1] === '!', ranges }, end: setForm.lastIndex };
}

/** Whether all of `bytes[start]` to `bytes[end]` (excluded) matches. */
export function matchesGlob({ parts, sets }: Glob, bytes: Uint8Array, start: number, end: number): boolean {
  let part = 0;
  let at = start;
  let partAfterStar = -1;
  let retryAt = start;
  while (at < end) {
    const wanted = part < parts.length ? (parts[part] as number) : undefined;
    if (wanted === anyText) {
      partAfterStar = ++part;
      retryAt = at;
    } else if (
      wanted === anyCharacter ||
      (Number(wanted) <= firstSet && isInSet(sets, wanted as number, bytes, at, end))
    ) {
      part++;
      at = nextCharacter(bytes, at, end);
    } else if (wanted === bytes[at]) {
      part++;
      at++;
    } else if (partAfterStar >= 0) {
      part = partAfterStar;
      retryAt = nextCharacter(bytes, retryAt, end);
      at = retryAt;
    } else return false;
  }
  while (parts[part] === anyText) part++;
  return part === parts.length;
}

const decoder = new TextDecoder();

/** Whether a part is a set that has the character at a place. */
function isInSet(
  sets: readonly CharacterSet[],
  part: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): boolean {
  const set = sets[firstSet - part];
  if (set === undefined) return false;
  const byte = bytes[at] as number;
  const point =
    byte < 0x80
      ? byte
      : (decoder.decode(bytes.subarray(at, nextCharacter(bytes, at, end))).codePointAt(0) as number);
  return set.ranges.some(([first, last]) => first <= point && point <= last) !== set.isNegated;
}

const encoder = new TextEncoder();

export function textMatchesGlob(glob: Glob, text: string): boolean {
  const bytes = encoder.encode(text);
  return matchesGlob(glob, bytes, 0, bytes.length);
}

/** Past a character and its continuation bytes; a stray continuation byte counts with what precedes it. */
function nextCharacter(bytes: Uint8Array, at: number, end: number): number {
  let next = at + 1;
  while (next < end && ((bytes[next] as number) & 0xc0) === 0x80) next++;
  return next;
}
