/** All periods that have begun, in that order, kept by column; a parent stands before its children. */
import type { Scalar } from '../../events/filter/compile.ts';
import type { PeriodDefinition } from './definition.ts';

/** Values captured at the beginning, then those at the end. */
export type Captured = readonly (Scalar | undefined)[];

const noneCaptured: Captured = [];

const blockBits = 14;
const blockSize = 1 << blockBits;

/** One column, in blocks: growing copies nothing, and leaves nothing empty but the end. */
class Column<Values extends Float64Array | Int32Array | Uint8Array> {
  readonly #make: (length: number) => Values;
  readonly #blocks: Values[] = [];

  constructor(make: (length: number) => Values) {
    this.#make = make;
  }

  at(row: number): number {
    return this.#blocks[row >> blockBits]?.[row & (blockSize - 1)] ?? Number.NaN;
  }

  set(row: number, value: number): void {
    let block = this.#blocks[row >> blockBits];
    if (block === undefined) {
      block = this.#make(blockSize);
      this.#blocks[row >> blockBits] = block;
    }
    block[row & (blockSize - 1)] = value;
  }
}

export class PeriodLog {
  readonly definitions: readonly PeriodDefinition[];
  #count = 0;
  readonly #definition = new Column((length) => new Uint8Array(length));
  readonly #parent = new Column((length) => new Int32Array(length));
  readonly #beginNs = new Column((length) => new Float64Array(length));
  /** NaN: open, or ended with its parent. */
  readonly #endNs = new Column((length) => new Float64Array(length));
  readonly #captured = new Map<number, Captured>();

  constructor(definitions: readonly PeriodDefinition[]) {
    this.definitions = definitions;
  }

  get count(): number {
    return this.#count;
  }

  definitionOf(row: number): PeriodDefinition {
    return this.definitions[this.#definition.at(row)] as PeriodDefinition;
  }

  /** The row of the period that it lies in, -1 without. */
  parentOf(row: number): number {
    return this.#parent.at(row);
  }

  beginNs(row: number): number {
    return this.#beginNs.at(row);
  }

  endNs(row: number): number {
    return this.#endNs.at(row);
  }

  durationNs(row: number): number {
    return this.endNs(row) - this.beginNs(row);
  }

  isComplete(row: number): boolean {
    return !Number.isNaN(this.#endNs.at(row));
  }

  captured(row: number): Captured {
    return this.#captured.get(row) ?? noneCaptured;
  }

  /** @returns its row */
  begin(definition: PeriodDefinition, parent: number, timeNs: number, captured: Captured): number {
    const row = this.#count++;
    this.#definition.set(row, definition.index);
    this.#parent.set(row, parent);
    this.#beginNs.set(row, timeNs);
    this.#endNs.set(row, Number.NaN);
    if (captured.length > 0) this.#captured.set(row, captured);
    return row;
  }

  end(row: number, timeNs: number, captured: Captured): void {
    this.#endNs.set(row, timeNs);
    if (captured.length > 0) this.#captured.set(row, [...this.captured(row), ...captured]);
  }

  /** It ended with its parent, before an event of its own did: nothing is known of its length. */
  drop(row: number): void {
    this.#captured.delete(row);
  }
}
