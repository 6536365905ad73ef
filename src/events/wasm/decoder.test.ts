import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clearBatch, type MutableEventBatch, makeBatch } from '../batch-builder.ts';
import { BitCursor } from '../bit-cursor.ts';
import { type Clock, CycleConverter } from '../clock.ts';
import { makeDecoding } from '../engine.ts';
import type { IntegerType, RecordLayout } from '../layout.ts';
import {
  character,
  contents,
  kindsAlignedTo,
  largeStructs,
  plain,
  struct,
  structsOf,
  typesOf,
} from '../random-layouts.test-helpers.ts';
import type { EventClass, EventStream } from '../reader.ts';
import type { RecordDecoder } from '../record-decoder.ts';
import type { ClassSelection } from '../selection.ts';
import { structAt } from '../value.ts';
import { packetRecords } from './compiled-records.ts';

/**
 * Layouts of every kind and random bytes: generated code and the interpreter must give the same columns, times and stops,
 * whatever the window's size.
 */

const alignments = fc.constantFrom(1, 1, 2, 4, 8, 8, 16, 32, 64);
const kinds = kindsAlignedTo(alignments);
const { fixedIntegers, variableIntegers, integers } = kinds;

interface Case {
  readonly layout: RecordLayout;
  /** By class; undefined for one that is stepped over. */
  readonly selections: readonly (ClassSelection | undefined)[];
  readonly frequencyHz: bigint;
}

const classCount = 3;
const byte: IntegerType = { ...character, isText: false };

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
    common: fc.option(structsOf(kinds, typesOf(kinds, 1)), { nil: undefined }),
    payloads: fc.array(
      fc.oneof({ weight: 9, arbitrary: structsOf(kinds, typesOf(kinds, 3)) }, largeStructs(kinds)),
      {
        minLength: classCount,
        maxLength: classCount,
      },
    ),
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

/** Code for a class when it is met, as where there are many; `united`: for two at a time, and all in one module from the second run on. */
const codeKinds = {
  wasm: packetRecords,
  met: { ...packetRecords, plannedCountMax: 0 },
  united: { ...packetRecords, plannedCountMax: 0, unitesAfter: 1 },
};

/** Everything that is decoded, as text, in windows of so many bytes. */
function decodeAll(
  given: Case,
  bytes: Uint8Array,
  windowSizeBytes: number,
  engine: 'interpreter' | keyof typeof codeKinds,
) {
  const { layout, selections, frequencyHz } = given;
  const decoding =
    engine === 'interpreter'
      ? makeDecoding(engine, 1 << 16)
      : makeDecoding('wasm', 1 << 16, codeKinds[engine]);
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
      classes: { get: (index: number) => selections[index] },
      cycles: true,
      packets: false,
    },
    eventClasses,
    ...(engine === 'united' ? { companionOf: (id: bigint) => id ^ 1n } : {}),
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

test('generated code decodes what the interpreter decodes, for any layout, bytes and window', () => {
  fc.assert(
    fc.property(cases, contents, (given, bytes) => {
      const wanted = decodeAll(given, bytes, 512, 'interpreter');
      expect(decodeAll(given, bytes, 512, 'wasm')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'interpreter')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'wasm')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'met')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'united')).toEqual(wanted);
    }),
    { numRuns: 400 },
  );
});

/** Bytes and strings, mostly of classes of which no field is read: what the loop steps over. */
const steppedCases: fc.Arbitrary<Case> = fc
  .record({
    payloads: fc.array(
      fc.array(
        fc.oneof(
          fc.constantFrom(8, 16, 64).map((sizeBits) => ({ ...byte, sizeBits })),
          fc.constant({ kind: 'string' as const, alignmentBits: 8 }),
        ),
        { maxLength: 6 },
      ),
      { minLength: classCount, maxLength: classCount },
    ),
    selections: fc.array(fc.constantFrom([], [], undefined, 'all' as const), {
      minLength: classCount,
      maxLength: classCount,
    }),
  })
  .map(({ payloads, selections }) => {
    const id = { ...byte, sizeBits: 2, alignmentBits: 1 };
    const time = { ...byte, sizeBits: 6, alignmentBits: 1, clock: 0 };
    const classes = payloads.map(
      (types, index) => [BigInt(index), { specificContext: undefined, payload: struct(types, 8) }] as const,
    );
    return {
      layout: {
        ...{ packetHeader: undefined, packetContext: undefined, commonContext: undefined },
        eventHeader: struct([id, time], 8),
        classIdFields: [id],
        classes: new Map(classes),
        clock: 0,
      },
      selections,
      frequencyHz: 1_000_000_000n,
    };
  });

test('records are stepped over as the interpreter does, with strings in them or not', () => {
  fc.assert(
    fc.property(steppedCases, contents, (given, bytes) => {
      const wanted = decodeAll(given, bytes, 512, 'interpreter');
      expect(decodeAll(given, bytes, 512, 'met')).toEqual(wanted);
      expect(decodeAll(given, bytes, 64, 'met')).toEqual(wanted);
    }),
    { numRuns: 400 },
  );
});
