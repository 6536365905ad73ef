/**
 * The loop over the records of a packet: header → class id → contexts and payload → a row in that class's columns.
 *
 * This is the contract that generated code fulfils too: `beginPacket`, then `decode` once per window, until the packet's
 * content is used up or a fault says that the rest can't be read.
 */
import { emptyElementCountMax, timeMaxNs } from '../bytes/limits.ts';
import type { ClassBatch, EventBatch } from './batch.ts';
import { type BitCursor, DecodeFault, needMoreBytes } from './bit-cursor.ts';
import type { CycleConverter } from './clock.ts';
import { grown, makeColumn, type StructColumn, truncateColumn } from './columns.ts';
import { compileField, type FieldDecoder, type IntegerHooks } from './field-decoder.ts';
import type { FieldReference, FieldType, IntegerType, RecordLayout, Scope, StructType } from './layout.ts';
import { scopes } from './layout.ts';
import type { EventClass, EventStream } from './reader.ts';
import type { ClassSelection, FieldSelection, Selection } from './selection.ts';

/** A batch under construction: the same object is handed out, then emptied and filled again. */
export interface MutableEventBatch extends EventBatch {
  readonly classes: Map<number, ClassBatch>;
}

export function makeBatch(
  stream: EventStream,
  withCycles: boolean,
  packets: EventBatch['packets'],
): MutableEventBatch {
  return {
    stream,
    count: 0,
    timeNs: new Float64Array(256),
    cycles: withCycles ? new BigUint64Array(256) : undefined,
    classIndex: new Uint32Array(256),
    row: new Uint32Array(256),
    classes: new Map(),
    packetRow: new Uint32Array(256),
    packets,
  };
}

export function clearBatch(batch: MutableEventBatch): void {
  batch.count = 0;
  for (const classBatch of batch.classes.values()) {
    classBatch.count = 0;
    for (const scope of classBatch.scopes.values()) truncateColumn(scope, 0);
  }
  for (const scope of batch.packets?.values() ?? []) truncateColumn(scope, 0);
}

/** Where a window's decoding ended. */
export type DecodeStop =
  /** The packet's content is used up. */
  | { readonly kind: 'end' }
  /** The record at `atBits` (from the window's first byte) goes on beyond the window. */
  | { readonly kind: 'window'; readonly atBits: number }
  /** The batch is full; the next record begins at `atBits`. */
  | { readonly kind: 'full'; readonly atBits: number }
  /** The record at `atBits` can't be decoded, nor anything after it in this packet. */
  | {
      readonly kind: 'fault';
      readonly atBits: number;
      readonly fault: DecodeFault;
      readonly className: string | undefined;
    };

/** What changes with each packet. */
export interface PacketState {
  readonly cpu: number;
  /** Row of the packet in `EventBatch.packets`. */
  readonly packetRow: number;
}

/** Decodes the records of one stream class with one selection. */
export interface RecordDecoder {
  /** The value last read of a header or context integer (a role's): undefined if it was not read yet. */
  valueOf(type: IntegerType): number | bigint | undefined;
  /** Reads packet header or context at the cursor, into its column if packets were selected. Leaves the clock as it is. */
  decodePacketScope(scope: 'packet-header' | 'packet-context', cursor: BitCursor): void;
  /** Sets the clock to the packet's beginning, if it is recorded, and counts the packet's budgets anew. */
  beginPacket(beginCycles: bigint | undefined, contentBits: number): void;
  /** Decodes from the cursor's position until one of the stops. */
  decode(cursor: BitCursor, batch: MutableEventBatch, packet: PacketState): DecodeStop;
  /** How often a record's time was before that of the record before it, and the first such record's number of ns; taken and reset. */
  takeBackwardSteps(): { readonly count: number; readonly byNs: number } | undefined;
}

export interface RecordDecoderParts {
  readonly layout: RecordLayout;
  readonly selection: Selection;
  /** Class id → event class, of this stream class. */
  readonly eventClasses: ReadonlyMap<bigint, EventClass>;
  /** Integers of packet header and context whose values the format wants. */
  readonly roleFields: readonly IntegerType[];
  readonly converter: CycleConverter | undefined;
  readonly packetColumns: ReadonlyMap<Scope, StructColumn> | undefined;
}

const recordCountMax = 1 << 14;

interface ClassDecoder {
  readonly eventClass: EventClass;
  readonly isSelected: boolean;
  readonly scopes: Map<Scope, StructColumn>;
  readonly decoders: readonly FieldDecoder[];
}

/** The interpreter's record decoder. */
export function makeRecordDecoder(parts: RecordDecoderParts): RecordDecoder {
  return new InterpretingDecoder(parts);
}

class InterpretingDecoder implements RecordDecoder {
  readonly #parts: RecordDecoderParts;
  readonly #hooks: IntegerHooks;
  readonly #slots: Map<IntegerType, number>;
  readonly #values: (number | bigint)[] = [];
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
  #lastNs = Number.NEGATIVE_INFINITY;
  #backwardCount = 0;
  #backwardNs = 0;

  constructor(parts: RecordDecoderParts) {
    this.#parts = parts;
    this.#slots = collectSlots(parts);
    this.#hooks = {
      slots: this.#slots,
      values: this.#values,
      onClock: (type, cursor) => {
        if (type.clock === parts.layout.clock && !this.#isInPacketScope)
          this.#updateClock(type.sizeBits, cursor.high >>> 0, cursor.low);
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
  #updateClock(sizeBits: number, high: number, low: number): void {
    if (sizeBits === 64) {
      this.#cyclesHigh = high;
      this.#cyclesLow = low;
      return;
    }
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
      if (batch.count >= recordCountMax) return { kind: 'full', atBits: begin };
      const cyclesHigh = this.#cyclesHigh;
      const cyclesLow = this.#cyclesLow;
      let decoder: ClassDecoder | undefined;
      cursor.emptyElementsLeft = this.#emptyElementsLeft;
      try {
        this.#classId = 0;
        this.#header?.(cursor);
        decoder = this.#classes.get(this.#classId) ?? this.#makeClassDecoder(cursor, batch);
        // Like the field updates themselves, a record's time is the clock's after its header.
        const timeNs = this.#timeNs();
        const cycles = batch.cycles === undefined ? 0n : this.#cycles();
        for (const decode of decoder.decoders) decode(cursor);
        if (cursor.at === begin)
          cursor.fault('empty-record', 'a record that takes no space would repeat forever');
        if (Math.abs(timeNs) >= timeMaxNs)
          cursor.fault(
            'time-out-of-range',
            'the time of a record is more than 104 days from the beginning of the trace',
          );
        this.#emptyElementsLeft = cursor.emptyElementsLeft;
        this.#noteTime(timeNs);
        if (decoder.isSelected) pushRecord(batch, decoder.eventClass.index, timeNs, cycles, packet);
      } catch (error) {
        this.#cyclesHigh = cyclesHigh;
        this.#cyclesLow = cyclesLow;
        if (decoder !== undefined) undoRecord(batch, decoder);
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
    const columns = new Map<Scope, StructColumn>();
    const decoders: FieldDecoder[] = [];
    for (const [scope, type] of [
      ['common-context', layout.commonContext],
      ['specific-context', classLayout.specificContext],
      ['payload', classLayout.payload],
    ] as const) {
      if (type === undefined) continue;
      const column = selected === undefined ? undefined : makeSelectedColumn(type, scope, selected);
      if (column !== undefined) columns.set(scope, column);
      decoders.push(compileField(type, column, this.#hooks));
    }
    const decoder = { eventClass, isSelected: selected !== undefined, scopes: columns, decoders };
    this.#classes.set(id, decoder);
    if (decoder.isSelected) {
      batch.classes.set(eventClass.index, {
        eventClass,
        count: 0,
        timeNs: new Float64Array(16),
        cpu: new Int32Array(16),
        scopes: columns,
      });
    }
    return decoder;
  }
}

/** Every integer whose value is needed after it was read gets a slot. */
function collectSlots(parts: RecordDecoderParts): Map<IntegerType, number> {
  const slots = new Map<IntegerType, number>();
  const add = (type: IntegerType) => {
    if (!slots.has(type)) slots.set(type, slots.size);
  };
  // Integers of which the one read last counts write to one slot.
  const addReference = ({ type, others }: FieldReference) => {
    add(type);
    const slot = slots.get(type) as number;
    for (const other of others ?? []) {
      const before = slots.get(other);
      slots.set(other, slot);
      for (const [each, its] of slots) if (its === before) slots.set(each, slot);
    }
  };
  for (const type of parts.roleFields) add(type);
  const { layout } = parts;
  const pending: FieldType[] = [];
  for (const type of [layout.packetHeader, layout.packetContext, layout.eventHeader, layout.commonContext])
    if (type) pending.push(type);
  for (const body of layout.classes.values()) {
    if (body.specificContext) pending.push(body.specificContext);
    if (body.payload) pending.push(body.payload);
  }
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (type.kind === 'struct') for (const member of type.members) pending.push(member.type);
    if (type.kind === 'array') {
      pending.push(type.element);
      if (type.length.kind === 'field') addReference(type.length.field);
    }
    if (type.kind === 'variant') {
      addReference(type.selector);
      for (const option of type.options) pending.push(option.type);
    }
  }
  return slots;
}

/** Columns for the selected members only; undefined when none of this scope is selected. */
function makeSelectedColumn(
  type: StructType,
  scope: Scope,
  selected: ClassSelection,
): StructColumn | undefined {
  if (selected === 'all') return makeColumn(type) as StructColumn;
  const here = selected.filter((field) => field.scope === scope);
  return here.length === 0 ? undefined : makeMembers(type, here, 0);
}

function makeMembers(type: StructType, fields: readonly FieldSelection[], depth: number): StructColumn {
  const names: string[] = [];
  const members: StructColumn['members'][number][] = [];
  for (const member of type.members) {
    const here = fields.filter((field) => field.path[depth] === member.name);
    if (here.length === 0) continue;
    const whole = here.find((field) => field.path.length === depth + 1);
    names.push(member.name);
    if (whole === undefined && member.type.kind === 'struct')
      members.push(makeMembers(member.type, here, depth + 1));
    else members.push(makeColumn(member.type, whole?.as ?? 'natural'));
  }
  return { kind: 'struct', count: 0, names, members };
}

function pushRecord(
  batch: MutableEventBatch,
  classIndex: number,
  timeNs: number,
  cycles: bigint,
  packet: PacketState,
): void {
  const classBatch = batch.classes.get(classIndex) as ClassBatch;
  const row = classBatch.count;
  if (row === classBatch.timeNs.length) {
    classBatch.timeNs = grown(classBatch.timeNs, row + 1);
    classBatch.cpu = grown(classBatch.cpu, row + 1);
  }
  classBatch.timeNs[row] = timeNs;
  classBatch.cpu[row] = packet.cpu;
  classBatch.count = row + 1;
  const position = batch.count;
  if (position === batch.timeNs.length) {
    batch.timeNs = grown(batch.timeNs, position + 1);
    batch.classIndex = grown(batch.classIndex, position + 1);
    batch.row = grown(batch.row, position + 1);
    batch.packetRow = grown(batch.packetRow, position + 1);
    if (batch.cycles !== undefined) batch.cycles = grown(batch.cycles, position + 1);
  }
  batch.timeNs[position] = timeNs;
  batch.classIndex[position] = classIndex;
  batch.row[position] = row;
  batch.packetRow[position] = packet.packetRow;
  if (batch.cycles !== undefined) batch.cycles[position] = cycles;
  batch.count = position + 1;
}

/** Takes back what an incomplete record left in its columns. */
function undoRecord(batch: MutableEventBatch, decoder: ClassDecoder): void {
  const kept = batch.classes.get(decoder.eventClass.index)?.count ?? 0;
  for (const scope of decoder.scopes.values()) truncateColumn(scope, kept);
}

/** The scopes of a class's records in the order in which they are read. */
export function eventScopes(
  commonContext: StructType | undefined,
  specificContext: StructType | undefined,
  payload: StructType | undefined,
): ReadonlyMap<Scope, StructType> {
  const byScope = new Map<Scope, StructType | undefined>([
    ['common-context', commonContext],
    ['specific-context', specificContext],
    ['payload', payload],
  ]);
  return new Map(
    scopes.flatMap((scope) => {
      const type = byScope.get(scope);
      return type === undefined ? [] : [[scope, type] as const];
    }),
  );
}
