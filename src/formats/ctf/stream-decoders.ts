/** What one data stream is decoded with: a decoder for each stream class that its packets have, usually one. */
import type { EventBatch } from '../../events/batch.ts';
import { type MutableEventBatch, makeBatch } from '../../events/batch-builder.ts';
import type { CycleConverter } from '../../events/clock.ts';
import { makeColumn, type StructColumn } from '../../events/columns.ts';
import { type Decoding, makeDecoding } from '../../events/engine.ts';
import { InterpretingDecoder } from '../../events/interpreter.ts';
import type { IntegerType, RecordLayout, Scope } from '../../events/layout.ts';
import type { EventClass, EventStream } from '../../events/reader.ts';
import type { RecordDecoderParts } from '../../events/record-decoder.ts';
import type { Selection } from '../../events/selection.ts';
import { otherEndOfCall } from '../../vocabulary/lttng.ts';
import { roleFieldsOf, type StreamClassDecoder } from './packets.ts';
import type { DataStreamClass, TraceClass } from './trace-class.ts';

export interface StreamDecodersParts {
  readonly traceClass: TraceClass;
  /** The class of the stream's first packet. */
  readonly mainClass: DataStreamClass;
  readonly eventClassesOf: (streamClass: DataStreamClass) => ReadonlyMap<bigint, EventClass>;
  readonly converterOf: (streamClass: DataStreamClass) => CycleConverter | undefined;
  readonly selection: Selection;
  readonly decoding: Decoding;
}

export class StreamDecoders {
  readonly #parts: StreamDecodersParts;
  readonly #packetColumns: EventBatch['packets'];
  readonly #decoders = new Map<DataStreamClass, StreamClassDecoder>();
  #decoding: Decoding;
  /** Packets of several classes were met: the interpreter's decoders, once made, are kept for all of them. */
  #isMixed = false;
  #batch: MutableEventBatch;

  constructor(parts: StreamDecodersParts, stream: EventStream) {
    this.#parts = parts;
    const { selection, mainClass, traceClass } = parts;
    this.#packetColumns = selection.packets ? packetColumnsOf(traceClass, mainClass) : undefined;
    this.#decoding = parts.decoding;
    this.#batch = this.#makeBatch(stream);
  }

  #makeBatch(stream: EventStream): MutableEventBatch {
    const { selection, mainClass } = this.#parts;
    return makeBatch(stream, selection.cycles && mainClass.clock !== undefined, this.#packetColumns);
  }

  /** What is filled; another one after `useInterpreter`. */
  get batch(): MutableEventBatch {
    return this.#batch;
  }

  /** Whether packets of this class have their fields kept. */
  keepsPacketsOf(streamClass: DataStreamClass): boolean {
    return this.#packetColumns !== undefined && streamClass === this.#parts.mainClass;
  }

  /** Whether records of this class can go into the batch as it is. */
  accepts(streamClass: DataStreamClass): boolean {
    return this.#isMixed || streamClass === this.#parts.mainClass;
  }

  /** Bound, so that it can be handed on. */
  readonly of = (streamClass: DataStreamClass): StreamClassDecoder => {
    let decoder = this.#decoders.get(streamClass);
    if (decoder === undefined) {
      decoder = this.#make(streamClass);
      this.#decoders.set(streamClass, decoder);
    }
    return decoder;
  };

  /**
   * Packets of several classes in one stream are rare: the interpreter reads them all into one batch, where generated code
   * has one for its class alone. The batch so far must have been consumed.
   */
  useInterpreter(): void {
    this.release();
    this.#isMixed = true;
    this.#decoding = makeDecoding('interpreter', 0);
    this.#batch = this.#makeBatch(this.#batch.stream);
  }

  clear(): void {
    for (const { decoder } of this.#decoders.values()) decoder.clear();
  }

  /** The batch, ready to be handed out. */
  publish(): MutableEventBatch {
    for (const { decoder } of this.#decoders.values()) decoder.publish();
    return this.#batch;
  }

  release(): void {
    for (const { decoder } of this.#decoders.values()) decoder.release();
    this.#decoders.clear();
  }

  #make(streamClass: DataStreamClass): StreamClassDecoder {
    const { traceClass, eventClassesOf, converterOf, selection } = this.#parts;
    const isMain = streamClass === this.#parts.mainClass;
    const packetColumns = isMain ? this.#packetColumns : undefined;
    const parts = decoderParts(
      traceClass,
      streamClass,
      selection,
      eventClassesOf(streamClass),
      converterOf(streamClass),
      packetColumns,
    );
    const decoder = this.accepts(streamClass)
      ? this.#decoding.makeDecoder(streamClass, parts, this.#batch)
      : new InterpretingDecoder(parts);
    return { streamClass, roles: roleFieldsOf(traceClass, streamClass), decoder, packetColumns };
  }
}

/** Decoders that read packet heads only. */
export function probeDecoders(traceClass: TraceClass): (streamClass: DataStreamClass) => StreamClassDecoder {
  const cache = new Map<DataStreamClass, StreamClassDecoder>();
  const selection = { classes: new Map(), cycles: false, packets: false };
  return (streamClass) => {
    let probe = cache.get(streamClass);
    if (probe === undefined) {
      const parts = decoderParts(traceClass, streamClass, selection, new Map(), undefined, undefined);
      const roles = roleFieldsOf(traceClass, streamClass);
      probe = { streamClass, roles, decoder: new InterpretingDecoder(parts), packetColumns: undefined };
      cache.set(streamClass, probe);
    }
    return probe;
  };
}

function decoderParts(
  traceClass: TraceClass,
  streamClass: DataStreamClass,
  selection: Selection,
  eventClasses: ReadonlyMap<bigint, EventClass>,
  converter: CycleConverter | undefined,
  packetColumns: EventBatch['packets'],
): RecordDecoderParts {
  const roles = roleFieldsOf(traceClass, streamClass);
  const roleFields = [...roles.values()].filter((type): type is IntegerType => type.kind === 'integer');
  let layout = layouts.get(streamClass);
  if (layout === undefined) {
    layout = recordLayout(traceClass, streamClass);
    layouts.set(streamClass, layout);
  }
  const companionOf = companionsIn(eventClasses);
  return { layout, selection, eventClasses, companionOf, roleFields, converter, packetColumns };
}

/** Calls' other ends, by the id of a class. */
function companionsIn(eventClasses: ReadonlyMap<bigint, EventClass>) {
  let ids: Map<string, bigint> | undefined;
  return (id: bigint): bigint | undefined => {
    const other = otherEndOfCall(eventClasses.get(id)?.name ?? '');
    if (other === undefined) return undefined;
    ids ??= idsByName(eventClasses);
    return ids.get(other);
  };
}

function idsByName(eventClasses: ReadonlyMap<bigint, EventClass>): Map<string, bigint> {
  const ids = new Map<string, bigint>();
  eventClasses.forEach(({ name }, id) => {
    ids.set(name, id);
  });
  return ids;
}

/** By stream class, which belongs to one trace class. */
const layouts = new WeakMap<DataStreamClass, RecordLayout>();

/** What a stream class's records look like, for decoders. */
function recordLayout(traceClass: TraceClass, streamClass: DataStreamClass): RecordLayout {
  return {
    packetHeader: traceClass.packetHeader,
    packetContext: streamClass.packetContext,
    eventHeader: streamClass.eventHeader,
    commonContext: streamClass.commonContext,
    classIdFields: streamClass.classIdFields,
    classes: streamClass.eventClasses,
    clock: streamClass.clock,
    ...(streamClass.areBodiesApart ? { areBodiesApart: true } : {}),
  };
}

function packetColumnsOf(traceClass: TraceClass, streamClass: DataStreamClass): EventBatch['packets'] {
  const columns = new Map<Scope, StructColumn>();
  const { packetHeader } = traceClass;
  const { packetContext } = streamClass;
  if (packetHeader) columns.set('packet-header', makeColumn(packetHeader) as StructColumn);
  if (packetContext) columns.set('packet-context', makeColumn(packetContext) as StructColumn);
  return columns;
}
