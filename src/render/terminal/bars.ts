/** Bars made of characters, to an eighth of a column (or row) where Unicode is at hand. */
import type { Terminal } from './terminal.ts';

const eighthsAcross = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
const eighthsUp = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiUp = [' ', '_', '.', ':', '-', '=', '+', '*', '#'];

/** A horizontal bar of at most `width` columns; what is more than nothing is seen, if only as the thinnest bar. */
export function horizontalBar(terminal: Terminal, part: number, width: number): string {
  if (!(part > 0)) return '';
  const eighths = Math.max(1, Math.round(Math.min(1, part) * width * 8));
  if (terminal.unicode) return '█'.repeat(eighths >> 3) + eighthsAcross[eighths & 7]!;
  return '#'.repeat(eighths >> 3) || '|';
}

/** One row of a column chart: for each part 0 … 1 of the whole height the piece in row `row` (0 is the lowest) of `rowCount`. */
export function columnRow(
  terminal: Terminal,
  parts: readonly (number | undefined)[],
  row: number,
  rowCount: number,
): string {
  const levels = terminal.unicode ? eighthsUp : asciiUp;
  return parts
    .map((part) => {
      if (part === undefined || !(part > 0)) return ' ';
      const eighths = Math.max(1, Math.round(Math.min(1, part) * rowCount * 8));
      return levels[Math.min(8, Math.max(0, eighths - row * 8))]!;
    })
    .join('');
}
