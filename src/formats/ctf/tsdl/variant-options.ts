/** Which values of its tag choose which option of a variant (CTF 1.8.3 §4.2.2). */
import type { EnumerationRange, FieldReference, VariantOption } from '../../../events/layout.ts';
import type { Frame } from './frames.ts';
import type { Source } from './source.ts';

type Ranges = VariantOption['ranges'];

/** The values of each label, found once for an enumeration that is the tag of many variants. */
export type RangesOfLabels = WeakMap<readonly EnumerationRange[], ReadonlyMap<string, Ranges>>;

/**
 * The options of a variant whose members are in `frame`. An option without label is never chosen, a label without option
 * is an error only where it is recorded.
 *
 * @throws TraceError `metadata-reference` when the tag means several enumerations that do not agree
 */
export function variantOptions(
  source: Source,
  frame: Frame,
  selector: FieldReference,
  rangesOf: RangesOfLabels,
  at: number,
): VariantOption[] {
  const labels = selector.type.labels ?? [];
  for (const other of selector.others ?? []) {
    if (areSame(labels, other.labels ?? [])) continue;
    const message = `The variant's tag "${selector.path.join('.')}" means enumerations with different labels.`;
    source.fail({ code: 'metadata-reference', at, message });
  }
  const ranges = rangesOf.get(labels) ?? rangesByLabel(labels);
  rangesOf.set(labels, ranges);
  return [...frame.names.written.keys()].map((written, index) => {
    const { name, type } = frame.members[index]!;
    // Labels are matched as they are written; producers that underscore only one of the two are understood.
    const label = [written, name, `_${written}`].find((each) => ranges.has(each));
    return { name, type, ranges: label === undefined ? [] : ranges.get(label)! };
  });
}

function rangesByLabel(labels: readonly EnumerationRange[]): Map<string, Ranges> {
  const ranges = new Map<string, Ranges[number][]>();
  for (const { label, first, last } of labels) {
    const known = ranges.get(label);
    if (known) known.push({ first, last });
    else ranges.set(label, [{ first, last }]);
  }
  return ranges;
}

function areSame(one: readonly EnumerationRange[], other: readonly EnumerationRange[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ label, first, last }, index) => {
      const each = other[index]!;
      return each.label === label && each.first === first && each.last === last;
    })
  );
}
