/** What the terminal can show, and the few escape sequences that we use; with `plain` there are none. */

import type { Page, PageLine } from '../../print/page.ts';
import { heatColor, nearestOf256, type Rgb } from '../../print/palette.ts';
import type { ColorDepth } from '../../results/renderer.ts';

/** Where lines are drawn. */
export interface Terminal extends Page {
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

/** A line of the heading. */
export function styledLine(terminal: Terminal, { look, text }: PageLine): string {
  if (look === 'title') return bold(terminal, text);
  return look === 'dim' ? dim(terminal, text) : warning(terminal, text);
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

/** Black text on a colour. */
export function onColor(terminal: Terminal, color: Rgb, text: string): string {
  return styled(terminal, `${colorSequence(terminal, color, 48)}\x1b[30m`, text);
}

function heatSequence(terminal: Terminal, level: number, ground: 38 | 48): string {
  return colorSequence(terminal, heatColor(level), ground);
}

function colorSequence(terminal: Terminal, color: Rgb, ground: 38 | 48): string {
  if (terminal.color === 'truecolor') return `\x1b[${ground};2;${color.join(';')}m`;
  return terminal.color === '256' ? `\x1b[${ground};5;${nearestOf256(color)}m` : '';
}

function styled(terminal: Terminal, sequence: string, text: string): string {
  return terminal.color === 'plain' || text === '' ? text : sequence + text + reset;
}
