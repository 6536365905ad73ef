import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearBatch, type MutableEventBatch, makeBatch } from '../batch-builder.ts';
import { BitCursor } from '../bit-cursor.ts';
import { type Clock, CycleConverter } from '../clock.ts';
import { makeDecoding } from '../engine.ts';
import type { FieldType, IntegerType, Member, RecordLayout, StructType } from '../layout.ts';
import { alignmentOf } from '../layout.ts';
import type { EventClass, EventStream } from '../reader.ts';
import type { RecordDecoder } from '../record-decoder.ts';
import type { ClassSelection } from '../selection.ts';
import { structAt } from '../value.ts';

/**
 * Layouts of every kind and random bytes: generated code and the interpreter must give the same columns, times and stops,
 * whatever the window's size.
 */

const orders = fc.constantFrom('le' as const, 'be' as const);
const alignments = fc.constantFrom(1, 1, 2, 4, 8, 8, 16, 32, 64);

/** Bits in their natural order mostly. */
const reversals = fc.constantFrom({}, {}, { isBitReversed: true });
const wideEncodings = fc.constantFrom('utf-16be', 'utf-16le', 'utf-32be', 'utf-32le');
const encodings = fc.oneof(
  fc.constant({}),
  wideEncodings.map((encoding) => ({ encoding })),
);

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

const character: IntegerType = {
  kind: 'integer',
  sizeBits: 8,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: false,
  displayBase: 10,
  isText: true,
};

/** Text in any encoding, or bytes of any meaning. */
const bytesKinds = fc.oneof(
  fc.constant({ isText: false, isBlob: true }),
  encodings.map((encoding) => ({ isText: true, ...encoding })),
);

function typesOf(depth: number): fc.Arbitrary<FieldType> {
  const leaves: fc.Arbitrary<FieldType> = fc.oneof(
    { weight: 4, arbitrary: integers },
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
        alignmentBits: alignments,
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
  const inner = typesOf(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaves },
    structsOf(inner),
    fc.tuple(inner, fc.integer({ min: 0, max: 4 })).map(([element, count]) => ({
      kind: 'array' as const,
      alignmentBits: alignmentOf(element),
      element,
      length: { kind: 'fixed' as const, count },
      isText: false,
    })),
    sequencesOf(inner),
    variantsOf(inner),
    optionalsOf(inner),
  );
}

function struct(types: readonly FieldType[], leastAlignmentBits: number): StructType {
  const members: Member[] = types.map((type, index) => ({ name: `m${index}`, type }));
  const alignmentBits = types.reduce((most, type) => Math.max(most, alignmentOf(type)), leastAlignmentBits);
  return { kind: 'struct', alignmentBits, members };
}

function structsOf(inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc
    .tuple(fc.array(inner, { maxLength: 4 }), alignments)
    .map(([types, alignmentBits]) => struct(types, alignmentBits));
}

/** A length and what it counts, in one structure. */
function sequencesOf(inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  const bytes = fc.option(bytesKinds, { nil: undefined });
  return fc.tuple(smallIntegers, inner, bytes).map(([length, element, kind]) => {
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
function variantsOf(inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc.tuple(smallIntegers, fc.array(inner, { minLength: 1, maxLength: 3 })).map(([selector, types]) => {
    const options = types.map((type, index) => ({
      name: `o${index}`,
      type,
      ranges: [{ first: BigInt(index * 2), last: BigInt(index * 2 + (index === types.length - 1 ? 5 : 1)) }],
    }));
    const reference = { scope: 'payload' as const, path: ['m0'], type: selector };
    return struct([selector, { kind: 'variant', selector: reference, options }], 1);
  });
}

/** A selector, and a field that is there for some of its values. */
function optionalsOf(inner: fc.Arbitrary<FieldType>): fc.Arbitrary<StructType> {
  return fc.tuple(smallIntegers, inner).map(([selector, type]) => {
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
const largeStructs = fc.array(typesOf(1), { maxLength: 2 }).map((types) =>
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

interface Case {
  readonly layout: RecordLayout;
  readonly selections: readonly ClassSelection[];
  readonly frequencyHz: bigint;
}

const classCount = 3;

const cases: fc.Arbitrary<Case> = fc
  .record({
    id: fc.oneof(
      {
        weight: 4,
        arbitrary: fixedIntegers.map((type) => ({
          ...type,
          sizeBits: Math.min(2, type.sizeBits),
          isSigned: false,
        })),
      },
      variableIntegers.map((type) => ({ ...type, isSigned: false })),
    ),
    time: integers.map((type) => ({ ...type, clock: 0 })),
    headerAlignmentBits: alignments,
    hasHeader: fc.integer({ min: 0, max: 9 }).map((value) => value > 0),
    common: fc.option(structsOf(typesOf(1)), { nil: undefined }),
    payloads: fc.array(fc.oneof({ weight: 9, arbitrary: structsOf(typesOf(3)) }, largeStructs), {
      minLength: classCount,
      maxLength: classCount,
    }),
    selections: fc.array(
      fc.oneof(
        fc.constant('all' as const),
        fc.constant([]),
        fc.constant([{ scope: 'payload' as const, path: ['m1'], as: 'number' as const }]),
      ),
      { minLength: classCount, maxLength: classCount },
    ),
    frequencyHz: fc.constantFrom(1_000_000_000n, 1_000_000_000n, 3n, 2_600_000_123n),
  })
  .map(({ id, time, headerAlignmentBits, hasHeader, common, payloads, selections, frequencyHz }) => ({
    layout: {
      packetHeader: undefined,
      packetContext: undefined,
      eventHeader: hasHeader ? struct([id, time], headerAlignmentBits) : undefined,
      commonContext: common,
      classIdFields: [id],
      classes: new Map(
        payloads.map((payload, index) => [BigInt(index), { specificContext: undefined, payload }]),
      ),
      clock: 0,
    },
    selections,
    frequencyHz,
  }));

function clockOf(frequencyHz: bigint): Clock {
  return {
    name: 'clock',
    frequencyHz,
    offsetSeconds: 0n,
    offsetCycles: 0n,
    precisionCycles: 0n,
    isAbsolute: true,
    origin: 'unix-epoch',
  };
}

/** Everything that is decoded, as text, in windows of so many bytes. */
function decodeAll(given: Case, bytes: Uint8Array, windowSizeBytes: number, engine: 'interpreter' | 'wasm') {
  const { layout, selections, frequencyHz } = given;
  const decoding = makeDecoding(engine, 1 << 16);
  const eventClasses = new Map(
    [...layout.classes.keys()].map((id) => [
      id,
      { index: Number(id), id, name: `class ${id}` } as EventClass,
    ]),
  );
  const batch = makeBatch({ index: 0 } as EventStream, true, undefined);
  const parts = {
    layout,
    selection: {
      classes: new Map(selections.map((selection, index) => [index, selection])),
      cycles: true,
      packets: false,
    },
    eventClasses,
    roleFields: [],
    converter: new CycleConverter(clockOf(frequencyHz), 0n),
    packetColumns: undefined,
  };
  const decoder = decoding.makeDecoder({}, parts, batch);
  const records: string[] = [];
  decoder.beginPacket(5n, bytes.length * 8);
  const cursor = new BitCursor();
  let [windowBegin, atBits, size] = [0, 0, windowSizeBytes];
  let window = decoding.allocateWindow(size);
  for (let round = 0; round < 10_000; round++) {
    const part = bytes.subarray(windowBegin, windowBegin + size);
    window.bytes().set(part);
    cursor.setWindow(window.bytes().subarray(0, part.length), atBits, (bytes.length - windowBegin) * 8);
    const stop = decoder.decode(cursor, batch, { cpu: 7, packetRow: 0 });
    takeRecords(decoder, batch, records);
    if (stop.kind === 'end' || stop.kind === 'fault') {
      const fault = stop.kind === 'end' ? '' : `${stop.fault.code} ${stop.fault.message} ${stop.fault.field}`;
      const at = stop.kind === 'end' ? 0 : windowBegin * 8 + stop.fault.atBits;
      records.push(`${stop.kind} ${at} ${fault} ${JSON.stringify(decoder.takeBackwardSteps())}`);
      decoder.release();
      return records;
    }
    atBits = windowBegin * 8 + stop.atBits;
    // Windows begin at multiples of the largest alignment here, 64 bits.
    const nextBegin = Math.floor(atBits / 64) * 8;
    if (stop.kind === 'window' && nextBegin === windowBegin) {
      size *= 2;
      window = decoding.allocateWindow(size);
    }
    windowBegin = nextBegin;
    atBits -= windowBegin * 8;
  }
  throw new Error('decoding does not end');
}

function takeRecords(decoder: RecordDecoder, batch: MutableEventBatch, records: string[]): void {
  decoder.publish();
  for (let position = 0; position < batch.count; position++) {
    const ofClass = batch.classes.get(batch.classIndex[position] as number)!;
    const row = batch.row[position] as number;
    const fields = [...ofClass.scopes].map(([scope, column]) => [scope, structAt(column, row)]);
    const values = [
      ofClass.eventClass.name,
      batch.timeNs[position],
      ofClass.timeNs[row],
      ofClass.cpu[row],
      batch.cycles?.[position],
      fields,
    ];
    records.push(JSON.stringify(values, plain));
  }
  clearBatch(batch);
  decoder.clear();
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Uint8Array) return [...value].join(' ');
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Bytes of any kind; many have small values and runs of the same, so that texts end and variable-length integers go on. */
const contents = fc
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

test('generated code decodes what the interpreter decodes, for any layout, bytes and window', () => {
  fc.assert(
    fc.property(cases, contents, (given, bytes) => {
      const wanted = decodeAll(given, bytes, 512, 'interpreter');
      expect(decodeAll(given, bytes, 512, 'wasm')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'interpreter')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'wasm')).toEqual(wanted);
    }),
    { numRuns: 400 },
  );
});
