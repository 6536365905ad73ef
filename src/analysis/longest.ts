/** The longest things so far, in bounded memory. */
export class Longest<Item> {
  readonly #limit: number;
  readonly #durationOf: (item: Item) => number;
  readonly #timeOf: (item: Item) => number;
  #items: Item[] = [];
  /** What is not longer than this need not be kept. */
  #threshold = Number.NEGATIVE_INFINITY;

  /** @param limit 0 for all */
  constructor(limit: number, durationOf: (item: Item) => number, timeOf: (item: Item) => number) {
    this.#limit = limit === 0 ? Number.POSITIVE_INFINITY : limit;
    this.#durationOf = durationOf;
    this.#timeOf = timeOf;
  }

  /** Whether an item of this length would be kept: only then it needs to be made. */
  wants(duration: number): boolean {
    return duration > this.#threshold;
  }

  add(item: Item): void {
    if (!this.wants(this.#durationOf(item))) return;
    this.#items.push(item);
    // Sorting now and then costs less than keeping order with each item.
    if (this.#items.length >= 2 * this.#limit + 64) this.#trim();
  }

  /** The longest first; of equal ones the earlier one. */
  sorted(): readonly Item[] {
    this.#trim();
    return this.#items;
  }

  #trim(): void {
    const [durationOf, timeOf] = [this.#durationOf, this.#timeOf];
    this.#items.sort((a, b) => durationOf(b) - durationOf(a) || timeOf(a) - timeOf(b));
    if (this.#items.length <= this.#limit) return;
    this.#items = this.#items.slice(0, this.#limit);
    const last = this.#items.at(-1);
    this.#threshold = last === undefined ? Number.POSITIVE_INFINITY : durationOf(last);
  }
}
