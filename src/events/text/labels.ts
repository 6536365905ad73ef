import type { EnumerationRange, IntegerType } from '../layout.ts';

/** All labels of an enumeration's value, each once, in the order in which they were first declared. */
export function labelsOf(type: IntegerType, value: number | bigint): readonly string[] {
  const found = new Set<string>();
  for (const range of type.labels ?? []) {
    if (range.first <= value && value <= range.last) found.add(range.label);
  }
  return [...found];
}

/** The names of a bit map's bits that are set, each once, in the order in which they were first declared. */
export function flagsOf(type: IntegerType, value: number | bigint): readonly string[] {
  const found = new Set<string>();
  for (const range of type.flags ?? []) if ((BigInt(value) & bitsOf(range)) !== 0n) found.add(range.label);
  return [...found];
}

/** The bits of one of a bit map's ranges, both ends included; what metadata says of bits beyond the 64 that can be read is nothing. */
export function bitsOf({ first, last }: EnumerationRange): bigint {
  const lowest = first < 0n ? 0n : first;
  const highest = last > 63n ? 63n : last;
  return lowest > highest ? 0n : (1n << (highest + 1n)) - (1n << lowest);
}
