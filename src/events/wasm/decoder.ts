/**
 * A record decoder that runs generated code. What generated code can't do it leaves to an interpreter beside it: packet
 * headers, and the exact reason when a record can't be decoded.
 */
import { emptyElementCountMax } from '../../bytes/limits.ts';
import { type MutableEventBatch, recordCountMax } from '../batch-builder.ts';
import type { BitCursor } from '../bit-cursor.ts';
import { InterpretingDecoder } from '../interpreter.ts';
import type { ByteOrder, IntegerType } from '../layout.ts';
import type { DecodeStop, PacketState, RecordDecoder, RecordDecoderParts } from '../record-decoder.ts';
import { BatchMemory } from './batch-memory.ts';
import type { CompiledRecords } from './compiled-records.ts';
import { stops } from './emit-records.ts';
import { keptWithin } from './kept-within.ts';
import { state } from './plan.ts';

/** A record that stops this far from the window's end is taken for one that the end cuts, without asking the interpreter. */
const cutBitsMax = 1024 * 8;

export class WasmDecoder implements RecordDecoder {
  readonly #parts: RecordDecoderParts;
  readonly #compiled: CompiledRecords;
  readonly #interpreter: InterpretingDecoder;
  /** Decodes what generated code would be too large for; made when the first such record is met. */
  #large: InterpretingDecoder | undefined;
  /** Integers of packet header and context, and where records find their values. */
  readonly #packetSlots: readonly (readonly [IntegerType, number])[];
  readonly #batch: MutableEventBatch;
  readonly #own: BatchMemory;
  #held: { readonly cursor: BitCursor; readonly address: number; readonly sizeBytes: number } | undefined;

  constructor(parts: RecordDecoderParts, compiled: CompiledRecords, batch: MutableEventBatch) {
    this.#parts = parts;
    this.#compiled = compiled;
    this.#batch = batch;
    this.#interpreter = new InterpretingDecoder({
      ...parts,
      selection: { classes: new Map(), cycles: false, packets: false },
    });
    const { packetHeader, packetContext } = parts.layout;
    this.#packetSlots = keptWithin([packetHeader, packetContext], compiled.plan.slots);
    this.#own = new BatchMemory(compiled, batch, recordCountMax, () => this.#moveWindow());
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
    view.setBigInt64(state.emptyElementsLeft, BigInt(contentBits + emptyElementCountMax), true);
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
    const { baseNs, remainder } = converter.parts;
    this.#view.setBigUint64(state.baseCycles, base, true);
    this.#view.setFloat64(state.baseNs, baseNs, true);
    this.#view.setBigInt64(state.remainder, BigInt(remainder), true);
  }

  decode(cursor: BitCursor, batch: MutableEventBatch, packet: PacketState): DecodeStop {
    const before = batch.count;
    this.#hold(cursor);
    // Another stream may have met classes that this one's state has no place for.
    this.#own.fit();
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
      const stop = compiled.decode(this.#own.address, cursor.bytes.byteOffset, cursor.at, cursor.end);
      cursor.at = this.#stoppedAt(cursor.at);
      switch (stop) {
        case stops.end:
          return cursor.contentBeyond > 0 ? { kind: 'window', atBits: cursor.at } : { kind: 'end' };
        case stops.full:
          if (!this.#own.growBatch()) return { kind: 'full', atBits: cursor.at };
          break;
        case stops.grow:
          this.#own.undo();
          this.#own.growGroup();
          break;
        case stops.unknownClass: {
          const left = this.#meetClass(cursor, packet);
          if (left !== undefined) return left;
          break;
        }
        default: {
          this.#own.undo();
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
    this.#own.fit();
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
    if (batch.count >= this.#own.batchCapacity && !this.#own.growBatch())
      return { kind: 'full', atBits: cursor.at };
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
    this.#own.clear();
  }

  publish(): void {
    this.#own.publish();
  }

  release(): void {
    this.#own.release();
  }

  /** The cursor's window lies in memory that was moved. */
  #moveWindow(): void {
    if (this.#held === undefined) return;
    const { cursor, address, sizeBytes } = this.#held;
    cursor.moveWindow(new Uint8Array(this.#compiled.memory.buffer, address, sizeBytes));
  }

  get #view(): DataView {
    return this.#own.view;
  }

  /** Tells the batch how many records it has. */
  #countRecords(before: number, packet: PacketState): void {
    const batch = this.#batch;
    batch.count = this.#view.getUint32(state.batchCount, true);
    if (this.#parts.selection.packets) {
      if (batch.packetRow.length < batch.count) {
        const larger = new Uint32Array(this.#own.batchCapacity);
        larger.set(batch.packetRow);
        batch.packetRow = larger;
      }
      batch.packetRow.fill(packet.packetRow, before, batch.count);
    }
  }
}
