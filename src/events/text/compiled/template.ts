/**
 * How the records of one class are written, as data: what a style says once a class, and what code is generated from.
 *
 *   literal ' wilbrod sched_switch: { '   packet   literal ', { prev_comm = "'   text prev_comm   literal '", prev_tid = '   integer …
 *
 * Pieces name the columns of one batch's class. All streams' batches have such columns in the same order, so that code for
 * one serves all: `columnsOf` lists them.
 */
import type { BigintColumn, ListColumn, NumberColumn, TextColumn, VariantColumn } from '../../columns.ts';

export type IntegerForm =
  | { readonly kind: 'decimal' }
  /**
   * Digits of so many bits each: 4 are hexadecimal in capital letters. A negative number is cut to `maskBits`; at least
   * `countMin` digits are written.
   */
  | {
      readonly kind: 'digits';
      readonly bitsPerDigit: 1 | 3 | 4;
      readonly maskBits: number;
      readonly countMin: number;
    };

/** What stands for values up to `last` (included) and above those of the segment before. */
export interface LabelSegment {
  readonly last: bigint;
  readonly text: Uint8Array;
}

export type Piece =
  | { readonly kind: 'literal'; readonly bytes: Uint8Array }
  | { readonly kind: 'integer'; readonly column: NumberColumn | BigintColumn; readonly form: IntegerForm }
  /** As C's `%g`. */
  | { readonly kind: 'float'; readonly column: NumberColumn }
  /** Escaped as the style says, without quotes. */
  | { readonly kind: 'text'; readonly column: TextColumn }
  /** Segments in ascending order; the last one reaches to the greatest value of the type. */
  | {
      readonly kind: 'label';
      readonly column: NumberColumn | BigintColumn;
      readonly isSigned: boolean;
      readonly segments: () => readonly LabelSegment[];
    }
  | {
      readonly kind: 'list';
      readonly column: ListColumn;
      /** Before the first element, and before each later one. */
      readonly first: Uint8Array;
      readonly between: Uint8Array;
      /** `[3] = ` before each element. */
      readonly withIndex: boolean;
      readonly element: readonly Piece[];
    }
  | {
      readonly kind: 'variant';
      readonly column: VariantColumn;
      readonly options: readonly (readonly Piece[])[];
    }
  /** What all records of a packet have in common; `after` only if that is anything. */
  | { readonly kind: 'packet'; readonly after: Uint8Array }
  /** What generated code can't write: the class's records are written one by one. */
  | { readonly kind: 'other' };

export type ColumnOfPiece = NumberColumn | BigintColumn | TextColumn | ListColumn | VariantColumn;

/** Every column that the pieces name, once, in one order. Depth is the type's. */
export function columnsOf(pieces: readonly Piece[]): ReadonlySet<ColumnOfPiece> {
  const found = new Set<ColumnOfPiece>();
  const collect = (list: readonly Piece[]): void => {
    for (const piece of list) {
      if (!('column' in piece)) continue;
      found.add(piece.column);
      if (piece.kind === 'list') collect(piece.element);
      if (piece.kind === 'variant') for (const option of piece.options) collect(option);
    }
  };
  collect(pieces);
  return found;
}

/** The arrays that code reads of a column. */
export function arraysOf(column: ColumnOfPiece): readonly ArrayBufferView[] {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      return [column.values];
    case 'text':
      return [column.starts, column.lengths];
    case 'list':
      return [column.starts];
    case 'variant':
      return [column.option, column.row];
  }
}
