import { expect, test } from 'vitest';
import { makeBatch } from './batch-builder.ts';
import { BitCursor } from './bit-cursor.ts';
import { makeDecoding } from './engine.ts';
import type { FieldType, IntegerType, RecordLayout, StructType } from './layout.ts';
import type { EventClass, EventStream } from './reader.ts';

const u8: IntegerType = {
  kind: 'integer',
  sizeBits: 8,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: false,
  displayBase: 10,
  isText: false,
};

function struct(members: Record<string, FieldType>): StructType {
  return {
    kind: 'struct',
    alignmentBits: 8,
    members: Object.entries(members).map(([name, type]) => ({ name, type })),
  };
}

/** A length that only one option of a variant has, and an array of so many bytes after it. */
function layoutOf(): RecordLayout {
  const selector = { ...u8 };
  const length = { ...u8 };
  const payload = struct({
    selector,
    choice: {
      kind: 'variant',
      selector: { scope: 'payload', path: ['selector'], type: selector },
      options: [
        { name: 'some', type: struct({ length }), ranges: [{ first: 1n, last: 1n }] },
        { name: 'none', type: struct({}), ranges: [{ first: 0n, last: 0n }] },
      ],
    },
    bytes: {
      kind: 'array',
      alignmentBits: 8,
      element: { ...u8 },
      length: { kind: 'field', field: { scope: 'payload', path: ['choice', 'length'], type: length } },
      isText: false,
    },
  });
  return {
    packetHeader: undefined,
    packetContext: undefined,
    eventHeader: undefined,
    commonContext: undefined,
    classIdFields: [],
    classes: new Map([[0n, { specificContext: undefined, payload }]]),
    clock: undefined,
  };
}

test.each(['interpreter', 'wasm'] as const)('%s: a length that this record does not have', (engine) => {
  const decoding = makeDecoding(engine, 1 << 16);
  const batch = makeBatch({ index: 0 } as EventStream, false, undefined);
  const decoder = decoding.makeDecoder(
    {},
    {
      layout: layoutOf(),
      selection: { classes: new Map([[0, 'all' as const]]), cycles: false, packets: false },
      eventClasses: new Map([[0n, { index: 0, id: 0n, name: 'record' } as EventClass]]),
      roleFields: [],
      converter: undefined,
      packetColumns: undefined,
    },
    batch,
  );
  // One record with two bytes, then one whose variant has no length.
  const bytes = [1, 2, 7, 8, 0, 9, 9];
  const window = decoding.allocateWindow(bytes.length);
  window.bytes().set(bytes);
  const cursor = new BitCursor();
  cursor.setWindow(window.bytes().subarray(0, bytes.length), 0, bytes.length * 8);
  decoder.beginPacket(undefined, bytes.length * 8);
  const stop = decoder.decode(cursor, batch, { cpu: -1, packetRow: 0 });
  expect(batch.count).toBe(1);
  expect(stop).toMatchObject({ kind: 'fault', fault: { code: 'length-not-read' } });
});
