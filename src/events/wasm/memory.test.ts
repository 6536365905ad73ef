import { expect, test } from 'vitest';
import { makeBatch } from '../batch-builder.ts';
import { BitCursor } from '../bit-cursor.ts';
import { makeDecoding } from '../engine.ts';
import type { IntegerType, RecordLayout } from '../layout.ts';
import type { EventClass, EventStream } from '../reader.ts';
import { structAt } from '../value.ts';
import { WasmMemory } from './memory.ts';

const u32: IntegerType = {
  kind: 'integer',
  sizeBits: 32,
  alignmentBits: 8,
  byteOrder: 'le',
  isSigned: false,
  displayBase: 10,
  isText: false,
};

/** One class of records: a number and a string. */
const layout: RecordLayout = {
  packetHeader: undefined,
  packetContext: undefined,
  eventHeader: undefined,
  commonContext: undefined,
  classIdFields: [],
  classes: new Map([
    [
      0n,
      {
        specificContext: undefined,
        payload: {
          kind: 'struct',
          alignmentBits: 8,
          members: [
            { name: 'number', type: u32 },
            { name: 'text', type: { kind: 'string', alignmentBits: 8 } },
          ],
        },
      },
    ],
  ]),
  clock: undefined,
};

function record(number: number): number[] {
  return [number & 0xff, (number >> 8) & 0xff, 0, 0, ...new TextEncoder().encode(`text ${number}`), 0];
}

test('a batch that is held stays right when decoding another stream moves the memory', () => {
  const decoding = makeDecoding('wasm', 1);
  const eventClasses = new Map([[0n, { index: 0, id: 0n, name: 'record' } as EventClass]]);
  const selection = { classes: new Map([[0, 'all' as const]]), cycles: false, packets: false };
  const key = {};
  const decode = (count: number) => {
    const batch = makeBatch({ index: 0 } as EventStream, false, undefined);
    const parts = {
      ...{ layout, selection, eventClasses },
      ...{ roleFields: [], converter: undefined, packetColumns: undefined },
    };
    const decoder = decoding.makeDecoder(key, parts, batch);
    const bytes = Uint8Array.from(Array.from({ length: count }, (_, number) => record(number)).flat());
    const window = decoding.allocateWindow(bytes.length);
    window.bytes().set(bytes);
    const cursor = new BitCursor();
    decoder.beginPacket(undefined, bytes.length * 8);
    cursor.setWindow(window.bytes().subarray(0, bytes.length), 0, bytes.length * 8);
    expect(decoder.decode(cursor, batch, { cpu: 3, packetRow: 0 })).toEqual({ kind: 'end' });
    decoder.publish();
    return batch;
  };
  const held = decode(100);
  const version = held.version;
  const buffer = held.timeNs.buffer;
  decode(10_000);
  expect(held.timeNs.buffer).not.toBe(buffer);
  expect(held.version).toBeGreaterThan(version);
  const ofClass = held.classes.get(0)!;
  expect(held.count).toBe(100);
  expect(ofClass.cpu[99]).toBe(3);
  expect(structAt(ofClass.scopes.get('payload')!, 99)).toEqual({ number: 99, text: 'text 99' });
});

test('freed blocks are given out again, and blocks do not overlap', () => {
  const memory = new WasmMemory(1 << 16);
  const first = memory.allocate(1000);
  const second = memory.allocate(1000);
  expect(Math.abs(second - first)).toBeGreaterThanOrEqual(1000);
  memory.release(first, 1000);
  expect(memory.allocate(1000)).toBe(first);
});

test('no bytes given back are no block for others', () => {
  const memory = new WasmMemory(1 << 16);
  const block = memory.allocate(40);
  memory.release(memory.allocate(0), 0);
  memory.release(block, 0);
  const other = memory.allocate(40);
  expect(other).toBeGreaterThan(0);
  expect(other).not.toBe(block);
});

test('more than 2 GiB is refused, not attempted', () => {
  const memory = new WasmMemory(1 << 16);
  expect(() => memory.allocate(2 ** 31)).toThrow(RangeError);
});
