/**
 * One data stream: its packets in order, from one file or several (tracefile rotation), as batches of records.
 *
 * A packet may be a gigabyte and is read in windows; the decoder stops where a record does not fit and goes on from there
 * with the next window:
 *
 *   packet   ├head┼────────────────────────── content ───────────────────────────┤
 *   windows       ├───────────────┤
 *                               ├───────────────┤      begins with the record that was cut, aligned down
 */
import { eventSizeMaxBytes } from '../../bytes/limits.ts';
import type { ByteSource } from '../../bytes/source.ts';
import type { EventBatch } from '../../events/batch.ts';
import { BitCursor } from '../../events/bit-cursor.ts';
import type { EventStream } from '../../events/reader.ts';
import type { MutableEventBatch } from '../../events/record-decoder.ts';
import { clearBatch } from '../../events/record-decoder.ts';
import type { Selection } from '../../events/selection.ts';
import type { Health } from '../../results/health.ts';
import { clockGoesBack, damagedPacket, timeOutOfRange, unknownEventClass } from './health-kinds.ts';
import type { PacketSequence } from './packet-sequence.ts';
import type { PacketHead, StreamClassDecoder } from './packets.ts';
import type { DataStreamClass } from './trace-class.ts';

/** A batch with fewer records than this goes on with the next packet: small packets would make small batches. */
const recordCountWanted = 1 << 12;

/** Windows begin at multiples of the largest alignment that a record may ask for. */
const windowAlignmentBytes = 4096;

export interface CtfStreamParts {
  readonly about: Omit<EventStream, 'next'>;
  readonly batch: (stream: EventStream) => MutableEventBatch;
  readonly packets: PacketSequence;
  readonly decoderOf: (streamClass: DataStreamClass) => StreamClassDecoder;
  /** Whether packet fields are kept, and of which stream class. */
  readonly packetClass: DataStreamClass | undefined;
  readonly selection: Selection;
  readonly windowSizeBytes: number;
  readonly health: Health;
  /** A packet's times relative to the origin, where it has any. */
  readonly timesOf: (head: PacketHead) => {
    readonly beginNs: number | undefined;
    readonly endNs: number | undefined;
  };
}

/** The row of a record whose packet's fields are not kept. */
export const noPacketRow = 0xffffffff;

export function makeCtfStream(parts: CtfStreamParts): EventStream {
  const reading = new StreamReading(parts);
  const stream: EventStream = { ...parts.about, next: () => reading.next() };
  reading.batch = parts.batch(stream);
  return stream;
}

class StreamReading {
  readonly #parts: CtfStreamParts;
  readonly #cursor = new BitCursor();
  batch!: MutableEventBatch;
  #window: Uint8Array;
  /** The packet being read; undefined between packets. */
  #packet:
    | { readonly head: PacketHead; readonly source: ByteSource; readonly file: string; readonly row: number }
    | undefined;
  /** Where the window begins, from the packet's beginning. */
  #windowBegin = 0;
  #isAtEnd = false;

  constructor(parts: CtfStreamParts) {
    this.#parts = parts;
    this.#window = new Uint8Array(parts.windowSizeBytes);
  }

  next(): EventBatch | undefined {
    const batch = this.batch;
    clearBatch(batch);
    if (this.#packet !== undefined && this.#parts.selection.packets) this.#restorePacketRow();
    while (!this.#isAtEnd) {
      if (this.#packet === undefined && !this.#beginPacket()) break;
      if (this.#decodeWindow() === 'full') return batch;
      if (this.#packet === undefined && batch.count >= recordCountWanted) return batch;
    }
    if (batch.count > 0) return batch;
    this.#window = new Uint8Array(0);
    this.#parts.packets.close();
    return undefined;
  }

  /** A new batch begins in the middle of a packet: its fields are read again into row 0. */
  #restorePacketRow(): void {
    const packet = this.#packet;
    if (packet === undefined) return;
    this.#parts.packets.readAgain(packet.head);
    this.#packet = { ...packet, row: packet.row === noPacketRow ? noPacketRow : 0 };
  }

  /** Goes to the next packet that may have records within the selected time. */
  #beginPacket(): boolean {
    for (;;) {
      const found = this.#parts.packets.next();
      if (found === undefined) {
        this.#isAtEnd = true;
        return false;
      }
      const { head, source, file } = found;
      const { beginNs, endNs } = this.#parts.timesOf(head);
      const { selection } = this.#parts;
      if (selection.endNs !== undefined && beginNs !== undefined && beginNs > selection.endNs) {
        this.#isAtEnd = true;
        return false;
      }
      const isBefore = selection.beginNs !== undefined && endNs !== undefined && endNs < selection.beginNs;
      const { decoder } = this.#parts.decoderOf(head.streamClass);
      decoder.beginPacket(head.beginCycles, head.contentBits - head.headBits);
      if (isBefore) continue;
      const row =
        selection.packets && head.streamClass === this.#parts.packetClass
          ? this.#packetRows() - 1
          : noPacketRow;
      this.#packet = { head, source, file, row };
      this.#windowBegin = 0;
      this.#load(head.headBits);
      return true;
    }
  }

  #packetRows(): number {
    let rows = 0;
    for (const column of this.batch.packets?.values() ?? []) rows = Math.max(rows, column.count);
    return rows;
  }

  /** Fills the window so that the record at `atBits` (from the packet's beginning) is in it. */
  #load(atBits: number): void {
    const packet = this.#packet;
    if (packet === undefined) return;
    const atBytes = Math.floor(atBits / 8);
    this.#windowBegin = atBytes - (atBytes % windowAlignmentBytes);
    const contentBytes = Math.ceil(packet.head.contentBits / 8);
    const wanted = Math.min(this.#window.length, contentBytes - this.#windowBegin);
    const count = packet.source.read(
      packet.head.offsetBytes + this.#windowBegin,
      this.#window.subarray(0, wanted),
    );
    // A file that became shorter meanwhile ends the content where the bytes end.
    const contentBits = count < wanted ? count * 8 : packet.head.contentBits - this.#windowBegin * 8;
    this.#cursor.setWindow(this.#window.subarray(0, count), atBits - this.#windowBegin * 8, contentBits);
  }

  #decodeWindow(): 'full' | 'more' {
    const packet = this.#packet;
    if (packet === undefined) return 'more';
    const { decoder } = this.#parts.decoderOf(packet.head.streamClass);
    const stop = decoder.decode(this.#cursor, this.batch, {
      cpu: packet.head.cpu ?? -1,
      packetRow: packet.row,
    });
    this.#noteBackwardSteps(decoder.takeBackwardSteps());
    switch (stop.kind) {
      case 'full':
        return 'full';
      case 'end':
        this.#packet = undefined;
        return 'more';
      case 'window': {
        const atBits = this.#windowBegin * 8 + stop.atBits;
        const isStuck = stop.atBits < windowAlignmentBytes * 8;
        if (isStuck && this.#window.length >= eventSizeMaxBytes) {
          this.#noteFault(
            'record-too-large',
            `a record of more than ${eventSizeMaxBytes} bytes`,
            atBits,
            undefined,
            '',
          );
          this.#packet = undefined;
          return 'more';
        }
        if (isStuck) this.#window = new Uint8Array(this.#window.length * 2);
        this.#load(atBits);
        return 'more';
      }
      case 'fault': {
        const faultBits = this.#windowBegin * 8 + stop.fault.atBits;
        this.#noteFault(stop.fault.code, stop.fault.message, faultBits, stop.className, stop.fault.field);
        this.#packet = undefined;
        return 'more';
      }
    }
  }

  #noteFault(
    code: string,
    message: string,
    atBits: number,
    className: string | undefined,
    field: string,
  ): void {
    const packet = this.#packet;
    if (packet === undefined || packet.head.isTruncated) return;
    const kind =
      code === 'unknown-event-class'
        ? unknownEventClass
        : code === 'time-out-of-range'
          ? timeOutOfRange
          : damagedPacket;
    const chain = [
      className === undefined ? '' : `event ${className}`,
      field === '' ? '' : `field ${field}`,
    ].filter((part) => part !== '');
    const first = [
      `packet ${packet.head.index} at byte ${packet.head.offsetBytes}, bit ${atBits}`,
      ...chain,
    ].join(', ');
    this.#parts.health.add(kind, packet.file, first, message);
  }

  #noteBackwardSteps(steps: { readonly count: number; readonly byNs: number } | undefined): void {
    const packet = this.#packet;
    if (steps === undefined || packet === undefined) return;
    const first = `packet ${packet.head.index} at byte ${packet.head.offsetBytes}`;
    this.#parts.health.add(
      clockGoesBack,
      packet.file,
      first,
      `the first time by ${steps.byNs} ns`,
      steps.count,
    );
  }
}
