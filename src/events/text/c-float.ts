/** C's `%g`: six significant digits, no trailing zeros, an exponent below 10^-4 and from 10^6 (C11 §7.21.6.1). */
export function formatG(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const sign = value < 0 ? '-' : '';
  const [digits, exponent] = sixDigits(Math.abs(value));
  if (exponent < -4 || exponent >= 6) {
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${withPoint(digits, 1)}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}${withPoint('0'.repeat(-exponent) + digits, 1)}`;
  return `${sign}${withPoint(digits, exponent + 1)}`;
}

function withPoint(digits: string, whole: number): string {
  const fraction = digits.slice(whole).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, whole) : `${digits.slice(0, whole)}.${fraction}`;
}

/** Six rounded digits and the exponent of the first. JavaScript rounds halves up, C to the even digit. */
function sixDigits(value: number): [digits: string, exponent: number] {
  const rounded = value.toExponential(5);
  const exact = value.toExponential(100);
  if (/^.\..{5}50*e/.test(exact)) {
    const kept = exact[0] + exact.slice(2, 7);
    if (Number(kept[5]) % 2 === 0) return [kept, exponentOf(exact)];
  }
  return [rounded[0] + rounded.slice(2, 7), exponentOf(rounded)];
}

function exponentOf(exponential: string): number {
  return Number(exponential.slice(exponential.indexOf('e') + 1));
}
