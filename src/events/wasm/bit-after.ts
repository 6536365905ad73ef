/** At which bit of a byte a field ends, as far as types alone tell: what lets generated code stay with whole bytes. */
import { type FieldType, isBytes } from '../layout.ts';

/** @returns 0 to 7, or undefined where it depends on the data. `bit` is where the field begins, before alignment. */
export function bitAfter(type: FieldType, bit: number | undefined): number | undefined {
  switch (type.kind) {
    case 'integer':
    case 'float': {
      if (type.kind === 'integer' && type.isVariableLength === true) return 0;
      const begin = bitAligned(bit, type.alignmentBits);
      return begin === undefined ? undefined : (begin + type.sizeBits) % 8;
    }
    case 'string':
      return 0;
    case 'struct': {
      const begin = bitAligned(bit, type.alignmentBits);
      let at = begin;
      for (const { type: each, offsetBits } of type.members) {
        if (offsetBits !== undefined) at = begin === undefined ? undefined : (begin + offsetBits) % 8;
        at = bitAfter(each, at);
      }
      return at;
    }
    case 'array': {
      if (isBytes(type) || type.length.kind === 'located') return 0;
      const begin = bitAligned(bit, type.alignmentBits);
      // Any number of elements ends where none would, if one does.
      return begin !== undefined && bitAfter(type.element, begin) === begin ? begin : undefined;
    }
    case 'variant': {
      const [first, ...others] = type.options.map((option) => bitAfter(option.type, bit));
      return others.every((other) => other === first) ? first : undefined;
    }
  }
}

function bitAligned(bit: number | undefined, alignmentBits: number): number | undefined {
  if (alignmentBits >= 8) return 0;
  if (bit === undefined) return undefined;
  return (bit + ((alignmentBits - (bit % alignmentBits)) % alignmentBits)) % 8;
}
