/** A decoder of frames that runs generated code, with an interpreter beside it for what it can't do, and to tell why a frame is at fault. */
import { batchCountMaxOf, type MutableEventBatch, makeBatch } from '../batch-builder.ts';
import { emptyElementsOf, FrameInterpreter } from '../frame-interpreter.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList, FrameStop } from '../frames.ts';
import type { EventStream } from '../reader.ts';
import { BatchMemory } from './batch-memory.ts';
import type { CompiledRecords } from './compiled-records.ts';
import { stops } from './emit-records.ts';
import { state } from './plan.ts';

export class WasmFrameDecoder implements FrameDecoder {
  readonly #parts: FrameDecoderParts;
  readonly #compiled: CompiledRecords;
  readonly #own: BatchMemory;
  readonly #stream: EventStream;
  /** Decodes what generated code would be too large for; made when the first such record is met. */
  #large: FrameInterpreter | undefined;
  /** Reads what generated code could not, into columns of its own. */
  #explainer: FrameInterpreter | undefined;

  constructor(parts: FrameDecoderParts, compiled: CompiledRecords, batch: MutableEventBatch) {
    this.#parts = parts;
    this.#compiled = compiled;
    this.#stream = batch.stream;
    const countMax = batchCountMaxOf(parts.selection);
    this.#own = new BatchMemory(compiled, batch, countMax, () => {});
  }

  decode(bytes: Uint8Array, frames: FrameList, from: number, batch: MutableEventBatch): FrameStop {
    const { memory } = this.#compiled;
    if (bytes.buffer !== memory.buffer) throw new Error('the window is not one of this decoding');
    const window = { address: bytes.byteOffset, sizeBytes: bytes.length };
    // Another stream may have met classes that this one's state has no place for.
    this.#own.fit();
    this.#bindFrames(frames, window.address + window.sizeBytes);
    this.#view.setUint32(state.batchCount, batch.count, true);
    if (from === 0)
      this.#view.setBigInt64(state.emptyElementsLeft, BigInt(emptyElementsOf(window.sizeBytes)), true);
    const stop = this.#run(window, frames, from, batch);
    batch.count = this.#view.getUint32(state.batchCount, true);
    return stop;
  }

  get #view(): DataView {
    return this.#own.view;
  }

  /** Tells generated code where the list is: addresses stay when memory moves. */
  #bindFrames(frames: FrameList, windowEnd: number): void {
    if (frames.classId.buffer !== this.#compiled.memory.buffer)
      throw new Error('the frame list is not one of this decoding');
    const view = this.#view;
    view.setUint32(state.frameClassIds, frames.classId.byteOffset, true);
    view.setUint32(state.frameTimes, frames.timeNs.byteOffset, true);
    view.setUint32(state.frameCycles, frames.cycles.byteOffset, true);
    view.setUint32(state.frameCpus, frames.cpu.byteOffset, true);
    view.setUint32(state.frameContexts, frames.contextAt.byteOffset, true);
    view.setUint32(state.frameContextEnds, frames.contextEnd.byteOffset, true);
    view.setUint32(state.frameBodies, frames.bodyAt.byteOffset, true);
    view.setUint32(state.frameBodyEnds, frames.bodyEnd.byteOffset, true);
    view.setUint32(state.windowEnd, windowEnd, true);
  }

  /** Runs generated code, and does what it asks for, until all frames are decoded or the batch is full. */
  #run(window: WindowPlace, frames: FrameList, from: number, batch: MutableEventBatch): FrameStop {
    let at = from;
    for (;;) {
      const stop = this.#compiled.decode(this.#own.address, window.address, at, frames.count);
      at = this.#view.getUint32(state.stopBits, true);
      switch (stop) {
        case stops.end:
          return { kind: 'end' };
        case stops.full:
          if (!this.#own.growBatch()) return { kind: 'full', at };
          break;
        case stops.grow:
          this.#own.undo();
          this.#own.growGroup();
          break;
        case stops.unknownClass: {
          const id = BigInt(frames.classId[at] as number);
          if (this.#compiled.refuses(id)) {
            const fault = this.#interpretOne(window, frames, at, batch);
            if (fault !== undefined) return fault;
            at++;
            break;
          }
          if (!this.#compiled.add(id)) return this.#explain(window, frames, at);
          this.#own.fit();
          break;
        }
        default:
          this.#own.undo();
          return this.#explain(window, frames, at);
      }
    }
  }

  #bytes({ address, sizeBytes }: WindowPlace): Uint8Array {
    return new Uint8Array(this.#compiled.memory.buffer, address, sizeBytes);
  }

  /** A frame of a class that no code is made for. The loop has seen to it that the batch has room. */
  #interpretOne(window: WindowPlace, frames: FrameList, at: number, batch: MutableEventBatch) {
    batch.count = this.#view.getUint32(state.batchCount, true);
    this.#large ??= new FrameInterpreter(this.#parts);
    const left = this.#large.decodeOne(this.#bytes(window), frames, at, batch, this.#emptyElementsLeft);
    if (typeof left !== 'number') return left;
    this.#view.setBigInt64(state.emptyElementsLeft, BigInt(left), true);
    this.#view.setUint32(state.batchCount, batch.count, true);
    return undefined;
  }

  get #emptyElementsLeft(): number {
    return Number(this.#view.getBigInt64(state.emptyElementsLeft, true));
  }

  #explain(window: WindowPlace, frames: FrameList, at: number): FrameStop {
    this.#explainer ??= new FrameInterpreter(this.#parts);
    const nowhere = makeBatch(this.#stream, false, undefined);
    const bytes = this.#bytes(window);
    const fault = this.#explainer.decodeOne(bytes, frames, at, nowhere, this.#emptyElementsLeft);
    if (typeof fault === 'number') throw new Error('generated code cannot decode what the interpreter can');
    return fault;
  }

  clear(): void {
    this.#large?.clear();
    this.#own.clear();
  }

  publish(): void {
    this.#own.publish();
  }

  release(): void {
    this.#own.release();
  }
}

interface WindowPlace {
  readonly address: number;
  readonly sizeBytes: number;
}
