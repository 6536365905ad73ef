/**
 * Writes runs of records with generated code where generated code decoded them, and one by one elsewhere.
 *
 * Batches of several memories (each reading has one) may come in turns: what one memory's output holds is handed on
 * before another's is written to, and so is the time of the last record.
 */
import type { ClassBatch, EventBatch } from '../../batch.ts';
import type { WasmMemory } from '../../wasm/memory.ts';
import type { TextOutput } from '../output.ts';
import type { RunWriter } from '../style.ts';
import type { LineStyle } from './line-style.ts';
import { classBlockHead, state, stops, stream as streamBlock } from './state.ts';
import { arraysOf, type ColumnOfPiece, columnsOf } from './template.ts';
import { TextMemory } from './text-memory.ts';

interface BoundClass {
  readonly line: number;
  readonly columns: readonly ColumnOfPiece[];
  readonly address: number;
}

/** A batch that generated code filled: its blocks in memory. */
interface BoundBatch {
  readonly text: TextMemory;
  readonly batch: EventBatch;
  address: number;
  sizeBytes: number;
  firstClass: number;
  classCount: number;
  readonly classes: Map<ClassBatch, BoundClass>;
  /** Records before this position have the packet whose text is in memory. */
  packetEnd: number;
  packetAddress: number;
  packetCapacity: number;
}

export class CompiledRunWriter implements RunWriter {
  readonly #style: LineStyle;
  readonly #memories = new Map<WasmMemory, TextMemory>();
  /** By stream: the batch that it fills again and again. */
  readonly #bound: (BoundBatch | undefined)[] = [];
  #current: TextMemory | undefined;

  constructor(style: LineStyle) {
    this.#style = style;
  }

  enter(batch: EventBatch): void {
    const { memory, stream } = batch;
    if (memory === undefined || batch.timeNs.buffer !== memory.buffer) {
      this.#bound[stream.index] = undefined;
      return;
    }
    let bound = this.#bound[stream.index];
    if (bound?.batch !== batch) {
      bound = this.#makeBound(batch, memory);
      this.#bound[stream.index] = bound;
    }
    bound.packetEnd = 0;
    this.#bindClasses(bound);
  }

  write(batch: EventBatch, from: number, to: number, out: TextOutput): void {
    const bound = this.#bound[batch.stream.index];
    if (bound === undefined || !bound.text.isReady) this.#writeSingly(batch, from, to, out);
    else this.#writeBound(bound, from, to, out);
  }

  #writeSingly(batch: EventBatch, from: number, to: number, out: TextOutput): void {
    this.#use(undefined, out);
    for (let position = from; position < to; position++) {
      this.#style.single.write(batch, position, out.pieces);
      out.flushLarge();
    }
  }

  #writeBound(bound: BoundBatch, from: number, to: number, out: TextOutput): void {
    const { text, batch } = bound;
    if (text !== this.#current) this.#use(text, out);
    const reasonAt = (text.stateAddress + state.stopReason) >>> 2;
    let position = from;
    while (position < to) {
      if (position >= bound.packetEnd) this.#enterPacket(bound, position);
      const end = Math.min(to, bound.packetEnd);
      text.run(bound.address, position, end);
      const reason = text.words[reasonAt] as number;
      if (reason === stops.done) position = end;
      else position = this.#afterStop(text, reason, batch, out);
    }
  }

  flush(out: TextOutput): void {
    this.#use(undefined, out);
  }

  /** Hands on what another memory's output holds. */
  #use(text: TextMemory | undefined, out: TextOutput): void {
    const before = this.#current;
    if (before === text) return;
    if (before !== undefined) {
      out.hand(before.take());
      this.#style.single.lastTimeNs = before.lastTimeNs;
    }
    if (text !== undefined) text.lastTimeNs = this.#style.single.lastTimeNs;
    this.#current = text;
  }

  /** Does what generated code stopped for. Returns where to go on. */
  #afterStop(text: TextMemory, reason: number, batch: EventBatch, out: TextOutput): number {
    const position = text.words[(text.stateAddress + state.stopPosition) >>> 2] as number;
    if (reason === stops.full) {
      const taken = text.take();
      if (taken.length > 0) out.hand(taken);
      else text.growOutput();
      return position;
    }
    if (reason === stops.second) {
      const head = this.#style.head(batch.timeNs[position] as number);
      if (head !== undefined && head.text.length <= this.#style.time.headLengthMax) {
        text.setSecond(head.beginNs, head.text);
        return position;
      }
    }
    out.hand(text.take());
    const { single } = this.#style;
    single.lastTimeNs = text.lastTimeNs;
    single.write(batch, position, out.pieces);
    text.lastTimeNs = single.lastTimeNs;
    out.flushLarge();
    return position + 1;
  }

  #makeBound(batch: EventBatch, memory: WasmMemory): BoundBatch {
    let text = this.#memories.get(memory);
    if (text === undefined) {
      text = new TextMemory(memory, this.#style);
      this.#memories.set(memory, text);
    }
    const stream = { address: 0, sizeBytes: 0, firstClass: 0, classCount: 0 };
    const packet = { packetEnd: 0, packetAddress: 0, packetCapacity: 0 };
    return { text, batch, classes: new Map(), ...stream, ...packet };
  }

  /** Tells generated code where the batch's arrays and columns are. */
  #bindClasses(bound: BoundBatch): void {
    const { text, batch } = bound;
    this.#coverClasses(bound);
    for (const classBatch of batch.classes.values()) {
      if (classBatch.count === 0 || !isIn(text.memory, classBatch)) continue;
      if (text.lineOf(classBatch) === undefined) text.await(classBatch, batch.stream);
    }
    text.compileWaiting();
    for (const classBatch of batch.classes.values()) {
      if (classBatch.count === 0 || !isIn(text.memory, classBatch)) continue;
      if (!bound.classes.has(classBatch)) this.#bindClass(bound, classBatch);
    }
    // No view is kept over an allocation.
    const { words } = text;
    const at = bound.address >>> 2;
    words[at + streamBlock.time / 4] = batch.timeNs.byteOffset;
    words[at + streamBlock.classIndex / 4] = batch.classIndex.byteOffset;
    words[at + streamBlock.row / 4] = batch.row.byteOffset;
    words[at + streamBlock.firstClass / 4] = bound.firstClass;
    words[at + streamBlock.classCount / 4] = bound.classCount;
    const classes = at + streamBlock.classes / 4 - bound.firstClass;
    for (const [classBatch, { line, columns, address }] of bound.classes) {
      if (classBatch.count === 0 || !isIn(text.memory, classBatch)) continue;
      words[classes + classBatch.eventClass.index] = address;
      let slot = address >>> 2;
      words[slot] = line;
      slot += classBlockHead / 4;
      for (const column of columns) slot = putAddresses(words, slot, column);
    }
  }

  /** Records of a class that is not bound are declined. */
  #bindClass(bound: BoundBatch, classBatch: ClassBatch): void {
    const { text, batch } = bound;
    const line = text.lineOf(classBatch);
    if (line === undefined) return;
    const columns = [...columnsOf(this.#style.pieces(classBatch, batch.stream) ?? [])];
    const slots = columns.reduce((sum, column) => sum + arraysOf(column).length, 0);
    const address = text.memory.allocate(classBlockHead + 4 * slots);
    bound.classes.set(classBatch, { line, columns, address });
  }

  /** Makes the stream's block large enough for all of the batch's classes. */
  #coverClasses(bound: BoundBatch): void {
    let first = Number.POSITIVE_INFINITY;
    let last = -1;
    for (const index of bound.batch.classes.keys()) {
      if (index < first) first = index;
      if (index > last) last = index;
    }
    const end = bound.firstClass + bound.classCount;
    if (bound.sizeBytes > 0 && (last < 0 || (first >= bound.firstClass && last < end))) return;
    const { memory } = bound.text;
    if (bound.sizeBytes > 0) memory.release(bound.address, bound.sizeBytes);
    bound.firstClass = last < 0 ? 0 : first;
    bound.classCount = last < 0 ? 0 : last - first + 1;
    bound.sizeBytes = streamBlock.classes + 4 * bound.classCount;
    bound.address = memory.allocate(bound.sizeBytes);
    bound.text.bytes.fill(0, bound.address, bound.address + bound.sizeBytes);
  }

  /** Writes the text of the packet at `position`, and finds where the next one begins: rows of packets ascend. */
  #enterPacket(bound: BoundBatch, position: number): void {
    const { batch } = bound;
    if (batch.packets === undefined) {
      bound.packetEnd = batch.count;
      return;
    }
    const { packetRow } = batch;
    const row = packetRow[position] as number;
    let low = position + 1;
    let high = batch.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((packetRow[middle] as number) <= row) low = middle + 1;
      else high = middle;
    }
    bound.packetEnd = low;
    const bytes = this.#style.packetText(batch, row);
    const { text } = bound;
    if (bytes.length > bound.packetCapacity) {
      if (bound.packetCapacity > 0) text.memory.release(bound.packetAddress, bound.packetCapacity);
      bound.packetCapacity = bytes.length;
      bound.packetAddress = text.memory.allocate(bytes.length);
    }
    text.bytes.set(bytes, bound.packetAddress);
    text.words[(bound.address + streamBlock.packetText) >>> 2] = bound.packetAddress;
    text.words[(bound.address + streamBlock.packetLength) >>> 2] = bytes.length;
  }
}

/** The addresses of `arraysOf(column)`, without an array. Returns the place behind them. */
function putAddresses(words: Uint32Array, slot: number, column: ColumnOfPiece): number {
  switch (column.kind) {
    case 'number':
    case 'bigint':
      words[slot] = column.values.byteOffset;
      return slot + 1;
    case 'text':
      words[slot] = column.starts.byteOffset;
      words[slot + 1] = column.lengths.byteOffset;
      return slot + 2;
    case 'list':
      words[slot] = column.starts.byteOffset;
      return slot + 1;
    case 'variant':
      words[slot] = column.option.byteOffset;
      words[slot + 1] = column.row.byteOffset;
      return slot + 2;
  }
}

/** The interpreter reads records of some classes, into arrays of its own: those are declined. */
function isIn(memory: WasmMemory, classBatch: ClassBatch): boolean {
  return classBatch.timeNs.buffer === memory.buffer;
}
