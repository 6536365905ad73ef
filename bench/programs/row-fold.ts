/**
 * The values of a class's records row by row, for reading in time order. Leaves are grouped by how they are read, so that
 * each loop sees one kind of array.
 */
import type { ClassBatch } from '../../src/events/batch.ts';
import type { Column, ListColumn, TextColumn } from '../../src/events/columns.ts';
import { asWords, chain, rowHash, textHash, viewOf, type Words } from './value-fold.ts';

interface NumberList {
  readonly starts: Uint32Array;
  readonly words: Words;
  readonly wordsEach: number;
}

export class RowFold {
  #batch: ClassBatch | undefined;
  readonly #leaves: Column[] = [];
  #times: Words = new Int32Array();
  #cpus: Words = new Int32Array();
  #singles: Words[] = [];
  #doubles: Words[] = [];
  #texts: TextColumn[] = [];
  #views: DataView[] = [];
  #lists: NumberList[] = [];
  #others: Column[] = [];
  #hasNested = false;

  /** Takes the arrays of a batch; to be called again when they were replaced. */
  refresh(batch: ClassBatch): void {
    if (this.#batch !== batch) {
      this.#batch = batch;
      this.#leaves.length = 0;
      for (const scope of batch.scopes.values()) flatten(scope, this.#leaves);
    }
    this.#times = asWords(batch.timeNs);
    this.#cpus = asWords(batch.cpu);
    this.#singles.length = 0;
    this.#doubles.length = 0;
    this.#texts.length = 0;
    this.#views.length = 0;
    this.#lists.length = 0;
    this.#others.length = 0;
    for (const column of this.#leaves) this.#sort(column);
    this.#hasNested = this.#lists.length + this.#others.length > 0;
  }

  #sort(column: Column): void {
    if (column.kind === 'text') {
      this.#texts.push(column);
      this.#views.push(viewOf(column.bytes));
    } else if (column.kind === 'number' || column.kind === 'bigint') {
      (column.values.BYTES_PER_ELEMENT === 8 ? this.#doubles : this.#singles).push(asWords(column.values));
    } else {
      const numbers = column.kind === 'list' ? numberList(column) : undefined;
      if (numbers === undefined) this.#others.push(column);
      else this.#lists.push(numbers);
    }
  }

  /** All values of one row, its time and CPU among them: each has a factor of its own, so that none waits for another. */
  hash(row: number): number {
    const times = this.#times;
    let hash =
      (Math.imul(times[row * 2] as number, 0x27d4eb2f) +
        Math.imul(times[row * 2 + 1] as number, 0x165667b1) +
        Math.imul(this.#cpus[row] as number, 0x85ebca6b)) |
      0;
    const singles = this.#singles;
    let factor = 0x9e3779b1 | 0;
    for (let index = 0; index < singles.length; index++) {
      hash = (hash + Math.imul((singles[index] as Words)[row] as number, factor)) | 0;
      factor = (factor + 0x3c6ef372) | 0;
    }
    const doubles = this.#doubles;
    for (let index = 0; index < doubles.length; index++) {
      const words = doubles[index] as Words;
      const low = Math.imul(words[row * 2] as number, factor);
      hash = (hash + low + Math.imul(words[row * 2 + 1] as number, factor ^ 2)) | 0;
      factor = (factor + 0x3c6ef372) | 0;
    }
    const texts = this.#texts;
    for (let index = 0; index < texts.length; index++) {
      const text = textHash(texts[index] as TextColumn, this.#views[index] as DataView, row);
      hash = (hash + Math.imul(text, factor)) | 0;
      factor = (factor + 0x3c6ef372) | 0;
    }
    return this.#hasNested ? this.#nested(hash, row) : hash;
  }

  #nested(before: number, row: number): number {
    let hash = before;
    for (const list of this.#lists) hash = chain(hash, numberListHash(list, row));
    for (const column of this.#others) hash = chain(hash, rowHash(column, row));
    return hash;
  }
}

/** Structures are only names for their members. */
function flatten(column: Column, into: Column[]): void {
  if (column.kind !== 'struct') into.push(column);
  else for (const member of column.members) flatten(member, into);
}

function numberList({ element, starts }: ListColumn): NumberList | undefined {
  if (element.kind !== 'number' && element.kind !== 'bigint') return undefined;
  return { starts, words: asWords(element.values), wordsEach: element.values.BYTES_PER_ELEMENT / 4 };
}

function numberListHash({ starts, words, wordsEach }: NumberList, row: number): number {
  const from = (starts[row] as number) * wordsEach;
  const to = (starts[row + 1] as number) * wordsEach;
  let hash = to - from;
  for (let at = from; at < to; at++) hash = chain(hash, words[at] as number);
  return hash;
}
