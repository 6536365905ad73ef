/** How events change the model: for each canonical event the fields it needs and what follows from them. */
import type { CanonicalField, CanonicalName } from '../vocabulary/events.ts';
import type { AnyView, NumberView, TextView } from '../vocabulary/view.ts';
import type { KernelModel } from './model.ts';

/** What follows from the records of one class, bound to one model and to the columns of one stream. */
export interface BoundFeed {
  /** The three that most records are, so that a dispatcher can call each of them where no other comes. */
  readonly kind: 'switch' | 'enter' | 'exit' | 'other';
  /** Columns may be other arrays with each batch. */
  refresh(event: AnyView): void;
  /** @returns which transitions were completed: a bit each (`transitions.ts`) */
  feed(row: number, tid: number): number;
}

export interface ModelInput {
  readonly fields: readonly string[];
  readonly bind: (model: KernelModel) => BoundFeed;
  /** Whether records of a class are wanted whose call all have this name; all are, where it is left out. */
  readonly isForCall?: (name: string) => boolean;
}

/** By canonical event. */
export type ModelInputs = Readonly<Partial<Record<CanonicalName, ModelInput>>>;

type Feed = (model: KernelModel, event: AnyView, row: number, tid: number) => number | undefined;

/** Records that are rare enough to be looked up field by field. */
export function input<Name extends CanonicalName>(
  _name: Name,
  fields: readonly CanonicalField<Name>[],
  feed: Feed,
): ModelInput {
  return { fields, bind: (model) => new OtherFeed(model, feed) };
}

class OtherFeed implements BoundFeed {
  readonly kind = 'other';
  readonly #model: KernelModel;
  readonly #feed: Feed;
  #event: AnyView | undefined;

  constructor(model: KernelModel, feed: Feed) {
    this.#model = model;
    this.#feed = feed;
  }

  refresh(event: AnyView): void {
    this.#event = event;
  }

  feed(row: number, tid: number): number {
    return this.#event === undefined ? 0 : (this.#feed(this.#model, this.#event, row, tid) ?? 0);
  }
}

/** Like `input`, for what a class of its own does. */
export function boundInput<Name extends CanonicalName>(
  _name: Name,
  fields: readonly CanonicalField<Name>[],
  bind: (model: KernelModel) => BoundFeed,
  isForCall?: (name: string) => boolean,
): ModelInput {
  return isForCall === undefined ? { fields, bind } : { fields, bind, isForCall };
}

/** What columns are before the first batch. */
export const noNumbers: Float64Array = new Float64Array(0);
export const noCpus: Int32Array = new Int32Array(0);
export const noText: TextView = { at: () => '', idAt: () => 0, isAt: (_, id) => id === 0 };

export function orUnknown(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

/** A number that may be absent: -1. */
export function known(event: AnyView, field: string, row: number): number {
  return orUnknown(numberAt(event, field, row));
}

/** A number that may be absent: NaN. */
export function numberAt(event: AnyView, field: string, row: number): number {
  return (event.fields[field] as NumberView)[row] as number;
}

/** A text's number, 0 where it is absent. */
export function textAt(event: AnyView, field: string, row: number): number {
  return (event.fields[field] as TextView).idAt(row);
}

export function timeAt(event: AnyView, row: number): number {
  return event.timeNs[row] as number;
}

export function cpuAt(event: AnyView, row: number): number {
  return event.cpu[row] as number;
}
