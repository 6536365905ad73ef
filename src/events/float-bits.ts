/**
 * Binary floating point of the sizes that machines do not load (IEEE 754-2008 §3.4; 80 bits are the extended format of x87):
 *
 *   sign │ exponent │ mantissa           16: 1 + 5 + 10    80: 1 + 15 + 64, with the leading one    128: 1 + 15 + 112
 *
 * What gets lost: a double has 53 bits of the mantissa, and an exponent of 11 bits.
 */

const shapes = {
  16: { exponentBits: 5n, fractionBits: 10n, storedLeadingBits: 0n },
  80: { exponentBits: 15n, fractionBits: 63n, storedLeadingBits: 1n },
  128: { exponentBits: 15n, fractionBits: 112n, storedLeadingBits: 0n },
} as const;

/** The nearest double. */
export function floatFromBits(bits: bigint, sizeBits: keyof typeof shapes): number {
  const { exponentBits, fractionBits, storedLeadingBits } = shapes[sizeBits];
  const mantissaBits = fractionBits + storedLeadingBits;
  const mantissa = BigInt.asUintN(Number(mantissaBits), bits);
  const exponent = Number(BigInt.asUintN(Number(exponentBits), bits >> mantissaBits));
  const sign = bits >> BigInt(sizeBits - 1) === 0n ? 1 : -1;
  const exponentMax = 2 ** Number(exponentBits) - 1;
  if (exponent === exponentMax) {
    const isInfinite = BigInt.asUintN(Number(fractionBits), mantissa) === 0n;
    return isInfinite ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  const leading = exponent === 0 || storedLeadingBits > 0n ? 0n : 1n << fractionBits;
  const scale = Math.max(1, exponent) - (exponentMax >> 1) - Number(fractionBits);
  // In two steps: a power of two alone may be below the least double, or above the greatest.
  const half = Math.trunc(scale / 2);
  return sign * Number(leading | mantissa) * 2 ** half * 2 ** (scale - half);
}
