/**
 * Characters that would act on a terminal or reorder what is shown: controls (C0, DEL, C1), line and paragraph separators,
 * and the marks that change the direction of writing. A trace's text comes from strangers.
 */
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A JSON string whose unsafe characters are all escaped; unpaired surrogates become escapes too. */
export function quoted(text: string): string {
  return JSON.stringify(text).replace(unsafe, unicodeEscape);
}

/** A name without quotes, its unsafe characters escaped. */
export function safeName(name: string): string {
  return name.replace(unsafe, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Bytes as pairs of hexadecimal digits. */
export function hexOf(bytes: Uint8Array, between = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}
