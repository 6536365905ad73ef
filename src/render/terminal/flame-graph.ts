/**
 * A flame graph as an icicle: callers above what they called, widths in proportion, names where there is room for them.
 *
 *     |all 100 %------------------------------
 *     |main 100 %-----------------------------
 *     |read 60 %--------------|write 30 %--
 */
import { frameLabel } from '../../print/frame-label.ts';
import { glyphs } from '../../print/page.ts';
import { flameColor } from '../../print/palette.ts';
import { padText, textWidth, wrapText } from '../../print/text-width.ts';
import { type FrameLayout, layOutFrames } from '../../results/flame-graph.ts';
import type { FlameGraph } from '../../results/shapes.ts';
import { dim, onColor, type Terminal } from './terminal.ts';

/** Frames below are counted: nobody scrolls through more. */
const lineCountMax = 100;

/** A frame on its line: columns from `left` to before `right`. */
interface Piece {
  readonly name: string;
  readonly part: number;
  readonly left: number;
  readonly right: number;
}

export function* flameGraphLines(graph: FlameGraph, terminal: Terminal): Generator<string> {
  const layout = layOutFrames(graph);
  if (!(layout.total > 0) || !Number.isFinite(layout.total)) {
    yield dim(terminal, '(nothing found)');
    return;
  }
  yield drawPiece({ name: 'all', part: 1, left: 0, right: terminal.width }, terminal);
  const levels = levelsOf(graph, layout, terminal.width);
  for (const level of levels.slice(0, lineCountMax)) yield drawLevel(level, terminal);
  yield* remarks(graph, layout, levels, terminal);
}

/** What is drawn on each level, from the left; levels where everything is too narrow are left out. */
function levelsOf(graph: FlameGraph, { places, total, depth }: FrameLayout, width: number): Piece[][] {
  const levels: Piece[][] = Array.from({ length: depth }, () => []);
  for (const [index, place] of places.entries()) {
    const columnOf = (value: number) => Math.round((value / total) * width);
    const [left, right] = [columnOf(place.begin), columnOf(place.begin + place.total)];
    if (right <= left) continue;
    const { name } = graph.frames[index] as { readonly name: string };
    levels[place.depth]?.push({ name, part: place.total / total, left, right });
  }
  return levels.filter((level) => level.length > 0);
}

/** Frames come by their parents, which need not be from the left to the right. */
function drawLevel(level: readonly Piece[], terminal: Terminal): string {
  let line = '';
  let column = 0;
  for (const piece of [...level].sort((a, b) => a.left - b.left)) {
    line += ' '.repeat(piece.left - column) + drawPiece(piece, terminal);
    column = piece.right;
  }
  return line;
}

function drawPiece({ name, part, left, right }: Piece, terminal: Terminal): string {
  const { vertical, rule } = glyphs(terminal);
  const room = right - left - 1;
  const text = frameLabel(name, part, room, terminal.unicode);
  if (terminal.color !== 'plain')
    return onColor(terminal, flameColor(name), vertical + padText(text, room, 'left'));
  return vertical + text + rule.repeat(Math.max(0, room - textWidth(text)));
}

function* remarks(
  { frames }: FlameGraph,
  { depth }: FrameLayout,
  levels: readonly Piece[][],
  terminal: Terminal,
): Generator<string> {
  const drawnCount = levels.slice(0, lineCountMax).reduce((sum, level) => sum + level.length, 0);
  const leftCount = frames.length - drawnCount;
  if (leftCount === 0) return;
  const deep = depth > lineCountMax ? `, or deeper than ${lineCountMax} levels` : '';
  const text = `${glyphs(terminal).ellipsis} ${leftCount} of ${frames.length} frames are narrower than a column${deep}: use a wider terminal, --svg or --json`;
  for (const line of wrapText(text, terminal.width)) yield dim(terminal, line);
}
