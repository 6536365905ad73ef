/**
 * Which decoder reads a stream: generated code for all but small streams, where making it takes longer than it saves.
 * Streams of one reading share memory and code.
 */
import type { MutableEventBatch } from './batch-builder.ts';
import { FrameInterpreter, makeFrameList } from './frame-interpreter.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList } from './frames.ts';
import { InterpretingDecoder } from './interpreter.ts';
import type { RecordDecoder, RecordDecoderParts } from './record-decoder.ts';
import type { CodeKind } from './wasm/compiled-records.ts';
import { generatedDecoding } from './wasm/decoding.ts';
import type { WasmMemory } from './wasm/memory.ts';

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
  packetCode?: CodeKind,
  frameCode?: CodeKind,
): Decoding {
  const generated =
    engine === 'interpreter' ? undefined : generatedDecoding(reservedBytes, packetCode, frameCode);
  return generated ?? interpreting;
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
