/** How element lines spell values: the forms of C's `%g` and of bytes that are not printable. */

/**
 * As C's `%g`: six significant digits, no trailing zeros, an exponent where it is below -4 or above 5. Exact ties round away
 * from zero, where C takes the even digit.
 */
export function spellFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential(5).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return withoutTrailingZeros(value.toFixed(5 - exponent));
  const exponentDigits = String(Math.abs(exponent)).padStart(2, '0');
  return `${withoutTrailingZeros(digits)}e${exponent < 0 ? '-' : '+'}${exponentDigits}`;
}

function withoutTrailingZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** Printable ASCII as it is, everything else and `$` itself as `$` and two hexadecimal digits. */
export function spellBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x24;
    text += isPlain ? String.fromCharCode(byte) : `$${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

/** Two hexadecimal digits a byte. */
export function spellHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Sixteen bytes as a UUID. */
export function spellUuid(bytes: readonly bigint[]): string {
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Width of exponent and of stored mantissa of the IEEE 754 binary formats; 80 bits store the leading one. */
const floatShapes = {
  16: { exponentBits: 5n, mantissaBits: 10n, isLeadingStored: false },
  32: { exponentBits: 8n, mantissaBits: 23n, isLeadingStored: false },
  64: { exponentBits: 11n, mantissaBits: 52n, isLeadingStored: false },
  80: { exponentBits: 15n, mantissaBits: 64n, isLeadingStored: true },
  128: { exponentBits: 15n, mantissaBits: 112n, isLeadingStored: false },
} as const;

/** The nearest double of a float's bits; 80 and 128 bits lose what a double cannot hold. */
export function floatOfBits(bits: bigint, sizeBits: keyof typeof floatShapes): number {
  const { exponentBits, mantissaBits, isLeadingStored } = floatShapes[sizeBits];
  const mantissa = BigInt.asUintN(Number(mantissaBits), bits);
  const exponent = BigInt.asUintN(Number(exponentBits), bits >> mantissaBits);
  const sign = bits >> (mantissaBits + exponentBits) === 0n ? 1 : -1;
  const fractionBits = isLeadingStored ? mantissaBits - 1n : mantissaBits;
  if (exponent === (1n << exponentBits) - 1n) {
    return BigInt.asUintN(Number(fractionBits), mantissa) === 0n
      ? sign * Number.POSITIVE_INFINITY
      : Number.NaN;
  }
  const hasLeadingOne = exponent !== 0n && !isLeadingStored;
  const significand = hasLeadingOne ? mantissa | (1n << fractionBits) : mantissa;
  const bias = (1n << (exponentBits - 1n)) - 1n;
  const scale = (exponent === 0n ? 1n : exponent) - bias - fractionBits;
  return sign * scaled(significand, Number(scale));
}

/** significand · 2^scale; in two steps, because 2^scale alone may be below the smallest double. */
function scaled(significand: bigint, scale: number): number {
  if (significand === 0n) return 0;
  const excessBits = Math.max(0, significand.toString(2).length - 64);
  const value = Number(significand >> BigInt(excessBits));
  const half = Math.trunc((scale + excessBits) / 2);
  return value * 2 ** half * 2 ** (scale + excessBits - half);
}
