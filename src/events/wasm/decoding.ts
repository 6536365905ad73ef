/** Decoding by generated code: what the streams of one reading share, and what reads where no code is generated for a layout. */
import type { Decoding } from '../engine.ts';
import { FrameInterpreter } from '../frame-interpreter.ts';
import { InterpretingDecoder } from '../interpreter.ts';
import { WasmCode } from './code.ts';
import { CompiledRecords, packetRecords } from './compiled-records.ts';
import { WasmDecoder } from './decoder.ts';
import { frameRecords } from './emit-frames.ts';
import { isGenerated } from './emit-records.ts';
import { WasmFrameDecoder } from './frame-decoder.ts';
import { WasmFrameList } from './frame-list.ts';
import { WasmMemory } from './memory.ts';
import { encodeModule } from './module.ts';

/**
 * As `makeDecoding` of the engine says; undefined where generated code is not allowed. The built program evaluates this folder when it is called.
 */
export function generatedDecoding(
  reservedBytes: number,
  packetCode = packetRecords,
  frameCode = frameRecords,
): Decoding | undefined {
  if (!isAllowed()) return undefined;
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
