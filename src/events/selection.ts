/**
 * What is to be decoded. A selection is a value: a format sees no analysis, and generated code can be cached by it.
 */
import type { Representation } from './columns.ts';
import type { Scope } from './layout.ts';

/** One field of one class, by scope and member names. */
export interface FieldPath {
  readonly scope: Scope;
  readonly path: readonly string[];
}

export interface FieldSelection extends FieldPath {
  readonly as: Representation;
}

/** The fields of a class to decode: all of them, or these (an empty list: only time and base columns). */
export type ClassSelection = 'all' | readonly FieldSelection[];

export interface Selection {
  /** By `EventClass.index`; classes without an entry are stepped over. Asked only of classes that have records. */
  readonly classes: Pick<ReadonlyMap<number, ClassSelection>, 'get'>;
  /**
   * Only records from `beginNs` to `endNs` (relative to the origin, both included) are needed. A reader may use it to
   * skip what it can prove to be outside; it may deliver more.
   */
  readonly beginNs?: number;
  readonly endNs?: number;
  /** No more than so many records are needed of each stream. A reader may deliver more, but does well to begin with few. */
  readonly recordCountMax?: number;
  /** Clock values as recorded, beside nanoseconds. */
  readonly cycles: boolean;
  /** Fields of packet header and context, one row a packet. */
  readonly packets: boolean;
}

/** Every record with its time and place, and no field of it: enough to count, and to tell when the first one is. */
export const noFields: Selection = { classes: { get: () => [] }, cycles: false, packets: false };
