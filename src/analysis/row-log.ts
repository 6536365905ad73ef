/**
 * Many records of one kind, kept by column: a number takes eight bytes, where an object takes some hundred and the garbage collector's
 * time. All records have the fields of the first one; what an item's own fields are changed to later is not seen.
 */

const blockBits = 12;
const blockSize = 1 << blockBits;

type Value = unknown;

/** The values of one field, in blocks: growing copies nothing. Numbers are kept as such as long as all of a block are. */
class Column {
  readonly #blocks: (Float64Array | Value[])[] = [];

  set(row: number, value: Value): void {
    let block = this.#blocks[row >> blockBits];
    if (block === undefined) {
      block = typeof value === 'number' ? new Float64Array(blockSize) : [];
      this.#blocks[row >> blockBits] = block;
    }
    const at = row & (blockSize - 1);
    if (!(block instanceof Float64Array)) block[at] = value;
    else if (typeof value === 'number') block[at] = value;
    else this.#blocks[row >> blockBits] = [...block.subarray(0, at), value];
  }

  at(row: number): Value {
    return this.#blocks[row >> blockBits]?.[row & (blockSize - 1)];
  }
}

export class RowLog<Item extends object> {
  #keys: readonly (keyof Item)[] = [];
  #columns: readonly Column[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Copies the fields of an item. */
  add(item: Item): void {
    if (this.#count === 0) {
      this.#keys = Object.keys(item) as (keyof Item)[];
      this.#columns = this.#keys.map(() => new Column());
    }
    const row = this.#count++;
    this.#keys.forEach((key, at) => {
      this.#columns[at]?.set(row, item[key]);
    });
  }

  /** As they were added. It is one object that is used again for the next one. */
  *rows(): Generator<Item> {
    const item: Partial<Item> = {};
    for (let row = 0; row < this.#count; row++) {
      this.#keys.forEach((key, at) => {
        item[key] = this.#columns[at]?.at(row) as Item[keyof Item];
      });
      yield item as Item;
    }
  }
}
