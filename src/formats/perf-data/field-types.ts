/** Field types of perf's records: all at whole bytes, each use of an integer an object of its own. */
import type {
  ArrayType,
  ByteOrder,
  FieldType,
  IntegerType,
  Scope,
  StringType,
  StructType,
  VariantType,
} from '../../events/layout.ts';

/** Integers and arrays of one byte order. */
export class FieldTypes {
  readonly byteOrder: ByteOrder;

  constructor(byteOrder: ByteOrder) {
    this.byteOrder = byteOrder;
  }

  unsigned(sizeBits: 8 | 16 | 32 | 64): IntegerType {
    return integer(sizeBits, this.byteOrder, false, 10);
  }

  /** Addresses and masks. */
  hex(sizeBits: 8 | 16 | 32 | 64): IntegerType {
    return integer(sizeBits, this.byteOrder, false, 16);
  }

  /** Ids of threads, which may be -1, and of CPUs. */
  signed(sizeBits: 32 | 64): IntegerType {
    return integer(sizeBits, this.byteOrder, true, 10);
  }

  bytes(): IntegerType {
    return integer(8, this.byteOrder, false, 16);
  }

  /** As many elements as an integer says that was read before. */
  counted(element: FieldType, scope: Scope, path: readonly string[], count: IntegerType): ArrayType {
    const length = { kind: 'field', field: { scope, path, type: count } } as const;
    return { kind: 'array', alignmentBits: 8, element, length, isText: false };
  }

  /** As many bytes. */
  blob(scope: Scope, path: readonly string[], count: IntegerType): ArrayType {
    return { ...this.counted(this.bytes(), scope, path, count), isBlob: true };
  }

  fixed(element: FieldType, count: number): ArrayType {
    return { kind: 'array', alignmentBits: 8, element, length: { kind: 'fixed', count }, isText: false };
  }

  /** There where an integer that was read before is not 0. */
  unlessZero(type: FieldType, scope: Scope, path: readonly string[], selector: IntegerType): VariantType {
    return {
      kind: 'variant',
      selector: { scope, path, type: selector },
      isOptional: true,
      options: [
        { name: 'none', type: struct([]), ranges: [{ first: 0n, last: 0n }] },
        { name: 'some', type, ranges: [{ first: 1n, last: 0xffff_ffff_ffff_ffffn }] },
      ],
    };
  }
}

/** Text up to a NUL. */
export const text: StringType = { kind: 'string', alignmentBits: 8 };

function integer(
  sizeBits: number,
  byteOrder: ByteOrder,
  isSigned: boolean,
  displayBase: 10 | 16,
): IntegerType {
  return { kind: 'integer', sizeBits, alignmentBits: 8, byteOrder, isSigned, displayBase, isText: false };
}

/** A member, and where it begins in the record where that is the same for all. */
export interface PlacedField {
  readonly name: string;
  readonly type: FieldType;
  readonly offsetBytes?: number;
}

/** A structure of fields, one behind the other but for those that have a place. */
export function struct(fields: readonly PlacedField[]): StructType {
  return {
    kind: 'struct',
    alignmentBits: 8,
    members: fields.map(({ name, type, offsetBytes }) =>
      offsetBytes === undefined ? { name, type } : { name, type, offsetBits: offsetBytes * 8 },
    ),
  };
}
