import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDecoding } from '../../events/engine.ts';
import { WasmMemory } from '../../events/wasm/memory.ts';
import { usualPageLayout } from '../../tracepoints/page-layout.ts';
import { appendFrames } from '../../tracepoints/ring-buffer-frames.ts';
import { RingBufferPage } from '../../tracepoints/ring-buffer-page.ts';
import { makeWalkPage } from './page-code.ts';

const pageSizeBytes = 256;
const layout = usualPageLayout(8, pageSizeBytes);
const capacity = 64;
const memory = new WasmMemory(1 << 16);
const walkPage = makeWalkPage(memory);
const windowAt = memory.allocate(pageSizeBytes);
const [classIds, times, cpus, bodyAts, bodyEnds] = [4, 8, 4, 4, 4].map((size) =>
  memory.allocate(size * capacity),
) as [number, number, number, number, number];

/** A page of a time with these words after its header; the last ones may be cut off. */
function pageOf(words: readonly number[], sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(pageSizeBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, sizeBytes, true);
  for (const [index, word] of words.slice(0, layout.dataSizeBytes / 4).entries())
    view.setUint32(16 + index * 4, word, true);
  return bytes;
}

function withGeneratedCode(bytes: Uint8Array, sizeBytes: number) {
  new Uint8Array(memory.buffer).set(bytes, windowAt);
  const at = windowAt + layout.dataOffsetBytes;
  const addresses = [classIds, times, cpus, bodyAts, bodyEnds] as const;
  const count = walkPage(at, at + sizeBytes, windowAt, 0, 1000, Number.NaN, 3, ...addresses);
  if (count < 0) return undefined;
  const words = (address: number) => [...new Uint32Array(memory.buffer, address, count)];
  return {
    classId: words(classIds),
    timeNs: [...new Float64Array(memory.buffer, times, count)],
    cpu: words(cpus),
    bodyAt: words(bodyAts),
    bodyEnd: words(bodyEnds),
  };
}

function withJavaScript(bytes: Uint8Array) {
  const page = new RingBufferPage(layout, 'le');
  page.begin(bytes, 0, pageSizeBytes);
  const frames = makeDecoding('interpreter', 0).allocateFrames(capacity);
  const type = { typeOffsetBytes: 0, typeSizeBytes: 2 } as const;
  const { short } = appendFrames(page, bytes, frames, 1000, {
    ...{ cpu: 3, byteOrder: 'le', nsPerUnit: 1, keepsCycles: false, ...type },
  });
  const { classId, timeNs, cpu, bodyAt, bodyEnd, count } = frames;
  const first = (values: Uint32Array | Int32Array | Float64Array) => [...values.subarray(0, count)];
  return {
    isWhole: page.fault === undefined && short === 0,
    frames: {
      ...{ classId: first(classId), timeNs: first(timeNs), cpu: first(cpu) },
      ...{ bodyAt: first(bodyAt), bodyEnd: first(bodyEnd) },
    },
  };
}

const delta = fc.integer({ min: 0, max: (1 << 27) - 1 });
const header = (type: number, value: number) => ((value << 5) | type) >>> 0;
const body = (count: number, first: number) => Array.from({ length: count }, (_, index) => first + index);

/** What pages are made of, as words, and now and then anything. */
const piece = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 9 }), delta, fc.integer({ min: 0, max: 70_000 }))
      .map(([type, value, first]) => [header(type, value), ...body(type, first)]),
  },
  {
    weight: 3,
    // Times stay below 2⁵³: beyond, events are left out.
    arbitrary: fc.tuple(delta, fc.nat(1 << 20)).map(([value, second]) => [header(30, value), second]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(delta, fc.integer({ min: 4, max: 17 }))
      .map(([value, size]) => [header(29, value), size, ...body(Math.ceil(size / 4) - 1, 1)]),
  },
  { weight: 1, arbitrary: fc.nat().map((word) => [word]) },
);

test('finds what JavaScript finds, or nothing', () => {
  let walked = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: -1, max: 1 }), (pieces, cut) => {
      const words = pieces.flat().slice(0, layout.dataSizeBytes / 4);
      const sizeBytes = Math.max(0, Math.min(layout.dataSizeBytes, words.length * 4 + cut));
      const bytes = pageOf(words, sizeBytes);
      const found = withGeneratedCode(bytes, sizeBytes);
      if (found === undefined) return;
      walked++;
      expect(withJavaScript(bytes)).toEqual({ isWhole: true, frames: found });
    }),
    { numRuns: 3000 },
  );
  expect(walked).toBeGreaterThan(300);
});

test('leaves pages to JavaScript in which time goes back, and what is not usual', () => {
  const record = (delta: number) => [(delta << 5) | 1, 7];
  const walk = (page: readonly number[], lastNs: number) => {
    new Uint8Array(memory.buffer).set(pageOf(page, page.length * 4), windowAt);
    const at = windowAt + layout.dataOffsetBytes;
    const addresses = [classIds, times, cpus, bodyAts, bodyEnds] as const;
    return walkPage(at, at + page.length * 4, windowAt, 0, 1000, lastNs, 0, ...addresses);
  };
  const page = [...record(5), ...record(6)];
  expect(walk(page, Number.NaN)).toBe(2);
  expect(walk(page, 1005)).toBe(2);
  expect(walk(page, 1006)).toBe(-1);
  // A length in a word of its own, and an absolute time.
  expect(walk([0, 8, 7], Number.NaN)).toBe(-1);
  expect(walk([31, 8, ...page], Number.NaN)).toBe(-1);
});
