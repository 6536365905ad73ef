/** Complete periods, each in the row of its number: they are listed as they began. A parent has a smaller number than its children. */

import type { PeriodDefinition } from './definition.ts';
import type { Captured, OpenPeriod } from './open-periods.ts';

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
  /** NaN where a period was open at the end, or ended with its parent. */
  readonly #endNs = new Column((length) => new Float64Array(length).fill(Number.NaN));
  readonly #captured = new Map<number, Captured>();

  constructor(definitions: readonly PeriodDefinition[]) {
    this.definitions = definitions;
  }

  /** One more than the largest row. */
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

  /** NaN where it is not complete. */
  durationNs(row: number): number {
    return this.endNs(row) - this.beginNs(row);
  }

  captured(row: number): Captured {
    return this.#captured.get(row) ?? noneCaptured;
  }

  add({ number: row, definition, parent, beginNs }: OpenPeriod, endNs: number, captured: Captured): void {
    this.#count = Math.max(this.#count, row + 1);
    this.#definition.set(row, definition.index);
    this.#parent.set(row, parent?.number ?? -1);
    this.#beginNs.set(row, beginNs);
    this.#endNs.set(row, endNs);
    if (captured.length > 0) this.#captured.set(row, captured);
  }
}
