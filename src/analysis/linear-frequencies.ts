/**
 * How many of some values fall into each of a number of equal bins from the least to the greatest one: what lttng-analyses
 * calls a frequency distribution. Bins depend on the values, so that all values are kept: 8 bytes each.
 */
import { grown } from '../events/columns.ts';

export interface FrequencyBin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export class LinearFrequencies {
  #values: Float64Array = new Float64Array(16);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) this.#values = grown(this.#values, this.#count + 1);
    this.#values[this.#count++] = value;
  }

  /** Adds all that another one has seen; the other stays as it is. */
  merge(other: LinearFrequencies): void {
    for (let index = 0; index < other.#count; index += 1) this.add(other.#values[index] as number);
  }

  /** The bins, each with its lower edge, the last one with its upper edge too; none where all values are equal. */
  bins(binCount: number): readonly FrequencyBin[] {
    const values = this.#values.subarray(0, this.#count);
    let least = Number.POSITIVE_INFINITY;
    let greatest = Number.NEGATIVE_INFINITY;
    for (const value of values) {
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
    const span = greatest - least;
    if (!(span > 0)) return [];
    const counts = new Float64Array(binCount);
    for (const value of values) {
      // Multiplied before it is divided: a whole number that is an edge is at the edge.
      const index = Math.floor(((value - least) * binCount) / span);
      counts[Math.min(binCount - 1, index)]! += 1;
    }
    return Array.from(counts, (count, index) => ({
      lower: least + (index * span) / binCount,
      upper: least + ((index + 1) * span) / binCount,
      count,
    }));
  }
}
