/**
 * The contract of what decodes records, fulfilled by the interpreter and by generated code: header → class id → contexts
 * and payload → a row in that class's columns. `beginPacket`, then `decode` once per window, until the packet's content is
 * used up or a fault says that the rest can't be read.
 */
import type { MutableEventBatch } from './batch-builder.ts';
import type { BitCursor, DecodeFault } from './bit-cursor.ts';
import type { CycleConverter } from './clock.ts';
import type { StructColumn } from './columns.ts';
import {
  type FieldType,
  type IntegerType,
  type RecordLayout,
  referencesWithin,
  type Scope,
} from './layout.ts';
import type { EventClass } from './reader.ts';
import type { Selection } from './selection.ts';

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
  /** The time of the record decoded last, selected or stepped over; not finite before the first, and without times. */
  readonly lastNs: number;
  /** How often a record's time was before that of the record before it, and the first such record's number of ns; taken and reset. */
  takeBackwardSteps(): { readonly count: number; readonly byNs: number } | undefined;
  /** Empties its columns for the next batch. */
  clear(): void;
  /** Before the batch is handed out: tells its columns how much is in them. */
  publish(): void;
  /** Gives back the memory that it uses. */
  release(): void;
}

/** What a decoder is made from. */
export interface RecordDecoderParts {
  readonly layout: RecordLayout;
  readonly selection: Selection;
  /** Class id → event class, of this stream class. */
  readonly eventClasses: ReadonlyMap<bigint, EventClass>;
  /** The class that nearly always has records where this one has, as the end of a call has: code for both is made together. */
  readonly companionOf?: (id: bigint) => bigint | undefined;
  /** Integers of packet header and context whose values the format wants. */
  readonly roleFields: readonly IntegerType[];
  readonly converter: CycleConverter | undefined;
  readonly packetColumns: ReadonlyMap<Scope, StructColumn> | undefined;
}

/** Integers whose value is needed after it was read, by slot. */
export type Slots = Map<IntegerType, number>;

/**
 * Every integer whose value is needed after it was read gets a slot. Where the classes' bodies are apart only those of `classIds` are
 * looked at, and others may be added later (`addSlots`): no slot of before changes by that.
 */
export function collectSlots(
  parts: Pick<RecordDecoderParts, 'layout' | 'roleFields'>,
  classIds: Iterable<bigint>,
): Slots {
  const slots: Slots = new Map();
  const { layout } = parts;
  for (const type of parts.roleFields) if (!slots.has(type)) slots.set(type, slots.size);
  const types = [layout.packetHeader, layout.packetContext, layout.eventHeader, layout.commonContext];
  const bodies = layout.areBodiesApart
    ? [...classIds].map((id) => layout.classes.get(id))
    : [...layout.classes.values()];
  addSlots(slots, types);
  for (const body of bodies) addSlots(slots, [body?.specificContext, body?.payload]);
  return slots;
}

/** Adds slots for what lengths and selectors within the types refer to. */
export function addSlots(slots: Slots, types: readonly (FieldType | undefined)[]): void {
  for (const { type, others } of referencesWithin(types)) {
    const slot = slots.get(type) ?? slots.size;
    slots.set(type, slot);
    // Integers of which the one read last counts write to one slot.
    for (const other of others ?? []) {
      const before = slots.get(other);
      slots.set(other, slot);
      for (const [each, its] of slots) if (its === before) slots.set(each, slot);
    }
  }
}
