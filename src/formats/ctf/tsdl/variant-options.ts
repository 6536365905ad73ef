/** Which values of its tag choose which option of a variant (CTF 1.8.3 §4.2.2). */
import type { EnumerationRange, FieldReference, VariantOption } from '../../../events/layout.ts';
import type { Frame } from './frames.ts';
import type { Source } from './source.ts';

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
  at: number,
): VariantOption[] {
  const labels = selector.type.labels ?? [];
  for (const other of selector.others ?? []) {
    if (areSame(labels, other.labels ?? [])) continue;
    const message = `The variant's tag "${selector.path.join('.')}" means enumerations with different labels.`;
    source.fail({ code: 'metadata-reference', at, message });
  }
  const rangesByLabel = new Map<string, VariantOption['ranges'][number][]>();
  for (const { label, first, last } of labels) {
    const ranges = rangesByLabel.get(label);
    if (ranges) ranges.push({ first, last });
    else rangesByLabel.set(label, [{ first, last }]);
  }
  return frame.types.map((type, index) => {
    const written = frame.written[index]!;
    const name = frame.shown[index]!;
    // Labels are matched as they are written; producers that underscore only one of the two are understood.
    const label = [written, name, `_${written}`].find((each) => rangesByLabel.has(each));
    return { name, type, ranges: label === undefined ? [] : rangesByLabel.get(label)! };
  });
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
