/** Looks through the types of headers and contexts, whose fields have roles. */
import type { ByteOrder, FieldType, IntegerType, StructType } from '../../../events/layout.ts';

/** A type and those in it, but for elements of arrays. */
export function visitOutsideArrays(root: FieldType | undefined, visit: (type: FieldType) => void): void {
  if (root === undefined) return;
  visit(root);
  const parts = root.kind === 'struct' ? root.members : root.kind === 'variant' ? root.options : [];
  // Types are nested no deeper than nestingDepthMax.
  for (const part of parts) visitOutsideArrays(part.type, visit);
}

/** All integers of a structure, in the order of reading. */
export function visitIntegers(root: StructType | undefined, visit: (type: IntegerType) => void): void {
  const enter = (type: FieldType): void => {
    if (type.kind === 'integer') visit(type);
    if (type.kind === 'array') visitOutsideArrays(type.element, enter);
  };
  visitOutsideArrays(root, enter);
}

/** The clock that timestamps update, if there are any: without one a record has no time. */
export function clockIn(structs: readonly (StructType | undefined)[]): number | undefined {
  let clock: number | undefined;
  for (const struct of structs) {
    visitIntegers(struct, (type) => {
      clock ??= type.clock;
    });
  }
  return clock;
}

/** CTF 2 has no byte order of a whole trace: that of its first number tells the machine. */
export function byteOrderOf(structs: readonly (StructType | undefined)[]): ByteOrder {
  let order: ByteOrder | undefined;
  for (const struct of structs) {
    visitIntegers(struct, (type) => {
      if (type.sizeBits > 8 && type.isVariableLength !== true) order ??= type.byteOrder;
    });
  }
  return order ?? 'le';
}
