/**
 * One data stream: its packets in order, from one file or several (tracefile rotation), as batches of records.
 *
 * A packet may be a gigabyte, or a thousand packets may fit into a window; the decoder stops where a record does not fit
 * and goes on from there with the next window:
 *
 *   packets   ├head┼────────── content ──────────┤├head┼────── content ──────┤ …
 *   windows   ├─────────────────────┤
 *                                 ├──────────────────────┤      begins with the record that was cut, aligned down
 *
 * Text in a batch lies in the window, so a batch never outlives it: it is handed out before the window is filled again.
 */
import type { EventBatch } from '../../events/batch.ts';
import { clearBatch, noteGap } from '../../events/batch-builder.ts';
import { BitCursor, type DecodeFault } from '../../events/bit-cursor.ts';
import type { Decoding } from '../../events/engine.ts';
import { type ClosableStream, makeLateStream } from '../../events/late-stream.ts';
import type { EventStream } from '../../events/reader.ts';
import type { Selection } from '../../events/selection.ts';
import type { Health } from '../../results/health.ts';
import { FileWindow } from './file-window.ts';
import { clockGoesBack, damagedPacket, timeOutOfRange, unknownEventClass } from './health-kinds.ts';
import type { FoundPacket, PacketSequence } from './packet-sequence.ts';
import type { PacketHead } from './packets.ts';
import { StreamDecoders, type StreamDecodersParts } from './stream-decoders.ts';
import { isVersion2 } from './trace-class.ts';

/** Windows begin at multiples of the largest alignment that a record may ask for, from their packet's beginning. */
const windowAlignmentBytes = 4096;

export interface CtfStreamParts {
  readonly about: Omit<EventStream, 'next' | 'lastNs'>;
  readonly decoders: StreamDecodersParts;
  readonly decoding: Decoding;
  /** The stream's packets, of files that are read through the window. */
  readonly packets: (window: FileWindow, decoders: StreamDecoders) => PacketSequence;
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
const noPacketRow = 0xffffffff;

export function makeCtfStream(parts: CtfStreamParts): ClosableStream {
  return makeLateStream(parts.about, (stream) => new StreamReading(parts, stream));
}

class StreamReading {
  readonly #parts: CtfStreamParts;
  readonly #cursor = new BitCursor();
  readonly #window: FileWindow;
  readonly #decoders: StreamDecoders;
  readonly #packets: PacketSequence;
  lastNs = Number.NaN;
  /** The packet being read; undefined between packets. */
  #packet: FoundPacket | undefined;
  #packetRow = noPacketRow;
  /** Where the next record begins, from the packet's beginning. */
  #atBits = 0;
  /** The record there goes on beyond the window. */
  #isCut = false;
  #isAtEnd = false;
  /** Some record's time was before that of the record before it. */
  #wentBack = false;

  constructor(parts: CtfStreamParts, stream: EventStream) {
    this.#parts = parts;
    this.#window = new FileWindow(parts.decoding, parts.windowSizeBytes);
    this.#decoders = new StreamDecoders(parts.decoders, stream);
    this.#packets = parts.packets(this.#window, this.#decoders);
  }

  next(): EventBatch | undefined {
    clearBatch(this.#decoders.batch);
    this.#decoders.clear();
    if (this.#packet !== undefined && this.#parts.selection.packets) this.#restorePacketRow();
    while (!this.#isAtEnd) {
      const { batch } = this.#decoders;
      if (this.#packet === undefined && !this.#findPacket()) continue;
      const { head } = this.#packet as unknown as FoundPacket;
      if (!this.#decoders.accepts(head.streamClass)) {
        if (batch.count > 0) return this.#decoders.publish();
        this.#decoders.useInterpreter();
        this.#packets.readAgain(head);
        this.#beginPacket(head);
      }
      if (this.#atBits >= head.contentBits) {
        this.#endPacket();
        continue;
      }
      if (this.#needsWindow()) {
        if (batch.count > 0) return this.#decoders.publish();
        if (this.#isPastEnd()) {
          this.#isAtEnd = true;
          break;
        }
        this.#fillWindow();
      }
      if (this.#decode() === 'full') return this.#decoders.publish();
    }
    const { batch } = this.#decoders;
    if (batch.count > 0) return this.#decoders.publish();
    this.close();
    return undefined;
  }

  close(): void {
    this.#isAtEnd = true;
    this.#packets.close();
    this.#decoders.release();
    this.#window.release();
  }

  /** A new batch begins in the middle of a packet: its fields are read again into row 0. */
  #restorePacketRow(): void {
    if (this.#packet === undefined) return;
    this.#packets.readAgain(this.#packet.head);
    this.#packetRow = this.#lastPacketRow(this.#packet.head);
  }

  /** Goes to the next packet if it may have records within the selected time. */
  #findPacket(): boolean {
    const found = this.#packets.next();
    if (found === undefined) {
      this.#isAtEnd = true;
      return false;
    }
    const place = this.#placeOf(found.head);
    if (place === 'after') {
      this.#isAtEnd = true;
      return false;
    }
    this.#beginPacket(found.head);
    if (found.isAfterLoss) noteGap(this.#decoders.batch);
    this.#packet = found;
    if (place === 'before') this.#endPacket();
    return place === 'within';
  }

  /** Goes on behind the packet. */
  #endPacket(): void {
    if (this.#packet?.hasLoss) noteGap(this.#decoders.batch);
    this.#packet = undefined;
  }

  /** Where a packet is beside the selected time. Its times are only worked out where one is selected: that is bigint arithmetic. */
  #placeOf(head: PacketHead): 'before' | 'within' | 'after' {
    const { selection, timesOf } = this.#parts;
    if (selection.beginNs === undefined && selection.endNs === undefined) return 'within';
    const { beginNs, endNs } = timesOf(head);
    if (selection.endNs !== undefined && beginNs !== undefined && beginNs > selection.endNs) return 'after';
    return selection.beginNs !== undefined && endNs !== undefined && endNs < selection.beginNs
      ? 'before'
      : 'within';
  }

  /** The records up to here go beyond the selected time, in a stream whose clock never went back. */
  #isPastEnd(): boolean {
    const { endNs } = this.#parts.selection;
    return endNs !== undefined && !this.#wentBack && this.lastNs > endNs;
  }

  #beginPacket(head: PacketHead): void {
    const { decoder } = this.#decoders.of(head.streamClass);
    // In CTF 2 a packet's clock begins at 0 (CTF2-SPEC-2.0 §6.1); before, it goes on from the packet before.
    const firstCycles = isVersion2(this.#parts.decoders.traceClass) ? 0n : undefined;
    decoder.beginPacket(head.beginCycles ?? firstCycles, head.contentBits - head.headBits);
    this.#packetRow = this.#lastPacketRow(head);
    this.#atBits = head.headBits;
    this.#isCut = false;
  }

  #lastPacketRow(head: PacketHead): number {
    if (!this.#decoders.keepsPacketsOf(head.streamClass)) return noPacketRow;
    let rows = 0;
    for (const column of this.#decoders.batch.packets?.values() ?? []) rows = Math.max(rows, column.count);
    return rows - 1;
  }

  /** The file's byte in which the next record begins. */
  #recordOffset(head: PacketHead): number {
    return head.offsetBytes + Math.floor(this.#atBits / 8);
  }

  #needsWindow(): boolean {
    const { head } = this.#packet as FoundPacket;
    if (this.#isCut) return true;
    const offset = this.#recordOffset(head);
    const window = this.#window;
    if (offset < window.offsetBytes || offset >= window.endBytes) return true;
    return (
      head.offsetBytes < window.offsetBytes &&
      (window.offsetBytes - head.offsetBytes) % windowAlignmentBytes !== 0
    );
  }

  /** Fills the window so that the next record is in it; a record that was cut at its beginning needs a larger one. */
  #fillWindow(): void {
    const { head } = this.#packet as FoundPacket;
    const window = this.#window;
    const inPacket = this.#recordOffset(head) - head.offsetBytes;
    const begin = head.offsetBytes + inPacket - (inPacket % windowAlignmentBytes);
    if (this.#isCut && begin === window.offsetBytes) {
      if (!window.canGrow) {
        const message = 'the record is larger than any window';
        this.#giveUpPacket({ code: 'record-too-large', message, field: '' }, this.#atBits, undefined);
        return;
      }
      window.grow();
    }
    window.load(begin);
    this.#isCut = false;
  }

  #decode(): 'full' | 'more' {
    const packet = this.#packet;
    if (packet === undefined) return 'more';
    const { head } = packet;
    const window = this.#window;
    // The reference of all positions: the packet's beginning, or the window's if that is after it.
    const reference = Math.max(head.offsetBytes, window.offsetBytes);
    const referenceBits = (reference - head.offsetBytes) * 8;
    const isShorter =
      window.endBytes < head.offsetBytes + Math.ceil(head.contentBits / 8) && this.#isFileShorter(packet);
    const contentBits = isShorter ? (window.endBytes - reference) * 8 : head.contentBits - referenceBits;
    this.#cursor.setWindow(window.bytesFrom(reference), this.#atBits - referenceBits, contentBits);
    const { decoder } = this.#decoders.of(head.streamClass);
    const state = { cpu: head.cpu ?? -1, packetRow: this.#packetRow };
    const stop = decoder.decode(this.#cursor, this.#decoders.batch, state);
    const { lastNs } = decoder;
    if (Number.isFinite(lastNs) && !(lastNs <= this.lastNs)) this.lastNs = lastNs;
    this.#noteBackwardSteps(decoder.takeBackwardSteps());
    switch (stop.kind) {
      case 'full':
        this.#atBits = referenceBits + stop.atBits;
        return 'full';
      case 'end':
        this.#endPacket();
        return 'more';
      case 'window':
        this.#atBits = referenceBits + stop.atBits;
        this.#isCut = true;
        return 'more';
      case 'fault':
        this.#giveUpPacket(stop.fault, referenceBits + stop.fault.atBits, stop.className);
        return 'more';
    }
  }

  /** A file that became shorter while it is read ends the content where its bytes end. */
  #isFileShorter(packet: FoundPacket): boolean {
    return this.#window.endBytes < packet.source.sizeBytes && this.#window.isShort;
  }

  /** What follows in the packet cannot be read. */
  #giveUpPacket(
    fault: Pick<DecodeFault, 'code' | 'message' | 'field'>,
    atBits: number,
    className: string | undefined,
  ): void {
    if (this.#packet?.head.isTruncated === false) this.#noteFault(this.#packet, fault, atBits, className);
    noteGap(this.#decoders.batch);
    this.#packet = undefined;
  }

  #noteFault(
    { head, file }: FoundPacket,
    fault: Pick<DecodeFault, 'code' | 'message' | 'field'>,
    atBits: number,
    className: string | undefined,
  ): void {
    const kind =
      fault.code === 'unknown-event-class'
        ? unknownEventClass
        : fault.code === 'time-out-of-range'
          ? timeOutOfRange
          : damagedPacket;
    const place = [`packet ${head.index} at byte ${head.offsetBytes}, bit ${atBits}`];
    if (className !== undefined) place.push(`event ${className}`);
    if (fault.field !== '') place.push(`field ${fault.field}`);
    this.#parts.health.add(kind, file, place.join(', '), fault.message);
  }

  #noteBackwardSteps(steps: { readonly count: number; readonly byNs: number } | undefined): void {
    const packet = this.#packet;
    if (steps === undefined || packet === undefined) return;
    this.#wentBack = true;
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
