/**
 * From a clock's cycles to nanoseconds, exactly.
 *
 *   ns(c) = offsetSeconds · 10⁹ + ⌊(c + offsetCycles) · 10⁹ / frequency⌋                      CTF 1.8 §8, CTF2-SPEC-2.0 §5.7
 *
 * A bigint once a packet gives a base; within the packet only small differences are converted, in doubles that stay exact.
 */

/** What is known of a clock. */
export interface Clock {
  readonly name: string;
  readonly uuid?: string;
  readonly description?: string;
  readonly frequencyHz: bigint;
  readonly offsetSeconds: bigint;
  readonly offsetCycles: bigint;
  /** Uncertainty in cycles; 0 where unknown. */
  readonly precisionCycles: bigint;
  /** Systematic error in cycles (CTF2-SPEC-2.0 §5.7), which clocks of one identity share: between them it cancels out. */
  readonly accuracyCycles?: bigint;
  /** The offset is from the Unix epoch, so that clocks of several traces are comparable. */
  readonly isAbsolute: boolean;
  /** What `offset` counts from: `unix-epoch`, or the name of an origin that only equal names share (boot, a host's clock). */
  readonly origin: string;
}

/** A clock whose offset the user corrected (`--clock-offset`), in nanoseconds. */
export type ClockCorrection = (clock: Clock) => bigint;

const nsPerSecond = 1_000_000_000n;

/** Nanoseconds from the clock's origin; exact floor. */
export function cyclesToNs(clock: Clock, cycles: bigint): bigint {
  const total = cycles + clock.offsetCycles;
  const ns = clock.frequencyHz === nsPerSecond ? total : floorDivide(total * nsPerSecond, clock.frequencyHz);
  return clock.offsetSeconds * nsPerSecond + ns;
}

function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

/**
 * Converts cycles near a base. `rebase` costs bigint arithmetic and is called once a packet; `ns` costs a few multiplications.
 *
 * With b the base, (b + offsetCycles) · 10⁹ = q · f + r. For a difference d = s · f + e (0 ≤ e < f):
 * ns(b + d) = ns(b) + s · 10⁹ + ⌊(r + e · 10⁹) / f⌋, where e · 10⁹ is done in two steps, 31250 · 32000, so that no product
 * passes 2⁵³ for frequencies below 2³⁸ Hz (above, bigint).
 */
export class CycleConverter {
  readonly #clock: Clock;
  readonly #originNs: bigint;
  readonly #frequency: number;
  readonly #isNs: boolean;
  #base = 0n;
  #baseNs = 0;
  #remainder = 0;

  /** @param originNs the origin of the opened traces, in nanoseconds from the clock's origin */
  constructor(clock: Clock, originNs: bigint) {
    this.#clock = clock;
    this.#originNs = originNs;
    this.#frequency = Number(clock.frequencyHz);
    this.#isNs = clock.frequencyHz === nsPerSecond;
  }

  /** Cycles given to `ns` from now on are relative to `base`. */
  rebase(base: bigint): void {
    this.#base = base;
    this.#baseNs = Number(cyclesToNs(this.#clock, base) - this.#originNs);
    if (this.#isNs) return;
    const total = (base + this.#clock.offsetCycles) * nsPerSecond;
    const frequency = this.#clock.frequencyHz;
    this.#remainder = Number(total - floorDivide(total, frequency) * frequency);
  }

  /** What generated code converts with: nanoseconds of the base, and the remainder of its division in cycles · 10⁹. */
  get parts(): { readonly baseNs: number; readonly remainder: number; readonly frequencyHz: bigint } {
    return { baseNs: this.#baseNs, remainder: this.#remainder, frequencyHz: this.#clock.frequencyHz };
  }

  /** Nanoseconds from the origin of `base + difference`; `difference` is an exact integer, which may be negative. */
  ns(difference: number): number {
    if (this.#isNs) return this.#baseNs + difference;
    const frequency = this.#frequency;
    if (frequency >= 2 ** 38) {
      return Number(cyclesToNs(this.#clock, this.#base + BigInt(difference)) - this.#originNs);
    }
    const seconds = Math.floor(difference / frequency);
    const rest = difference - seconds * frequency;
    const first = rest * 31250;
    const firstQuotient = Math.floor(first / frequency);
    const second = (first - firstQuotient * frequency) * 32000 + this.#remainder;
    return this.#baseNs + seconds * 1e9 + firstQuotient * 32000 + Math.floor(second / frequency);
  }
}
