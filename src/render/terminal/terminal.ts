/** What the terminal can show, and the few escape sequences that we use; with `plain` there are none. */
import type { ColorDepth } from '../../results/renderer.ts';
import type { FormatContext } from './format-value.ts';
import { heatColor, nearestOf256 } from './palette.ts';

/** Where lines are drawn. */
export interface Terminal extends FormatContext {
  readonly width: number;
  readonly color: ColorDepth;
  /** Rows shown of each table, `Infinity` for all. */
  readonly rowCountMax: number;
}

const reset = '\x1b[0m';

export function bold(terminal: Terminal, text: string): string {
  return styled(terminal, '\x1b[1m', text);
}

export function dim(terminal: Terminal, text: string): string {
  return styled(terminal, '\x1b[2m', text);
}

/** Yellow, for what the reader should know before believing a number. */
export function warning(terminal: Terminal, text: string): string {
  return styled(terminal, '\x1b[33m', text);
}

/** Text in the colour of heat, level 0 … 1. */
export function heatText(terminal: Terminal, level: number, text: string): string {
  return styled(terminal, heatSequence(terminal, level, 38), text);
}

/** Spaces on a background of heat for each level; `undefined` levels stay empty. Equal neighbours share a sequence. */
export function heatCells(
  terminal: Terminal,
  levels: readonly (number | undefined)[],
  cellWidth: number,
): string {
  let line = '';
  let current = '';
  for (const level of levels) {
    const wanted = level === undefined ? '' : heatSequence(terminal, level, 48);
    if (wanted !== current) {
      line += wanted === '' ? reset : wanted;
      current = wanted;
    }
    line += ' '.repeat(cellWidth);
  }
  return current === '' ? line : line + reset;
}

function heatSequence(terminal: Terminal, level: number, ground: 38 | 48): string {
  const color = heatColor(level);
  if (terminal.color === 'truecolor') return `\x1b[${ground};2;${color.join(';')}m`;
  return terminal.color === '256' ? `\x1b[${ground};5;${nearestOf256(color)}m` : '';
}

function styled(terminal: Terminal, sequence: string, text: string): string {
  return terminal.color === 'plain' || text === '' ? text : sequence + text + reset;
}

/** Characters with which a terminal without Unicode does. */
export function glyphs(terminal: Terminal) {
  return terminal.unicode
    ? { rule: '─', vertical: '│', tick: '┴', ellipsis: '…', to: '–', dot: '·' }
    : { rule: '-', vertical: '|', tick: '+', ellipsis: '...', to: '-', dot: '-' };
}
