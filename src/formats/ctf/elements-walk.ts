/**
 * What a walk over a data stream file remembers: where it is, how deep, what it last read, and what its packet said.
 */
import type { FieldReference, IntegerType } from '../../events/layout.ts';
import type { BitPosition } from './elements-position.ts';
import { type DataStreamClass, isVersion2, type PacketRole, type TraceClass } from './trace-class.ts';

/** What the fields with a role in packet header and context said. */
export interface PacketFacts {
  streamClassId: bigint | undefined;
  streamInstanceId: bigint | undefined;
  totalBits: bigint | undefined;
  contentBits: bigint | undefined;
  endCycles: bigint | undefined;
  sequenceNumber: bigint | undefined;
  discardedEvents: bigint | undefined;
}

/** A value and when it was read. */
interface Reading {
  readonly value: bigint;
  readonly turn: number;
}

/** The state of one walk; begun anew for each packet and each event record. */
export class Walk {
  readonly traceClass: TraceClass;
  readonly position: BitPosition;
  level = 0;
  packet: PacketFacts = noFacts();
  streamClass: DataStreamClass | undefined;
  eventClassId: bigint | undefined;
  isInEvent = false;
  readonly #packetValues = new Map<IntegerType, Reading>();
  readonly #eventValues = new Map<IntegerType, Reading>();
  readonly #clockCycles = new Map<number, bigint>();
  #turn = 0;
  #stream = '';

  constructor(traceClass: TraceClass, position: BitPosition) {
    this.traceClass = traceClass;
    this.position = position;
  }

  get isVersion2(): boolean {
    return isVersion2(this.traceClass);
  }

  beginPacket(): void {
    this.position.beginPacket();
    this.packet = noFacts();
    this.streamClass = undefined;
    this.isInEvent = false;
    this.#packetValues.clear();
    if (this.isVersion2) this.#clockCycles.clear();
  }

  /**
   * Clocks go on from packet to packet of one stream, and begin anew where the file goes over to another one. In CTF 2 they begin
   * at 0 in each packet (CTF2-SPEC-2.0 §6.1).
   */
  enterStream(streamClass: DataStreamClass | undefined): void {
    this.streamClass = streamClass;
    const stream = `${streamClass?.id} ${this.packet.streamInstanceId}`;
    if (stream !== this.#stream) this.#clockCycles.clear();
    this.#stream = stream;
  }

  beginEvent(): void {
    this.eventClassId = undefined;
    this.isInEvent = true;
    this.#eventValues.clear();
  }

  /** A line about what begins at `offsetBits`, by default here. */
  line(text: string, offsetBits: number = this.position.headBits): string {
    return `${String(offsetBits).padStart(6)} ${'  '.repeat(this.level)}${text}`;
  }

  /** A line that opens a level. */
  open(text: string): string {
    const line = this.line(`${text} {`);
    this.level += 1;
    return line;
  }

  /** The line that closes the innermost level. */
  close(): string {
    this.level -= 1;
    return this.line('}');
  }

  /**
   * What a sequence's length or a variant's selector was last read with, in this event record or its packet: a path through a
   * variant means one of several integers, of which the one read last counts.
   */
  valueOf(field: FieldReference): bigint | undefined {
    const values = field.scope.startsWith('packet-') ? this.#packetValues : this.#eventValues;
    let last = values.get(field.type);
    for (const other of field.others ?? []) {
      const reading = values.get(other);
      if (reading !== undefined && (last === undefined || reading.turn > last.turn)) last = reading;
    }
    return last?.value;
  }

  /**
   * Takes in an integer that was just read, of which `clockBits` bits are a clock's if it is mapped to one; returns what it means
   * beyond itself, as lines.
   */
  noteInteger(type: IntegerType, value: bigint, clockBits: number): readonly string[] {
    this.#turn += 1;
    (this.isInEvent ? this.#eventValues : this.#packetValues).set(type, { value, turn: this.#turn });
    if (this.isInEvent && this.streamClass?.classIdFields.includes(type)) this.eventClassId = value;
    const role = this.isInEvent ? undefined : this.traceClass.roles.get(type);
    const lines: string[] = [];
    if (role !== undefined) this.#noteRole(role, value, lines);
    if (type.clock !== undefined && role !== 'end-time') {
      const cycles = this.#updateClock(clockBits, type.clock, value, role === 'begin-time');
      if ((this.streamClass?.clock ?? type.clock) === type.clock) lines.push(this.line(`DCV:${cycles}`));
    }
    return lines;
  }

  #noteRole(role: PacketRole, value: bigint, lines: string[]): void {
    switch (role) {
      case 'magic':
        lines.push(this.line(`PMN:${value}`));
        break;
      case 'stream-class-id':
        this.packet.streamClassId = value;
        break;
      case 'stream-instance-id':
        this.packet.streamInstanceId = value;
        break;
      case 'packet-size':
        this.#setTotalBits(value);
        break;
      case 'content-size':
        this.#setContentBits(value);
        break;
      case 'end-time':
        if (this.streamClass?.clock !== undefined) this.packet.endCycles = value;
        break;
      case 'discarded-events':
        this.packet.discardedEvents = value;
        break;
      case 'packet-sequence-number':
        this.packet.sequenceNumber = value;
        break;
      case 'trace-uuid':
      case 'begin-time':
      case 'cpu':
        break;
    }
  }

  #setTotalBits(totalBits: bigint): void {
    if (totalBits % 8n !== 0n) {
      throw this.position.fault(
        'packet-size',
        `Expected packet total length (${totalBits}) is not a multiple of 8.`,
      );
    }
    this.#checkSizes(totalBits, this.packet.contentBits);
    this.#checkBehind('packet total length', totalBits);
    this.packet.totalBits = totalBits;
    if (this.packet.contentBits === undefined) this.#bindContent(totalBits);
  }

  #setContentBits(contentBits: bigint): void {
    this.#checkSizes(this.packet.totalBits, contentBits);
    this.#checkBehind('packet content length', contentBits);
    this.#bindContent(contentBits);
  }

  /** Sizes beyond 2^53 bits are beyond every file: its end comes first. */
  #bindContent(contentBits: bigint): void {
    this.packet.contentBits = contentBits;
    this.position.contentEndBits = this.position.packetBeginBits + Number(contentBits);
  }

  #checkSizes(totalBits: bigint | undefined, contentBits: bigint | undefined): void {
    if (totalBits === undefined || contentBits === undefined || totalBits >= contentBits) return;
    throw this.position.fault(
      'packet-size',
      `Expected packet total length (${totalBits}) is less than expected packet content length (${contentBits}).`,
    );
  }

  #checkBehind(what: string, sizeBits: bigint): void {
    const readBits = this.position.headBits - this.position.packetBeginBits;
    if (sizeBits >= BigInt(readBits)) return;
    throw this.position.fault(
      'packet-size',
      `Expected ${what} (${sizeBits}) is less than current position in packet (${readBits}).`,
    );
  }

  /**
   * Only the low bits are recorded; where they went down they passed zero once. A packet's begin is recorded whole
   * (CTF 1.8 §8), which CTF 2 leaves to the field's size.
   */
  #updateClock(clockBits: number, clock: number, recorded: bigint, isWhole: boolean): bigint {
    const low = BigInt.asUintN(clockBits, recorded);
    const before = isWhole && !this.isVersion2 ? 0n : (this.#clockCycles.get(clock) ?? 0n);
    const beforeLow = BigInt.asUintN(clockBits, before);
    const wrapped = low < beforeLow ? 1n << BigInt(clockBits) : 0n;
    const cycles = BigInt.asUintN(64, before - beforeLow + wrapped + low);
    this.#clockCycles.set(clock, cycles);
    return cycles;
  }
}

function noFacts(): PacketFacts {
  return {
    streamClassId: undefined,
    streamInstanceId: undefined,
    totalBits: undefined,
    contentBits: undefined,
    endCycles: undefined,
    sequenceNumber: undefined,
    discardedEvents: undefined,
  };
}
