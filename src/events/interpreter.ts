/**
 * The interpreter: records are decoded by closures over their types (`field-decoder.ts`). The reference for generated
 * code, what small traces are read with, and what tells exactly why a record can't be decoded.
 */
import { emptyElementCountMax, timeMaxNs } from '../bytes/limits.ts';
import type { ClassBatch } from './batch.ts';
import {
  batchCountMaxOf,
  type MutableEventBatch,
  makeClassBatch,
  pushRecord,
  undoRecord,
} from './batch-builder.ts';
import { type BitCursor, DecodeFault, needMoreBytes } from './bit-cursor.ts';
import { truncateColumn } from './columns.ts';
import { compileField, type FieldDecoder, type IntegerHooks } from './field-decoder.ts';
import type { IntegerType, Scope } from './layout.ts';
import type { EventClass } from './reader.ts';
import {
  addSlots,
  collectSlots,
  type DecodeStop,
  type PacketState,
  type RecordDecoder,
  type RecordDecoderParts,
  type Slots,
} from './record-decoder.ts';

interface ClassDecoder {
  readonly eventClass: EventClass;
  /** Undefined for a class that is stepped over. */
  readonly classBatch: ClassBatch | undefined;
  readonly decoders: readonly FieldDecoder[];
}

/** What a look ahead found. */
export interface Scanned {
  readonly classIds: ReadonlySet<bigint>;
  /** How many records were read. */
  readonly count: number;
  /** Why the look ahead ended; `full` after as many records as wanted. */
  readonly stop: DecodeStop;
  /** The clock's value after the last header that was read. */
  readonly cycles: bigint;
}

/** What carries over from record to record. */
export interface RecordState {
  /** The clock's value, and the one that times are computed from. */
  readonly cycles: bigint;
  readonly baseCycles: bigint;
  readonly emptyElementsLeft: number;
  readonly lastNs: number;
}

/** The interpreter's record decoder. */
export class InterpretingDecoder implements RecordDecoder {
  readonly #parts: RecordDecoderParts;
  readonly #hooks: IntegerHooks;
  readonly #batchCountMax: number;
  readonly #slots: Slots;
  readonly #values: (number | bigint | undefined)[] = [];
  readonly #header: FieldDecoder | undefined;
  readonly #packetScopes = new Map<Scope, FieldDecoder>();
  readonly #classes = new Map<number | bigint, ClassDecoder>();
  #classId: number | bigint = 0;
  /** The clock's value as two halves of 64 bits. */
  #cyclesHigh = 0;
  #cyclesLow = 0;
  #baseHigh = 0;
  #baseLow = 0;
  #isInPacketScope = false;
  #emptyElementsLeft = 0;
  #isForOne = false;
  #onRecord: ((classId: bigint, cycles: bigint) => boolean) | undefined;
  #lastNs = Number.NEGATIVE_INFINITY;
  #backwardCount = 0;
  #backwardNs = 0;

  constructor(parts: RecordDecoderParts) {
    this.#parts = parts;
    this.#batchCountMax = batchCountMaxOf(parts.selection);
    this.#slots = collectSlots(parts, []);
    this.#hooks = {
      slots: this.#slots,
      values: this.#values,
      onClock: (type, cursor, sizeBits) => {
        if (type.clock === parts.layout.clock && !this.#isInPacketScope)
          this.#updateClock(sizeBits, cursor.high >>> 0, cursor.low);
      },
      classIds: new Set(parts.layout.classIdFields),
      onClassId: (value) => {
        this.#classId = value;
      },
    };
    const { packetHeader, packetContext, eventHeader } = parts.layout;
    this.#header = eventHeader && compileField(eventHeader, undefined, this.#hooks);
    for (const [scope, type] of [
      ['packet-header', packetHeader],
      ['packet-context', packetContext],
    ] as const) {
      if (type)
        this.#packetScopes.set(scope, compileField(type, parts.packetColumns?.get(scope), this.#hooks));
    }
  }

  get lastNs(): number {
    return this.#lastNs;
  }

  valueOf(type: IntegerType): number | bigint | undefined {
    const slot = this.#slots.get(type);
    return slot === undefined ? undefined : this.#values[slot];
  }

  decodePacketScope(scope: 'packet-header' | 'packet-context', cursor: BitCursor): void {
    this.#isInPacketScope = true;
    try {
      this.#packetScopes.get(scope)?.(cursor);
    } finally {
      this.#isInPacketScope = false;
    }
  }

  beginPacket(beginCycles: bigint | undefined, contentBits: number): void {
    if (beginCycles !== undefined) this.#setCycles(beginCycles);
    this.#rebase();
    this.#emptyElementsLeft = contentBits + emptyElementCountMax;
  }

  #rebase(): void {
    this.#baseHigh = this.#cyclesHigh;
    this.#baseLow = this.#cyclesLow;
    this.#parts.converter?.rebase(this.#cycles());
  }

  #setCycles(cycles: bigint): void {
    this.#cyclesHigh = Number((cycles >> 32n) & 0xffffffffn);
    this.#cyclesLow = Number(cycles & 0xffffffffn);
  }

  #cycles(): bigint {
    return (BigInt(this.#cyclesHigh) << 32n) | BigInt(this.#cyclesLow);
  }

  /** CTF 1.8 §8: the low bits of the clock's value are replaced; if that would make it smaller, they wrapped once. */
  #updateClock(sizeBits: number, upper: number, lower: number): void {
    if (sizeBits === 64) {
      this.#cyclesHigh = upper;
      this.#cyclesLow = lower;
      return;
    }
    // A signed integer has its sign in the bits above its own.
    const high = sizeBits > 32 ? upper % 2 ** (sizeBits - 32) : 0;
    const low = sizeBits < 32 ? lower % 2 ** sizeBits : lower;
    if (sizeBits > 32) {
      const modulus = 2 ** (sizeBits - 32);
      const before = this.#cyclesHigh % modulus;
      const wraps = high < before || (high === before && low < this.#cyclesLow);
      this.#cyclesHigh = (this.#cyclesHigh - before + high + (wraps ? modulus : 0)) >>> 0;
      this.#cyclesLow = low;
      return;
    }
    const modulus = 2 ** sizeBits;
    const before = this.#cyclesLow % modulus;
    const next = this.#cyclesLow - before + low + (low < before ? modulus : 0);
    if (next >= 4294967296) this.#cyclesHigh = (this.#cyclesHigh + 1) >>> 0;
    this.#cyclesLow = next >>> 0;
  }

  /** Nanoseconds of the clock's value now, NaN without a clock. */
  #timeNs(): number {
    const converter = this.#parts.converter;
    if (converter === undefined) return Number.NaN;
    const difference = (this.#cyclesHigh - this.#baseHigh) * 4294967296 + (this.#cyclesLow - this.#baseLow);
    if (Math.abs(difference) < 2 ** 53) return converter.ns(difference);
    this.#rebase();
    return converter.ns(0);
  }

  decode(cursor: BitCursor, batch: MutableEventBatch, packet: PacketState): DecodeStop {
    while (cursor.at < cursor.end || cursor.contentBeyond > 0) {
      const begin = cursor.at;
      if (batch.count >= this.#batchCountMax && !this.#isForOne) return { kind: 'full', atBits: begin };
      const cyclesHigh = this.#cyclesHigh;
      const cyclesLow = this.#cyclesLow;
      let decoder: ClassDecoder | undefined;
      cursor.emptyElementsLeft = this.#emptyElementsLeft;
      try {
        this.#classId = 0;
        // What stops before the first field is not to be told of the last field of the record before.
        cursor.field = '';
        this.#header?.(cursor);
        decoder = this.#classes.get(this.#classId) ?? this.#makeClassDecoder(cursor, batch);
        // Like the field updates themselves, a record's time is the clock's after its header.
        const timeNs = this.#timeNs();
        const isAsked = batch.cycles !== undefined || this.#onRecord !== undefined;
        const cycles = isAsked ? this.#cycles() : 0n;
        for (const decode of decoder.decoders) decode(cursor);
        if (cursor.at === begin)
          cursor.fault('empty-record', 'a record that takes no space would repeat forever');
        if (Math.abs(timeNs) >= timeMaxNs)
          cursor.fault(
            'time-out-of-range',
            'the time of a record is more than 104 days from the beginning of the trace',
          );
        this.#emptyElementsLeft = cursor.emptyElementsLeft;
        if (this.#onRecord !== undefined) {
          if (!this.#onRecord(BigInt(this.#classId), cycles)) return { kind: 'full', atBits: cursor.at };
          continue;
        }
        this.#noteTime(timeNs);
        if (decoder.classBatch !== undefined) pushRecord(batch, decoder.classBatch, timeNs, cycles, packet);
        if (this.#isForOne) return { kind: 'full', atBits: cursor.at };
      } catch (error) {
        this.#cyclesHigh = cyclesHigh;
        this.#cyclesLow = cyclesLow;
        if (decoder?.classBatch !== undefined) undoRecord(decoder.classBatch);
        cursor.at = begin;
        if (error === needMoreBytes) return { kind: 'window', atBits: begin };
        if (!(error instanceof DecodeFault)) throw error;
        return { kind: 'fault', atBits: begin, fault: error, className: decoder?.eventClass.name };
      }
    }
    return { kind: 'end' };
  }

  #noteTime(timeNs: number): void {
    if (timeNs < this.#lastNs) {
      if (this.#backwardCount++ === 0) this.#backwardNs = this.#lastNs - timeNs;
    }
    this.#lastNs = timeNs;
  }

  takeBackwardSteps(): { readonly count: number; readonly byNs: number } | undefined {
    if (this.#backwardCount === 0) return undefined;
    const steps = { count: this.#backwardCount, byNs: this.#backwardNs };
    this.#backwardCount = 0;
    return steps;
  }

  clear(): void {
    for (const { classBatch } of this.#classes.values()) {
      if (classBatch === undefined) continue;
      classBatch.count = 0;
      for (const scope of classBatch.scopes.values()) truncateColumn(scope, 0);
    }
  }

  publish(): void {}

  release(): void {}

  /**
   * Decodes one record in the place of generated code, into the batch of both.
   * @param values another interpreter that has read packet header and context, and their integers whose values are needed
   * @returns why it can't, else what the next record begins with
   */
  decodeOne(
    cursor: BitCursor,
    batch: MutableEventBatch,
    packet: PacketState,
    before: RecordState,
    values: { readonly of: InterpretingDecoder; readonly types: Iterable<IntegerType> },
  ): DecodeStop | RecordState {
    for (const type of values.types) {
      const slot = this.#slots.get(type);
      const value = values.of.valueOf(type);
      if (slot !== undefined && value !== undefined) this.#values[slot] = value;
    }
    this.#setCycles(before.baseCycles);
    this.#rebase();
    this.#setCycles(before.cycles);
    this.#emptyElementsLeft = before.emptyElementsLeft;
    this.#lastNs = before.lastNs;
    this.#isForOne = true;
    const stop = this.decode(cursor, batch, packet);
    if (stop.kind !== 'full') return stop;
    const baseCycles = (BigInt(this.#baseHigh) << 32n) | BigInt(this.#baseLow);
    return {
      cycles: this.#cycles(),
      baseCycles,
      emptyElementsLeft: this.#emptyElementsLeft,
      lastNs: this.#lastNs,
    };
  }

  /** A class's decoder is made when its first record is met. */
  #makeClassDecoder(cursor: BitCursor, batch: MutableEventBatch): ClassDecoder {
    const { layout, eventClasses, selection } = this.#parts;
    const id = this.#classId;
    const classLayout = layout.classes.get(BigInt(id));
    const eventClass = eventClasses.get(BigInt(id));
    if (classLayout === undefined || eventClass === undefined) {
      cursor.fault('unknown-event-class', `no event record class has the id ${id}`);
    }
    const selected = selection.classes.get(eventClass.index);
    const classBatch = selected === undefined ? undefined : makeClassBatch(eventClass, layout, selected);
    if (layout.areBodiesApart) addSlots(this.#slots, [classLayout.specificContext, classLayout.payload]);
    const decoders: FieldDecoder[] = [];
    for (const [scope, type] of [
      ['common-context', layout.commonContext],
      ['specific-context', classLayout.specificContext],
      ['payload', classLayout.payload],
    ] as const) {
      if (type !== undefined) decoders.push(compileField(type, classBatch?.scopes.get(scope), this.#hooks));
    }
    const decoder = { eventClass, classBatch, decoders };
    this.#classes.set(id, decoder);
    if (classBatch !== undefined) batch.classes.set(eventClass.index, classBatch);
    return decoder;
  }

  /**
   * Looks ahead from the cursor's position without keeping anything: which classes come, and why reading stops. Only for a
   * decoder with nothing selected, which generated code keeps beside it.
   * @param cycles the clock's value before the first record
   */
  scan(cursor: BitCursor, cycles: bigint, wanted: number, emptyElementsLeft: number): Scanned {
    const classIds = new Set<bigint>();
    let count = 0;
    let last = cycles;
    const at = cursor.at;
    this.#setCycles(cycles);
    this.#rebase();
    this.#emptyElementsLeft = emptyElementsLeft;
    this.#onRecord = (id, clock) => {
      classIds.add(id);
      last = clock;
      return ++count < wanted;
    };
    const stop = this.decode(cursor, nothing, { cpu: -1, packetRow: 0 });
    this.#onRecord = undefined;
    cursor.at = at;
    return { classIds, count, stop, cycles: last };
  }
}

/** Where the records of a look ahead go: none is selected, so it stays empty. */
const nothing = { count: 0, cycles: undefined, classes: new Map() } as unknown as MutableEventBatch;
