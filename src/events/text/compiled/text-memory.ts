/** Generated text code for one memory: its state, its output, and the classes that it knows. */
import type { ClassBatch } from '../../batch.ts';
import type { EventStream } from '../../reader.ts';
import type { WasmMemory } from '../../wasm/memory.ts';
import { isCompilable, type LabelTables } from './emit-line.ts';
import { emitTextModule, type GeneratedRun } from './emit-run.ts';
import { labelEntryBytes } from './emit-text.ts';
import type { LineStyle } from './line-style.ts';
import { makeState, state } from './state.ts';
import type { LabelSegment, Piece } from './template.ts';

const outputBytes = 256 * 1024;
/** Records of classes without code for which the first code is made. */
const generatedCountMin = 256;

interface Line {
  readonly pieces: readonly Piece[];
  readonly labels: LabelTables;
}

export class TextMemory {
  readonly memory: WasmMemory;
  readonly stateAddress: number;
  /** Where the next record is written. */
  at: number;
  #outAddress: number;
  #outBytes = outputBytes;
  readonly #style: LineStyle;
  readonly #lines: (Line | undefined)[] = [];
  readonly #numbers = new Map<number, number>();
  readonly #waiting = new Map<number, { batch: ClassBatch; stream: EventStream }>();
  #waitingRecords = 0;
  #waitingRecordsMin: number;
  #run: GeneratedRun = () => {
    throw new Error('nothing is written before there is code');
  };
  #words = new Uint32Array(0);
  #bytes = new Uint8Array(0);
  #epoch = -1;

  constructor(memory: WasmMemory, style: LineStyle) {
    this.memory = memory;
    this.#style = style;
    this.#waitingRecordsMin = style.generatedCountMin ?? generatedCountMin;
    this.stateAddress = makeState(memory, style.escapes);
    this.#outAddress = memory.allocate(outputBytes);
    this.at = this.#outAddress;
    this.#setOutEnd();
  }

  /** Views of the memory as it is now. Asked for anew after anything was allocated. */
  get words(): Uint32Array {
    if (this.#epoch !== this.memory.epoch) this.#refresh();
    return this.#words;
  }

  get bytes(): Uint8Array {
    if (this.#epoch !== this.memory.epoch) this.#refresh();
    return this.#bytes;
  }

  #refresh(): void {
    const { buffer, epoch } = this.memory;
    this.#epoch = epoch;
    this.#words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
    this.#bytes = new Uint8Array(buffer);
  }

  get lastTimeNs(): number {
    return new DataView(this.memory.buffer, this.stateAddress).getFloat64(state.lastNs, true);
  }

  set lastTimeNs(timeNs: number) {
    new DataView(this.memory.buffer, this.stateAddress).setFloat64(state.lastNs, timeNs, true);
  }

  /** Times from `beginNs` on, for a second, are written with this before the nanoseconds. */
  setSecond(beginNs: number, head: Uint8Array): void {
    const view = new DataView(this.memory.buffer, this.stateAddress);
    view.setBigInt64(state.secondBegin, BigInt(beginNs), true);
    view.setInt32(state.headLength, head.length, true);
    this.bytes.set(head, this.stateAddress + state.head);
  }

  /** What was written since the last call; it holds until more is written. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#outAddress, this.at);
    this.at = this.#outAddress;
    return taken;
  }

  /** Makes room for a record that does not fit into an empty output. */
  growOutput(): void {
    this.memory.release(this.#outAddress, this.#outBytes);
    this.#outBytes *= 2;
    this.#outAddress = this.memory.allocate(this.#outBytes);
    this.at = this.#outAddress;
    this.#setOutEnd();
  }

  #setOutEnd(): void {
    this.words[(this.stateAddress + state.outEnd) >>> 2] = this.#outAddress + this.#outBytes;
  }

  /** Whether there is any code. */
  get isReady(): boolean {
    return this.#lines.length > 0;
  }

  /** The number of a class's function, if there is one. */
  lineOf(batch: ClassBatch): number | undefined {
    return this.#numbers.get(batch.eventClass.index);
  }

  /** A batch has records of a class without code. */
  await(batch: ClassBatch, stream: EventStream): void {
    const { index } = batch.eventClass;
    this.#waitingRecords += batch.count;
    if (!this.#waiting.has(index)) this.#waiting.set(index, { batch, stream });
  }

  /**
   * Makes code for the classes that wait for it once they have many records, each time twice as many: making code takes longer
   * than writing a few records one by one.
   */
  compileWaiting(): void {
    if (this.#waiting.size === 0 || this.#waitingRecords < this.#waitingRecordsMin) return;
    for (const [index, { batch, stream }] of this.#waiting) {
      const pieces = this.#style.pieces(batch, stream);
      const isPossible = pieces !== undefined && isCompilable(pieces);
      this.#lines.push(isPossible ? { pieces, labels: this.#placeLabels(pieces) } : undefined);
      this.#numbers.set(index, this.#lines.length);
    }
    this.#waiting.clear();
    this.#waitingRecords = 0;
    this.#waitingRecordsMin *= 2;
    this.#compile();
  }

  /** Writes records of a stream; the state says why it stopped. */
  run(stream: number, from: number, to: number): void {
    this.at = this.#run(stream, from, to, this.at);
  }

  #compile(): void {
    const { escapes, time } = this.#style;
    const bytes = emitTextModule({ stateAddress: this.stateAddress, escapes, time, lines: this.#lines });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
      env: { memory: this.memory.memory },
    });
    this.#run = instance.exports['run'] as GeneratedRun;
  }

  #placeLabels(pieces: readonly Piece[]): LabelTables {
    const tables = new Map<Piece, { address: number; count: number }>();
    const pending = [...pieces];
    for (let piece = pending.pop(); piece !== undefined; piece = pending.pop()) {
      if (piece.kind === 'list') for (const inner of piece.element) pending.push(inner);
      if (piece.kind === 'variant') for (const option of piece.options) pending.push(...option);
      if (piece.kind !== 'label') continue;
      const segments = piece.segments();
      const address = this.#placeLabelTable(segments, !piece.isSigned);
      tables.set(piece, { address, count: segments.length });
    }
    return tables;
  }

  #placeLabelTable(segments: readonly LabelSegment[], isUnsigned: boolean): number {
    const entriesBytes = segments.length * labelEntryBytes;
    const address = this.memory.allocate(segments.reduce((sum, { text }) => sum + text.length, entriesBytes));
    const view = new DataView(this.memory.buffer);
    let textAt = address + entriesBytes;
    segments.forEach(({ last, text }, index) => {
      const at = address + index * labelEntryBytes;
      view.setBigInt64(at, isUnsigned ? BigInt.asIntN(64, last ^ (1n << 63n)) : last, true);
      view.setUint32(at + 8, textAt, true);
      view.setUint32(at + 12, text.length, true);
      this.bytes.set(text, textAt);
      textAt += text.length;
    });
    return address;
  }
}
