/**
 * The interpreter of records in frames: the reference for generated code, and what tells why a frame's fields can't be decoded.
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
import { BitCursor, DecodeFault } from './bit-cursor.ts';
import { truncateColumn } from './columns.ts';
import { compileField, type FieldDecoder, type IntegerHooks } from './field-decoder.ts';
import { frameScopes } from './frame-scopes.ts';
import type { FrameDecoder, FrameDecoderParts, FrameList, FrameStop } from './frames.ts';
import type { IntegerType } from './layout.ts';
import type { EventClass } from './reader.ts';
import { addSlots } from './record-decoder.ts';

interface FramedClass {
  readonly eventClass: EventClass;
  /** Undefined for a class that is stepped over. */
  readonly classBatch: ClassBatch | undefined;
  readonly scopes: readonly { readonly isContext: boolean; readonly decode: FieldDecoder }[];
}

/** How many elements that take no space frames of one window may have. */
export function emptyElementsOf(windowSizeBytes: number): number {
  return windowSizeBytes * 8 + emptyElementCountMax;
}

/** The interpreter's decoder of frames. */
export class FrameInterpreter implements FrameDecoder {
  readonly #parts: FrameDecoderParts;
  readonly #batchCountMax: number;
  readonly #slots = new Map<IntegerType, number>();
  readonly #hooks: IntegerHooks;
  readonly #classes = new Map<number, FramedClass>();
  readonly #cursor = new BitCursor();
  readonly #place = { cpu: -1, packetRow: 0 };
  #emptyElementsLeft = 0;

  constructor(parts: FrameDecoderParts) {
    this.#parts = parts;
    this.#batchCountMax = batchCountMaxOf(parts.selection);
    this.#cursor.container = 'the record';
    this.#hooks = {
      slots: this.#slots,
      values: [],
      onClock: () => {},
      classIds: new Set(),
      onClassId: () => {},
    };
  }

  decode(bytes: Uint8Array, frames: FrameList, from: number, batch: MutableEventBatch): FrameStop {
    if (from === 0) this.#emptyElementsLeft = emptyElementsOf(bytes.length);
    for (let at = from; at < frames.count; at++) {
      if (batch.count >= this.#batchCountMax) return { kind: 'full', at };
      const fault = this.decodeOne(bytes, frames, at, batch, this.#emptyElementsLeft);
      if (typeof fault !== 'number') return fault;
      this.#emptyElementsLeft = fault;
    }
    return { kind: 'end' };
  }

  /**
   * Decodes one frame, whatever room the batch has.
   * @returns how many elements that take no space are left, or why it can't be decoded
   */
  decodeOne(
    bytes: Uint8Array,
    frames: FrameList,
    at: number,
    batch: MutableEventBatch,
    emptyElementsLeft: number,
  ): number | (FrameStop & { readonly kind: 'fault' }) {
    const cursor = this.#cursor;
    if (cursor.bytes !== bytes) cursor.setWindow(bytes, 0, bytes.length * 8);
    cursor.emptyElementsLeft = emptyElementsLeft;
    cursor.field = '';
    let known: FramedClass | undefined;
    try {
      const id = frames.classId[at] as number;
      cursor.at = (frames.bodyAt[at] as number) * 8;
      known = this.#classes.get(id) ?? this.#makeClass(cursor, id, batch);
      const { classBatch } = known;
      if (classBatch === undefined) return emptyElementsLeft;
      const timeNs = frames.timeNs[at] as number;
      if (Math.abs(timeNs) >= timeMaxNs)
        cursor.fault(
          'time-out-of-range',
          'the time of a record is more than 104 days from the beginning of the trace',
        );
      this.#decodeScopes(known, frames, at);
      this.#place.cpu = frames.cpu[at] as number;
      const cycles = batch.cycles === undefined ? 0n : (frames.cycles[at] as bigint);
      pushRecord(batch, classBatch, timeNs, cycles, this.#place);
      return cursor.emptyElementsLeft;
    } catch (error) {
      if (known?.classBatch !== undefined) undoRecord(known.classBatch);
      if (!(error instanceof DecodeFault)) throw error;
      return { kind: 'fault', at, fault: error, className: known?.eventClass.name };
    }
  }

  #decodeScopes({ scopes }: FramedClass, frames: FrameList, at: number): void {
    const cursor = this.#cursor;
    for (let index = 0; index < scopes.length; index++) {
      const { isContext, decode } = scopes[index] as FramedClass['scopes'][number];
      const begin = (isContext ? frames.contextAt : frames.bodyAt)[at] as number;
      const end = (isContext ? frames.contextEnd : frames.bodyEnd)[at] as number;
      if (begin > end || end > cursor.bytes.length) throw new Error('a frame goes beyond its window');
      cursor.at = begin * 8;
      cursor.end = end * 8;
      cursor.scopeBegin = cursor.at;
      cursor.byteOrder = undefined;
      decode(cursor);
    }
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

  /** A class's decoder is made when its first record is met. */
  #makeClass(cursor: BitCursor, id: number, batch: MutableEventBatch): FramedClass {
    const { layout, eventClasses, selection } = this.#parts;
    const body = layout.classes.get(BigInt(id));
    const eventClass = eventClasses.get(BigInt(id));
    if (body === undefined || eventClass === undefined)
      cursor.fault('unknown-event-class', `no event record class has the id ${id}`);
    const selected = selection.classes.get(eventClass.index);
    const classBatch = selected && makeClassBatch(eventClass, layout, selected);
    const read = frameScopes(layout, body, classBatch);
    addSlots(
      this.#slots,
      read.map(([, type]) => type),
    );
    const scopes = read.map(([scope, type]) => ({
      isContext: scope === 'specific-context',
      decode: compileField(type, classBatch?.scopes.get(scope), this.#hooks),
    }));
    const known = { eventClass, classBatch, scopes };
    this.#classes.set(id, known);
    if (classBatch !== undefined) batch.classes.set(eventClass.index, classBatch);
    return known;
  }
}

/** Frames in arrays of their own. */
export function makeFrameList(capacity: number): FrameList {
  return {
    capacity,
    count: 0,
    classId: new Uint32Array(capacity),
    timeNs: new Float64Array(capacity),
    cycles: new BigUint64Array(capacity),
    cpu: new Int32Array(capacity),
    contextAt: new Uint32Array(capacity),
    contextEnd: new Uint32Array(capacity),
    bodyAt: new Uint32Array(capacity),
    bodyEnd: new Uint32Array(capacity),
    release: () => {},
  };
}
