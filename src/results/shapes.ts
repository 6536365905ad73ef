/**
 * The shapes that an answer can have. Each has a static `description`, known before any trace is read, and its values.
 *
 * A `select` is a template of the expression that picks what a row or a cell was made of: `syscalls{name == @name}`,
 * where `@id` is the row's cell, and in grids `@x.begin @x.end @y.begin @y.end` the bin's edges (see select.ts).
 */
import type { Cell, ResultColumn } from './columns.ts';

/** What all descriptions have. */
interface Description {
  /** Kebab-case; the word after `--as`. */
  readonly id: string;
  readonly title: string;
  /** One sentence: what one row, cell or point is. */
  readonly meaning: string;
  readonly select?: string;
}

/** Columns of a table; what its rows are. */
export interface TableDescription<Id extends string = string> extends Description {
  readonly shape: 'table';
  readonly columns: readonly ResultColumn<Id>[];
}

/** Rows, kept by column. */
export interface Table<Id extends string = string> {
  readonly shape: 'table';
  readonly description: TableDescription<Id>;
  readonly rowCount: number;
  /** For each column of the description its `rowCount` cells. */
  readonly cells: readonly (readonly Cell[])[];
  /** For each row the index of the row it belongs to, which comes before it; `undefined` at the top. */
  readonly parents?: readonly (number | undefined)[];
  /** One cell per column: the sums (or whatever is meaningful) over all rows, also over those left out. */
  readonly totals?: readonly Cell[];
}

/** What an axis measures; its bins are with the values. */
export interface AxisDescription extends ResultColumn {
  /** How the axis is drawn and was binned. */
  readonly scale: 'linear' | 'log';
}

/** Consecutive bins: bin `i` holds `edges[i] <= value < edges[i + 1]`, the last one its upper edge too. */
export interface Bins {
  /** Ascending, one more than there are bins. On a `timestamp` axis: nanoseconds after `originNs`. */
  readonly edges: readonly number[];
  /** Nanoseconds since the clock's epoch, on a `timestamp` axis. */
  readonly originNs?: bigint;
}

/** Counts over one binned axis (a histogram) or two (a heatmap). */
export interface GridDescription extends Description {
  readonly shape: 'grid';
  readonly x: AxisDescription;
  readonly y?: AxisDescription;
  /** What is counted. */
  readonly value: ResultColumn;
}

/** Counts per bin. */
export interface Grid {
  readonly shape: 'grid';
  readonly description: GridDescription;
  readonly x: Bins;
  readonly y?: Bins;
  /** One row of x bins after the other, the lowest y first: `counts[yIndex * xCount + xIndex]`. */
  readonly counts: readonly number[];
}

/** Values over time (or another axis), under one or several names. */
export interface SeriesDescription extends Description {
  readonly shape: 'series';
  readonly x: AxisDescription;
  readonly value: ResultColumn;
  /** What the names are: a CPU, a process. Absent when there is one line without a name. */
  readonly name?: ResultColumn;
}

/** One line of a series: a value per bin, `undefined` where nothing is known. */
export interface SeriesLine {
  readonly name: Cell;
  readonly values: readonly (number | undefined)[];
}

/** Lines over common bins. */
export interface Series {
  readonly shape: 'series';
  readonly description: SeriesDescription;
  readonly x: Bins;
  readonly lines: readonly SeriesLine[];
}

/** Stacks as one tree: callers, and what they called. */
export interface FlameGraphDescription extends Description {
  readonly shape: 'flame-graph';
  /** What a frame is called. */
  readonly frame: ResultColumn;
  /** What widths stand for. */
  readonly value: ResultColumn;
}

/** One function of a stack, below those that called it. */
export interface Frame {
  readonly name: string;
  /** The index of the frame that called it, which comes before it; `undefined` at the top. */
  readonly parent: number | undefined;
  /** Of the value, what was spent in the frame itself: 0 or more. What it called is not in it. */
  readonly self: number;
}

/** Frames, in the order in which those with one parent are drawn. `layOutFrames` says where each of them lies. */
export interface FlameGraph {
  readonly shape: 'flame-graph';
  readonly description: FlameGraphDescription;
  readonly frames: readonly Frame[];
}

/** Text that another program reads, which is not to be drawn. */
export interface LinesDescription extends Description {
  readonly shape: 'lines';
}

/** Lines of such text, without their ends. Alone in a result they are printed with nothing around them. */
export interface Lines {
  readonly shape: 'lines';
  readonly description: LinesDescription;
  readonly lines: readonly string[];
}

/** Any answer. */
export type Shape = Table | Grid | Series | FlameGraph | Lines;

/** What any answer is, before a trace is read. */
export type ShapeDescription =
  | TableDescription
  | GridDescription
  | SeriesDescription
  | FlameGraphDescription
  | LinesDescription;

/** How many bins there are. */
export function binCount(bins: Bins): number {
  return Math.max(0, bins.edges.length - 1);
}

/** Whether there is nothing to draw. */
export function isEmpty(shape: Shape): boolean {
  switch (shape.shape) {
    case 'table':
      return shape.rowCount === 0;
    case 'grid':
      return shape.counts.every((count) => count === 0);
    case 'flame-graph':
      return shape.frames.length === 0;
    default:
      return shape.lines.length === 0;
  }
}
