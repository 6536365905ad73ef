/** All periods that have begun, in that order, kept by column; a parent stands before its children. */
import { grown } from '../../events/columns.ts';
import type { Scalar } from '../../events/filter/compile.ts';
import type { PeriodDefinition } from './definition.ts';

/** Values captured at the beginning, then those at the end. */
export type Captured = readonly (Scalar | undefined)[];

const noneCaptured: Captured = [];

export class PeriodLog {
  readonly definitions: readonly PeriodDefinition[];
  #count = 0;
  #definition: Uint8Array = new Uint8Array(64);
  #parent: Int32Array = new Int32Array(64);
  #beginNs: Float64Array = new Float64Array(64);
  /** NaN: open, or ended with its parent. */
  #endNs: Float64Array = new Float64Array(64);
  readonly #captured = new Map<number, Captured>();

  constructor(definitions: readonly PeriodDefinition[]) {
    this.definitions = definitions;
  }

  get count(): number {
    return this.#count;
  }

  definitionOf(row: number): PeriodDefinition {
    return this.definitions[this.#definition[row] as number] as PeriodDefinition;
  }

  /** The row of the period that it lies in, -1 without. */
  parentOf(row: number): number {
    return this.#parent[row] as number;
  }

  beginNs(row: number): number {
    return this.#beginNs[row] as number;
  }

  endNs(row: number): number {
    return this.#endNs[row] as number;
  }

  durationNs(row: number): number {
    return this.endNs(row) - this.beginNs(row);
  }

  isComplete(row: number): boolean {
    return !Number.isNaN(this.#endNs[row]);
  }

  captured(row: number): Captured {
    return this.#captured.get(row) ?? noneCaptured;
  }

  /** @returns its row */
  begin(definition: PeriodDefinition, parent: number, timeNs: number, captured: Captured): number {
    const row = this.#count++;
    if (row >= this.#parent.length) this.#grow(row + 1);
    this.#definition[row] = definition.index;
    this.#parent[row] = parent;
    this.#beginNs[row] = timeNs;
    this.#endNs[row] = Number.NaN;
    if (captured.length > 0) this.#captured.set(row, captured);
    return row;
  }

  end(row: number, timeNs: number, captured: Captured): void {
    this.#endNs[row] = timeNs;
    if (captured.length > 0) this.#captured.set(row, [...this.captured(row), ...captured]);
  }

  /** It ended with its parent, before an event of its own did: nothing is known of its length. */
  drop(row: number): void {
    this.#captured.delete(row);
  }

  #grow(count: number): void {
    this.#definition = grown(this.#definition, count);
    this.#parent = grown(this.#parent, count);
    this.#beginNs = grown(this.#beginNs, count);
    this.#endNs = grown(this.#endNs, count);
  }
}
