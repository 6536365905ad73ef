/**
 * Which decoder reads a stream: generated code for all but small streams, where making it takes longer than it saves.
 * Streams of one reading share memory and code.
 */
import type { MutableEventBatch } from './batch-builder.ts';
import { FrameInterpreter, makeFrameList } from './frame-interpreter.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList } from './frames.ts';
import { InterpretingDecoder } from './interpreter.ts';
import type { RecordDecoder, RecordDecoderParts } from './record-decoder.ts';
import { WasmCode } from './wasm/code.ts';
import { CompiledRecords, packetRecords } from './wasm/compiled-records.ts';
import { WasmDecoder } from './wasm/decoder.ts';
import { frameRecords } from './wasm/emit-frames.ts';
import { isGenerated } from './wasm/emit-records.ts';
import { WasmFrameDecoder } from './wasm/frame-decoder.ts';
import { WasmFrameList } from './wasm/frame-list.ts';
import { WasmMemory } from './wasm/memory.ts';
import { encodeModule } from './wasm/module.ts';

/** `auto` decides by size. */
export type Engine = 'auto' | 'interpreter' | 'wasm';

/** Where a window of a file is kept while its records are decoded. */
export interface Window {
  readonly sizeBytes: number;
  /** Its bytes as they are now: asked for anew after anything was decoded, since memory may have moved. */
  bytes(): Uint8Array;
  release(): void;
}

/** What the streams of one reading decode with. */
export interface Decoding {
  /** Where windows and frames lie, for code that formats generate; undefined where there is no generated code. */
  readonly memory: WasmMemory | undefined;
  allocateWindow(sizeBytes: number): Window;
  /** Room for frames of a window, to be filled and decoded. */
  allocateFrames(capacity: number): FrameList;
  /** @param key the same for streams of one class and selection: they share generated code */
  makeDecoder(key: object, parts: RecordDecoderParts, batch: MutableEventBatch): RecordDecoder;
  /**
   * @param key as of `makeDecoder`
   * @param batch the one that is given to `decode`: made with cycles if they are selected
   */
  makeFrameDecoder(key: object, parts: FrameDecoderParts, batch: MutableEventBatch): FrameDecoder;
}

/**
 * @param reservedBytes what windows and columns will take, about: memory beyond it is had by moving everything
 * @param packetCode what code is made for records of packets; tests have it unite classes early
 * @param frameCode the same for records in frames
 */
export function makeDecoding(
  engine: 'interpreter' | 'wasm',
  reservedBytes: number,
  packetCode = packetRecords,
  frameCode = frameRecords,
): Decoding {
  if (engine === 'interpreter' || !isAllowed()) return interpreting;
  const memory = new WasmMemory(reservedBytes);
  /** Undefined: what code is not generated for. */
  const compiled = new Map<object, CompiledRecords | undefined>();
  const framed = new Map<object, CompiledRecords | undefined>();
  return {
    memory,
    allocateWindow(sizeBytes) {
      const address = memory.allocate(sizeBytes);
      let { epoch } = memory;
      let view = new Uint8Array(memory.buffer, address, sizeBytes);
      return {
        sizeBytes,
        bytes() {
          if (epoch !== memory.epoch) {
            epoch = memory.epoch;
            view = new Uint8Array(memory.buffer, address, sizeBytes);
          }
          return view;
        },
        release: () => memory.release(address, sizeBytes),
      };
    },
    makeDecoder(key, parts, batch) {
      let records = compiled.get(key);
      if (records === undefined && !compiled.has(key)) {
        if (isGenerated(parts.layout, parts.converter?.parts.frequencyHz))
          records = new CompiledRecords(memory, parts, batch.cycles !== undefined, packetCode);
        compiled.set(key, records);
      }
      return records === undefined ? new InterpretingDecoder(parts) : new WasmDecoder(parts, records, batch);
    },
    allocateFrames: (capacity) => new WasmFrameList(memory, capacity),
    makeFrameDecoder(key, parts, batch) {
      let records = framed.get(key);
      if (records === undefined && !framed.has(key)) {
        const all = { ...parts, converter: undefined };
        if (isGenerated(parts.layout, undefined))
          records = new CompiledRecords(memory, all, batch.cycles !== undefined, frameCode);
        framed.set(key, records);
      }
      return records === undefined
        ? new FrameInterpreter(parts)
        : new WasmFrameDecoder(parts, records, batch);
    },
  };
}

/**
 * A page's content security policy may forbid WebAssembly (`wasm-unsafe-eval`), and old processors have no vectors as it wants them: then
 * the interpreter does it all.
 */
function isAllowed(): boolean {
  try {
    const code = new WasmCode(0);
    code.constantVector(new Uint8Array(16)).vector('i8x16.bitmask').op('drop');
    new WebAssembly.Module(encodeModule([{ parameters: [], results: [], code }], []));
    return true;
  } catch {
    return false;
  }
}

const interpreting: Decoding = {
  memory: undefined,
  allocateWindow(sizeBytes) {
    const bytes = new Uint8Array(sizeBytes);
    return { sizeBytes, bytes: () => bytes, release: () => {} };
  },
  makeDecoder: (_, parts) => new InterpretingDecoder(parts),
  allocateFrames: makeFrameList,
  makeFrameDecoder: (_, parts) => new FrameInterpreter(parts),
};
