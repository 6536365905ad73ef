/**
 * A record decoder that runs generated code. What generated code can't do it leaves to an interpreter beside it: packet
 * headers, and the exact reason when a record can't be decoded.
 */
import { emptyElementCountMax } from '../../bytes/limits.ts';
import type { ClassBatch } from '../batch.ts';
import { type MutableEventBatch, makeClassBatch, recordCountMax } from '../batch-builder.ts';
import type { BitCursor } from '../bit-cursor.ts';
import { type Column, truncateColumn } from '../columns.ts';
import { InterpretingDecoder } from '../interpreter.ts';
import type { ByteOrder, IntegerType } from '../layout.ts';
import type { DecodeStop, PacketState, RecordDecoder, RecordDecoderParts } from '../record-decoder.ts';
import type { CompiledClass, CompiledRecords } from './compiled-records.ts';
import { stops } from './emit-records.ts';
import { packetSlots } from './packet-slots.ts';
import { bindArray, columnsOf, type Group, type PlannedArray, pointerOffset, state } from './plan.ts';

const leastCapacity = 32;
const firstBatchCapacity = 256;

const leastTouchedCapacity = 64;

/** A record that stops this far from the window's end is taken for one that the end cuts, without asking the interpreter. */
const cutBitsMax = 1024 * 8;

/** A class of which this stream has had records: its columns, and the groups of its arrays. */
interface BoundClass {
  readonly batch: ClassBatch;
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
}

export class WasmDecoder implements RecordDecoder {
  readonly #parts: RecordDecoderParts;
  readonly #compiled: CompiledRecords;
  readonly #interpreter: InterpretingDecoder;
  /** Decodes what generated code would be too large for; made when the first such record is met. */
  #large: InterpretingDecoder | undefined;
  /** Integers of packet header and context, and where records find their values. */
  readonly #packetSlots: readonly (readonly [IntegerType, number])[];
  readonly #batch: MutableEventBatch;
  readonly #stopListening: () => void;
  #held: { readonly cursor: BitCursor; readonly address: number; readonly sizeBytes: number } | undefined;
  /** By the class's place in the code's classes. */
  readonly #bound: (BoundClass | undefined)[] = [];
  /** Groups whose arrays moved since views on them were made. */
  readonly #unbound = new Map<Group, BoundClass>();
  #touchedCapacity = 0;
  #address = 0;
  #sizeBytes = 0;
  #view = new DataView(new ArrayBuffer(0));
  #batchCapacity = 0;

  constructor(parts: RecordDecoderParts, compiled: CompiledRecords, batch: MutableEventBatch) {
    this.#parts = parts;
    this.#compiled = compiled;
    this.#batch = batch;
    batch.memory = compiled.memory;
    this.#interpreter = new InterpretingDecoder({
      ...parts,
      selection: { classes: new Map(), cycles: false, packets: false },
    });
    this.#packetSlots = packetSlots(parts, compiled.plan.slots);
    this.#stopListening = compiled.memory.onMove(() => this.#bindAll());
    this.#prepareState();
  }

  valueOf(type: IntegerType): number | bigint | undefined {
    return this.#interpreter.valueOf(type);
  }

  decodePacketScope(scope: 'packet-header' | 'packet-context', cursor: BitCursor): void {
    this.#interpreter.decodePacketScope(scope, cursor);
  }

  beginPacket(beginCycles: bigint | undefined, contentBits: number): void {
    const view = this.#view;
    if (beginCycles !== undefined) view.setBigUint64(state.cycles, beginCycles, true);
    this.#rebase(view.getBigUint64(state.cycles, true));
    view.setBigInt64(state.emptyElementsLeft, BigInt(contentBits) + BigInt(emptyElementCountMax), true);
    view.setUint32(state.byteOrder, 0, true);
    this.#copyPacketValues();
  }

  /** Lengths and selectors in packet header and context were read by the interpreter. */
  #copyPacketValues(): void {
    for (const [type, offset] of this.#packetSlots) {
      const value = this.#interpreter.valueOf(type);
      if (value !== undefined) this.#view.setBigInt64(offset, BigInt(value), true);
    }
  }

  #rebase(base: bigint): void {
    const { converter } = this.#parts;
    if (converter === undefined) return;
    converter.rebase(base);
    this.#view.setBigUint64(state.baseCycles, base, true);
    this.#view.setFloat64(state.baseNs, converter.parts.baseNs, true);
    this.#view.setBigInt64(state.remainder, BigInt(converter.parts.remainder), true);
  }

  decode(cursor: BitCursor, batch: MutableEventBatch, packet: PacketState): DecodeStop {
    const before = batch.count;
    this.#hold(cursor);
    // Another stream may have met classes that this one's state has no place for.
    this.#fitState();
    const stop = this.#run(cursor, packet);
    this.#held = undefined;
    this.#countRecords(before, packet);
    return stop;
  }

  /** The cursor's window lies in the memory: it follows when that is moved. */
  #hold(cursor: BitCursor): void {
    this.#held = { cursor, address: cursor.bytes.byteOffset, sizeBytes: cursor.bytes.length };
  }

  /** Runs generated code, and does what it asks for, until the window is done or the batch is full. */
  #run(cursor: BitCursor, packet: PacketState): DecodeStop {
    const compiled = this.#compiled;
    const begin = cursor.at;
    this.#view.setInt32(state.cpu, packet.cpu, true);
    this.#view.setUint32(state.batchCount, this.#batch.count, true);
    let rebasedAt = -1;
    for (;;) {
      if (cursor.isWithinLastByte) {
        // Code for records that all begin at bytes would step over what an interpreted one left of the last byte.
        const rest = this.#scan(cursor);
        if (rest.count === 0) return rest.stop;
      }
      const stop = compiled.decode(this.#address, cursor.bytes.byteOffset, cursor.at, cursor.end);
      cursor.at = this.#stoppedAt(cursor.at);
      switch (stop) {
        case stops.end:
          return cursor.contentBeyond > 0 ? { kind: 'window', atBits: cursor.at } : { kind: 'end' };
        case stops.full:
          if (this.#batchCapacity >= recordCountMax) return { kind: 'full', atBits: cursor.at };
          this.#growBatch(this.#batchCapacity * 2);
          break;
        case stops.grow:
          this.#undo();
          this.#growGroup(
            compiled.plan.groups[this.#view.getUint32(state.detail, true)] as Group,
            this.#view.getUint32(state.detailRows, true),
          );
          break;
        case stops.unknownClass: {
          const left = this.#meetClass(cursor, packet);
          if (left !== undefined) return left;
          break;
        }
        default: {
          this.#undo();
          const remaining = cursor.end - cursor.at;
          // If it is not cut, it stops again in the next window, in which it is far from the end.
          if (cursor.contentBeyond > 0 && remaining < cutBitsMax && cursor.at - begin > cutBitsMax)
            return { kind: 'window', atBits: cursor.at };
          const scanned = this.#scan(cursor);
          if (scanned.count === 0) return scanned.stop;
          // The interpreter could: the clock is too far from its base.
          if (rebasedAt === cursor.at)
            throw new Error('generated code cannot decode what the interpreter can');
          rebasedAt = cursor.at;
          this.#rebase(scanned.cycles);
        }
      }
    }
  }

  /** Before the first record of a class that there is no code for. */
  #meetClass(cursor: BitCursor, packet: PacketState): DecodeStop | undefined {
    const compiled = this.#compiled;
    const id = this.#view.getBigUint64(state.classId, true);
    if (compiled.refuses(id)) return this.#interpretOne(cursor, packet);
    if (!compiled.add(id)) {
      const { count, stop } = this.#scan(cursor);
      if (count > 0) throw new Error('the interpreter knows a class that generated code does not');
      return stop;
    }
    this.#fitState();
    return undefined;
  }

  /** Where generated code stopped. Where it decoded nothing it is where it began, though it may have gone to a whole byte. */
  #stoppedAt(begin: number): number {
    const stopBits = this.#view.getInt32(state.stopBits, true);
    return stopBits === ((begin + 7) & ~7) ? begin : stopBits;
  }

  /** A record of a class that no code is made for. */
  #interpretOne(cursor: BitCursor, packet: PacketState): DecodeStop | undefined {
    const batch = this.#batch;
    batch.count = this.#view.getUint32(state.batchCount, true);
    if (batch.count >= this.#batchCapacity) {
      if (this.#batchCapacity >= recordCountMax) return { kind: 'full', atBits: cursor.at };
      this.#growBatch(this.#batchCapacity * 2);
    }
    const view = this.#view;
    this.#large ??= new InterpretingDecoder(this.#parts);
    const before = {
      cycles: view.getBigUint64(state.cycles, true),
      baseCycles: view.getBigUint64(state.baseCycles, true),
      emptyElementsLeft: Number(view.getBigInt64(state.emptyElementsLeft, true)),
      lastNs: view.getFloat64(state.lastNs, true),
    };
    cursor.byteOrder = this.#byteOrder;
    const values = { of: this.#interpreter, types: this.#packetSlots.map(([type]) => type) };
    const after = this.#large.decodeOne(cursor, batch, packet, before, values);
    if ('kind' in after) return after;
    this.#noteBackwardStep(this.#large.takeBackwardSteps()?.byNs);
    view.setBigUint64(state.cycles, after.cycles, true);
    if (after.baseCycles !== before.baseCycles) this.#rebase(after.baseCycles);
    view.setBigInt64(state.emptyElementsLeft, BigInt(after.emptyElementsLeft), true);
    view.setFloat64(state.lastNs, after.lastNs, true);
    if (cursor.byteOrder !== undefined)
      view.setUint32(state.byteOrder, cursor.byteOrder === 'le' ? 1 : 2, true);
    view.setUint32(state.batchCount, batch.count, true);
    return undefined;
  }

  #noteBackwardStep(byNs: number | undefined): void {
    if (byNs === undefined) return;
    const count = this.#view.getUint32(state.backwardCount, true);
    if (count === 0) this.#view.setFloat64(state.backwardNs, byNs, true);
    this.#view.setUint32(state.backwardCount, count + 1, true);
  }

  #scan(cursor: BitCursor) {
    const cycles = this.#view.getBigUint64(state.cycles, true);
    const emptyElementsLeft = Number(this.#view.getBigInt64(state.emptyElementsLeft, true));
    cursor.byteOrder = this.#byteOrder;
    return this.#interpreter.scan(cursor, cycles, 1, emptyElementsLeft);
  }

  /** Of the last number that may have ended within a byte, where generated code keeps it: the interpreter goes on from there. */
  get #byteOrder(): ByteOrder | undefined {
    return ([undefined, 'le', 'be'] as const)[this.#view.getUint32(state.byteOrder, true)];
  }

  get lastNs(): number {
    return this.#view.getFloat64(state.lastNs, true);
  }

  takeBackwardSteps(): { readonly count: number; readonly byNs: number } | undefined {
    const count = this.#view.getUint32(state.backwardCount, true);
    if (count === 0) return undefined;
    this.#view.setUint32(state.backwardCount, 0, true);
    return { count, byNs: this.#view.getFloat64(state.backwardNs, true) };
  }

  clear(): void {
    this.#large?.clear();
    const view = this.#view;
    const touched = view.getUint32(state.touchedCount, true);
    for (let index = 0; index < touched; index++) {
      const bound = this.#touched(index);
      for (const group of bound.groups) view.setUint32(group.offset, 0, true);
      this.#setCounts(bound);
    }
    view.setUint32(state.touchedCount, 0, true);
  }

  publish(): void {
    this.#bindGroups();
    const touched = this.#view.getUint32(state.touchedCount, true);
    for (let index = 0; index < touched; index++) this.#setCounts(this.#touched(index));
  }

  #bindGroups(): void {
    if (this.#unbound.size === 0) return;
    for (const [group, bound] of this.#unbound) this.#bindGroup(group, bound);
    this.#unbound.clear();
  }

  /** One of the classes that have records in this batch. */
  #touched(index: number): BoundClass {
    const list = this.#view.getUint32(state.touchedPointer, true);
    const ordinal = new DataView(this.#compiled.memory.buffer, list + 4 * index).getUint32(0, true);
    return this.#bound[ordinal] as BoundClass;
  }

  release(): void {
    this.#stopListening();
    const { memory } = this.#compiled;
    for (const bound of this.#bound) for (const group of bound?.groups ?? []) this.#releaseGroup(group);
    this.#bound.length = 0;
    this.#unbound.clear();
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
    this.#growBatch(firstBatchCapacity);
  }

  /** Makes room for all that is planned by now: plans grow at their ends, and what is new there begins as zeros. */
  #fitState(): void {
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
    this.#view = new DataView(this.#compiled.memory.buffer, this.#address, this.#sizeBytes);
  }

  /** Makes every view anew, after the memory moved or arrays did. */
  #bindAll(): void {
    this.#batch.version++;
    if (this.#held !== undefined) {
      const { cursor, address, sizeBytes } = this.#held;
      cursor.moveWindow(new Uint8Array(this.#compiled.memory.buffer, address, sizeBytes));
    }
    this.#bindState();
    this.#bindBatch();
    for (const bound of this.#bound) {
      for (const group of bound?.groups ?? []) this.#bindGroup(group, bound as BoundClass);
    }
  }

  /** Makes a class's columns, before its first row. */
  #bindClass(ordinal: number): BoundClass {
    const { eventClass, wanted, groups } = this.#compiled.classes[ordinal] as CompiledClass;
    if (wanted === undefined) throw new Error('a class that is stepped over has no rows');
    const batch =
      this.#batch.classes.get(eventClass.index) ?? makeClassBatch(eventClass, this.#parts.layout, wanted);
    this.#batch.classes.set(eventClass.index, batch);
    const bound = { batch, columns: columnsOf(batch), groups };
    this.#bound[ordinal] = bound;
    return bound;
  }

  #bindGroup(group: Group, { batch, columns }: BoundClass): void {
    const capacity = this.#view.getUint32(group.offset + 4, true);
    if (capacity === 0) return;
    const { buffer } = this.#compiled.memory;
    for (let index = 0; index < group.arrays.length; index++) {
      const array = group.arrays[index] as PlannedArray;
      const address = this.#view.getUint32(pointerOffset(group, index), true);
      bindArray(batch, columns, array, buffer, address, capacity + array.extra);
    }
  }

  /** Views are made when the batch is handed out. */
  #growGroup(group: Group, rows: number): void {
    const { memory } = this.#compiled;
    const ordinal = this.#compiled.classOf(group.index);
    const bound = this.#bound[ordinal] ?? this.#bindClass(ordinal);
    const before = this.#view.getUint32(group.offset + 4, true);
    const count = this.#view.getUint32(group.offset, true);
    let capacity = Math.max(leastCapacity, before);
    while (capacity < rows) capacity *= 2;
    for (let index = 0; index < group.arrays.length; index++) {
      const array = group.arrays[index] as PlannedArray;
      const address = memory.allocate((capacity + array.extra) * array.elementSizeBytes);
      // Allocation may have moved the memory: views are made after it.
      const at = pointerOffset(group, index);
      const old = this.#view.getUint32(at, true);
      if (before > 0) {
        const bytes = new Uint8Array(memory.buffer);
        bytes.copyWithin(address, old, old + (count + array.extra) * array.elementSizeBytes);
        memory.release(old, (before + array.extra) * array.elementSizeBytes);
      } else if (array.extra > 0) {
        new Uint8Array(memory.buffer).fill(0, address, address + array.extra * array.elementSizeBytes);
      }
      this.#view.setUint32(at, address, true);
    }
    this.#view.setUint32(group.offset + 4, capacity, true);
    this.#unbound.set(group, bound);
  }

  #releaseGroup(group: Group): void {
    const capacity = this.#view.getUint32(group.offset + 4, true);
    if (capacity === 0) return;
    for (let index = 0; index < group.arrays.length; index++) {
      const array = group.arrays[index] as PlannedArray;
      const address = this.#view.getUint32(pointerOffset(group, index), true);
      this.#compiled.memory.release(address, (capacity + array.extra) * array.elementSizeBytes);
    }
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

  /** Tells the batch how many records it has. */
  #countRecords(before: number, packet: PacketState): void {
    const batch = this.#batch;
    batch.count = this.#view.getUint32(state.batchCount, true);
    if (this.#parts.selection.packets) {
      if (batch.packetRow.length < batch.count) {
        const larger = new Uint32Array(this.#batchCapacity);
        larger.set(batch.packetRow);
        batch.packetRow = larger;
      }
      batch.packetRow.fill(packet.packetRow, before, batch.count);
    }
  }

  #setCounts({ batch, columns, groups }: BoundClass): void {
    const view = this.#view;
    for (let index = 0; index < groups.length; index++) {
      const group = groups[index] as Group;
      const count = view.getUint32(group.offset, true);
      for (let at = 0; at < group.columns.length; at++)
        (columns[group.columns[at] as number] as Column).count = count;
      batch.count = count;
    }
  }

  /** An incomplete record left rows in lists and options: they are taken back. */
  #undo(): void {
    const undone = this.#bound[this.#view.getInt32(state.detailClass, true)];
    this.#view.setInt32(state.detailClass, -1, true);
    // A class without lists and variants has one group, whose count grows with whole records.
    if (undone === undefined || undone.groups.length === 1) return;
    const { batch, columns, groups } = undone;
    this.#bindGroups();
    this.#setCounts(undone);
    for (const scope of batch.scopes.values()) truncateColumn(scope, batch.count);
    for (const group of groups) {
      const [place] = group.columns;
      if (place !== undefined) this.#view.setUint32(group.offset, (columns[place] as Column).count, true);
    }
  }
}
