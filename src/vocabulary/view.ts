/**
 * How handlers see the records of one class: columns under canonical names, whatever class, scope and type they were
 * recorded with.
 */
import type { EventClass } from '../events/reader.ts';
import type { CanonicalField, CanonicalName, FieldKind, KindOf } from './events.ts';

/** Texts of a field. Numbers of texts are those of the run's `Names`; 0 is the empty text, also where there is none. */
export interface TextView {
  at(row: number): string;
  idAt(row: number): number;
  /** Whether `idAt` would give this id; cheaper than asking for it. */
  isAt(row: number, id: number): boolean;
  /** The id where it is the same in all rows. */
  readonly constantId?: number;
}

/** What every record has. */
export interface BaseColumns {
  readonly eventClass: EventClass;
  /** `EventStream.index`. */
  readonly stream: number;
  /** Relative to the origin of the opened traces; NaN without a clock. */
  readonly timeNs: Float64Array;
  /** -1 unknown. */
  readonly cpu: Int32Array;
}

/** Who caused it: recorded, or what the CPU ran at the time as far as switches tell; -1 unknown. */
export interface ThreadColumns {
  readonly tid: Int32Array;
  readonly pid: Int32Array;
}

/** A number per row; NaN where the class lacks an optional field. */
export type NumberView = Float64Array | Int32Array | Uint32Array;

/** 64-bit integers of a field, of each row none, one or more. */
export interface ExactView {
  /** Of all rows; as they are, without a sign. */
  readonly values: BigUint64Array;
  /** Those of a row are from here … */
  startOf(row: number): number;
  /** … to before here. */
  endOf(row: number): number;
}

export type AnyFieldView = TextView | NumberView | ExactView;

export type FieldView<Kind extends FieldKind> = Kind extends 'text'
  ? TextView
  : Kind extends 'exact'
    ? ExactView
    : NumberView;

/** Named fields of one canonical event. */
export type FieldViews<Name extends CanonicalName, Field extends CanonicalField<Name>> = {
  readonly [F in Field]: FieldView<Extract<KindOf<Name, F>, FieldKind>>;
};

/** A view whose fields are known at run time only. */
export interface AnyView extends BaseColumns, ThreadColumns {
  readonly fields: Readonly<Record<string, AnyFieldView>>;
}
