/** 64-bit integers of one field as they were recorded: a column of them, or lists of them. */
import type { ClassBatch } from '../events/batch.ts';
import { columnAt } from '../events/batch.ts';
import type { Column } from '../events/columns.ts';
import type { FieldSource } from '../events/reader.ts';
import type { ExactView } from '../vocabulary/view.ts';

const none = new BigUint64Array(0);

/** Empty in all rows where the class lacks the field. */
export class ExactColumn implements ExactView {
  readonly value = this;
  values: BigUint64Array = none;
  readonly #source: FieldSource | undefined;
  /** Of lists; without, each row has one. */
  #starts: Uint32Array | undefined;
  /** Where narrower numbers are widened to. */
  #room: BigUint64Array = none;

  constructor(source: FieldSource | undefined) {
    this.#source = source;
  }

  startOf(row: number): number {
    return this.#starts === undefined ? row : (this.#starts[row] as number);
  }

  endOf(row: number): number {
    if (this.#starts !== undefined) return this.#starts[row + 1] as number;
    return this.values === none ? row : row + 1;
  }

  refresh(batch: ClassBatch): this {
    this.values = none;
    this.#starts = undefined;
    if (this.#source?.kind !== 'field') return this;
    const { scope, path } = this.#source.field;
    const column = columnAt(batch.scopes.get(scope), path);
    if (column?.kind === 'list') {
      this.#starts = column.starts;
      this.values = this.#valuesOf(column.element, column.element.count);
    } else if (column !== undefined) this.values = this.#valuesOf(column, batch.count);
    return this;
  }

  #valuesOf(column: Column, count: number): BigUint64Array {
    if (column.kind === 'bigint') {
      const { values } = column;
      return values instanceof BigUint64Array
        ? values
        : new BigUint64Array(values.buffer, values.byteOffset, values.length);
    }
    if (column.kind !== 'number') throw new Error('Fields of this kind are integers.');
    if (this.#room.length < count) this.#room = new BigUint64Array(Math.max(count, this.#room.length * 2));
    for (let row = 0; row < count; row++)
      this.#room[row] = BigInt.asUintN(64, BigInt(column.values[row] as number));
    return this.#room;
  }
}
