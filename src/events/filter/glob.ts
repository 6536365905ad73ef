/**
 * Globs over UTF-8 bytes: `*` any characters, `?` one character, `\` makes the next one plain.
 *
 * After a mismatch only the last `*` is tried again one byte further, which is enough: what an earlier `*` could take more,
 * the last one can take as well. So the cost is at most text × pattern, whatever the pattern.
 */

const anyText = -1;
const anyCharacter = -2;

/** A compiled glob: bytes, or the marks of `*` and `?`. */
export type Glob = Int16Array;

export function compileGlob(pattern: string): Glob {
  const bytes = new TextEncoder().encode(pattern);
  const parts: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x5c && i + 1 < bytes.length) parts.push(bytes[++i] as number);
    else if (byte === 0x2a) parts.push(anyText);
    else if (byte === 0x3f) parts.push(anyCharacter);
    else parts.push(byte);
  }
  return Int16Array.from(parts);
}

/** Whether all of `bytes[start]` to `bytes[end]` (excluded) matches. */
export function matchesGlob(glob: Glob, bytes: Uint8Array, start: number, end: number): boolean {
  let part = 0;
  let at = start;
  let partAfterStar = -1;
  let retryAt = start;
  while (at < end) {
    const wanted = part < glob.length ? (glob[part] as number) : undefined;
    if (wanted === anyText) {
      partAfterStar = ++part;
      retryAt = at;
    } else if (wanted === anyCharacter) {
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
  while (glob[part] === anyText) part++;
  return part === glob.length;
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
