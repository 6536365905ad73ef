/**
 * Count, sum, extremes, spread and percentiles of many values in bounded memory.
 *
 * Percentiles are exact (nearest rank: the smallest value that at least p of all values do not exceed) up to 1024
 * values. Beyond that, values are counted in log-linear bins, 128 to each power of two, and a percentile is the middle of
 * its bin: at most 1/256 = 0.4 % off. Values below 1 then share one bin. All else is always exact, within double precision.
 */

import { SquareSum } from './square-sum.ts';

/** Up to here a square is added without a look at its digits; a sum of them stays below 2^52. */
const smallMax = 2 ** 24;
const smallSquaresMax = 2 ** 51;

/** What is kept in `#sums`: one array is one place in memory, where fields that are doubles would each be an object. */
const countAt = 0;
const sumAt = 1;
const minAt = 2;
const maxAt = 3;
/** Squares of small whole numbers, before they are added to the others. */
const squaresAt = 4;

const exactCountMax = 1024;
const binsPerPower = 128;
/** Values of 2^63 and above share the last bin. */
const powerMax = 63;

/** One distribution, fed value by value. */
export class Distribution {
  readonly #sums = Float64Array.of(0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0);
  readonly #squares = new SquareSum();
  #values: Float64Array | undefined = new Float64Array(8);
  #isSorted = true;
  /** Log-linear counts from bin `#firstBin` on, once there are too many values to keep. */
  #bins = new Float64Array(0);
  #firstBin = 0;

  /** @param value finite; percentiles need values from 0 up */
  add(value: number): void {
    const sums = this.#sums;
    sums[countAt]! += 1;
    sums[sumAt]! += value;
    if (value < (sums[minAt] as number)) sums[minAt] = value;
    if (value > (sums[maxAt] as number)) sums[maxAt] = value;
    const whole = value | 0;
    if (whole === value && whole >= 0 && whole < smallMax) {
      const squares = (sums[squaresAt] as number) + whole * whole;
      sums[squaresAt] = squares < smallSquaresMax ? squares : this.#moveSquares(squares);
    } else this.#squares.add(value);
    if (this.#values === undefined) {
      const bin = binOf(value) - this.#firstBin;
      if (bin >= 0 && bin < this.#bins.length) {
        this.#bins[bin]! += 1;
        return;
      }
    }
    this.#keep(value);
  }

  /** Adds all that another one has seen; the other stays as it is. */
  merge(other: Distribution): void {
    if (other.count === 0) return;
    const sums = this.#sums;
    const before = this.count;
    const count = before + other.count;
    this.#squares.merge(other.#squares);
    this.#squares.addProduct(other.#sums[squaresAt] as number);
    sums[sumAt]! += other.sum;
    sums[minAt] = Math.min(sums[minAt] as number, other.#sums[minAt] as number);
    sums[maxAt] = Math.max(sums[maxAt] as number, other.#sums[maxAt] as number);
    if (other.#values !== undefined) {
      for (let index = 0; index < other.count; index += 1) {
        sums[countAt]! += 1;
        this.#keep(other.#values[index]!);
      }
    } else {
      this.#useBins(before);
      other.#bins.forEach((amount, index) => {
        if (amount > 0) this.#countBin(other.#firstBin + index, amount);
      });
    }
    sums[countAt] = count;
  }

  get count(): number {
    return this.#sums[countAt] as number;
  }

  get sum(): number {
    return this.#sums[sumAt] as number;
  }

  /** `undefined` when there is no value; so are `max` and `average`. */
  get min(): number | undefined {
    return this.count === 0 ? undefined : this.#sums[minAt];
  }

  get max(): number | undefined {
    return this.count === 0 ? undefined : this.#sums[maxAt];
  }

  get average(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count;
  }

  /** The sample's standard deviation (divided by n - 1); `undefined` below two values. */
  get stdev(): number | undefined {
    if (this.count < 2) return undefined;
    this.#sums[squaresAt] = this.#moveSquares(this.#sums[squaresAt] as number);
    return Math.sqrt(this.#squares.around(this.count, this.sum) / (this.count - 1));
  }

  /** Whether percentiles are exact, or within 0.4 %. */
  get hasExactPercentiles(): boolean {
    return this.#values !== undefined;
  }

  /** @param part 0 … 1: 0.99 for p99 */
  percentile(part: number): number | undefined {
    if (this.count === 0) return undefined;
    // 0.07 * 100 is 7.000000000000001 in doubles: a rank is not pushed to the next one by that.
    const rank = Math.min(this.count, Math.max(1, Math.ceil(part * this.count - 1e-9)));
    if (this.#values !== undefined) {
      const values = this.#values.subarray(0, this.count);
      if (!this.#isSorted) values.sort();
      this.#isSorted = true;
      return values[rank - 1];
    }
    let seen = 0;
    for (let index = 0; index < this.#bins.length; index += 1) {
      seen += this.#bins[index]!;
      if (seen >= rank)
        return Math.min(
          this.#sums[maxAt] as number,
          Math.max(this.#sums[minAt] as number, binMiddle(this.#firstBin + index)),
        );
    }
    return this.#sums[maxAt];
  }

  /** @returns what is left: 0 */
  #moveSquares(squares: number): number {
    this.#squares.addProduct(squares);
    return 0;
  }

  /** Keeps one value; `count` includes it already. */
  #keep(value: number): void {
    if (this.#values === undefined) {
      this.#countBin(binOf(value), 1);
      return;
    }
    if (this.count > exactCountMax) {
      this.#useBins(this.count - 1);
      this.#countBin(binOf(value), 1);
      return;
    }
    if (this.count > this.#values.length) {
      const larger = new Float64Array(Math.min(exactCountMax, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.count - 1] = value;
    this.#isSorted = false;
  }

  #useBins(valueCount: number): void {
    if (this.#values === undefined) return;
    const values = this.#values;
    this.#values = undefined;
    for (let index = 0; index < valueCount; index += 1) this.#countBin(binOf(values[index]!), 1);
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

/** 2^-power, exact. */
const inversePowers = Float64Array.from({ length: powerMax }, (_, power) => 2 ** -power);

function powerOfLarge(value: number): number {
  if (value >= 2 ** powerMax) return powerMax - 1;
  return 63 - Math.clz32(value / 2 ** 32);
}

/** Bin 0 is below 1; then 128 bins from each power of two to the next. */
function binOf(value: number): number {
  const whole = value | 0;
  if (whole === value && whole > 0) {
    // The first digit is the power, the seven after it the step.
    const power = 31 - Math.clz32(whole);
    const digits = power >= 7 ? whole >> (power - 7) : whole << (7 - power);
    return 1 + (power - 1) * binsPerPower + digits;
  }
  if (!(value >= 1)) return 0;
  const power = value < 2 ** 32 ? 31 - Math.clz32(value) : powerOfLarge(value);
  const step = Math.floor((value * (inversePowers[power] as number) - 1) * binsPerPower);
  return 1 + power * binsPerPower + Math.min(binsPerPower - 1, step);
}

function binMiddle(bin: number): number {
  if (bin === 0) return 0;
  const power = Math.floor((bin - 1) / binsPerPower);
  const step = (bin - 1) % binsPerPower;
  return 2 ** power * (1 + (step + 0.5) / binsPerPower);
}
