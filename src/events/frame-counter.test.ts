import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeMaxNs } from '../bytes/limits.ts';
import { clearBatch, makeBatch } from './batch-builder.ts';
import { FrameCounter } from './frame-counter.ts';
import { FrameInterpreter, makeFrameList } from './frame-interpreter.ts';
import type { FrameDecoder, FrameDecoderParts } from './frames.ts';
import type { EventClass, EventStream } from './reader.ts';
import { noFields } from './selection.ts';

const bytes = new Uint8Array(64);
/** The last one is not found by its id. */
const ids = [0, 3, 1 << 20];

function makeParts(): FrameDecoderParts {
  const eventClass = (id: number, index: number) => ({ id: BigInt(id), index, name: `class ${id}` });
  const body = { specificContext: undefined, payload: undefined };
  return {
    layout: {
      ...{ packetHeader: undefined, packetContext: undefined, eventHeader: undefined },
      ...{ commonContext: undefined, classIdFields: [], clock: undefined },
      classes: new Map(ids.map((id) => [BigInt(id), { id: BigInt(id), name: `class ${id}`, ...body }])),
    },
    selection: noFields,
    eventClasses: new Map(ids.map((id, index) => [BigInt(id), eventClass(id, index) as EventClass])),
  };
}

/** What a decoder makes of all frames: where it stopped and why, and how many records its batches have. */
function decodeAll(decoder: FrameDecoder, frames: ReturnType<typeof makeFrameList>) {
  const batch = makeBatch({ index: 0 } as EventStream, false, undefined);
  const faults: string[] = [];
  let decoded = 0;
  for (let at = 0; at < frames.count; ) {
    clearBatch(batch);
    decoder.clear();
    const stop = decoder.decode(bytes, frames, at, batch);
    decoded += batch.count;
    if (stop.kind === 'end') break;
    if (stop.kind === 'fault') faults.push(`${stop.at} ${stop.className} ${stop.fault.message}`);
    at = stop.kind === 'fault' ? stop.at + 1 : stop.at;
  }
  return { faults, decoded };
}

test('counts what is decoded otherwise, and has the same faults', () => {
  const frame = fc.record({
    id: fc.constantFrom(...ids, 2, 4, 1 << 21),
    timeNs: fc.constantFrom(-5, 0, 7, 1000, timeMaxNs, -timeMaxNs, Number.NaN),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 30 }), (given) => {
      const frames = makeFrameList(given.length);
      frames.count = given.length;
      for (const [at, { id, timeNs }] of given.entries()) {
        frames.classId[at] = id;
        frames.timeNs[at] = timeNs;
      }
      const counter = new FrameCounter(makeParts());
      const { faults, decoded } = decodeAll(counter, frames);
      const reference = decodeAll(new FrameInterpreter(makeParts()), frames);
      expect({ faults, count: counter.count, decoded }).toEqual({
        faults: reference.faults,
        count: reference.decoded,
        decoded: 0,
      });
      const counted = given.filter(({ id, timeNs }) => ids.includes(id) && !(Math.abs(timeNs) >= timeMaxNs));
      for (const id of ids)
        expect(counter.counts.get(id) ?? 0).toBe(counted.filter((each) => each.id === id).length);
      const times = counted.map(({ timeNs }) => timeNs).filter((timeNs) => !Number.isNaN(timeNs));
      expect([counter.beginNs, counter.endNs]).toEqual([Math.min(...times), Math.max(...times)]);
    }),
  );
});

test('pauses now and then', () => {
  const frames = makeFrameList(1 << 16);
  frames.count = frames.capacity;
  const counter = new FrameCounter(makeParts());
  const batch = makeBatch({ index: 0 } as EventStream, false, undefined);
  for (let round = 0; round < 16; round++)
    expect(counter.decode(bytes, frames, 0, batch)).toEqual({ kind: 'end' });
  expect(counter.decode(bytes, frames, 0, batch)).toEqual({ kind: 'full', at: 0 });
  counter.clear();
  expect(counter.decode(bytes, frames, 0, batch)).toEqual({ kind: 'end' });
  expect(counter.count).toBe(17 << 16);
});
