import type { IntegerType } from '../layout.ts';

/** All labels of an enumeration's value, each once, in the order in which they were first declared. */
export function labelsOf(type: IntegerType, value: number | bigint): readonly string[] {
  const found = new Set<string>();
  for (const range of type.labels ?? []) {
    if (range.first <= value && value <= range.last) found.add(range.label);
  }
  return [...found];
}
