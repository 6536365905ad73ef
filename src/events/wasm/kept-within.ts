/** Integers whose values others need, and where they are kept. */
import type { FieldType, IntegerType } from '../layout.ts';

/** Those of the types, at any depth. */
export function keptWithin(
  types: Iterable<FieldType | undefined>,
  offsets: ReadonlyMap<IntegerType, number>,
): readonly (readonly [IntegerType, number])[] {
  const found: (readonly [IntegerType, number])[] = [];
  const pending = [...types];
  while (pending.length > 0) {
    const type = pending.pop();
    if (type?.kind === 'integer') {
      const offset = offsets.get(type);
      if (offset !== undefined) found.push([type, offset]);
    }
    if (type?.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type?.kind === 'array') pending.push(type.element);
    if (type?.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
  return found;
}
