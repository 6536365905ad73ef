/**
 * Which fields of a record in a frame are read: those that are selected, and those in the way of them. Nothing else is looked at, so that
 * what nobody asked for costs nothing, and can't be at fault.
 *
 *   pid │ comm @8 │ prio @24 │ count @28 │ values: count × u64 │ flags │ cpu       selected: prio, flags
 *                   read       read        stepped over          read            count and values are in the way of flags
 */
import type { ClassBatch } from './batch.ts';
import { eventScopes } from './batch-builder.ts';
import type {
  ClassLayout,
  FieldType,
  IntegerType,
  Member,
  RecordLayout,
  Scope,
  StructType,
} from './layout.ts';

/** Scopes in the order in which they are read, with the members that are read; scopes of which none is are left out, but for those that have none. */
export type ReadScopes = readonly (readonly [Scope, StructType])[];

/** @param batch its columns say what is selected; undefined for a class that is not */
export function frameScopes(
  layout: RecordLayout,
  body: ClassLayout,
  batch: ClassBatch | undefined,
): ReadScopes {
  if (batch === undefined) return [];
  const { specificContext, payload } = body;
  const found: (readonly [Scope, StructType])[] = [];
  /** Integers on which what is read depends: what they are needed by comes after them. */
  const needed = new Set<IntegerType>();
  const scopes = [...eventScopes(body.commonContext ?? layout.commonContext, specificContext, payload)];
  for (const [scope, type] of scopes.reverse()) {
    const column = batch.scopes.get(scope);
    const members = membersToRead(type, new Set(column?.names), needed);
    // A scope without fields still has rows.
    if (members.length > 0 || column !== undefined) found.unshift([scope, { ...type, members }]);
  }
  for (const [, type] of found) checkAlignment(type);
  return found;
}

/** Adds to `needed` what the members that are read depend on. */
function membersToRead(
  type: StructType,
  selected: ReadonlySet<string>,
  needed: Set<IntegerType>,
): readonly Member[] {
  const found: Member[] = [];
  let isInTheWay = false;
  for (const member of type.members.toReversed()) {
    const types = [...typesWithin(member.type)];
    const isNeeded = types.some((each) => each.kind === 'integer' && needed.has(each));
    if (!isInTheWay && !isNeeded && !selected.has(member.name)) continue;
    found.push(member);
    isInTheWay = member.offsetBits === undefined;
    for (const each of types) {
      const reference =
        each.kind === 'variant'
          ? each.selector
          : each.kind === 'array' && each.length.kind === 'field'
            ? each.length.field
            : undefined;
      for (const integer of reference === undefined ? [] : [reference.type, ...(reference.others ?? [])])
        needed.add(integer);
    }
  }
  return found.reverse();
}

function* typesWithin(root: FieldType): Generator<FieldType> {
  const pending: FieldType[] = [root];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    yield type;
    if (type.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type.kind === 'array') pending.push(type.element);
    if (type.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
}

/** Frames begin at any byte, so that an address says nothing of alignment. */
function checkAlignment(root: FieldType): void {
  for (const type of typesWithin(root)) {
    if (type.kind !== 'variant' && type.alignmentBits > 8)
      throw new Error('fields of records in frames are aligned to bytes at most');
  }
}
