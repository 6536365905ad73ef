/**
 * Count, sum, extremes, spread and percentiles of many values in bounded memory.
 *
 * Percentiles are exact (nearest rank: the smallest value that at least p of all values do not exceed) up to 1024
 * values. Beyond that, values are counted in log-linear bins, 128 to each power of two, and a percentile is the middle of
 * its bin: at most 1/256 = 0.4 % off. Values below 1 then share one bin. All else is always exact, within double precision.
 *
 * A value that comes alone is noted, and looked at with a thousand others: a loop over them keeps the sums in registers.
 *
 *   values   │ summed up │ noted since │ room │        no room: all are counted in bins, and noted from the beginning on again
 */

import { SquareSum } from './square-sum.ts';

/** Up to here a square is added without a look at its digits; a sum of them stays below 2^52. */
const smallMax = 2 ** 24;
const smallSquaresMax = 2 ** 51;

const exactCountMax = 1024;
/** Values that come together are counted where they are, once there are bins: of fewer a view would cost more. */
const directCountMin = 32;
const binsPerPower = 128;
/** Values of 2^63 and above share the last bin. */
const powerMax = 63;
const lastBin = powerMax * binsPerPower;
/** What is subtracted from the high half's digits so that those of 1 are bin 1. */
const binOfOne = 1023 * binsPerPower - 1;

const nothing = new Float64Array(0);

/** One distribution, fed value by value. */
export class Distribution {
  /** All values, or those that came after the last ones were counted in bins. */
  #values = nothing;
  #used = 0;
  #summed = 0;
  /** How many of them were sorted when a percentile was asked for. */
  #sorted = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  readonly #squares = new SquareSum();
  /** Log-linear counts from bin `#firstBin` on, of the values that are there no more. */
  #bins = nothing;
  #firstBin = 0;
  #binned = 0;

  /** @param value finite; percentiles need values from 0 up */
  add(value: number): void {
    if (this.#used === this.#values.length) this.#makeRoom(Math.max(4, this.#used));
    this.#values[this.#used++] = value;
  }

  /** Adds the values `from` to `to` (excluded), each as by `add`. */
  addAll(values: Float64Array, from: number, to: number): void {
    let at = from;
    while (at < to && (this.#binned === 0 || to - at < directCountMin)) at = this.#keep(values, at, to);
    if (at === to) return;
    this.#addSums(values, at, to);
    this.#addToBins(values, at, to);
  }

  /** Adds all that another one has seen; the other stays as it is. */
  merge(other: Distribution): void {
    if (other.#binned > 0) {
      other.#countInBins();
      this.#countInBins();
      this.#sum += other.#sum;
      this.#min = Math.min(this.#min, other.#min);
      this.#max = Math.max(this.#max, other.#max);
      this.#squares.merge(other.#squares);
      this.#binned += other.#binned;
      this.#addBins(other.#bins, other.#firstBin);
    } else if (other.#used > 0) {
      this.addAll(other.#values, 0, other.#used);
    }
  }

  get count(): number {
    return this.#binned + this.#used;
  }

  get sum(): number {
    this.#sumUp();
    return this.#sum;
  }

  /** `undefined` when there is no value; so are `max` and `average`. */
  get min(): number | undefined {
    this.#sumUp();
    return this.count === 0 ? undefined : this.#min;
  }

  get max(): number | undefined {
    this.#sumUp();
    return this.count === 0 ? undefined : this.#max;
  }

  get average(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count;
  }

  /** The sample's standard deviation (divided by n - 1); `undefined` below two values. */
  get stdev(): number | undefined {
    if (this.count < 2) return undefined;
    return Math.sqrt(this.#squares.around(this.count, this.sum) / (this.count - 1));
  }

  /** Whether percentiles are exact, or within 0.4 %. */
  get hasExactPercentiles(): boolean {
    return this.#binned === 0;
  }

  /** @param part 0 … 1: 0.99 for p99 */
  percentile(part: number): number | undefined {
    if (this.count === 0) return undefined;
    // 0.07 * 100 is 7.000000000000001 in doubles: a rank is not pushed to the next one by that.
    const rank = Math.min(this.count, Math.max(1, Math.ceil(part * this.count - 1e-9)));
    if (this.#binned === 0) return this.#sortedValues()[rank - 1];
    this.#countInBins();
    let seen = 0;
    for (let index = 0; index < this.#bins.length; index += 1) {
      seen += this.#bins[index]!;
      if (seen >= rank) return Math.min(this.#max, Math.max(this.#min, binMiddle(this.#firstBin + index)));
    }
    return this.#max;
  }

  #sortedValues(): Float64Array {
    this.#sumUp();
    const values = this.#values.subarray(0, this.#used);
    if (this.#sorted < this.#used) values.sort();
    this.#sorted = this.#used;
    return values;
  }

  /** Keeps values as far as there is room. @returns the first that is not kept */
  #keep(values: Float64Array, from: number, to: number): number {
    if (this.#used + to - from > this.#values.length) this.#makeRoom(Math.max(to - from, this.#used));
    const kept = this.#values;
    let used = this.#used;
    let at = from;
    while (at < to && used < kept.length) kept[used++] = values[at++] as number;
    this.#used = used;
    return at;
  }

  /** For some more values, as far as there is room for many. */
  #makeRoom(count: number): void {
    if (this.#used === exactCountMax) {
      this.#countInBins();
      return;
    }
    const size = Math.min(exactCountMax, this.#used + count);
    if (size <= this.#values.length) return;
    const larger = new Float64Array(size);
    larger.set(this.#values);
    this.#values = larger;
  }

  #sumUp(): void {
    this.#addSums(this.#values, this.#summed, this.#used);
    this.#summed = this.#used;
  }

  #addSums(values: Float64Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      at = this.#addSmall(values, at, to);
      if (at < to) this.#addOne(values[at++] as number);
    }
  }

  /**
   * Adds small whole numbers, as most are. Nothing in the loop is rare: engines optimize what was met so far, and begin anew with slow code where
   * something else comes.
   * @returns the first that is none, or the one before which squares are added up
   */
  #addSmall(values: Float64Array, from: number, to: number): number {
    let sum = this.#sum;
    let min = this.#min;
    let max = this.#max;
    let squares = 0;
    let index = from;
    for (; index < to && squares < smallSquaresMax; index += 1) {
      const value = values[index] as number;
      const whole = value | 0;
      if (whole !== value || whole < 0 || whole >= smallMax) break;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
      squares += value * value;
    }
    this.#squares.addProduct(squares);
    this.#sum = sum;
    this.#min = min;
    this.#max = max;
    return index;
  }

  #addOne(value: number): void {
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
    this.#squares.add(value);
  }

  #countInBins(): void {
    this.#sumUp();
    this.#addToBins(this.#values, 0, this.#used);
    this.#used = 0;
    this.#summed = 0;
    this.#sorted = 0;
  }

  #addToBins({ buffer, byteOffset }: Float64Array, from: number, to: number): void {
    const halves = new Int32Array(buffer, byteOffset);
    let bins = this.#bins;
    let firstBin = this.#firstBin;
    for (let index = from; index < to; index += 1) {
      const bin = binOf(halves[2 * index + highAt] as number);
      const place = bin - firstBin;
      if (place >= 0 && place < bins.length) bins[place]! += 1;
      else {
        this.#countBin(bin, 1);
        bins = this.#bins;
        firstBin = this.#firstBin;
      }
    }
    this.#binned += to - from;
  }

  #addBins(bins: Float64Array, firstBin: number): void {
    for (let index = 0; index < bins.length; index += 1) {
      const amount = bins[index] as number;
      if (amount > 0) this.#countBin(firstBin + index, amount);
    }
  }

  #countBin(bin: number, amount: number): void {
    const end = this.#firstBin + this.#bins.length;
    if (bin < this.#firstBin || bin >= end) {
      // A power of two of room on each side, so that it rarely grows again.
      const isEmpty = this.#bins.length === 0;
      const first = Math.max(0, isEmpty ? bin - binsPerPower : Math.min(this.#firstBin, bin - binsPerPower));
      const last = isEmpty ? bin + binsPerPower : Math.max(end, bin + binsPerPower);
      const larger = new Float64Array(last - first);
      if (!isEmpty) larger.set(this.#bins, this.#firstBin - first);
      this.#bins = larger;
      this.#firstBin = first;
    }
    this.#bins[bin - this.#firstBin]! += amount;
  }
}

/** Which half of a double has its sign, its power of two and its first digits. */
const highAt = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * Bin 0 is below 1; then 128 bins from each power of two to the next: the power and the seven binary digits after the first one, as they
 * stand side by side in a double.
 *
 *   high half   sign 1 │ power + 1023: 11 │ digits: 7 │ more of them: 13
 */
function binOf(highHalf: number): number {
  const bin = (highHalf >> 13) - binOfOne;
  return bin <= 0 ? 0 : bin < lastBin ? bin : lastBin;
}

function binMiddle(bin: number): number {
  if (bin === 0) return 0;
  const power = Math.floor((bin - 1) / binsPerPower);
  const step = (bin - 1) % binsPerPower;
  return 2 ** power * (1 + (step + 0.5) / binsPerPower);
}
