/**
 * Axes that fit the room there is: neighbouring bins are merged, whole ones only, or each is drawn several columns wide.
 *
 *     bins      │··│··│··│··│··│··│··│      7 bins, room for 4
 *     groups    │·····│·····│·····│··│      2 bins each
 */
import { type ColumnKind, isNumeric } from '../results/columns.ts';
import type { AxisDescription, Bins } from '../results/shapes.ts';
import { type FormatContext, printAlone, printTime } from './format-value.ts';

const cellWidthMax = 6;

/** How bins become columns of the terminal. */
export interface Groups {
  /** Bins in each group; the last may have fewer. */
  readonly size: number;
  readonly count: number;
  /** Columns of the terminal per group. */
  readonly cellWidth: number;
}

/** Groups of `binCount` bins in at most `room` columns. */
export function groupBins(binCount: number, room: number): Groups {
  const size = Math.max(1, Math.ceil(binCount / Math.max(1, room)));
  const count = Math.ceil(binCount / size);
  return {
    size,
    count,
    cellWidth: Math.max(1, Math.min(cellWidthMax, Math.floor(room / Math.max(1, count)))),
  };
}

/** The sums of each group. */
export function groupSums(values: readonly number[], groups: Groups): number[] {
  const sums = new Array<number>(groups.count).fill(0);
  values.forEach((value, index) => {
    sums[Math.floor(index / groups.size)]! += value;
  });
  return sums;
}

/** What an edge is called on an axis: `20 ms`; on a time axis the time since the first edge, `+20 ms`. */
export function edgeLabel(axis: AxisDescription, bins: Bins, index: number, context: FormatContext): string {
  const edge = bins.edges[index] ?? 0;
  if (axis.kind === 'timestamp') {
    const sinceNs = edge - bins.edges[0]!;
    return sinceNs === 0 ? '0' : `+${printAlone('duration', sinceNs, context)}`;
  }
  return printAlone(isNumeric(axis.kind) ? axis.kind : 'number', edge, context);
}

/** Groups between ticks, at least `columnsMin` columns: the roundest step among those up to twice as long. */
export function tickStep(bins: Bins, groups: Groups, columnsMin: number): number {
  const least = Math.max(1, Math.ceil(columnsMin / groups.cellWidth));
  const width = ((bins.edges[1] ?? 1) - (bins.edges[0] ?? 0)) * groups.size;
  const steps = Array.from({ length: least + 1 }, (_, index) => least + index);
  const roundness = [
    [1, 2, 5],
    [1.5, 2.5, 3, 4, 6, 8],
  ];
  for (const round of roundness) {
    const found = steps.find((step) => round.includes(leadingDigits(step * width)));
    if (found !== undefined) return found;
  }
  return least;
}

/** 0.025 → 2.5 */
function leadingDigits(value: number): number {
  return Number(value.toExponential(6).split('e')[0]);
}

/** What one cell stands for, and where a time axis begins: `10 ms a cell, from 13:05:00.000`. */
export function axisCaption(
  axis: AxisDescription,
  bins: Bins,
  groups: Groups,
  context: FormatContext,
): string {
  const width = ((bins.edges[1] ?? 0) - (bins.edges[0] ?? 0)) * groups.size;
  const kind: ColumnKind = axis.kind === 'timestamp' ? 'duration' : axis.kind;
  const parts: string[] = [];
  if (axis.scale === 'linear' && width > 0 && isUniform(bins)) {
    parts.push(`${printAlone(kind, width, context)} a cell`);
  }
  if (axis.kind === 'timestamp' && bins.originNs !== undefined && bins.edges.length > 0) {
    const beginNs = bins.originNs + BigInt(Math.round(bins.edges[0]!));
    parts.push(`from ${printTime(beginNs, context, digitsOf(beginNs))}`);
  }
  return parts.join(', ');
}

/** Whether all bins are as wide as the first. */
function isUniform({ edges }: Bins): boolean {
  const width = (edges[1] ?? 0) - (edges[0] ?? 0);
  return edges.every((edge, index) => Math.abs(edge - edges[0]! - index * width) <= width * 1e-6);
}

/** Digits of a second that say a time exactly: 3, 6 or 9. */
function digitsOf(timeNs: bigint): number {
  if (timeNs % 1_000_000n === 0n) return 3;
  return timeNs % 1000n === 0n ? 6 : 9;
}
