/** Selectors of optionals and variants (CTF2-SPEC-2.0 §5.3.22, §5.3.23), and lengths. */
import type { FieldReference, IntegerType } from '../../../events/layout.ts';
import type { JsonNode } from './json-node.ts';

/** A length, wherever a variant on the way leads to, is an unsigned integer. */
export function checkLength(node: JsonNode, { type, others = [] }: FieldReference): void {
  for (const each of [type, ...others]) {
    const family = familyOf(each);
    if (family === 'an unsigned integer') continue;
    node.fail('metadata-reference', `A length must be an unsigned integer, this is ${family}.`);
  }
}

/** All that a selector can be are of one family. */
export function checkSelector(node: JsonNode, { type, others = [] }: FieldReference): void {
  const families = new Set([type, ...others].map(familyOf));
  if (families.size === 1) return;
  node.fail(
    'metadata-reference',
    `The selector can be ${[...families].join(' or ')}; it must be one of them.`,
  );
}

function familyOf(type: IntegerType): string {
  if (type.isBoolean === true) return 'a boolean';
  return type.isSigned ? 'a signed integer' : 'an unsigned integer';
}

/** Stands in types of aliases, which are checked and thrown away. */
export const unresolved: FieldReference = {
  scope: 'payload',
  path: [],
  type: {
    kind: 'integer',
    sizeBits: 8,
    alignmentBits: 8,
    byteOrder: 'le',
    isSigned: false,
    displayBase: 10,
    isText: false,
  },
};
