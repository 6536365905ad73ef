/** The values of a class's records column by column, as sums that go on from batch to batch, wherever their borders are. */
import type { ClassBatch } from '../../src/events/batch.ts';
import type { Column, ListColumn, TextColumn, VariantColumn } from '../../src/events/columns.ts';
import { CopyPlace, placed, type SumPlace } from './value-sums.ts';

type Words = Int32Array | Uint32Array;
type Numbers = Words | Float64Array | BigInt64Array | BigUint64Array;

/** Of the interpreter's columns. */
const copies = new CopyPlace();

/** One array of a column in its stream: where it lies is looked up again only when it is another one. */
class ArraySum {
  sum = 0;
  /** Values so far. */
  count = 0;
  #values: Numbers | undefined;
  #address: number | undefined;
  #isWide = false;

  #find(place: SumPlace | undefined, values: Numbers): number | undefined {
    if (values !== this.#values) {
      this.#values = values;
      this.#address = place?.addressOf(values);
      this.#isWide = values.BYTES_PER_ELEMENT === 8;
    }
    return this.#address;
  }

  numbers(place: SumPlace | undefined, values: Numbers, count: number): void {
    const address = this.#find(place, values);
    const { sums } = address === undefined ? copies : (place as SumPlace);
    const at = address ?? this.#copied(values, count);
    const sum = this.#isWide ? sums.doubleWords(at, count, this.count) : sums.words(at, count, this.count);
    this.#add(sum, count);
  }

  sizes(place: SumPlace | undefined, starts: Uint32Array, count: number): void {
    const address = this.#find(place, starts);
    const { sums } = address === undefined ? copies : (place as SumPlace);
    this.#add(sums.sizes(address ?? this.#copied(starts, count + 1), count, this.count), count);
  }

  texts(place: SumPlace | undefined, { starts, lengths, bytes, used }: TextColumn, count: number): void {
    const address = this.#find(place, starts);
    if (address !== undefined) {
      // Generated code leaves texts where they were read to, in the same memory.
      const { sums } = place as SumPlace;
      this.#add(sums.texts(address, count, this.count, lengths.byteOffset, bytes.byteOffset), count);
      return;
    }
    const at = this.#copied(starts, count);
    const lengthsAt = copies.copy(lengths, count);
    this.#add(copies.sums.texts(at, count, this.count, lengthsAt, copies.copy(bytes, used)), count);
  }

  #copied(values: Numbers, count: number): number {
    copies.empty();
    return copies.copy(values, count);
  }

  #add(sum: number, count: number): void {
    this.sum = (this.sum + sum) | 0;
    this.count += count;
  }
}

/** The sums of a column and of what is within it. Depth is bounded by the type's, which metadata readers limit. */
class ColumnSum {
  readonly #own = new ArraySum();
  readonly #within: ColumnSum[] = [];

  fold(place: SumPlace | undefined, column: Column, count: number): void {
    if (count === 0) return;
    switch (column.kind) {
      case 'number':
      case 'bigint':
        this.#own.numbers(place, column.values, count);
        break;
      case 'text':
        this.#own.texts(place, column, count);
        break;
      case 'struct':
        for (let index = 0; index < column.members.length; index++)
          this.#inner(index).fold(place, column.members[index] as Column, count);
        break;
      case 'list':
        this.#foldList(place, column, count);
        break;
      case 'variant':
        this.#foldVariant(place, column, count);
        break;
    }
  }

  #foldList(place: SumPlace | undefined, { starts, element }: ListColumn, count: number): void {
    this.#own.sizes(place, starts, count);
    this.#inner(0).fold(place, element, starts[count] as number);
  }

  #foldVariant(place: SumPlace | undefined, { option, options }: VariantColumn, count: number): void {
    this.#own.numbers(place, option, count);
    for (let index = 0; index < options.length; index++) {
      const inner = options[index] as Column;
      this.#inner(index).fold(place, inner, inner.count);
    }
  }

  #inner(index: number): ColumnSum {
    let inner = this.#within[index];
    if (inner === undefined) {
      inner = new ColumnSum();
      this.#within[index] = inner;
    }
    return inner;
  }

  get total(): number {
    return this.#within.reduce((sum, inner, index) => placed(sum, inner.total, index), this.#own.sum);
  }
}

/** The sums of one class of one stream. */
export class ClassFold {
  readonly #times = new ArraySum();
  readonly #cpus = new ArraySum();
  readonly #scopes: ColumnSum[] = [];

  /** Takes in all rows of a batch. */
  fold(place: SumPlace | undefined, { timeNs, cpu, count, scopes }: ClassBatch): void {
    this.#times.numbers(place, timeNs, count);
    this.#cpus.numbers(place, cpu, count);
    let index = 0;
    for (const column of scopes.values()) {
      let sum = this.#scopes[index];
      if (sum === undefined) {
        sum = new ColumnSum();
        this.#scopes[index] = sum;
      }
      sum.fold(place, column, count);
      index++;
    }
  }

  get total(): number {
    const all = [this.#times.sum, this.#cpus.sum, ...this.#scopes.map(({ total }) => total)];
    return all.reduce((sum, one, index) => placed(sum, one, index), 0);
  }
}
