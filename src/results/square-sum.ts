/**
 * A sum of squares that is exact for whole numbers below 2^52, so that a standard deviation depends neither on the order of the
 * values nor on how large they are beside their differences.
 *
 *   value = high · 2^26 + low        square = high² · 2^52 + 2 · high · low · 2^26 + low²
 *
 * Each of the three products is below 2^52; what their sums have beyond 2^52 is carried, so that no digit is lost.
 */

const half = 2 ** 26;
const whole = 2 ** 52;

export class SquareSum {
  #low = 0;
  #lowCarries = 0;
  #middle = 0;
  #middleCarries = 0;
  #high = 0;
  #highCarries = 0;
  #isWhole = true;

  add(value: number): void {
    if ((value | 0) === value && value < half && value > -half) {
      this.addProduct(value * value);
      return;
    }
    const size = Math.abs(value);
    if (size !== Math.floor(size)) this.#isWhole = false;
    if (size < half) this.addProduct(size * size);
    else this.#addLarge(size);
  }

  /** A square, or a sum of them, that is whole and below 2^52. */
  addProduct(product: number): void {
    this.#low += product;
    if (this.#low >= whole) {
      this.#low -= whole;
      this.#lowCarries += 1;
    }
  }

  #addLarge(size: number): void {
    const high = Math.floor(size / half);
    const low = size - high * half;
    this.addProduct(low * low);
    this.#addMiddle(high * low);
    this.#addHigh(high * high);
  }

  #addMiddle(product: number): void {
    this.#middle += product;
    if (this.#middle >= whole) {
      this.#middle -= whole;
      this.#middleCarries += 1;
    }
  }

  #addHigh(product: number): void {
    this.#high += product;
    if (this.#high >= whole) {
      this.#high -= whole;
      this.#highCarries += 1;
    }
  }

  /** Adds what another one has. */
  merge(other: SquareSum): void {
    this.#isWhole &&= other.#isWhole;
    this.addProduct(other.#low);
    this.#lowCarries += other.#lowCarries;
    this.#addMiddle(other.#middle);
    this.#middleCarries += other.#middleCarries;
    this.#addHigh(other.#high);
    this.#highCarries += other.#highCarries;
  }

  /** The sum of squared differences from the average of `count` values whose sum is `sum`. */
  around(count: number, sum: number): number {
    if (!this.#isWhole || !Number.isSafeInteger(sum)) return Math.max(0, this.#rounded - (sum * sum) / count);
    if (this.#lowCarries + this.#middle + this.#middleCarries + this.#high + this.#highCarries === 0) {
      const [squares, square] = [this.#low * count, sum * sum];
      // Both are exact: no larger numbers are needed.
      if (squares <= Number.MAX_SAFE_INTEGER && square <= Number.MAX_SAFE_INTEGER)
        return (squares - square) / count;
    }
    const squares =
      exact(this.#low, this.#lowCarries) +
      (exact(this.#middle, this.#middleCarries) << 27n) +
      (exact(this.#high, this.#highCarries) << 52n);
    return Number(squares * BigInt(count) - BigInt(sum) ** 2n) / count;
  }

  get #rounded(): number {
    const low = this.#low + this.#lowCarries * whole;
    const middle = this.#middle + this.#middleCarries * whole;
    return low + middle * 2 * half + (this.#high + this.#highCarries * whole) * whole;
  }
}

function exact(rest: number, carries: number): bigint {
  return BigInt(rest) + BigInt(carries) * BigInt(whole);
}
