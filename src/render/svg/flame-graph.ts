/**
 * Flame graphs as Brendan Gregg draws them (https://www.brendangregg.com/flamegraphs.html): each frame on top of the one that called it,
 * as wide as its part of all.
 *
 *     |copy---|           |
 *     |read----------|open|
 *     |main---------------|
 *     |all----------------|
 */
import { columnFormat, ShownCells } from '../../print/format-value.ts';
import { frameLabel, percent } from '../../print/frame-label.ts';
import { flameColor } from '../../print/palette.ts';
import { type FrameLayout, frameTotals, layOutFrames } from '../../results/flame-graph.ts';
import type { FlameGraph } from '../../results/shapes.ts';
import {
  colors,
  type Drawing,
  innerWidth,
  letterWidth,
  lineHeight,
  nothingFound,
  rect,
  rgb,
  type SvgPage,
  text,
} from './svg.ts';

const frameHeight = 17;
/** Narrower frames could not be seen, and would be most of a large file. */
const widthMin = 0.25;
/** As many as perf records, and the name. */
const levelCountMax = 128;
/** Between a frame's edges and its name. */
const padding = 3;

export function drawFlameGraph(graph: FlameGraph, page: SvgPage): Drawing {
  const layout = layOutFrames(graph);
  if (!(layout.total > 0) || !Number.isFinite(layout.total)) return nothingFound();
  const drawn = [...graph.frames.keys()].filter((index) => isDrawn(layout, index));
  const depth = drawn.reduce((most, index) => Math.max(most, (layout.places[index]?.depth ?? 0) + 1), 0);
  // The row of the frame that stands for all is below those of the others.
  const top = (level: number) => (depth - 1 - level) * frameHeight;
  const tipOf = tips(graph, layout, page);
  const all = drawFrame({ name: 'all', part: 1, x: 0, y: top(-1) }, tipOf(undefined));
  const frames = drawn.flatMap((index) => {
    const { begin, total, depth: level } = layout.places[index] as FrameLayout['places'][number];
    const { name } = graph.frames[index] as FlameGraph['frames'][number];
    const x = (begin / layout.total) * innerWidth;
    return drawFrame({ name, part: total / layout.total, x, y: top(level) }, tipOf(index));
  });
  const height = (depth + 1) * frameHeight;
  const leftOut = remark(graph, layout, graph.frames.length - drawn.length);
  if (leftOut === undefined) return { height, elements: [...all, ...frames] };
  const said = text(0, height + lineHeight, leftOut, { color: colors.dim });
  return { height: height + lineHeight, elements: [...all, ...frames, said] };
}

function isDrawn({ places, total }: FrameLayout, index: number): boolean {
  const place = places[index];
  if (place === undefined || place.depth >= levelCountMax) return false;
  return (place.total / total) * innerWidth >= widthMin;
}

/** A frame of all stacks is `part`. */
interface DrawnFrame {
  readonly name: string;
  readonly part: number;
  readonly x: number;
  readonly y: number;
}

function drawFrame({ name, part, x, y }: DrawnFrame, tip: string): readonly string[] {
  const width = part * innerWidth;
  // A gap tells neighbours apart.
  const size = { width: Math.max(widthMin, width - 0.5), height: frameHeight - 1 };
  const frame = rect(x, y, size, rgb(flameColor(name)), tip);
  const label = frameLabel(name, part, Math.floor((width - 2 * padding) / letterWidth), true);
  return label === '' ? [frame] : [frame, text(x + padding, y + frameHeight - 0.5, label)];
}

/** What the frame, or all of them, took: `main: 76.9 %, period 180 of 234, itself 0`. */
function tips({ frames, description }: FlameGraph, { total }: FrameLayout, page: SvgPage) {
  const totals = frameTotals(frames);
  const { title, kind } = description.value;
  const { print, unit } = columnFormat(description.value, new ShownCells([total]), page);
  const word = title.toLowerCase();
  const ofWhat = unit === '' || unit === word ? '' : ` ${unit}`;
  const whole = `${word} ${print(total)}${ofWhat}`;
  return (index: number | undefined): string => {
    const frame = index === undefined ? undefined : frames[index];
    if (index === undefined || frame === undefined) return `all: ${whole}`;
    const own = totals[index] as number;
    const of = kind === 'ratio' ? '' : `, ${word} ${print(own)} of ${print(total)}${ofWhat}`;
    return `${frame.name}: ${percent(own / total)}${of}, itself ${percent(frame.self / total)}`;
  };
}

function remark({ frames }: FlameGraph, { depth }: FrameLayout, leftCount: number): string | undefined {
  if (leftCount === 0) return undefined;
  const deep = depth > levelCountMax ? `, or deeper than ${levelCountMax} levels` : '';
  return `… ${leftCount} of ${frames.length} frames are too narrow to be seen${deep} (--json has all)`;
}
