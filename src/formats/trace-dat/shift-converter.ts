/**
 * `(count · multiplier) >> shift` for counts near a base, exactly, without a bigint for each.
 *
 * With base · multiplier = q · 2^shift + r and a difference d = h · 2²⁰ + l (0 ≤ l < 2²⁰):
 *
 *   ns(base + d) = q + ⌊(h · multiplier · 2²⁰ + l · multiplier + r) / 2^shift⌋
 *
 * where h · multiplier < 2⁵³ for differences below 2⁴¹ counts (12 minutes at 3 GHz); beyond, bigints do it.
 */
import type { TscToNs } from './options.ts';

const lowBits = 20;
const low = 2 ** lowBits;
const differenceMax = 2 ** 41;

export class ShiftConverter {
  readonly #scale: TscToNs;
  readonly #addedNs: bigint;
  readonly #multiplier: number;
  /** 2^shift, and 2^(shift - 20). */
  readonly #unit: number;
  readonly #highUnit: number;
  readonly #isSmall: boolean;
  #base = 0n;
  #baseNs = 0;
  #remainder = 0;

  /** @param addedNs added to each time */
  constructor(scale: TscToNs, addedNs: bigint) {
    this.#scale = scale;
    this.#addedNs = addedNs;
    this.#multiplier = Number(scale.multiplier);
    const shift = Number(scale.shift);
    this.#unit = 2 ** shift;
    this.#highUnit = 2 ** (shift - lowBits);
    // Sums below stay under 2⁵³ for these; others are not known to be written.
    this.#isSmall = shift >= lowBits && shift <= 50 && scale.multiplier < 1n << 32n;
  }

  rebase(base: bigint): void {
    this.#base = base;
    const product = base * this.#scale.multiplier;
    this.#baseNs = Number((product >> this.#scale.shift) + this.#addedNs);
    this.#remainder = Number(BigInt.asUintN(Number(this.#scale.shift), product));
  }

  ns(difference: number): number {
    if (!this.#isSmall || !(difference >= 0 && difference < differenceMax)) return this.#exactNs(difference);
    const high = Math.floor(difference / low);
    const highProduct = high * this.#multiplier;
    const highNs = Math.floor(highProduct / this.#highUnit);
    const rest =
      (highProduct - highNs * this.#highUnit) * low +
      (difference - high * low) * this.#multiplier +
      this.#remainder;
    return this.#baseNs + highNs + Math.floor(rest / this.#unit);
  }

  #exactNs(difference: number): number {
    const product = (this.#base + BigInt(difference)) * this.#scale.multiplier;
    return Number((product >> this.#scale.shift) + this.#addedNs);
  }
}
