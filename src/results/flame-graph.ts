/**
 * Where the frames of a flame graph lie.
 *
 *     main ├──────────────────────────────┤    total 10
 *     read ├─────────────────┤                 total 6, of which 2 are its own
 *     copy ├───────────┤                       total 4
 *                            └─ 4 of main's own
 */
import type { FlameGraph, FlameGraphDescription, Frame } from './shapes.ts';

/** A frame's place: its own and all that it called, from `begin` on. */
export interface FramePlace {
  /** 0 at the top. */
  readonly depth: number;
  /** In units of the value, from the left edge. */
  readonly begin: number;
  readonly total: number;
}

/** Frames and their places, in the graph's order. */
export interface FrameLayout {
  readonly places: readonly FramePlace[];
  /** The value of all stacks, which the widths are parts of. */
  readonly total: number;
  /** Levels of frames. */
  readonly depth: number;
}

/** A flame graph from its frames; throws when a parent does not come before its frames. */
export function flameGraph(description: FlameGraphDescription, frames: readonly Frame[]): FlameGraph {
  for (const [index, { parent }] of frames.entries()) {
    if (parent !== undefined && !(parent >= 0 && parent < index))
      throw new Error(`Frame ${index} of ${description.id} has parent ${parent}, which is not before it.`);
  }
  return { shape: 'flame-graph', description, frames };
}

/** Of each frame the value of itself and of all below it. */
export function frameTotals(frames: readonly Frame[]): Float64Array {
  const totals = Float64Array.from(frames, ({ self }) => self);
  for (let index = frames.length - 1; index >= 0; index -= 1) {
    const parent = frames[index]?.parent;
    if (parent !== undefined) totals[parent] = (totals[parent] as number) + (totals[index] as number);
  }
  return totals;
}

/** Children side by side from their parent's left edge, what is the parent's own on the right. */
export function layOutFrames({ frames }: FlameGraph): FrameLayout {
  const totals = frameTotals(frames);
  const places: FramePlace[] = [];
  // Of each frame, where the next of its children begins.
  const next = new Float64Array(frames.length);
  let [nextAtTop, depthMax] = [0, 0];
  for (const [index, { parent }] of frames.entries()) {
    const total = totals[index] as number;
    const begin = parent === undefined ? nextAtTop : (next[parent] as number);
    const depth = parent === undefined ? 0 : (places[parent] as FramePlace).depth + 1;
    if (parent === undefined) nextAtTop += total;
    else next[parent] = begin + total;
    next[index] = begin;
    places.push({ depth, begin, total });
    depthMax = Math.max(depthMax, depth + 1);
  }
  return { places, total: nextAtTop, depth: depthMax };
}
