/** Sets of integer ranges (CTF2-SPEC-2.0 §5.3.2): mappings, flags, selectors. */
import { memberCountMax } from '../../../bytes/limits.ts';
import type { EnumerationRange } from '../../../events/layout.ts';
import type { JsonNode } from './json-node.ts';

export interface IntegerRange {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * What was read of a value of the text before. An alias with many ranges may be used many times: each time the ranges are the same
 * objects, so that neither time nor memory is their product.
 */
const rangesRead = new WeakMap<object, readonly IntegerRange[]>();
const namedRead = new WeakMap<object, readonly EnumerationRange[]>();

function remembered<T>(known: WeakMap<object, T>, { value }: JsonNode, read: () => T): T {
  if (typeof value !== 'object' || value === null) return read();
  let found = known.get(value);
  if (found === undefined) {
    found = read();
    known.set(value, found);
  }
  return found;
}

/** At least one range of two integers, both included. */
export function readRanges(node: JsonNode): readonly IntegerRange[] {
  return remembered(rangesRead, node, () => readSet(node));
}

function readSet(node: JsonNode): IntegerRange[] {
  const elements = node.elements();
  if (elements.length === 0)
    node.fail('metadata-property', 'Expected one integer range or more, found none.');
  return elements.map(readRange);
}

function readRange(node: JsonNode): IntegerRange {
  const bounds = node.elements();
  const [first, last] = bounds;
  if (first === undefined || last === undefined || bounds.length > 2) {
    return node.fail(
      'metadata-property',
      `Expected an array of two integers, found one of ${bounds.length}.`,
    );
  }
  const range = { first: first.integer(), last: last.integer() };
  if (range.last < range.first) {
    node.fail(
      'metadata-property',
      `Expected an upper bound of at least ${range.first}, found ${range.last}.`,
    );
  }
  return range;
}

/** Names with their ranges (§5.3.5.1, §5.3.7.1); ranges of two names may overlap. Undefined where there is no name. */
export function readNamedRanges(node: JsonNode | undefined): readonly EnumerationRange[] | undefined {
  if (node === undefined) return undefined;
  const named = remembered(namedRead, node, () => readNames(node));
  return named.length === 0 ? undefined : named;
}

function readNames(node: JsonNode): readonly EnumerationRange[] {
  const named: EnumerationRange[] = [];
  for (const [label, set] of node.entries()) {
    for (const { first, last } of readRanges(set)) named.push({ label, first, last });
    if (named.length > memberCountMax) {
      node.fail('metadata-limit', `Expected at most ${memberCountMax} ranges, found more.`);
    }
  }
  return named;
}

/** What a selector can be, by its type's sign. */
const domains = {
  unsigned: { first: 0n, last: (1n << 64n) - 1n },
  signed: { first: -(1n << 63n), last: (1n << 63n) - 1n },
} as const;

const complements = {
  unsigned: new WeakMap<readonly IntegerRange[], readonly IntegerRange[]>(),
  signed: new WeakMap<readonly IntegerRange[], readonly IntegerRange[]>(),
} as const;

/** All values of a selector that are in none of the ranges. */
export function complementOf(ranges: readonly IntegerRange[], isSigned: boolean): readonly IntegerRange[] {
  const known = complements[isSigned ? 'signed' : 'unsigned'];
  let complement = known.get(ranges);
  if (complement === undefined) {
    complement = outsideOf(ranges, isSigned);
    known.set(ranges, complement);
  }
  return complement;
}

function outsideOf(ranges: readonly IntegerRange[], isSigned: boolean): IntegerRange[] {
  const domain = isSigned ? domains.signed : domains.unsigned;
  const outside: IntegerRange[] = [];
  let next = domain.first;
  for (const { first, last } of sorted(ranges)) {
    if (first > next) outside.push({ first: next, last: first > domain.last ? domain.last : first - 1n });
    if (last >= next) next = last + 1n;
  }
  if (next <= domain.last) outside.push({ first: next, last: domain.last });
  return outside;
}

/** Two options that share a value, and the value; undefined when there are none. Ranges of one option may overlap. */
export function findShared(
  options: readonly (readonly IntegerRange[])[],
): { readonly earlier: number; readonly later: number; readonly value: bigint } | undefined {
  const all = options.flatMap((ranges, option) => ranges.map((range) => ({ ...range, option })));
  let widest: (typeof all)[number] | undefined;
  // The widest of the other options is not enough: of the two that reach furthest, one is of another option.
  let other: (typeof all)[number] | undefined;
  for (const range of sorted(all)) {
    for (const known of [widest, other]) {
      if (known === undefined || known.option === range.option || known.last < range.first) continue;
      const [earlier, later] = [known.option, range.option].sort((a, b) => a - b) as [number, number];
      return { earlier, later, value: range.first };
    }
    if (widest === undefined || range.last > widest.last) {
      if (widest !== undefined && widest.option !== range.option) other = widest;
      widest = range;
    } else if (range.option !== widest.option && (other === undefined || range.last > other.last)) {
      other = range;
    }
  }
  return undefined;
}

function sorted<T extends IntegerRange>(ranges: readonly T[]): T[] {
  return [...ranges].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
}
