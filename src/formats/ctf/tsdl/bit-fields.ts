/**
 * C bit fields, `unit_type name:size` (CTF 1.8.3 §4.1.6): they follow each other bit by bit, and begin a new unit where
 * the current one has no room.
 *
 *   short a:12; short b:5;      |aaaaaaaaaaaa....|bbbbb           a unit is 16 bits
 *
 * Layouts have alignments and no padding, so where a unit ends must be known from the structure's beginning: behind
 * members of varying size it is not, and such a field is refused.
 */
import { alignmentOf, type FieldType, type IntegerType, type Member } from '../../../events/layout.ts';
import type { Frame } from './frames.ts';
import type { Source } from './source.ts';
import type { Expression } from './syntax.ts';

/** The integer that the next member of `frame` is, `bits` of the unit `unit`. */
export function bitFieldType(source: Source, unit: FieldType, bits: Expression, frame: Frame): IntegerType {
  if (unit.kind !== 'integer') {
    source.fail({
      code: 'metadata-attribute',
      at: bits.at,
      message: `Expected an integer as the unit of the bit field, found ${unit.kind}.`,
    });
  }
  const sizeBits = bits.kind === 'integer' ? Number(bits.value) : 0;
  if (sizeBits < 1 || sizeBits > unit.sizeBits) {
    source.fail({
      code: 'metadata-attribute',
      at: bits.at,
      message: `Expected 1 to ${unit.sizeBits} bits for the bit field.`,
    });
  }
  const offset = frame.kind === 'variant' ? 0 : sizeOfMembers(frame);
  const room = offset === undefined ? 0 : unit.sizeBits - (offset % unit.sizeBits);
  const isNewUnit = room < sizeBits || offset === 0;
  if (offset === undefined || (isNewUnit && offset > 0 && unit.alignmentBits < unit.sizeBits)) {
    source.fail({
      code: 'metadata-unsupported',
      at: bits.at,
      message: 'Where this bit field begins depends on what is recorded before it.',
    });
  }
  frame.minimumAlignmentBits = Math.max(frame.minimumAlignmentBits, unit.alignmentBits);
  return { ...unit, sizeBits, alignmentBits: isNewUnit ? unit.alignmentBits : 1 };
}

/** The bits that members take from the beginning of an aligned structure; undefined when that varies. */
function sizeOfMembers(frame: Frame): number | undefined {
  const { measured } = frame;
  measured.sizeBits = sizeOf(frame.members.slice(measured.count), measured.sizeBits);
  measured.count = frame.members.length;
  return measured.sizeBits;
}

function sizeOf(members: readonly Member[], from: number | undefined): number | undefined {
  let offset = from;
  for (const { type } of members) {
    const size = sizeOfType(type);
    const alignment = alignmentOf(type);
    if (offset === undefined || size === undefined) return undefined;
    offset = Math.ceil(offset / alignment) * alignment + size;
  }
  return Number.isSafeInteger(offset) ? offset : undefined;
}

function sizeOfType(type: FieldType): number | undefined {
  switch (type.kind) {
    case 'integer':
    case 'float':
      return type.sizeBits;
    case 'struct':
      return sizeOf(type.members, 0);
    case 'array': {
      const element = sizeOfType(type.element);
      const isEven = element !== undefined && element % type.alignmentBits === 0;
      return isEven && type.length.kind === 'fixed' ? element * type.length.count : undefined;
    }
    default:
      return undefined;
  }
}
