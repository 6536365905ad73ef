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
  /** Words, lists or texts so far. */
  count = 0;
  #values: Numbers | undefined;
  #address: number | undefined;
  #valueWords = 1;

  #find(place: SumPlace | undefined, values: Numbers): number | undefined {
    if (values !== this.#values) {
      this.#values = values;
      this.#address = place?.addressOf(values);
      this.#valueWords = values.BYTES_PER_ELEMENT / 4;
    }
    return this.#address;
  }

  numbers(place: SumPlace | undefined, values: Numbers, count: number): void {
    const address = this.#find(place, values);
    const { sums } = address === undefined ? copies : (place as SumPlace);
    const words = count * this.#valueWords;
    this.#add(sums.words(address ?? this.#copied(values, count), words, this.count), words);
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

type LeafColumn = Exclude<Column, { readonly kind: 'struct' }>;

/** What structures consist of. Depth is bounded by the type's, which metadata readers limit. */
function leavesOf(columns: Iterable<Column>, leaves: LeafColumn[] = []): readonly LeafColumn[] {
  for (const column of columns) {
    if (column.kind === 'struct') leavesOf(column.members, leaves);
    else leaves.push(column);
  }
  return leaves;
}

/** The sums of columns and of what is within them; which columns they are is looked at once. */
class ColumnSums {
  readonly #leaves: readonly LeafColumn[];
  readonly #sums: readonly LeafSum[];

  /** @param before goes on, in columns of the same types */
  constructor(columns: Iterable<Column>, before?: ColumnSums) {
    this.#leaves = leavesOf(columns);
    this.#sums = before === undefined ? this.#leaves.map(() => new LeafSum()) : before.#sums;
  }

  fold(place: SumPlace | undefined, count: number): void {
    for (let index = 0; index < this.#leaves.length; index++)
      (this.#sums[index] as LeafSum).fold(place, this.#leaves[index] as LeafColumn, count);
  }

  get total(): number {
    return this.#sums.reduce((sum, { total }, index) => placed(sum, total, index), 0);
  }
}

class LeafSum {
  readonly #own = new ArraySum();
  /** Of texts. */
  readonly #lengths = new ArraySum();
  /** Of a list's elements, or of each option. */
  readonly #within: ColumnSums[] = [];
  #column: LeafColumn | undefined;

  fold(place: SumPlace | undefined, column: LeafColumn, count: number): void {
    if (count === 0) return;
    switch (column.kind) {
      case 'number':
      case 'bigint':
        this.#own.numbers(place, column.values, count);
        break;
      case 'text':
        this.#own.texts(place, column, count);
        this.#lengths.numbers(place, column.lengths, count);
        break;
      case 'list':
        this.#foldList(place, column, count);
        break;
      case 'variant':
        this.#foldVariant(place, column, count);
        break;
    }
  }

  #foldList(place: SumPlace | undefined, column: ListColumn, count: number): void {
    this.#own.sizes(place, column.starts, count);
    this.#enter(column, [column.element]);
    this.#within[0]?.fold(place, column.starts[count] as number);
  }

  #foldVariant(place: SumPlace | undefined, column: VariantColumn, count: number): void {
    this.#own.numbers(place, column.option, count);
    this.#enter(column, column.options);
    for (const [index, { count: rows }] of column.options.entries()) this.#within[index]?.fold(place, rows);
  }

  #enter(column: LeafColumn, within: readonly Column[]): void {
    if (column === this.#column) return;
    this.#column = column;
    for (const [index, inner] of within.entries())
      this.#within[index] = new ColumnSums([inner], this.#within[index]);
  }

  get total(): number {
    const all = [this.#own.sum, this.#lengths.sum, ...this.#within.map(({ total }) => total)];
    return all.reduce((sum, one, index) => placed(sum, one, index), 0);
  }
}

/** The sums of one class of one stream. */
export class ClassFold {
  readonly #times = new ArraySum();
  readonly #cpus = new ArraySum();
  #batch: ClassBatch | undefined;
  #fields = new ColumnSums([]);

  /** Takes in all rows of a batch. */
  fold(place: SumPlace | undefined, batch: ClassBatch): void {
    const { timeNs, cpu, count } = batch;
    if (batch !== this.#batch) {
      this.#fields = new ColumnSums(batch.scopes.values(), this.#batch && this.#fields);
      this.#batch = batch;
    }
    this.#times.numbers(place, timeNs, count);
    this.#cpus.numbers(place, cpu, count);
    this.#fields.fold(place, count);
  }

  get total(): number {
    return placed(placed(this.#times.sum, this.#cpus.sum, 1), this.#fields.total, 2);
  }
}
