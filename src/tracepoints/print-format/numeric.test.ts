import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asBigint, combined, complement, constant, lowBits, type Numeric, negated } from './numeric.ts';
import type { BinaryOperator } from './syntax.ts';

const range = 1n << 64n;
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);

/** What 64-bit registers would give. */
const reference: { readonly [O in BinaryOperator]: (a: bigint, b: bigint) => bigint } = {
  '+': (a, b) => unsigned(a + b),
  '-': (a, b) => unsigned(a - b),
  '*': (a, b) => unsigned(a * b),
  '/': (a, b) => (b === 0n ? 0n : a / b),
  '%': (a, b) => (b === 0n ? 0n : a % b),
  '<<': (a, b) => unsigned(a << (b & 63n)),
  '>>': (a, b) => a >> (b & 63n),
  '<': (a, b) => truth(a < b),
  '>': (a, b) => truth(a > b),
  '<=': (a, b) => truth(a <= b),
  '>=': (a, b) => truth(a >= b),
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '&': (a, b) => a & b,
  '^': (a, b) => a ^ b,
  '|': (a, b) => a | b,
  '&&': (a, b) => truth(a !== 0n && b !== 0n),
  '||': (a, b) => truth(a !== 0n || b !== 0n),
};

/** A value in one of its forms: known, a field of some bits, a field of 64 bits with or without halves, or negated. */
const forms: readonly ((value: bigint) => Numeric)[] = [
  constant,
  (value) => {
    const number = Number(BigInt.asUintN(32, value));
    return { kind: 'number', low: 0, high: 0xffff_ffff, read: () => number };
  },
  (value) => {
    const number = Number(BigInt.asUintN(8, value));
    return { kind: 'number', low: 0, high: 255, read: () => number };
  },
  (value) => ({ kind: 'bigint', read: () => value }),
  (value) => ({
    kind: 'bigint',
    read: () => value,
    words: {
      low: () => Number(BigInt.asUintN(32, value)),
      high: () => Number(value >> 32n),
    },
  }),
  (value) => {
    const number = -Number(BigInt.asUintN(53, value)) + 1;
    return { kind: 'number', low: -Number.MAX_SAFE_INTEGER, high: 1, read: () => number };
  },
];
const values = fc.oneof(
  fc.bigInt({ min: 0n, max: range - 1n }),
  fc.bigInt({ min: 0n, max: 70n }),
  fc.bigInt({ min: range - 70n, max: range - 1n }),
  fc.nat(63).map((bit) => 1n << BigInt(bit)),
);
const numerics = fc.tuple(fc.constantFrom(...forms), values).map(([form, value]) => form(value));
const operators = fc.constantFrom(...(Object.keys(reference) as BinaryOperator[]));

test('operators give what 64-bit registers would, whatever form their operands have', () => {
  fc.assert(
    fc.property(operators, numerics, numerics, (operator, left, right) => {
      const result = asBigint(combined(operator, left, right))(0);
      expect(result).toBe(reference[operator](asBigint(left)(0), asBigint(right)(0)));
    }),
    { numRuns: 20_000 },
  );
});

test('so do operators of one operand, and casts', () => {
  fc.assert(
    fc.property(numerics, (value) => {
      const exact = asBigint(value)(0);
      expect(asBigint(negated(value))(0)).toBe(unsigned(-exact));
      expect(asBigint(complement(value))(0)).toBe(unsigned(~exact));
      for (const bits of [8, 16, 32] as const)
        expect(asBigint(lowBits(value, bits))(0)).toBe(BigInt.asUintN(bits, exact));
    }),
    { numRuns: 2000 },
  );
});

test('the bounds of a result hold, so that later operators may count on them', () => {
  fc.assert(
    fc.property(operators, operators, numerics, numerics, numerics, (first, second, a, b, c) => {
      const inner = combined(first, a, b);
      if (inner.kind === 'number') {
        expect(inner.read(0)).toBeGreaterThanOrEqual(inner.low);
        expect(inner.read(0)).toBeLessThanOrEqual(inner.high);
      }
      const result = asBigint(combined(second, inner, c))(0);
      const expected = reference[first](asBigint(a)(0), asBigint(b)(0));
      expect(result).toBe(reference[second](expected, asBigint(c)(0)));
    }),
    { numRuns: 20_000 },
  );
});
