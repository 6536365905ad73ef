/**
 * What a decoder keeps in the memory of generated code: its state block, the batch's arrays, and those of the columns of the classes that it
 * has met. Views on them are made when a batch is handed out, and anew when memory moves.
 */
import type { ClassBatch } from '../batch.ts';
import { copyOfEmpty, type MutableEventBatch } from '../batch-builder.ts';
import { type Column, truncateColumn } from '../columns.ts';
import type { CompiledClass, CompiledRecords } from './compiled-records.ts';
import {
  bindArray,
  columnsOf,
  firstPointer,
  type Group,
  type PlannedArray,
  pointerOffset,
  rowsLaidOut,
  state,
} from './plan.ts';

const leastCapacity = 32;
/** What another stream had rows for is had at once up to this many, as long as there is plenty of memory: there may be thousands of streams. */
const likelyCapacityMax = 256;
const plentyBytes = 64 * 1024 * 1024;
const firstBatchCapacity = 256;

const leastTouchedCapacity = 64;

/** A class of which this stream has had records: its columns, and the groups of its arrays. */
interface BoundClass {
  readonly batch: ClassBatch;
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  readonly compiled: CompiledClass;
}

export class BatchMemory {
  readonly #compiled: CompiledRecords;
  readonly #batch: MutableEventBatch;
  readonly #capacityMax: number;
  readonly #onMove: () => void;
  readonly #stopListening: () => void;
  /** By the class's place in the code's classes. */
  readonly #bound: (BoundClass | undefined)[] = [];
  /** Those that had records in the batch that was handed out last. */
  readonly #published: BoundClass[] = [];
  /** Groups whose arrays moved since views on them were made; one may be there twice. */
  readonly #unbound: Group[] = [];
  #touchedCapacity = 0;
  #address = 0;
  #sizeBytes = 0;
  #view = new DataView(new ArrayBuffer(0));
  /** All of the memory: what is looked at for each class of each batch is found here. */
  #words = new Uint32Array(0);
  #batchCapacity = 0;

  /**
   * @param capacityMax of the batch, in records
   * @param onMove called when memory moved and `view` is valid again
   */
  constructor(compiled: CompiledRecords, batch: MutableEventBatch, capacityMax: number, onMove: () => void) {
    this.#compiled = compiled;
    this.#batch = batch;
    this.#capacityMax = capacityMax;
    this.#onMove = onMove;
    batch.memory = compiled.memory;
    this.#stopListening = compiled.memory.onMove(() => this.#bindAll());
    this.#prepareState();
  }

  /** The state block as it is now: asked for anew after anything was allocated. */
  get view(): DataView {
    return this.#view;
  }

  /** Of the state block. */
  get address(): number {
    return this.#address;
  }

  get batchCapacity(): number {
    return this.#batchCapacity;
  }

  /** Empties the columns for the next batch; they learn of it when that is handed out. */
  clear(): void {
    const touched = this.#view.getUint32(state.touchedCount, true);
    for (let index = 0; index < touched; index++) {
      const bound = this.#touched(index);
      for (let at = 0; at < bound.groups.length; at++) this.#words[this.#countAt(bound, at)] = 0;
    }
    this.#view.setUint32(state.touchedCount, 0, true);
  }

  /** Reads what was left for later, and tells the columns how much is in them. */
  publish(): void {
    this.#bindGroups();
    for (const bound of this.#published)
      if (this.#words[this.#countAt(bound, bound.groups.length - 1)] === 0) this.#setCounts(bound);
    const touched = this.#view.getUint32(state.touchedCount, true);
    this.#published.length = touched;
    if (touched > 0) this.#compiled.makeColumnCode();
    for (let index = 0; index < touched; index++) {
      const bound = this.#touched(index);
      this.#published[index] = bound;
      const { readColumns, planned } = bound.compiled;
      readColumns?.(this.#address + (planned.selected as { readonly group: Group }).group.offset);
      this.#setCounts(bound);
    }
  }

  #bindGroups(): void {
    for (let index = 0; index < this.#unbound.length; index++) {
      const group = this.#unbound[index] as Group;
      this.#bindGroup(group, this.#bound[this.#compiled.classOf(group.index)] as BoundClass);
    }
    this.#unbound.length = 0;
  }

  /** One of the classes that have records in this batch. */
  #touched(index: number): BoundClass {
    const list = this.#view.getUint32(state.touchedPointer, true) >>> 2;
    return this.#bound[this.#compiled.classOf(this.#words[list + index] as number)] as BoundClass;
  }

  /** Where in `#words` it is kept how many rows a group has. */
  #countAt({ groups }: BoundClass, index: number): number {
    return (this.#address + (groups[index] as Group).offset) >>> 2;
  }

  release(): void {
    this.#stopListening();
    const { memory } = this.#compiled;
    for (const bound of this.#bound) for (const group of bound?.groups ?? []) this.#releaseGroup(group);
    this.#bound.length = 0;
    this.#unbound.length = 0;
    this.#releaseBatch();
    memory.release(this.#view.getUint32(state.touchedPointer, true), 4 * this.#touchedCapacity);
    memory.release(this.#address, this.#sizeBytes);
  }

  /** The state before anything is decoded: the clock begins at 0. */
  #prepareState(): void {
    const { memory, plan } = this.#compiled;
    this.#sizeBytes = plan.sizeBytes;
    this.#address = memory.allocate(this.#sizeBytes);
    new Uint8Array(memory.buffer, this.#address, this.#sizeBytes).fill(0);
    this.#bindState();
    this.#view.setFloat64(state.lastNs, Number.NEGATIVE_INFINITY, true);
    this.#view.setInt32(state.detailClass, -1, true);
    this.#growBatch(Math.min(firstBatchCapacity, this.#capacityMax));
  }

  /** Makes room for all that is planned by now: plans grow at their ends, and what is new there begins as zeros. */
  fit(): void {
    const { memory, plan, classes } = this.#compiled;
    if (plan.sizeBytes > this.#sizeBytes) {
      const sizeBytes = Math.max(plan.sizeBytes, 2 * this.#sizeBytes);
      const address = memory.allocate(sizeBytes);
      const bytes = new Uint8Array(memory.buffer);
      bytes.copyWithin(address, this.#address, this.#address + this.#sizeBytes);
      bytes.fill(0, address + this.#sizeBytes, address + sizeBytes);
      memory.release(this.#address, this.#sizeBytes);
      this.#address = address;
      this.#sizeBytes = sizeBytes;
      this.#bindState();
    }
    if (classes.length <= this.#touchedCapacity) return;
    const capacity = Math.max(leastTouchedCapacity, 2 ** (32 - Math.clz32(classes.length - 1)));
    const address = memory.allocate(4 * capacity);
    const before = this.#view.getUint32(state.touchedPointer, true);
    new Uint8Array(memory.buffer).copyWithin(address, before, before + 4 * this.#touchedCapacity);
    if (this.#touchedCapacity > 0) memory.release(before, 4 * this.#touchedCapacity);
    this.#touchedCapacity = capacity;
    this.#view.setUint32(state.touchedPointer, address, true);
  }

  #bindState(): void {
    const { buffer } = this.#compiled.memory;
    this.#view = new DataView(buffer, this.#address, this.#sizeBytes);
    this.#words = new Uint32Array(buffer);
  }

  /** Makes every view anew, after the memory moved or arrays did. */
  #bindAll(): void {
    this.#batch.version++;
    this.#bindState();
    this.#bindBatch();
    for (const bound of this.#bound) {
      for (const group of bound?.groups ?? []) this.#bindGroup(group, bound as BoundClass);
    }
    this.#onMove();
  }

  /** Makes a class's columns, before its first row. */
  #bindClass(ordinal: number): void {
    const compiled = this.#compiled.classes[ordinal] as CompiledClass;
    const { eventClass, batch: empty, groups } = compiled;
    if (empty === undefined) throw new Error('a class that is stepped over has no rows');
    let batch = this.#batch.classes.get(eventClass.index);
    if (batch === undefined) {
      batch = copyOfEmpty(empty);
      this.#batch.classes.set(eventClass.index, batch);
    }
    this.#bound[ordinal] = { batch, columns: columnsOf(batch), groups, compiled };
  }

  #bindGroup(group: Group, { batch, columns }: BoundClass): void {
    const block = (this.#address + group.offset) >>> 2;
    const capacity = this.#words[block + 1] as number;
    if (capacity === 0) return;
    const { buffer } = this.#compiled.memory;
    const pointers = block + firstPointer / 4;
    for (let index = 0; index < group.arrays.length; index++) {
      const array = group.arrays[index] as PlannedArray;
      const address = this.#words[pointers + index] as number;
      bindArray(batch, columns, array, buffer, address, capacity + array.extra);
    }
  }

  /** Gives the group that generated code stopped for the rows that it wants. Views are made when the batch is handed out. */
  growGroup(): void {
    const { memory, plan } = this.#compiled;
    const group = plan.groups[this.#view.getUint32(state.detail, true)] as Group;
    const rows = this.#view.getUint32(state.detailRows, true);
    const ordinal = this.#compiled.classOf(group.index);
    if (this.#bound[ordinal] === undefined) this.#bindClass(ordinal);
    const block = (this.#address + group.offset) >>> 2;
    const count = this.#words[block] as number;
    const before = this.#words[block + 1] as number;
    let capacity = before === 0 ? this.#likelyCapacity(group) : before;
    while (capacity < rows) capacity *= 2;
    group.capacityMax = Math.max(group.capacityMax, capacity);
    const address = memory.allocate(blockBytes(group, capacity));
    // Allocation may have moved the memory: views are looked at after it.
    const words = this.#words;
    const pointers = block + firstPointer / 4;
    const old = words[pointers] as number;
    for (let index = 0; index < group.arrays.length; index++) {
      const { elementSizeBytes, offsetBytes, extra } = group.arrays[index] as PlannedArray;
      const to = (address + rowsLaidOut(capacity) * offsetBytes) >>> 2;
      const from = (words[pointers + index] as number) >>> 2;
      if (before > 0) words.copyWithin(to, from, from + ((count + extra) * elementSizeBytes) / 4);
      else if (extra > 0) words.fill(0, to, to + (extra * elementSizeBytes) / 4);
      words[pointers + index] = 4 * to;
    }
    if (before > 0) memory.release(old, blockBytes(group, before));
    words[block + 1] = capacity;
    this.#unbound.push(group);
  }

  #likelyCapacity({ capacityMax }: Group): number {
    if (this.#compiled.memory.usedBytes > plentyBytes) return leastCapacity;
    return Math.max(leastCapacity, Math.min(likelyCapacityMax, capacityMax));
  }

  #releaseGroup(group: Group): void {
    const capacity = this.#view.getUint32(group.offset + 4, true);
    if (capacity === 0) return;
    const address = this.#view.getUint32(pointerOffset(group, 0), true);
    this.#compiled.memory.release(address, blockBytes(group, capacity));
  }

  get #batchArrays() {
    const arrays = [
      { offset: state.timePointer, sizeBytes: 8 },
      { offset: state.classPointer, sizeBytes: 4 },
      { offset: state.rowPointer, sizeBytes: 4 },
    ];
    return this.#batch.cycles === undefined
      ? arrays
      : [...arrays, { offset: state.cyclesPointer, sizeBytes: 8 }];
  }

  /** Makes room for more records. Returns false where the batch has as many as it may have. */
  growBatch(): boolean {
    if (this.#batchCapacity >= this.#capacityMax) return false;
    const { memory, batchCapacityMax } = this.#compiled;
    const likely = memory.usedBytes > plentyBytes ? 0 : batchCapacityMax;
    const capacity = Math.min(Math.max(2 * this.#batchCapacity, likely), this.#capacityMax);
    this.#compiled.batchCapacityMax = Math.max(capacity, batchCapacityMax);
    this.#growBatch(capacity);
    return true;
  }

  #growBatch(capacity: number): void {
    const { memory } = this.#compiled;
    const before = this.#batchCapacity;
    for (const { offset, sizeBytes } of this.#batchArrays) {
      const address = memory.allocate(capacity * sizeBytes);
      const old = this.#view.getUint32(offset, true);
      if (before > 0) {
        new Uint8Array(memory.buffer).copyWithin(address, old, old + before * sizeBytes);
        memory.release(old, before * sizeBytes);
      }
      this.#view.setUint32(offset, address, true);
    }
    this.#batchCapacity = capacity;
    this.#view.setUint32(state.batchCapacity, capacity, true);
    this.#bindBatch();
  }

  #releaseBatch(): void {
    for (const { offset, sizeBytes } of this.#batchArrays) {
      this.#compiled.memory.release(this.#view.getUint32(offset, true), this.#batchCapacity * sizeBytes);
    }
  }

  #bindBatch(): void {
    const batch = this.#batch;
    const { buffer } = this.#compiled.memory;
    const capacity = this.#batchCapacity;
    const at = (offset: number) => this.#view.getUint32(offset, true);
    if (capacity === 0) return;
    batch.timeNs = new Float64Array(buffer, at(state.timePointer), capacity);
    batch.classIndex = new Uint32Array(buffer, at(state.classPointer), capacity);
    batch.row = new Uint32Array(buffer, at(state.rowPointer), capacity);
    if (batch.cycles !== undefined)
      batch.cycles = new BigUint64Array(buffer, at(state.cyclesPointer), capacity);
  }

  #setCounts(bound: BoundClass): void {
    const { batch, columns, groups } = bound;
    for (let index = 0; index < groups.length; index++) {
      const count = this.#words[this.#countAt(bound, index)] as number;
      for (const place of (groups[index] as Group).columns) (columns[place] as Column).count = count;
      batch.count = count;
    }
  }

  /** An incomplete record left rows in lists and options: they are taken back. */
  undo(): void {
    const undone = this.#bound[this.#view.getInt32(state.detailClass, true)];
    this.#view.setInt32(state.detailClass, -1, true);
    // A class without lists and variants has one group, whose count grows with whole records.
    if (undone === undefined || undone.groups.length === 1) return;
    const { batch, columns, groups } = undone;
    this.#bindGroups();
    this.#setCounts(undone);
    for (const scope of batch.scopes.values()) truncateColumn(scope, batch.count);
    for (const { offset, columns: places } of groups) {
      const column = columns[places[0] ?? -1];
      if (column !== undefined) this.#view.setUint32(offset, column.count, true);
    }
  }
}

/** What the arrays of a group take. */
function blockBytes({ rowBytes }: Group, capacity: number): number {
  return rowBytes * rowsLaidOut(capacity);
}
