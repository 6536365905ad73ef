/** Types of every kind and bytes to decode with them: what both engines are held against each other with. */
import fc from 'fast-check';
import type { FieldType, IntegerType, Member, StructType } from './layout.ts';
import { alignmentOf } from './layout.ts';

export const orders = fc.constantFrom('le' as const, 'be' as const);

/** Bits in their natural order mostly. */
const reversals = fc.constantFrom({}, {}, { isBitReversed: true });
const wideEncodings = fc.constantFrom('utf-16be', 'utf-16le', 'utf-32be', 'utf-32le');
const encodings = fc.oneof(
  fc.constant({}),
  wideEncodings.map((encoding) => ({ encoding })),
);

export const character: IntegerType = {
  kind: 'integer',
  sizeBits: 8,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: false,
  displayBase: 10,
  isText: true,
};

/** Text in any encoding, or bytes of any meaning. */
export const bytesKinds = fc.oneof(
  fc.constant({ isText: false, isBlob: true }),
  encodings.map((encoding) => ({ isText: true, ...encoding })),
);

export function struct(types: readonly FieldType[], leastAlignmentBits: number): StructType {
  const members: Member[] = types.map((type, index) => ({ name: `m${index}`, type }));
  const alignmentBits = types.reduce((most, type) => Math.max(most, alignmentOf(type)), leastAlignmentBits);
  return { kind: 'struct', alignmentBits, members };
}

/** Integers of every kind, and what they and others are aligned to. */
export type Kinds = ReturnType<typeof kindsAlignedTo>;

export function kindsAlignedTo(alignments: fc.Arbitrary<number>) {
  const fixedIntegers: fc.Arbitrary<IntegerType> = fc
    .record({
      sizeBits: fc.oneof(fc.constantFrom(8, 16, 32, 64), fc.integer({ min: 1, max: 64 })),
      alignmentBits: alignments,
      byteOrder: orders,
      isSigned: fc.boolean(),
      hasClock: fc.integer({ min: 0, max: 9 }),
      reversal: reversals,
    })
    .map(({ hasClock, reversal, ...type }) => ({
      kind: 'integer' as const,
      displayBase: 10 as const,
      isText: false,
      ...type,
      ...reversal,
      ...(hasClock === 0 ? { clock: 0 } : {}),
    }));

  const variableIntegers: fc.Arbitrary<IntegerType> = fixedIntegers.map(
    ({ isBitReversed: _, ...type }): IntegerType => ({
      ...type,
      sizeBits: 64,
      alignmentBits: Math.max(8, type.alignmentBits),
      isVariableLength: true,
    }),
  );

  const integers = fc.oneof({ weight: 3, arbitrary: fixedIntegers }, variableIntegers);

  /** Small lengths and selectors, so that records fit. */
  const smallIntegers: fc.Arbitrary<IntegerType> = integers.map((type) => {
    const { clock: _, ...rest } = type;
    if (type.isVariableLength === true) return { ...rest, isSigned: false };
    return { ...rest, sizeBits: Math.min(type.sizeBits, 3), isSigned: false };
  });

  return { alignments, fixedIntegers, variableIntegers, integers, smallIntegers };
}

export function typesOf(kinds: Kinds, depth: number): fc.Arbitrary<FieldType> {
  const leaves: fc.Arbitrary<FieldType> = fc.oneof(
    { weight: 4, arbitrary: kinds.integers },
    fc
      .record({
        kind: fc.constant('float' as const),
        sizeBits: fc.constantFrom(
          32 as const,
          64 as const,
          32 as const,
          64 as const,
          16 as const,
          128 as const,
        ),
        alignmentBits: kinds.alignments,
        byteOrder: orders,
        reversal: reversals,
      })
      .map(({ reversal, ...type }) => ({ ...type, ...reversal })),
    encodings.map((encoding) => ({ kind: 'string' as const, alignmentBits: 8, ...encoding })),
    fc.tuple(fc.integer({ min: 0, max: 20 }), bytesKinds).map(([count, kind]) => ({
      kind: 'array' as const,
      alignmentBits: 8,
      element: { ...character },
      length: { kind: 'fixed' as const, count },
      ...kind,
    })),
  );
  if (depth === 0) return leaves;
  const inner = typesOf(kinds, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    structsOf(kinds, inner),
    fc.tuple(inner, fc.integer({ min: 0, max: 4 })).map(([element, count]) => ({
      kind: 'array' as const,
      alignmentBits: alignmentOf(element),
      element,
      length: { kind: 'fixed' as const, count },
      isText: false,
    })),
    sequencesOf(kinds, inner),
    variantsOf(kinds, inner),
    optionalsOf(kinds, inner),
  );
}

export function structsOf(kinds: Kinds, inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc
    .tuple(fc.array(inner, { maxLength: 4 }), kinds.alignments)
    .map(([types, alignmentBits]) => struct(types, alignmentBits));
}

/** A length and what it counts, in one structure. */
export function sequencesOf(kinds: Kinds, inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  const bytes = fc.option(bytesKinds, { nil: undefined });
  return fc.tuple(kinds.smallIntegers, inner, bytes).map(([length, element, kind]) => {
    const field = { scope: 'payload' as const, path: ['m0'], type: length };
    const elements: FieldType = {
      kind: 'array',
      alignmentBits: kind !== undefined ? 8 : alignmentOf(element),
      element: kind !== undefined ? { ...character } : element,
      length: { kind: 'field', field },
      ...(kind ?? { isText: false }),
    };
    return struct([length, elements], 1);
  });
}

/** A selector and what it selects, in one structure; some values select nothing. */
function variantsOf(kinds: Kinds, inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc
    .tuple(kinds.smallIntegers, fc.array(inner, { minLength: 1, maxLength: 3 }))
    .map(([selector, types]) => {
      const options = types.map((type, index) => ({
        name: `o${index}`,
        type,
        ranges: [
          { first: BigInt(index * 2), last: BigInt(index * 2 + (index === types.length - 1 ? 5 : 1)) },
        ],
      }));
      const reference = { scope: 'payload' as const, path: ['m0'], type: selector };
      return struct([selector, { kind: 'variant', selector: reference, options }], 1);
    });
}

/** A selector, and a field that is there for some of its values. */
function optionalsOf(kinds: Kinds, inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc.tuple(kinds.smallIntegers, inner).map(([selector, type]) => {
    const options = [
      {
        name: 'none',
        type: struct([], 1),
        ranges: [
          { first: 0n, last: 1n },
          { first: 4n, last: 1000n },
        ],
      },
      { name: 'some', type, ranges: [{ first: 2n, last: 3n }] },
    ];
    const reference = { scope: 'payload' as const, path: ['m0'], type: selector };
    return struct([selector, { kind: 'variant', selector: reference, options, isOptional: true }], 1);
  });
}

/** More branches than code is made for: such records are the interpreter's. */
export function largeStructs(kinds: Kinds): fc.Arbitrary<StructType> {
  return fc.array(typesOf(kinds, 1), { maxLength: 2 }).map((types) =>
    struct(
      [
        ...types,
        ...Array.from({ length: 300 }, () => ({
          kind: 'array' as const,
          alignmentBits: 8,
          element: { ...character },
          length: { kind: 'fixed' as const, count: 0 },
          isText: true,
        })),
      ],
      1,
    ),
  );
}

/** For `JSON.stringify`: values of columns as text, none of them lost. */
export function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return [...value].join(' ');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Bytes of any kind; many have small values and runs of the same, so that texts end and variable-length integers go on. */
export const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.constantFrom(0, 0, 1, 2, 0x7f, 0x80, 0xff), fc.integer({ min: 1, max: 12 }))
        .map(([value, count]) => new Uint8Array(count).fill(value)),
      fc
        .tuple(fc.integer({ min: 6, max: 10 }), fc.constantFrom(0, 1, 2, 0x40, 0x7f))
        .map(([count, last]) => Uint8Array.from([...new Array<number>(count).fill(0x83), last])),
    ),
    { maxLength: 20 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
