/**
 * A record decoder that runs generated code. What generated code can't do it leaves to an interpreter beside it: packet
 * headers, the look ahead for classes that come next, and the exact reason when a record can't be decoded.
 */
import { emptyElementCountMax } from '../../bytes/limits.ts';
import type { ClassBatch } from '../batch.ts';
import { type MutableEventBatch, makeClassBatch, recordCountMax } from '../batch-builder.ts';
import type { BitCursor } from '../bit-cursor.ts';
import { truncateColumn } from '../columns.ts';
import { InterpretingDecoder } from '../interpreter.ts';
import type { FieldType, IntegerType } from '../layout.ts';
import {
  collectSlots,
  type DecodeStop,
  type PacketState,
  type RecordDecoder,
  type RecordDecoderParts,
} from '../record-decoder.ts';
import { type CompiledRecords, type GeneratedDecode, lookAheadCount } from './compiled-records.ts';
import type { PlannedClass } from './emit-class.ts';
import { stops } from './emit-records.ts';
import { type Group, pointerOffset, StatePlan, state } from './plan.ts';

const leastCapacity = 32;
const firstBatchCapacity = 256;

interface Planned {
  readonly generation: number;
  readonly plan: StatePlan;
  /** In the order of the code's classes. */
  readonly classes: readonly {
    readonly classBatch: ClassBatch | undefined;
    readonly groups: readonly Group[];
  }[];
  readonly decode: GeneratedDecode;
}

export class WasmDecoder implements RecordDecoder {
  readonly #parts: RecordDecoderParts;
  readonly #compiled: CompiledRecords;
  readonly #interpreter: InterpretingDecoder;
  /** Decodes what generated code would be too large for; made when the first such record is met. */
  #large: InterpretingDecoder | undefined;
  /** Those of packet header and context. */
  readonly #packetSlots: readonly (readonly [IntegerType, number])[];
  readonly #batch: MutableEventBatch;
  readonly #stopListening: () => void;
  #planned: Planned | undefined;
  #held: { readonly cursor: BitCursor; readonly address: number; readonly sizeBytes: number } | undefined;
  /** Groups whose arrays moved since views on them were made. */
  readonly #unbound = new Set<Group>();
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
    this.#packetSlots = packetSlots(parts, collectSlots(parts, []));
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
    if (this.#planned === undefined) return;
    for (const [type, slot] of this.#packetSlots) {
      const value = this.#interpreter.valueOf(type);
      if (value !== undefined) this.#view.setBigInt64(state.slots + 8 * slot, BigInt(value), true);
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
    if (this.#planned === undefined || this.#planned.generation !== this.#compiled.generation) {
      if (batch.count > 0) return { kind: 'full', atBits: cursor.at };
      this.#hold(cursor);
      this.#plan(cursor);
    }
    this.#hold(cursor);
    const before = batch.count;
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
    const planned = this.#planned as Planned;
    this.#view.setInt32(state.cpu, packet.cpu, true);
    this.#view.setUint32(state.batchCount, this.#batch.count, true);
    let rebasedAt = -1;
    for (;;) {
      const stop = planned.decode(this.#address, cursor.bytes.byteOffset, cursor.at, cursor.end);
      cursor.at = this.#view.getInt32(state.stopBits, true);
      switch (stop) {
        case stops.end:
          return cursor.contentBeyond > 0 ? { kind: 'window', atBits: cursor.at } : { kind: 'end' };
        case stops.full:
          if (this.#batchCapacity >= recordCountMax) return { kind: 'full', atBits: cursor.at };
          this.#growBatch(this.#batchCapacity * 2);
          break;
        case stops.grow:
          this.#undo(planned);
          this.#growGroup(
            planned.plan.groups[this.#view.getUint32(state.detail, true)] as Group,
            this.#view.getUint32(state.detailRows, true),
          );
          break;
        case stops.unknownClass: {
          const next = this.#scan(cursor, 1);
          const [classId] = next.classIds;
          if (classId === undefined) return next.stop;
          if (this.#compiled.leaves(classId)) {
            const left = this.#interpretOne(cursor, packet);
            if (left !== undefined) return left;
            break;
          }
          this.#compiled.includeLeft();
          if (this.#view.getUint32(state.batchCount, true) > 0) return { kind: 'full', atBits: cursor.at };
          this.#plan(cursor);
          return this.#run(cursor, packet);
        }
        default: {
          this.#undo(planned);
          const scanned = this.#scan(cursor, 1);
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
    const values = { of: this.#interpreter, types: this.#packetSlots.map(([type]) => type) };
    const after = this.#large.decodeOne(cursor, batch, packet, before, values);
    if ('kind' in after) return after;
    this.#noteBackwardStep(this.#large.takeBackwardSteps()?.byNs);
    view.setBigUint64(state.cycles, after.cycles, true);
    if (after.baseCycles !== before.baseCycles) this.#rebase(after.baseCycles);
    view.setBigInt64(state.emptyElementsLeft, BigInt(after.emptyElementsLeft), true);
    view.setFloat64(state.lastNs, after.lastNs, true);
    view.setUint32(state.batchCount, batch.count, true);
    return undefined;
  }

  #noteBackwardStep(byNs: number | undefined): void {
    if (byNs === undefined) return;
    const count = this.#view.getUint32(state.backwardCount, true);
    if (count === 0) this.#view.setFloat64(state.backwardNs, byNs, true);
    this.#view.setUint32(state.backwardCount, count + 1, true);
  }

  #scan(cursor: BitCursor, wanted: number) {
    const cycles = this.#view.getBigUint64(state.cycles, true);
    const emptyElementsLeft = Number(this.#view.getBigInt64(state.emptyElementsLeft, true));
    return this.#interpreter.scan(cursor, cycles, wanted, emptyElementsLeft);
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
    for (const { classBatch, groups } of this.#touched()) {
      if (classBatch === undefined) continue;
      for (const group of groups) view.setUint32(group.offset, 0, true);
      this.#setCounts(classBatch, groups);
    }
    view.setUint32(state.touchedCount, 0, true);
  }

  publish(): void {
    this.#bindGroups();
    for (const { classBatch, groups } of this.#touched()) {
      if (classBatch !== undefined) this.#setCounts(classBatch, groups);
    }
  }

  #bindGroups(): void {
    for (const group of this.#unbound) this.#bindGroup(group);
    this.#unbound.clear();
  }

  /** The classes that have records in this batch. */
  #touched(): readonly Planned['classes'][number][] {
    const planned = this.#planned;
    if (planned === undefined) return [];
    const touched: Planned['classes'][number][] = [];
    const count = this.#view.getUint32(state.touchedCount, true);
    const list = this.#view.getUint32(state.touchedPointer, true) - this.#address;
    for (let index = 0; index < count; index++) {
      touched.push(
        planned.classes[this.#view.getUint32(list + 4 * index, true)] as Planned['classes'][number],
      );
    }
    return touched;
  }

  release(): void {
    this.#stopListening();
    const { memory } = this.#compiled;
    for (const group of this.#planned?.plan.groups ?? []) this.#releaseGroup(group);
    this.#releaseBatch();
    memory.release(this.#address, this.#sizeBytes);
    this.#planned = undefined;
  }

  /** The state before anything is planned: the clock begins at 0. */
  #prepareState(): void {
    const { memory } = this.#compiled;
    this.#sizeBytes = state.slots;
    this.#address = memory.allocate(this.#sizeBytes);
    new Uint8Array(memory.buffer, this.#address, this.#sizeBytes).fill(0);
    this.#bindState();
    this.#view.setFloat64(state.lastNs, Number.NEGATIVE_INFINITY, true);
    this.#growBatch(firstBatchCapacity);
  }

  /** Plans for the newest classes; those that come next are added to them first. The batch is empty. */
  #plan(cursor: BitCursor): void {
    const { layout, eventClasses, selection } = this.#parts;
    const compiled = this.#compiled;
    if (compiled.classIds.length === 0) compiled.include(this.#scan(cursor, lookAheadCount).classIds);
    for (const group of this.#planned?.plan.groups ?? []) this.#releaseGroup(group);
    this.#unbound.clear();
    const plan = new StatePlan(collectSlots(this.#parts, compiled.classIds));
    const planned: Planned['classes'][number][] = [];
    const classes = compiled.classIds.map((id): PlannedClass => {
      const eventClass = eventClasses.get(id);
      const wanted = eventClass && selection.classes.get(eventClass.index);
      const body = layout.classes.get(id);
      const types = { id, specificContext: body?.specificContext, payload: body?.payload };
      if (eventClass === undefined || wanted === undefined) {
        planned.push({ classBatch: undefined, groups: [] });
        return { ...types, selected: undefined };
      }
      const classBatch =
        this.#batch.classes.get(eventClass.index) ?? makeClassBatch(eventClass, layout, wanted);
      this.#batch.classes.set(eventClass.index, classBatch);
      const groupsBefore = plan.groups.length;
      const selected = { classIndex: eventClass.index, ...plan.addClassGroup(classBatch) };
      // Its lists' and variants' groups come first, its own last.
      planned.push({ classBatch, groups: plan.groups.slice(groupsBefore) });
      return { ...types, selected };
    });
    const decode = compiled.decode(plan, classes, this.#batch.cycles !== undefined);
    this.#moveState(plan.sizeBytes + 4 * classes.length);
    this.#planned = { generation: compiled.generation, plan, classes: planned, decode };
    this.#view.setInt32(state.detailClass, -1, true);
    this.#view.setUint32(state.touchedPointer, this.#address + plan.sizeBytes, true);
    this.#view.setUint32(state.touchedCount, 0, true);
    this.#copyPacketValues();
  }

  #moveState(sizeBytes: number): void {
    const { memory } = this.#compiled;
    const before = new Uint8Array(memory.buffer, this.#address, state.slots).slice();
    memory.release(this.#address, this.#sizeBytes);
    this.#planned = undefined;
    this.#address = memory.allocate(sizeBytes);
    this.#sizeBytes = sizeBytes;
    const bytes = new Uint8Array(memory.buffer, this.#address, sizeBytes);
    bytes.fill(0);
    bytes.set(before);
    this.#bindState();
  }

  #bindState(): void {
    this.#view = new DataView(this.#compiled.memory.buffer, this.#address, this.#sizeBytes);
  }

  /** Makes every view anew, after the memory moved or arrays did. */
  #bindAll(): void {
    this.#batch.version++;
    const { buffer } = this.#compiled.memory;
    if (this.#held !== undefined) {
      const { cursor, address, sizeBytes } = this.#held;
      cursor.moveWindow(new Uint8Array(buffer, address, sizeBytes));
    }
    this.#bindState();
    this.#bindBatch();
    for (const group of this.#planned?.plan.groups ?? []) this.#bindGroup(group);
  }

  #bindGroup(group: Group): void {
    const capacity = this.#view.getUint32(group.offset + 4, true);
    if (capacity === 0) return;
    const { buffer } = this.#compiled.memory;
    group.arrays.forEach((array, index) => {
      array.bind(buffer, this.#view.getUint32(pointerOffset(group, index), true), capacity + array.extra);
    });
  }

  /** Views are made when the batch is handed out. */
  #growGroup(group: Group, rows: number): void {
    const { memory } = this.#compiled;
    const before = this.#view.getUint32(group.offset + 4, true);
    const count = this.#view.getUint32(group.offset, true);
    let capacity = Math.max(leastCapacity, before);
    while (capacity < rows) capacity *= 2;
    group.arrays.forEach((array, index) => {
      const address = memory.allocate((capacity + array.extra) * array.elementSizeBytes);
      // Allocation may have moved the memory: views are made after it.
      const at = pointerOffset(group, index);
      const old = this.#view.getUint32(at, true);
      const bytes = new Uint8Array(memory.buffer);
      if (before > 0) {
        bytes.copyWithin(address, old, old + (count + array.extra) * array.elementSizeBytes);
        memory.release(old, (before + array.extra) * array.elementSizeBytes);
      } else {
        bytes.fill(0, address, address + array.extra * array.elementSizeBytes);
      }
      this.#view.setUint32(at, address, true);
    });
    this.#view.setUint32(group.offset + 4, capacity, true);
    this.#unbound.add(group);
  }

  #releaseGroup(group: Group): void {
    const capacity = this.#view.getUint32(group.offset + 4, true);
    if (capacity === 0) return;
    group.arrays.forEach((array, index) => {
      const address = this.#view.getUint32(pointerOffset(group, index), true);
      this.#compiled.memory.release(address, (capacity + array.extra) * array.elementSizeBytes);
    });
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

  #setCounts(classBatch: ClassBatch, groups: readonly Group[]): void {
    const view = this.#view;
    classBatch.count = view.getUint32((groups.at(-1) as Group).offset, true);
    for (const group of groups) {
      const count = view.getUint32(group.offset, true);
      for (const column of group.columns) column.count = count;
    }
  }

  /** An incomplete record left rows in lists and options: they are taken back. */
  #undo(planned: Planned): void {
    const undone = planned.classes[this.#view.getInt32(state.detailClass, true)];
    this.#view.setInt32(state.detailClass, -1, true);
    // A class without lists and variants has one group, whose count grows with whole records.
    if (undone?.classBatch === undefined || undone.groups.length === 1) return;
    const { classBatch, groups } = undone;
    this.#bindGroups();
    this.#setCounts(classBatch, groups);
    for (const scope of classBatch.scopes.values()) truncateColumn(scope, classBatch.count);
    for (const group of groups) {
      const [column] = group.columns;
      if (column !== undefined) this.#view.setUint32(group.offset, column.count, true);
    }
  }
}

/** Integers of packet header and context whose values records need. */
function packetSlots(parts: RecordDecoderParts, slots: ReadonlyMap<IntegerType, number>) {
  const found: (readonly [IntegerType, number])[] = [];
  const pending: (FieldType | undefined)[] = [parts.layout.packetHeader, parts.layout.packetContext];
  while (pending.length > 0) {
    const type = pending.pop();
    if (type?.kind === 'integer') {
      const slot = slots.get(type);
      if (slot !== undefined) found.push([type, slot]);
    }
    if (type?.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type?.kind === 'array') pending.push(type.element);
    if (type?.kind === 'variant') for (const option of type.options) pending.push(option.type);
  }
  return found;
}
