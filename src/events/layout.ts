/**
 * How the bytes of event records are laid out, whatever tracer wrote them. A format turns its metadata (TSDL, tracefs
 * `format` files, perf attributes) into these types; decoders are made from them.
 *
 * Types are trees of plain data. Each occurrence of an integer that others depend on (a sequence's length, a variant's
 * selector) is an object of its own: a decoder keeps "the value last read from this object".
 */

export type ByteOrder = 'le' | 'be';

/** The parts of a record that a field can be in, in the order in which they are read (CTF 1.8 §6). */
export const scopes = [
  'packet-header',
  'packet-context',
  'event-header',
  'common-context',
  'specific-context',
  'payload',
] as const;
export type Scope = (typeof scopes)[number];

/** A label of an enumeration and the values that it stands for, both ends included. */
export interface EnumerationRange {
  readonly label: string;
  readonly first: bigint;
  readonly last: bigint;
}

export interface IntegerType {
  readonly kind: 'integer';
  /** 1 to 64. */
  readonly sizeBits: number;
  readonly alignmentBits: number;
  readonly byteOrder: ByteOrder;
  readonly isSigned: boolean;
  readonly displayBase: 2 | 8 | 10 | 16;
  /** The element of a text array. */
  readonly isText: boolean;
  /** Index in the trace's clocks whose value each reading of this field updates. */
  readonly clock?: number;
  /** Present for an enumeration, in the order of declaration. */
  readonly labels?: readonly EnumerationRange[];
  /** LEB128 (CTF2-SPEC-2.0 §6.3.12): `sizeBits` is 64, the most that is read, and the alignment a multiple of 8. */
  readonly isVariableLength?: boolean;
  /** Its bits stand in the order that is not natural for its byte order (CTF2-SPEC-2.0 §6.3.4, `bit-order`). */
  readonly isBitReversed?: boolean;
  /** 0 is false, all else true. */
  readonly isBoolean?: boolean;
  /** Its role tells a reader how packets are laid out (CTF2-SPEC-2.0 §5.8.1), whatever its name. */
  readonly isPacketLayout?: boolean;
  /** Names of bits or of ranges of bits, from bit 0 up (CTF2-SPEC-2.0 §6.3.5). */
  readonly flags?: readonly EnumerationRange[];
}

/** How text is written; CTF 1.8 knows UTF-8 alone. */
export type TextEncoding = 'utf-8' | 'utf-16be' | 'utf-16le' | 'utf-32be' | 'utf-32le';

export interface FloatType {
  readonly kind: 'float';
  readonly sizeBits: 16 | 32 | 64 | 80 | 128;
  readonly alignmentBits: number;
  readonly byteOrder: ByteOrder;
  /** As an integer's. */
  readonly isBitReversed?: boolean;
}

/** Code units up to a NUL. */
export interface StringType {
  readonly kind: 'string';
  readonly alignmentBits: number;
  /** UTF-8 when left out. */
  readonly encoding?: TextEncoding;
}

export interface Member<T extends FieldType = FieldType> {
  readonly name: string;
  readonly type: T;
  /**
   * Where it begins, from the structure's beginning, where the metadata says so (tracefs `format` files): what lies between members is
   * no field. Without it a member follows the one before, aligned. Members in their order, none before the end of the one before it.
   */
  readonly offsetBits?: number;
}

export interface StructType {
  readonly kind: 'struct';
  readonly alignmentBits: number;
  readonly members: readonly Member[];
}

/** The integer whose value last read is meant: the same object as the member's type, which is how decoders find it. */
export interface FieldReference {
  readonly scope: Scope;
  /** Member names below the scope; an array on the way means its current element. */
  readonly path: readonly string[];
  readonly type: IntegerType;
  /** Where the path goes through a variant's chosen option: the integer that it means in other options. The one read last counts. */
  readonly others?: readonly IntegerType[];
}

/**
 * In the array's place stands a 32-bit word that says where its bytes are: their offset in the lower half, how many they are in the upper
 * (`__data_loc` and `__rel_loc` of tracefs `format` files, kernel's include/trace/stages). After the word the next member follows.
 * Only of records in frames (`frames.ts`), whose bytes lie together; for text, blobs, and numbers of one size, on whose values no other
 * field depends. Bytes that do not fill a number are left out.
 */
export interface LocatedLength {
  readonly kind: 'located';
  readonly word: IntegerType;
  /** What the offset counts from: the beginning of the scope's bytes, or the end of the word. */
  readonly from: 'scope' | 'word-end';
}

/**
 * As many elements as there is room for up to the end of the scope's bytes, of a size that is always the same: arrays of no size at the
 * end of tracefs `format` files. Only of records in frames.
 */
export interface RestLength {
  readonly kind: 'rest';
}

export interface ArrayType {
  readonly kind: 'array';
  readonly alignmentBits: number;
  readonly element: FieldType;
  readonly length:
    | { readonly kind: 'fixed'; readonly count: number }
    | { readonly kind: 'field'; readonly field: FieldReference }
    | LocatedLength
    | RestLength;
  /** The elements are 8-bit characters: shown as text up to the first NUL. */
  readonly isText: boolean;
  /** Of a text, whose length counts bytes; UTF-8 when left out. */
  readonly encoding?: TextEncoding;
  /** The elements are bytes that mean something as a whole (CTF2-SPEC-2.0 §6.3.16); `isText` is false then. */
  readonly isBlob?: boolean;
  readonly mediaType?: string;
}

export interface VariantOption {
  readonly name: string;
  readonly type: FieldType;
  /** Selector values that choose this option. */
  readonly ranges: readonly { readonly first: bigint; readonly last: bigint }[];
}

export interface VariantType {
  readonly kind: 'variant';
  readonly selector: FieldReference;
  readonly options: readonly VariantOption[];
  /**
   * An optional field (CTF2-SPEC-2.0 §6.3.20): of two options the first is an empty structure, for selector values without
   * the field, and the second the field.
   */
  readonly isOptional?: boolean;
}

export type FieldType = IntegerType | FloatType | StringType | StructType | ArrayType | VariantType;

/** The records of one event record class: what follows the header that all classes of a stream share. */
export interface ClassLayout {
  /** In place of the layout's, where classes differ in it. Only of records in frames (`frames.ts`). */
  readonly commonContext?: StructType;
  readonly specificContext: StructType | undefined;
  readonly payload: StructType | undefined;
}

/** One step on the way from a timestamp's bits to a value: the record's time is the clock's value after its header. */
export interface RecordLayout {
  readonly packetHeader: StructType | undefined;
  readonly packetContext: StructType | undefined;
  readonly eventHeader: StructType | undefined;
  readonly commonContext: StructType | undefined;
  /**
   * Fields of the header whose value is the class's id; the one read last counts (LTTng's compact header has a small
   * `id` and, when that is 31 or 65535, a larger one in a variant). Empty when the stream has one class.
   */
  readonly classIdFields: readonly IntegerType[];
  /** By class id. With no id fields, the only class stands under 0n. */
  readonly classes: ReadonlyMap<bigint, ClassLayout>;
  /** The clock of this stream: an index in the trace's clocks; undefined when its events have no time. */
  readonly clock: number | undefined;
  /**
   * No class's context or payload depends on integers outside of the class: what decoders keep can then be worked out class by
   * class, and classes that have no records need not be looked at, which for a lazily read metadata means not being read.
   */
  readonly areBodiesApart?: boolean;
}

/** Whether an array's elements are bytes that are read as a whole, text or not: its length counts bytes. */
export function isBytes(type: ArrayType): boolean {
  return type.isText || type.isBlob === true;
}

/** How many bytes a code unit takes: a NUL has as many, all of them 0. */
export function codeUnitBytes(encoding: TextEncoding | undefined): 1 | 2 | 4 {
  switch (encoding) {
    case undefined:
    case 'utf-8':
      return 1;
    case 'utf-16be':
    case 'utf-16le':
      return 2;
    case 'utf-32be':
    case 'utf-32le':
      return 4;
  }
}

/** The alignment of any field, in bits: a variant is not aligned itself, its chosen option is. */
export function alignmentOf(type: FieldType): number {
  return type.kind === 'variant' ? 1 : type.alignmentBits;
}

/** Integers in options of variants: whether they were read, and so whether their last value counts, is up to the selector. */
export function integersWithinVariants(types: readonly (FieldType | undefined)[]): readonly IntegerType[] {
  const found: IntegerType[] = [];
  const pending: { readonly type: FieldType; readonly isWithin: boolean }[] = types
    .filter((type) => type !== undefined)
    .map((type) => ({ type, isWithin: false }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { type, isWithin } = next;
    if (type.kind === 'integer' && isWithin) found.push(type);
    if (type.kind === 'struct')
      for (const member of type.members) pending.push({ type: member.type, isWithin });
    if (type.kind === 'array') pending.push({ type: type.element, isWithin });
    if (type.kind === 'variant') {
      for (const option of type.options) pending.push({ type: option.type, isWithin: true });
    }
  }
  return found;
}

/** What lengths and selectors within the types refer to. */
export function referencesWithin(types: readonly (FieldType | undefined)[]): readonly FieldReference[] {
  const found: FieldReference[] = [];
  const pending: FieldType[] = types.filter((type) => type !== undefined);
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type.kind === 'array') {
      pending.push(type.element);
      if (type.length.kind === 'field') found.push(type.length.field);
    }
    if (type.kind === 'variant') {
      found.push(type.selector);
      for (const option of type.options) pending.push(option.type);
    }
  }
  return found;
}

/** The fewest bits that a value of this type can take; alignment is not counted. */
export function leastSizeBits(type: FieldType): number {
  switch (type.kind) {
    case 'integer':
      return type.isVariableLength === true ? 8 : type.sizeBits;
    case 'float':
      return type.sizeBits;
    case 'string':
      return 8 * codeUnitBytes(type.encoding);
    case 'struct':
      return type.members.reduce((sum, member) => sum + leastSizeBits(member.type), 0);
    case 'array':
      if (type.length.kind === 'located') return type.length.word.sizeBits;
      return type.length.kind === 'fixed' ? type.length.count * leastSizeBits(type.element) : 0;
    case 'variant':
      return Math.min(...type.options.map((option) => leastSizeBits(option.type)));
  }
}
