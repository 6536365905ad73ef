/**
 * Text from traces, made safe for a terminal and measured in its columns.
 *
 * Names of processes and files are chosen by whoever ran them: an escape sequence or a change of writing direction in
 * one must not reach the terminal. Widths are approximate: East Asian wide characters and emoji take two columns,
 * combining characters none; what a terminal does with joined emoji differs and is not followed.
 */

/** Nearly all text is this: expressions about all of Unicode take a millisecond to make, so that each is made where it is first needed. */
const plain = /^[\u0020-\u007e]*$/;

/** Shows what could act on a terminal as an escape: `\n`, `\x1b`, `\u202e`. Without `unicode`, all that is not ASCII. */
export function safeText(text: string, unicode: boolean): string {
  if (plain.test(text)) return text;
  // Control characters (C0, DEL, C1), line and paragraph separators, and what turns the direction of writing.
  const unsafe =
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;
  const shown = text.replace(unsafe, escapeCharacter);
  return unicode ? shown : shown.replace(/[^\u0020-\u007e]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}

/** First and last code point of the blocks that take two columns. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x2705, 0x2705],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  // Dashes, quotes, the ellipsis; lines and blocks of tables.
  if ((code >= 0x2010 && code <= 0x2027) || (code >= 0x2500 && code <= 0x259f)) return 1;
  if (/\p{Mn}|\p{Me}|\p{Default_Ignorable_Code_Point}/u.test(character)) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/** How many columns text takes that `safeText` has passed. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** The longest beginning of at most `width` columns. */
function takeWidth(characters: readonly string[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const character of characters) {
    used += characterWidth(character);
    if (used > width) break;
    taken.push(character);
  }
  return taken;
}

/** Cuts text to `width` columns, with an ellipsis where it was cut: at the end, or at the beginning (of a path). */
export function clip(text: string, width: number, unicode: boolean, end: 'end' | 'begin' = 'end'): string {
  if (textWidth(text) <= width) return text;
  const ellipsis = unicode ? '…' : '..'.slice(0, Math.max(0, width));
  const room = Math.max(0, width - ellipsis.length);
  if (end === 'end') return takeWidth([...text], room).join('') + ellipsis;
  return (
    ellipsis +
    takeWidth([...text].reverse(), room)
      .reverse()
      .join('')
  );
}

/** Fills text with spaces to `width` columns. */
export function padText(text: string, width: number, align: 'left' | 'right'): string {
  if (plain.test(text)) return align === 'left' ? text.padEnd(width) : text.padStart(width);
  const spaces = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + spaces : spaces + text;
}

/** Breaks safe text at spaces into lines of at most `width` columns; longer words are cut. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, width))) {
    if (line === '') line = word;
    else if (textWidth(line) + 1 + textWidth(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  if (textWidth(word) <= width) return [word];
  const result: string[] = [];
  let rest = [...word];
  while (rest.length > 0) {
    const piece = takeWidth(rest, width);
    result.push(piece.join(''));
    rest = rest.slice(Math.max(1, piece.length));
  }
  return result;
}
