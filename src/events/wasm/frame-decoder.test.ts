import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearBatch, makeBatch } from '../batch-builder.ts';
import { makeDecoding } from '../engine.ts';
import type {
  ArrayType,
  ClassLayout,
  FieldType,
  LocatedLength,
  RecordLayout,
  StructType,
} from '../layout.ts';
import {
  bytesKinds,
  character,
  contents,
  kindsAlignedTo,
  largeStructs,
  orders,
  plain,
  sequencesOf,
  struct,
  typesOf,
} from '../random-layouts.test-helpers.ts';
import type { EventClass, EventStream } from '../reader.ts';
import type { ClassSelection } from '../selection.ts';
import { structAt } from '../value.ts';
import { packetRecords } from './compiled-records.ts';
import { frameRecords } from './emit-frames.ts';

/**
 * Layouts of every kind, and frames anywhere in random bytes: generated code and the interpreter must give the same columns and faults,
 * whatever is selected and however large batches are.
 */

const kinds = kindsAlignedTo(fc.constantFrom(1, 1, 2, 4, 8, 8));
const { fixedIntegers } = kinds;

const numbers: fc.Arbitrary<FieldType> = fc.oneof(
  fc.tuple(fixedIntegers, fc.constantFrom(8, 16, 32, 64)).map(([type, sizeBits]) => ({ ...type, sizeBits })),
  fixedIntegers.map((type) => ({ ...type, alignmentBits: 1 })),
  orders.map((byteOrder) => ({ kind: 'float' as const, sizeBits: 32 as const, alignmentBits: 8, byteOrder })),
);

const located: fc.Arbitrary<ArrayType> = fc
  .record({
    order: orders,
    from: fc.constantFrom<LocatedLength['from']>('scope', 'word-end'),
    element: numbers,
    kind: fc.option(bytesKinds, { nil: undefined }),
  })
  .map(({ order, from, element, kind }) => ({
    kind: 'array' as const,
    alignmentBits: 8,
    element: kind === undefined ? element : { ...character },
    length: {
      kind: 'located' as const,
      from,
      word: { ...character, isText: false, sizeBits: 32, byteOrder: order },
    },
    ...(kind ?? { isText: false }),
  }));

const rest: fc.Arbitrary<ArrayType> = fc
  .record({ element: numbers, kind: fc.option(bytesKinds, { nil: undefined }) })
  .map(({ element, kind }) => ({
    kind: 'array' as const,
    alignmentBits: 8,
    element: kind === undefined ? element : { ...character },
    length: { kind: 'rest' as const },
    ...(kind ?? { isText: false }),
  }));

/** Members at places of their own among others; some overlap. A length and what it counts may have something between them. */
const scopes: fc.Arbitrary<StructType> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 3, arbitrary: typesOf(kinds, 1).map((type) => [type]) },
        { weight: 2, arbitrary: located.map((type) => [type]) },
        { weight: 1, arbitrary: rest.map((type) => [type]) },
        fc
          .tuple(sequencesOf(kinds, typesOf(kinds, 1)), typesOf(kinds, 1))
          .map(([{ members }, between]) => [members[0]!.type, between, members[1]!.type]),
      ),
      fc.oneof(
        fc.constant(undefined),
        fc.nat(12).map((at) => at * 8),
        fc.nat(80),
      ),
    ),
    { maxLength: 6 },
  )
  .map((groups) => {
    const { members } = struct(
      groups.flatMap(([types]) => types),
      8,
    );
    const offsets = groups.flatMap(([types, offset]) =>
      types.map((_, index) => (index === 0 ? offset : undefined)),
    );
    return {
      kind: 'struct' as const,
      alignmentBits: 8,
      members: members.map((member, index) => {
        const offsetBits = offsets[index];
        return offsetBits === undefined ? member : { ...member, offsetBits };
      }),
    };
  });

const nested = fc
  .tuple(scopes, scopes)
  .map(([outer, inner]) => ({ ...outer, members: [...outer.members, { name: 'inner', type: inner }] }));

const bodies: fc.Arbitrary<ClassLayout> = fc
  .record({
    commonContext: fc.option(scopes, { nil: undefined }),
    specificContext: fc.option(scopes, { nil: undefined }),
    payload: fc.oneof(
      { weight: 6, arbitrary: scopes },
      { weight: 2, arbitrary: nested },
      largeStructs(kinds),
    ),
  })
  .map(({ commonContext, ...rest }) => (commonContext === undefined ? rest : { ...rest, commonContext }));

const selections: fc.Arbitrary<ClassSelection | undefined> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('all' as const) },
  fc.constant(undefined),
  {
    weight: 4,
    arbitrary: fc.array(
      fc.record({
        scope: fc.constantFrom('common-context' as const, 'specific-context' as const, 'payload' as const),
        path: fc.constantFrom(['m0'], ['m1'], ['m2'], ['m4'], ['inner', 'm1']),
        as: fc.constantFrom('natural' as const, 'number' as const),
      }),
      { maxLength: 3 },
    ),
  },
);

interface Frame {
  readonly id: number;
  readonly timeNs: number;
  readonly places: readonly [context: number, contextSize: number, body: number, bodySize: number];
}

const frames: fc.Arbitrary<readonly Frame[]> = fc.array(
  fc.record({
    id: fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, fc.constantFrom(3, 70_000)),
    timeNs: fc.constantFrom(1, 2, Number.NaN, -5, 2 ** 53),
    places: fc.tuple(fc.nat(150), fc.nat(100), fc.nat(150), fc.nat(100)),
  }),
  { maxLength: 12 },
);

interface Case {
  readonly common: StructType | undefined;
  readonly bodies: readonly ClassLayout[];
  readonly selections: readonly (ClassSelection | undefined)[];
  readonly frames: readonly Frame[];
  readonly repeats: number;
  readonly recordCountMax: number | undefined;
}

const cases: fc.Arbitrary<Case> = fc.record({
  common: fc.option(scopes, { nil: undefined }),
  bodies: fc.array(bodies, { minLength: 3, maxLength: 3 }),
  selections: fc.array(selections, { minLength: 3, maxLength: 3 }),
  frames,
  repeats: fc.constantFrom(1, 1, 1, 60),
  recordCountMax: fc.constantFrom(undefined, undefined, 1, 3),
});

/** Everything that is decoded, as text; `united`: with the code of all classes in the loop from the second run on. */
function decodeAll(
  given: Case,
  bytes: Uint8Array,
  engine: 'interpreter' | 'wasm' | 'united',
): readonly string[] {
  const layout: RecordLayout = {
    ...{ packetHeader: undefined, packetContext: undefined, eventHeader: undefined },
    commonContext: given.common,
    classIdFields: [],
    classes: new Map(given.bodies.map((body, index) => [BigInt(index), body])),
    clock: undefined,
  };
  const eventClasses = given.bodies.map(
    (_, index) => ({ index, id: BigInt(index), name: `class ${index}` }) as EventClass,
  );
  const { recordCountMax } = given;
  const parts = {
    layout,
    selection: {
      classes: { get: (index: number) => given.selections[index] },
      ...(recordCountMax === undefined ? {} : { recordCountMax }),
      cycles: true,
      packets: false,
    },
    eventClasses: new Map(eventClasses.map((each) => [each.id, each])),
  };
  const decoding =
    engine === 'united'
      ? makeDecoding('wasm', 1 << 16, packetRecords, { ...frameRecords, unitesAfter: 1 })
      : makeDecoding(engine, 1 << 16);
  const batch = makeBatch({ index: 0 } as EventStream, true, undefined);
  const decoder = decoding.makeFrameDecoder({}, parts, batch);
  const window = decoding.allocateWindow(bytes.length);
  window.bytes().set(bytes);
  const all = Array.from({ length: given.repeats }, () => given.frames).flat();
  const list = decoding.allocateFrames(all.length);
  const within = (at: number) => Math.min(at, bytes.length);
  for (const { id, timeNs, places } of all) {
    const at = list.count++;
    list.classId[at] = id;
    list.timeNs[at] = timeNs;
    list.cycles[at] = BigInt(at);
    list.cpu[at] = at % 5;
    list.contextAt[at] = within(places[0]);
    list.contextEnd[at] = within(places[0] + places[1]);
    list.bodyAt[at] = within(places[2]);
    list.bodyEnd[at] = within(places[2] + places[3]);
  }
  const found: string[] = [];
  for (let from = 0; ; ) {
    const stop = decoder.decode(window.bytes(), list, from, batch);
    if (stop.kind === 'fault') {
      const { code, message, field, atBits } = stop.fault;
      found.push(`${stop.at} ${stop.className} ${code} ${message} ${field} ${atBits}`);
      from = stop.at + 1;
      continue;
    }
    decoder.publish();
    for (let position = 0; position < batch.count; position++) {
      const ofClass = batch.classes.get(batch.classIndex[position] as number)!;
      const row = batch.row[position] as number;
      const columns = [...ofClass.scopes].map(([scope, column]) => [scope, structAt(column, row)]);
      const { eventClass, timeNs, cpu } = ofClass;
      const values = [
        eventClass.name,
        batch.timeNs[position],
        timeNs[row],
        cpu[row],
        batch.cycles?.[position],
      ];
      found.push(JSON.stringify([...values, columns], plain));
    }
    clearBatch(batch);
    decoder.clear();
    if (stop.kind === 'end') break;
    found.push(`full at ${stop.at}`);
    from = stop.at;
  }
  decoder.release();
  list.release();
  window.release();
  return found;
}

/** Words that locate something near, in either byte order, and bytes of any kind. */
const words = fc.array(
  fc.oneof(
    fc.tuple(fc.nat(24), fc.nat(12)).map(([offset, size]) => [offset, 0, size, 0]),
    fc.tuple(fc.nat(24), fc.nat(12)).map(([offset, size]) => [0, size, 0, offset]),
    contents.map((bytes) => [...bytes.subarray(0, 6)]),
  ),
  { maxLength: 40 },
);

test('generated code decodes frames as the interpreter does, for any layout, bytes and selection', () => {
  fc.assert(
    fc.property(
      cases,
      fc.oneof(
        contents,
        words.map((parts) => Uint8Array.from(parts.flat())),
      ),
      (given, bytes) => {
        const wanted = decodeAll(given, bytes, 'interpreter');
        expect(decodeAll(given, bytes, 'wasm')).toEqual(wanted);
        expect(decodeAll(given, bytes, 'united')).toEqual(wanted);
      },
    ),
    { numRuns: 600 },
  );
});
