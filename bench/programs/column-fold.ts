/** The values of a class's records column by column, for reading one stream after the other. */
import type { ClassBatch } from '../../src/events/batch.ts';
import type { Column, ListColumn, TextColumn } from '../../src/events/columns.ts';
import { asWords, placed, rowHash, textHash, viewOf } from './value-fold.ts';

/** A sum of one column that goes on from batch to batch, wherever their borders are. */
class LeafFold {
  sum = 0;
  /** Values so far. */
  #count = 0;
  /** The elements of a list. */
  #element: LeafFold | undefined;

  fold(column: Column, from: number, to: number): void {
    if (column.kind === 'number' || column.kind === 'bigint') {
      const wordsEach = column.values.BYTES_PER_ELEMENT / 4;
      this.#foldWords(asWords(column.values), from * wordsEach, to * wordsEach);
    } else if (column.kind === 'text') {
      this.#foldTexts(column, from, to);
    } else if (column.kind === 'list') {
      this.#foldList(column, from, to);
    } else {
      for (let row = from; row < to; row++) this.sum = placed(this.sum, rowHash(column, row), this.#count++);
    }
  }

  foldWords(values: Float64Array | Int32Array, count: number): void {
    this.#foldWords(asWords(values), 0, (count * values.BYTES_PER_ELEMENT) / 4);
  }

  #foldWords(words: Int32Array<ArrayBufferLike>, from: number, to: number): void {
    let sum = this.sum;
    const offset = this.#count - from;
    for (let at = from; at < to; at++) sum = placed(sum, words[at] as number, at + offset);
    this.sum = sum;
    this.#count += to - from;
  }

  #foldTexts(column: TextColumn, from: number, to: number): void {
    const view = viewOf(column.bytes);
    let sum = this.sum;
    const offset = this.#count - from;
    for (let row = from; row < to; row++) sum = placed(sum, textHash(column, view, row), row + offset);
    this.sum = sum;
    this.#count += to - from;
  }

  #foldList(column: ListColumn, from: number, to: number): void {
    const { starts } = column;
    for (let row = from; row < to; row++) {
      this.sum = placed(this.sum, (starts[row + 1] as number) - (starts[row] as number), this.#count++);
    }
    this.#element ??= new LeafFold();
    if (to > from) this.#element.fold(column.element, starts[from] as number, starts[to] as number);
  }

  get total(): number {
    return this.#element === undefined ? this.sum : placed(this.sum, this.#element.total, 1);
  }
}

/** The sums of one class of one stream. */
export class ColumnFold {
  readonly #times = new LeafFold();
  readonly #cpus = new LeafFold();
  readonly #leaves: LeafFold[] = [];

  /** Takes in all rows of a batch. */
  fold(batch: ClassBatch): void {
    this.#times.foldWords(batch.timeNs, batch.count);
    this.#cpus.foldWords(batch.cpu, batch.count);
    let leaf = 0;
    for (const scope of batch.scopes.values()) leaf = this.#foldColumn(scope, batch.count, leaf);
  }

  /** Depth is bounded by the type's, which metadata readers limit. */
  #foldColumn(column: Column, count: number, leaf: number): number {
    if (column.kind === 'struct') {
      return column.members.reduce((next, member) => this.#foldColumn(member, count, next), leaf);
    }
    let fold = this.#leaves[leaf];
    if (fold === undefined) {
      fold = new LeafFold();
      this.#leaves[leaf] = fold;
    }
    fold.fold(column, 0, count);
    return leaf + 1;
  }

  get total(): number {
    const all = [this.#times, this.#cpus, ...this.#leaves];
    return all.reduce((sum, leaf, index) => placed(sum, leaf.total, index), 0);
  }
}
